from __future__ import annotations

from array import array
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.sheets import wire
from collector.sheets.child import _block, _repeated, _told
from collector.sheets.raw import Cell

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
CELLS = st.one_of(
    TEXT,
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)


def received(message: bytes) -> list[Cell]:
    body = message[1:]
    return wire.read_cells(body) if message[:1] == b"C" else wire.read_repeated(body)


@given(st.lists(CELLS, min_size=1, max_size=30))
def test_a_block_of_cells_arrives_as_it_was_sent(cells: list[Cell]) -> None:
    arrived = received(_block(cells))
    assert arrived == cells
    assert [type(cell) for cell in arrived] == [type(cell) for cell in cells]


@given(st.lists(st.sampled_from(["男", "女", ""]), min_size=1, max_size=200))
def test_a_block_of_repeated_texts_arrives_as_it_was_sent(cells: list[str]) -> None:
    assert received(_repeated(cells) or _block(cells)) == cells


def test_a_nul_in_a_text_does_not_part_it_in_two() -> None:
    assert received(_block(["a\0b", "c"])) == ["a\ufffdb", "c"]


@given(st.binary(max_size=60))
def test_whatever_bytes_arrive_the_parent_only_ever_says_malformed(body: bytes) -> None:
    for read in (wire.read_cells, wire.read_repeated, wire.read_sheet, wire.read_book):
        try:
            read(body)
        except wire.Malformed:
            continue


@pytest.mark.parametrize(
    "body",
    [
        b"3;sssa\0b",
        b"1;xa",
        b"99;s",
        b"1;inot a number",
        b"1;d2020-13-01",
        b"x;a",
    ],
)
def test_cells_that_do_not_add_up_are_malformed(body: bytes) -> None:
    with pytest.raises(wire.Malformed):
        wire.read_cells(body)


def test_a_place_beyond_the_texts_is_malformed() -> None:
    with pytest.raises(wire.Malformed):
        wire.read_repeated(wire.repeated(array("H", [0, 5]), "男")[1:])


@pytest.mark.parametrize(
    "numbers", [(-1, 1, 1, 1, 1), (0, 0, 1, 1, 1), (0, 1, 1, 1, 0), (0, 1, 16_384, 1, 2)]
)
def test_an_impossible_sheet_is_malformed(numbers: tuple[int, int, int, int, int]) -> None:
    with pytest.raises(wire.Malformed):
        wire.read_sheet(wire.sheet(*numbers, [])[1:])


def test_odd_cells_become_text_a_person_could_have_typed() -> None:
    from datetime import time, timedelta

    tags, text = _told([None, time(3, 4), timedelta(days=1.5), date(2020, 1, 2)])
    assert tags == "ssfd"
    assert text.split("\0") == ["", "03:04:00", "1.5", "2020-01-02"]
    assert datetime.fromisoformat(text.split("\0")[3]).date() == date(2020, 1, 2)
