"""Bring a store of any released version up to this program's; refuse a newer one."""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite

from collector.store import refusals
from collector.store.connection import APPLICATION_ID

_FOLDER = Path(__file__).parent / "migrations"


def steps() -> list[tuple[int, Path]]:
    """(version it leads to, SQL file), in order: ``0001_initial.sql`` leads to version 1."""
    return [(int(path.name[:4]), path) for path in sorted(_FOLDER.glob("[0-9]*.sql"))]


def newest() -> int:
    return steps()[-1][0]


def version(connection: sqlite.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite.Connection, path: Path) -> int:
    """Apply the missing steps, each in a transaction of its own; gives how many there were.

    Raises ``SurroundingsFailed``: ``store.newer``, or ``store.damaged`` for what is no store.
    """
    here = version(connection)
    if here > newest():
        raise refusals.newer(path)
    marked = connection.execute("PRAGMA application_id").fetchone()[0]
    if marked != APPLICATION_ID and (here or marked):
        raise refusals.damaged(path)
    done = 0
    for number, file in steps():
        if number > here:
            # executescript commits first what is open, so the script carries its own transaction
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{file.read_text(encoding='utf-8')}\n"
                f"PRAGMA application_id={APPLICATION_ID};\nPRAGMA user_version={number};\nCOMMIT;"
            )
            done += 1
    return done
