"""What the rules may ask of the store: thousands of values at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Kind, Status
from collector.store.layout import INDEXED, TABLES, column_sql

_CHUNK = 5000
_ASKED = "(SELECT value AS asked FROM json_each(?))"
"""named anew: json_each has a column id, as every record has"""
_LIVE = f"status <> '{Status.INACTIVE.value}'"


class StoreLookup:
    """``rules.base.Lookup`` over live records."""

    def __init__(self, reading: Callable[[], AbstractContextManager[sqlite.Connection]]) -> None:
        self._reading = reading

    def judges(self, kind: Kind) -> bool:
        with self._reading() as connection:
            sql = f"SELECT 1 FROM {TABLES[kind]} WHERE {_LIVE} LIMIT 1"
            return connection.execute(sql).fetchone() is not None

    def known(self, kind: Kind, field_id: str, values: Collection[str]) -> set[str]:
        return set(self.stored(kind, field_id, values, ()))

    def stored(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        with self._reading() as connection:
            found: dict[str, tuple[str, ...]] = {}
            for row in matching(connection, kind, field_id, values, wanted, f"AND {_LIVE}"):
                found.setdefault(row[0], row[1:])
        return found

    def every(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> list[tuple[str, ...]]:
        """(value, *wanted) of all live records that have one of the values: where a value is no
        key, as a name, several may have it."""
        with self._reading() as connection:
            return list(matching(connection, kind, field_id, values, wanted, f"AND {_LIVE}"))


def matching(
    connection: sqlite.Connection,
    kind: Kind,
    field_id: str,
    values: Collection[str],
    wanted: Sequence[str],
    condition: str = "",
) -> Iterator[tuple[Any, ...]]:
    """(value, *wanted) of every record that has one of the values in that field.

    The values travel as one JSON text: thousands of bound ones cost ten times as much under
    memory security. Sorted, they walk an index page by page; without an index one scan serves all.
    """
    asked = sorted({value for value in values if value})
    key = column_sql(kind, field_id)
    columns = ", ".join([key, *(column_sql(kind, name) for name in wanted)])
    table = TABLES[kind]
    if field_id in INDEXED[kind]:
        sql = f"SELECT {columns} FROM {_ASKED} CROSS JOIN {table} ON {key} = asked"
        chunk = _CHUNK
    else:
        sql = f"SELECT {columns} FROM {table} WHERE {key} IN (SELECT value FROM json_each(?))"
        chunk = len(asked) or 1
    # naming the empty text lets the partial index on a key serve
    sql += f" AND {key} <> '' {condition}"
    for start in range(0, len(asked), chunk):
        part = json.dumps(asked[start : start + chunk], ensure_ascii=False)
        yield from connection.execute(sql, (part,))
