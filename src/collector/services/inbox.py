"""Many files in one go: one batch a file, a line a file, and no file stops the others.

Files are read a few ahead of what is being written. Those that hold units or unions go first, so
that members find what they refer to; what still waits for a unit is settled at the end.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from collector.errors import Cancelled, InputRefused, SurroundingsFailed
from collector.model import Changes, Kind, Outcome
from collector.progress import Progress
from collector.services import (
    importing,
    layouts,
    missing_list,
    relinking,
    row_results,
    staging,
    supplement_lists,
    value_matching,
)
from collector.services.ahead import Ahead
from collector.services.gathering import Gathered, gather
from collector.services.inbox_lines import InboxResult, Line, State
from collector.services.session import Session
from collector.services.staging import Staged
from collector.services.value_matching import Match
from collector.sheets import reading
from collector.sheets.raw import RawWorkbook
from collector.sheets.reading import Reading, SheetPlan
from collector.store import BatchInfo
from collector.wording import Text

log = logging.getLogger(__name__)

AT_ONCE = 120_000
"""rows held in memory before they are written (about 300 MB); more files wait for the next wave"""
_READERS = 2
_READING = Text("读取第 {n} / {m} 个文件", "Reading file {n} of {m}")
_CHECKING = Text("检查第 {n} / {m} 个文件", "Checking file {n} of {m}")
_WRITING = Text("入库第 {n} / {m} 个文件", "Writing file {n} of {m}")

Plans = Mapping[Path, Sequence[SheetPlan]]


@dataclass(slots=True)
class Inbox:
    """Files that were read and wait to be written."""

    gathered: Gathered
    lines: list[Line]
    """in the order in which they are to be written"""
    unread: tuple[Path, ...] = ()
    """files left for the next wave"""
    earlier: dict[str, str] = field(default_factory=dict)
    """SHA-256 -> name of the files read so far, earlier waves included"""
    matches: tuple[Match, ...] = ()
    """labels a person has matched: put in whenever the files are considered, kept once written"""

    @property
    def ready(self) -> list[Line]:
        return [line for line in self.lines if line.state is State.READY]


def read(
    session: Session,
    gathered: Gathered,
    *,
    kind: Kind | None = None,
    again: bool = False,
    plans: Plans | None = None,
    progress: Progress | None = None,
    before: Inbox | None = None,
) -> Inbox:
    """Read the files (those ``before`` left over, where given) until memory bids to stop.

    A file that cannot be read gets its line with the reason. ``again`` reads files that were
    imported before too; ``plans`` are the person's own decisions by file. Raises ``Cancelled``.
    """
    wanted = list(before.unread if before is not None else gathered.files)
    job = _Job(session, kind, again, plans or {}, progress)
    names = dict(before.earlier) if before is not None else {}
    lines: list[Line] = []
    rows = 0
    for number, line in enumerate(job.read_all(wanted), 1):
        if progress is not None:
            progress.step(_READING.filled(n=number, m=len(wanted)), number, len(wanted))
        line.name = gathered.name(line.path)
        twin = names.get(line.sha256)
        if twin is not None and line.state is State.READY:
            line.state, line.same_as, line.read = State.SAME, twin, None
        elif line.sha256:
            names.setdefault(line.sha256, line.name)
        lines.append(line)
        rows += line.rows if line.read is not None else 0
        if rows > AT_ONCE and number < len(wanted):
            break
    lines.sort(key=_rank)
    return Inbox(gathered, lines, tuple(wanted[len(lines) :]), names)


def preview(session: Session, inbox: Inbox, progress: Progress | None = None) -> None:
    """Say of every row what would become of it, as if the files before were written already."""
    ground = staging.ground(session)
    ahead = Ahead(ground.lookup)
    over = staging.Ground(ahead, ground.index, ground.left)
    ready = inbox.ready
    for number, line in enumerate(ready):
        _step(progress, _CHECKING, number, len(ready))
        staged = _consider(session, line, over, inbox.matches, progress)
        for table, outcomes in zip(staged.reading.tables, staged.outcomes, strict=True):
            ahead.take(table, outcomes)
        line.show(staged)
        line.results = row_results.of(staged)


def commit(
    session: Session, inbox: Inbox, progress: Progress | None = None, last: bool = True
) -> InboxResult:
    """Write the files, a batch each. Cancelled or failed on the way, what was written stays and
    the other lines say that they were not reached.

    ``last``: settle what waits for units and unions; a wave before the last leaves it.
    """
    result = InboxResult(inbox.lines, inbox.gathered)
    answered = {held for info in session.store.batches() for held in _names(session, info)}
    ground = staging.ground(session)
    ready = inbox.ready
    changes = [Changes()]
    try:
        for number, line in enumerate(ready):
            _step(progress, _WRITING, number, len(ready))
            changes.append(_write(session, line, ground, answered, inbox.matches, progress))
        if last:
            freed = relinking.settle(session, progress)
            result.released = freed.released
            changes.append(freed.changes)
    except Cancelled:
        result.cancelled = True
    except SurroundingsFailed as fault:
        result.stopped = fault
        log.warning("inbox stopped: %s", fault.code)
    for line in ready:
        if line.state is State.READY:
            line.state, line.read = State.LEFT, None
    if result.stopped is None and any(line.state is State.WRITTEN for line in ready):
        _keep_values(session, inbox)
    result.changes = importing.together(*changes)
    return result


def bring_in(
    session: Session,
    paths: Sequence[Path],
    *,
    kind: Kind | None = None,
    again: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> InboxResult:
    """Everything in one call, wave by wave, however many files there are.

    A dry run writes nothing. Raises ``InputRefused`` for a folder that cannot be read or holds
    no spreadsheet and ``Cancelled`` where nothing was written yet.
    """
    gathered = gather(paths, progress)
    if not gathered.files:
        raise InputRefused(
            "inbox.no_files",
            Text("文件夹里没有表格文件。", "There is no spreadsheet in the folder."),
            Text(
                "能读的是 .xlsx、.xls、.csv；请核对文件夹。",
                "Files that are read end in .xlsx, .xls or .csv; see whether it is the right one.",
            ),
            {"file": str(paths[0]) if paths else ""},
        )
    whole = InboxResult([], gathered, dry_run=dry_run)
    inbox: Inbox | None = None
    while inbox is None or inbox.unread:
        try:
            inbox = read(session, gathered, kind=kind, again=again, progress=progress, before=inbox)
            if dry_run:
                preview(session, inbox, progress)
                done = InboxResult(inbox.lines, gathered)
            else:
                done = commit(session, inbox, progress, last=not inbox.unread)
        except Cancelled:
            if not any(line.state is State.WRITTEN for line in whole.lines):
                raise
            whole.cancelled = True
            break
        whole.add(done)
        for line in inbox.lines:
            line.read = line.staged = None
        if whole.cancelled or whole.stopped is not None:
            break
    if inbox is not None and (whole.cancelled or whole.stopped is not None):
        whole.lines += [
            Line(path, gathered.name(path), State.LEFT)
            for path in gathered.files
            if path not in {line.path for line in whole.lines}
        ]
    return whole


def unknown_labels(session: Session, inbox: Inbox) -> list[value_matching.UnknownLabel]:
    """Labels of the previewed files that no list knows and nobody has matched yet."""
    return value_matching.in_files(
        session,
        [(line.read, line.findings) for line in inbox.ready if line.read is not None],
    )


def _keep_values(session: Session, inbox: Inbox) -> None:
    """The matched labels, with the layouts they came in and, where asked, for all imports."""
    if not inbox.matches:
        return
    value_matching.remember(session, inbox.matches)
    here = [match for match in inbox.matches if not match.remember]
    keys = {(match.kind, match.field) for match in here}
    touched = {
        print_: f"{line.name} / {sheet}"
        for line in inbox.lines
        if line.state is State.WRITTEN
        for sheet, print_ in line.layouts.items()
        if keys & {held for told in line.sheets if told.name == sheet for held in told.fields}
    }
    layouts.remember_values(session, touched, value_matching.labels_of(session.pack, here))


class _Job:
    """Reads files, a few at once, each in a process of its own."""

    def __init__(
        self,
        session: Session,
        kind: Kind | None,
        again: bool,
        plans: Plans,
        progress: Progress | None,
    ) -> None:
        self._session = session
        self._kind = kind
        self._plans = plans
        self._progress = progress
        self._decisions = layouts.known(session)
        self._pack = value_matching.reading_pack(session)
        self._seen: dict[str, BatchInfo] = {}
        if not again:
            for info in session.store.batches():
                if not info.undone_at:
                    self._seen.update((file.sha256, info) for file in info.files)

    def read_all(self, paths: Sequence[Path]) -> Iterator[Line]:
        """The line of each file, in order; no more than a few are held unasked."""
        quiet = self._progress.quiet() if self._progress is not None else None
        with ThreadPoolExecutor(_READERS, thread_name_prefix="files") as pool:
            running: list[Future[Line]] = []
            try:
                for path in paths:
                    running.append(pool.submit(self._read, path, quiet))
                    if len(running) > _READERS:
                        yield running.pop(0).result()
                while running:
                    yield running.pop(0).result()
            finally:
                for future in running:
                    future.cancel()

    def _read(self, path: Path, quiet: Progress | None) -> Line:
        line = Line(path, path.name)
        try:
            line.sha256 = _sha256(path)
            seen = self._seen.get(line.sha256)
            if seen is not None:
                line.state, line.seen = State.SEEN, seen
                return line
            raw = reading.load(path, quiet)
            missing_list.refuse(raw)
            supplement_lists.refuse(raw)
            self._build(line, raw)
        except InputRefused as fault:
            line.state, line.error = State.REFUSED, fault
            log.info("file refused: %s", fault.code)
        return line

    def _build(self, line: Line, raw: RawWorkbook) -> None:
        line.sha256 = raw.sha256
        chosen = self._plans.get(line.path)
        planned = (
            layouts.plan(raw, self._pack, self._decisions, self._kind)
            if chosen is None
            else layouts.as_chosen(raw, chosen, self._pack, self._decisions)
        )
        line.recalled, line.layouts = planned.recalled, planned.fingerprints
        pack = value_matching.with_spellings(self._pack, planned.values)
        line.read = Reading()
        line.read.take(raw, reading.build(raw, planned.plans, pack, 0, planned.left_out))
        line.told(line.read)
        if not line.read.tables:
            line.state, line.findings, line.read = State.NO_TABLE, line.read.findings, None


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""  # a pipe would make one wait for ever
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # reading it says what is the matter


def _rank(line: Line) -> int:
    """Units and unions before what refers to them."""
    kinds = {table.kind for table in line.read.tables if len(table)} if line.read else set()
    return 0 if kinds & {Kind.UNIT, Kind.UNION} else 1


def _consider(
    session: Session,
    line: Line,
    ground: staging.Ground,
    matches: Sequence[Match],
    progress: Progress | None,
) -> Staged:
    assert line.read is not None
    # On copies: the file may be considered again after another value was matched.
    read = staging.apart(line.read)
    value_matching.apply([read], matches)
    return staging.consider(
        session,
        read,
        progress.quiet() if progress is not None else None,
        against=ground,
    )


def _write(
    session: Session,
    line: Line,
    ground: staging.Ground,
    answered: set[str],
    matches: Sequence[Match],
    progress: Progress | None,
) -> Changes:
    staged = _consider(session, line, ground, matches, progress)
    written = importing.write(session, staged, progress.quiet() if progress is not None else None)
    line.show(staged)
    line.state, line.batch = State.WRITTEN, written.batch_id
    line.results = row_results.of(staged)
    line.read = line.staged = None
    changes = written.changes
    if staged.reading.files[0].name in answered:
        changes = importing.together(
            changes,
            relinking.supersede(session, staged.reading, staged.outcomes, written.batch_id),
        )
    return changes


def _names(session: Session, info: BatchInfo) -> set[str]:
    """Names of files of which rows still wait to be mended."""
    if not info.counts.get(Outcome.PARKED.value) or not session.store.parked_count(None, info.id):
        return set()
    return {file.name for file in info.files}


def _step(progress: Progress | None, what: Text, number: int, total: int) -> None:
    if progress is not None:
        progress.step(what.filled(n=number + 1, m=total), number, total)
