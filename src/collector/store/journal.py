"""The audit chain: every write appends an entry that holds the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.store.types import JournalEntry, JournalReport

_START = "0" * 64


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def append(
    connection: sqlite.Connection,
    action: str,
    operator: str,
    details: Mapping[str, str | int],
    *,
    kind: str = "",
    record: int = 0,
    changes: Mapping[str, Any] | None = None,
) -> tuple[int, str]:
    """Number and hash of the new entry; inside the caller's transaction."""
    count, before = last(connection)
    number = count + 1
    row = (
        number,
        now(),
        operator,
        action,
        kind,
        record,
        _text(details),
        _text(changes or {}),
    )
    digest = _hash(before, row)
    connection.execute("INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?)", (*row, digest))
    return number, digest


def head(connection: sqlite.Connection) -> str:
    return last(connection)[1]


def last(connection: sqlite.Connection) -> tuple[int, str]:
    """Number and hash of the newest entry."""
    row = connection.execute(
        "SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return (row[0], row[1]) if row else (0, _START)


def hash_of(connection: sqlite.Connection, number: int) -> str | None:
    """The hash of one entry; None where there is none of that number."""
    row = connection.execute("SELECT hash FROM journal WHERE number = ?", (number,)).fetchone()
    return row[0] if row else None


def verify(connection: sqlite.Connection) -> JournalReport:
    """Recompute the chain from its first entry."""
    before, expected = _START, 1
    for row in connection.execute("SELECT * FROM journal ORDER BY number"):
        if row[0] != expected or _hash(before, row[:8]) != row[8]:
            return JournalReport(False, expected - 1, expected, before)
        before, expected = row[8], expected + 1
    return JournalReport(True, expected - 1, None, before)


def entries(
    connection: sqlite.Connection, kind: str, record: int, limit: int
) -> list[JournalEntry]:
    """Newest first; all of them, or those of one record."""
    sql = "SELECT * FROM journal"
    asked: tuple[Any, ...] = ()
    if record:
        # what was done to many at once stands in one entry, which their revisions name
        sql += (
            " WHERE kind = ?1 AND record = ?2 AND record <> 0 OR number IN"
            " (SELECT journal FROM revision WHERE kind = ?1 AND record = ?2)"
        )
        asked = (kind, record)
    rows = connection.execute(sql + " ORDER BY number DESC LIMIT ?", (*asked, limit)).fetchall()
    return [
        JournalEntry(
            row[0], row[1], row[2], row[3], row[4], row[5], _details(row[6], row[7]), row[8]
        )
        for row in rows
    ]


def _details(details: str, changes: str) -> dict[str, str | int]:
    """The details, and the names of the fields that changed, never what they hold."""
    found: dict[str, str | int] = json.loads(details)
    names = json.loads(changes)
    if names:
        found["fields"] = " ".join(sorted(names))
    return found


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(before: str, row: Any) -> str:
    text = json.dumps([before, *row], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
