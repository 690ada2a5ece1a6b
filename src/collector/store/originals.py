"""What the person typed, kept wherever canonical text differs from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Kind

_CHUNK = 2000
"""texts in one row: two hundred thousand rows of one text each cost more than their records"""


def keep_many(
    connection: sqlite.Connection,
    kind: Kind,
    batch: int,
    ids: Mapping[int, int],
    originals: Mapping[str, Mapping[int, str]],
) -> None:
    """Keep the originals of an import's new records; ``ids`` gives the record of a row's index."""
    connection.executemany(
        "INSERT INTO original_column VALUES (?,?,?,?,?,?)",
        sorted(
            (kind.value, part[0][0], part[-1][0], field, batch, _text(part))
            for field, held in originals.items()
            for part in _parts((ids[index], held[index]) for index in sorted(held) if index in ids)
        ),
    )


def keep(
    connection: sqlite.Connection, kind: Kind, record: int, batch: int, typed: Mapping[str, str]
) -> None:
    """Keep those of one record; what is known of a field and import already stays."""
    connection.executemany(
        "INSERT OR IGNORE INTO original VALUES (?,?,?,?,?)",
        [(kind.value, record, field, batch, text) for field, text in typed.items()],
    )


def typed(connection: sqlite.Connection, kind: Kind, record: int) -> dict[str, str]:
    """field -> what was typed last, of the fields where it was not the canonical text."""
    found = connection.execute(
        "SELECT batch, field, typed FROM original WHERE kind = ?1 AND record = ?2"
        " UNION ALL SELECT batch, field, json_extract(typed, ?3) FROM original_column"
        " WHERE kind = ?1 AND first <= ?2 AND last >= ?2 ORDER BY batch",
        (kind.value, record, f'$."{record}"'),
    )
    return {field: text for _, field, text in found if text is not None}


def _parts(pairs: Iterator[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    while part := list(islice(pairs, _CHUNK)):
        yield part


def _text(pairs: Sequence[tuple[int, str]]) -> str:
    return json.dumps(dict(pairs), ensure_ascii=False, separators=(",", ":"))
