"""Every code of the contract, planted in workbooks as collectors really fill them in.

Columns are shuffled, headers use the pack's aliases, sound cells are written in every harmless
way; each planted fault must be found at its own cell with its own code, and nothing else may be
called an error.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from collector import packs
from collector.codes import resident_id, uscc
from collector.model import Kind, Severity
from collector.services import made_up
from collector.services.checking import CheckResult, check_files

TODAY = date(2024, 6, 1)
Row = dict[str, Any]
Spoil = Callable[[Row], Any]

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def number_of(region: str, birth: str, sequence: int = 123) -> str:
    first = f"{region}{birth}{sequence:03d}"
    return first + resident_id.check_digit(first)


def wrong_last(text: str) -> str:
    return text[:-1] + ("1" if text[-1] != "1" else "2")


ODDITIES: list[tuple[str, Callable[[Any], Any]]] = [
    ("id_number", lambda text: text.translate(FULL_WIDTH)),
    ("id_number", lambda text: f" {text[:6]} {text[6:14]} {text[14:]}\u3000"),
    ("id_number", lambda text: text.lower()),
    ("id_number", lambda text: f"'{text}"),
    ("join_date", lambda text: "2020.9.1"),
    ("join_date", lambda text: "2020年9月1日"),
    ("join_date", lambda text: "2020/9/1"),
    ("join_date", lambda text: datetime(2020, 9, 1)),  # noqa: DTZ001 - a cell has no zone
    ("join_date", lambda text: 44075),
    ("join_date", lambda text: "20200901"),
    ("phone", int),
    ("phone", lambda text: f"{text[:3]}-{text[3:7]}-{text[7:]}"),
    ("name", lambda text: f"{text[0]} {text[1:]}\u200b"),
    ("name", lambda text: "古丽米热•艾比布力"),
    ("political_status", lambda text: " 群众\u3000"),
    ("id_type", lambda text: "身份证"),
    ("unit_name", lambda text: f"\u3000{text} "),
]

MEMBER_FAULTS: list[tuple[str, str, Spoil]] = [
    ("required.missing", "name", lambda row: ""),
    ("required.missing", "join_date", lambda row: None),
    ("choice.unknown", "political_status", lambda row: "党员同志"),
    ("choice.unknown", "id_type", lambda row: "往来证件"),
    ("text.too_long", "name", lambda row: "甲" * 300),
    ("text.forbidden_character", "name", lambda row: "虚构\u202e甲"),
    ("resident_id.length", "id_number", lambda row: row["id_number"][:17]),
    ("resident_id.alphabet", "id_number", lambda row: "42010A" + row["id_number"][6:]),
    ("resident_id.birth_date", "id_number", lambda row: number_of("420106", "19900230")),
    ("resident_id.check_digit", "id_number", lambda row: wrong_last(row["id_number"])),
    ("resident_id.future_birth", "id_number", lambda row: number_of("420106", "20900101")),
    ("resident_id.damaged_by_excel", "id_number", lambda row: 420106199001011000),
    ("resident_id.damaged_by_excel", "id_number", lambda row: "4.20106E+17"),
    ("resident_id.damaged_by_excel", "id_number", lambda row: 420106199001011234),
    ("resident_id.old_15", "id_number", lambda row: "420106900101123"),
    ("uscc.length", "unit_code", lambda row: "91420106"),
    ("uscc.alphabet", "unit_code", lambda row: "91420000MI0000015A"),
    ("uscc.check_digit", "unit_code", lambda row: wrong_last(row["unit_code"])),
    ("phone.format", "phone", lambda row: "12345"),
    ("date.format", "join_date", lambda row: "去年九月"),
    ("date.not_a_date", "join_date", lambda row: "2016-02-30"),
    ("date.out_of_range", "join_date", lambda row: "2099-01-01"),
    ("date.ambiguous", "join_date", lambda row: "03/04/2016"),
    ("reference.unit_missing", "unit_code", lambda row: made_up.unit_code(777_777)),
    ("reference.union_missing", "union_code", lambda row: made_up.union_code(777_777)),
]


class Book:
    """A workbook under way: sheets of shuffled columns under the pack's own headers."""

    def __init__(self, pack_id: str, seed: int = 7) -> None:
        self.pack = packs.load(pack_id)
        self.random = random.Random(seed)
        self.workbook = Workbook()
        self.workbook.remove(self.workbook.active)
        self.letters: dict[tuple[str, str], str] = {}
        self.first_row: dict[str, int] = {}

    def sheet(self, name: str, kinds: Sequence[Kind], rows: Sequence[Sequence[Row]]) -> Any:
        """One row of the sheet is one record of each kind."""
        fields = [
            (place, item) for place, kind in enumerate(kinds) for item in self.pack.fields_of(kind)
        ]
        self.random.shuffle(fields)
        page = self.workbook.create_sheet(name)
        page.append([f"{name}（虚构）"])
        page.append([" ".join(item.header.split()) for _, item in fields] + ["与采集无关的一列"])
        for column, (place, item) in enumerate(fields, 1):
            self.letters[(kinds[place], item.id)] = get_column_letter(column)
        self.first_row[name] = 3
        for number, records in enumerate(rows, 3):
            for column, (place, item) in enumerate(fields, 1):
                value = records[place].get(item.id, "")
                if value not in ("", None):
                    page.cell(number, column, value)
        return page

    def check(self, folder: Path) -> CheckResult:
        path = folder / "planted.xlsx"
        self.workbook.save(path)
        return check_files([path], self.pack.id, today=TODAY)


def errors_of(result: CheckResult) -> set[tuple[str, int, str, str]]:
    return {
        (item.sheet, item.row, item.column, item.code)
        for item in result.findings
        if item.severity is Severity.ERROR
    }


def hubei(members: int) -> tuple[Book, dict[Kind, list[Row]]]:
    book = Book("hubei-2023")
    made = made_up.make(book.pack, members, units=5)
    return book, {kind: [dict(row) for row in rows] for kind, rows in made.records.items()}


def test_every_planted_fault_of_a_member_is_found_at_its_cell_and_nothing_else_is_an_error(
    tmp_path: Path,
) -> None:
    book, records = hubei(300)
    members = records[Kind.MEMBER]
    expected = []
    for number, (code, field_id, spoil) in enumerate(MEMBER_FAULTS):
        row = members[3 * number + 1]
        row[field_id] = spoil(row)
        expected.append((3 * number + 1, field_id, code))
    members[200]["id_number"] = members[199]["id_number"]
    expected.append((200, "id_number", "unique.in_file"))
    members[203] |= {
        "id_type": "港澳居民居住证",
        "id_number": wrong_last(number_of("810000", "19900101")),
    }
    expected.append((203, "id_number", "document.format"))
    members[206] |= {"id_type": "中国护照", "id_number": "E12345678"}
    for number, (field_id, write) in enumerate(ODDITIES * 4):
        row = members[210 + number]
        row[field_id] = write(row[field_id])
    book.sheet("单位", [Kind.UNIT], [[row] for row in records[Kind.UNIT]])
    book.sheet("工会", [Kind.UNION], [[row] for row in records[Kind.UNION]])
    book.sheet("会员", [Kind.MEMBER], [[row] for row in members])
    result = book.check(tmp_path)
    assert errors_of(result) == {
        ("会员", index + 3, book.letters[(Kind.MEMBER, field_id)], code)
        for index, field_id, code in expected
    }
    assert result.rows == 5 + 5 + 300
    assert result.clean_rows == result.rows - len({index for index, _, _ in expected})
    assert [item.order for item in result.findings] == sorted(
        item.order for item in result.findings
    )


def test_the_oddities_are_kept_as_the_values_they_mean(tmp_path: Path) -> None:
    book, records = hubei(len(ODDITIES))
    members = records[Kind.MEMBER]
    meant = [dict(row) for row in members]
    for row, (field_id, write) in zip(members, ODDITIES, strict=True):
        row[field_id] = write(row[field_id])
    book.sheet("会员", [Kind.MEMBER], [[row] for row in members])
    table = book.check(tmp_path).reading.tables[0]
    for index, (field_id, _) in enumerate(ODDITIES):
        value = table.columns[field_id][index]
        if field_id == "join_date":
            assert value == "2020-09-01"
        elif field_id == "name" and "·" in value:
            assert value == "古丽米热·艾比布力"
        else:
            assert value == meant[index][field_id]


@pytest.mark.parametrize(
    ("kind", "field_id", "spoil", "code", "severity"),
    [
        (Kind.UNIT, "uscc", lambda row: made_up.union_code(5), "uscc.kind", Severity.WARNING),
        (Kind.UNION, "uscc", lambda row: made_up.unit_code(99), "uscc.kind", Severity.WARNING),
        (Kind.UNION, "parent_name", lambda row: "虚构市总工会", "reference.parent_missing", None),
        (Kind.UNION, "founded_date", lambda row: "2999-01-01", "date.out_of_range", None),
        (Kind.MEMBER, "id_number", lambda row: number_of("990106", "19900101"), "", None),
        (Kind.MEMBER, "join_date", lambda row: "1975-01-01", "order.dates", None),
    ],
)
def test_a_doubt_is_told_but_is_no_error(
    tmp_path: Path,
    kind: Kind,
    field_id: str,
    spoil: Spoil,
    code: str,
    severity: Severity | None,
) -> None:
    book, records = hubei(20)
    spoilt = records[kind][1]
    spoilt[field_id] = spoil(spoilt)
    book.sheet("单位", [Kind.UNIT], [[row] for row in records[Kind.UNIT]])
    book.sheet("工会", [Kind.UNION], [[row] for row in records[Kind.UNION]])
    book.sheet("会员", [Kind.MEMBER], [[row] for row in records[Kind.MEMBER]])
    result = book.check(tmp_path)
    wanted = code or "resident_id.region_unknown"
    found = [item for item in result.findings if item.code == wanted and item.row == 4]
    assert [item.column for item in found] == [book.letters[(kind, field_id)]]
    if severity is not None:
        assert found[0].severity is severity


def hainan(members: int) -> tuple[Book, dict[Kind, list[Row]]]:
    book = Book("hainan-2019")
    made = made_up.make(book.pack, members, units=4)
    return book, {kind: [dict(row) for row in rows] for kind, rows in made.records.items()}


def test_what_disagrees_with_the_number_is_found_in_hainan(tmp_path: Path) -> None:
    book, records = hainan(30)
    members = records[Kind.MEMBER]
    members[3]["gender"] = "女" if members[3]["gender"] == "男" else "男"
    members[5]["birth_date"] = "1980/01/02"
    records[Kind.UNIT][1]["employee_count"] = "很多"
    book.sheet(
        "工会组织信息",
        [Kind.UNIT, Kind.UNION],
        list(zip(records[Kind.UNIT], records[Kind.UNION], strict=True)),
    )
    book.sheet("会员信息", [Kind.MEMBER], [[row] for row in members])
    result = book.check(tmp_path)
    assert errors_of(result) == {
        ("会员信息", 6, book.letters[(Kind.MEMBER, "gender")], "match.gender"),
        ("会员信息", 8, book.letters[(Kind.MEMBER, "birth_date")], "match.birth_date"),
        ("工会组织信息", 4, book.letters[(Kind.UNIT, "employee_count")], "number.format"),
    }
    assert result.rows == 4 + 30


def test_formulas_merges_error_values_and_hidden_rows_are_told(tmp_path: Path) -> None:
    book, records = hubei(20)
    page = book.sheet("会员", [Kind.MEMBER], [[row] for row in records[Kind.MEMBER]])
    name = book.letters[(Kind.MEMBER, "name")]
    phone = book.letters[(Kind.MEMBER, "phone")]
    date_ = book.letters[(Kind.MEMBER, "join_date")]
    page[f"{phone}5"] = "=1+1"
    page[f"{date_}7"] = "#N/A"
    page[f"{date_}7"].data_type = "e"
    page.merge_cells(f"{name}9:{name}10")
    page.row_dimensions[12].hidden = True
    found = {(item.code, item.row) for item in book.check(tmp_path).findings}
    # openpyxl writes no result beside a formula, so the cell cannot be read at all
    assert {("cell.formula", 5), ("cell.error_value", 7), ("cell.hidden", 12)} <= found
    assert {row for code, row in found if code == "cell.merged"} & {9, 10}


def test_a_missing_and_a_repeated_header_are_told(tmp_path: Path) -> None:
    book, records = hubei(5)
    page = book.sheet("会员", [Kind.MEMBER], [[row] for row in records[Kind.MEMBER]])
    name = book.letters[(Kind.MEMBER, "name")]
    page[f"{name}2"] = "完全不相干"
    phone = book.letters[(Kind.MEMBER, "phone")]
    page.cell(2, page.max_column + 1, page[f"{phone}2"].value)
    codes = {item.code for item in book.check(tmp_path).findings}
    assert {"header.missing", "header.duplicate"} <= codes


def test_without_units_and_unions_in_the_files_references_are_not_judged(tmp_path: Path) -> None:
    book, records = hubei(10)
    book.sheet("会员", [Kind.MEMBER], [[row] for row in records[Kind.MEMBER]])
    assert not errors_of(book.check(tmp_path))


def test_the_made_up_codes_are_sound() -> None:
    assert all(uscc.fault(made_up.unit_code(number)) is None for number in range(2000))
    assert all(uscc.is_union_code(made_up.union_code(number)) for number in range(2000))
    assert all(
        resident_id.fault(made_up.resident_number(number), TODAY) is None
        for number in range(0, 200_000, 97)
    )
