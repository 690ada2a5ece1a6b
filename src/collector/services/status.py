"""How the workspace stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collector.model import Kind, Status, counts_by_severity
from collector.services import linking
from collector.services.rechecking import checked_otherwise
from collector.services.session import Session, sender
from collector.store import BatchInfo, SubmissionInfo


@dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    pack: str
    counts: Mapping[Kind, Mapping[Status, int]]
    """parked rows stand under 待修"""
    unattached: int
    """members whose unit or union is not among the records (空挂会员)"""
    findings: dict[str, dict[str, int]]
    """of the parked rows: severity -> code -> count"""
    last_batch: BatchInfo | None
    last_submission: SubmissionInfo | None
    unit: str
    unit_code: str
    checked_otherwise: Mapping[Kind, int]
    """live records that were last checked with another version of the pack (or another pack)"""
    duplicates: int = 0
    """possible duplicates that wait for a decision, as of the last search"""
    duplicates_current: bool = True
    """nothing was written since that search"""

    def as_json(self) -> dict[str, Any]:
        """The document of ``status --json``, format collector.status/1."""
        return {
            "format": "collector.status/1",
            "pack": self.pack,
            "counts": {
                kind.value: {status.value: found for status, found in of_kind.items()}
                for kind, of_kind in self.counts.items()
            },
            "unattached": self.unattached,
            "findings": self.findings,
            "checked_otherwise": {
                kind.value: count for kind, count in self.checked_otherwise.items()
            },
            "duplicates": {"waiting": self.duplicates, "current": self.duplicates_current},
            "last_import": None
            if self.last_batch is None
            else {"batch": str(self.last_batch.id), "at": self.last_batch.at},
            "last_backup": None,
            "last_submission": None
            if self.last_submission is None
            else {
                "id": self.last_submission.id,
                "sequence": self.last_submission.sequence,
                "at": self.last_submission.at,
            },
        }


def status(session: Session) -> WorkspaceStatus:
    """Counts, unattached members, open findings, the last import and submission."""
    stored = session.store.counts()
    parked = session.store.parked_counts()
    counts: dict[Kind, dict[Status, int]] = {}
    for kind in Kind:
        counts[kind] = {each: stored.get((kind, each), 0) for each in Status}
        counts[kind][Status.PARKED] += parked.get(kind, 0)
    open_findings = [
        finding for item in session.store.parked_tables(None, None) for finding in item.findings
    ]
    batches, submissions = session.store.batches(), session.store.submissions()
    unit, unit_code = sender(session)
    return WorkspaceStatus(
        f"{session.pack.id}/{session.pack.version}",
        counts,
        count_unattached(session),
        counts_by_severity(open_findings),
        max(batches, key=lambda info: info.id, default=None),
        max(submissions, key=lambda info: info.sequence, default=None),
        unit,
        unit_code,
        checked_otherwise(session),
        sum(session.store.duplicates.counts().values()),
        session.store.duplicates.is_current(),
    )


def count_unattached(session: Session) -> int:
    """Live members whose unit or union is not among the records (S-001 to S-003: 空挂会员)."""
    index = linking.stored_index(session.store)
    return sum(
        1
        for table in linking.stream(session.store, Kind.MEMBER, (), index, session.pack)
        for attached in linking.attached(table, index)
        if not attached
    )
