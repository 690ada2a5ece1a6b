"""After an import: let go of parked rows that are in order now, and of those come again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from collector.model import Changes, Kind, Outcome
from collector.progress import Progress
from collector.services import parking
from collector.services.session import Session
from collector.sheets.reading import Reading
from collector.store import SUPERSEDED

_REFERENCES = frozenset(
    {"reference.unit_missing", "reference.union_missing", "reference.parent_missing"}
)


@dataclass(frozen=True, slots=True)
class Settled:
    released: int
    changes: Changes


def settle(
    session: Session, progress: Progress | None = None, today: date | None = None
) -> Settled:
    """Release parked rows whose only faults were references that can be resolved now."""
    if not session.store.parked_count(None, None):
        return Settled(0, Changes())
    held = parking.load(session)
    waiting = {number for parked in held for number in parking.ids_with_only(parked, _REFERENCES)}
    if not waiting:
        return Settled(0, Changes())
    done = parking.recheck(session, held, waiting, today or session.today, progress)
    return Settled(done.released, done.changes)


def supersede(
    session: Session, read: Reading, outcomes: Sequence[Sequence[Outcome]], batch: int
) -> Changes:
    """Let go of rows parked earlier whose place in a file of the same name came again.

    A person mends the workbook and imports it once more: the row of then is answered by the
    row of now when sheet, row and name (or key) agree. Kept in the store, no longer waiting.
    """
    waiting = [held for held in session.store.parked_tables(None, None) if held.batch != batch]
    if not waiting:
        return Changes()
    names_of = {(held.file_names[held.table.file], held.table.sheet) for held in waiting}
    come: dict[tuple[str, str, int, Kind], tuple[str, str]] = {}
    for table, fates in zip(read.tables, outcomes, strict=True):
        file_name = read.files[table.file].name
        if (file_name, table.sheet) not in names_of:
            continue
        rows = zip(table.rows, table.column("name"), parking.key_column(table), fates, strict=True)
        for row, name, key, fate in rows:
            if fate is not Outcome.SKIPPED:
                come[(file_name, table.sheet, row, table.kind)] = (name, key)
    answered: list[int] = []
    for held in waiting:
        table = held.table
        rows_then = zip(
            held.ids, table.rows, table.column("name"), parking.key_column(table), strict=True
        )
        for number, row, name, key in rows_then:
            place = (held.file_names[table.file], table.sheet, row, table.kind)
            now = come.get(place)
            if now is not None and ((name and name == now[0]) or (key and key == now[1])):
                answered.append(number)
    if not answered:
        return Changes()
    return session.store.discard_parked(answered, SUPERSEDED.format(batch), session.operator)
