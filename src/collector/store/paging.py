"""Lists of a million records: ids in an order once, then a page at a time."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.model import KEY_FIELD, Kind, Status
from collector.store.layout import TABLES, column_sql

_FEW = 5_000
"""so many records are read to be put in order; of more, a whole order is narrowed"""
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
    whole: Callable[[str], array[int]],
) -> array[int]:
    """Ids in the order asked for. ``search``: the beginning of a number or a name.

    ``whole`` gives all records in an order. What an index alone can answer never touches the
    records; the rest costs one pass over them. SQLite is not let sort: under memory security each
    entry it sorts is locked and wiped by itself.
    """
    if where:
        rows = _matching(connection, kind, sort, status, where)
        if search.strip():
            found = _searched(connection, kind, search.strip())
            rows = [row for row in rows if row[0] in found]
        ids = _sorted(rows)
    elif search.strip() or status is not None:
        ids = _narrowed(connection, kind, sort, search.strip(), status, whole)
    else:
        ids = whole(sort)
    return ids[::-1] if descending else ids


def everyone(connection: sqlite.Connection, kind: Kind, sort: str) -> array[int]:
    """All records in an order, those with an empty text first."""
    table = TABLES[kind]
    if sort == "id":
        count, last = connection.execute(
            f"SELECT (SELECT count(*) FROM {table}), (SELECT max(id) FROM {table})"
        ).fetchone()
        if count == (last or 0):  # as it is unless an import was taken back
            return array("q", range(1, count + 1))
        return _ids(connection, f"SELECT id FROM {table} ORDER BY id")
    if sort == "name" and kind is not Kind.OFFICER:
        return _ids(connection, f"SELECT id FROM {table} ORDER BY name, id")
    if sort == KEY_FIELD[kind]:
        return by_key(connection, kind)
    return _sorted(connection.execute(f"SELECT id, {column_sql(kind, sort)} FROM {table}"))


def by_key(connection: sqlite.Connection, kind: Kind) -> array[int]:
    """All records by their key, those without one first, from two indexes."""
    table, key = TABLES[kind], KEY_FIELD[kind]
    ids = _ids(connection, f"SELECT id FROM {table} WHERE {key} = '' ORDER BY id")
    ids.extend(_ids(connection, f"SELECT id FROM {table} WHERE {key} <> '' ORDER BY {key}, id"))
    return ids


def _narrowed(
    connection: sqlite.Connection,
    kind: Kind,
    sort: str,
    search: str,
    status: Status | None,
    whole: Callable[[str], array[int]],
) -> array[int]:
    """A search, a state, or both: ids from the indexes, then put in order."""
    if search:
        wanted = _searched(connection, kind, search)
        if status is Status.VALID:
            wanted -= _not_valid(connection, kind)
        elif status is not None:
            wanted &= _of_status(connection, kind, status)
    elif status is Status.VALID:
        others = _not_valid(connection, kind)
        ids = whole(sort)
        return array("q", (one for one in ids if one not in others)) if others else ids
    elif status is not None:
        wanted = _of_status(connection, kind, status)
    if sort == "id":
        return array("q", sorted(wanted))
    if len(wanted) > _FEW or sort in ("name", KEY_FIELD[kind]):
        return array("q", (one for one in whole(sort) if one in wanted))
    return _sorted(
        connection.execute(
            f"SELECT id, {column_sql(kind, sort)} FROM {TABLES[kind]}"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(wanted)),),
        )
    )


def _searched(connection: sqlite.Connection, kind: Kind, wanted: str) -> set[int]:
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
    return found


def _of_status(connection: sqlite.Connection, kind: Kind, status: Status) -> set[int]:
    """Ids of a state other than valid. The condition names valid so that its index serves."""
    rows = connection.execute(
        f"SELECT id FROM {TABLES[kind]} WHERE status = ? AND status <> 'valid'", (status.value,)
    )
    return {row[0] for row in rows}


def _not_valid(connection: sqlite.Connection, kind: Kind) -> set[int]:
    rows = connection.execute(f"SELECT id FROM {TABLES[kind]} WHERE status <> 'valid'")
    return {row[0] for row in rows}


def _matching(
    connection: sqlite.Connection,
    kind: Kind,
    sort: str,
    status: Status | None,
    where: Mapping[str, str],
) -> list[tuple[int, Any]]:
    """(id, what to sort by) of the records with these texts."""
    conditions = [f"{column_sql(kind, field_id)} = ?" for field_id in where]
    values = list(where.values())
    if status is not None:
        conditions.append("status = ?")
        values.append(status.value)
    column = "id" if sort == "id" else column_sql(kind, sort)
    rows = connection.execute(
        f"SELECT id, {column} FROM {TABLES[kind]} WHERE {' AND '.join(conditions)}", values
    )
    return list(rows)


def _sorted(rows: Iterable[tuple[int, Any]]) -> array[int]:
    """Ids by what stands beside them, then by id. Only different texts are compared, which in most
    columns are few."""
    groups: dict[Any, list[int]] = {}
    for number, text in rows:
        groups.setdefault(text, []).append(number)
    ids = array("q")
    for text in sorted(groups):
        ids.extend(sorted(groups[text]))
    return ids


def _ids(connection: sqlite.Connection, sql: str) -> array[int]:
    return array("q", (row[0] for row in connection.execute(sql)))


def page(
    connection: sqlite.Connection, kind: Kind, ids: Sequence[int], fields: Sequence[str]
) -> list[tuple[Any, ...]]:
    """(id, status, revision, *fields) in the order of ``ids``; an id that is gone is left out."""
    columns = ", ".join(["id", "status", "revision", *(column_sql(kind, name) for name in fields)])
    found: dict[int, tuple[Any, ...]] = {
        row[0]: row
        for row in connection.execute(
            f"SELECT {columns} FROM {TABLES[kind]} WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
    }
    return [found[number] for number in ids if number in found]


def streamed_ids(
    connection: sqlite.Connection,
    kind: Kind,
    where: Mapping[str, str],
    statuses: Sequence[Status],
    keyed: bool,
) -> array[int]:
    """Ids of all records of these states: by key, the same data then give the same order, or as
    they came."""
    ids = by_key(connection, kind) if keyed else everyone(connection, kind, "id")
    left_out: set[int] = set()
    for status in Status:
        if status not in statuses and status is not Status.VALID:
            left_out |= _of_status(connection, kind, status)
    if Status.VALID not in statuses:
        left_out = set(ids) - _not_valid(connection, kind) | left_out
    if left_out:
        ids = array("q", (one for one in ids if one not in left_out))
    if where:
        wanted = {row[0] for row in _matching(connection, kind, "id", None, where)}
        ids = array("q", (one for one in ids if one in wanted))
    return ids
