"""Who may be there twice: what a search for duplicates reads, what it found, what was decided.

Items wait in ``duplicate``; a decision may settle many of them and can be taken back, for what
stood before is kept beside it (``duplicate_change``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Kind, Status
from collector.store import journal, settling
from collector.store.layout import TABLES
from collector.store.lookup import matching
from collector.store.types import (
    DuplicateItem,
    DuplicateScan,
    ListedDuplicate,
    RowSide,
    Settled,
    Settlement,
    Sighting,
    WaitingRow,
)

CONFLICTS = frozenset({"unique.in_store", "unique.in_file", "record.inactive"})
"""findings by which a parked row itself says that its number is another's"""
_LIVE = f"status <> '{Status.INACTIVE.value}'"
_OPEN = "('waiting', 'later')"
_CHUNK = 2000
_KINDS = (Kind.UNIT, Kind.UNION, Kind.MEMBER)
_Connecting = Callable[[], AbstractContextManager[sqlite.Connection]]


class Duplicates:
    """``Store.duplicates``: the part of the store that a search for duplicates uses."""

    def __init__(self, reading: _Connecting, writing: _Connecting) -> None:
        self._reading = reading
        self._writing = writing

    # -- what a search reads -----------------------------------------------------------------

    def by(
        self,
        kind: Kind,
        field: str,
        values: Collection[str],
        wanted: Sequence[str],
        inactive: bool = False,
    ) -> list[tuple[Any, ...]]:
        """(id, *wanted) of the records with one of the values; live ones unless asked for all."""
        with self._reading() as connection:
            condition = "" if inactive else f"AND {_LIVE}"
            found = matching(connection, kind, field, values, ("id", *wanted), condition)
            return [row[1:] for row in found]

    def everyone(self, kind: Kind, wanted: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
        """(id, *wanted) of all live records in chunks; no lock is held between chunks."""
        columns = ", ".join(f'"{name}"' for name in ("id", *wanted))
        last = 0
        while True:
            with self._reading() as connection:
                rows = connection.execute(
                    f"SELECT {columns} FROM {TABLES[kind]} WHERE {_LIVE} AND id > ?"
                    " ORDER BY id LIMIT ?",
                    (last, _CHUNK),
                ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield rows

    def pick(self, kind: Kind, ids: Sequence[int], wanted: Sequence[str]) -> list[tuple[Any, ...]]:
        """(id, *wanted) of these records, inactive ones too."""
        columns = ", ".join(f'"{name}"' for name in ("id", *wanted))
        found: list[tuple[Any, ...]] = []
        with self._reading() as connection:
            for start in range(0, len(ids), _CHUNK):
                found += connection.execute(
                    f"SELECT {columns} FROM {TABLES[kind]}"
                    " WHERE id IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(ids[start : start + _CHUNK])),),
                )
        return found

    def changed(self, kind: Kind, scan: DuplicateScan) -> set[int]:
        """Ids of the live records that are new or changed since that search."""
        with self._reading() as connection:
            return {
                row[0]
                for row in connection.execute(
                    f"SELECT id FROM {TABLES[kind]} WHERE id > ?1 AND {_LIVE}"
                    " UNION SELECT record FROM revision WHERE kind = ?2 AND journal > ?3",
                    (scan.member, kind.value, scan.journal),
                )
            }

    def rows(self, kind: Kind) -> list[WaitingRow]:
        """Parked rows that wait."""
        with self._reading() as connection:
            return [
                WaitingRow(row[0], json.loads(row[1]), _conflicts(row[2]))
                for row in connection.execute(
                    "SELECT id, texts, findings FROM parked"
                    " WHERE kind = ? AND state = 'waiting' ORDER BY id",
                    (kind.value,),
                )
            ]

    # -- what was found ----------------------------------------------------------------------

    def last_scan(self) -> DuplicateScan | None:
        with self._reading() as connection:
            row = connection.execute(
                "SELECT journal, member, compared, offices, at FROM duplicate_scan"
            ).fetchone()
        return DuplicateScan(*row) if row else None

    def is_current(self) -> bool:
        """Whether nothing was written since the last search."""
        with self._reading() as connection:
            row = connection.execute("SELECT journal FROM duplicate_scan").fetchone()
            return bool(row and row[0] == journal.last(connection)[0])

    def now(self) -> tuple[int, int]:
        """The journal's last number and the newest member: where a search begins."""
        with self._reading() as connection:
            newest = connection.execute("SELECT coalesce(max(id), 0) FROM member").fetchone()
            return journal.last(connection)[0], int(newest[0])

    def known(self) -> dict[tuple[str, int, int, int], tuple[int, str, str]]:
        """(kind, first, second, parked) -> (id, reason, state) of every item there is."""
        with self._reading() as connection:
            return {
                tuple(row[:4]): (row[4], row[5], row[6])
                for row in connection.execute(
                    "SELECT kind, first, second, parked, id, reason, state FROM duplicate"
                )
            }

    def remembered(self) -> tuple[frozenset[str], dict[str, int]]:
        """Pairs said to be two, and contents of rows once closed with the decision that closed
        them: never asked about again."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT what, pair, content, decision FROM duplicate"
                " JOIN duplicate_decision ON duplicate_decision.id = decision"
                " WHERE state = 'decided'"
            ).fetchall()
        return (
            frozenset(row[1] for row in rows if row[0] == "different"),
            {row[2]: row[3] for row in rows if row[0] != "different" and row[2]},
        )

    def merged(self, kind: Kind) -> dict[int, int]:
        """Records that were merged into another -> the one they live on in."""
        with self._reading() as connection:
            into = {
                (row[1] if row[2] == row[0] else row[0]): row[2]
                for row in connection.execute(
                    "SELECT first, second, survivor FROM duplicate"
                    " WHERE kind = ? AND state = 'decided' AND second <> 0 AND survivor <> 0"
                    " ORDER BY decision",
                    (kind.value,),
                )
            }
        found: dict[int, int] = {}
        for number, other in into.items():
            seen = {number}
            while other in into and other not in seen:
                seen.add(other)
                other = into[other]
            found[number] = other
        return found

    def keep_found(
        self,
        found: Sequence[Sighting],
        gone: Sequence[int],
        scan: DuplicateScan,
        operator: str,
    ) -> None:
        """Put the sightings into the queue, take out what is no longer one, note the search."""
        with self._writing() as connection:
            for start in range(0, len(gone), _CHUNK):
                connection.execute(
                    f"DELETE FROM duplicate WHERE state IN {_OPEN}"
                    " AND id IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(gone[start : start + _CHUNK])),),
                )
            now = journal.now()
            connection.executemany(
                "INSERT INTO duplicate (kind, reason, first, second, parked, pair, content,"
                " found_at) VALUES (?,?,?,?,?,?,?,?)"
                " ON CONFLICT (kind, first, second, parked) DO UPDATE SET reason = excluded.reason,"
                f" pair = excluded.pair, content = excluded.content WHERE state IN {_OPEN}",
                (
                    (
                        one.kind.value,
                        one.reason,
                        one.first,
                        one.second,
                        one.parked,
                        one.pair,
                        one.content,
                        now,
                    )
                    for one in found
                ),
            )
            if found or gone:
                journal.append(
                    connection,
                    "duplicates.searched",
                    operator,
                    {"compared": scan.compared, "found": len(found), "gone": len(gone)},
                )
            number = journal.last(connection)[0]
            own = 1 if found or gone else 0
            connection.execute("DELETE FROM duplicate_scan")
            connection.execute(
                "INSERT INTO duplicate_scan VALUES (?,?,?,?,?)",
                # what others wrote while it searched is looked at next time
                (
                    number if number == scan.journal + own else scan.journal,
                    scan.member,
                    scan.compared,
                    scan.offices,
                    now,
                ),
            )

    # -- the queue ---------------------------------------------------------------------------

    def counts(self) -> dict[tuple[Kind, str, str], int]:
        """(kind, reason, state) -> items that wait; those whose records have gone do not count."""
        found: dict[tuple[Kind, str, str], int] = {}
        with self._reading() as connection:
            for kind in _KINDS:
                for reason, state, count in connection.execute(
                    f"SELECT reason, state, count(*) {_waiting(kind)} GROUP BY reason, state"
                ):
                    found[kind, reason, state] = count
        return found

    def ids(self, kind: Kind, reason: str) -> list[int]:
        """The items of one reason in the order they wait: put off ones last."""
        with self._reading() as connection:
            return [
                row[0]
                for row in connection.execute(
                    f"SELECT duplicate.id {_waiting(kind)} AND reason = ?"
                    " ORDER BY duplicate.state = 'later', first, duplicate.id",
                    (reason,),
                )
            ]

    def heads(self, kind: Kind, numbers: Sequence[int]) -> list[tuple[int, str, str, str]]:
        """(item, state, name, key) of each item's stored record, in the order asked for."""
        key = "id_number" if kind is Kind.MEMBER else "uscc"
        with self._reading() as connection:
            found = {
                row[0]: (row[0], row[1], row[2], row[3])
                for row in connection.execute(
                    f"SELECT duplicate.id, duplicate.state, name, {key} FROM duplicate"
                    f" JOIN {TABLES[kind]} ON {TABLES[kind]}.id = first"
                    " WHERE duplicate.id IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(numbers)),),
                )
            }
        return [found[number] for number in numbers if number in found]

    def item(self, number: int) -> DuplicateItem | None:
        """One item, whatever its state."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT id, kind, reason, first, second, parked, state, pair, found_at"
                " FROM duplicate WHERE id = ?",
                (number,),
            ).fetchone()
        return None if row is None else DuplicateItem(row[0], Kind(row[1]), *row[2:])

    def listing(self, kind: Kind) -> Iterator[ListedDuplicate]:
        """The waiting items of a kind with the places of their parked rows."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT duplicate.id, reason, duplicate.state, first, second, duplicate.parked"
                f" {_waiting(kind)} ORDER BY duplicate.id"
            ).fetchall()
            places = {
                row[0]: row[1:]
                for row in connection.execute(
                    "SELECT parked.id, name, sheet, row, parked.batch FROM duplicate"
                    " JOIN parked ON parked.id = duplicate.parked"
                    " JOIN batch_file USING (batch, file_no)"
                    f" WHERE duplicate.kind = ? AND duplicate.state IN {_OPEN}",
                    (kind.value,),
                )
            }
        for number, reason, state, first, second, parked in rows:
            place = places.get(parked, ("", "", 0, 0))
            yield ListedDuplicate(number, kind, reason, state, first, second, parked, *place)

    def row(self, number: int) -> RowSide | None:
        """One parked row with the file, the import and the errors it has of its own."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT parked.kind, state, texts, findings, name, sheet, row, parked.batch, at,"
                " operator FROM parked JOIN batch ON batch.id = parked.batch"
                " LEFT JOIN batch_file ON batch_file.batch = parked.batch"
                " AND batch_file.file_no = parked.file_no WHERE parked.id = ?",
                (number,),
            ).fetchone()
        if row is None:
            return None
        faulty = frozenset(
            str(item["field"])
            for item in json.loads(row[3])
            if item["severity"] == "error" and item["code"] not in CONFLICTS
        )
        return RowSide(
            number, Kind(row[0]), row[1], json.loads(row[2]), faulty, row[4] or "", *row[5:]
        )

    def siblings(self, numbers: Sequence[int]) -> list[int]:
        """Waiting rows that are the other record of the same row of the file."""
        with self._reading() as connection:
            return [
                row[0]
                for row in connection.execute(
                    "SELECT other.id FROM parked JOIN parked AS other"
                    " ON other.batch = parked.batch AND other.file_no = parked.file_no"
                    " AND other.sheet = parked.sheet AND other.row = parked.row"
                    " AND other.kind <> parked.kind AND other.state = 'waiting'"
                    " WHERE parked.id IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(numbers)),),
                )
            ]

    def is_open(self, item: DuplicateItem) -> bool:
        """Whether it still waits and both its sides are there."""
        with self._reading() as connection:
            row = connection.execute(
                f"SELECT 1 {_waiting(item.kind)} AND duplicate.id = ?", (item.id,)
            ).fetchone()
        return row is not None

    # -- decisions ---------------------------------------------------------------------------

    def settle(
        self,
        settlements: Sequence[Settlement],
        operator: str,
        pack: str,
        group: int | None = None,
    ) -> Settled:
        """Carry decisions out in one transaction; ``group`` joins them to an earlier decision, so
        that all are taken back together. Raises ``SurroundingsFailed store.changed_meanwhile``."""
        with self._writing() as connection:
            return settling.settle(connection, settlements, operator, pack, group)

    def undo(self, operator: str) -> Settled | None:
        """Take the newest decision back: each record and row is as it was before. None where
        there is none. Items whose records were changed since are left out (``kept``)."""
        with self._writing() as connection:
            return settling.undo(connection, operator)

    def last_decision(self) -> int | None:
        """The decision that ``undo`` would take back."""
        with self._reading() as connection:
            return settling.last(connection)


def _waiting(kind: Kind) -> str:
    """FROM and WHERE of the items of a kind that wait and whose both sides are there."""
    table = TABLES[kind]
    return (
        f"FROM duplicate JOIN {table} ON {table}.id = first"
        f" WHERE kind = '{kind.value}' AND duplicate.state IN {_OPEN}"
        f" AND (second = 0 OR ({table}.{_LIVE} AND EXISTS"
        f" (SELECT 1 FROM {table} AS other WHERE other.id = second AND other.{_LIVE})))"
        " AND (duplicate.parked = 0 OR EXISTS (SELECT 1 FROM parked"
        " WHERE parked.id = duplicate.parked AND parked.state = 'waiting'))"
    )


def _conflicts(findings: str) -> bool:
    held: list[Mapping[str, Any]] = json.loads(findings)
    return any(item["code"] in CONFLICTS for item in held)
