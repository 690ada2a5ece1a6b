"""Decisions on duplicates carried out and taken back, inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Changes, Kind, Status
from collector.store import journal, refusals, writing
from collector.store.types import RecordChange, RowChange, Settled, Settlement

_Before = dict[str, Any]


def settle(
    connection: sqlite.Connection,
    settlements: Sequence[Settlement],
    operator: str,
    pack: str,
    group: int | None,
) -> Settled:
    """Each settlement with what stood before it; gives the decision's number."""
    number = group if group is not None else _begin(connection, settlements, operator)
    kinds: set[Kind] = set()
    ids: list[int] = []
    for one in settlements:
        before: _Before = {"records": [], "row": None}
        after: dict[str, int] = {}
        for change in one.changes:
            before["records"].append(_apply(connection, change, operator, pack, number))
            after[f"{change.kind.value} {change.id}"] = _revision(
                connection, change.kind, change.id
            )
            kinds.add(change.kind)
            ids.append(change.id)
        if one.row is not None:
            before["row"] = _close(connection, one.row, operator, number)
        connection.execute(
            "UPDATE duplicate SET state = ?, decision = ?, survivor = ? WHERE id = ?",
            ("later" if one.what == "later" else "decided", number, one.survivor, one.item),
        )
        connection.execute(
            "INSERT OR REPLACE INTO duplicate_change VALUES (?,?,?,?)",
            (number, one.item, _text(before), _text(after)),
        )
    return Settled(
        number,
        len(settlements),
        0,
        Changes(frozenset(kinds), tuple(ids), parked=any(one.row for one in settlements)),
    )


def _begin(connection: sqlite.Connection, settlements: Sequence[Settlement], operator: str) -> int:
    what = settlements[0].what
    row = connection.execute(
        "INSERT INTO duplicate_decision (what, at, operator) VALUES (?,?,?) RETURNING id",
        (what, journal.now(), operator),
    ).fetchone()
    journal.append(
        connection,
        "duplicates.decided",
        operator,
        {"decision": row[0], "what": what, "items": len(settlements)},
    )
    return int(row[0])


def _apply(
    connection: sqlite.Connection, change: RecordChange, operator: str, pack: str, number: int
) -> _Before:
    held = writing.fields_of(connection, change.kind, change.id)
    if held is None or held["revision"] != change.revision:
        raise refusals.changed_meanwhile()
    writing.update(
        connection,
        change.kind,
        change.id,
        change.values,
        operator=operator,
        pack=pack if change.values else held["pack"],
        action="record.duplicate",
        status=change.status,
        reason=f"{change.reason} (duplicates {number})",
    )
    return {
        "kind": change.kind.value,
        "id": change.id,
        "status": held["status"],
        "pack": held["pack"],
        "values": writing.values_of(change.kind, held),
    }


def _close(connection: sqlite.Connection, row: RowChange, operator: str, number: int) -> _Before:
    held = connection.execute(
        "SELECT state, reason, originals, batch FROM parked WHERE id = ?", (row.id,)
    ).fetchone()
    if held is None or held[0] != "waiting":
        raise refusals.changed_meanwhile()
    connection.execute(
        "UPDATE parked SET state = ?, reason = ? WHERE id = ?", (row.state, row.reason, row.id)
    )
    typed: list[str] = []
    if row.record is not None:
        kind, record = row.record
        for name, text in json.loads(held[2]).items():
            if name not in row.fields:
                continue
            added = connection.execute(
                "INSERT OR IGNORE INTO original VALUES (?,?,?,?,?)",
                (kind.value, record, name, held[3], text),
            ).rowcount
            if added:
                typed.append(name)
    journal.append(
        connection,
        "parked.duplicate",
        operator,
        {"parked": row.id, "state": row.state, "decision": number},
    )
    return {
        "id": row.id,
        "reason": held[1],
        "record": None if row.record is None else [row.record[0].value, row.record[1]],
        "batch": held[3],
        "typed": typed,
    }


def last(connection: sqlite.Connection) -> int | None:
    """The newest decision that stands."""
    row = connection.execute(
        "SELECT max(id) FROM duplicate_decision WHERE undone_at = ''"
    ).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def undo(connection: sqlite.Connection, operator: str) -> Settled | None:
    """Restore what the newest decision changed, its last item first."""
    number = last(connection)
    if number is None:
        return None
    rows = connection.execute(
        "SELECT item, before, after FROM duplicate_change WHERE decision = ? ORDER BY rowid DESC",
        (number,),
    ).fetchall()
    own: dict[str, int] = {}
    kinds: set[Kind] = set()
    ids: list[int] = []
    restored = kept = 0
    rows_back = False
    for item, before_text, after_text in rows:
        before: _Before = json.loads(before_text)
        after: Mapping[str, int] = json.loads(after_text)
        if not all(_stands(connection, place, then, own) for place, then in after.items()):
            kept += 1
            continue
        for record in reversed(before["records"]):
            kind = Kind(record["kind"])
            _restore(connection, kind, record, operator, number)
            place = f"{kind.value} {record['id']}"
            own[place] = _revision(connection, kind, record["id"])
            kinds.add(kind)
            ids.append(record["id"])
        if before["row"] is not None:
            rows_back = True
            _reopen(connection, before["row"], operator, number)
        connection.execute(
            "UPDATE duplicate SET state = 'waiting', decision = 0, survivor = 0 WHERE id = ?",
            (item,),
        )
        restored += 1
    connection.execute(
        "UPDATE duplicate_decision SET undone_at = ? WHERE id = ?", (journal.now(), number)
    )
    journal.append(
        connection,
        "duplicates.undone",
        operator,
        {"decision": number, "items": restored, "kept": kept},
    )
    return Settled(number, restored, kept, Changes(frozenset(kinds), tuple(ids), parked=rows_back))


def _stands(connection: sqlite.Connection, place: str, then: int, own: Mapping[str, int]) -> bool:
    """Whether nobody but this undoing has changed the record since."""
    kind, number = place.split()
    return _revision(connection, Kind(kind), int(number)) in (then, own.get(place))


def _restore(
    connection: sqlite.Connection, kind: Kind, record: _Before, operator: str, number: int
) -> None:
    held = writing.fields_of(connection, kind, record["id"])
    if held is None:
        raise refusals.changed_meanwhile()
    now = writing.values_of(kind, held)
    writing.update(
        connection,
        kind,
        record["id"],
        # what it has now and had not then is emptied
        {**dict.fromkeys(now, ""), **record["values"]},
        operator=operator,
        pack=record["pack"],
        action="record.duplicate_undone",
        status=Status(record["status"]),
        reason=f"duplicates {number}",
    )


def _reopen(connection: sqlite.Connection, row: _Before, operator: str, number: int) -> None:
    connection.execute(
        "UPDATE parked SET state = 'waiting', reason = ? WHERE id = ?", (row["reason"], row["id"])
    )
    if row["record"] is not None:
        kind, record = row["record"]
        connection.executemany(
            "DELETE FROM original WHERE kind = ? AND record = ? AND field = ? AND batch = ?",
            [(kind, record, name, row["batch"]) for name in row["typed"]],
        )
    journal.append(
        connection, "parked.duplicate_undone", operator, {"parked": row["id"], "decision": number}
    )


def _revision(connection: sqlite.Connection, kind: Kind, number: int) -> int:
    held = writing.fields_of(connection, kind, number)
    return -1 if held is None else int(held["revision"])


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
