"""一码一单位、一证一会员: a key stands once in the files and means one thing in the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collector.model import Finding, Kind, Severity, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at

_Seen = dict[str, tuple[Table, int]]

_COMPARED = {
    Kind.MEMBER: ("name", "union_code", "union_name", "unit_code", "unit_name"),
    Kind.UNIT: ("name",),
    Kind.UNION: ("name",),
    Kind.OFFICER: (),
}


class Unique:
    """``unique.in_file`` at the second and later row of a key, naming the first;
    ``unique.in_store`` where the store has the key under another name or in another union.

    ``repeats = "same_values"``: a row that repeats every field of the record is the same record
    again (a 联合基层工会 with a row for each of its units).
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._repeats: bool = rule.params.get("repeats") == "same_values"

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field_id = self._rule.fields[0]
        keys = table.columns.get(field_id)
        if keys is None:
            return
        yield from self._in_file(table, keys, context)
        yield from self._in_store(table, keys, context)

    def _in_file(self, table: Table, keys: Sequence[str], context: Context) -> Iterator[Finding]:
        field_id = self._rule.fields[0]
        seen: _Seen = context.memo.setdefault((self._rule.id, table.kind), {})
        for index, key in enumerate(keys):
            if not key:
                continue
            first = seen.setdefault(key, (table, index))
            if first[0] is table and first[1] == index:
                continue
            if self._repeats and _same(table, index, *first):
                continue
            yield at(
                self._rule,
                table,
                index,
                field_id,
                "unique.in_file",
                first_file=first[0].file,
                first_sheet=first[0].sheet,
                first_row=first[0].rows[first[1]],
            )

    def _in_store(self, table: Table, keys: Sequence[str], context: Context) -> Iterator[Finding]:
        wanted = _COMPARED[table.kind]
        if not wanted:
            return
        field_id = self._rule.fields[0]
        stored = context.lookup.stored(
            table.kind, field_id, {key for key in keys if key}, wanted
        )
        if not stored:
            return
        columns = [table.column(name) for name in wanted]
        for index, key in enumerate(keys):
            kept = stored.get(key) if key else None
            if kept is not None and _another([column[index] for column in columns], kept):
                yield at(self._rule, table, index, field_id, "unique.in_store", Severity.ERROR)


def _same(table: Table, index: int, other: Table, there: int) -> bool:
    names = table.columns.keys() | other.columns.keys()
    return all(table.column(name)[index] == other.column(name)[there] for name in names)


def _another(row: Sequence[str], kept: Sequence[str]) -> bool:
    """Whether name, else union, else unit say that the stored record is someone else's."""
    if row[0] and kept[0] and row[0] != kept[0]:
        return True
    for place in range(1, len(row), 2):
        for each in (place, place + 1):
            if row[each] and kept[each]:
                if row[each] != kept[each]:
                    return True
                break
    return False
