"""Who resembles whom among people brought together: in memory, in linear time.

Of many alike each is paired with the first: all are linked, and their number stays that of the
people, not of their pairs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from collector.codes import resident_id, similarity
from collector.model import Kind
from collector.services.suspicions import ORDER
from collector.store import Sighting, WaitingRow


class Person(NamedTuple):
    """A record, or a parked row where ``row`` is set."""

    id: int
    name: str
    id_type: str
    number: str
    birth_date: str
    phone: str
    unit_code: str
    unit_name: str
    union_code: str
    union_name: str
    status: str
    row: WaitingRow | None = None

    @property
    def unit(self) -> str:
        return self.unit_code or self.unit_name

    @property
    def birth(self) -> str:
        return similarity.born(self.birth_date, self.number)

    @property
    def key(self) -> str:
        """What names this person again after another import."""
        name = similarity.name_key(self.name)
        if self.number:
            return f"{self.number}|{name}"
        return f"|{name}|{self.birth_date}|{self.phone}|{self.unit}"


class Found:
    """The pairs of one search; of several reasons for one pair the likeliest stands."""

    def __init__(self, changed: Collection[int] | None) -> None:
        self.pairs: dict[tuple[Kind, int, int, int], Sighting] = {}
        self._changed = None if changed is None else frozenset(changed)

    def concerns(self, first: Person, second: Person) -> bool:
        """Whether one of them is to be looked at."""
        changed = self._changed
        return (
            changed is None or second.row is not None or first.id in changed or second.id in changed
        )

    def note_people(self, reason: str, first: Person, second: Person) -> None:
        if first.row is None and self.concerns(first, second):
            keys = (first.key, second.key)
            self.note(Kind.MEMBER, reason, first.id, second.id, second.row, keys)

    def note(
        self,
        kind: Kind,
        reason: str,
        first: int,
        second: int,
        row: WaitingRow | None,
        keys: tuple[str, str],
    ) -> None:
        place = (first, 0, row.id) if row is not None else (first, second, 0)
        known = self.pairs.get((kind, *place))
        if known is None or ORDER[reason] < ORDER[known.reason]:
            self.pairs[(kind, *place)] = Sighting(
                kind,
                reason,
                *place,
                _hash(kind.value, *sorted(keys)),
                "" if row is None else content_of(kind, row.texts),
            )


def whole_number(old: str) -> str:
    """The 18 characters a 15-digit number became (GB 11643-1999), "" for any other number."""
    if len(old) != 15 or not (old.isascii() and old.isdigit()):
        return ""
    first17 = old[:6] + "19" + old[6:]
    return first17 + resident_id.check_digit(first17)


def same_place(first: Person, second: Person) -> bool:
    """Whether nothing says that they are in different units or unions: of code and name the
    first that both have decides, as in the rule ``unique``."""
    for code, name, other_code, other_name in (
        (first.unit_code, first.unit_name, second.unit_code, second.unit_name),
        (first.union_code, first.union_name, second.union_code, second.union_name),
    ):
        if code and other_code:
            if code != other_code:
                return False
        elif name and other_name and name != other_name:
            return False
    return True


def namesakes(group: Sequence[Person], found: Found) -> None:
    """Pairs among people of one name, the likeliest reason first."""

    def note(reason: str, earlier: int, later: int) -> None:
        first, second = group[earlier], group[later]
        if not first.number or first.number != second.number:
            found.note_people(reason, first, second)

    by_number = {one.number: place for place, one in enumerate(group) if len(one.number) == 18}
    for place, one in enumerate(group):
        upgraded = by_number.get(whole_number(one.number))
        if upgraded is not None:
            note("old_15", min(place, upgraded), max(place, upgraded))
    numbered = [place for place, one in enumerate(group) if one.number]
    for earlier, later in similarity.slip_pairs([group[place].number for place in numbered]):
        note("one_slip", numbered[earlier], numbered[later])
    phones: dict[str, int] = {}
    births: dict[tuple[str, str], int] = {}
    documents: dict[tuple[str, str], dict[str, int]] = {}
    for place, one in enumerate(group):
        if one.phone:
            earlier = phones.setdefault(one.phone, place)
            if earlier != place:
                note("same_phone_same_name", earlier, place)
        birth = one.birth
        if not birth:
            continue
        for shared in filter(None, (one.unit, one.phone)):
            kinds = documents.setdefault((birth, shared), {})
            shape = _document(one)
            kinds.setdefault(shape, place)
            for other, earlier in kinds.items():
                if other != shape:
                    note("other_document", earlier, place)
        if one.unit:
            earlier = births.setdefault((birth, one.unit), place)
            if earlier != place:
                note("name_birth_unit", earlier, place)


def _document(one: Person) -> str:
    """The kind of document a number belongs to: as stated, else by its shape."""
    if one.id_type:
        return one.id_type
    return "居民身份证" if len(one.number) in (15, 18) else f"{len(one.number)} 位证件"


def content_of(kind: Kind, texts: Mapping[str, str]) -> str:
    """A hash of everything a row says; empty cells do not count."""
    said = {name: text for name, text in texts.items() if text}
    return _hash(kind.value, json.dumps(said, ensure_ascii=False, sort_keys=True))


def _hash(*parts: str) -> str:
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()
