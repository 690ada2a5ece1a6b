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
from collector.store import link_keys


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
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """parked id -> what its release did to the records"""
    organisations: frozenset[str] = frozenset()
    """codes and names of the units and unions released"""


def load(
    session: Session,
    kind: Kind | None = None,
    batch: int | None = None,
    ids: Collection[int] | None = None,
) -> list[Held]:
    """The parked rows (of these ids), oldest import first.

    Rows of one sheet that are two records keep one common ``file``, so that both are one place.
    """
    held: list[Held] = []
    numbers: dict[tuple[int, str], int] = {}
    for parked in session.store.parked_tables(kind, batch, ids):
        name = parked.file_names[parked.table.file]
        number = numbers.setdefault((parked.batch, name), len(numbers))
        table = replace(parked.table, file=number)
        findings = [replace(item, file=number) for item in parked.findings]
        held.append(Held(table, list(parked.ids), findings, name, parked.batch))
    return held


def load_around(session: Session, ids: Collection[int]) -> tuple[list[Held], set[int]]:
    """What these rows can be judged with, and which rows these are.

    With a row come its siblings (other records of the same row of the file) and those that share
    a key with it; with a union all unions, for they may form a ring. The second is the rows
    themselves with those that share a key: a change of one may set the other right.
    """
    store = session.store
    own = store.parked_together(ids)
    held = load(session, ids=own)
    sharing = store.parked_linked(_keys(held))
    near = store.parked_together(own | sharing)
    if near - own:
        held = load(session, ids=near)
    if any(each.table.kind is Kind.UNION for each in held):
        unions = {number for each in load(session, Kind.UNION) for number in each.ids}
        if unions - near:
            held = load(session, ids=near | unions)
    return held, near


def _keys(held: Sequence[Held]) -> set[str]:
    return {
        value
        for each in held
        for index in range(len(each.table))
        for value in link_keys(each.table.kind, each.table.record(index))
    }


def sharing_keys(session: Session, held: Sequence[Held], ids: Collection[int]) -> set[int]:
    """Other waiting rows that have a key of one of these rows as they stand in ``held``."""
    wanted = set(ids)
    values = {
        value
        for each in held
        for index, number in enumerate(each.ids)
        if number in wanted
        for value in link_keys(each.table.kind, each.table.record(index))
    }
    return session.store.parked_linked(values)


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
    """Judge the held rows; release the touched ones that are sound, rewrite the others.

    With a touched row its sibling goes too: the other record of the same row of the file. Every
    row that shares a key with a touched one must be among those held (``load_around``).
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
    outcomes: dict[int, Outcome] = {}
    organisations: set[str] = set()
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
            done = session.store.release_parked(
                numbers,
                part,
                fates,
                targets,
                session.operator,
                f"{session.pack.id}/{session.pack.version}",
            )
            released += len(sound)
            kinds.add(table.kind)
            outcomes.update(zip(numbers, fates, strict=True))
            organisations |= names_of(part)
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
        outcomes,
        frozenset(organisations),
    )


def names_of(table: Table) -> set[str]:
    """Codes and names by which rows may refer to the units or unions of a table."""
    if table.kind not in (Kind.UNIT, Kind.UNION):
        return set()
    fields = ("uscc", "name") if table.kind is Kind.UNIT else ("uscc", "temporary_code", "name")
    return {text for name in fields for text in table.column(name) if text}


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
