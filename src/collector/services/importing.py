"""Bring workbooks into the workspace: sound rows become records, faulty ones are parked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from collector.model import Changes, Finding, Kind, Outcome, Severity, counts_by_severity
from collector.progress import Progress
from collector.services import relinking
from collector.services.session import Session
from collector.services.staging import Staged, stage
from collector.store import BatchEntry, BatchFile, BatchInput, BatchResult

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did (or, dry, would do)."""

    batch: str
    """"" for a dry run"""
    rows: int
    counts: dict[Outcome, int]
    duplicates: int
    findings: list[Finding]
    staged: Staged
    changes: Changes
    released: int = 0
    """rows parked earlier that became records because their unit or union is known now"""

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The document of ``import --json``, format collector.import/1."""
        document: dict[str, Any] = {
            "format": "collector.import/1",
            "batch": self.batch,
            "dry_run": not self.batch,
            "rows": self.rows,
            **{outcome.value: self.counts.get(outcome, 0) for outcome in Outcome},
            "duplicates": self.duplicates,
            "findings": counts_by_severity(self.findings),
            "released": self.released,
            "seen_before": [
                {"batch": str(info.id), "at": info.at} for info in self.staged.seen_before
            ],
            "files": [
                {
                    "file": file.name,
                    "sha256": file.sha256,
                    **{outcome.value: counts.get(outcome, 0) for outcome in Outcome},
                }
                for file, counts in zip(self.staged.reading.files, self.staged.by_file, strict=True)
            ],
        }
        if self.staged.back.files:
            document["returned"] = self.staged.back.as_json(self.staged.reading)
        return document


def commit(
    session: Session,
    staged: Staged,
    progress: Progress | None = None,
    discard_missing: bool = False,
) -> ImportResult:
    """Write what was staged in one transaction, then let go of parked rows it set right.

    With ``discard_missing`` rows that did not come back with a marked copy are left out.
    Raises ``SurroundingsFailed`` (nothing is written then) and ``Cancelled``.
    """
    result = write(session, staged, progress, discard_missing)
    superseded = relinking.supersede(session, staged.reading, staged.outcomes, result.batch_id)
    arrived = relinking.arrivals(staged.reading, staged.outcomes)
    freed = relinking.settle(session, progress, arrived=arrived)
    return ImportResult(
        str(result.batch_id),
        staged.rows,
        staged.counts,
        staged.duplicates,
        staged.findings,
        staged,
        together(result.changes, superseded, freed.changes),
        freed.released,
    )


def write(
    session: Session,
    staged: Staged,
    progress: Progress | None = None,
    discard_missing: bool = False,
) -> BatchResult:
    """Write what was staged in one transaction and nothing more; raises as ``commit``."""
    by_table = _findings_by_table(staged)
    batch = BatchInput(
        files=[BatchFile(file.name, file.sha256) for file in staged.reading.files],
        pack=f"{session.pack.id}/{session.pack.version}",
        operator=session.operator,
        entries=[
            BatchEntry(table, fates, ids, found, staged.back.answers.get(number, ()))
            for number, (table, fates, ids, found) in enumerate(
                zip(staged.reading.tables, staged.outcomes, staged.targets, by_table, strict=True)
            )
        ],
        missing=staged.back.missing() if discard_missing else (),
    )
    if discard_missing:
        staged.back.discard()
    result = session.store.commit_batch(batch, progress)
    log.info(
        "import committed: %s",
        " ".join(f"{outcome.value}={count}" for outcome, count in staged.counts.items()),
    )
    return result


def import_files(
    session: Session,
    paths: Sequence[Path],
    kind: Kind | None = None,
    progress: Progress | None = None,
    dry_run: bool = False,
    today: date | None = None,
    discard_missing: bool = False,
) -> ImportResult:
    """Stage and, unless ``dry_run``, commit."""
    staged = stage(session, paths, kind, progress, today=today)
    if dry_run:
        return ImportResult(
            "",
            staged.rows,
            staged.counts,
            staged.duplicates,
            staged.findings,
            staged,
            Changes(),
        )
    return commit(session, staged, progress, discard_missing)


def _findings_by_table(staged: Staged) -> list[list[Finding]]:
    """Each finding with the table of its kind; one of no kind with the sheet's first."""
    tables = staged.reading.tables
    home = {(table.file, table.sheet, table.kind): index for index, table in enumerate(tables)}
    first: dict[tuple[int, str], int] = {}
    for index, table in enumerate(tables):
        first.setdefault((table.file, table.sheet), index)
    found: list[list[Finding]] = [[] for _ in tables]
    for finding in staged.findings:
        place = (finding.file, finding.sheet)
        at = first.get(place)
        if finding.kind is not None:
            at = home.get((*place, finding.kind), at)
        if at is not None:
            found[at].append(finding)
    return found


def together(*changes: Changes) -> Changes:
    """What several writes touched."""
    return Changes(
        frozenset().union(*(item.kinds for item in changes)),
        tuple(number for item in changes for number in item.ids),
        any(item.parked for item in changes),
        any(item.batches for item in changes),
        any(item.submissions for item in changes),
    )
