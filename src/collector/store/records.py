"""Whole records, as they are shown: their texts, their state and where they came from."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.model import FIELDS, KEY_FIELD, Kind, Record, Status
from collector.store import stamps
from collector.store.layout import TABLES
from collector.store.lookup import matching


def whole(connection: sqlite.Connection, kind: Kind, ids: Sequence[int]) -> list[Record]:
    """The records in the order of ``ids``; one that is gone is left out."""
    said = ", ".join(stamps.COLUMNS.values())
    fields = ", ".join(f'record."{name}"' for name in FIELDS[kind])
    found: dict[int, Record] = {}
    for row in connection.execute(
        "SELECT record.id, status, revision, record.row, extra, coalesce(batch_file.name, ''),"
        f" {said}, {fields} FROM {TABLES[kind]} AS record"
        " JOIN stamp AS origin ON origin.id = record.origin"
        " LEFT JOIN stamp AS changed ON changed.id = record.changed"
        " LEFT JOIN batch_file ON batch_file.batch = origin.batch"
        " AND batch_file.file_no = origin.file_no"
        " WHERE record.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    ):
        number, status, revision, place, extra, file = row[:6]
        stamped = dict(zip(stamps.COLUMNS, row[6:], strict=False))
        values = dict(zip(FIELDS[kind], row[6 + len(stamps.COLUMNS) :], strict=True))
        found[number] = Record(
            number,
            kind,
            Status(status),
            revision,
            values | (json.loads(extra) if extra else {}),
            stamped["pack"],
            str(stamped["batch"] or ""),
            file,
            stamped["sheet"],
            place,
            stamped["created_at"],
            stamped["changed_at"],
            stamped["changed_by"],
        )
    return [found[number] for number in ids if number in found]


def of_key(connection: sqlite.Connection, kind: Kind, key: str) -> Record | None:
    """The record of this key; of a union also by its 临时赋码."""
    for name in _keys(kind):
        row = connection.execute(
            f"SELECT id FROM {TABLES[kind]} WHERE {name} = ? AND {name} <> ''", (key,)
        ).fetchone()
        if row is not None:
            return next(iter(whole(connection, kind, row)), None)
    return None


def by_keys(
    connection: sqlite.Connection, kind: Kind, keys: Collection[str], fields: Sequence[str]
) -> dict[str, tuple[Any, ...]]:
    """key -> (id, *fields) of the records that have one of these keys."""
    found: dict[str, tuple[Any, ...]] = {}
    for name in _keys(kind):
        for row in matching(connection, kind, name, keys, ("id", *fields)):
            found.setdefault(row[0], row[1:])
    return found


def _keys(kind: Kind) -> tuple[str, ...]:
    return (KEY_FIELD[kind], "temporary_code") if kind is Kind.UNION else (KEY_FIELD[kind],)
