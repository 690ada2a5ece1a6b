"""A whole number of people, years or terms."""

from __future__ import annotations

from collections.abc import Iterator

from collector.model import Finding, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at

_LONGEST = 9
"""digits; no count of employees has more"""


class Number:
    """``number.format``, ``number.out_of_range`` (``min``, ``max``)."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._least: int = rule.params.get("min", 0)
        self._most: int = rule.params.get("max", 10**_LONGEST - 1)

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field_id = self._rule.fields[0]
        texts = table.columns.get(field_id)
        if texts is None:
            return
        for index, text in enumerate(texts):
            if not text:
                continue
            if not (text.isascii() and text.isdigit()):
                yield at(self._rule, table, index, field_id, "number.format")
            elif len(text) > _LONGEST or not self._least <= int(text) <= self._most:
                yield at(
                    self._rule,
                    table,
                    index,
                    field_id,
                    "number.out_of_range",
                    least=self._least,
                    most=self._most,
                )
