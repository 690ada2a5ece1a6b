"""The workspace as it will be when files looked at before are written: for previews."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from collector.model import Kind, Outcome, Table
from collector.services.matching import Known

_BY = ("uscc", "temporary_code", "id_number", "name")
_NOT_YET = "0"
"""stands for the id of a record that is none yet"""


class Ahead:
    """``matching.Known``: the store's records, over them the sound rows not yet written."""

    def __init__(self, store: Known) -> None:
        self._store = store
        self._rows: dict[tuple[Kind, str], dict[str, list[tuple[Table, int]]]] = {}
        self._kinds: set[Kind] = set()

    def take(self, table: Table, outcomes: Sequence[Outcome]) -> None:
        """Rows that will be records, or change one."""
        coming = [
            index
            for index, outcome in enumerate(outcomes)
            if outcome in (Outcome.ADDED, Outcome.UPDATED)
        ]
        if not coming:
            return
        self._kinds.add(table.kind)
        for name in _BY:
            texts = table.columns.get(name)
            if texts is not None:
                held = self._rows.setdefault((table.kind, name), {})
                for index in coming:
                    if texts[index]:
                        held.setdefault(texts[index], []).append((table, index))

    def judges(self, kind: Kind) -> bool:
        return kind in self._kinds or self._store.judges(kind)

    def known(self, kind: Kind, field_id: str, values: Collection[str]) -> set[str]:
        own = self._rows.get((kind, field_id), {})
        return {value for value in values if value in own} | self._store.known(
            kind, field_id, values
        )

    def stored(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        found = self._store.stored(kind, field_id, values, wanted)
        own = self._rows.get((kind, field_id), {})
        for value in values:
            for table, index in own.get(value, ()):
                found[value] = _over(found.get(value), table, index, wanted)
        return found

    def every(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> list[tuple[str, ...]]:
        own = self._rows.get((kind, field_id), {})
        return self._store.every(kind, field_id, values, wanted) + [
            (value, *_over(None, table, index, wanted))
            for value in values
            for table, index in own.get(value, ())
        ]


def _over(
    before: tuple[str, ...] | None, table: Table, index: int, wanted: Sequence[str]
) -> tuple[str, ...]:
    """What the record says after the row was written: an empty cell never erases."""
    held = before or tuple(_NOT_YET if name == "id" else "" for name in wanted)
    return tuple(
        (table.columns[name][index] if name in table.columns else "") or text
        for name, text in zip(wanted, held, strict=True)
    )
