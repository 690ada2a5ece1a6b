"""A label that must stand in a list."""

from __future__ import annotations

from collections.abc import Iterator

from collector.model import Finding, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at


class Choice:
    """``choice.unknown`` for a canonical text that is not a label of ``dictionary``."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._dictionary: str = rule.params["dictionary"]

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field_id = self._rule.fields[0]
        texts = table.columns.get(field_id)
        if texts is None:
            return
        unknown = set(texts) - context.choices[self._dictionary]
        unknown.discard("")
        if not unknown:
            return
        for index, text in enumerate(texts):
            if text in unknown:
                yield at(self._rule, table, index, field_id, "choice.unknown")
