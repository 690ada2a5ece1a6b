from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.packs import Dictionary, Field, FieldType
from collector.sheets.cells import canonical_column, canonical_text, typed_text
from collector.sheets.raw import Cell
from tests.unit.sheets.workbook_kit import GENDERS, member_field

CELLS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)
FIELDS = [
    member_field("x", "x", kind, dictionary="gender" if kind is FieldType.CHOICE else "")
    for kind in FieldType
]


def one(kind: FieldType, cell: Cell, name: str = "x") -> str:
    return canonical_column(member_field(name, "x", kind), None, [cell]).texts[0]


@pytest.mark.parametrize(
    ("kind", "cell", "wanted"),
    [
        (FieldType.ID_NUMBER, " 11010119900307002x ", "11010119900307002X"),
        (FieldType.ID_NUMBER, "１１０１０１１９９００３０７００２Ｘ", "11010119900307002X"),
        (FieldType.ID_NUMBER, "'000000000000000001", "000000000000000001"),
        (FieldType.NAME, "试 验", "试验"),
        (FieldType.NAME, "古丽•试验", "古丽·试验"),
        (FieldType.PHONE, 19900000001.0, "19900000001"),
        (FieldType.PHONE, 19900000001, "19900000001"),
        (FieldType.NUMBER, 12.0, "12"),
        (FieldType.NUMBER, "1,200", "1200"),
        (FieldType.NUMBER, "007", "7"),
        (FieldType.NUMBER, "约12", "约12"),
        (FieldType.NUMBER, 12.5, "12.5"),
        (FieldType.DATE, date(2020, 1, 2), "2020-01-02"),
        (FieldType.DATE, datetime.fromisoformat("2020-01-02T03:04"), "2020-01-02"),
        (FieldType.DATE, 43832.0, "2020-01-02"),
        (FieldType.DATE, 20200102.0, "2020-01-02"),
        (FieldType.DATE, "2020年1月2日", "2020-01-02"),
        (FieldType.DATE, 12.0, "12"),
        (FieldType.DATE, "长期", "长期"),
        (FieldType.TEXT, True, "TRUE"),
        (FieldType.TEXT, None, ""),
    ],
)
def test_a_cell_becomes_its_canonical_text(kind: FieldType, cell: Cell, wanted: str) -> None:
    assert one(kind, cell) == wanted


def test_a_long_lasting_card_ends_in_2099_and_only_there() -> None:
    assert one(FieldType.DATE, "长期", "id_valid_until") == "2099-12-31"
    assert one(FieldType.DATE, "长期", "join_date") == "长期"


def test_a_label_becomes_the_lists_own_and_an_unknown_one_stays() -> None:
    item = member_field("gender", "性别", FieldType.CHOICE, dictionary="gender")
    column = canonical_column(item, GENDERS, ["男", " 女 性", "不详", ""])
    assert column.texts == ["男", "女", "不详", ""]
    assert column.originals == {1: " 女 性"}


@pytest.mark.parametrize("shown", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"])
def test_an_error_value_is_named_and_kept(shown: str) -> None:
    column = canonical_column(member_field("x", "x", FieldType.TEXT), None, ["好", shown])
    assert column.texts == ["好", shown]
    assert column.faults == {1: "cell.error_value"}


@pytest.mark.parametrize("cell", [420106199001011000.0, 4.2e17, 420106199001011234, "4.2E+17"])
def test_a_number_of_more_digits_than_excel_keeps_is_damaged(cell: Cell) -> None:
    column = canonical_column(member_field("x", "x", FieldType.ID_NUMBER), None, [cell])
    assert column.faults == {0: "resident_id.damaged_by_excel"}


def test_a_number_of_fifteen_digits_is_whole() -> None:
    column = canonical_column(
        member_field("x", "x", FieldType.ID_NUMBER), None, [420106900101001.0]
    )
    assert column.texts == ["420106900101001"]
    assert column.faults == {}


def test_a_day_that_no_text_changes_with_keeps_what_was_typed() -> None:
    column = canonical_column(
        member_field("x", "x", FieldType.DATE), None, [45000.0, 45000.5, date(2020, 1, 2)]
    )
    assert column.texts == ["2023-03-15", "2023-03-15", "2020-01-02"]
    assert column.originals == {0: "45000", 1: "45000.5"}


def test_one_and_true_are_not_the_same_cell() -> None:
    column = canonical_column(member_field("x", "x", FieldType.TEXT), None, [1, True, 1.0])
    assert column.texts == ["1", "TRUE", "1"]


@pytest.mark.parametrize("item", FIELDS, ids=lambda item: str(item.type))
@given(cells=st.lists(CELLS, max_size=8))
def test_no_cell_is_emptied_and_originals_say_what_was_typed(
    item: Field, cells: list[Cell]
) -> None:
    dictionary: Dictionary | None = GENDERS if item.type is FieldType.CHOICE else None
    column = canonical_column(item, dictionary, cells)
    assert len(column.texts) == len(cells)
    for index, cell in enumerate(cells):
        typed = typed_text(cell)
        if index in column.faults:
            assert column.texts[index]
        elif column.texts[index] != typed:
            assert column.originals[index] == typed
        else:
            assert index not in column.originals


@pytest.mark.parametrize("item", FIELDS, ids=lambda item: str(item.type))
@given(typed=st.text(max_size=20))
def test_canonical_text_is_its_own_canonical_text(item: Field, typed: str) -> None:
    dictionary: Dictionary | None = GENDERS if item.type is FieldType.CHOICE else None
    once = canonical_text(item, dictionary, typed)
    assert canonical_text(item, dictionary, once) == once


@pytest.mark.parametrize("item", FIELDS, ids=lambda item: str(item.type))
@given(cells=st.lists(st.text("试验甲 0123X1990-'·a（", max_size=12), max_size=6))
def test_a_column_at_once_and_a_form_cell_by_cell_agree(item: Field, cells: list[str]) -> None:
    dictionary: Dictionary | None = GENDERS if item.type is FieldType.CHOICE else None
    column = canonical_column(item, dictionary, cells)
    for index, typed in enumerate(cells):
        if index not in column.faults and typed:
            assert column.texts[index] == canonical_text(item, dictionary, typed)
