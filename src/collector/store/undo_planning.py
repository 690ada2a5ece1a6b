"""What taking an import back would do: asked of the store, nothing is written.

A record that was added and not touched since leaves; one that was changed gets its earlier values
again, field by field; what was changed later, and what was submitted, stays and is named
(docs/decisions/0010).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.model import KEY_FIELD, Changes, Kind, Status
from collector.store import stamps, writing
from collector.store.layout import TABLES, column_sql
from collector.store.types import KeptRecord, KeptWhy, Undone

SUPERSEDED = "superseded by batch {}"
"""why a parked row waits no longer: the same row came again with that import"""
_SENT = frozenset({Status.SUBMITTED.value, Status.ACCEPTED.value, Status.RETURNED.value})
_STATUS = "status"
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a later import has the same record."""

    batch: int
    file_no: int
    sheet: str
    row: int


@dataclass(slots=True)
class Plan:
    """What taking an import back would do."""

    batch: int
    removed: dict[Kind, list[int]] = field(default_factory=dict)
    moved: dict[Kind, dict[int, Place]] = field(default_factory=dict)
    """added by it, and found unchanged by a later import: they stay as that one's"""
    restored: list[tuple[Kind, int, dict[str, str], Status | None]] = field(default_factory=list)
    kept: list[KeptRecord] = field(default_factory=list)
    parked: int = 0
    """its rows that wait to be mended: they wait no longer"""
    waking: int = 0
    """rows parked before that it had answered: they wait again"""
    repeated: int = 0
    """records it had found as they were: it speaks for them no longer"""

    @property
    def does_anything(self) -> bool:
        return bool(
            any(self.removed.values())
            or any(self.moved.values())
            or self.restored
            or self.parked
            or self.waking
            or self.repeated
        )

    def counts(self) -> dict[str, int]:
        return {
            "removed": sum(map(len, self.removed.values())),
            "moved": sum(map(len, self.moved.values())),
            "restored": len(self.restored),
            "kept": len(self.kept),
            "parked": self.parked,
            "waking": self.waking,
            "repeated": self.repeated,
        }

    def told(self, done: bool = False) -> Undone:
        """The same for whoever asked; ``done`` where it was carried out."""
        kinds = frozenset({*self.removed, *self.moved, *(item[0] for item in self.restored)})
        counts = self.counts()
        return Undone(
            self.batch,
            {kind: len(numbers) for kind, numbers in self.removed.items()},
            counts["moved"],
            counts["restored"],
            self.parked,
            self.waking,
            self.repeated,
            tuple(self.kept),
            Changes(kinds, parked=True, batches=True) if done else Changes(),
        )


def times(connection: sqlite.Connection) -> dict[int, str]:
    """batch -> when it was last taken back."""
    return dict(connection.execute("SELECT batch, max(at) FROM undone_batch GROUP BY batch"))


def plan(connection: sqlite.Connection, batch: int) -> Plan:
    """What taking the import back would do; nothing is written."""
    made = Plan(batch)
    reversals = _revisions_of(connection, batch)
    later = _repeated_later(connection, batch)
    for kind in Kind:
        _plan_added(connection, made, kind, reversals, later[kind])
    confirmed = _confirmed(connection, batch)
    done = _taken_back_before(connection, batch)
    for kind in Kind:
        numbers = [number for of, number in reversals if of is kind]
        for history in _histories(connection, kind, numbers):
            number = history.number
            key = (kind, number)
            _plan_updated(
                connection,
                made,
                kind,
                history,
                reversals[key],
                number in confirmed[kind],
                frozenset(done.get(key, ())),
            )
    made.parked = _one(
        connection,
        "SELECT count(*) FROM parked WHERE batch = ? AND state = 'waiting'",
        batch,
    )
    made.waking = _one(
        connection,
        "SELECT count(*) FROM parked WHERE state = 'skipped' AND reason = ?",
        SUPERSEDED.format(batch),
    )
    if batch not in times(connection):
        made.repeated = sum(
            len(json.loads(row[0]))
            for row in connection.execute("SELECT places FROM repeated WHERE batch = ?", (batch,))
        )
    return made


# -- what the import had added ------------------------------------------------------------------


def _plan_added(
    connection: sqlite.Connection,
    made: Plan,
    kind: Kind,
    reversals: dict[tuple[Kind, int], list[int]],
    later: Mapping[int, Place],
) -> None:
    added = connection.execute(
        f"SELECT id, revision, status, {column_sql(kind, 'sheet')}, row FROM {TABLES[kind]}"
        f" WHERE {stamps.OF_BATCH}",
        (made.batch,),
    ).fetchall()
    removed: list[int] = []
    moved: dict[int, Place] = {}
    for number, revision, status, sheet, row in added:
        own = reversals.pop((kind, number), [])
        if status in _SENT:
            made.kept.append(KeptRecord(kind, number, KeptWhy.SUBMITTED, (), sheet, row))
        elif number in later and revision == 1:
            moved[number] = later[number]
        elif revision == 1:
            removed.append(number)
        else:
            edited = _changed_since(connection, kind, number, own)
            if edited is None:
                made.kept.append(KeptRecord(kind, number, KeptWhy.SUBMITTED, (), sheet, row))
            elif edited:
                made.kept.append(KeptRecord(kind, number, KeptWhy.CHANGED, edited, sheet, row))
            elif number in later:
                moved[number] = later[number]
            else:
                removed.append(number)
    if removed:
        made.removed[kind] = removed
    if moved:
        made.moved[kind] = moved


def _changed_since(
    connection: sqlite.Connection, kind: Kind, number: int, own: Sequence[int]
) -> tuple[str, ...] | None:
    """Fields in which a record is not as it came, the import's own later changes set aside; None
    where it was submitted meanwhile."""
    (history,) = _histories(connection, kind, [number])
    if any(held.get(_STATUS) in _SENT for held in history.before.values()):
        return None
    now, _ = history.without(own)
    first = history.before[min(history.before)] if history.before else now
    return tuple(
        name for name in sorted({*first, *now}) if first.get(name, "") != now.get(name, "")
    )


# -- what the import had changed ----------------------------------------------------------------


class _History:
    """One record's texts and state: now, and before each of its revisions."""

    def __init__(
        self, kind: Kind, number: int, row: dict[str, Any], befores: Sequence[tuple[int, str]]
    ) -> None:
        self.number = number
        self.row = row
        self.now = _texts(writing.values_of(kind, row), row["status"])
        self.before: dict[int, dict[str, str]] = {
            revision: {name: text for name, text in held.items() if name != "pack"}
            for revision, held in writing.unfolded(befores, self.now).items()
        }

    def without(
        self, own: Sequence[int], done: frozenset[str] = frozenset()
    ) -> tuple[dict[str, str], tuple[str, ...]]:
        """The record with those revisions taken out again, and the fields where it cannot be:
        someone changed them since. ``done``: fields in which that was done before, once and for
        all; what stands there now is someone else's."""
        working = dict(self.now)
        kept: dict[str, None] = {}
        for revision in sorted(own, reverse=True):
            before = self.before[revision]
            following = [number for number in self.before if number > revision]
            after = self.before[min(following)] if following else self.now
            for name in {*before, *after}:
                was, became = before.get(name, ""), after.get(name, "")
                if was == became or name in done:
                    continue
                if working.get(name, "") == became:
                    working[name] = was
                elif name != _STATUS:
                    kept[name] = None
        if kept:
            working[_STATUS] = self.now.get(_STATUS, "")
        return working, tuple(sorted(kept))


def _histories(
    connection: sqlite.Connection, kind: Kind, numbers: Sequence[int]
) -> Iterator[_History]:
    """Of those that are there: what an import had added may have been taken back since."""
    for start in range(0, len(numbers), _CHUNK):
        part = numbers[start : start + _CHUNK]
        rows = writing.fields_of_many(connection, kind, part)
        befores = writing.befores(connection, kind, part)
        for number in part:
            if number in rows:
                yield _History(kind, number, rows[number], befores.get(number, ()))


def _texts(values: Mapping[str, str], status: str) -> dict[str, str]:
    return {**values, _STATUS: status}


def _plan_updated(
    connection: sqlite.Connection,
    made: Plan,
    kind: Kind,
    history: _History,
    own: Sequence[int],
    confirmed: bool,
    done: frozenset[str],
) -> None:
    """``confirmed``: a later import said the same of the record, and stands; ``done``: fields in
    which its change was taken back before."""
    number = history.number
    place = (str(history.row["sheet"]), int(history.row["row"]))
    if history.now[_STATUS] in _SENT:
        made.kept.append(KeptRecord(kind, number, KeptWhy.SUBMITTED, (), *place))
        return
    wanted, kept = history.without(own, done)
    if confirmed and wanted != history.now:
        changed_by_it = tuple(
            sorted(name for name in wanted if wanted[name] != history.now.get(name, ""))
        )
        made.kept.append(KeptRecord(kind, number, KeptWhy.REPEATED, changed_by_it, *place))
        return
    values = {
        name: text
        for name, text in wanted.items()
        if name != _STATUS and history.now.get(name, "") != text
    }
    taken = [name for name in values if _is_taken(connection, kind, number, name, values[name])]
    for name in taken:
        del values[name]
    if kept or taken:
        why = KeptWhy.CHANGED if kept else KeptWhy.KEY_TAKEN
        made.kept.append(KeptRecord(kind, number, why, (*kept, *taken), *place))
    status = wanted[_STATUS]
    changed = status != history.now[_STATUS] and not taken
    if values or changed:
        made.restored.append((kind, number, values, Status(status) if changed else None))


def _is_taken(connection: sqlite.Connection, kind: Kind, number: int, name: str, text: str) -> bool:
    """Whether another record has the key this one had."""
    keys = {KEY_FIELD[kind], "temporary_code"} if kind is Kind.UNION else {KEY_FIELD[kind]}
    if name not in keys or not text or kind is Kind.OFFICER:
        return False
    found = connection.execute(
        f"SELECT 1 FROM {TABLES[kind]} WHERE {name} = ? AND {name} <> '' AND id <> ?",
        (text, number),
    ).fetchone()
    return found is not None


def _taken_back_before(
    connection: sqlite.Connection, batch: int
) -> dict[tuple[Kind, int], list[str]]:
    """(kind, record) -> fields in which the import's change was taken back already."""
    found: dict[tuple[Kind, int], list[str]] = {}
    for kind, record, name in connection.execute(
        "SELECT kind, record, field FROM undone_field WHERE batch = ?", (batch,)
    ):
        found.setdefault((Kind(kind), record), []).append(name)
    return found


def _revisions_of(connection: sqlite.Connection, batch: int) -> dict[tuple[Kind, int], list[int]]:
    """(kind, record) -> the revisions this import made, when it came and from its parked rows."""
    found: dict[tuple[Kind, int], list[int]] = {}
    told = _entries(connection, "import", batch)
    start = _entries(connection, "control_point", batch, before="import")
    if told and start:
        _collect(
            found,
            connection.execute(
                "SELECT kind, record, revision FROM revision WHERE journal BETWEEN ? AND ?",
                (start[0], told[0]),
            ),
        )
    released = connection.execute(
        "SELECT DISTINCT kind, CAST(reason AS INTEGER) FROM parked"
        " WHERE batch = ? AND state = 'released'",
        (batch,),
    ).fetchall()
    for kind, record in released:
        _collect(
            found,
            connection.execute(
                "SELECT revision.kind, revision.record, revision FROM revision"
                " JOIN journal ON journal.number = revision.journal"
                " WHERE revision.kind = ? AND revision.record = ?"
                " AND action = 'record.updated_from_parked'"
                " AND json_extract(details, '$.reason') = ?",
                (kind, record, f"batch {batch}"),
            ),
        )
    return found


def _collect(
    found: dict[tuple[Kind, int], list[int]], rows: Iterable[tuple[str, int, int]]
) -> None:
    for kind, record, revision in rows:
        found.setdefault((Kind(kind), record), []).append(revision)


def _entries(connection: sqlite.Connection, action: str, batch: int, before: str = "") -> list[int]:
    sql = "SELECT number FROM journal WHERE action = ? AND json_extract(details, '$.batch') = ?"
    asked: list[str | int] = [action, batch]
    if before:
        sql += " AND json_extract(details, '$.before') = ?"
        asked.append(before)
    return [row[0] for row in connection.execute(sql + " ORDER BY number", asked)]


# -- what later imports say of the same records -------------------------------------------------


def _repeated_later(connection: sqlite.Connection, batch: int) -> dict[Kind, dict[int, Place]]:
    """Records that another import, not taken back, has too: the earliest such place of each."""
    undone = set(times(connection))
    found: dict[Kind, dict[int, Place]] = {kind: {} for kind in Kind}
    for other, kind, file_no, sheet, records in _repeats(connection, batch):
        if other not in undone:
            held = found[Kind(kind)]
            for number, row in records:
                held.setdefault(number, Place(other, file_no, sheet, row))
    return found


def _confirmed(connection: sqlite.Connection, batch: int) -> dict[Kind, set[int]]:
    """Records that an import after this one, not taken back, found as they are."""
    undone = set(times(connection))
    found: dict[Kind, set[int]] = {kind: set() for kind in Kind}
    for other, kind, places in connection.execute(
        "SELECT batch, kind, places FROM repeated WHERE batch > ?", (batch,)
    ):
        if other not in undone:
            found[Kind(kind)].update(record for record, _ in json.loads(places))
    return found


def _repeats(
    connection: sqlite.Connection, batch: int
) -> Iterator[tuple[int, str, int, str, list[tuple[int, int]]]]:
    for other, kind, file_no, sheet, places in connection.execute(
        "SELECT batch, kind, file_no, sheet, places FROM repeated WHERE batch <> ? ORDER BY batch",
        (batch,),
    ):
        yield other, kind, file_no, sheet, [tuple(pair) for pair in json.loads(places)]
    for other, kind, file_no, sheet, row, record in connection.execute(
        "SELECT batch, kind, file_no, sheet, row, CAST(reason AS INTEGER) FROM parked"
        " WHERE state = 'released' AND batch <> ? ORDER BY batch",
        (batch,),
    ):
        yield other, kind, file_no, sheet, [(record, row)]


def _one(connection: sqlite.Connection, sql: str, *asked: str | int) -> int:
    return int(connection.execute(sql, asked).fetchone()[0])
