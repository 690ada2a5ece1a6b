"""The queue of those who may be there twice: searched, counted, laid side by side.

What is decided about them is in ``deciding``. Nothing here stops an import: the queue fills after
it, or when somebody asks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collector.codes import similarity
from collector.errors import WrongUse
from collector.model import FIELDS, KEY_FIELD, Kind, Record, Status
from collector.progress import Progress
from collector.services import records, searching
from collector.services.session import Session
from collector.services.suspicions import ORDER, REASONS, Reason
from collector.store import DuplicateItem, RowChange, RowSide, Settlement
from collector.wording import Text

log = logging.getLogger(__name__)

SETTLED_BEFORE = "重复：与先前的决定相同"
STORED, NEW = "stored", "new"
_FEW_PLACES = 2


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a search led to."""

    compared: int
    """members, organisations and parked rows"""
    found: int
    """new in the queue"""
    gone: int
    """no longer in it: mended, or gone"""
    repeated: int
    """rows closed as they were decided before"""
    offices: int
    """telephones of more people than are worth suspecting"""


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one kind of record and one reason."""

    kind: Kind
    reason: Reason
    waiting: int
    later: int

    @property
    def count(self) -> int:
        return self.waiting + self.later


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, with where it came from."""

    record: int
    """0 where it is a parked row"""
    row: int
    """0 where it is a record"""
    status: Status
    revision: int
    values: Mapping[str, str]
    file_name: str
    sheet: str
    row_number: int
    batch: str
    at: str
    operator: str


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both sides."""

    field: str
    label: str
    stored: str
    new: str
    masked: bool
    """a number of a person: shown masked"""
    blocked: Text | None = None
    """why the new value cannot be taken, where it cannot"""

    @property
    def differs(self) -> bool:
        return self.stored != self.new

    @property
    def apart(self) -> tuple[int, ...]:
        """Which places of a masked number differ, counted from 1, where they are few."""
        places = similarity.places_apart(self.stored, self.new) if self.masked else ()
        return places if len(places) <= _FEW_PLACES else ()

    @property
    def adoptable(self) -> bool:
        """Taking the new value would change something and is possible."""
        return bool(self.new) and self.differs and self.blocked is None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One item laid side by side."""

    item: DuplicateItem
    reason: Reason
    stored: Side
    new: Side
    lines: tuple[Line, ...]

    @property
    def across(self) -> bool:
        """One person in two units or unions: taking the new side is a transfer."""
        return self.item.kind is Kind.MEMBER and self.reason.across

    def default_sides(self) -> dict[str, str]:
        """Field -> side for a merge nobody has looked into: stored, its gaps filled."""
        return {
            line.field: NEW if line.adoptable and not line.stored else STORED
            for line in self.lines
            if line.differs
        }


def scan(session: Session, progress: Progress | None = None, full: bool = False) -> Scanned:
    """Search and bring the queue up to date; pairs decided before are not asked about again.

    Raises ``Cancelled``; the queue is as before then.
    """
    desk = session.store.duplicates
    seen = searching.search(session, progress, full)
    known = desk.known()
    different, closed = desk.remembered()
    fresh, repeated = [], []
    kept: set[int] = set()
    for one in seen.sightings:
        item = known.get((one.kind.value, one.first, one.second, one.parked))
        if item is not None:
            kept.add(item[0])
            if item[1] != one.reason and item[2] != "decided":
                fresh.append(one)
        elif one.content and one.content in closed:
            repeated.append(one)
        elif one.pair not in different:
            fresh.append(one)
    gone = [
        number
        for place, (number, _, state) in known.items()
        if state != "decided"
        and number not in kept
        and (
            seen.changed is None
            or place[3]
            or place[0] != Kind.MEMBER.value
            or place[1] in seen.changed
            or place[2] in seen.changed
        )
    ]
    desk.keep_found([*fresh, *repeated], gone, seen.scan, session.operator)
    if repeated:
        numbers = desk.known()
        for one in repeated:
            number = numbers[(one.kind.value, one.first, one.second, one.parked)][0]
            row = RowChange(one.parked, "skipped", SETTLED_BEFORE)
            desk.settle(
                [Settlement(number, "keep", row=row)],
                session.operator,
                pack_name(session),
                closed[one.content],
            )
    log.info("duplicates searched: found=%d gone=%d", len(fresh), len(gone))
    return Scanned(seen.scan.compared, len(fresh), len(gone), len(repeated), seen.scan.offices)


def refresh(session: Session, progress: Progress | None = None) -> Scanned | None:
    """Search where something was written since the last search; None where nothing was."""
    if session.store.duplicates.is_current():
        return None
    return scan(session, progress)


def groups(session: Session) -> list[Group]:
    """What waits, the likeliest reason first."""
    counts = session.store.duplicates.counts()
    kinds = dict.fromkeys((kind, reason) for kind, reason, _ in counts)
    found = [
        Group(
            kind,
            REASONS[reason],
            counts.get((kind, reason, "waiting"), 0),
            counts.get((kind, reason, "later"), 0),
        )
        for kind, reason in kinds
    ]
    return sorted(found, key=lambda group: (ORDER[group.reason.id], list(Kind).index(group.kind)))


def waiting(session: Session) -> int:
    """How many wait, those put off among them, as of the last search."""
    return sum(session.store.duplicates.counts().values())


def items(session: Session, kind: Kind, reason: str) -> list[int]:
    """The items of one reason in the order they wait; those put off last."""
    return session.store.duplicates.ids(kind, reason)


def heads(session: Session, kind: Kind, numbers: Sequence[int]) -> list[tuple[int, str, str, str]]:
    """(item, state, name, number) of the stored side, in the order asked for: data, for the
    window's list only."""
    return session.store.duplicates.heads(kind, numbers)


def compare(session: Session, number: int) -> Comparison:
    """One waiting item side by side. Raises ``WrongUse duplicates.gone``."""
    item = session.store.duplicates.item(number)
    if item is None or not session.store.duplicates.is_open(item):
        raise gone()
    stored = _record(session, item.kind, item.first)
    if item.parked:
        row = session.store.duplicates.row(item.parked)
        if row is None:
            raise gone()
        new = _row_side(row)
        faulty = row.faulty
    else:
        new, faulty = _record(session, item.kind, item.second), frozenset()
    return Comparison(
        item,
        REASONS[item.reason],
        stored,
        new,
        tuple(_lines(session, item, stored.values, new.values, faulty)),
    )


def gone() -> WrongUse:
    return WrongUse(
        "duplicates.gone",
        Text("这一条已经不在查重之列。", "This item no longer waits."),
        Text(
            "可能已经处理过，或者记录已经改好；请重新列出。",
            "It was decided, or the records were mended; list them anew.",
        ),
    )


def pack_name(session: Session) -> str:
    return f"{session.pack.id}/{session.pack.version}"


def _record(session: Session, kind: Kind, number: int) -> Side:
    record: Record | None = session.store.get(kind, number)
    if record is None:
        raise gone()
    return Side(
        record.id,
        0,
        record.status,
        record.revision,
        record.values,
        record.file_name,
        record.sheet,
        record.row,
        record.batch,
        record.created_at,
        record.changed_by,
    )


def _row_side(row: RowSide) -> Side:
    return Side(
        0,
        row.id,
        Status.PARKED,
        0,
        row.texts,
        row.file_name,
        row.sheet,
        row.row,
        str(row.batch),
        row.at,
        row.operator,
    )


def _lines(
    session: Session,
    item: DuplicateItem,
    stored: Mapping[str, str],
    new: Mapping[str, str],
    faulty: frozenset[str],
) -> Iterator[Line]:
    """The pack's fields in its order, then whatever else either side has."""
    columns = records.columns(session, item.kind)
    labels = {column.field: column.label for column in columns}
    masked = {column.field for column in columns if column.masked}
    names = [column.field for column in columns]
    others = (*FIELDS[item.kind], *stored, *new)
    names += [name for name in dict.fromkeys(others) if name not in labels]
    for name in names:
        here, there = stored.get(name, ""), new.get(name, "")
        if here or there:
            yield Line(
                name,
                labels.get(name, name),
                here,
                there,
                name in masked or name in ("id_number", "phone"),
                _blocked(session, item, name, here, there, faulty),
            )


def _blocked(
    session: Session,
    item: DuplicateItem,
    name: str,
    stored: str,
    new: str,
    faulty: frozenset[str],
) -> Text | None:
    if not item.parked or not new or stored == new:
        return None
    if name in faulty:
        return Text("这一格有差错，不能采用", "this cell has an error")
    if name in (KEY_FIELD[item.kind], "temporary_code"):
        holder = session.store.find(item.kind, new)
        if holder is not None and holder.id != item.first:
            return Text("这个号码是另一条记录的，不能采用", "this number is another record's")
    return None


def as_json(session: Session) -> dict[str, Any]:
    """The document of ``duplicates list --json``: places, ids and reasons, nobody's data."""
    found = groups(session)
    last = session.store.duplicates.last_scan()
    return {
        "format": "collector.duplicates/1",
        "waiting": sum(group.waiting for group in found),
        "later": sum(group.later for group in found),
        "searched_at": "" if last is None else last.at,
        "compared": 0 if last is None else last.compared,
        "shared_phones": 0 if last is None else last.offices,
        "reasons": [
            {
                "kind": group.kind.value,
                "reason": group.reason.id,
                "strength": group.reason.strength.name.lower(),
                "count": group.count,
            }
            for group in found
        ],
        "items": [
            {
                "id": one.id,
                "kind": kind.value,
                "reason": one.reason,
                "strength": REASONS[one.reason].strength.name.lower(),
                "state": one.state,
                "stored": {"record": one.first},
                "new": {"record": one.second}
                if one.second
                else {
                    "file": one.file_name,
                    "sheet": one.sheet,
                    "row": one.row,
                    "batch": str(one.batch),
                },
            }
            for kind in (Kind.UNIT, Kind.UNION, Kind.MEMBER)
            for one in session.store.duplicates.listing(kind)
        ],
    }
