"""Parked rows taken out of the store, edited, judged again and put back or released."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from collector.model import Changes, Finding, Kind, Outcome, Severity, Table
from collector.packs.spec import Pack
from collector.progress import Progress
from collector.rules.base import Lookup
from collector.services import linking
from collector.services.judging import Place, judge, places_in_error
from collector.services.matching import Matcher, left_finding
from collector.services.session import Session


@dataclass(slots=True)
class Held:
    """Parked rows of one kind from one sheet of one import."""

    table: Table
    """its ``file`` is the index of this very item among those loaded together, so that places
    of different imports never meet"""
    ids: list[int]
    """beside the rows"""
    findings: list[Finding]
    file_name: str
    batch: int


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a second look at parked rows led to."""

    released: int
    still_parked: int
    changes: Changes
    record_ids: dict[int, int] = field(default_factory=dict)
    """parked id -> id of the record it became or repeats, where the store told"""


def load(session: Session, kind: Kind | None = None, batch: int | None = None) -> list[Held]:
    """The parked rows, oldest import first.

    Rows of one sheet that are two records keep one common ``file``, so that both are one place.
    """
    held: list[Held] = []
    numbers: dict[tuple[int, str], int] = {}
    for parked in session.store.parked_tables(kind, batch):
        name = parked.file_names[parked.table.file]
        number = numbers.setdefault((parked.batch, name), len(numbers))
        table = replace(parked.table, file=number)
        findings = [replace(item, file=number) for item in parked.findings]
        held.append(Held(table, list(parked.ids), findings, name, parked.batch))
    return held


def key_column(table: Table) -> list[str]:
    """What identifies each row (S-002 二), "" where it has no such number."""
    if table.kind is Kind.UNION:
        return [
            code or temporary
            for code, temporary in zip(
                table.column("uscc"), table.column("temporary_code"), strict=True
            )
        ]
    return table.column("uscc" if table.kind is Kind.UNIT else "id_number")


def ids_with_only(held: Held, codes: Collection[str]) -> set[int]:
    """Parked rows all of whose error findings are of these codes."""
    at_row: dict[int, set[str]] = {}
    for finding in held.findings:
        if finding.severity is Severity.ERROR:
            at_row.setdefault(finding.row, set()).add(finding.code)
    return {
        number
        for number, row in zip(held.ids, held.table.rows, strict=True)
        if at_row.get(row) and at_row[row] <= set(codes)
    }


def complete(table: Table, pack: Pack) -> None:
    """Give the table every column of the pack, so that what the sheet lacked is asked for."""
    for item in pack.fields_of(table.kind):
        if item.id not in table.columns:
            table.columns[item.id] = [""] * len(table)


def recheck(
    session: Session,
    held: Sequence[Held],
    touched: Collection[int],
    today: date,
    progress: Progress | None = None,
    release: bool = True,
) -> Rechecked:
    """Judge all held rows; release the touched ones that are sound, rewrite the others.

    With a touched row its sibling goes too: the other record of the same row of the file.
    """
    for each in held:
        complete(each.table, session.pack)
    tables = [each.table for each in held]
    places = {
        (each.table.file, each.table.sheet, row)
        for each in held
        for number, row in zip(each.ids, each.table.rows, strict=True)
        if number in touched
    }
    lookup = session.store.lookup()
    coming = _organisations_coming(session.pack, tables, places, lookup, today)
    findings = judge(session.pack, tables, lookup, today, progress, beside=coming)
    faulty = places_in_error(findings)
    linking.link(tables, linking.stored_index(session.store), session.pack, faulty)
    matcher = Matcher(session.store)
    released = still = 0
    kinds: set[Kind] = set()
    record_ids: dict[int, int] = {}
    changed: list[int] = []
    for each in sorted(held, key=lambda item: list(Kind).index(item.table.kind)):
        table = each.table
        inside = [
            index
            for index, row in enumerate(table.rows)
            if (table.file, table.sheet, row) in places
        ]
        sound = [
            i for i in inside if release and (table.file, table.sheet, table.rows[i]) not in faulty
        ]
        if sound:
            part = pick(table, sound)
            fates, targets = matcher.match(part)
            stay = {i for i, fate in enumerate(fates) if fate is Outcome.PARKED}
            if stay:
                findings.extend(left_finding(part, i) for i in sorted(stay))
                go = [i for i in range(len(part)) if i not in stay]
                sound, part = [sound[i] for i in go], pick(part, go)
                fates, targets = [fates[i] for i in go], [targets[i] for i in go]
        if sound:
            numbers = [each.ids[i] for i in sound]
            done = session.store.release_parked(numbers, part, fates, targets, session.operator)
            released += len(sound)
            kinds.add(table.kind)
            changed.extend(done.ids)
            if len(done.ids) == len(numbers):
                record_ids.update(zip(numbers, done.ids, strict=True))
        gone = set(sound)
        rest = [i for i in inside if i not in gone]
        if rest:
            part = pick(table, rest)
            own = _own(findings, table, part)
            session.store.rewrite_parked([each.ids[i] for i in rest], part, own, session.operator)
        still += len(inside) - len(sound)
    return Rechecked(
        released,
        still,
        Changes(frozenset(kinds), tuple(changed), parked=bool(places)),
        record_ids,
    )


def _organisations_coming(
    pack: Pack, tables: Sequence[Table], places: Collection[Place], lookup: Lookup, today: date
) -> list[Table]:
    """Units and unions that will be records after this look: what still waits is not known yet."""
    waiting = [table for table in tables if table.kind in (Kind.UNIT, Kind.UNION)]
    faulty = places_in_error(judge(pack, waiting, lookup, today)) if waiting else set()
    coming: list[Table] = []
    for table in waiting:
        sound = [
            index
            for index, row in enumerate(table.rows)
            if (place := (table.file, table.sheet, row)) in places and place not in faulty
        ]
        if sound:
            coming.append(pick(table, sound))
    return coming


def pick(table: Table, indexes: Sequence[int]) -> Table:
    """The table with these rows only, in this order."""
    back = {old: new for new, old in enumerate(indexes)}

    def moved(cells: Mapping[str, dict[int, str]]) -> dict[str, dict[int, str]]:
        return {
            name: {back[old]: text for old, text in found.items() if old in back}
            for name, found in cells.items()
        }

    return Table(
        table.kind,
        {name: [texts[index] for index in indexes] for name, texts in table.columns.items()},
        [table.rows[index] for index in indexes],
        table.file,
        table.sheet,
        dict(table.letters),
        moved(table.originals),
        moved(table.faults),
    )


def _own(findings: Sequence[Finding], table: Table, part: Table) -> list[Finding]:
    """Findings of the part's rows, with the index they have in the part."""
    at = {row: index for index, row in enumerate(part.rows)}
    return [
        replace(item, index=at[item.row])
        for item in findings
        if item.kind in (table.kind, None)
        and item.file == table.file
        and item.sheet == table.sheet
        and item.row in at
    ]
