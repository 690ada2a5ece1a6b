"""Every cell becomes canonical text once, here. Damage is named, never repaired by guess.

A column is done at once: where one pattern over all its cells shows that nothing is to be changed,
nothing is; else only the cells that differ from the pattern are looked at one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from collector.codes import dates, phone, text
from collector.packs.dictionary import Dictionary
from collector.packs.spec import Field, FieldType
from collector.sheets.raw import Cell

_DAMAGED: MappingProxyType[FieldType, str] = MappingProxyType(
    {
        FieldType.ID_NUMBER: "resident_id.damaged_by_excel",
        FieldType.USCC: "uscc.damaged_by_excel",
        FieldType.UNION_CODE: "uscc.damaged_by_excel",
    }
)
_ERROR_VALUE = "cell.error_value"

_EXACT_DIGITS = 15
"""digits a number cell keeps (IEEE 754 double, as Excel shows it)"""
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,2}")
_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
)
_SERIALS = range(3_654, 73_051)
"""1910-01-01 to 2099-12-31: a smaller or larger number in a date column is no day anybody meant"""
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_WHOLE = re.compile(r"0*([0-9]+)(?:\.0+)?")

# Cells made of these characters only are canonical as they stand; U+0000 parts the cells.
_CLEAN: MappingProxyType[FieldType, re.Pattern[str]] = MappingProxyType(
    {
        FieldType.NAME: re.compile(r"[^\x00\u4e00-\u9fff]"),
        FieldType.TEXT: re.compile(r"[^\x00\u4e00-\u9fff0-9A-Za-z（）、，。]"),
        FieldType.ID_NUMBER: re.compile(r"[^\x000-9X]"),
        FieldType.USCC: re.compile(r"[^\x000-9A-Z]"),
        FieldType.UNION_CODE: re.compile(r"[^\x000-9A-Z]"),
    }
)


@dataclass(slots=True)
class CanonicalColumn:
    texts: list[str]
    originals: dict[int, str] = field(default_factory=dict)
    """index -> what was typed, only where it differs"""
    faults: dict[int, str] = field(default_factory=dict)
    """index -> finding code of a cell that cannot be believed"""


def canonical_text(item: Field, dictionary: Dictionary | None, typed: str) -> str:
    """What a person typed into a form, as the store keeps it."""
    return _tidier(item, dictionary)(typed)


def canonical_column(
    item: Field, dictionary: Dictionary | None, cells: Sequence[Cell]
) -> CanonicalColumn:
    """The canonical texts of one column, with what was typed and what is damaged."""
    column = CanonicalColumn([])
    try:
        joined = "\0".join(cells)  # type: ignore[arg-type]
        typed: list[str] = list(cells)  # type: ignore[arg-type]
    except TypeError:  # numbers or dates among them
        typed = [cell if type(cell) is str else typed_text(cell) for cell in cells]
        _find_damage(item.type, cells, typed, column.faults)
        joined = "\0".join(typed)
    column.texts = typed
    if not _is_clean(item.type, typed, joined):
        _tidy_cells(item, dictionary, cells, column)
    return column


def _is_clean(kind: FieldType, typed: Sequence[str], joined: str) -> bool:
    pattern = _CLEAN.get(kind)
    if pattern is not None:
        return pattern.search(joined) is None
    return kind is FieldType.PHONE and phone.are_eleven_digits(typed)


def _find_damage(
    kind: FieldType, cells: Sequence[Cell], typed: Sequence[str], faults: dict[int, str]
) -> None:
    """Names number cells that lost digits in Excel; they cannot be had back."""
    code = _DAMAGED.get(kind)
    if code is None:
        return
    for index, cell in enumerate(cells):
        if (
            isinstance(cell, int | float)
            and not isinstance(cell, bool)
            and (len(typed[index]) > _EXACT_DIGITS or not typed[index].isdigit())
        ):
            faults[index] = code


def _tidy_cells(
    item: Field,
    dictionary: Dictionary | None,
    cells: Sequence[Cell],
    column: CanonicalColumn,
) -> None:
    """Makes each text canonical that is not yet; every distinct text is asked once."""
    pattern = _CLEAN.get(item.type)
    tidy = _tidier(item, dictionary)
    changed: dict[str, str] = {}
    faulty: dict[str, str] = {}
    for text_ in filter(None, set(column.texts)):
        if pattern is None or pattern.search(text_) is not None:
            canonical, fault = _one(item.type, tidy, text_)
            if fault is not None:
                faulty[text_] = fault
            if canonical != text_:
                changed[text_] = canonical
    lost = dict(column.faults)
    given = column.texts
    if faulty:
        column.faults |= {
            index: faulty[text_]
            for index, text_ in enumerate(given)
            if text_ in faulty and index not in lost
        }
    if changed or item.type is FieldType.DATE:
        column.texts = [changed.get(text_, text_) for text_ in given]
        column.originals = {index: text_ for index, text_ in enumerate(given) if text_ in changed}
    for index in lost:  # what Excel took away is left as it stands
        column.texts[index] = given[index]
        column.originals.pop(index, None)
    if item.type is FieldType.DATE:
        for index, cell in enumerate(cells):
            if type(cell) is not str and (day := _day(cell)):
                column.texts[index] = day
                column.originals[index] = given[index]
                if day == given[index]:
                    del column.originals[index]


def _one(kind: FieldType, tidy: Callable[[str], str], typed: str) -> tuple[str, str | None]:
    """(canonical text, fault) of what was typed as text."""
    if typed.strip() in _ERRORS:
        return typed.strip(), _ERROR_VALUE
    code = _DAMAGED.get(kind)
    if code is not None and _SCIENTIFIC.fullmatch(text.half_width(typed.strip())):
        return typed, code
    return tidy(typed), None


def typed_text(cell: Cell) -> str:
    """A cell as a person would have typed it."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat()
            if not (cell.hour or cell.minute or cell.second)
            else (cell.isoformat(" ", "seconds"))
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**_EXACT_DIGITS:
        return str(int(cell))
    return str(cell)


def _day(cell: Cell) -> str:
    """The day of a date cell, or of a number that Excel shows as one; "" where it is none."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return (dates.from_serial(int(cell)) or "") if cell in _SERIALS else ""
    return ""


def _tidier(item: Field, dictionary: Dictionary | None) -> Callable[[str], str]:
    if item.type is FieldType.CHOICE and dictionary is not None:
        return lambda typed: _choice(dictionary, typed)
    if item.type is FieldType.DATE:
        return _long_date if item.id == "id_valid_until" else _plain_date
    return _TIDIERS.get(item.type, text.tidy)


def _choice(dictionary: Dictionary, typed: str) -> str:
    tidied = text.tidy(typed)
    found = dictionary.canonical(tidied) if tidied else None
    return tidied if found is None else found


def _plain_date(typed: str) -> str:
    return dates.read_date(typed).iso or text.tidy(typed)


def _long_date(typed: str) -> str:
    tidied = text.tidy(typed)
    return "2099-12-31" if tidied in ("长期", "长期有效") else _plain_date(tidied)


def _number(typed: str) -> str:
    plain = text.half_width(text.tidy(typed))
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    whole = _WHOLE.fullmatch(plain)
    return whole[1] if whole else plain


_TIDIERS: MappingProxyType[FieldType, Callable[[str], str]] = MappingProxyType(
    {
        FieldType.NAME: text.tidy_name,
        FieldType.ID_NUMBER: text.tidy_code,
        FieldType.USCC: text.tidy_code,
        FieldType.UNION_CODE: text.tidy_code,
        FieldType.PHONE: phone.tidy_phone,
        FieldType.NUMBER: _number,
        FieldType.SERIAL: text.tidy,
    }
)
