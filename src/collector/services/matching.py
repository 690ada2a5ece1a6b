"""What a sound row would do to the store: add, update, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from collector.model import KEY_FIELD, Finding, Kind, Outcome, Severity, Status, Table
from collector.rules.base import Lookup
from collector.store import Store

_Found = tuple[int, tuple[str, ...]]
"""id of the stored record and its texts in the columns compared"""


class Known(Lookup, Protocol):
    """The live records, and rows that will be records by the time these are written."""

    def every(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> list[tuple[str, ...]]:
        """(value, *wanted) of all records that have one of the values."""
        ...


class Matcher:
    """Asked table by table through one import, so that a record met twice is added once."""

    def __init__(
        self, store: Store, lookup: Known | None = None, left: Mapping[Kind, bool] | None = None
    ) -> None:
        """``lookup`` and ``left`` (which kinds have records that are 非正常) where the caller has
        them already."""
        self._store = store
        self._lookup: Known = lookup or store.lookup()
        self._left = left or {kind: bool(store.count(kind, Status.INACTIVE)) for kind in Kind}
        self._known = {kind: self._lookup.judges(kind) for kind in Kind}
        self._met: dict[Kind, set[str]] = {kind: set() for kind in Kind}

    def match(
        self, table: Table, faulty: Sequence[bool] | None = None
    ) -> tuple[list[Outcome], list[int | None]]:
        """For each row its outcome and, unless it is added, the id of the stored record.

        ``faulty`` rows are parked. Only what a row says counts: an empty cell and an absent
        column never erase. Whether a stored record of the same key is the same person is judged
        by the rules (unique.in_store); a key met again in sound rows is the same record told
        once more (a 联合基层工会 with a row for each of its units). A row that says something
        new of a record that is 非正常 is parked: a person decides whether they are back.
        """
        fates = [Outcome.ADDED] * len(table)
        ids: list[int | None] = [None] * len(table)
        names = [name for name in table.columns if any(table.columns[name])]
        columns = [table.columns[name] for name in names]
        keys = _keys(table)
        stored = _stored(self._lookup, table, keys, names) if self._known[table.kind] else {}
        if self._left[table.kind]:
            self._judge_left(table, keys, names, stored, fates, ids)
        met = self._met[table.kind]
        plain = not stored and not self._left[table.kind] and not any(faulty or ())
        if plain and len(set(keys)) == len(keys) and met.isdisjoint(keys):
            met.update(key for key in keys if key)
            return fates, ids
        for index, key in enumerate(keys):
            if faulty is not None and faulty[index]:
                fates[index] = Outcome.PARKED
                continue
            if not key or ids[index] is not None:
                continue
            found = stored.get(key)
            if found is not None:
                ids[index] = found[0]
                same = all(
                    not column[index] or column[index] == kept
                    for column, kept in zip(columns, found[1], strict=True)
                )
                fates[index] = Outcome.UNCHANGED if same else Outcome.UPDATED
            if key in met:
                fates[index] = Outcome.UNCHANGED
            met.add(key)
        return fates, ids

    def _judge_left(
        self,
        table: Table,
        keys: Sequence[str],
        names: Sequence[str],
        stored: dict[str, _Found],
        fates: list[Outcome],
        ids: list[int | None],
    ) -> None:
        """Rows of records that are 非正常, which no lookup knows."""
        missing = {key for key in keys if key and key not in stored and _JOIN not in key}
        left = self._store.by_keys(table.kind, missing, names)
        for index, key in enumerate(keys):
            found = left.get(key)
            if found is not None:
                ids[index] = int(found[0])
                same = all(
                    not table.columns[name][index] or table.columns[name][index] == kept
                    for name, kept in zip(names, found[1:], strict=True)
                )
                fates[index] = Outcome.UNCHANGED if same else Outcome.PARKED


def left_finding(table: Table, index: int) -> Finding:
    """What is told of a row that was parked because its record is 非正常."""
    field_id = KEY_FIELD[table.kind]
    return Finding(
        "record.inactive",
        Severity.ERROR,
        table.kind,
        table.file,
        table.sheet,
        table.rows[index],
        table.letters.get(field_id, ""),
        field_id,
        index,
    )


def _keys(table: Table) -> list[str]:
    """What identifies each row: 统一社会信用代码, 临时赋码, 证件号 (S-002 二), else for an officer
    union, committee and name."""
    if table.kind is Kind.UNIT:
        return table.column("uscc")
    if table.kind is Kind.UNION:
        return [
            code or _JOIN + temporary if code or temporary else ""
            for code, temporary in zip(
                table.column("uscc"), table.column("temporary_code"), strict=True
            )
        ]
    if table.kind is Kind.MEMBER:
        return table.column("id_number")
    return [
        number or (_JOIN.join(named) if named[2] else "")
        for number, *named in zip(
            table.column("id_number"),
            table.column("union_code"),
            table.column("committee"),
            table.column("name"),
            strict=True,
        )
    ]


_JOIN = "\x1f"


def _stored(
    lookup: Known, table: Table, keys: Sequence[str], names: Sequence[str]
) -> dict[str, _Found]:
    by_number = {key for key in keys if key and _JOIN not in key}
    field_id = "uscc" if table.kind in (Kind.UNIT, Kind.UNION) else "id_number"
    wanted = ("id", *names)
    found = {
        key: (int(kept[0]), tuple(kept[1:]))
        for key, kept in lookup.stored(table.kind, field_id, by_number, wanted).items()
    }
    if len(by_number) == len({key for key in keys if key}):
        return found
    if table.kind is Kind.UNION:
        codes = {key.lstrip(_JOIN) for key in keys if key.startswith(_JOIN)}
        kept_by_code = lookup.stored(Kind.UNION, "temporary_code", codes, wanted)
        found |= {
            _JOIN + code: (int(kept[0]), tuple(kept[1:])) for code, kept in kept_by_code.items()
        }
    elif table.kind is Kind.OFFICER:
        named = {key.rpartition(_JOIN)[2] for key in keys if _JOIN in key}
        apart = ("union_code", "committee", "id_number")
        for row in lookup.every(Kind.OFFICER, "name", named, (*apart, *wanted)):
            name, union, committee, number, *rest = row
            if not number:
                found[_JOIN.join((union, committee, name))] = (int(rest[0]), tuple(rest[1:]))
    return found
