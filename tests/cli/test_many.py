"""Folders, undo, values and layouts on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from collector import packs
from collector.model import Kind
from collector.services import made_up


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two units' files: in the first three members have a label outside the list."""
    pack = packs.load("hubei-2023")
    made = made_up.make(pack, 8, units=2)
    found = tmp_path / "各单位"
    found.mkdir()
    for number in range(2):
        workbook = Workbook()
        workbook.remove(workbook.active)
        for kind in (Kind.UNIT, Kind.UNION, Kind.MEMBER):
            page = workbook.create_sheet(next(s.name for s in pack.sheets if kind in s.kinds))
            fields = pack.fields_of(kind)
            page.append([" ".join(item.header.split()) for item in fields])
            for place, row in enumerate(made.records[kind][number::2]):
                if kind is Kind.MEMBER and number == 0 and place < 3:
                    row = {**row, "political_status": "党员同志"}
                page.append([row.get(item.id, "") for item in fields])
        workbook.save(found / f"单位{number}.xlsx")
    (found / "~$单位0.xlsx").write_bytes(b"x")
    return found


def test_a_folder_is_imported_a_batch_a_file_and_one_is_taken_back(
    run, home: Path, folder: Path
) -> None:
    (folder / "坏.xlsx").write_bytes(b"x")
    brought = run("import", folder, "--json")
    assert brought.code == 1
    told = brought.json
    assert told["format"] == "collector.inbox/1"
    assert [(file["file"], file["state"], file["batch"]) for file in told["files"]] == [
        ("单位0.xlsx", "imported", "1"),
        ("单位1.xlsx", "imported", "2"),
        ("坏.xlsx", "refused", ""),
    ]
    assert told["files"][2]["error"]["code"].startswith("workbook.")
    assert told["passed_over"] == [{"file": "~$单位0.xlsx", "reason": "lock_file"}]
    assert (told["rows"], told["added"], told["parked"]) == (12, 9, 3)
    listed = run("undo", "--json").json["imports"]
    assert [(item["batch"], item["files"]) for item in listed] == [
        ("2", ["单位1.xlsx"]),
        ("1", ["单位0.xlsx"]),
    ]
    planned = run("undo", "1", "--dry-run", "--json").json
    done = run("undo", "1", "--json").json
    assert done == {**planned, "dry_run": False}
    assert done["removed"] == {"unit": 1, "union": 1, "member": 1}
    assert done["parked_closed"] == 3
    assert run("undo", "1", "--json").json["error"]["code"] == "undo.nothing_left"
    assert run("undo", "9").code == 2
    again = run("import", folder, "--json").json
    assert [file["state"] for file in again["files"]] == [
        "imported",
        "already_imported",
        "refused",
    ]
    assert run("journal", "verify").code == 0


def test_a_label_is_matched_for_all_rows_and_remembered(run, home: Path, folder: Path) -> None:
    run("import", folder)
    (unknown,) = run("values", "list", "--json").json["unknown"]
    assert (unknown["field"], unknown["text"], unknown["count"]) == (
        "political_status",
        "党员同志",
        3,
    )
    wrong = run("values", "match", "political_status", "党员同志", "无此项", "--json")
    assert (wrong.code, wrong.json["error"]["code"]) == (2, "values.no_such_label")
    matched = run(
        "values", "match", "political_status", "党员同志", "中共党员", "--remember", "--json"
    )
    assert matched.json["released"] == 3
    assert run("values", "list", "--json").json["unknown"] == []
    assert [each["text"] for each in run("values", "list", "--json").json["remembered"]] == [
        "党员同志"
    ]
    assert run("undo", "1").code == 0
    assert run("import", folder / "单位0.xlsx", "--json").json["parked"] == 0
    assert run("values", "forget", "political_status", "党员同志").code == 0
    assert run("values", "forget", "political_status", "党员同志").code == 2


def test_several_files_stay_one_import_unless_each_is_asked_for(
    run, home: Path, folder: Path
) -> None:
    files = [folder / "单位0.xlsx", folder / "单位1.xlsx"]
    assert run("import", *files, "--dry-run", "--json").json["format"] == "collector.import/1"
    each = run("import", *files, "--each", "--json").json
    assert [file["batch"] for file in each["files"]] == ["1", "2"]


@pytest.mark.parametrize("whole", [True, False])
def test_the_row_by_row_list_accounts_for_every_row_and_holds_no_persons_data(
    run, home: Path, folder: Path, tmp_path: Path, whole: bool
) -> None:
    target = tmp_path / "结果"
    given = [folder] if whole else [folder / "单位0.xlsx", folder / "单位1.xlsx"]
    told = run("import", *given, "--results", target, "--json").json
    (written,) = target.iterdir()
    assert told["results"] == str(written)
    workbook = load_workbook(written)
    rows = list(workbook["逐行结果"].iter_rows(min_row=2, values_only=True))
    places = {row[:3] for row in rows}
    assert len(places) == told["rows"] == 12
    reasons = {row[6] for row in rows if row[3] == "待修" and row[5] == "差错"}
    assert reasons == {"choice.unknown"}
    said = "\n".join(str(cell) for row in rows for cell in row)
    for row in made_up.make(packs.load("hubei-2023"), 8, units=2).records[Kind.MEMBER]:
        assert row["name"] not in said
        assert row["id_number"] not in said
    assert "党员同志" not in said


def test_no_layout_is_remembered_by_the_command_line_itself(run, home: Path, folder: Path) -> None:
    run("import", folder)
    assert run("layouts", "list", "--json").json["layouts"] == []
    assert run("layouts", "forget", "3").code == 2
