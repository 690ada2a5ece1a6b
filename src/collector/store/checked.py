"""With which pack records were last checked: told by their stamps."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Kind, Status
from collector.store import journal
from collector.store.layout import TABLES

_CHUNK = 2000
_LAST = "CASE changed WHEN 0 THEN origin ELSE changed END"
"""the stamp that says of a record what it was last checked with"""


def otherwise(connection: sqlite.Connection, pack: str) -> dict[Kind, int]:
    """How many live records were last checked with another pack than ``id/version``, by kind.

    Where there never was another, no record is looked at.
    """
    others = [row[0] for row in connection.execute("SELECT id FROM stamp WHERE pack <> ?", (pack,))]
    if not others:
        return {}
    found: dict[Kind, int] = {}
    for kind in Kind:
        (count,) = connection.execute(
            f"SELECT count(*) FROM {TABLES[kind]} WHERE status <> ? AND {_LAST} IN"
            " (SELECT value FROM json_each(?))",
            (Status.INACTIVE.value, json.dumps(others)),
        ).fetchone()
        if count:
            found[kind] = int(count)
    return found


def mark(
    connection: sqlite.Connection, kind: Kind, ids: Sequence[int], pack: str, operator: str
) -> int:
    """Keep that these records were checked with ``pack`` and stand; nothing else of them changes,
    who wrote them and when included. How many were checked with another before."""
    table = TABLES[kind]
    fresh: dict[tuple[str, str], int] = {}
    marked = 0
    for start in range(0, len(ids), _CHUNK):
        groups: dict[tuple[str, str], list[int]] = {}
        for number, *said in connection.execute(
            f"SELECT record.id, stamp.at, stamp.operator FROM {table} AS record"
            " JOIN stamp ON stamp.id ="
            " CASE record.changed WHEN 0 THEN record.origin ELSE record.changed END"
            " WHERE record.id IN (SELECT value FROM json_each(?)) AND stamp.pack <> ?",
            (json.dumps(list(ids[start : start + _CHUNK])), pack),
        ):
            groups.setdefault((said[0], said[1]), []).append(number)
        for (at, by), numbers in groups.items():
            if (at, by) not in fresh:
                (fresh[at, by],) = connection.execute(
                    "INSERT INTO stamp (at, operator, pack) VALUES (?,?,?) RETURNING id",
                    (at, by, pack),
                ).fetchone()
            marked += connection.execute(
                f"UPDATE {table} SET changed = ? WHERE id IN (SELECT value FROM json_each(?))",
                (fresh[at, by], json.dumps(numbers)),
            ).rowcount
    if marked:
        details: dict[str, str | int] = {"kind": kind.value, "pack": pack, "count": marked}
        journal.append(connection, "records.rechecked", operator, details)
    return marked
