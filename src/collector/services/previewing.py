"""Before anything is written: what an import would mean for each unit, and what it would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collector.codes import text
from collector.model import KEY_FIELD, Kind, Outcome, Table
from collector.packs import FieldType, Pack
from collector.services.session import Session
from collector.services.staging import Staged

_CHANGES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """The rows of one unit by outcome; ``name`` "" for rows that name none."""

    name: str
    counts: dict[Outcome, int]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    before: str
    after: str
    """numbers of persons masked, as in every list"""


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A stored record that a row would change."""

    kind: Kind
    name: str
    key: str
    """masked"""
    file_name: str
    sheet: str
    row: int
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    shown: tuple[RecordChange, ...]
    total: int


def by_unit(staged: Iterable[Staged]) -> list[UnitCounts]:
    """A line a unit named in the files, the most rows first; rows without one last."""
    counted: dict[str, Counter[Outcome]] = {}
    for each in staged:
        named = _unit_names(each.reading.tables)
        for table, outcomes in zip(each.reading.tables, each.outcomes, strict=True):
            if table.kind is Kind.UNION and _is_composite(each.reading.tables, table):
                continue  # a row that is a unit and its union counts once
            for name, outcome in zip(_units(table, named), outcomes, strict=True):
                counted.setdefault(name, Counter())[outcome] += 1
    found = [UnitCounts(name, dict(counts)) for name, counts in counted.items()]
    return sorted(found, key=lambda unit: (not unit.name, -unit.rows, unit.name))


def changes(session: Session, staged: Iterable[Staged], most: int = _CHANGES_SHOWN) -> Changed:
    """What the rows that update a record would change, field by field; at most ``most`` told."""
    shown: list[RecordChange] = []
    total = 0
    for each in staged:
        for table, outcomes, targets in zip(
            each.reading.tables, each.outcomes, each.targets, strict=True
        ):
            for index, (outcome, target) in enumerate(zip(outcomes, targets, strict=True)):
                if outcome is not Outcome.UPDATED or target is None:
                    continue
                total += 1
                if len(shown) < most:
                    file_name = each.reading.files[table.file].name
                    made = _change(session, table, index, target, file_name)
                    if made is not None:
                        shown.append(made)
    return Changed(tuple(shown), total)


def masked(pack: Pack, kind: Kind, field_id: str, value: str) -> str:
    """A value as lists show it: numbers and telephones of persons in part."""
    item = pack.field_of(kind, field_id)
    if item is not None and item.type is FieldType.ID_NUMBER:
        return text.mask_id(value)
    if item is not None and item.type is FieldType.PHONE:
        return text.mask_phone(value)
    return value


def _change(
    session: Session, table: Table, index: int, target: int, file_name: str
) -> RecordChange | None:
    record = session.store.get(table.kind, target)
    if record is None:
        return None  # it will be one only when an earlier file of the same job is written
    pack = session.pack
    fields = tuple(
        FieldChange(
            _label(pack, table.kind, name),
            masked(pack, table.kind, name, record.values.get(name, "")),
            masked(pack, table.kind, name, after),
        )
        for name, after in table.record(index).items()
        if after and record.values.get(name, "") != after
    )
    key = record.values.get(KEY_FIELD[table.kind], "")
    return RecordChange(
        table.kind,
        record.values.get("name", ""),
        masked(pack, table.kind, KEY_FIELD[table.kind], key),
        file_name,
        table.sheet,
        table.rows[index],
        fields,
    )


def _label(pack: Pack, kind: Kind, field_id: str) -> str:
    item = pack.field_of(kind, field_id)
    return " ".join(item.header.split()) if item is not None else field_id


def _unit_names(tables: Sequence[Table]) -> dict[str, str]:
    """code -> name of the units in the files."""
    return {
        code: name
        for table in tables
        if table.kind is Kind.UNIT
        for code, name in zip(table.column("uscc"), table.column("name"), strict=True)
        if code and name
    }


def _units(table: Table, named: dict[str, str]) -> list[str]:
    if table.kind is Kind.UNIT:
        return table.column("name")
    if table.kind is Kind.MEMBER:
        return [
            name or named.get(code, code)
            for name, code in zip(table.column("unit_name"), table.column("unit_code"), strict=True)
        ]
    return [""] * len(table)


def _is_composite(tables: Sequence[Table], union: Table) -> bool:
    return any(
        table.kind is Kind.UNIT
        and (table.file, table.sheet) == (union.file, union.sheet)
        and table.rows == union.rows
        for table in tables
    )
