"""Taking an import back: what it added leaves, what it changed gets its earlier values again.

Nothing is destroyed. A record that was added and not touched since moves to ``undone_record`` and
stays there for ever, out of every list, count and key; its id is never given away again. What was
changed later, and what was submitted, stays as it is and is named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from itertools import groupby

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Kind, Outcome
from collector.store import bulk, journal, stamps
from collector.store.layout import TABLES
from collector.store.types import BatchEntry
from collector.store.undo_planning import SUPERSEDED, Plan, plan, times

__all__ = ["SUPERSEDED", "Plan", "carry_out", "note_repeated", "plan", "remove", "times"]

_CHUNK = 2000


def note_repeated(connection: sqlite.Connection, entry: BatchEntry, batch: int) -> None:
    """Keep which records an import found as they were, one line a table."""
    places = [
        [target, entry.table.rows[index]]
        for index, (outcome, target) in enumerate(zip(entry.outcomes, entry.targets, strict=True))
        if outcome is Outcome.UNCHANGED and target is not None
    ]
    if places:
        table = entry.table
        connection.execute(
            "INSERT OR REPLACE INTO repeated VALUES (?,?,?,?,?)",
            (batch, table.kind.value, table.file, table.sheet, json.dumps(places)),
        )


def carry_out(
    connection: sqlite.Connection, made: Plan, operator: str, step: Callable[[int, int], None]
) -> None:
    """Do what is planned, inside the caller's transaction.

    ``step`` is called with the records done and all of them, and may raise ``Cancelled``.
    """
    counts = made.counts()
    journal.append(
        connection, "control_point", operator, {"before": "import.undone", "batch": made.batch}
    )
    (undone,) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM undone_batch").fetchone()
    connection.execute(
        "INSERT INTO undone_batch VALUES (?,?,?,?,?)",
        (undone, made.batch, journal.now(), operator, json.dumps(counts)),
    )
    total = counts["removed"] + counts["restored"]
    done = 0
    for kind, numbers in made.removed.items():
        for start in range(0, len(numbers), _CHUNK):
            step(done, total)
            part = numbers[start : start + _CHUNK]
            remove(connection, kind, part, undone)
            done += len(part)
    for (kind, status), alike in groupby(made.restored, key=lambda one: (one[0], one[3])):
        wanted = [(number, values) for _, number, values, _ in alike]
        for start in range(0, len(wanted), _CHUNK):
            step(done, total)
            these = wanted[start : start + _CHUNK]
            bulk.update(
                connection,
                kind,
                these,
                operator=operator,
                pack=None,
                action="record.restored",
                reason=f"batch {made.batch} undone",
                status=status,
            )
            connection.executemany(
                "INSERT OR IGNORE INTO undone_field VALUES (?,?,?,?)",
                [
                    (made.batch, kind.value, number, name)
                    for number, values in these
                    for name in (*values, *(("status",) if status is not None else ()))
                ],
            )
            done += len(these)
    for kind, places in made.moved.items():
        connection.executemany(
            f"UPDATE {TABLES[kind]} SET origin = ?, row = ? WHERE id = ?",
            [
                (stamps.of_sheet(connection, at.batch, at.file_no, at.sheet), at.row, number)
                for number, at in places.items()
            ],
        )
    connection.execute(
        "UPDATE parked SET state = 'undone' WHERE batch = ? AND state = 'waiting'", (made.batch,)
    )
    connection.execute(
        "UPDATE parked SET state = 'waiting', reason = '' WHERE state = 'skipped' AND reason = ?",
        (SUPERSEDED.format(made.batch),),
    )
    step(total, total)
    journal.append(
        connection,
        "import.undone",
        operator,
        {"batch": made.batch, "digest": _digest(made), **counts},
    )


def remove(
    connection: sqlite.Connection, kind: Kind, numbers: Sequence[int], undone: int | None
) -> None:
    """Move records to ``undone_record``, which keeps their numbers from being given away again."""
    listed = "(SELECT value FROM json_each(?))"
    asked = json.dumps(numbers)
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({TABLES[kind]})")]
    pairs = ", ".join(f"'{name}', \"{name}\"" for name in names)
    connection.execute(
        f"INSERT INTO undone_record SELECT ?, id, ?, json_object({pairs})"
        f" FROM {TABLES[kind]} WHERE id IN {listed}",
        (kind.value, undone, asked),
    )
    connection.execute(f"DELETE FROM {TABLES[kind]} WHERE id IN {listed}", (asked,))


def _digest(made: Plan) -> str:
    """SHA-256 over the records that left, so that the journal stands for all of them."""
    digest = hashlib.sha256()
    for kind, numbers in made.removed.items():
        digest.update(f"{kind}:{','.join(map(str, numbers))}\n".encode())
    return digest.hexdigest()
