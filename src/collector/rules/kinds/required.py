"""A cell the province will not take empty."""

from __future__ import annotations

from collections.abc import Iterator

from collector.model import Finding, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at


class Required:
    """``required.missing``. ``unless_field``: another field that may stand in for it.

    A column the sheet does not have at all is the reader's ``header.missing``, not one finding a
    row.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._unless: str = rule.params.get("unless_field", "")

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field_id = self._rule.fields[0]
        texts = table.columns.get(field_id)
        if texts is None or "" not in texts:
            return
        instead = table.column(self._unless) if self._unless else None
        for index, text in enumerate(texts):
            if not text and not (instead is not None and instead[index]):
                yield at(self._rule, table, index, field_id, "required.missing")
