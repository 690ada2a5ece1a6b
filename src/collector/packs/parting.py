"""Several sheets of one kind of record: what tells them apart, and what they must agree on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from collector.model import KIND_NAMES, Kind
from collector.packs.dictionary import Dictionary, Entry, label_key
from collector.packs.guessing import doubt_about
from collector.packs.headers import header_key
from collector.packs.observed import ObservedSheet
from collector.packs.proposals import ALIKE, Doubt, ProposedColumn, ProposedSheet
from collector.packs.proposed_lists import ProposedList
from collector.packs.spec import FieldType
from collector.packs.vocabulary import Vocabulary
from collector.wording import Text

PART_FIELDS: Mapping[Kind, str] = MappingProxyType({Kind.UNION: "level", Kind.OFFICER: "committee"})
"""the field by whose values provinces split a kind over several sheets"""


def told_apart(sheets: Sequence[ProposedSheet], words: Vocabulary) -> tuple[ProposedSheet, ...]:
    """The sheets, each of a kind several share with its part, or with the doubt ``ALIKE``."""
    found = list(sheets)
    for kind in Kind:
        places = [place for place, sheet in enumerate(found) if kind in sheet.kinds]
        if len(places) < 2:
            continue
        parts = _parts([found[place] for place in places], kind, words)
        for place, part in zip(places, parts, strict=True):
            sheet = found[place]
            others = [found[other].observed.name for other in places if other != place]
            found[place] = (
                with_part(sheet, PART_FIELDS[kind], part) if part else _alike(sheet, kind, others)
            )
    return agreeing(found)


def with_part(sheet: ProposedSheet, field_id: str, value: str) -> ProposedSheet:
    """The sheet as the one that holds the records with this value."""
    name = sheet.observed.name
    said = Text(
        f"工作表“{name}”放“{value}”的记录，与同类的表分开。",
        f"The sheet {name!r} is taken for the records whose {field_id} is {value!r}.",
    )
    kept = [doubt for doubt in sheet.doubts if doubt.code not in (ALIKE, "sheet.part")]
    return replace(
        sheet,
        only=(field_id, value),
        doubts=(*kept, Doubt("sheet", "sheet.part", said)),
    )


def _alike(sheet: ProposedSheet, kind: Kind, others: Sequence[str]) -> ProposedSheet:
    name = sheet.observed.name
    listed = "、".join(f"“{other}”" for other in others)
    said = Text(
        f"工作表“{name}”和{listed}都是“{KIND_NAMES[kind].zh}”，看不出各放哪一部分。",
        f"The sheets {name!r} and {', '.join(map(repr, others))} hold the same kind of record and"
        " nothing tells them apart.",
    )
    return replace(sheet, doubts=(*sheet.doubts, Doubt("sheet", ALIKE, said)))


def _parts(sheets: Sequence[ProposedSheet], kind: Kind, words: Vocabulary) -> list[str]:
    """The value of each sheet in the first known list that names them all, each another."""
    nothing = [""] * len(sheets)
    field_id = PART_FIELDS.get(kind)
    if field_id is None or any(len(sheet.kinds) > 1 for sheet in sheets):
        return nothing
    for one in words.meanings:
        if one.place != (kind, field_id) or one.dictionary is None:
            continue
        found = [_named(sheet.observed, one.dictionary) for sheet in sheets]
        in_list = all(
            _has(sheet, field_id, label) for sheet, label in zip(sheets, found, strict=True)
        )
        if all(found) and len(set(found)) == len(found) and in_list:
            return found
    return nothing


def _named(sheet: ObservedSheet, listed: Dictionary) -> str:
    """The label the sheet's name, else its titles, speak of: the longest that fits."""
    for told in (sheet.name, "".join(sheet.titles)):
        key = label_key(told)
        fits = [
            (len(label_key(name)), entry.label)
            for entry in listed.entries
            for name in (entry.label, *entry.aliases)
            if label_key(name) and label_key(name) in key
        ]
        if fits:
            return max(fits)[1]
    return ""


def _has(sheet: ProposedSheet, field_id: str, label: str) -> bool:
    """Whether the sheet's own column of that field, where it has one, offers the label."""
    for column in sheet.columns:
        if column.field == field_id:
            return column.listed is not None and any(
                entry.label == label for entry in column.listed.entries
            )
    return True


def agreeing(sheets: Sequence[ProposedSheet]) -> tuple[ProposedSheet, ...]:
    """The sheets with one type, list and length a field: the same field is judged in one way."""
    held: dict[tuple[Kind, str], list[tuple[int, int]]] = defaultdict(list)
    for at, sheet in enumerate(sheets):
        for place, column in enumerate(sheet.columns):
            if column.type is not FieldType.SERIAL:
                held[column.kind, column.field or header_key(column.observed.header)].append(
                    (at, place)
                )
    columns = [list(sheet.columns) for sheet in sheets]
    for shared in held.values():
        if len({at for at, _ in shared}) < 2:
            continue
        agreed = _agreed([columns[at][place] for at, place in shared])
        for (at, place), column in zip(shared, agreed, strict=True):
            columns[at][place] = column
    return tuple(
        replace(sheet, columns=tuple(found)) for sheet, found in zip(sheets, columns, strict=True)
    )


def _agreed(columns: Sequence[ProposedColumn]) -> list[ProposedColumn]:
    if len({column.type for column in columns}) > 1:
        return [
            column
            if column.type is FieldType.TEXT
            else replace(
                column,
                type=FieldType.TEXT,
                listed=None,
                doubts=(
                    *column.doubts,
                    doubt_about("type", "type.shared", column.observed, _TYPES),
                ),
            )
            for column in columns
        ]
    lists = [column.listed for column in columns if column.listed is not None]
    found = list(columns)
    if lists and any(set(one.entries) != set(lists[0].entries) for one in lists):
        merged = _merged(lists)
        found = [
            replace(
                column,
                listed=merged,
                doubts=(
                    *column.doubts,
                    doubt_about("list", "list.merged", column.observed, _LISTS),
                ),
            )
            for column in found
        ]
    elif lists:
        found = [replace(column, listed=lists[0]) for column in found]
    lengths = {column.max_length for column in found}
    longest = 0 if 0 in lengths else max(lengths)
    return [replace(column, max_length=longest) for column in found]


def _doubt(about: str, code: str, column: ProposedColumn, why: Text) -> Doubt:
    return doubt_about(about, code, column.observed, why)


def _merged(lists: Sequence[ProposedList]) -> ProposedList:
    entries: dict[str, Entry] = {}
    for one in lists:
        for entry in one.entries:
            entries.setdefault(label_key(entry.label), entry)
    taken = set(entries)
    told: list[Entry] = []
    for entry in entries.values():
        names = {label_key(name): name for name in entry.aliases}
        free = tuple(name for key, name in names.items() if key not in taken)
        taken |= names.keys()
        told.append(replace(entry, aliases=free))
    spelling = tuple(dict.fromkeys(pair for one in lists for pair in one.spelling))
    return replace(lists[0], entries=tuple(told), spelling=spelling)


_TYPES = Text(
    "同类的另一张表里这一列的类型不同，先都按文字", "another sheet of the kind has another type"
)
_LISTS = Text(
    "同类的另一张表里清单不同，已并成一份", "another sheet of the kind has another list; merged"
)
