"""The one door through which records change: revision up, what stood before kept, journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.model import FIELDS, Kind, Status
from collector.store import journal, refusals, stamps
from collector.store.layout import TABLES, split


def next_id(connection: sqlite.Connection, kind: Kind) -> int:
    """The id of the next new record. Never one a record had that was taken back since."""
    row = connection.execute(
        f"SELECT max(coalesce((SELECT max(id) FROM {TABLES[kind]}), 0),"
        " coalesce((SELECT max(record) FROM undone_record WHERE kind = ?), 0)) + 1",
        (kind.value,),
    ).fetchone()
    return int(row[0])


def insert(
    connection: sqlite.Connection,
    kind: Kind,
    values: Mapping[str, str],
    *,
    status: Status,
    pack: str,
    operator: str,
    action: str = "record.added",
    batch: int = 0,
    file_no: int = 0,
    sheet: str = "",
    row: int = 0,
) -> int:
    """A new record and its journal entry; gives its id."""
    national, extra = split(kind, values)
    origin = stamps.add(connection, operator, pack, batch=batch, file_no=file_no, sheet=sheet)
    own = {"status": status.value, "origin": origin, "row": row, "extra": extra}
    filled: dict[str, Any] = {"id": next_id(connection, kind), **own, **national}
    names = ", ".join(f'"{name}"' for name in filled)
    marks = ", ".join("?" * len(filled))
    connection.execute(
        f"INSERT INTO {TABLES[kind]} ({names}) VALUES ({marks})", tuple(filled.values())
    )
    number = int(filled["id"])
    changes = {name: ["", text] for name, text in values.items() if text}
    journal.append(
        connection,
        action,
        operator,
        {"pack": pack},
        kind=kind.value,
        record=number,
        changes=changes,
    )
    return number


def update(
    connection: sqlite.Connection,
    kind: Kind,
    number: int,
    values: Mapping[str, str],
    *,
    operator: str,
    pack: str,
    action: str = "record.changed",
    status: Status | None = None,
    revision: int | None = None,
    reason: str = "",
) -> bool:
    """Change what differs; False where nothing does. Fields not in ``values`` stay.

    Raises ``SurroundingsFailed store.changed_meanwhile`` for another revision than ``revision``.
    """
    before = fields_of(connection, kind, number)
    if before is None or (revision is not None and before["revision"] != revision):
        raise refusals.changed_meanwhile()
    held = values_of(kind, before)
    changes: dict[str, list[str]] = {
        name: [held.get(name, ""), text]
        for name, text in values.items()
        if held.get(name, "") != text
    }
    if status is not None and before["status"] != status.value:
        changes["status"] = [before["status"], status.value]
    if not changes and before["pack"] == pack:
        return False
    national, extra = split(kind, {**held, **values})
    next_revision = before["revision"] + 1
    entry, _ = journal.append(
        connection,
        action,
        operator,
        {"pack": pack, "reason": reason} if reason else {"pack": pack},
        kind=kind.value,
        record=number,
        changes=changes,
    )
    connection.execute(
        "INSERT INTO revision VALUES (?,?,?,?,?)",
        (
            kind.value,
            number,
            before["revision"],
            entry,
            json.dumps(
                {**held, "status": before["status"], "pack": before["pack"]}, ensure_ascii=False
            ),
        ),
    )
    filled = {
        **national,
        "extra": extra,
        "revision": next_revision,
        "changed": stamps.again(connection, operator, pack),
        "status": status.value if status is not None else before["status"],
    }
    assignments = ", ".join(f'"{name}" = ?' for name in filled)
    connection.execute(
        f"UPDATE {TABLES[kind]} SET {assignments} WHERE id = ?", (*filled.values(), number)
    )
    return True


def fields_of(connection: sqlite.Connection, kind: Kind, number: int) -> dict[str, Any] | None:
    """Every column of one record by name, and what its stamps say of it."""
    return fields_of_many(connection, kind, [number]).get(number)


def fields_of_many(
    connection: sqlite.Connection, kind: Kind, numbers: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """id -> the same of many records; one that is gone is left out."""
    said = ", ".join(f"{sql} AS {name}" for name, sql in stamps.COLUMNS.items())
    cursor = connection.execute(
        f"SELECT record.*, {said} FROM {TABLES[kind]} AS record"
        " JOIN stamp AS origin ON origin.id = record.origin"
        " LEFT JOIN stamp AS changed ON changed.id = record.changed"
        " WHERE record.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    names = [item[0] for item in cursor.description]
    place = names.index("id")
    return {row[place]: dict(zip(names, row, strict=True)) for row in cursor}


def values_of(kind: Kind, row: Mapping[str, Any]) -> dict[str, str]:
    """The field values among a record's columns."""
    values = {name: row[name] for name in FIELDS[kind]}
    return values | (json.loads(row["extra"]) if row["extra"] else {})


_SAME = "rest"
"""in ``revision.before`` beside the state: nothing else of the record changed"""


def only(held: Mapping[str, str]) -> str:
    """``revision.before`` of a change of these texts and nothing else."""
    return json.dumps({_SAME: "same", **held}, ensure_ascii=False)


def only_status(status: Status) -> str:
    """``revision.before`` of a change that gave a record another state and nothing else."""
    return only({"status": status.value})


def history(
    connection: sqlite.Connection, kind: Kind, number: int, now: Mapping[str, str]
) -> dict[int, dict[str, str]]:
    """revision -> the record's texts, ``status`` and ``pack`` before it was changed; ``now`` are
    those it has."""
    return unfolded(befores(connection, kind, [number]).get(number, []), now)


def befores(
    connection: sqlite.Connection, kind: Kind, numbers: Sequence[int]
) -> dict[int, list[tuple[int, str]]]:
    """id -> (revision, its ``before``) of these records, for ``unfolded``; newest first."""
    found: dict[int, list[tuple[int, str]]] = {}
    for number, revision, before in connection.execute(
        "SELECT record, revision, before FROM revision"
        " WHERE kind = ? AND record IN (SELECT value FROM json_each(?))"
        " ORDER BY record, revision DESC",
        (kind.value, json.dumps(list(numbers))),
    ):
        found.setdefault(number, []).append((revision, before))
    return found


def unfolded(
    befores: Sequence[tuple[int, str]], now: Mapping[str, str]
) -> dict[int, dict[str, str]]:
    """``history`` from what is kept of it, newest first."""
    found: dict[int, dict[str, str]] = {}
    after = dict(now)
    for revision, before in befores:
        held: dict[str, str] = json.loads(before)
        if held.pop(_SAME, "") == "same":
            held = {**after, **held}
        found[revision] = after = held
    return dict(sorted(found.items()))


def set_status(
    connection: sqlite.Connection,
    kind: Kind,
    ids: Sequence[int],
    status: Status,
    reason: str,
    operator: str,
) -> list[int]:
    """Give records another state; gives those that had not that state already.

    One journal entry, with a digest over the ids, stands for many; one record has its own.
    """
    asked = json.dumps(list(dict.fromkeys(ids)))
    among = "id IN (SELECT value FROM json_each(?)) AND status <> ?"
    before = dict(
        connection.execute(
            f"SELECT id, status FROM {TABLES[kind]} WHERE {among}", (asked, status.value)
        )
    )
    changed = [number for number in dict.fromkeys(ids) if number in before]
    if not changed:
        return []
    details: dict[str, str | int] = {"reason": reason} if reason else {}
    record = 0
    if len(changed) == 1:
        record = changed[0]
    else:
        listed = hashlib.sha256(",".join(map(str, changed)).encode()).hexdigest()
        details |= {"count": len(changed), "status": status.value, "records": listed}
    entry, _ = journal.append(
        connection,
        "record.status",
        operator,
        details,
        kind=kind.value,
        record=record,
        changes={"status": [before[record], status.value]} if record else {},
    )
    connection.execute(
        f"INSERT INTO revision SELECT ?, id, revision, ?, json_object('{_SAME}', 'same',"
        f" 'status', status) FROM {TABLES[kind]} WHERE {among}",
        (kind.value, entry, asked, status.value),
    )
    for pack, numbers in _by_pack(connection, kind, asked, status).items():
        connection.execute(
            f"UPDATE {TABLES[kind]} SET status = ?, revision = revision + 1, changed = ?"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (status.value, stamps.again(connection, operator, pack), json.dumps(numbers)),
        )
    return changed


def _by_pack(
    connection: sqlite.Connection, kind: Kind, asked: str, status: Status
) -> dict[str, list[int]]:
    """Those that have not the state, by the pack they were checked with, which they keep."""
    found: dict[str, list[int]] = {}
    for number, pack in connection.execute(
        f"SELECT id, {stamps.column_sql(TABLES[kind], 'pack')} FROM {TABLES[kind]}"
        " WHERE id IN (SELECT value FROM json_each(?)) AND status <> ?",
        (asked, status.value),
    ):
        found.setdefault(pack, []).append(number)
    return found
