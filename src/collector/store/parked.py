"""Rows that wait to be mended."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Finding, Kind, Outcome, Status, Table
from collector.store import batches, journal, links, originals, undoing, writing
from collector.store.types import ParkedTable, WaitingFile


def count(connection: sqlite.Connection, kind: Kind | None, batch: str | int | None) -> int:
    sql = "SELECT count(*) FROM parked WHERE state = 'waiting'"
    asked: list[str | int] = []
    if kind is not None:
        sql += " AND kind = ?"
        asked.append(kind.value)
    if batch is not None:
        sql += " AND batch = ?"
        asked.append(int(batch))
    return int(connection.execute(sql, asked).fetchone()[0])


def counts(connection: sqlite.Connection) -> dict[Kind, int]:
    return {
        Kind(kind): number
        for kind, number in connection.execute(
            "SELECT kind, count(*) FROM parked WHERE state = 'waiting' GROUP BY kind"
        )
    }


def files(connection: sqlite.Connection) -> list[WaitingFile]:
    """The imported files that have waiting rows, newest import first."""
    rows = connection.execute(
        "SELECT waiting.batch, at, waiting.file_no, name, sha256, rows FROM ("
        " SELECT batch, file_no, count(*) AS rows FROM ("
        "  SELECT DISTINCT batch, file_no, sheet, row FROM parked WHERE state = 'waiting')"
        " GROUP BY batch, file_no) AS waiting"
        " JOIN batch ON batch.id = waiting.batch"
        " JOIN batch_file ON batch_file.batch = waiting.batch"
        " AND batch_file.file_no = waiting.file_no ORDER BY waiting.batch DESC, waiting.file_no"
    )
    return [WaitingFile(*row) for row in rows]


def tables(
    connection: sqlite.Connection,
    kind: Kind | None,
    batch: str | int | None,
    ids: Collection[int] | None,
) -> list[ParkedTable]:
    number = None if batch is None else int(batch)
    return batches.parked_tables(connection, kind, number, ids)


def rewrite(
    connection: sqlite.Connection,
    ids: Sequence[int],
    table: Table,
    findings: Sequence[Finding],
    operator: str,
) -> None:
    """Put edited rows back, and write down which of their fields changed."""
    reasons: dict[int, list[Finding]] = {}
    for item in findings:
        reasons.setdefault(item.index, []).append(item)
    for index, number in enumerate(ids):
        row = connection.execute("SELECT texts FROM parked WHERE id = ?", (number,)).fetchone()
        before = json.loads(row[0])
        values = table.record(index)
        changes = {
            name: [before.get(name, ""), text]
            for name, text in values.items()
            if before.get(name, "") != text
        }
        connection.execute(
            "UPDATE parked SET texts = ?, faults = ?, findings = ? WHERE id = ?",
            (
                json.dumps(values, ensure_ascii=False, sort_keys=True),
                json.dumps(
                    {name: held[index] for name, held in table.faults.items() if index in held}
                ),
                batches.findings_text([*reasons.get(-1, ()), *reasons.get(index, ())]),
                number,
            ),
        )
        if changes:
            links.change(connection, number, table.kind, before, values)
            journal.append(
                connection,
                "parked.changed",
                operator,
                {"kind": table.kind.value, "parked": number},
                changes=changes,
            )


def release(
    connection: sqlite.Connection,
    ids: Sequence[int],
    table: Table,
    outcomes: Sequence[Outcome],
    targets: Sequence[int | None],
    operator: str,
) -> list[int]:
    """Make records of sound rows; gives the record each became or is about, beside ``ids``."""
    records: list[int] = []
    for index, number in enumerate(ids):
        batch, file_no, sheet, row, typed, pack = connection.execute(
            "SELECT parked.batch, file_no, sheet, row, originals, pack FROM parked"
            " JOIN batch ON batch.id = parked.batch WHERE parked.id = ?",
            (number,),
        ).fetchone()
        target = targets[index]
        if target is None:
            target = writing.insert(
                connection,
                table.kind,
                table.record(index),
                status=Status.VALID,
                pack=pack,
                operator=operator,
                action="record.added_from_parked",
                batch=batch,
                file_no=file_no,
                sheet=sheet,
                row=row,
            )
        elif outcomes[index] is Outcome.UPDATED:
            values = {name: text for name, text in table.record(index).items() if text}
            writing.update(
                connection,
                table.kind,
                target,
                values,
                operator=operator,
                pack=pack,
                action="record.updated_from_parked",
                reason=f"batch {batch}",
                status=Status.VALID,
            )
        originals.keep(connection, table.kind, target, batch, json.loads(typed))
        connection.execute(
            "UPDATE parked SET state = 'released', reason = ? WHERE id = ?", (str(target), number)
        )
        records.append(target)
    return records


def take_back(
    connection: sqlite.Connection, released: Mapping[int, Outcome], operator: str
) -> list[int]:
    """Make rows wait again that became records; gives those that cannot, for their records were
    changed or submitted since.

    ``released`` says of each parked row what its release did. A record it added moves to
    ``undone_record``, where one stays that an undone import had added; one it updated gets its
    earlier values.
    """
    kept: list[int] = []
    for number, outcome in released.items():
        kind, reason, state = connection.execute(
            "SELECT kind, reason, state FROM parked WHERE id = ?", (number,)
        ).fetchone()
        if state != "released" or not _taken_back(
            connection, Kind(kind), int(reason), outcome, operator
        ):
            kept.append(number)
            continue
        connection.execute(
            "UPDATE parked SET state = 'waiting', reason = '' WHERE id = ?", (number,)
        )
        journal.append(
            connection,
            "parked.taken_back",
            operator,
            {"kind": kind, "parked": number, "record": int(reason)},
        )
    return kept


def _taken_back(
    connection: sqlite.Connection, kind: Kind, record: int, outcome: Outcome, operator: str
) -> bool:
    row = writing.fields_of(connection, kind, record)
    if row is None or row["status"] != Status.VALID.value:
        return False
    if outcome is Outcome.ADDED:
        if row["revision"] != 1:
            return False
        undoing.remove(connection, kind, [record], None)
    elif outcome is Outcome.UPDATED:
        entry, before = connection.execute(
            "SELECT journal, before FROM revision WHERE kind = ? AND record = ?"
            " ORDER BY revision DESC LIMIT 1",
            (kind.value, record),
        ).fetchone() or (0, "{}")
        action = connection.execute(
            "SELECT action FROM journal WHERE number = ?", (entry,)
        ).fetchone()
        if action is None or action[0] != "record.updated_from_parked":
            return False
        held = json.loads(before)
        pack, status = held.pop("pack"), Status(held.pop("status"))
        writing.update(
            connection,
            kind,
            record,
            held,
            operator=operator,
            pack=pack,
            action="record.restored",
            status=status,
        )
    return True


def discard(connection: sqlite.Connection, ids: Sequence[int], reason: str, operator: str) -> None:
    for number in ids:
        connection.execute(
            "UPDATE parked SET state = 'skipped', reason = ? WHERE id = ?", (reason, number)
        )
        journal.append(connection, "parked.skipped", operator, {"parked": number, "reason": reason})
