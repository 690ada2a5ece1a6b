"""Tables and columns by kind, and how a row becomes values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from collector.model import FIELDS, Kind
from collector.store import stamps

TABLES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.UNIT: "unit",
        Kind.UNION: "trade_union",
        Kind.OFFICER: "officer",
        Kind.MEMBER: "member",
    }
)
OWN_COLUMNS = ("id", "status", "revision", "origin", "row", "changed")
INDEXED: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        Kind.UNIT: frozenset({"uscc", "name"}),
        Kind.UNION: frozenset({"uscc", "temporary_code", "name"}),
        Kind.OFFICER: frozenset({"id_number"}),
        Kind.MEMBER: frozenset({"id_number", "name"}),
    }
)
"""fields with an index of their own (migrations/0001_initial.sql)"""
_NATIONAL = {kind: frozenset(names) for kind, names in FIELDS.items()}


def column_sql(kind: Kind, field_id: str) -> str:
    """The SQL of a field: a real column, or a key of ``extra``. Never anything typed by a person:
    pack-only ids are checked against the shape a pack may give them."""
    if field_id in _NATIONAL[kind] or field_id in OWN_COLUMNS:
        return f'"{field_id}"'
    if field_id in stamps.COLUMNS:
        return stamps.column_sql(TABLES[kind], field_id)
    if not field_id.replace("-", "").replace(".", "").replace("_", "").isalnum():
        raise KeyError("field id")
    return f"coalesce(json_extract(nullif(extra, ''), '$.\"{field_id}\"'), '')"


def split(kind: Kind, values: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """National values, and the rest as JSON ("" where there is none)."""
    national = {name: text for name, text in values.items() if name in _NATIONAL[kind]}
    rest = {name: text for name, text in values.items() if name not in _NATIONAL[kind] and text}
    return national, json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else ""


def extras(kind: Kind, columns: Mapping[str, Sequence[str]], size: int) -> list[str]:
    """The ``extra`` of every row of a table."""
    own = {name: texts for name, texts in columns.items() if name not in _NATIONAL[kind]}
    if not own:
        return [""] * size
    found = []
    for index in range(size):
        held = {name: texts[index] for name, texts in own.items() if texts[index]}
        found.append(json.dumps(held, ensure_ascii=False, sort_keys=True) if held else "")
    return found
