"""Dates: each way of typing one, and nothing guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.codes import dates

ANY_DAY = st.dates(date(1910, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    "typed",
    [
        "2016-09-01",
        "2016.9.1",
        "2016年9月1日",
        "2016年09月01号",
        "2016-9-1",
        "20160901",
        "2016/9/1",
        "２０１６／９／１",
        "2016。9。1",
        "2016、9、1",
        "2016 9 1",
        "2016. 9. 1",
        "2016.9.1.",
        "2016—9—1",
        " 2016年 9月 1日 ",
        "2016-09-01 00:00:00",
        "2016-09-01T00:00:00",
        "2016/9/1 0:00",
        "2016年9月1日 8时30分",
        "2016年9月1日 星期四",
        "2016-09-01 (周四)",
        "二〇一六年九月一日",
        "二零一六年九月一日",
        "二○一六年九月初一",
        "42614",
        "42614.5",
        "1-Sep-2016",
        "1 September 2016",
        "Sep 1, 2016",
    ],
)
def test_every_way_of_typing_a_day_is_read_as_that_day(typed: str) -> None:
    assert dates.read_date(typed) == ("2016-09-01", None)


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("二〇二〇年一月五日", "2020-01-05"),
        ("二〇二〇年十二月三十一日", "2020-12-31"),
        ("二〇二〇年元月廿一日", "2020-01-21"),
        ("二〇二〇年正月十日", "2020-01-10"),
        ("25/12/2016", "2016-12-25"),
        ("12/25/2016", "2016-12-25"),
        ("03/03/2016", "2016-03-03"),
    ],
)
def test_chinese_numerals_and_orders_with_one_reading_are_read(typed: str, iso: str) -> None:
    assert dates.read_date(typed) == (iso, None)


@pytest.mark.parametrize(
    "typed",
    [
        "03/04/2016",
        "16.9.1",
        "16-09-01",
        "16年9月1日",
        "160901",
        "9/1/16",
        "1-Sep-16",
        "一六年九月一日",
    ],
)
def test_what_has_two_readings_is_ambiguous_and_its_readings_can_be_listed(typed: str) -> None:
    assert dates.read_date(typed) == (None, "date.ambiguous")


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("03/04/2016", ["2016-04-03", "2016-03-04"]),
        ("16.9.1", ["2016-09-01", "1916-09-01"]),
        ("160901", ["2016-09-01", "1916-09-01"]),
        ("9/1/16", ["2016-09-01", "2016-01-09", "1916-09-01", "1916-01-09"]),
        ("1-Sep-16", ["2016-09-01", "1916-09-01"]),
        ("Sep 1, 16", ["2016-09-01", "1916-09-01"]),
        ("1-Abc-16", []),
        ("2016", []),
    ],
)
def test_the_readings_of_an_ambiguous_text_are_all_its_days(typed: str, days: list[str]) -> None:
    assert dates.readings(typed) == days


@pytest.mark.parametrize(
    "typed",
    [
        "2016-02-30",
        "2016-13-01",
        "20160230",
        "2015年2月29日",
        "30/02/2016",
        "二〇二〇年二月三十日",
        "二〇二〇年二十一月一日",
        "二〇二〇年三三十月一日",
        "二〇二〇年正元月一日",
        "二〇二〇年一月初",
        "二〇二〇年一一月一日",
        "30-Feb-2016",
        "2016-00-10",
    ],
)
def test_a_day_that_never_was_is_no_date(typed: str) -> None:
    assert dates.read_date(typed) == (None, "date.not_a_date")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2016.9",
        "2016年9月",
        "201609",
        "2016",
        "不详",
        "长期",
        "1-Abc-2016",
        "09999",
        "99999",
        "二〇二年一月五日",
        "169999",
        "2016-09-01-02",
    ],
)
def test_what_is_incomplete_or_no_date_at_all_is_of_no_date_form(typed: str) -> None:
    assert dates.read_date(typed) == (None, "date.format")


@pytest.mark.parametrize("typed", ["长期", " 长 期 ", "永久", "长期有效"])
def test_without_end_is_read_only_where_it_is_allowed(typed: str) -> None:
    assert dates.read_date(typed, True) == ("2099-12-31", None)
    assert dates.read_date(typed) == (None, "date.format")


@given(ANY_DAY)
def test_a_day_survives_every_unambiguous_way_of_writing_it(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    for typed in (f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y}{m:02}{d:02}", f"{day} 00:00:00"):
        assert dates.read_date(typed) == (day.isoformat(), None)


@given(ANY_DAY)
def test_excel_counts_days_from_the_day_before_1900(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert dates.from_serial(serial) == day.isoformat()
    assert dates.from_serial(serial + 0.99) == day.isoformat()
    assert dates.from_serial(serial - 1462, date1904=True) == day.isoformat()


def test_numbers_outside_1910_to_2100_are_no_days() -> None:
    last = (date(2100, 12, 31) - date(1899, 12, 30)).days
    assert dates.from_serial(last + 1) is None
    assert dates.from_serial(2016) is None


def test_the_known_serial_of_excel_is_its_day() -> None:
    assert dates.from_serial(42614) == "2016-09-01"


@given(ANY_DAY, st.integers(0, 80))
def test_years_later_keeps_the_order_of_days(day: date, years: int) -> None:
    later = dates.years_later(day.isoformat(), years)
    assert later[:4] == f"{day.year + years}"
    assert later[4:] == day.isoformat()[4:]
    assert later < dates.years_later((day + timedelta(days=1)).isoformat(), years)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("2016-09-01", True), ("2016-9-1", False), ("2016-02-30", False), ("2016/09/01", False)],
)
def test_only_a_day_of_the_calendar_in_the_canonical_form_is_canonical(
    text: str, canonical: bool
) -> None:
    assert dates.is_iso(text) is canonical


@given(st.text(max_size=20))
def test_any_text_is_either_read_or_named(text: str) -> None:
    reading = dates.read_date(text)
    assert (reading.iso is None) != (reading.code is None)
