"""The one place where a pack's rules are asked about tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from collector import packs
from collector.model import Finding, Severity, Table
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
