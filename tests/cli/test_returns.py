"""The verb ``marked``, and what ``import`` says of a copy that came back."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from collector import packs
from collector.model import Kind
from collector.services import made_up
from collector.sheets import writing

PACK = packs.load("hubei-2023")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """12 members, two of them with a wrong telephone."""
    people = made_up.make(PACK, 12, units=1)
    for row in (3, 7):
        people.records[Kind.MEMBER][row]["phone"] = "12345"
    made = writing.TableSource(people.tables())
    return writing.write_together(PACK, made, tmp_path / "虚构花名册.xlsx")


def mend(path: Path) -> None:
    book = load_workbook(path)
    for page in book.worksheets:
        for cells in page.iter_rows():
            for cell in cells:
                if cell.value == "12345":
                    cell.value = "13912345678"
    book.save(path)


def test_parked_rows_go_out_and_come_back(run, home: Path, source: Path, tmp_path: Path) -> None:
    first = run("import", source, "--json").json
    assert first["parked"] == 2
    out = tmp_path / "退回"
    told = run("marked", first["batch"], "-o", out, "--source", source, "--json").json
    assert told["format"] == "collector.marked/1"
    (copy,) = told["copies"]
    assert (copy["from"], copy["rows"], copy["sound"]) == ("source", 2, 12)
    mend(Path(copy["path"]))
    back = run("import", copy["path"], "--json")
    assert back.code == 0
    (returned,) = back.json["returned"]
    assert returned["rows"]["fixed"] == 2
    assert returned["rows"]["sound"] == 12
    assert returned["copies"][0]["batch"] == first["batch"]
    assert sum(returned["rows"].values()) == back.json["rows"]


def test_all_that_waits_goes_out_at_once_with_the_folder_it_came_from(
    run, home: Path, source: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "各单位"
    folder.mkdir()
    for name in ("甲.xlsx", "乙.xlsx"):
        book = load_workbook(source)
        book.properties.title = name
        book.save(folder / name)
    (folder / "别的.csv").write_text("无关\n", encoding="utf-8")
    run("import", folder, "--json")
    told = run("marked", "-o", tmp_path / "退回", "--source", folder, "--json").json
    assert told["batch"] == ""
    assert [(copy["file"], copy["from"]) for copy in told["copies"]] == [
        ("甲.xlsx", "source"),
        ("乙.xlsx", "source"),
    ]
    for copy in told["copies"]:
        mend(Path(copy["path"]))
    back = run("import", tmp_path / "退回", "--json")
    assert back.json["parked"] == 0
    said = run("marked", "-o", tmp_path / "再退", "--json")
    assert (said.code, said.json["error"]["code"]) == (2, "handing.nothing_parked")


def test_without_the_source_the_rows_are_laid_into_the_packs_workbook(
    run, home: Path, source: Path, tmp_path: Path
) -> None:
    batch = run("import", source, "--json").json["batch"]
    said = run("marked", batch, "-o", tmp_path / "退回")
    assert said.code == 0
    assert "用省模板重新排出" in said.out
    path = tmp_path / "退回" / "虚构花名册-退回.xlsx"
    mend(path)
    said = run("import", path)
    assert said.code == 0
    assert "改好 2 行" in said.out


def test_what_was_deleted_in_the_copy_is_named_and_left_out_only_when_asked(
    run, home: Path, source: Path, tmp_path: Path
) -> None:
    batch = run("import", source, "--json").json["batch"]
    run("marked", batch, "-o", tmp_path / "退回", "--source", source)
    path = tmp_path / "退回" / "虚构花名册-退回.xlsx"
    book = load_workbook(path)
    page = next(p for p in book.worksheets if any(c.value == "12345" for r in p for c in r))
    page.delete_rows(next(c.row for r in page for c in r if c.value == "12345"))
    book.save(path)
    assert "没有交回、仍待修" in run("import", path, "--dry-run").out
    assert "没有交回、已标为不收" in run("import", path, "--missing", "discard").out
    refused = run("import", path.parent, "--missing", "discard", "--json")
    assert refused.code == 2
    assert refused.json["error"]["code"] == "usage.missing"


def test_another_file_is_not_taken_for_the_source(
    run, home: Path, source: Path, tmp_path: Path
) -> None:
    batch = run("import", source, "--json").json["batch"]
    other = tmp_path / "别的.xlsx"
    other.write_bytes(source.read_bytes() + b"\0")
    said = run("marked", batch, "-o", tmp_path, "--source", other, "--json")
    assert said.code == 4
    assert said.json["error"]["code"] == "handing.other_file"
