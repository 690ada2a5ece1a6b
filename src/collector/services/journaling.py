"""The audit chain: is it whole, and what does it say."""

from __future__ import annotations

from typing import Any

from collector.model import Kind
from collector.services.session import Session
from collector.store import JournalEntry, JournalReport

_ALL = 1_000_000


def verify(session: Session) -> JournalReport:
    """Whether no entry was changed, left out, put in or cut off."""
    return session.store.journal_verify()


def entries(
    session: Session, record_key: str | None = None, limit: int = 1000
) -> list[JournalEntry]:
    """The newest entries, or those of one record with the import that brought it."""
    if record_key is None:
        return session.store.journal_entries(None, limit)
    key = record_key.strip().upper()
    own = session.store.journal_entries(key, limit)
    record = next(
        (found for kind in Kind if (found := session.store.find(kind, key)) is not None), None
    )
    if record is None or not record.batch:
        return own
    imports = [
        entry
        for entry in session.store.journal_entries(None, _ALL)
        if entry.action == "import" and str(entry.details.get("batch", "")) == record.batch
    ]
    known = {entry.number for entry in own}
    return [*own, *(entry for entry in imports if entry.number not in known)][:limit]


def entry_json(entry: JournalEntry) -> dict[str, Any]:
    """One entry: who did what when, with places and counts."""
    return {
        "number": entry.number,
        "at": entry.at,
        "who": entry.operator,
        "action": entry.action,
        "details": dict(entry.details),
    }


def report_json(report: JournalReport) -> dict[str, Any]:
    return {
        "format": "collector.journal-verify/1",
        "ok": report.ok,
        "entries": report.entries,
        "first_bad": report.first_bad,
    }
