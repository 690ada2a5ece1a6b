"""Many records changed at once: as ``writing.update`` does it to one, a hundred times as fast."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.model import FIELDS, KEY_FIELD, Kind, Status
from collector.store import journal, refusals, stamps, writing
from collector.store.layout import TABLES, split

_CHUNK = 2000
_KEYS = frozenset({*KEY_FIELD.values(), "temporary_code"})

Wanted = tuple[int, Mapping[str, str]]
"""a record's id, and the texts it is to have; fields not among them stay"""


def update(
    connection: sqlite.Connection,
    kind: Kind,
    wanted: Sequence[Wanted],
    *,
    operator: str,
    pack: str | None,
    action: str,
    status: Status | None = None,
    reason: str = "",
    step: Callable[[], None] | None = None,
) -> list[int]:
    """Change what differs; gives the ids where something did. Inside the caller's transaction.

    One journal entry, with the names of the fields and a digest over every earlier and later
    text, stands for up to 2,000 records. Without ``pack`` each keeps the one it was checked with.
    ``step`` is called before each such part and may raise.
    Raises ``SurroundingsFailed store.changed_meanwhile`` where a record is gone.
    """
    changed: list[int] = []
    for part in _parts(wanted):
        if step is not None:
            step()
        found = list(_compared(connection, kind, part, status, pack))
        packs = dict.fromkeys(one.pack if pack is None else pack for one in found)
        for said in packs:
            alike = found if pack else [one for one in found if one.pack == said]
            _note(connection, kind, alike, operator, said, action, reason)
            _write(connection, kind, alike, stamps.again(connection, operator, said))
            changed.extend(one.number for one in alike)
    return changed


def _parts(wanted: Sequence[Wanted]) -> Iterator[list[Wanted]]:
    """No record is twice in a part: its second change starts from what the first one left."""
    part: dict[int, Mapping[str, str]] = {}
    for number, values in wanted:
        if len(part) == _CHUNK or number in part:
            yield list(part.items())
            part = {}
        part[number] = values
    if part:
        yield list(part.items())


@dataclass(frozen=True, slots=True)
class _Changed:
    number: int
    revision: int
    before: dict[str, str]
    """what stood in the fields that change, ``status`` among them where it does"""
    after: dict[str, str]
    status: str
    pack: str
    """both as they were"""
    extra: str | None
    """its ``extra`` from now on, where a field only one pack knows changes"""


def _compared(
    connection: sqlite.Connection,
    kind: Kind,
    part: Sequence[Wanted],
    status: Status | None,
    pack: str | None,
) -> Iterator[_Changed]:
    names = set().union(*(values for _, values in part))
    columns = [name for name in FIELDS[kind] if name in names]
    held = _held(connection, kind, [number for number, _ in part], columns)
    for number, values in part:
        if number not in held:
            raise refusals.changed_meanwhile()
        revision, state, checked, extra, *texts = held[number]
        now: dict[str, str] = dict(zip(columns, texts, strict=True))
        own: dict[str, str] = json.loads(extra) if extra and len(columns) < len(names) else {}
        now |= own
        after = {name: text for name, text in values.items() if now.get(name, "") != text}
        before = {name: now.get(name, "") for name in after}
        later = None
        if any(name not in columns for name in after):
            later = split(kind, own | after)[1]
        if status is not None and state != status.value:
            before["status"], after["status"] = state, status.value
        if after or (pack is not None and checked != pack):
            yield _Changed(number, revision, before, after, state, checked, later)


def _held(
    connection: sqlite.Connection, kind: Kind, numbers: Sequence[int], columns: Sequence[str]
) -> dict[int, tuple[Any, ...]]:
    """id -> (revision, status, pack, extra, *columns)."""
    fields = "".join(f', record."{name}"' for name in columns)
    rows = connection.execute(
        f"SELECT record.id, revision, status, {stamps.COLUMNS['pack']}, extra{fields}"
        f" FROM {TABLES[kind]} AS record JOIN stamp AS origin ON origin.id = record.origin"
        " LEFT JOIN stamp AS changed ON changed.id = record.changed"
        " WHERE record.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    return {row[0]: row[1:] for row in rows}


def _note(
    connection: sqlite.Connection,
    kind: Kind,
    found: Sequence[_Changed],
    operator: str,
    pack: str,
    action: str,
    reason: str,
) -> None:
    """The journal's entry, that of one record with its texts, and what stood before in each."""
    details: dict[str, str | int] = {"pack": pack}
    if reason:
        details["reason"] = reason
    record, changes = 0, {}
    if len(found) == 1:
        (only,) = found
        record = only.number
        changes = {name: [only.before[name], text] for name, text in only.after.items()}
    else:
        digest = hashlib.sha256()
        for one in found:
            told = [one.number, one.revision, one.before, one.after]
            digest.update(json.dumps(told, ensure_ascii=False, sort_keys=True).encode() + b"\n")
        fields = sorted(set().union(*(one.after for one in found)))
        details["count"] = len(found)
        details["fields"] = " ".join(fields)
        details["records"] = digest.hexdigest()
    entry, _ = journal.append(
        connection, action, operator, details, kind=kind.value, record=record, changes=changes
    )
    connection.executemany(
        "INSERT INTO revision VALUES (?,?,?,?,?)",
        [
            (
                kind.value,
                one.number,
                one.revision,
                entry,
                writing.only(one.before | {"status": one.status, "pack": one.pack}),
            )
            for one in sorted(found, key=lambda one: one.number)
        ],
    )


def _write(
    connection: sqlite.Connection, kind: Kind, found: Sequence[_Changed], stamp: int
) -> None:
    """The records themselves, those in which the same fields change together."""
    groups: dict[frozenset[str], list[_Changed]] = {}
    runs: list[list[_Changed]] = []
    for one in found:
        names = frozenset(one.after)
        if _KEYS.isdisjoint(names):
            groups.setdefault(names, []).append(one)
        elif runs and runs[-1][0].after.keys() == names:
            runs[-1].append(one)
        else:  # who gives up a key comes before who takes it: these stay in their order
            runs.append([one])
    for members in (*groups.values(), *runs):
        _write_alike(connection, kind, members, stamp)


def _write_alike(
    connection: sqlite.Connection, kind: Kind, members: Sequence[_Changed], stamp: int
) -> None:
    national = {*FIELDS[kind], "status"}
    columns = sorted(national.intersection(members[0].after))
    with_extra = members[0].extra is not None
    settings = "".join(f'"{name}" = ?, ' for name in columns) + ("extra = ?, " * with_extra)
    connection.executemany(
        f"UPDATE {TABLES[kind]} SET {settings}revision = revision + 1, changed = ? WHERE id = ?",
        [
            (
                *(one.after[name] for name in columns),
                *((one.extra,) if with_extra else ()),
                stamp,
                one.number,
            )
            for one in members
        ],
    )
