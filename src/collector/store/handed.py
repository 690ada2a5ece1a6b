"""Marked copies that went out to be mended, and what their return answered."""

from __future__ import annotations

import json
import secrets
import struct
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Kind, Outcome
from collector.store import journal
from collector.store.layout import TABLES
from collector.store.types import BatchEntry, HandedCopy, HandedRow, HandedSheet, ParkedNow
from collector.store.undoing import SUPERSEDED

Door = Callable[[], AbstractContextManager[sqlite.Connection]]
_SECRET = "row ids"
_ROW = struct.Struct("<I8s")
"""row number and digest in ``marked_sheet.rows``"""
_COPY = "SELECT id, code, batch, file_no, name, source, at FROM marked_copy"


class HandedCopies:
    """The copies of one workspace."""

    def __init__(self, reading: Door, writing: Door, operator: str) -> None:
        self._reading, self._writing = reading, writing
        self._operator = operator

    def secret(self) -> bytes:
        """32 random bytes by which the row ids of this workspace are summed; made when first
        asked for."""
        with self._reading() as connection:
            row = _secret(connection)
        if row is not None:
            return bytes(row[0])
        with self._writing() as connection:
            row = _secret(connection)
            if row is None:
                row = (secrets.token_bytes(32),)
                connection.execute("INSERT INTO blob VALUES (?, ?)", (_SECRET, row[0]))
        return bytes(row[0])

    def exist(self) -> bool:
        """Whether any copy ever went out."""
        with self._reading() as connection:
            return connection.execute("SELECT 1 FROM marked_copy LIMIT 1").fetchone() is not None

    def keep(self, copies: Sequence[HandedCopy]) -> None:
        """Write down what went out, in one transaction."""
        with self._writing() as connection:
            for copy in copies:
                self._keep(connection, copy)

    def _keep(self, connection: sqlite.Connection, copy: HandedCopy) -> None:
        number = connection.execute(
            "INSERT INTO marked_copy (code, at, operator, batch, file_no, name, source)"
            " VALUES (?,?,?,?,?,?,?) RETURNING id",
            (
                copy.code,
                journal.now(),
                self._operator,
                copy.batch,
                copy.file_no,
                copy.name,
                copy.source,
            ),
        ).fetchone()[0]
        for sheet in copy.sheets:
            fields = {kind.value: list(names) for kind, names in sheet.fields.items()}
            packed = b"".join(_ROW.pack(row, digest) for row, digest in sheet.digests.items())
            connection.execute(
                "INSERT INTO marked_sheet VALUES (?,?,?,?,?)",
                (sheet.code, number, sheet.sheet, json.dumps(fields), packed),
            )
            connection.executemany(
                "INSERT INTO marked_row VALUES (?,?,?,?,?)",
                (
                    (
                        sheet.code,
                        row,
                        kind.value,
                        held.parked,
                        json.dumps(dict(held.texts), ensure_ascii=False, sort_keys=True),
                    )
                    for (row, kind), held in sheet.parked.items()
                ),
            )
        journal.append(
            connection,
            "marked.written",
            self._operator,
            {
                "batch": copy.batch,
                "file": copy.file_no,
                "copy": copy.code,
                "rows": sum(len(sheet.digests) for sheet in copy.sheets),
                "parked": sum(len(sheet.parked) for sheet in copy.sheets),
            },
        )

    def of_sheets(self, codes: Collection[str]) -> list[HandedCopy]:
        """The copies that have a sheet of one of these codes, whole."""
        with self._reading() as connection:
            numbers = connection.execute(
                "SELECT DISTINCT copy FROM marked_sheet"
                " WHERE code IN (SELECT value FROM json_each(?)) ORDER BY copy",
                (json.dumps(sorted(codes)),),
            ).fetchall()
            return [
                _copy(connection, connection.execute(f"{_COPY} WHERE id = ?", number).fetchone())
                for number in numbers
            ]

    def of_code(self, code: str) -> HandedCopy | None:
        """The copy of this code."""
        with self._reading() as connection:
            row = connection.execute(f"{_COPY} WHERE code = ?", (code,)).fetchone()
            return _copy(connection, row) if row is not None else None

    def now(self, parked: Collection[int]) -> dict[int, ParkedNow]:
        """What has become of these parked rows, through every later return."""
        found: dict[int, ParkedNow] = {}
        ahead = {number: number for number in parked}
        with self._reading() as connection:
            while ahead:
                at = _at(connection, set(ahead.values()))
                further: dict[int, int] = {}
                for number, place in ahead.items():
                    state, reason, successor, record = at[place]
                    if state == "waiting":
                        found[number] = ParkedNow(waiting=place)
                    elif state == "released":
                        found[number] = ParkedNow(record=int(reason))
                    elif successor:
                        further[number] = successor
                    else:
                        found[number] = ParkedNow(record=record)
                ahead = further
        return found

    def records_at(
        self, kind: Kind, batch: int, file_no: int, sheet: str, rows: Collection[int]
    ) -> dict[int, int]:
        """row -> id of the record that came from that row of the import."""
        with self._reading() as connection:
            return dict(
                connection.execute(
                    f"SELECT row, id FROM {TABLES[kind]} WHERE origin IN (SELECT id FROM stamp"
                    " WHERE batch = ? AND file_no = ? AND sheet = ?)"
                    " AND row IN (SELECT value FROM json_each(?))",
                    (batch, file_no, sheet, json.dumps(sorted(rows))),
                )
            )


def _secret(connection: sqlite.Connection) -> tuple[bytes] | None:
    row: tuple[bytes] | None = connection.execute(
        "SELECT content FROM blob WHERE name = ?", (_SECRET,)
    ).fetchone()
    return row


def _at(
    connection: sqlite.Connection, numbers: Collection[int]
) -> dict[int, tuple[str, str, int, int]]:
    """parked id -> state, reason, parked row and record of its return."""
    rows = connection.execute(
        "SELECT parked.id, state, reason, coalesce(successor, 0), coalesce(record, 0)"
        " FROM parked LEFT JOIN parked_answer ON parked_answer.parked = parked.id"
        " WHERE parked.id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(numbers)),),
    )
    return {row[0]: row[1:] for row in rows}


def _copy(
    connection: sqlite.Connection, row: tuple[int, str, int, int, str, str, str]
) -> HandedCopy:
    number, code, batch, file_no, name, source, at = row
    sheets = []
    for sheet_code, sheet, fields, packed in connection.execute(
        "SELECT code, sheet, fields, rows FROM marked_sheet WHERE copy = ? ORDER BY code", (number,)
    ).fetchall():
        parked = {
            (place, Kind(kind)): HandedRow(held, json.loads(texts))
            for place, kind, held, texts in connection.execute(
                "SELECT row, kind, parked, texts FROM marked_row WHERE sheet = ?", (sheet_code,)
            )
        }
        sheets.append(
            HandedSheet(
                sheet_code,
                sheet,
                {Kind(kind): names for kind, names in json.loads(fields).items()},
                dict(_ROW.iter_unpack(packed)),
                parked,
            )
        )
    return HandedCopy(code, batch, file_no, name, source, sheets, at)


def answer(
    connection: sqlite.Connection,
    entry: BatchEntry,
    added: Sequence[int],
    waiting: Mapping[int, int],
    batch: int,
) -> None:
    """Let go of the parked rows that came back with an import, and keep what each became.

    ``added`` are the ids of the entry's new records in order, ``waiting`` row index -> parked id.
    Taking the import back wakes them, as it does rows that were superseded.
    """
    if not any(entry.answers):
        return
    new = iter(added)
    for index, (outcome, number) in enumerate(zip(entry.outcomes, entry.answers, strict=True)):
        record = next(new) if outcome is Outcome.ADDED else entry.targets[index] or 0
        if number is None or outcome is Outcome.SKIPPED:
            continue
        successor = waiting.get(index, 0)
        _let_go(connection, number, batch, successor, 0 if successor else record)


def leave_out(connection: sqlite.Connection, missing: Sequence[int], batch: int) -> None:
    """Rows that did not come back: they wait no longer, until the import is taken back."""
    for number in missing:
        _let_go(connection, number, batch, 0, 0)


def _let_go(
    connection: sqlite.Connection, number: int, batch: int, successor: int, record: int
) -> None:
    connection.execute(
        "UPDATE parked SET state = 'skipped', reason = ? WHERE id = ?",
        (SUPERSEDED.format(batch), number),
    )
    connection.execute(
        "INSERT OR REPLACE INTO parked_answer VALUES (?,?,?,?)", (number, batch, successor, record)
    )
