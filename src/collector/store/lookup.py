"""What the rules may ask of the store: thousands of values at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Kind, Status
from collector.store.layout import TABLES, column_sql

_CHUNK = 5000
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
        asked = [value for value in values if value]
        if not asked:
            return {}
        key = column_sql(kind, field_id)
        columns = ", ".join([key, *(column_sql(kind, name) for name in wanted)])
        found: dict[str, tuple[str, ...]] = {}
        with self._reading() as connection:
            for start in range(0, len(asked), _CHUNK):
                part = asked[start : start + _CHUNK]
                marks = ",".join("?" * len(part))
                # the second condition lets the partial index on the key serve
                sql = (
                    f"SELECT {columns} FROM {TABLES[kind]}"
                    f" WHERE {key} IN ({marks}) AND {key} <> '' AND {_LIVE}"
                )
                for row in connection.execute(sql, part):
                    found.setdefault(row[0], row[1:])
        return found
