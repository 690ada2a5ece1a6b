"""The verbs missing and supplement, as a script runs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collector import packs
from collector.model import Kind
from collector.services import made_up
from collector.sheets import writing

Run = Callable[..., Any]


@pytest.fixture
def filled(home: Path, run: Run, tmp_path: Path) -> Path:
    """A workspace of three people, one of whom waits with a number Excel has damaged."""
    pack = packs.load("hubei-2023")
    people = made_up.make(pack, 4, 1)
    people.records[Kind.MEMBER][3]["id_number"] = made_up.resident_number(3)[:15]
    (book,) = writing.write_workbooks(
        pack, writing.TableSource(people.tables()), tmp_path / "books"
    )
    assert run("import", book).code == 1
    return home


def test_what_is_missing_is_counted_listed_filled_in_and_imported(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    own = run("missing", "--json")
    assert (own.code, own.json["items"]) == (0, 0)
    told = run("missing", "--pack", "hainan-2019", "--json")
    assert told.json["format"] == "collector.missing/1"
    assert told.json["incomplete"] == {"unit": 1, "union": 1, "officer": 0, "member": 3}
    said = run("missing", "--pack", "hainan-2019")
    assert "按“海南省" in said.out
    assert f"{told.json['items']:,} 项" in said.out
    path = tmp_path / "list.xlsx"
    assert run("missing", "--pack", "hainan-2019", "-o", path).code == 0
    book = openpyxl.load_workbook(path)
    page = book["会员"]
    column = next(cell.column for cell in page[3] if cell.value == "民族")
    for row, text in zip(range(4, 7), ("汉族", "汉族", "虚构族"), strict=True):
        page.cell(row, column).value = text
    book.save(path)
    refused = run("import", path, "--json")
    assert refused.code == 1
    assert refused.json["filled"] == 2
    assert [(item["sheet"], item["row"]) for item in refused.json["refused"]] == [("会员", 6)]
    assert "虚构族" not in refused.out
    assert run("missing", "--from-id", "--pack", "hainan-2019", "--json").json["filled"] == 6
    again = run("missing", "--pack", "hainan-2019", "--json")
    assert again.json["items"] == told.json["items"] - 8
    assert run("missing", "--take", path).code == 1


def test_a_list_among_other_files_is_refused_and_says_where_it_belongs(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "list.xlsx"
    run("missing", "--pack", "hainan-2019", "-o", path)
    other = next((tmp_path / "books").iterdir())
    told = run("import", other, path, "--json")
    assert (told.code, told.json["error"]["code"]) == (4, "import.is_missing_list")
    assert run("import", path, "--dry-run").code == 2
    assert run("missing", "--take", path, "--pack", "hainan-2019").code == 2
    nothing = run("missing", "-o", tmp_path / "none.xlsx", "--json")
    assert (nothing.code, nothing.json["error"]["code"]) == (2, "missing.nothing")


def test_lists_of_numbers_are_written_a_unit_each_and_taken_back(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    told = run("supplement", "-o", tmp_path / "out", "--json")
    assert told.code == 0
    assert (told.json["rows"], told.json["units"], told.json["mendable"]) == (1, 1, 0)
    summary, listed = (Path(name) for name in told.json["written"])
    assert summary.name == "补录清单_汇总.xlsx"
    person = made_up.person_name(3)
    assert person not in told.out
    assert person not in run("supplement", "-o", tmp_path / "out").out
    book = openpyxl.load_workbook(listed)
    page = book.worksheets[0]
    column = next(cell.column for cell in page[3] if cell.value == "正确证件号")
    page.cell(4, column).value = made_up.resident_number(3)
    book.save(listed)
    done = run("supplement", "--take", listed, "--json")
    assert (done.code, done.json["released"]) == (0, 1)
    assert run("supplement", "-o", tmp_path / "again", "--json").code == 2
    assert run("supplement").code == 2


def test_a_refused_export_counts_the_records_of_each_field_and_not_their_faults(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    command = ("export", "-o", tmp_path / "out", "--pack", "hainan-2019", "--leave-parked")
    refused = run(*command, "--json")
    assert refused.code == 1
    error = refused.json["error"]
    said = error["sentence"]
    assert "1 条单位记录：“单位地址”没有填写" in said
    assert "另有 " in said
    told = run("missing", "--pack", "hainan-2019", "--json").json
    lacked = [
        item["count"]
        for item in told["fields"]
        if (item["severity"], item["code"]) == ("error", "required.missing")
    ]
    assert error["where"]["required.missing"] == sum(lacked)
    assert "collector missing" in error["advice"]
    assert not (tmp_path / "out").exists()


def test_a_list_of_numbers_is_no_list_of_people_and_says_where_it_belongs(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "numbers"
    assert run("supplement", "-o", folder).code == 0
    for path in folder.iterdir():
        if "汇总" not in path.name:
            told = run("import", path, "--json")
            assert (told.code, told.json["error"]["code"]) == (4, "import.is_supplement_list")
            assert "supplement --take" in told.json["error"]["advice"]
    assert run("import", folder, "--json").json["states"]["refused"] == 1


def test_what_is_said_of_kinds_and_faults_is_said_in_words(filled: Path, run: Run) -> None:
    said = run("status").out
    assert "错误 resident_id." in said
    assert "会员：" in said
    assert "error" not in said
    assert "error resident_id." in run("--lang", "en", "status").out
