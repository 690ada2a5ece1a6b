"""The one place where a pack's rules are asked about tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from collector import packs
from collector.model import Finding, Kind, Severity, Table
from collector.packs.spec import Pack
from collector.progress import Progress
from collector.rules import engine
from collector.rules.base import Lookup, Rule


def judge(
    pack: Pack,
    tables: Sequence[Table],
    known: Lookup | None,
    today: date,
    progress: Progress | None = None,
    rules: Sequence[Rule] | None = None,
    beside: Sequence[Table] | None = None,
) -> list[Finding]:
    """Findings of the pack's rules (or those given) over the tables, sorted.

    ``known`` are the records of the store. What a row refers to may stand in the tables
    themselves, or only in those ``beside`` where such are given.
    """
    return engine.check(
        tables,
        pack.rules if rules is None else rules,
        engine.BatchLookup(tables if beside is None else beside, known),
        today,
        labels=packs.labels(pack),
        choices=packs.choices(pack),
        progress=progress,
    )


class Sparing:
    """A lookup that does not ask the store for a hundred thousand keys of a kind it has none of.

    For one job: what comes into the store meanwhile is not seen.
    """

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._judges: dict[Kind, bool] = {}

    def judges(self, kind: Kind) -> bool:
        if kind not in self._judges:
            self._judges[kind] = self._lookup.judges(kind)
        return self._judges[kind]

    def known(self, kind: Kind, field_id: str, values: Collection[str]) -> set[str]:
        return self._lookup.known(kind, field_id, values) if self.judges(kind) else set()

    def stored(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        return self._lookup.stored(kind, field_id, values, wanted) if self.judges(kind) else {}


Place = tuple[int, str, int]


def places_in_error(findings: Sequence[Finding]) -> set[Place]:
    """(file, sheet, row) of every row with an error finding."""
    return {
        (finding.file, finding.sheet, finding.row)
        for finding in findings
        if finding.severity is Severity.ERROR
    }


def by_row(findings: Sequence[Finding]) -> dict[Place, list[Finding]]:
    """The findings of each row of the files."""
    found: dict[Place, list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.file, finding.sheet, finding.row), []).append(finding)
    return found
