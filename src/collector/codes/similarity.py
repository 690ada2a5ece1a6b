"""How two numbers or names resemble one another: one slip of the fingers, or another spelling.

Canonical text goes in. Everything here is for a person to look at; nothing is ever joined by it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_BODY = 17
"""characters of a resident number or a code before its check character"""
_WHOLE = 18
_LEFT_OUT = re.compile(r"[\s·'\"“”‘’\-—_,.，。、()（）\[\]【】<>《》〈〉]+")
_COMPANY = (("有限责任公司", "有限公司"), ("股份有限公司", "股份公司"))
_FEW = 6
"""so few are compared with one another; more are brought together by what slips leave alone"""


def body(number: str) -> str:
    """A number of 18 characters without its check character; others as they are."""
    return number[:_BODY] if len(number) == _WHOLE else number


def one_slip(first: str, second: str) -> bool:
    """Whether two different numbers are one slip of the fingers apart.

    One character is another, or two neighbours are swapped. The check character of an 18-character
    number is not counted: whoever computes it anew for a mistyped number changes it too.
    """
    if first == second or len(first) != len(second) or not first:
        return False
    one, other = body(first), body(second)
    if one[:5] != other[:5] and one[6:] != other[6:]:  # two slips at least, cheaply told
        return False
    apart = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(apart) <= 1:
        return True
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    place = apart[0]
    return one[place] == other[place + 1] and one[place + 1] == other[place]


def places_apart(first: str, second: str) -> tuple[int, ...]:
    """Where two texts of one length differ, counted from 1; () for other lengths."""
    if len(first) != len(second):
        return ()
    pairs = zip(first, second, strict=True)
    return tuple(place for place, (a, b) in enumerate(pairs, 1) if a != b)


def slip_pairs(numbers: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of indexes whose numbers are one slip apart, each once; the earlier first.

    Of many that are all alike each is paired with the first that shares what a slip leaves alone:
    in time proportional to their count, and all that belong together are linked, if not each with
    each.
    """
    if len(numbers) <= _FEW:
        yield from _each_with_each(numbers, range(len(numbers)))
        return
    met: set[tuple[int, int]] = set()
    for group in _halves(numbers):
        few = len(group) <= _FEW
        found = _each_with_each(numbers, group) if few else _by_marks(numbers, group)
        for pair in found:
            if pair not in met:
                met.add(pair)
                yield pair


def _halves(numbers: Sequence[str]) -> Iterator[list[int]]:
    """Groups of indexes: a slip leaves the birth date alone, or all the rest, or swaps what lies
    at a seam of the two. (The first half alone would be the same for a whole county.)"""
    groups: dict[tuple[int, int, str], list[int]] = {}
    for index, number in enumerate(numbers):
        text = body(number)
        size = len(text)
        start, end = (6, 14) if size == _BODY else (size // 2, size)
        parts = [text[start:end], text[:start] + text[end:]]
        parts += [text[: seam - 1] + text[seam + 1 :] for seam in (start, end) if 0 < seam < size]
        for part, kept in enumerate(parts):
            groups.setdefault((size, part, kept), []).append(index)
    return (group for group in groups.values() if len(group) > 1)


def _each_with_each(numbers: Sequence[str], group: Sequence[int]) -> Iterator[tuple[int, int]]:
    for place, later in enumerate(group):
        for earlier in group[:place]:
            if one_slip(numbers[earlier], numbers[later]):
                yield earlier, later


def _by_marks(numbers: Sequence[str], group: Sequence[int]) -> Iterator[tuple[int, int]]:
    first: dict[tuple[int, int, str], int] = {}
    for later in group:
        for mark in _marks(numbers[later]):
            earlier = first.setdefault(mark, later)
            if earlier != later and one_slip(numbers[earlier], numbers[later]):
                yield earlier, later


def _marks(number: str) -> Iterator[tuple[int, int, str]]:
    """What stays the same whatever one place, or two swapped neighbours, hold."""
    text = body(number)
    size = len(text)
    for place in range(size):
        yield size, place, text[:place] + text[place + 1 :]
    for place in range(size - 1):
        low, high = sorted(text[place : place + 2])
        if low != high:
            yield size, -1 - place, text[:place] + low + high + text[place + 2 :]


def upgrades(old: str, new: str) -> bool:
    """Whether an 18-character number is what a 15-digit one became (GB 11643-1999: year 19yy)."""
    return (
        len(old) == 15
        and len(new) == _WHOLE
        and old.isascii()
        and old.isdigit()
        and new[:6] == old[:6]
        and new[6:8] == "19"
        and new[8:_BODY] == old[6:]
    )


def born(birth_date: str, number: str) -> str:
    """yyyy-MM-dd as stated, else as an 18-character resident number holds it, else ""."""
    if birth_date:
        return birth_date
    if len(number) == _WHOLE and number[6:14].isdigit() and number[6:8] in ("19", "20"):
        return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    return ""


@lru_cache(maxsize=1 << 14)
def name_key(name: str) -> str:
    """A person's name for comparing: width, case, spaces and dots do not count."""
    return _folded(name)


@lru_cache(maxsize=1 << 14)
def organisation_key(name: str) -> str:
    """An organisation's name for comparing: brackets, dots, spaces and width do not count, nor
    how much of 有限责任公司 is written out."""
    folded = _folded(name)
    for long, short in _COMPANY:
        folded = folded.replace(long, short)
    return folded


def _folded(name: str) -> str:
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", name)).casefold()
