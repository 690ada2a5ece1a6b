"""Two versions of a pack side by side, and what the newer one would say of the stored records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector.model import Finding, Kind, Severity
from collector.packs.comparing import Change, compare
from collector.packs.spec import Pack
from collector.progress import Progress
from collector.services.checking import explain
from collector.services.judging import Sparing
from collector.services.pack_signing import open_pack
from collector.services.rechecking import Fault, faults_json, judged, stored
from collector.services.session import Session
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class PackDiff:
    old: Pack
    new: Pack
    changes: list[Change]

    def as_json(self, lang: str) -> dict[str, Any]:
        """The document of ``pack diff --json``, format collector.pack-diff/1."""
        return {
            "format": "collector.pack-diff/1",
            "old": {"id": self.old.id, "version": self.old.version, "sha256": self.old.sha256},
            "new": {"id": self.new.id, "version": self.new.version, "sha256": self.new.sha256},
            "changes": [
                {
                    "area": item.area.value,
                    "what": item.what.value,
                    "where": item.where,
                    "aspect": item.aspect,
                    "sentence": item.text.said(lang),
                }
                for item in self.changes
            ],
        }


@dataclass(frozen=True, slots=True)
class Impact:
    """What the newer pack would say of the records otherwise than the older; counts only."""

    records: int
    newly_failing: int
    """records without an error by the older pack and with one by the newer"""
    newly_passing: int
    failing: dict[Fault, int]
    """errors there are by the newer pack only"""
    passing: dict[Fault, int]
    """errors there were by the older pack only"""
    sentences: dict[Fault, Text] = field(default_factory=dict, repr=False)
    """each fault in words, with the limits of the first place it was found at"""

    def as_json(self) -> dict[str, Any]:
        return {
            "records": self.records,
            "newly_failing": self.newly_failing,
            "newly_passing": self.newly_passing,
            "failing": faults_json(self.failing),
            "passing": faults_json(self.passing),
        }


def diff(old: str | Path, new: str | Path) -> PackDiff:
    """Raises ``InputRefused`` as ``packs.load`` does."""
    before, after = open_pack(old), open_pack(new)
    return PackDiff(before, after, compare(before, after))


def impact(session: Session, found: PackDiff, progress: Progress | None = None) -> Impact:
    """Judge every live record by both packs; nothing is written. Raises ``Cancelled``."""
    records = failing_records = passing_records = 0
    failing: Counter[Fault] = Counter()
    passing: Counter[Fault] = Counter()
    sentences: dict[Fault, Text] = {}
    known = Sparing(session.store.lookup())
    older = stored(session, found.old, tuple(Kind), progress)
    newer = stored(session, found.new, tuple(Kind), None)
    for (kind, before), (_, after) in zip(older, newer, strict=True):
        records += len(before)
        was = _errors(judged(session, found.old, before, known), found.old, kind, sentences)
        now = _errors(judged(session, found.new, after, known), found.new, kind, sentences)
        for at in was.keys() | now.keys():
            then, here = was.get(at, set()), now.get(at, set())
            failing_records += bool(here and not then)
            passing_records += bool(then and not here)
            failing.update((kind, *each) for each in here - then)
            passing.update((kind, *each) for each in then - here)
    return Impact(
        records, failing_records, passing_records, dict(failing), dict(passing), sentences
    )


def _errors(
    findings: list[Finding], pack: Pack, kind: Kind, sentences: dict[Fault, Text]
) -> dict[int, set[tuple[str, str]]]:
    """Row -> (field, code) of its errors; each is put into words once."""
    found: dict[int, set[tuple[str, str]]] = {}
    for item in findings:
        if item.severity is Severity.ERROR:
            fault = (kind, item.field, item.code)
            if fault not in sentences:
                sentences[fault] = explain(item, pack).sentence
            found.setdefault(item.index, set()).add((item.field, item.code))
    return found
