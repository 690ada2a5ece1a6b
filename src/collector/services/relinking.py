"""After an import: let go of parked rows that are in order now, and of those come again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from collector.model import Changes, Kind, Outcome
from collector.progress import Progress
from collector.services import parking
from collector.services.session import Session
from collector.sheets.reading import Reading
from collector.store import SUPERSEDED, link_names

_REFERENCES = frozenset(
    {"reference.unit_missing", "reference.union_missing", "reference.parent_missing"}
)


@dataclass(frozen=True, slots=True)
class Settled:
    released: int
    changes: Changes
    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    """parked id -> what its release did to the records"""


def settle(
    session: Session,
    progress: Progress | None = None,
    today: date | None = None,
    arrived: Collection[str] | None = None,
) -> Settled:
    """Release parked rows whose only faults were references that can be resolved now.

    ``arrived`` are codes and names of units and unions known since: only rows that name one of
    them are looked at. Without it all waiting rows are.
    """
    released = 0
    changes = Changes()
    outcomes: dict[int, Outcome] = {}
    if not session.store.parked_count(None, None):
        return Settled(0, changes)
    while arrived is None or arrived:
        if arrived is None:
            held = parking.load(session)
        else:
            ids = session.store.parked_linked(link_names(arrived))
            held = parking.load_around(session, ids)[0] if ids else []
            held = [each for each in held if each.ids]
        waiting = {
            number
            for each in held
            for number in parking.ids_with_only(each, _REFERENCES)
            if arrived is None or number in ids
        }
        if not waiting:
            break
        done = parking.recheck(session, held, waiting, today or session.today, progress)
        released += done.released
        outcomes |= done.outcomes
        changes = Changes(
            changes.kinds | done.changes.kinds, changes.ids + done.changes.ids, parked=True
        )
        arrived = done.organisations
    return Settled(released, changes, outcomes)


def arrivals(read: Reading, outcomes: Sequence[Sequence[Outcome]]) -> set[str]:
    """Codes and names of the units and unions an import brought."""
    found: set[str] = set()
    for table, fates in zip(read.tables, outcomes, strict=True):
        if table.kind in (Kind.UNIT, Kind.UNION):
            new = [i for i, fate in enumerate(fates) if fate in (Outcome.ADDED, Outcome.UPDATED)]
            found |= parking.names_of(parking.pick(table, new))
    return found


def supersede(
    session: Session, read: Reading, outcomes: Sequence[Sequence[Outcome]], batch: int
) -> Changes:
    """Let go of rows parked earlier whose place in a file of the same name came again.

    A person mends the workbook and imports it once more: the row of then is answered by the
    row of now when sheet, row and name (or key) agree. Kept in the store, no longer waiting.
    """
    names = {file.name for file in read.files}
    waiting = [
        held
        for info in session.store.batches()
        if info.id != batch and any(file.name in names for file in info.files)
        for held in session.store.parked_tables(None, info.id)
    ]
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
