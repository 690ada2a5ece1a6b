"""What a sound row would do to the store: add, update, or nothing."""

from __future__ import annotations

from collector.model import Outcome, Table
from collector.services.keys import row_keys
from collector.store import Store


def match(store: Store, table: Table) -> tuple[list[Outcome], list[int | None]]:
    """For each row its outcome and, unless it is added, the id of the stored record.

    Only what the row says counts: an empty cell and an absent column never erase. Whether a
    stored record of the same key is the same person is judged by the rules (unique.in_store).
    """
    size = len(table)
    fates = [Outcome.ADDED] * size
    ids: list[int | None] = [None] * size
    if not store.count(table.kind):
        return fates, ids
    names = [name for name in table.columns if any(table.columns[name])]
    keys = row_keys(table)
    stored = store.by_keys(table.kind, {key for key in keys if key}, names)
    columns = [table.columns[name] for name in names]
    for index, key in enumerate(keys):
        found = stored.get(key) if key else None
        if found is None:
            continue
        ids[index] = found[0]
        same = all(
            not column[index] or column[index] == kept
            for column, kept in zip(columns, found[1:], strict=True)
        )
        fates[index] = Outcome.UNCHANGED if same else Outcome.UPDATED
    return fates, ids
