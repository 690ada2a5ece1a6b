"""Values that would fit a faulty cell, for a person to choose from; never applied by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from collector.codes import dates, rare, resident_id, text, uscc
from collector.wording import Text

_MOST = 9
"""as many as the keys 1 to 9"""

_ONE_DIGIT = Text(
    "改一位或交换相邻两位后，校验位、日期和地区都对", "one digit or swap away, all checks right"
)
_ONE_CHARACTER = Text(
    "改一位或交换相邻两位后，校验位都对", "one character or swap away, checks right"
)
_UPGRADED = Text("15 位号码补上世纪和校验位后", "the old number with century and check character")
_WHOLE = Text("补上最后的校验位后", "with the check character added")
_DIGITS_ONLY = Text("只留数字", "the digits only")
_CLOSE = Text("选项清单里写法最接近的", "the closest wording in the list")
_CLEAN = Text("去掉看不见的字符后", "without the invisible characters")
_READ_AS = Text("可能的读法之一", "one way to read it")
_MEANT = Text("换成通用的字，请对照证件", "the standard character; compare it with the card")
_FROM_ID = Text("按身份证号", "as the ID number says")


@dataclass(frozen=True, slots=True)
class Suggestion:
    value: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside the faulty cell, from which the likelier slip is told."""

    row: Mapping[str, str] = field(default_factory=dict)
    """canonical texts of the same row by field id"""
    column: Collection[str] = ()
    """what other rows have in this column"""


NOTHING = Surroundings()


def suggest(
    code: str,
    field_type: str,
    value: str,
    labels: Sequence[str],
    today: date,
    known: Surroundings = NOTHING,
) -> list[Suggestion]:
    """What the cell may have meant, likeliest first, nine at most.

    ``field_type`` is a ``FieldType`` value, ``labels`` the field's list. What the ID number of
    the same row says of sex and birthday is offered where those gainsay it.
    """
    found = _found(code, value, labels, today, known)
    distinct = {item.value: item for item in reversed(found) if item.value and item.value != value}
    return list(reversed(distinct.values()))[:_MOST]


def _found(
    code: str, value: str, labels: Sequence[str], today: date, known: Surroundings
) -> list[Suggestion]:
    if code in (
        "resident_id.check_digit",
        "resident_id.birth_date",
        "resident_id.alphabet",
        "resident_id.future_birth",
    ):
        return [Suggestion(item, _ONE_DIGIT) for item in _likeliest_ids(value, today, known)]
    if code == "resident_id.old_15":
        upgraded = resident_id.from_old_15(value, today)
        return [Suggestion(upgraded, _UPGRADED)] if upgraded else []
    if code == "resident_id.length":
        whole = resident_id.with_check_digit(value, today)
        return [Suggestion(whole, _WHOLE)] if whole else []
    if code == "number.format":
        return [Suggestion(item, _DIGITS_ONLY) for item in _lone_number(value)]
    if code in ("uscc.check_digit", "uscc.alphabet"):
        return [Suggestion(item, _ONE_CHARACTER) for item in _likeliest_codes(value, known)]
    if code == "choice.unknown":
        return [Suggestion(item, _CLOSE) for item in _closest(value, labels)]
    if code == "text.forbidden_character":
        return [Suggestion(text.without_forbidden(value), _CLEAN)]
    if code in ("name.private_use", "name.radical"):
        return [Suggestion(rare.mended(value), _MEANT)]
    if code == "date.ambiguous":
        return [Suggestion(item, _READ_AS) for item in dates.readings(value)]
    number = known.row.get("id_number", "")
    if code == "match.gender" and len(number) == 18:
        return [Suggestion(resident_id.gender(number), _FROM_ID)]
    if code == "match.birth_date":
        born = resident_id.birth_date(number)
        return [Suggestion(born.isoformat(), _FROM_ID)] if born else []
    return []


_DIGITS = "0123456789"
_WORKING = range(14, 95)
"""years of age a member may have; others are not impossible, only less likely"""


def _likeliest_ids(value: str, today: date, known: Surroundings) -> list[str]:
    """Numbers one slip away: first those the row's own birthday and sex agree with, then those of
    a county that other rows have, of an age people work at, and by the kind of slip."""
    born, sex = known.row.get("birth_date", ""), known.row.get("gender", "")
    counties = {number[:6] for number in known.column if resident_id.fault(number, today) is None}

    def unlikely(number: str) -> tuple[bool, bool, bool, bool, int]:
        birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        return (
            bool(dates.is_iso(born)) and birth != born,
            sex in ("男", "女") and resident_id.gender(number) != sex,
            bool(counties) and number[:6] not in counties,
            today.year - int(number[6:10]) not in _WORKING,
            _slip(value, number, _DIGITS),
        )

    return sorted(resident_id.candidates(value, today), key=unlikely)


def _likeliest_codes(value: str, known: Surroundings) -> list[str]:
    """Codes one slip away: those sound inside too (GB 11714), of a kind and of a county that other
    rows have, then by the kind of slip."""
    sound = [code for code in known.column if uscc.fault(code) is None]
    kinds, counties = {code[:2] for code in sound}, {code[2:8] for code in sound}

    def unlikely(code: str) -> tuple[bool, bool, bool, int]:
        return (
            uscc.inner_mismatch(code),
            bool(kinds) and code[:2] not in kinds,
            bool(counties) and code[2:8] not in counties,
            _slip(value, code, uscc.ALPHABET),
        )

    return sorted(uscc.candidates(value), key=unlikely)


def _slip(typed: str, meant: str, alphabet: str) -> int:
    """How a number of the same length was miscopied: a character that cannot stand there, the
    check character alone, two neighbours swapped, one character."""
    wrong = [place for place in range(len(meant)) if typed[place].upper() != meant[place]]
    last = len(meant) - 1
    if len(wrong) == 1 and wrong[0] != last and typed[wrong[0]] not in alphabet:
        return 0
    if wrong == [last]:
        return 1
    return 2 if len(wrong) == 2 else 3


def _lone_number(value: str) -> list[str]:
    """The one group of digits in a text such as 约50人; none where a point or two groups stand."""
    groups = re.findall(r"\d+", text.half_width(value).replace(",", ""), re.ASCII)
    whole = len(groups) == 1 and not re.search(r"[.\-万亿千百]", value)
    return [str(int(groups[0]))] if whole else []


def _closest(value: str, labels: Sequence[str]) -> list[str]:
    """Labels that hold or are held by the text, then those spelt most alike."""
    holding = [label for label in labels if value and (value in label or label in value)]
    alike = get_close_matches(value, labels, n=5, cutoff=0.4)
    return list(dict.fromkeys([*holding, *alike]))
