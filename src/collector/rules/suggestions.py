"""Values that would fit a faulty cell, for a person to choose from; never applied by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from collector.codes import dates, resident_id, text, uscc
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
_FROM_ID = Text("按身份证号", "as the ID number says")


@dataclass(frozen=True, slots=True)
class Suggestion:
    value: str
    reason: Text


def suggest(
    code: str,
    field_type: str,
    value: str,
    labels: Sequence[str],
    today: date,
    id_number: str = "",
) -> list[Suggestion]:
    """What the cell may have meant, likeliest first, nine at most.

    ``field_type`` is a ``FieldType`` value, ``labels`` the field's list, ``id_number`` the ID of
    the same row, from which sex and birthday are told.
    """
    found = _found(code, value, labels, today, id_number)
    distinct = {item.value: item for item in reversed(found) if item.value and item.value != value}
    return list(reversed(distinct.values()))[:_MOST]


def _found(
    code: str, value: str, labels: Sequence[str], today: date, id_number: str
) -> list[Suggestion]:
    if code in (
        "resident_id.check_digit",
        "resident_id.birth_date",
        "resident_id.alphabet",
        "resident_id.future_birth",
    ):
        return [Suggestion(item, _ONE_DIGIT) for item in resident_id.candidates(value, today)]
    if code == "resident_id.old_15":
        upgraded = resident_id.from_old_15(value, today)
        return [Suggestion(upgraded, _UPGRADED)] if upgraded else []
    if code == "resident_id.length":
        whole = resident_id.with_check_digit(value, today)
        return [Suggestion(whole, _WHOLE)] if whole else []
    if code == "number.format":
        return [Suggestion(item, _DIGITS_ONLY) for item in _lone_number(value)]
    if code in ("uscc.check_digit", "uscc.alphabet"):
        return [Suggestion(item, _ONE_CHARACTER) for item in uscc.candidates(value)]
    if code == "choice.unknown":
        return [Suggestion(item, _CLOSE) for item in _closest(value, labels)]
    if code == "text.forbidden_character":
        return [Suggestion(text.without_forbidden(value), _CLEAN)]
    if code == "date.ambiguous":
        return [Suggestion(item, _READ_AS) for item in dates.readings(value)]
    if code == "match.gender":
        return [Suggestion(resident_id.gender(id_number), _FROM_ID)] if id_number else []
    if code == "match.birth_date":
        born = resident_id.birth_date(id_number) if id_number else None
        return [Suggestion(born.isoformat(), _FROM_ID)] if born else []
    return []


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
