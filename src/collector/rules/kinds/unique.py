"""``unique`` [scope, repeats]: a key stands once, in the files and against the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.model import Finding, Kind, Severity, Table
from collector.rules.base import Checker, Context, Rule
from collector.rules.kinds.making import finding, text_param


class _Place(NamedTuple):
    table: int
    row: int


_SAMENESS: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    Kind.UNIT: (("name",),),
    Kind.UNION: (("name",),),
    Kind.OFFICER: (("name",), ("union_code",)),
    Kind.MEMBER: (("name",), ("unit_code", "unit_name"), ("union_code", "union_name")),
}
"""A stored record is the same one as the row unless one of these groups tells them apart: the
first field of the group that both have decides."""


class _Unique:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._scope = text_param(rule, "scope", "store")
        self._repeats = text_param(rule, "repeats")
        if self._scope not in ("store", "file"):
            raise ValueError(f"{rule.id}: scope must be store or file")
        if self._repeats not in ("", "same_values"):
            raise ValueError(f"{rule.id}: repeats must be same_values")
        self._twice: dict[int, list[tuple[int, _Place]]] | None = None

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        if self._twice is None:
            self._twice = self._search(context.tables)
        here = next(n for n, each in enumerate(context.tables) if each is table)
        field = self._rule.fields[0]
        for index, place in self._twice.get(here, ()):
            first = context.tables[place.table]
            params = (
                ("first_row", first.rows[place.row]),
                ("first_sheet", first.sheet),
                ("first_file", first.file),
            )
            yield finding(self._rule, table, field, index, "unique.in_file", Severity.ERROR, params)
        if self._scope == "store" and len(self._rule.fields) == 1:
            yield from self._against_store(table, context)

    def _search(self, tables: Sequence[Table]) -> dict[int, list[tuple[int, _Place]]]:
        """Table number -> its rows whose key stands earlier, each with the first place."""
        numbered = [
            (number, self._keys(table))
            for number, table in enumerate(tables)
            if table.kind is self._rule.record and self._rule.fields[0] in table.columns
        ]
        filled = [keys if "" not in keys else [key for key in keys if key] for _, keys in numbered]
        if len(set().union(*filled)) == sum(map(len, filled)):
            return {}
        first: dict[str, _Place] = {}
        twice: dict[int, list[tuple[int, _Place]]] = {}
        for number, keys in numbered:
            for index, key in enumerate(keys):
                if not key:
                    continue
                place = first.get(key)
                if place is None:
                    first[key] = _Place(number, index)
                elif not self._is_repeat(tables, place, _Place(number, index)):
                    twice.setdefault(number, []).append((index, place))
        return twice

    def _keys(self, table: Table) -> list[str]:
        columns = [table.column(field) for field in self._rule.fields]
        if len(columns) == 1:
            return columns[0]
        return ["\x1f".join(parts) if parts[0] else "" for parts in zip(*columns, strict=True)]

    def _is_repeat(self, tables: Sequence[Table], first: _Place, second: _Place) -> bool:
        if not self._repeats:
            return False
        return tables[first.table].record(first.row) == tables[second.table].record(second.row)

    def _against_store(self, table: Table, context: Context) -> Iterator[Finding]:
        field = self._rule.fields[0]
        keys = table.columns.get(field)
        if keys is None:
            return
        groups = _SAMENESS[table.kind]
        wanted = [each for group in groups for each in group]
        stored = context.lookup.stored(table.kind, field, [key for key in keys if key], wanted)
        if not stored:
            return
        columns = {each: table.columns[each] for each in wanted if each in table.columns}
        for index, key in enumerate(keys):
            found = stored.get(key)
            if found is None:
                continue
            record = dict(zip(wanted, found, strict=True))
            if any(self._differs(group, columns, index, record) for group in groups):
                yield finding(self._rule, table, field, index, "unique.in_store")

    def _differs(
        self,
        group: tuple[str, ...],
        columns: Mapping[str, list[str]],
        index: int,
        record: Mapping[str, str],
    ) -> bool:
        for field in group:
            here = columns[field][index] if field in columns else ""
            there = record[field]
            if here and there:
                return here != there
        return False


def unique(rule: Rule) -> Checker:
    """Fields: the key (several make one key together). ``scope``: ``store`` (usual) or ``file``;
    ``repeats`` = ``same_values``: rows may repeat a key where all their cells are the same."""
    return _Unique(rule)
