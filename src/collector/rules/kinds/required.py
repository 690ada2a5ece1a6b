"""``required`` [unless_field, when_field, when_values]: a cell that must be filled is empty."""

from __future__ import annotations

from collections.abc import Iterator

from collector.model import Finding, Table
from collector.rules.base import Checker, Context, Rule
from collector.rules.kinds.making import finding, text_param, texts_param


class _Required:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._field = rule.fields[0]
        self._unless = text_param(rule, "unless_field")
        self._when = text_param(rule, "when_field")
        self._values = frozenset(texts_param(rule, "when_values"))
        if bool(self._when) != bool(self._values):
            raise ValueError(f"{rule.id}: when_field and when_values belong together")

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        texts = table.columns.get(self._field)
        if texts is None or "" not in texts:  # an absent column is header.missing
            return
        instead = table.columns.get(self._unless)
        whens = table.column(self._when) if self._when else None
        for index, text in enumerate(texts):
            if not text and not (instead and instead[index]):
                if whens is not None and whens[index] not in self._values:
                    continue
                yield finding(self._rule, table, self._field, index, "required.missing")


def required(rule: Rule) -> Checker:
    """``unless_field``: another field of the row that may stand in for it; ``when_field``,
    ``when_values``: only rows that have one of these values there are asked."""
    return _Required(rule)
