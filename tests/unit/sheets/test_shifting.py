"""Places in a sheet after its rows grew or shrank."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.sheets.shifting import LAST_ROW, Shift, area_of, said

GROWN = Shift(first=5, anchor=5, below=14, rows=40)
SHRUNK = Shift(first=5, anchor=5, below=14, rows=2)
OPEN = Shift(first=5, anchor=6, below=0, rows=40)


@pytest.mark.parametrize(
    ("shift", "before", "after"),
    [
        (GROWN, "C15:C63354 C3 C5:C13", "C46:C63385 C3 C5:C44"),
        (GROWN, "E5:E1048576", "E5:E1048576"),
        (GROWN, "A14:T14", "A45:T45"),
        (SHRUNK, "C5:C13", "C5:C6"),
        (SHRUNK, "C10:C12", ""),
        (SHRUNK, "A14:T14", "A7:T7"),
        (OPEN, "C6:C13", "C5:C44"),
        (OPEN, "C1:C4 D:D", "C1:C4 D:D"),
        (OPEN, "C5:C100", "C5:C100"),
    ],
)
def test_ranges_cover_the_records_and_nothing_else_moves(
    shift: Shift, before: str, after: str
) -> None:
    assert shift.references(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(I5:I13)", "SUM(I5:I44)"),
        ("SUM($I$5:$I$13)/COUNTA(B5:B13)", "SUM($I$5:$I$44)/COUNTA(B5:B44)"),
        ("COUNTIF($A:$A,A1)<2", "COUNTIF($A:$A,A1)<2"),
        ('"A14"&A14', '"A14"&A45'),
        ("别的表!A14+会员!A14+'会员'!A15", "别的表!A14+会员!A45+'会员'!A46"),
        ("LOG10(A14)+A14B", "LOG10(A45)+A14B"),
        ("清单A14", "清单A14"),
    ],
)
def test_formulas_look_where_they_looked(before: str, after: str) -> None:
    assert GROWN.formula(before, "会员") == after


def test_a_range_does_not_reach_into_the_next_one_of_its_kind() -> None:
    areas = [(5, 3, 8, 3), (9, 3, 13, 3)]
    moved = [OPEN.area(area, areas) for area in areas]
    assert moved == [(5, 3, 8, 3), (9, 3, 44, 3)]


@given(
    st.integers(2, 20),
    st.integers(0, 30),
    st.integers(0, 60),
    st.integers(1, 60),
    st.integers(0, 60),
)
def test_rows_keep_their_order_and_none_falls_on_another(
    first: int, room: int, rows: int, top: int, height: int
) -> None:
    below = first + room if room else 0
    shift = Shift(first, first, below, rows)
    kept = [row for row in range(1, 80) if shift.row(row) is not None]
    moved = [shift.row(row) for row in kept]
    assert moved == sorted(set(moved))  # type: ignore[type-var]
    if below:
        assert shift.row(below) == max(first + shift.shown, first)
    area = shift.area((top, 1, top + height, 4))
    if area is not None:
        assert 1 <= area[0] <= area[2] <= LAST_ROW
        assert area_of(said(area)) == area
