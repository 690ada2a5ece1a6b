"""Records judged again by the pack of today, after they were checked with another version."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from collector.model import FIELDS, KIND_NAMES, Finding, Kind, Severity, Table
from collector.packs.spec import Pack
from collector.packs.translating import own_fields, translate
from collector.progress import Progress
from collector.rules.base import Lookup
from collector.services import equivalents, linking
from collector.services.checking import explain
from collector.services.judging import Sparing, judge
from collector.services.session import Session
from collector.wording import Text

Fault = tuple[Kind, str, str]
"""kind, field, code"""


@dataclass(frozen=True, slots=True)
class Recheck:
    """What a second look at the records found; nothing of them is changed by looking."""

    pack: str
    records: dict[Kind, int]
    failing: dict[Kind, int]
    """records with an error"""
    errors: dict[Fault, int]
    warnings: dict[Fault, int]
    sentences: dict[Fault, Text] = field(default_factory=dict, repr=False)
    """each fault in words, with the limits of the first place it was found at"""
    failing_ids: dict[Kind, array[int]] = field(default_factory=dict, repr=False)
    """the records with an error, for the window to show"""
    marked: int = 0
    """sound records that are now known to have been checked with this pack"""

    def as_json(self) -> dict[str, Any]:
        """The document of ``recheck --json``, format collector.recheck/1."""
        return {
            "format": "collector.recheck/1",
            "pack": self.pack,
            "records": {kind.value: count for kind, count in self.records.items()},
            "failing": {kind.value: count for kind, count in self.failing.items()},
            "errors": faults_json(self.errors),
            "warnings": faults_json(self.warnings),
            "marked": self.marked,
        }


def checked_otherwise(session: Session) -> dict[Kind, int]:
    """How many live records were last checked with another pack than the workspace's."""
    return session.store.checked_otherwise(f"{session.pack.id}/{session.pack.version}")


def recheck_records(
    session: Session,
    kinds: Sequence[Kind] = tuple(Kind),
    progress: Progress | None = None,
    mark: bool = False,
) -> Recheck:
    """Judge the stored records of these kinds by the workspace's pack, in chunks.

    With ``mark`` the records without an error are kept as checked with it; those with one keep
    what they were checked with, to be mended. Raises ``Cancelled``.
    """
    pack = session.pack
    said = f"{pack.id}/{pack.version}"
    records: dict[Kind, int] = {}
    failing: dict[Kind, int] = {}
    errors: Counter[Fault] = Counter()
    warnings: Counter[Fault] = Counter()
    sentences: dict[Fault, Text] = {}
    sound: dict[Kind, array[int]] = {kind: array("q") for kind in Kind}
    wrong: dict[Kind, array[int]] = {kind: array("q") for kind in Kind}
    known = Sparing(session.store.lookup())
    for kind, table in stored(session, pack, kinds, progress):
        records[kind] = records.get(kind, 0) + len(table)
        faulty: set[int] = set()
        for item in judged(session, pack, table, known):
            fault = (kind, item.field, item.code)
            if fault not in sentences:
                sentences[fault] = explain(item, pack).sentence
            if item.severity is Severity.ERROR:
                errors[fault] += 1
                faulty.add(item.index)
            elif item.severity is Severity.WARNING:
                warnings[fault] += 1
        failing[kind] = failing.get(kind, 0) + len(faulty)
        numbers = table.column("id")
        for at, number in enumerate(numbers):
            (wrong if at in faulty else sound)[kind].append(int(number))
    marked = 0
    if mark:
        for kind, ids in sound.items():
            marked += session.store.mark_checked(kind, ids, said, session.operator)
    return Recheck(said, records, failing, dict(errors), dict(warnings), sentences, wrong, marked)


def stored(
    session: Session, pack: Pack, kinds: Sequence[Kind], progress: Progress | None
) -> Iterator[tuple[Kind, Table]]:
    """The live records as a pack sees them: its columns, its labels, names and codes filled in;
    the column ``id`` beside."""
    index = linking.stored_index(session.store)
    agreed = equivalents.agreed(session, pack.id)
    done = 0
    total = sum(session.store.count(kind) for kind in kinds)
    for kind in kinds:
        own = [item.id for item in pack.fields_of(kind)]
        wanted = tuple(dict.fromkeys(("id", *FIELDS[kind], *own, *own_fields(pack, kind))))
        for table in linking.stream(session.store, kind, wanted, index, pack):
            if progress is not None:
                progress.step(
                    Text(f"正在复核{KIND_NAMES[kind].zh}", f"Checking {KIND_NAMES[kind].en} again"),
                    done,
                    total,
                )
            translate(table, pack, agreed)
            done += len(table)
            yield kind, table


def judged(session: Session, pack: Pack, table: Table, known: Lookup) -> list[Finding]:
    """What the pack's rules say of stored records; keys are unique by the store itself."""
    rules = [rule for rule in pack.rules if rule.record is table.kind and rule.kind != "unique"]
    return judge(pack, [table], known, session.today, rules=rules, beside=[])


def faults_json(faults: dict[Fault, int]) -> list[dict[str, str | int]]:
    """Kind, field, code and count, the most frequent first."""
    ordered = sorted(faults.items(), key=lambda item: (-item[1], item[0]))
    return [
        {"kind": kind.value, "field": field, "code": code, "count": count}
        for (kind, field, code), count in ordered
    ]
