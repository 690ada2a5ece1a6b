"""What is wrong with the data: a value, collected, never raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from collector.model.kinds import Kind


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place. Holds where and what, never the value itself.

    ``index`` is the row's index in its table, -1 for a finding about a whole column or sheet;
    ``row`` is the row in the person's own file. ``params`` fill the message's places and hold
    limits, labels and row numbers only. ``rule`` is the id of the rule in its pack, by which its
    source clause is found ("" for what the reader found).
    """

    code: str
    severity: Severity
    kind: Kind | None
    file: int
    sheet: str
    row: int
    column: str
    field: str
    index: int = -1
    params: tuple[tuple[str, str | int], ...] = ()
    rule: str = ""

    def param(self, name: str) -> str | int | None:
        return dict(self.params).get(name)

    @property
    def order(self) -> tuple[int, str, int, int, str, str]:
        """Sorts by file, sheet, row, column, code."""
        return (self.file, self.sheet, self.row, len(self.column), self.column, self.code)


def counts_by_severity(findings: Iterable[Finding]) -> dict[str, dict[str, int]]:
    """``{"error": {code: n}, "warning": {...}, "info": {...}}``, codes in order."""
    counted: dict[str, Counter[str]] = {severity.value: Counter() for severity in Severity}
    for finding in findings:
        counted[finding.severity.value][finding.code] += 1
    return {severity: dict(sorted(codes.items())) for severity, codes in counted.items()}
