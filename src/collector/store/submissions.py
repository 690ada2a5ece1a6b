"""Bundles that went out, and the records that went with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Kind, Status
from collector.store import journal, stamps, writing
from collector.store.layout import TABLES
from collector.store.types import Submission, SubmissionInfo

_CHUNK = 5000


def infos(connection: sqlite.Connection) -> list[SubmissionInfo]:
    """All of them, by number."""
    return [
        SubmissionInfo(
            row[0], row[1], row[2], row[3], row[4], row[5], row[6], json.loads(row[7]), row[8]
        )
        for row in connection.execute(
            "SELECT id, sequence, at, payload_sha256, short_code, path, pack, counts, operator"
            " FROM submission ORDER BY sequence"
        )
    ]


def submit(
    connection: sqlite.Connection, submission: Submission, ids: Mapping[Kind, Sequence[int]]
) -> None:
    """Keep the submission and mark the valid records that went with it; one journal entry, with a
    digest over their ids, stands for all. What was sent before keeps the state it has."""
    connection.execute(
        "INSERT INTO submission VALUES (?,?,?,?,?,?,?,?,?)",
        (
            submission.id,
            submission.sequence,
            journal.now(),
            submission.payload_sha256,
            submission.short_code,
            submission.path,
            submission.pack,
            json.dumps(dict(submission.counts)),
            submission.operator,
        ),
    )
    details: dict[str, str | int] = {
        "id": submission.id,
        "sequence": submission.sequence,
        "payload_sha256": submission.payload_sha256,
        "records": _digest(ids),
        **dict(submission.counts),
    }
    entry, _ = journal.append(connection, "submission", submission.operator, details)
    stamp = stamps.add(connection, submission.operator, submission.pack)
    for kind, numbers in ids.items():
        for start in range(0, len(numbers), _CHUNK):
            _mark(connection, kind, numbers[start : start + _CHUNK], entry, stamp)


def _mark(
    connection: sqlite.Connection, kind: Kind, numbers: Sequence[int], entry: int, stamp: int
) -> None:
    valid = "id IN (SELECT value FROM json_each(?)) AND status = 'valid'"
    listed = json.dumps(sorted(numbers))
    connection.execute(
        f"INSERT INTO revision SELECT ?, id, revision, ?, ? FROM {TABLES[kind]} WHERE {valid}",
        (kind.value, entry, writing.only_status(Status.VALID), listed),
    )
    connection.execute(
        f"UPDATE {TABLES[kind]} SET status = ?, revision = revision + 1, changed = ? WHERE {valid}",
        (Status.SUBMITTED.value, stamp, listed),
    )


def _digest(ids: Mapping[Kind, Sequence[int]]) -> str:
    digest = hashlib.sha256()
    for kind in Kind:
        digest.update(f"{kind}:".encode())
        numbers = ids.get(kind, ())
        for start in range(0, len(numbers), _CHUNK):
            digest.update("".join(f"{n}," for n in numbers[start : start + _CHUNK]).encode())
        digest.update(b"\n")
    return digest.hexdigest()
