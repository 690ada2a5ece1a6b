"""What would become of every row of a file: read, checked, and held against what is stored.

Nothing is written here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from collector.model import Finding, Kind, Outcome, Status, Table
from collector.progress import Progress
from collector.services import (
    layouts,
    linking,
    missing_list,
    returning,
    supplement_lists,
    value_matching,
)
from collector.services.checking import in_data
from collector.services.judging import Place, Sparing, judge, places_in_error
from collector.services.matching import Known, Matcher, left_finding
from collector.services.returned import Recognised
from collector.services.session import Session
from collector.sheets import reading
from collector.sheets.reading import Reading, SheetPlan
from collector.sheets.rows import LEFT_OUT, NO_HEADER
from collector.store import BatchInfo
from collector.wording import Text

STRENGTH = (
    Outcome.PARKED,
    Outcome.ADDED,
    Outcome.UPDATED,
    Outcome.UNCHANGED,
    Outcome.SKIPPED,
)
"""A row of the file that is two records counts as the strongest of their outcomes."""


@dataclass(frozen=True, slots=True)
class Staged:
    """An import as it would be: nothing is written."""

    reading: Reading
    findings: list[Finding]
    outcomes: list[list[Outcome]]
    """beside ``reading.tables``: what becomes of each row"""
    targets: list[list[int | None]]
    """beside ``reading.tables``: the stored record a row updates or repeats"""
    counts: dict[Outcome, int]
    """rows of the files by outcome; they add up to ``rows``"""
    rows: int
    duplicates: int
    """rows whose key stands elsewhere in the files or in the store as someone else's"""
    seen_before: list[BatchInfo]
    """earlier imports of one of these very files"""
    by_file: list[dict[Outcome, int]] = field(default_factory=list)
    """beside ``reading.files``: the same counts, file by file"""
    back: Recognised = field(default_factory=Recognised)
    """what came back of marked copies that went out"""


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are held against. Made once where many files are considered one after another:
    ``index`` learns the organisations of each, ``lookup`` may know rows not yet written."""

    lookup: Known
    index: linking.Index
    left: Mapping[Kind, bool]
    """whether the store has records of a kind that are 非正常"""


def ground(session: Session) -> Ground:
    """The records of the workspace as they are now."""
    store = session.store
    left = {kind: bool(store.count(kind, Status.INACTIVE)) for kind in Kind}
    return Ground(store.lookup(), linking.stored_index(store), left)


def stage(
    session: Session,
    paths: Sequence[Path],
    kind: Kind | None = None,
    progress: Progress | None = None,
    plans: Mapping[Path, Sequence[SheetPlan]] | None = None,
    today: date | None = None,
) -> Staged:
    """Read, check and say of every row what would become of it; nothing is written.

    ``plans`` are the person's own decisions on header and columns, by file.
    Raises ``InputRefused`` and ``Cancelled``.
    """
    read = _read(session, paths, kind, plans or {}, progress)
    return consider(session, read, progress, today)


def consider(
    session: Session,
    read: Reading,
    progress: Progress | None = None,
    today: date | None = None,
    against: Ground | None = None,
) -> Staged:
    """Check what was read and say of every row what would become of it; nothing is written.

    Codes and names of organisations are filled into ``read.tables``.
    """
    on = against or ground(session)
    back = returning.recognise(session, read)
    found = judge(session.pack, read.tables, Sparing(on.lookup), today or session.today, progress)
    findings = [*back.loud([*read.findings, *found]), *back.findings]
    findings.sort(key=lambda finding: finding.order)
    seen = _seen_before(session, read)
    faulty = places_in_error(findings)
    linking.link(read.tables, on.index, session.pack, faulty)
    headless = _headless(read)
    waiting = _waiting(session, read, seen)
    matcher = Matcher(session.store, on.lookup, on.left)
    outcomes: list[list[Outcome]] = []
    targets: list[list[int | None]] = []
    for number, table in enumerate(read.tables):
        if progress is not None:
            progress.step(
                Text("与库内记录比对", "Comparing with the records"), number, len(read.tables)
            )
        fates, ids = _table_outcomes(matcher, table, faulty, headless, waiting)
        back.apply(number, fates, ids)
        outcomes.append(fates)
        targets.append(ids)
        if Outcome.PARKED in fates:
            findings.extend(
                left_finding(table, index)
                for index, (fate, known) in enumerate(zip(fates, ids, strict=True))
                if fate is Outcome.PARKED and known is not None
            )
    findings.sort(key=lambda finding: finding.order)
    by_file = _by_file(read, outcomes)
    back.account(read, by_file, outcomes)
    counts: Counter[Outcome] = Counter()
    for each in by_file:
        counts.update(each)
    repeated = {
        (item.file, item.sheet, item.row) for item in findings if item.code.startswith("unique.")
    }
    return Staged(
        read,
        findings,
        outcomes,
        targets,
        {outcome: counts.get(outcome, 0) for outcome in Outcome},
        sum(counts.values()),
        in_data(read, repeated),
        seen,
        by_file,
        back,
    )


def apart(read: Reading) -> Reading:
    """The same with columns of its own: ``consider`` fills some in."""
    tables = [
        replace(
            table,
            columns=dict(table.columns),
            originals={name: dict(held) for name, held in table.originals.items()},
        )
        for table in read.tables
    ]
    return Reading(read.files, tables, read.findings)


def _read(
    session: Session,
    paths: Sequence[Path],
    kind: Kind | None,
    plans: Mapping[Path, Sequence[SheetPlan]],
    progress: Progress | None,
) -> Reading:
    """The files as decided by ``plans``, else as a person decided for the same layout before."""
    read = Reading()
    decisions = layouts.known(session)
    pack = value_matching.reading_pack(session)
    for index, path in enumerate(paths):
        raw = reading.load(path, progress)
        missing_list.refuse(raw)
        supplement_lists.refuse(raw)
        chosen = plans.get(path)
        planned = (
            layouts.plan(raw, pack, decisions, kind)
            if chosen is None
            else layouts.as_chosen(raw, chosen, pack, decisions)
        )
        lists = value_matching.with_spellings(pack, planned.values)
        read.take(raw, reading.build(raw, planned.plans, lists, index, planned.left_out))
    return read


def _seen_before(session: Session, read: Reading) -> list[BatchInfo]:
    hashes = {file.sha256 for file in read.files}
    return [
        info
        for info in session.store.batches()
        if not info.undone_at and any(file.sha256 in hashes for file in info.files)
    ]


def _headless(read: Reading) -> set[tuple[int, str]]:
    """Sheets that lack a column every row must have: all their rows are parked."""
    return {
        (index, sheet.sheet)
        for index, file in enumerate(read.files)
        for sheet in file.sheets
        if sheet.missing_required
    }


def _waiting(session: Session, read: Reading, seen: Sequence[BatchInfo]) -> set[Place]:
    """Rows of the very same file that are parked from an earlier import: not parked twice."""
    if not seen:
        return set()
    found: set[Place] = set()
    by_hash = {file.sha256: index for index, file in enumerate(read.files)}
    for info in seen:
        places = {file.name: by_hash.get(file.sha256) for file in info.files}
        for parked in session.store.parked_tables(None, info.id):
            index = places.get(parked.file_names[parked.table.file])
            if index is not None:
                found.update((index, parked.table.sheet, row) for row in parked.table.rows)
    return found


def _table_outcomes(
    matcher: Matcher,
    table: Table,
    faulty: set[Place],
    headless: set[tuple[int, str]],
    waiting: set[Place],
) -> tuple[list[Outcome], list[int | None]]:
    fates: list[Outcome]
    ids: list[int | None]
    if (table.file, table.sheet) in headless:
        fates, ids = [Outcome.PARKED] * len(table), [None] * len(table)
    else:
        spoilt = {row for file, sheet, row in faulty if (file, sheet) == (table.file, table.sheet)}
        fates, ids = matcher.match(table, [row in spoilt for row in table.rows] if spoilt else None)
    if waiting:
        for index, row in enumerate(table.rows):
            if fates[index] is Outcome.PARKED and (table.file, table.sheet, row) in waiting:
                fates[index] = Outcome.SKIPPED
    return fates, ids


def _by_file(read: Reading, outcomes: Sequence[Sequence[Outcome]]) -> list[dict[Outcome, int]]:
    counted: list[Counter[Outcome]] = [Counter() for _ in read.files]
    built: Counter[tuple[int, str]] = Counter()
    by_sheet: dict[tuple[int, str], list[tuple[Table, Sequence[Outcome]]]] = {}
    for table, fates in zip(read.tables, outcomes, strict=True):
        by_sheet.setdefault((table.file, table.sheet), []).append((table, fates))
    for place, parts in by_sheet.items():
        fates = parts[0][1] if len(parts) == 1 else _strongest(parts)
        counted[place[0]].update(fates)
        built[place] = len(fates)
    for index, file in enumerate(read.files):
        for sheet in file.sheets:
            counted[index][Outcome.SKIPPED] += max(0, sheet.rows - built[index, sheet.sheet]) + sum(
                1 for _, reason in sheet.skipped if reason in (NO_HEADER, LEFT_OUT)
            )
    return [{outcome: counts.get(outcome, 0) for outcome in Outcome} for counts in counted]


def _strongest(parts: Sequence[tuple[Table, Sequence[Outcome]]]) -> list[Outcome]:
    """What became of each row of a sheet whose rows are several records."""
    rank = {outcome: number for number, outcome in enumerate(STRENGTH)}
    strongest: dict[int, Outcome] = {}
    for table, fates in parts:
        for row, fate in zip(table.rows, fates, strict=True):
            known = strongest.get(row)
            if known is None or rank[fate] < rank[known]:
                strongest[row] = fate
    return list(strongest.values())
