"""The verbs of a workspace, from an import to a bundle opened by its receiver."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from collector import packs
from collector.model import Kind
from collector.services import demonstration, made_up
from collector.sheets import writing


@pytest.fixture
def books(tmp_path: Path) -> list[Path]:
    """Workbooks of 40 made-up members with the demonstration's planted errors."""
    pack = packs.load("hubei-2023")
    people = made_up.make(pack, 40)
    demonstration.plant(pack, people)
    return writing.write_workbooks(pack, writing.TableSource(people.tables()), tmp_path / "filled")


@pytest.fixture
def sound(tmp_path: Path) -> list[Path]:
    pack = packs.load("hubei-2023")
    people = made_up.make(pack, 40, units=4)
    return writing.write_workbooks(pack, writing.TableSource(people.tables()), tmp_path / "sound")


def test_check_prints_the_documents_of_the_contract(run, books: list[Path]) -> None:
    said = run("check", *books, "--pack", "hubei-2023", "--json")
    assert said.code == 1
    found = said.json
    assert found["format"] == "collector.check/1"
    assert found["pack"] == {"id": "hubei-2023", "version": packs.load("hubei-2023").version}
    assert found["rows"] == 42
    assert found["clean_rows"] == 42 - sum(found["counts"]["error"].values())
    assert set(found["counts"]) == {"error", "warning", "info"}
    member = found["files"][0]["sheets"][2]
    assert {"sheet", "kind", "header_row", "rows", "columns", "ignored", "missing_required"} <= set(
        member
    )
    assert member["kind"] == "member"
    for finding in found["findings"]:
        assert {"file", "sheet", "row", "column", "field", "code", "severity"} <= set(finding)


def test_check_says_in_words_where_each_fault_is(run, books: list[Path]) -> None:
    said = run("check", *books, "--pack", "hubei-2023")
    assert said.code == 1
    assert "会员!C" in said.out
    assert said.err == ""
    english = run("--lang", "en", "check", *books, "--pack", "hubei-2023")
    assert "without an error" in english.out


def test_a_sound_workbook_leaves_with_0(run, sound: list[Path]) -> None:
    assert run("check", *sound, "--pack", "hubei-2023").code == 0


def test_marked_copies_are_written_where_asked(run, books: list[Path], tmp_path: Path) -> None:
    said = run("check", *books, "--pack", "hubei-2023", "--marked", tmp_path / "marked", "--json")
    (marked,) = said.json["marked"]
    assert Path(marked).parent == tmp_path / "marked"
    again = run("check", marked, "--pack", "hubei-2023", "--json")
    assert again.json["counts"]["error"] == said.json["counts"]["error"]


def test_the_job_from_import_to_an_opened_bundle(
    run, home: Path, sound: list[Path], tmp_path: Path
) -> None:
    imported = run("import", *sound, "--json").json
    assert imported["format"] == "collector.import/1"
    assert imported["rows"] == imported["added"] == 48
    state = run("status", "--json").json
    assert state["counts"]["member"]["valid"] == 40
    assert state["unattached"] == 0
    assert state["last_backup"] is None
    assert state["last_submission"] is None

    out = tmp_path / "out"
    exported = run("export", "-o", out, "--workbooks", "--json").json
    assert exported["format"] == "collector.export/1"
    assert exported["counts"] == {"unit": 4, "union": 4, "officer": 0, "member": 40}
    assert exported["sequence"] == 1
    assert [Path(path).is_file() for path in exported["workbooks"]] == [True]
    bundle = Path(exported["bundle"])
    assert bundle.parent == out

    state = run("status", "--json").json
    assert state["counts"]["member"]["submitted"] == 40
    assert state["last_submission"]["id"] == exported["id"]

    seen = run("bundle", "inspect", bundle, "--json").json
    assert seen["verified"] is False
    trial = home / "trial"
    key = ["--key", trial / "recipient.p12", "--key-passphrase-file", tmp_path / "key"]
    (tmp_path / "key").write_text("trial\n", encoding="utf-8")
    trust = ["--trust", trial / "ca-and-crl.pem"]
    proved = run("bundle", "verify", bundle, *trust, *key, "--json").json
    assert proved["payload_sha256"] == exported["payload_sha256"]
    assert proved["short_code"] == exported["short_code"]
    assert proved["trial"] is True
    opened = run("bundle", "open", bundle, *trust, *key, "-o", tmp_path / "opened", "--json")
    assert opened.code == 0
    with (tmp_path / "opened/data/member.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40
    assert rows[0]["unit_code"]
    twice = run("bundle", "open", bundle, *trust, *key, "-o", tmp_path / "more", "--json")
    assert twice.code == 4
    assert twice.json["error"]["code"] == "bundle.replayed"
    assert not (tmp_path / "more").exists()
    again = run(
        "bundle", "open", bundle, *trust, *key, "-o", tmp_path / "more", "--again", "--json"
    )
    assert again.code == 0

    second = run("export", "-o", out, "--json").json
    assert second["sequence"] == 2
    assert run("journal", "verify", "--json").json["ok"] is True
    assert run("journal", "show", "--json").json["entries"]
    assert run("journal", "show", "--record", rows[0]["id_number"], "--json").json["entries"]


def test_the_workspace_verifies_its_own_bundle_without_a_key_file(
    run, home: Path, sound: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import", *sound)
    bundle = run("export", "-o", tmp_path / "out", "--json").json["bundle"]
    trust = home / "trial" / "ca.pem"
    assert run("bundle", "verify", bundle, "--trust", trust).code == 0
    monkeypatch.delenv("COLLECTOR_PASSPHRASE")
    said = run("bundle", "verify", bundle, "--trust", trust, "--json")
    assert (said.code, said.json["error"]["code"]) == (3, "bundle.key_needed")


def test_a_pem_key_opens_a_bundle_too(run, home: Path, sound: list[Path], tmp_path: Path) -> None:
    run("import", *sound)
    bundle = run("export", "-o", tmp_path / "out", "--json").json["bundle"]
    trial = home / "trial"
    words = ["bundle", "open", bundle, "--trust", trial / "ca.pem", "-o", tmp_path / "opened"]
    words += ["--key", trial / "recipient.key", "--cert", trial / "recipient.crt"]
    assert run(*words).code == 0


def test_a_changed_bundle_is_refused_with_4(
    run, home: Path, sound: list[Path], tmp_path: Path
) -> None:
    run("import", *sound)
    bundle = Path(run("export", "-o", tmp_path / "out", "--json").json["bundle"])
    content = bytearray(bundle.read_bytes())
    content[-40] ^= 1
    bundle.write_bytes(content)
    trial = home / "trial"
    words = ["bundle", "open", bundle, "--trust", trial / "ca.pem", "-o", tmp_path / "opened"]
    said = run(*words, "--key", trial / "recipient.key", "--json")
    assert said.code == 4
    assert not (tmp_path / "opened").exists()


def test_an_export_is_refused_while_rows_are_parked_unless_they_are_left_behind(
    run, home: Path, books: list[Path], tmp_path: Path
) -> None:
    assert run("import", *books).code == 1
    refused = run("export", "-o", tmp_path / "out", "--json")
    assert refused.code == 1
    error = refused.json["error"]
    assert error["code"] == "export.refused"
    assert error["where"]["export.parked"] > 0
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True
    said = run("export", "-o", tmp_path / "out", "--leave-parked", "--json")
    assert said.code == 0
    assert said.json["warnings"]["export.parked"] == error["where"]["export.parked"]


def test_an_empty_workspace_has_nothing_to_export(run, home: Path, tmp_path: Path) -> None:
    said = run("export", "-o", tmp_path / "out", "--json")
    assert said.code == 1
    assert "export.nothing" in said.json["error"]["where"]


def test_members_without_a_known_unit_keep_an_export_back(run, home: Path, tmp_path: Path) -> None:
    pack = packs.load("hubei-2023")
    people = made_up.make(pack, 5)
    people.records[Kind.UNIT].clear()
    people.records[Kind.UNION].clear()
    filled = writing.write_workbooks(
        pack, writing.TableSource(people.tables()), tmp_path / "filled"
    )
    assert run("import", *filled).code == 0
    assert run("status", "--json").json["unattached"] == 5
    said = run("export", "-o", tmp_path / "out", "--json")
    assert said.code == 1
    assert said.json["error"]["where"]["export.unattached"] == 5


def test_a_union_with_all_below_it_can_be_exported_alone(
    run, home: Path, sound: list[Path], tmp_path: Path
) -> None:
    run("import", *sound)
    one = made_up.union_code(2)
    said = run("export", "-o", tmp_path / "out", "--union", one, "--json").json
    assert said["counts"] == {"unit": 1, "union": 1, "officer": 0, "member": 10}
    # the first union is the parent of the others
    top = run("export", "-o", tmp_path / "out", "--union", made_up.union_code(0), "--json").json
    assert top["counts"]["member"] == 40
    state = run("status", "--json").json
    assert state["counts"]["member"]["submitted"] == 40
    unknown = run("export", "-o", tmp_path / "out", "--union", "8142", "--json")
    assert unknown.code == 2


def test_list_and_show_give_the_data(run, home: Path, sound: list[Path]) -> None:
    run("import", *sound)
    found = run("list", "member", "--json").json
    assert len(found["records"]) == 40
    record = found["records"][0]
    assert record["origin"]["file"] == sound[0].name
    rows = list(csv.DictReader(io.StringIO(run("list", "member", "--csv").out)))
    assert {row["id_number"] for row in rows} == {
        item["values"]["id_number"] for item in found["records"]
    }
    some = run("list", "member", "--where", f"unit_code={made_up.unit_code(1)}", "--json").json
    assert len(some["records"]) == 10
    assert run("list", "member", "--status", "draft", "--json").json["records"] == []
    one = run("show", "member", record["values"]["id_number"].lower(), "--json").json
    assert one["values"] == record["values"]
    assert record["values"]["name"] in run("show", "member", record["values"]["id_number"]).out
    assert run("show", "member", made_up.resident_number(999), "--json").code == 4
    assert run("list", "member", "--where", "nonsense=1").code == 2
    assert run("list", "member", "--where", "nonsense").code == 2


def test_a_dry_run_tells_and_changes_nothing(run, home: Path, books: list[Path]) -> None:
    said = run("import", *books, "--dry-run", "--json")
    assert said.code == 1
    assert said.json["batch"] == ""
    assert run("status", "--json").json["counts"]["member"]["valid"] == 0


def test_blank_templates_and_packs_are_told(run, tmp_path: Path) -> None:
    for pack in packs.installed():
        said = run("template", pack.id, "-o", tmp_path / pack.id, "--json")
        assert said.code == 0
        blank = [Path(path) for path in said.json["files"]]
        assert {path.name for path in blank} == {sheet.workbook for sheet in pack.sheets}
        checked = run("check", *blank, "--pack", pack.id, "--json")
        assert checked.json["rows"] == 0
        assert checked.json["counts"]["error"] == {}
        shown = run("pack", "show", pack.id, "--json").json
        assert shown["id"] == pack.id
        assert run("pack", "show", pack.id).code == 0
        assert run("pack", "check", pack.folder).code == 0
    listed = run("pack", "list", "--json").json["packs"]
    assert [item["id"] for item in listed] == [pack.id for pack in packs.installed()]


def test_a_broken_pack_folder_leaves_with_1_and_says_where(run, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(packs.load("hubei-2023").folder, folder)
    text = (folder / "pack.toml").read_text(encoding="utf-8")
    (folder / "pack.toml").write_text(
        text.replace('type = "phone"', 'type = "telephone"', 1), encoding="utf-8"
    )
    said = run("pack", "check", folder, "--json")
    assert said.code == 1
    assert said.json["problems"]


def test_the_demo_does_the_whole_job_and_leaves_its_files(run, tmp_path: Path) -> None:
    said = run("demo", "--rows", "60", "--keep", tmp_path / "kept")
    assert said.code == 0
    kept = tmp_path / "kept"
    for name in ("recipient.crt", "recipient.key", "ca.pem", "ca-and-crl.pem"):
        assert (kept / name).is_file()
    assert len(list(kept.glob("*.p7m"))) == 1
    assert (kept / "workbooks").is_dir()
    assert (kept / "workspace").is_dir()
    assert "openssl cms -decrypt" in said.out
    assert run("demo", "--keep", kept).code == 2


def test_the_demo_works_with_a_single_row_and_leaves_nothing_unasked(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run("demo", "--rows", "1").code == 0
    assert list(tmp_path.iterdir()) == []


def test_the_demo_knows_every_installed_pack(tmp_path: Path) -> None:
    for pack in packs.installed():
        done = demonstration.run(30, tmp_path / pack.id, lambda text: None, pack_id=pack.id)
        assert done.released == len(done.planted)
        found = {finding.code for finding in done.imported.findings}
        assert {item.code for item in done.planted} <= found


def test_the_self_test_finds_this_installation_sound(run) -> None:
    said = run("self-test", "--json")
    assert said.code == 0, said.out
    assert said.json["ok"] is True
    assert [line["name"] for line in said.json["lines"]] == [
        "packs",
        "reader",
        "store",
        "bundle",
        "font",
        "window",
    ]


def test_json_stays_one_document_when_the_console_knows_no_chinese(program, home: Path) -> None:
    done = program("status", "--json", PYTHONIOENCODING="gbk")
    assert done.returncode == 0
    assert json.loads(done.stdout.decode("gbk"))["format"] == "collector.status/1"


def test_a_reader_that_leaves_early_does_not_turn_a_bad_verdict_into_a_good_one(
    books: list[Path],
) -> None:
    receiving, giving = os.pipe()
    os.close(receiving)
    words = ["check", *map(str, books), "--pack", "hubei-2023"]
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "collector", *words],
            stdout=giving,
            stderr=subprocess.PIPE,
            check=False,
            timeout=120,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    finally:
        os.close(giving)
    assert ended.returncode == 1
    assert ended.stderr == b""
