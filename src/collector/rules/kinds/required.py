"""``required`` [unless_field]: a cell that must be filled is empty."""

from __future__ import annotations

from collections.abc import Iterator

from collector.model import Finding, Table
from collector.rules.base import Checker, Context, Rule
from collector.rules.kinds.making import finding, text_param


class _Required:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._field = rule.fields[0]
        self._unless = text_param(rule, "unless_field")

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        texts = table.columns.get(self._field)
        if texts is None or "" not in texts:  # an absent column is header.missing
            return
        instead = table.columns.get(self._unless)
        for index, text in enumerate(texts):
            if not text and not (instead and instead[index]):
                yield finding(self._rule, table, self._field, index, "required.missing")


def required(rule: Rule) -> Checker:
    """``unless_field``: another field of the row that may stand in for it."""
    return _Required(rule)
