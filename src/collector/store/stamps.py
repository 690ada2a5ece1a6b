"""Who wrote, when, checked with which pack and from which sheet: kept once for many records."""

from __future__ import annotations

from sqlcipher3 import dbapi2 as sqlite

from collector.store import journal

OF_BATCH = "origin IN (SELECT id FROM stamp WHERE batch = ? AND batch <> 0)"
"""the condition for records that came with an import"""

COLUMNS = {
    "batch": "origin.batch",
    "file_no": "origin.file_no",
    "sheet": "origin.sheet",
    "created_at": "origin.at",
    "pack": "coalesce(changed.pack, origin.pack)",
    "changed_at": "coalesce(changed.at, origin.at)",
    "changed_by": "coalesce(changed.operator, origin.operator)",
}
"""what a record's two stamps say of it, by the name it has in a record"""


def add(
    connection: sqlite.Connection,
    operator: str,
    pack: str,
    *,
    batch: int = 0,
    file_no: int = 0,
    sheet: str = "",
) -> int:
    """A new stamp of this moment; gives its id."""
    cursor = connection.execute(
        "INSERT INTO stamp (at, operator, pack, batch, file_no, sheet) VALUES (?,?,?,?,?,?)",
        (journal.now(), operator, pack, batch, file_no, sheet),
    )
    return int(cursor.lastrowid or 0)


def again(connection: sqlite.Connection, operator: str, pack: str) -> int:
    """A stamp of a change of this moment: the newest there is, where it says the same."""
    row = connection.execute(
        "SELECT id FROM stamp WHERE id = (SELECT max(id) FROM stamp) AND at = ? AND operator = ?"
        " AND pack = ? AND batch = 0 AND file_no = 0 AND sheet = ''",
        (journal.now(), operator, pack),
    ).fetchone()
    return int(row[0]) if row is not None else add(connection, operator, pack)


def of_sheet(connection: sqlite.Connection, batch: int, file_no: int, sheet: str) -> int:
    """The stamp of records that came from this sheet, made where there is none."""
    row = connection.execute(
        "SELECT id FROM stamp WHERE batch = ? AND batch <> 0 AND file_no = ? AND sheet = ?"
        " ORDER BY id LIMIT 1",
        (batch, file_no, sheet),
    ).fetchone()
    if row is not None:
        return int(row[0])
    operator, pack = connection.execute(
        "SELECT operator, pack FROM batch WHERE id = ?", (batch,)
    ).fetchone()
    return add(connection, operator, pack, batch=batch, file_no=file_no, sheet=sheet)


def column_sql(table: str, name: str) -> str:
    """One of ``COLUMNS`` for a query over ``table`` alone."""
    return (
        f"(SELECT {COLUMNS[name]} FROM stamp AS origin"
        f" LEFT JOIN stamp AS changed ON changed.id = {table}.changed"
        f" WHERE origin.id = {table}.origin)"
    )
