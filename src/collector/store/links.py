"""By what parked rows find one another without reading all of them: keys and organisations named.

A value is ``=`` and the key of a record of that kind, or ``@`` and the code (else the name) of a
unit or union the row names.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Kind

_KEYS: dict[Kind, tuple[str, ...]] = {
    Kind.UNIT: ("uscc",),
    Kind.UNION: ("uscc", "temporary_code"),
    Kind.OFFICER: ("id_number", "name"),
    Kind.MEMBER: ("id_number",),
}
_NAMED: dict[Kind, tuple[tuple[str, ...], ...]] = {
    Kind.UNIT: (("parent_union",),),
    Kind.UNION: (("parent_code", "parent_name"),),
    Kind.OFFICER: (("union_code",),),
    Kind.MEMBER: (("unit_code", "unit_name"), ("union_code", "union_name")),
}
"""the first field of a group that is filled names the organisation"""


def keys(kind: Kind, texts: Mapping[str, str]) -> set[str]:
    """The values rows of one key share."""
    return {f"={kind.value}:{text}" for name in _KEYS[kind] if (text := texts.get(name, ""))}


def named(values: Iterable[str]) -> set[str]:
    """The values under which rows stand that name one of these codes or names."""
    return {f"@{value}" for value in values if value}


def of(kind: Kind, texts: Mapping[str, str]) -> set[str]:
    """Every value of a row."""
    organisations = (
        next((text for name in group if (text := texts.get(name, ""))), "")
        for group in _NAMED[kind]
    )
    return keys(kind, texts) | named(organisations)


def add(connection: sqlite.Connection, rows: Iterable[tuple[int, Kind, Mapping[str, str]]]) -> None:
    connection.executemany("INSERT OR IGNORE INTO parked_link VALUES (?, ?)", _pairs(rows))


def _pairs(
    rows: Iterable[tuple[int, Kind, Mapping[str, str]]],
) -> Iterator[tuple[str, int]]:
    for number, kind, texts in rows:
        for value in of(kind, texts):
            yield value, number


def change(
    connection: sqlite.Connection,
    number: int,
    kind: Kind,
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> None:
    was, becomes = of(kind, before), of(kind, after)
    for value in was - becomes:
        connection.execute(
            "DELETE FROM parked_link WHERE value = ? AND parked = ?", (value, number)
        )
    add(connection, [(number, kind, after)] if becomes - was else [])


def waiting(connection: sqlite.Connection, values: Collection[str]) -> set[int]:
    """Ids of the waiting rows that have one of the values."""
    rows = connection.execute(
        "SELECT parked.id FROM (SELECT value AS asked FROM json_each(?))"
        " CROSS JOIN parked_link ON parked_link.value = asked"
        " JOIN parked ON parked.id = parked_link.parked WHERE state = 'waiting'",
        (json.dumps(sorted(values), ensure_ascii=False),),
    )
    return {row[0] for row in rows}


def together(connection: sqlite.Connection, ids: Collection[int]) -> set[int]:
    """The waiting rows among these, and those of the same rows of the files."""
    rows = connection.execute(
        "SELECT other.id FROM (SELECT value AS asked FROM json_each(?))"
        " CROSS JOIN parked AS own ON own.id = asked"
        " JOIN parked AS other ON other.batch = own.batch AND other.file_no = own.file_no"
        " AND other.sheet = own.sheet AND other.row = own.row WHERE other.state = 'waiting'",
        (json.dumps(sorted(ids)),),
    )
    return {row[0] for row in rows}
