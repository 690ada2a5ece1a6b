"""A search for members that may be there twice: one pass over the store, by keys.

People are brought together by what they share, a name or a telephone; inside such a group
``likeness`` sorts them. Everyone is read in the order of the records, which costs a fifth of
fetching them name by name; around a few new ones the names are looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
_TENTH = 10
"""where a tenth of the members changed, everything is looked at anew"""
_PART = 200_000
"""people held in memory at once: of more, a part of the names and telephones at a time"""
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


_NAME, _PHONE, _UNIT = 1, 5, 6
"""places of fields in a row of (id, *_FIELDS)"""


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
    if changed is not None and len(changed) * _TENTH > everyone:
        changed = None
    found = Found(changed)
    rows = [_person(row) for row in desk.rows(Kind.MEMBER)]
    same = _same_numbers(desk, rows, found)
    loose = [row for row in rows if row.id not in same]
    _old_numbers(desk, loose, found)
    if changed is None or last is None:
        offices = _everyone(desk, everyone, loose, found, progress)
    else:
        _named(desk, changed, loose, found, progress)
        offices = max(last.offices, _telephones(desk, changed, found))
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


def _everyone(
    desk: Duplicates,
    count: int,
    rows: Sequence[Person],
    found: Found,
    progress: Progress | None,
) -> int:
    """Everyone by name and by telephone; gives how many telephones are an office's."""
    parts = max(1, -(-count // _PART))
    offices = done = 0
    for part in range(parts):
        named: dict[str, list[Person]] = {}
        called: dict[str, list[Person]] = {}
        texts: dict[str, str] = {}
        for chunk in desk.everyone(Kind.MEMBER, _FIELDS):
            if progress is not None:
                progress.step(_SEARCHING, done, count * parts)
            done += len(chunk)
            for row in chunk:
                name, mobile = row[_NAME], row[_PHONE]
                by_name = parts == 1 or hash(name) % parts == part
                by_phone = bool(mobile) and (parts == 1 or hash(mobile) % parts == part)
                if by_name or by_phone:
                    # units and unions are named again and again: each text is kept once
                    place = row[_UNIT:]
                    one = Person(*row[:_UNIT], *map(texts.setdefault, place, place))
                    if by_name and name:
                        named.setdefault(name, []).append(one)
                    if by_phone:
                        called.setdefault(mobile, []).append(one)
        _join_rows(named, rows, parts, part)
        for group in named.values():
            if len(group) > 1:
                namesakes(group, found)
        offices += _one_telephone(called, found)
    return offices


def _join_rows(
    named: dict[str, list[Person]], rows: Sequence[Person], parts: int, part: int
) -> None:
    """Parked rows after the records of their name: of a pair the record comes first."""
    for row in rows:
        if row.name and hash(row.name) % parts == part and row.name in named:
            named[row.name].append(row)


def _named(
    desk: Duplicates,
    changed: set[int],
    rows: Sequence[Person],
    found: Found,
    progress: Progress | None,
) -> None:
    """Those who have the name of somebody new or of a parked row."""
    names = {row.name for row in rows if row.name} | _values(desk, "name", changed)
    wanted = sorted(names)
    for start in range(0, len(wanted), _CHUNK):
        if progress is not None:
            progress.step(_SEARCHING, start, len(wanted))
        named: dict[str, list[Person]] = {}
        part = wanted[start : start + _CHUNK]
        for one in _people(desk.by(Kind.MEMBER, "name", part, _FIELDS)):
            named.setdefault(one.name, []).append(one)
        for group in named.values():
            group.sort(key=_by_id)
        _join_rows(named, rows, 1, 0)
        for group in named.values():
            if len(group) > 1:
                namesakes(group, found)


def _values(desk: Duplicates, field: str, changed: set[int]) -> set[str]:
    """The names or telephones of those who are new or changed."""
    found = {row[1] for row in desk.pick(Kind.MEMBER, sorted(changed), (field,))}
    found.discard("")
    return found


def _telephones(desk: Duplicates, changed: set[int], found: Found) -> int:
    """Those who have the mobile of somebody new."""
    mobiles = {number for number in _values(desk, "phone", changed) if phone.is_mobile(number)}
    if not mobiles:
        return 0
    called: dict[str, list[Person]] = {}
    for one in _people(desk.by(Kind.MEMBER, "phone", mobiles, _FIELDS)):
        called.setdefault(one.phone, []).append(one)
    for group in called.values():
        group.sort(key=_by_id)
    return _one_telephone(called, found)


def _one_telephone(called: Mapping[str, Sequence[Person]], found: Found) -> int:
    """Different people with one mobile; gives how many telephones are an office's."""
    offices = 0
    for number, group in called.items():
        if len(group) < 2 or not phone.is_mobile(number):
            continue
        names: dict[str, Person] = {}
        for one in group:
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
