"""Lists of a million records: ids in an order once, then a page at a time."""

from __future__ import annotations

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


def order(
    connection: sqlite.Connection,
    kind: Kind,
    sort: str,
    descending: bool,
    search: str,
    status: Status | None,
    where: Mapping[str, str],
) -> array[int]:
    """Ids in the order asked for. ``search``: the beginning of a number or a name."""
    table = TABLES[kind]
    conditions: list[str] = []
    values: list[str] = []
    if status is not None:
        conditions.append("status = ?")
        values.append(status.value)
    for field_id, text in where.items():
        conditions.append(f"{column_sql(kind, field_id)} = ?")
        values.append(text)
    wanted = search.strip()
    if wanted:
        upper = wanted.upper()
        parts = []
        for name in _SEARCHED[kind]:
            low = wanted if name == "name" else upper
            # a range instead of LIKE: it walks the index whatever the collation
            parts.append(
                f"SELECT id FROM {table} WHERE {name} >= ? AND {name} < ? AND {name} <> ''"
            )
            values.extend((low, low + _LAST))
        conditions.append(f"id IN ({' UNION '.join(parts)})")
    sql = f"SELECT id FROM {table}"
    if conditions:
        sql += " WHERE " + " AND ".join(conditions)
    way = "DESC" if descending else "ASC"
    column = "id" if sort == "id" else column_sql(kind, sort)
    sql += f" ORDER BY {column} {way}" + ("" if sort == "id" else f", id {way}")
    return array("q", (row[0] for row in connection.execute(sql, values)))


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
