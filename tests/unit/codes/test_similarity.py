"""Which numbers and names resemble one another, and that many are compared in linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.codes import resident_id, similarity

BODY = "42010619900307123"
NUMBER = BODY + resident_id.check_digit(BODY)


def test_one_other_digit_is_one_slip() -> None:
    assert similarity.one_slip(NUMBER, NUMBER[:5] + "9" + NUMBER[6:])


def test_two_swapped_neighbours_are_one_slip() -> None:
    swapped = NUMBER[:15] + NUMBER[16] + NUMBER[15] + NUMBER[17:]
    assert similarity.one_slip(NUMBER, swapped)


def test_a_slip_with_its_own_check_character_is_still_one_slip() -> None:
    other = BODY[:16] + "5"
    assert similarity.one_slip(NUMBER, other + resident_id.check_digit(other))


def test_only_the_check_character_may_differ() -> None:
    other = "0" if NUMBER[-1] != "0" else "1"
    assert similarity.one_slip(NUMBER, NUMBER[:17] + other)


@pytest.mark.parametrize(
    "other",
    [NUMBER, "", NUMBER[:17], "999" + NUMBER[3:], NUMBER[1] + NUMBER[0] + "9" + NUMBER[3:]],
    ids=["the same", "empty", "shorter", "three digits", "a swap and a digit"],
)
def test_other_differences_are_not_one_slip(other: str) -> None:
    assert not similarity.one_slip(NUMBER, other)


digits = st.text("0123456789", min_size=17, max_size=17)


@given(st.lists(digits, min_size=7, max_size=30), st.data())
def test_many_numbers_give_only_slips_and_link_all_that_belong_together(
    numbers: list[str], data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 5))):
        base = data.draw(st.sampled_from(numbers))
        place = data.draw(st.integers(0, 16))
        numbers.append(base[:place] + data.draw(st.sampled_from("0123456789")) + base[place + 1 :])
    linked = list(range(len(numbers)))

    def root(index: int) -> int:
        while linked[index] != index:
            index = linked[index]
        return index

    for earlier, later in similarity.slip_pairs(numbers):
        assert earlier < later
        assert similarity.one_slip(numbers[earlier], numbers[later])
        linked[root(later)] = root(earlier)
    for later in range(len(numbers)):
        for earlier in range(later):
            if similarity.one_slip(numbers[earlier], numbers[later]):
                group = {root(i) for i, number in enumerate(numbers) if number == numbers[earlier]}
                assert root(later) in group or any(
                    root(i) in group for i, n in enumerate(numbers) if n == numbers[later]
                )


def test_a_thousand_numbers_of_one_name_do_not_give_a_million_pairs() -> None:
    numbers = [f"4201061990030{number:04d}" for number in range(1000)]
    assert len(list(similarity.slip_pairs(numbers))) <= 33 * 1000


def test_the_15_digit_number_is_known_in_the_18_characters() -> None:
    assert similarity.upgrades("420106900307123", NUMBER)
    assert not similarity.upgrades("420106900307124", NUMBER)
    assert not similarity.upgrades("420106900307123", NUMBER[:6] + "20" + NUMBER[8:])


def test_the_birth_date_comes_from_the_number_where_none_is_stated() -> None:
    assert similarity.born("", NUMBER) == "1990-03-07"
    assert similarity.born("1991-01-01", NUMBER) == "1991-01-01"
    assert similarity.born("", "H01234567") == ""


@pytest.mark.parametrize(
    ("first", "second"),
    [("古丽米热·艾比布力", "古丽米热艾比布力"), ("Ａnna Müller", "anna müller"), ("甲 乙", "甲乙")],
)
def test_dots_width_case_and_spaces_of_a_name_do_not_count(first: str, second: str) -> None:
    assert similarity.name_key(first) == similarity.name_key(second)


def test_two_names_stay_two() -> None:
    assert similarity.name_key("𠮷丙") != similarity.name_key("吉丙")


def test_brackets_and_the_long_form_of_a_company_do_not_count() -> None:
    assert similarity.organisation_key("虚构（武汉）有限责任公司") == similarity.organisation_key(
        "虚构(武汉) 有限公司"
    )
    assert similarity.organisation_key("虚构一厂") != similarity.organisation_key("虚构二厂")


def test_the_places_that_differ_are_counted_from_one() -> None:
    assert similarity.places_apart("42010", "42910") == (3,)
    assert similarity.places_apart("42010", "42010") == ()
    assert similarity.places_apart("42010", "4201") == ()


def test_a_few_numbers_are_each_held_against_each() -> None:
    slip = NUMBER[:5] + "9" + NUMBER[6:]
    assert list(similarity.slip_pairs([NUMBER, "1" * 18, slip])) == [(0, 2)]
