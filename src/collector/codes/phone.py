"""Telephone numbers of the mainland; others are let pass where they may be numbers.

Canonical: ``13800000000``; ``027-87650000``; ``027-87650000-801``; ``4001230000``;
``+85251234567``. What cannot be read stays as typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from collector.codes.text import half_width, tidy

_MOBILE = re.compile(r"1[3-9]\d{9}")
_ELEVEN = re.compile(r"1\d{10}")
_WITH_AREA = re.compile(r"0(?:(?:10|2\d)-[1-9]\d{6,7}|[3-9]\d{2}-[1-9]\d{6,7})(?:-\d{1,6})?")
_LOCAL = re.compile(r"[2-9]\d{6,7}(?:-\d{1,6})?")
_SERVICE = re.compile(r"[48]00\d{7}(?:-\d{1,6})?|1[02]\d{3}|1[12]\d|9[56]\d{3,6}")
_ABROAD = re.compile(r"\+[1-9]\d{6,14}")

_DASH = re.compile(r"[\s\-‐‑‒–—―−﹣－_/.·•()\[\]（）【】]+")
_EXTENSION = re.compile(
    r"(?:转分机|分机号|分机|转接|内线|转|extension|ext\.?|x|#|\*)[\s:.\-]*(\d{1,6})\)?$",
    re.IGNORECASE,
)
_COUNTRY = re.compile(r"^(?:\+|00)86-?|^86-?(?=1[3-9]\d{9}$)")
_LABEL = re.compile(
    r"^(?:手机号码|手机号|手机|联系电话|电话|tel|mobile|phone)[:\s]+", re.IGNORECASE
)


def tidy_phone(text: str) -> str:
    """The canonical number; the tidied text as typed where it cannot be read as one number."""
    if len(text) == 11 and text.isascii() and text.isdigit() and text[0] == "1":
        return text
    return _tidy(text)


def is_mobile(number: str) -> bool:
    """Whether a canonical number is a mainland mobile number as given out today."""
    return _MOBILE.fullmatch(number) is not None


def but_mobiles(numbers: Collection[str]) -> Collection[str]:
    """Those of the filled ones that are no mobile number of today, asked all at once."""
    if are_eleven_digits(numbers) and not "".join(numbers)[1::11].strip("3456789"):
        return ()
    return [number for number in numbers if number and not is_mobile(number)]


def are_eleven_digits(numbers: Collection[str]) -> bool:
    """Whether each is eleven digits from 1 on or empty; such ``tidy_phone`` leaves as they are."""
    joined = "".join(numbers)
    return (
        set(map(len, numbers)) <= {0, 11}
        and joined.isascii()
        and (joined.isdigit() or not joined)
        and not joined[::11].strip("1")
    )


def is_landline(number: str) -> bool:
    """A canonical landline, with or without area code and extension, or 400, 800, 12351, 95…"""
    return (
        _WITH_AREA.fullmatch(number) is not None
        or _LOCAL.fullmatch(number) is not None
        or _SERVICE.fullmatch(number) is not None
    )


def is_unusual(number: str) -> bool:
    """May be a number, and is none that this module knows.

    Eleven digits in a range not given out so far (numbers of new ranges must not be refused),
    or a number abroad.
    """
    return not is_mobile(number) and (
        _ELEVEN.fullmatch(number) is not None or _ABROAD.fullmatch(number) is not None
    )


@lru_cache(maxsize=1 << 15)
def _tidy(text: str) -> str:
    typed = half_width(tidy(text))
    number = _LABEL.sub("", typed).replace("：", ":").replace("＋", "+")
    extension = ""
    found = _EXTENSION.search(number)
    if found:
        extension = found[1]
        number = number[: found.start()]
    joined = _COUNTRY.sub("", _DASH.sub("-", number).strip("-"))
    shaped = _shape(joined.strip("-"), extension)
    return typed if shaped is None else shaped


def _shape(joined: str, extension: str) -> str | None:
    """``joined`` has digits in groups parted by single hyphens, at most a leading plus."""
    groups = joined.split("-")
    digits = "".join(groups)
    tail = f"-{extension}" if extension else ""
    if digits.startswith("+"):
        return digits if digits[1:].isdigit() and not extension else None
    if not (digits.isascii() and digits.isdigit()):
        return None
    bare = digits[1:] if digits.startswith("01") else digits
    if _ELEVEN.fullmatch(bare) and not digits.startswith("010") and not tail:
        return bare
    if _SERVICE.fullmatch(digits):
        return digits + tail
    if digits[:3] in ("400", "800") and len(digits) > 10 and not tail:
        return f"{digits[:10]}-{digits[10:]}"
    return _landline(groups, tail)


def _landline(groups: list[str], tail: str) -> str | None:
    """Area code, number and extension from groups of digits, where they fall into place."""
    first = groups[0]
    if first.startswith("0"):
        area_length = 3 if first.startswith(("01", "02")) else 4
        rest = [first[area_length:], *groups[1:]]
        area, groups = first[:area_length] + "-", [group for group in rest if group]
    else:
        area = ""
    for taken in range(1, len(groups) + 1):
        number, after = "".join(groups[:taken]), groups[taken:]
        if len(number) in (7, 8) and len(after) <= (0 if tail else 1):
            shaped = area + "-".join([number, *after]) + tail
            if (_WITH_AREA if area else _LOCAL).fullmatch(shaped):
                return shaped
    return None
