"""The audit chain: is it whole, and what does it say."""

from __future__ import annotations

from typing import Any

from collector.services.session import Session
from collector.store import JournalEntry, JournalReport


def verify(session: Session) -> JournalReport:
    """Whether no entry was changed, left out, put in or cut off."""
    return session.store.journal_verify()


def entries(
    session: Session, record_key: str | None = None, limit: int = 1000
) -> list[JournalEntry]:
    """The newest entries, or those of one record; places and counts, never values."""
    return session.store.journal_entries(record_key, limit)


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
