"""Made-up people and the imports they come in, behind a cheap key that only tests may have."""

from __future__ import annotations

from collector.model import Finding, Kind, Outcome, Severity, Table
from collector.store import BatchEntry, BatchFile, BatchInput, KdfCost

CHEAP = KdfCost(64, 1, 1)
PASSPHRASE = "虚构口令 only for tests"
OPERATOR = "虚构采集员"
PACK = "hubei-2023/1"


def members(count: int, first: int = 0, sheet: str = "会员") -> Table:
    """Made-up members; nobody's number has letters in it."""
    numbers = range(first, first + count)
    return Table(
        Kind.MEMBER,
        {
            "name": [f"虚构{number % 7}号" for number in numbers],
            "id_number": [f"TEST{number:014}" for number in numbers],
            "phone": [f"1990000{number:04}" for number in numbers],
            "union_code": [f"8142TEST{number // 10:010}" for number in numbers],
        },
        [number - first + 2 for number in numbers],
        0,
        sheet,
        {"name": "A", "id_number": "B", "phone": "C", "union_code": "D"},
    )


def batch(table: Table, *outcomes: Outcome, targets: list[int | None] | None = None) -> BatchInput:
    """One table with these outcomes; all rows are added where none is given."""
    given = list(outcomes) or [Outcome.ADDED] * len(table)
    findings = [
        Finding(
            "phone.format",
            Severity.ERROR,
            table.kind,
            table.file,
            table.sheet,
            table.rows[index],
            "C",
            "phone",
            index,
        )
        for index, outcome in enumerate(given)
        if outcome is Outcome.PARKED
    ]
    entry = BatchEntry(table, given, targets or [None] * len(table), findings)
    return BatchInput([BatchFile("虚构名册.xlsx", "ab" * 32)], PACK, OPERATOR, [entry])
