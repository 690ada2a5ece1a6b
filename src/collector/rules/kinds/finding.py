"""How a rule kind names a fault at a cell."""

from __future__ import annotations

from collector.model import Finding, Severity, Table
from collector.rules.base import Rule


def at(
    rule: Rule,
    table: Table,
    index: int,
    field_id: str,
    code: str,
    severity: Severity | None = None,
    **params: str | int,
) -> Finding:
    """The finding for one cell. ``severity`` softens what the rule says for one of its codes."""
    return Finding(
        code,
        severity if severity is not None else rule.severity,
        table.kind,
        table.file,
        table.sheet,
        table.rows[index],
        table.letters.get(field_id, ""),
        field_id,
        index,
        tuple(params.items()),
        rule.id,
    )


def softer(rule: Rule, than: Severity) -> Severity:
    """``than``, unless the rule itself is softer still."""
    order = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    return max(rule.severity, than, key=order.index)
