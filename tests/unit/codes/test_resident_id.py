"""居民身份证: known answers from GB 11643-1999, and what each fault is called."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.codes import documents, regions, resident_id

TODAY = date(2026, 5, 1)


def whole(first17: str) -> str:
    return first17 + resident_id.check_digit(first17)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    county = draw(st.sampled_from(["420106", "110101", "460400", "652701", "350203"]))
    born = draw(st.dates(date(1930, 1, 1), TODAY))
    return whole(f"{county}{born:%Y%m%d}{draw(st.integers(0, 999)):03}")


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_numbers_printed_in_the_standard_are_sound(number: str) -> None:
    assert resident_id.fault(number, TODAY) is None


def test_a_lower_case_x_is_accepted() -> None:
    assert resident_id.fault("11010519491231002x", TODAY) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("1101051949123100", "length"),
        ("11010519491231002X1", "length"),
        ("", "length"),
        ("110105491231002", "old_15"),
        ("11010549123100A", "length"),
        ("1101051949123100AX", "alphabet"),
        ("11010519491231002A", "alphabet"),
        ("1101051949123100²X", "alphabet"),
        ("110105194902300028", "birth_date"),
        ("110105194913310028", "birth_date"),
        ("110105000012310028", "birth_date"),
        ("110105184912310028", "birth_date"),
        ("110105194912310021", "check_digit"),
    ],
)
def test_each_fault_has_its_name(number: str, fault: str) -> None:
    assert resident_id.fault(number, TODAY) == fault


def test_a_birth_tomorrow_is_named_and_one_today_is_not() -> None:
    assert resident_id.fault(whole("42010620260502001"), TODAY) == "future_birth"
    assert resident_id.fault(whole("42010620260501001"), TODAY) is None


def test_a_wrong_check_character_is_named_before_a_birth_in_the_future() -> None:
    number = whole("42010620990101001")
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    assert resident_id.fault(wrong, TODAY) == "check_digit"


def test_the_number_tells_birth_date_sex_and_county() -> None:
    number = "11010519491231002X"
    assert resident_id.birth_date(number) == date(1949, 12, 31)
    assert resident_id.gender(number) == "女"
    assert resident_id.gender("440524188001010014") == "男"
    assert resident_id.region(number) == "110105"


@pytest.mark.parametrize("number", ["", "110105", "110105194902300028", "11010519A91231002X"])
def test_what_holds_no_birth_date_gives_none(number: str) -> None:
    assert resident_id.birth_date(number) is None


@pytest.mark.parametrize(
    "county",
    [
        "460400",  # 儋州, without counties since 2015
        "460003",  # 儋州 until 2002
        "810000",
        "820000",
        "830000",
        "420000",
        "420100",
        "420101",
    ],
)
def test_counties_that_stand_stood_or_were_given_out_are_known(county: str) -> None:
    assert resident_id.region_known(whole(county + "19900101001"))


@pytest.mark.parametrize("county", ["990101", "000000", "420199"])
def test_a_county_that_never_was_is_not_known(county: str) -> None:
    assert not resident_id.region_known(whole(county + "19900101001"))


def test_a_county_is_named_with_its_city_and_province() -> None:
    assert regions.name("420106") == "湖北省武汉市武昌区"
    assert regions.name("110000") == "北京市"
    assert regions.name("990101") == ""


@given(numbers())
def test_a_number_made_by_the_rule_is_sound(number: str) -> None:
    assert resident_id.fault(number, TODAY) is None
    assert resident_id.region_known(number)


@given(numbers(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed_and_the_right_number_is_among_the_candidates(
    number: str, place: int, step: int
) -> None:
    digit = str((int(number[place]) + step) % 10)
    wrong = number[:place] + digit + number[place + 1 :]
    assert resident_id.fault(wrong, TODAY) is not None
    assert number in resident_id.candidates(wrong, TODAY)


@given(numbers(), st.integers(0, 15))
def test_swapped_neighbours_are_among_the_candidates(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or number in resident_id.candidates(swapped, TODAY)


@given(numbers())
def test_every_candidate_is_sound_and_another_number(number: str) -> None:
    for each in resident_id.candidates(number, TODAY):
        assert each != number
        assert resident_id.fault(each, TODAY) is None
        assert resident_id.region_known(each)


def test_a_number_of_another_length_has_no_candidates() -> None:
    assert resident_id.candidates("11010519491231", TODAY) == []


def test_a_15_digit_number_becomes_the_18_character_one_of_the_standard() -> None:
    assert resident_id.from_old_15("110105491231002", TODAY) == "11010519491231002X"


@pytest.mark.parametrize("number", ["11010549123100", "11010549123100X", "110105490231002"])
def test_what_is_no_old_number_is_not_upgraded(number: str) -> None:
    assert resident_id.from_old_15(number, TODAY) is None


def test_seventeen_digits_are_given_their_check_character() -> None:
    assert resident_id.with_check_digit("11010519491231002", TODAY) == "11010519491231002X"


@pytest.mark.parametrize(
    "first", ["1101051949123100", "1101051949123100X", "11010519490230002", "99010119900101001"]
)
def test_seventeen_characters_that_make_no_number_are_left(first: str) -> None:
    assert resident_id.with_check_digit(first, TODAY) is None


ODD = st.one_of(
    numbers().map(str.lower),
    st.text("0123456789Xx 甲٣", max_size=19),
    st.builds(
        lambda number, place, other: number[:place] + other + number[place + 1 :],
        numbers(),
        st.integers(0, 17),
        st.sampled_from("0123456789xX ９甲"),
    ),
    st.dates(TODAY, date(2100, 1, 1)).map(lambda day: whole(f"110101{day:%Y%m%d}001")),
    st.sampled_from(["19000229", "18491231", "20260230"]).map(lambda d: whole(f"110101{d}001")),
    st.sampled_from([whole("99999919900101001")]),
)


@given(st.sets(st.one_of(numbers(), ODD), max_size=30))
def test_asking_all_numbers_at_once_is_asking_each(all_of_them: set[str]) -> None:
    sound = resident_id.sound(all_of_them, TODAY)
    assert sound == {each for each in all_of_them if resident_id.fault(each, TODAY) is None}
    unknown = {each for each in sound if not resident_id.region_known(each)}
    assert set(resident_id.of_unknown_region(sound)) == unknown
    assert documents.telling_birth_and_gender(all_of_them, TODAY) == {
        each for each in all_of_them if documents.tells_birth_and_gender(each, TODAY)
    }
