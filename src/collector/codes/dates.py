"""Dates in every way people type them, made yyyy-MM-dd; nothing is guessed.

What has two readings (03/04/2016, 16.9.1) or is incomplete (2016.9) is named, not repaired.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from collector.codes.text import half_width, tidy

LONG_TERM = "2099-12-31"
"""what 长期 is written as (S-000: 身份证长期有效填 2099-12-31)"""

FORMAT = "date.format"
NOT_A_DATE = "date.not_a_date"
AMBIGUOUS = "date.ambiguous"


class DateReading(NamedTuple):
    """``iso`` where the text can be read in one way only, else ``code`` says why not."""

    iso: str | None
    code: str | None


_LONG = frozenset({"长期", "长期有效", "永久", "永久有效", "长久", "终身", "长期有效期"})
_TIME = re.compile(
    r"(?:[T\s]\s*|(?<=日))(?:上午|下午|早上|晚上)?\s*"
    r"(?:\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?|\d{1,2}[时点](?:\d{1,2}分(?:\d{1,2}秒)?)?)"
    r"\s*(?:[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?$"
)
_WEEKDAY = re.compile(r"\s*[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?\s*$")
_PLAIN = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_SEP = r"\s*[-/.,，。、\\~‐‑‒–—―−_·\s]\s*"
_YMD = re.compile(
    rf"(\d{{4}})(?:\s*年\s*|{_SEP})(\d{{1,2}})(?:\s*月\s*|{_SEP})(\d{{1,2}})\s*[日号.。]?"
)
_SHORT_YMD = re.compile(
    rf"(\d{{2}})(?:\s*年\s*|{_SEP})(\d{{1,2}})(?:\s*月\s*|{_SEP})(\d{{1,2}})\s*[日号.。]?"
)
_DMY = re.compile(rf"(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}})")
_SHORT_DMY = re.compile(rf"(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{2}})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"([1-9]\d{4})(?:\.\d+)?")
_SHORT_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{2})")

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
_DAY_NAME_YEAR = re.compile(
    rf"(\d{{1,2}})(?:{_SEP})?([A-Za-z]{{3,9}})\.?(?:{_SEP})?(\d{{4}}|\d{{2}})"
)
_NAME_DAY_YEAR = re.compile(rf"([A-Za-z]{{3,9}})\.?\s*(\d{{1,2}}){_SEP}(\d{{4}}|\d{{2}})")

_HAN_DIGITS = {h: str(n) for n, h in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
    "Ｏ": "0",
    "O": "0",
    "o": "0",
    "０": "0",
}
_HAN_DATE = re.compile(
    r"([零〇○Oo一二三四五六七八九]{2,4})\s*年\s*([一二三四五六七八九十元正]{1,3})\s*月"
    r"\s*([一二三四五六七八九十廿卅初]{1,3})\s*[日号]?"
)

_LEAST_SERIAL = 3654  # 1910-01-01; below lie counts and years, not dates
_GREATEST_SERIAL = 73415  # 2100-12-31


@lru_cache(maxsize=1 << 16)
def read_date(text: str, allow_long_term: bool = False) -> DateReading:
    """Read a date; an empty text is ``date.format``.

    ``allow_long_term``: 长期 stands for 2099-12-31 (the end of an ID's validity only).
    """
    if match := _PLAIN.fullmatch(text):
        return _made(int(match[1]), int(match[3]), int(match[4]))
    typed = half_width(tidy(text))
    if allow_long_term and "".join(typed.split()) in _LONG:
        return DateReading(LONG_TERM, None)
    plain = _WEEKDAY.sub("", _TIME.sub("", _WEEKDAY.sub("", typed))).strip()
    if match := _YMD.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _made(int(match[1]), int(match[2]), int(match[3]))
    if match := _DMY.fullmatch(plain):
        return _either_order(int(match[1]), int(match[2]), int(match[3]))
    if match := _SERIAL.fullmatch(plain):
        iso = from_serial(float(plain))
        return DateReading(iso, None if iso else FORMAT)
    if match := _HAN_DATE.fullmatch(plain):
        return _chinese(match[1], match[2], match[3])
    if match := _DAY_NAME_YEAR.fullmatch(plain):
        return _named_month(match[3], match[2], match[1])
    if match := _NAME_DAY_YEAR.fullmatch(plain):
        return _named_month(match[3], match[1], match[2])
    if _SHORT_YMD.fullmatch(plain) or _SHORT_DMY.fullmatch(plain) or _is_short_compact(plain):
        return DateReading(None, AMBIGUOUS)
    return DateReading(None, FORMAT)


def from_serial(number: float, date1904: bool = False) -> str | None:
    """The day an Excel date cell holds (its fraction is the time of day), yyyy-MM-dd.

    None outside 1910 to 2100: such a number is a count or a year. Excel's 1900 system counts a
    29 February 1900 that never was, so days are counted from 1899-12-30.
    """
    days = int(number) + (1462 if date1904 else 0)
    if not _LEAST_SERIAL <= days <= _GREATEST_SERIAL:
        return None
    return (date(1899, 12, 30) + timedelta(days=days)).isoformat()


def readings(text: str) -> list[str]:
    """Every day an ambiguous text may mean, yyyy-MM-dd, for a person to choose from."""
    plain = _TIME.sub("", half_width(tidy(text))).strip()
    found: list[tuple[int, int, int]] = []
    if match := _DMY.fullmatch(plain):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        found += [(year, second, first), (year, first, second)]
    if match := _SHORT_YMD.fullmatch(plain) or _SHORT_COMPACT.fullmatch(plain):
        found += [(year, int(match[2]), int(match[3])) for year in _centuries(match[1])]
    if match := _SHORT_DMY.fullmatch(plain):
        for year in _centuries(match[3]):
            found += [(year, int(match[1]), int(match[2])), (year, int(match[2]), int(match[1]))]
    for pattern, year_at, month_at, day_at in (
        (_DAY_NAME_YEAR, 3, 2, 1),
        (_NAME_DAY_YEAR, 3, 1, 2),
    ):
        if match := pattern.fullmatch(plain):
            month = _MONTHS.get(match[month_at][:3].lower(), 0)
            found += [(year, month, int(match[day_at])) for year in _centuries(match[year_at])]
    made = [_made(*each).iso for each in found]
    return list(dict.fromkeys(iso for iso in made if iso))


def is_iso(text: str) -> bool:
    """Whether the text is a canonical date of the calendar."""
    return len(text) == 10 and text[4] == "-" and read_date(text).iso == text


def years_later(iso: str, years: int) -> str:
    """The same day some years on, fit for comparing with other canonical dates."""
    return f"{int(iso[:4]) + years:04}{iso[4:]}"


def _made(year: int, month: int, day: int) -> DateReading:
    try:
        return DateReading(date(year, month, day).isoformat(), None)
    except ValueError:
        return DateReading(None, NOT_A_DATE)


def _either_order(first: int, second: int, year: int) -> DateReading:
    """Day and month before the year: only where one order makes a date is it read."""
    days = {reading.iso for reading in (_made(year, first, second), _made(year, second, first))}
    days.discard(None)
    if len(days) == 1:
        return DateReading(days.pop(), None)
    return DateReading(None, AMBIGUOUS if days else NOT_A_DATE)


def _chinese(year: str, month: str, day: str) -> DateReading:
    if len(year) == 2:
        return DateReading(None, AMBIGUOUS)
    digits = "".join(_HAN_DIGITS[character] for character in year)
    if len(digits) != 4:
        return DateReading(None, FORMAT)
    return _made(int(digits), _chinese_number(month), _chinese_number(day))


def _chinese_number(text: str) -> int:
    """一 to 三十一, also 廿一, 初五, 正月, 元月; 0 where it is none."""
    if text in ("正", "元"):
        return 1
    text = text.replace("廿", "二十").replace("卅", "三十").lstrip("初")
    tens, ten, units = text.partition("十")
    try:
        if not ten:
            return int(_HAN_DIGITS[text])
        return 10 * int(_HAN_DIGITS[tens] if tens else 1) + int(_HAN_DIGITS[units] if units else 0)
    except KeyError:
        return 0


def _named_month(year: str, name: str, day: str) -> DateReading:
    month = _MONTHS.get(name[:3].lower())
    if month is None:
        return DateReading(None, FORMAT)
    if len(year) == 2:
        return DateReading(None, AMBIGUOUS)
    return _made(int(year), month, int(day))


def _is_short_compact(text: str) -> bool:
    """yyMMdd; 201609 is a year and a month, so incomplete and not ambiguous."""
    match = _SHORT_COMPACT.fullmatch(text)
    if match is None or (text[:2] in ("19", "20") and "01" <= text[4:] <= "12"):
        return False
    return "01" <= match[2] <= "12" and "01" <= match[3] <= "31"


def _centuries(year: str) -> list[int]:
    return [int(year)] if len(year) == 4 else [2000 + int(year), 1900 + int(year)]
