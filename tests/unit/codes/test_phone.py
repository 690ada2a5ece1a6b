"""Telephone numbers: every way of typing one, and no number called wrong that can be called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.codes import phone


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 13800000000", "13800000000"),
        ("0086-138-0000-0000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("013800000000", "13800000000"),
        ("手机：１３８００００００００", "13800000000"),
        ("027-87650000", "027-87650000"),
        ("(027)87650000", "027-87650000"),
        ("（０２７）８７６５００００", "027-87650000"),
        ("02787650000", "027-87650000"),
        ("027 8765 0000", "027-87650000"),
        ("+86-027-87650000", "027-87650000"),
        ("010-62340000", "010-62340000"),
        ("0716-8120000", "0716-8120000"),
        ("07168120000", "0716-8120000"),
        ("027-87650000-801", "027-87650000-801"),
        ("027-87650000转801", "027-87650000-801"),
        ("02787650000 ext. 801", "027-87650000-801"),
        ("87650000", "87650000"),
        ("8765-0000", "87650000"),
        ("87650000转12", "87650000-12"),
        ("400-123-0000", "4001230000"),
        ("400-123-0000-12", "4001230000-12"),
        ("8001230000转1", "8001230000-1"),
        ("12351", "12351"),
        ("+852 5123 0000", "+85251230000"),
    ],
)
def test_every_way_of_typing_a_number_gives_one_canonical_number(typed: str, number: str) -> None:
    assert phone.tidy_phone(typed) == number
    assert phone.is_mobile(number) or phone.is_landline(number) or phone.is_unusual(number)


@pytest.mark.parametrize(
    "typed",
    [
        "13800000000/13900000000",
        "138000000001",
        "1380000000",
        "1.38E+10",
        "无",
        "+852 1 转 5",
        "027-1234",
        "027-87650000-12-13",
        "027-87650000-12转13",
        "12",
    ],
)
def test_what_is_no_single_number_stays_as_typed_and_is_none(typed: str) -> None:
    number = phone.tidy_phone(typed)
    assert number == typed
    assert not phone.is_mobile(number)
    assert not phone.is_landline(number)
    assert not phone.is_unusual(number)


def test_a_range_not_given_out_so_far_is_unusual_and_not_refused() -> None:
    assert not phone.is_mobile("12000000000")
    assert phone.is_unusual("12000000000")
    assert not phone.is_unusual("13800000000")


@given(st.integers(13000000000, 19999999999))
def test_every_mobile_number_is_one_whatever_parts_its_groups(value: int) -> None:
    number = str(value)
    for parted in ("{} {} {}", "{}-{}-{}", "+86{}{}{}", "{}.{}.{}"):
        assert phone.tidy_phone(parted.format(number[:3], number[3:7], number[7:])) == number
    assert phone.is_mobile(number)


@given(st.text(alphabet="0123456789-+ 转()ext#/.", max_size=24))
def test_tidying_twice_changes_nothing_more(typed: str) -> None:
    once = phone.tidy_phone(typed)
    assert phone.tidy_phone(once) == once


@given(
    st.lists(
        st.one_of(
            st.integers(10000000000, 19999999999).map(str),
            st.sampled_from(["", "1390000000", "139000000000", "１３９00000000", "1390000000a"]),
        ),
        max_size=6,
    )
)
def test_asking_all_numbers_at_once_is_asking_each(numbers: list[str]) -> None:
    assert list(phone.but_mobiles(numbers)) == [
        each for each in numbers if each and not phone.is_mobile(each)
    ]
    if phone.are_eleven_digits(numbers):
        assert [phone.tidy_phone(each) for each in numbers] == numbers
