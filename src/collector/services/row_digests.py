"""What a row of a file says, in eight bytes: whether it was touched since, without keeping it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from collector.model import Kind, Table


def fields_of(tables: Iterable[Table]) -> dict[Kind, tuple[str, ...]]:
    """The fields of one sheet's tables, in the order in which they are summed."""
    found = {table.kind: tuple(sorted(table.columns)) for table in tables}
    return {kind: found[kind] for kind in Kind if kind in found}


def digests(tables: Sequence[Table], fields: Mapping[Kind, Sequence[str]]) -> dict[int, bytes]:
    """Row -> 8 bytes over the texts of these fields in all tables of the sheet.

    A field a table lacks counts as empty. The tables of one sheet have the same rows.
    """
    of_kind = {table.kind: table for table in tables}
    columns = [
        of_kind[kind].column(name)
        for kind in Kind
        if kind in fields and kind in of_kind
        for name in fields[kind]
    ]
    rows = tables[0].rows if tables else []
    blake = hashlib.blake2b
    return {
        row: blake("\x1f".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for row, texts in zip(rows, zip(*columns, strict=True), strict=True)
    }
