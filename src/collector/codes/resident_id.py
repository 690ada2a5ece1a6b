"""居民身份证 (GB 11643-1999): 6 region + 8 birth + 3 sequence + check character, MOD 11-2.

Numbers are canonical (half width, no spaces); a lower-case x is taken as X.
港澳台居民居住证 (81/82/83 0000) are made by the same rule.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from operator import itemgetter

from collector.codes import regions

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""check character by weighted sum mod 11"""
_SHARES = tuple(
    bytes((digit - 48) * weight % 11 if 48 <= digit < 58 else 0 for digit in range(256))
    for weight in _WEIGHTS
)
"""by place: what a character adds to the sum mod 11"""
_CHECKS_OF_SUMS = bytes(ord(_CHECKS[total % 11]) for total in range(256))
_DIGITS = b"0123456789"
_WRITTEN = _DIGITS + b"Xx"
_REGION, _BIRTH = itemgetter(slice(6)), itemgetter(slice(6, 14))
_EARLIEST_YEAR = 1850
_MEMO = 1 << 16


def fault(number: str, today: date) -> str | None:
    """What is wrong with it, the first that applies; None where nothing is.

    ``old_15``, ``length``, ``alphabet``, ``birth_date``, ``check_digit``, ``future_birth``.
    """
    if len(number) != 18:
        return "old_15" if len(number) == 15 and _is_digits(number) else "length"
    if not _is_written_so(number):
        return "alphabet"
    birth = _birth(number[6:14])
    if birth is None:
        return "birth_date"
    total = _region_sum(number[:6]) + _birth_sum(number[6:14]) + _SEQUENCE_SUMS[number[14:17]]
    if _CHECKS[total % 11] != number[17].upper():
        return "check_digit"
    return "future_birth" if birth > today else None


def sound(numbers: Collection[str], today: date) -> set[str]:
    """Those in which ``fault`` finds nothing, asked all at once."""
    whole = [number for number in numbers if len(number) == 18]
    told = "".join(whole).encode("ascii", "replace")
    if told.translate(None, _WRITTEN) or told[17::18].translate(None, _DIGITS).lower() != (
        told.translate(None, _DIGITS).lower()
    ):
        whole = [number for number in whole if _is_written_so(number)]
        told = "".join(whole).encode("ascii")
    # Every character's share is at most 10, so 17 of them are a byte, and a hundred thousand
    # sums are one sum of long numbers.
    shares = (told[place::18].translate(share) for place, share in enumerate(_SHARES))
    total = sum(int.from_bytes(share, "little") for share in shares)
    wanted = total.to_bytes(len(whole), "little").translate(_CHECKS_OF_SUMS)
    checks = told[17::18].upper()
    born = list(map(_BIRTH, whole))
    distinct = set(born)
    days = {text for text in distinct if (day := _birth(text)) is not None and day <= today}
    if checks == wanted and days == distinct:
        return set(whole)
    return {
        number
        for number, birth, check, right in zip(whole, born, checks, wanted, strict=True)
        if check == right and birth in days
    }


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits."""
    return _CHECKS[sum(w * int(d) for w, d in zip(_WEIGHTS, first17, strict=True)) % 11]


def birth_date(number: str) -> date | None:
    """The birth date an 18-character number holds; None where it holds none."""
    if len(number) != 18 or not _is_digits(number[6:14]):
        return None
    return _birth(number[6:14])


def gender(number: str) -> str:
    """男 where the 17th digit is odd, else 女. The number must have 17 digits at least."""
    return "男" if number[16] in "13579" else "女"


def region(number: str) -> str:
    """The six digits of the county."""
    return number[:6]


def region_known(number: str) -> bool:
    """Whether its county stands or once stood in GB/T 2260; a doubt, not a fault, where not."""
    return regions.is_known(number[:6])


def of_unknown_region(numbers: Collection[str]) -> list[str]:
    """Those of which ``region_known`` is not true."""
    unknown = {place for place in set(map(_REGION, numbers)) if not regions.is_known(place)}
    return [number for number in numbers if region(number) in unknown] if unknown else []


def candidates(number: str, today: date) -> list[str]:
    """Sound numbers one slip of the fingers away: two neighbours swapped, or one character wrong.

    Each has a fitting check character, a birth date not in the future and a known county.
    Swaps come first. For a person to compare with the card, never to be applied unseen.
    """
    if len(number) != 18:
        return []
    tried: dict[str, None] = {}
    for place in range(17):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        tried.setdefault(swapped.upper())
    for place in range(18):
        for character in "0123456789" if place < 17 else "0123456789X":
            tried.setdefault((number[:place] + character + number[place + 1 :]).upper())
    tried.pop(number.upper(), None)
    return [each for each in tried if fault(each, today) is None and region_known(each)]


def from_old_15(number: str, today: date) -> str | None:
    """The 18-character number that a 15-digit one becomes (GB 11643-1999: year 19yy).

    None where it is not 15 digits or holds no date. For a person to compare with the card.
    """
    if len(number) != 15 or not _is_digits(number):
        return None
    first17 = number[:6] + "19" + number[6:]
    upgraded = first17 + check_digit(first17)
    return upgraded if fault(upgraded, today) is None else None


def with_check_digit(first17: str, today: date) -> str | None:
    """The whole number for 17 digits whose last character was left out; None where they hold no
    birth date or no known county. For a person to compare with the card."""
    if len(first17) != 17 or not _is_digits(first17):
        return None
    whole = first17 + check_digit(first17)
    return whole if fault(whole, today) is None and region_known(whole) else None


def _is_written_so(number: str) -> bool:
    return _is_digits(number[:17]) and number[17] in "0123456789Xx"


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _sum(digits: str, first: int) -> int:
    return sum(w * int(d) for w, d in zip(_WEIGHTS[first:], digits, strict=False))


@lru_cache(maxsize=_MEMO)
def _region_sum(digits: str) -> int:
    return _sum(digits, 0)


@lru_cache(maxsize=_MEMO)
def _birth_sum(digits: str) -> int:
    return _sum(digits, 6)


@lru_cache(maxsize=_MEMO)
def _birth(digits: str) -> date | None:
    """The date if there is such a day."""
    year = int(digits[:4])
    try:
        return date(year, int(digits[4:6]), int(digits[6:])) if year >= _EARLIEST_YEAR else None
    except ValueError:
        return None


_SEQUENCE_SUMS = {f"{n:03}": _sum(f"{n:03}", 14) for n in range(1000)}
