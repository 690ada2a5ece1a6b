from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from collector.sheets import row_ids
from collector.sheets.loading import load
from collector.sheets.raw import RawSheet, RawWorkbook
from collector.sheets.row_ids import Fault, RowId, RowIds

IDS = RowIds("0123456789abcdef", b"s" * 32)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
codes = st.text(ALPHABET, min_size=5, max_size=5)
rows = st.integers(1, 1_048_576)


@given(codes, rows)
def test_an_id_leads_back_to_its_row(sheet: str, row: int) -> None:
    made = IDS.make(sheet, [row])[row]
    assert IDS.read(made) == RowId(sheet, row)
    assert IDS.read(f" {made.lower()} ") == RowId(sheet, row)


@given(codes, rows, st.integers(3, 18), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_seen(sheet: str, row: int, place: int, other: str) -> None:
    made = IDS.make(sheet, [row])[row]
    changed = made[:place] + other + made[place + 1 :]
    if changed != made:
        assert IDS.read(changed) is Fault.BROKEN


@given(codes, rows, st.integers(3, 17))
def test_two_characters_exchanged_are_always_seen(sheet: str, row: int, place: int) -> None:
    made = IDS.make(sheet, [row])[row]
    changed = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    if changed != made:
        assert IDS.read(changed) is Fault.BROKEN


@given(st.text(max_size=24))
def test_any_text_has_an_answer(text: str) -> None:
    assert IDS.read(text) in tuple(Fault) or isinstance(IDS.read(text), RowId)


def test_an_id_of_another_workspace_is_told_from_a_broken_one() -> None:
    made = IDS.make("AAAAA", [7])[7]
    assert RowIds("fedcba9876543210", b"t" * 32).read(made) is Fault.OTHER_WORKSPACE
    # the same name, but not its secret: a forgery that gets the check character right
    assert RowIds("0123456789abcdef", b"t" * 32).read(made) is Fault.BROKEN


def test_ids_of_ten_thousand_rows_differ_and_hold_nothing_but_their_alphabet() -> None:
    made = IDS.make("ABCDE", range(1, 10_001))
    assert len(set(made.values())) == 10_000
    assert {character for text in made.values() for character in text[3:]} <= set(ALPHABET)


def sheet(*columns: list[str]) -> RawSheet:
    return RawSheet("会员", True, len(columns[0]), [list(cells) for cells in columns])


def taken(held: RawSheet) -> RawSheet:
    row_ids.take(RawWorkbook(Path("x.xlsx"), "x.xlsx", "", "xlsx", None, [held]))  # type: ignore[arg-type]
    return held


def test_ids_and_reasons_are_set_aside_wherever_their_columns_stand() -> None:
    ids = IDS.make("ABCDE", [2, 3])
    held = taken(
        sheet(
            ["错误说明（改好后把本文件发回，见“退回说明”）", "姓名不能空", ""],
            ["姓名", "", "赵甲"],
            [row_ids.HEADER, ids[2], ids[3]],
        )
    )
    assert held.row_ids == {2: ids[2], 3: ids[3]}
    assert (held.id_column, held.reason_columns) == (3, {1})
    assert held.columns == [["", "", ""], ["姓名", "", "赵甲"], ["", "", ""]]


def test_a_column_of_other_numbers_is_no_column_of_ids() -> None:
    held = taken(sheet(["银行卡号", "6222021234567890"], ["备注", "GHR"], ["错误说明", "无"]))
    assert held.row_ids == {}
    assert held.columns[2] == ["错误说明", "无"]


def test_ids_are_found_below_a_thousand_new_rows() -> None:
    made = IDS.make("ABCDE", [1500])[1500]
    held = taken(sheet(["姓名", *["赵"] * 1499], ["", *[""] * 1498, made]))
    assert held.row_ids == {1500: made}


@pytest.mark.parametrize("name", ["退回说明", "退回说明2"])
def test_the_copys_own_id_is_read_from_its_instructions(tmp_path: Path, name: str) -> None:
    code = row_ids.copy_id(IDS.workspace, b"12345678")
    book = Workbook()
    page = book.create_sheet(name)
    page["A9"] = f"退回件编号：{code}（请勿改动）"
    book.save(tmp_path / "a.xlsx")
    assert load(tmp_path / "a.xlsx").copy_id == code
