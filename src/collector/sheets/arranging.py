"""From records in national fields to the rows of a province's sheets, in the order it demands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from collector.model import Kind, Table
from collector.packs.spec import Field, FieldType, Pack, Sheet
from collector.sheets.frames import spelled

Values = Mapping[str, str]
"""field id -> canonical text of one record"""


class RowSource(Protocol):
    """Where the records to be written come from. Units and unions are held in memory, the other
    kinds are read once, one after another."""

    def rows(self, kind: Kind) -> Iterable[Values]: ...


@dataclass(frozen=True, slots=True)
class TableSource:
    """Records that are at hand as tables."""

    tables: Sequence[Table]

    def rows(self, kind: Kind) -> Iterator[Values]:
        for table in self.tables:
            if table.kind is kind:
                yield from (table.record(index) for index in range(len(table)))


def union_code(union: Values) -> str:
    return union.get("uscc", "") or union.get("temporary_code", "")


@dataclass(slots=True)
class Organisations:
    """Units and unions, in the province's order, found by code or by name."""

    units: list[Values]
    unions: list[Values]
    _unit_at: dict[str, int] = field(default_factory=dict)
    _union_at: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, source: RowSource, parents_first: bool) -> Organisations:
        unions = list(source.rows(Kind.UNION))
        found = cls(
            list(source.rows(Kind.UNIT)), _parents_first(unions) if parents_first else unions
        )
        for number, unit in enumerate(found.units):
            for key in (unit.get("uscc", ""), unit.get("name", "")):
                if key:
                    found._unit_at.setdefault(key, number)
        for number, union in enumerate(found.unions):
            for key in (
                union.get("uscc", ""),
                union.get("temporary_code", ""),
                union.get("name", ""),
            ):
                if key:
                    found._union_at.setdefault(key, number)
        return found

    def unit_of(self, member: Values) -> Values | None:
        return _first(self.units, self._unit_at, member, "unit_code", "unit_name")

    def union_over(self, unit: Values) -> int | None:
        """The place of the union a unit belongs to."""
        return self._union_at.get(unit.get("parent_union", ""))

    def union_of(self, member: Values) -> int | None:
        """The place of the member's union: its own, else that of its unit."""
        for key in ("union_code", "union_name"):
            if member.get(key):
                return self._union_at.get(member[key])
        unit = self.unit_of(member)
        return None if unit is None else self.union_over(unit)

    def organisation_rows(self) -> Iterator[tuple[Values, Values]]:
        """(unit, union), a row each: every union with its units, then units without a union.

        A union over several units (联合基层工会) has a row for each; one without units has one.
        """
        under: dict[int | None, list[Values]] = defaultdict(list)
        for unit in self.units:
            under[self.union_over(unit)].append(unit)
        for number, union in enumerate(self.unions):
            for unit in under[number] or [{}]:
                yield unit, union
        for unit in under[None]:
            yield unit, {}

    def completed(self, member: Values) -> Values:
        """A member with the other half of its references (name for code) where it is empty."""
        unit = self.unit_of(member) or {}
        number = self.union_of(member)
        union = self.unions[number] if number is not None else {}
        known = {
            "unit_code": unit.get("uscc", ""),
            "unit_name": unit.get("name", ""),
            "union_code": union_code(union),
            "union_name": union.get("name", ""),
        }
        missing = {key: text for key, text in known.items() if text and not member.get(key)}
        return {**member, **missing} if missing else member


def _first(
    records: Sequence[Values], places: Mapping[str, int], member: Values, *keys: str
) -> Values | None:
    for key in keys:
        if member.get(key):
            found = places.get(member[key])
            return None if found is None else records[found]
    return None


def _parents_first(unions: Sequence[Values]) -> list[Values]:
    """Every union after the union above it, else in the given order; a loop is written as it is."""
    place: dict[str, int] = {}
    for number, union in enumerate(unions):
        for key in (union_code(union), union.get("name", "")):
            if key:
                place.setdefault(key, number)
    children: dict[int, list[int]] = defaultdict(list)
    tops = []
    for number, union in enumerate(unions):
        above = next(
            (
                place[union[key]]
                for key in ("parent_code", "parent_name")
                if union.get(key) in place
            ),
            None,
        )
        if above is None or above == number:
            tops.append(number)
        else:
            children[above].append(number)
    ordered: list[int] = []
    seen: set[int] = set()
    for start in (*tops, *range(len(unions))):
        waiting = [start]
        while waiting:
            number = waiting.pop()
            if number not in seen:
                seen.add(number)
                ordered.append(number)
                waiting.extend(reversed(children[number]))
    return [unions[number] for number in ordered]


def chooser(pack: Pack, sheet: Sheet) -> Callable[[Mapping[Kind, Values]], bool]:
    """Whether a record belongs to the sheet. Where several sheets share a kind, what none of them
    claims goes to the last, so that every record is written once."""
    if not sheet.only:
        return lambda records: True
    ((field_id, own),) = sheet.only.items()
    (kind,) = sheet.kinds
    sharing = [other for other in pack.sheets if other.kinds == sheet.kinds]
    claimed = {other.only[field_id] for other in sharing}
    is_last = sharing[-1] is sheet

    def belongs(records: Mapping[Kind, Values]) -> bool:
        value = records[kind].get(field_id, "")
        return value == own or (is_last and value not in claimed)

    return belongs


def row_maker(pack: Pack, sheet: Sheet) -> Callable[[Mapping[Kind, Values], int], list[str]]:
    """Makes one row of a sheet from a record of each of its kinds and its serial number."""
    makers = [(field.kind, field.id, _text_maker(pack, field)) for field in sheet.fields]

    def row(records: Mapping[Kind, Values], serial: int) -> list[str]:
        return [
            str(serial) if make is None else make(records[kind].get(field_id, ""))
            for kind, field_id, make in makers
        ]

    return row


def _text_maker(pack: Pack, field: Field) -> Callable[[str], str] | None:
    """How a canonical text of this field is written; None for 序号."""
    if field.type is FieldType.SERIAL:
        return None
    if field.type is FieldType.DATE:
        return _date_maker(field.date_format)
    if field.type is FieldType.CHOICE:
        listed = pack.dictionaries[field.dictionary]
        written: dict[str, str] = {"": field.constant}

        def label(text: str) -> str:
            found = written.get(text)
            if found is None:
                own = listed.canonical(text)
                found = text if own is None else spelled(pack, listed.id, own)
                written[text] = found
            return found

        return label
    constant = field.constant
    return (lambda text: text or constant) if constant else str


def _date_maker(pattern: str) -> Callable[[str], str]:
    """A date as the province writes it; what is not yyyy-MM-dd stays as it is, never today."""

    def written(text: str) -> str:
        if len(text) == 10 and text[4] == text[7] == "-":
            year, month, day = text[:4], text[5:7], text[8:]
            if (year + month + day).isdecimal():
                return (
                    pattern.replace("yyyy", year, 1).replace("MM", month, 1).replace("dd", day, 1)
                )
        return text

    return written
