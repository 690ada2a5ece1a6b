"""A search for members that may be there twice: one pass over the store, by keys.

People are brought together by what they share (a name, a telephone, a number), from the indexes;
who shares nothing is not even read. Inside such a group ``likeness`` sorts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from collector.codes import phone, similarity
from collector.model import Kind, Status
from collector.progress import Progress
from collector.services import doubled_organisations
from collector.services.likeness import (
    Found,
    Person,
    namesakes,
    same_place,
    whole_number,
)
from collector.services.session import Session
from collector.store import Duplicates, DuplicateScan, Sighting, WaitingRow
from collector.wording import Text

OFFICE = 5
"""A telephone of more people than this is an office's: nobody is suspected for it."""
_QUARTER = 4
"""where a quarter of the members changed, everything is looked at anew"""
_CHUNK = 2000
_SEARCHING = Text("查找疑似重复", "Looking for duplicates")

_FIELDS = (
    "name",
    "id_type",
    "id_number",
    "birth_date",
    "phone",
    "unit_code",
    "unit_name",
    "union_code",
    "union_name",
    "status",
)


class Search(NamedTuple):
    sightings: list[Sighting]
    scan: DuplicateScan
    changed: frozenset[int] | None
    """the members looked at; None: everyone"""


def search(session: Session, progress: Progress | None = None, full: bool = False) -> Search:
    """Everything that may be there twice; only around what is new or changed since the last
    search unless ``full``. Parked rows and organisations are always all looked at.

    Raises ``Cancelled``; nothing is written here.
    """
    desk = session.store.duplicates
    last = None if full else desk.last_scan()
    journal, newest = desk.now()
    everyone = session.store.count(Kind.MEMBER)
    changed = None if last is None else desk.changed(Kind.MEMBER, last)
    if changed is not None and len(changed) * _QUARTER > everyone:
        changed = None
    found = Found(changed)
    rows = [_person(row) for row in desk.rows(Kind.MEMBER)]
    same = _same_numbers(desk, rows, found)
    loose = [row for row in rows if row.id not in same]
    _old_numbers(desk, loose, found)
    _named(desk, changed, loose, found, progress)
    offices = _telephones(desk, changed, found)
    if changed is not None and last is not None:
        offices = max(offices, last.offices)
    organisations = sum(
        doubled_organisations.look(desk, kind, found) for kind in (Kind.UNIT, Kind.UNION)
    )
    return Search(
        list(found.pairs.values()),
        DuplicateScan(journal, newest, everyone + len(rows) + organisations, offices),
        None if changed is None else frozenset(changed),
    )


def _person(row: WaitingRow) -> Person:
    texts = row.texts
    values = [texts.get(name, "") for name in _FIELDS[:-1]]
    return Person._make((row.id, *values, Status.PARKED.value, row))


def _people(rows: Iterable[tuple[Any, ...]]) -> list[Person]:
    return [Person(*row) for row in rows]


def _same_numbers(desk: Duplicates, rows: Sequence[Person], found: Found) -> set[int]:
    """Parked rows with the number of a record; gives all of them: they are that person."""
    numbers = {row.number for row in rows if row.number}
    if not numbers:
        return set()
    stored = {
        one.number: one
        for one in _people(desk.by(Kind.MEMBER, "id_number", numbers, _FIELDS, inactive=True))
    }
    merged = desk.merged(Kind.MEMBER)
    stays = {
        one.id: one
        for one in _people(
            desk.pick(Kind.MEMBER, [merged.get(i.id, i.id) for i in stored.values()], _FIELDS)
        )
    }
    same: set[int] = set()
    for row in rows:
        first = stored.get(row.number)
        if first is None or row.row is None:
            continue
        same.add(row.id)
        if not row.row.conflicts:
            continue
        first = stays.get(merged.get(first.id, first.id), first)
        if first.status == Status.INACTIVE.value:
            reason = "same_number_inactive"
        elif similarity.name_key(first.name) != similarity.name_key(row.name):
            reason = "same_number_other_name"
        elif not same_place(first, row):
            reason = "same_number_other_place"
        else:
            reason = "same_number"
        found.note_people(reason, first, row)
    return same


def _old_numbers(desk: Duplicates, rows: Sequence[Person], found: Found) -> None:
    """15-digit numbers of parked rows whose 18 characters a record has."""
    upgraded: dict[str, list[Person]] = {}
    for row in rows:
        number = whole_number(row.number)
        if number:
            upgraded.setdefault(number, []).append(row)
    if not upgraded:
        return
    for first in _people(desk.by(Kind.MEMBER, "id_number", list(upgraded), _FIELDS)):
        for row in upgraded[first.number]:
            one_name = similarity.name_key(first.name) == similarity.name_key(row.name)
            found.note_people("old_15" if one_name else "old_15_other_name", first, row)


def _named(
    desk: Duplicates,
    changed: set[int] | None,
    rows: Sequence[Person],
    found: Found,
    progress: Progress | None,
) -> None:
    """Those of one name, a few thousand names at a time."""
    parked: dict[str, list[Person]] = {}
    for row in rows:
        if row.name:
            parked.setdefault(row.name, []).append(row)
    wanted = sorted(_values(desk, "name", changed) | parked.keys())
    for start in range(0, len(wanted), _CHUNK):
        if progress is not None:
            progress.step(_SEARCHING, start, len(wanted))
        groups: dict[str, list[Person]] = {}
        part = wanted[start : start + _CHUNK]
        for one in _people(desk.by(Kind.MEMBER, "name", part, _FIELDS)):
            groups.setdefault(one.name, []).append(one)
        for name, group in groups.items():
            group.sort(key=_by_id)
            group += parked.get(name, ())
            if len(group) > 1:
                namesakes(group, found)


def _values(desk: Duplicates, field: str, changed: set[int] | None) -> set[str]:
    """The names or telephones to look into."""
    if changed is None:
        return set(desk.shared(field))
    found = {row[1] for row in desk.pick(Kind.MEMBER, sorted(changed), (field,))}
    found.discard("")
    return found


def _telephones(desk: Duplicates, changed: set[int] | None, found: Found) -> int:
    """Different people with one mobile; gives how many telephones are an office's."""
    mobiles = {number for number in _values(desk, "phone", changed) if phone.is_mobile(number)}
    if not mobiles:
        return 0
    groups: dict[str, list[Person]] = {}
    for one in _people(desk.by(Kind.MEMBER, "phone", mobiles, _FIELDS)):
        groups.setdefault(one.phone, []).append(one)
    offices = 0
    for group in groups.values():
        names: dict[str, Person] = {}
        for one in sorted(group, key=_by_id):
            names.setdefault(similarity.name_key(one.name), one)
        if len(names) > OFFICE:
            offices += 1
            continue
        first, *others = names.values()
        for other in others:
            found.note_people("same_phone_other_name", first, other)
    return offices


def _by_id(one: Person) -> int:
    return one.id
