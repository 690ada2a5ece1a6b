"""Indexes made after many rows instead of with each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlcipher3 import dbapi2 as sqlite

_FEW = 5_000
"""below this it is not worth a change of the schema"""


@contextmanager
def put_off(connection: sqlite.Connection, table: str, rows: int) -> Iterator[None]:
    """Take the indexes of a table away while so many rows come in, and make them anew after it.

    Only where the table at least doubles: an index made from sorted entries is written once,
    page after page, which costs half of what entries in the order of a file cost; but those
    already there are written again. Inside the caller's transaction, so that nobody sees a table
    without them; a key that is there twice is refused when its index is made.
    """
    held = 0
    if rows >= _FEW:
        held = int(
            connection.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT ?)", (rows + 1,)
            ).fetchone()[0]
        )
    if rows < _FEW or held > rows:
        yield
        return
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
        " AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, sql in indexes:
        connection.execute(sql)
