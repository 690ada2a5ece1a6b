"""Lists of a million records: ids in an order once, then a page at a time."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.model import KEY_FIELD, Kind, Status
from collector.store.layout import TABLES, column_sql

_CHUNK = 2000
_SEARCHED: Mapping[Kind, tuple[str, ...]] = {
    Kind.UNIT: ("uscc", "name"),
    Kind.UNION: ("uscc", "temporary_code", "name"),
    Kind.OFFICER: ("id_number", "name"),
    Kind.MEMBER: ("id_number", "name"),
}
_LAST = "\U0010ffff"


def counts(connection: sqlite.Connection, kind: Kind) -> dict[Status, int]:
    """How many records there are of each state, without those that are none.

    From two indexes: all that are, and those that are not valid.
    """
    table = TABLES[kind]
    found = {
        Status(status): int(count)
        for status, count in connection.execute(
            f"SELECT status, count(*) FROM {table} WHERE status <> 'valid' GROUP BY status"
        )
    }
    everyone = int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    found[Status.VALID] = everyone - sum(found.values())
    return {status: found[status] for status in Status if found.get(status)}


def order(
    connection: sqlite.Connection,
    kind: Kind,
    sort: str,
    descending: bool,
    search: str,
    status: Status | None,
    where: Mapping[str, str],
) -> array[int]:
    """Ids in the order asked for. ``search``: the beginning of a number or a name.

    What an index alone can answer is put in order here; the rest costs a pass over the records.
    """
    table = TABLES[kind]
    found = _searched(connection, kind, search.strip()) if search.strip() else None
    if sort == "id" and not where and (found is None or status is None):
        ids = _by_number(connection, table, status) if found is None else array("q", sorted(found))
        return ids[::-1] if descending else ids
    conditions: list[str] = []
    values: list[str] = []
    if found is not None:
        conditions.append("id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(found))
    if status is not None:
        conditions.append("status = ?")
        values.append(status.value)
    for field_id, text in where.items():
        conditions.append(f"{column_sql(kind, field_id)} = ?")
        values.append(text)
    sql = f"SELECT id FROM {table}"
    if conditions:
        sql += " WHERE " + " AND ".join(conditions)
    way = "DESC" if descending else "ASC"
    columns = ["id"] if sort == "id" else [column_sql(kind, sort), "id"]
    if sort == "name" and kind is not Kind.OFFICER:
        columns.insert(1, "status")  # as the index has it, which then needs no sorting
    sql += " ORDER BY " + ", ".join(f"{column} {way}" for column in columns)
    return array("q", (row[0] for row in connection.execute(sql, values)))


def _searched(connection: sqlite.Connection, kind: Kind, wanted: str) -> list[int]:
    """Ids of the records of which a number or the name begins so, from the indexes alone."""
    found: set[int] = set()
    for name in _SEARCHED[kind]:
        low = wanted if name == "name" else wanted.upper()
        # a range instead of LIKE: it walks the index whatever the collation
        rows = connection.execute(
            f"SELECT id FROM {TABLES[kind]} WHERE {name} >= ? AND {name} < ? AND {name} <> ''",
            (low, low + _LAST),
        )
        found.update(row[0] for row in rows)
    return list(found)


def _by_number(connection: sqlite.Connection, table: str, status: Status | None) -> array[int]:
    """Ids of a state, or all, as they came in."""
    everyone, last = connection.execute(
        f"SELECT (SELECT count(*) FROM {table}), (SELECT max(id) FROM {table})"
    ).fetchone()
    if status is not None:
        rows = connection.execute(f"SELECT id FROM {table} WHERE status = ?", (status.value,))
        return array("q", sorted(row[0] for row in rows))
    if everyone == (last or 0):  # no record is ever deleted, so this is how it is
        return array("q", range(1, everyone + 1))
    return array("q", (row[0] for row in connection.execute(f"SELECT id FROM {table} ORDER BY id")))


def page(
    connection: sqlite.Connection, kind: Kind, ids: Sequence[int], fields: Sequence[str]
) -> list[tuple[Any, ...]]:
    """(id, status, revision, *fields) in the order of ``ids``; an id that is gone is left out."""
    columns = ", ".join(["id", "status", "revision", *(column_sql(kind, name) for name in fields)])
    found: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(ids), _CHUNK):
        part = list(ids[start : start + _CHUNK])
        marks = ",".join("?" * len(part))
        for row in connection.execute(
            f"SELECT {columns} FROM {TABLES[kind]} WHERE id IN ({marks})", part
        ):
            found[row[0]] = row
    return [found[number] for number in ids if number in found]


def streamed_ids(
    connection: sqlite.Connection,
    kind: Kind,
    where: Mapping[str, str],
    statuses: Sequence[Status],
) -> array[int]:
    """Ids of all records of these states, by key; the same data give the same order."""
    conditions = [f"status IN ({','.join('?' * len(statuses))})"]
    values: list[str] = [status.value for status in statuses]
    for field_id, text in where.items():
        conditions.append(f"{column_sql(kind, field_id)} = ?")
        values.append(text)
    sql = (
        f"SELECT id FROM {TABLES[kind]} WHERE {' AND '.join(conditions)}"
        f" ORDER BY {KEY_FIELD[kind]}, id"
    )
    return array("q", (row[0] for row in connection.execute(sql, values)))
