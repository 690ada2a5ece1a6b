"""A date: readable, real, and within what the field can mean."""

from __future__ import annotations

from collections.abc import Iterator

from collector.codes import dates
from collector.model import Finding, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at

_EARLIEST = "1900-01-01"
_LATEST = "2099-12-31"
"""the day that stands for 长期 (S-000 四（四）1); no date of a person or union lies past it"""


class DateForm:
    """``date.format``, ``.not_a_date``, ``.ambiguous``, ``.out_of_range``.

    ``earliest``, ``latest``: yyyy-MM-dd. ``not_after_today``: what has happened already.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._earliest: str = rule.params.get("earliest", _EARLIEST)
        self._latest: str = rule.params.get("latest", _LATEST)
        self._past: bool = rule.params.get("not_after_today", False)

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field_id = self._rule.fields[0]
        texts = table.columns.get(field_id)
        if texts is None:
            return
        latest = self._latest
        if self._past:
            latest = min(latest, context.today.isoformat())
        wrong = {text: self._fault(text, latest) for text in set(texts) if text}
        wrong = {text: code for text, code in wrong.items() if code}
        if not wrong:
            return
        for index, text in enumerate(texts):
            code = wrong.get(text)
            if code == "date.out_of_range":
                yield at(
                    self._rule, table, index, field_id, code, earliest=self._earliest, latest=latest
                )
            elif code:
                yield at(self._rule, table, index, field_id, code)

    def _fault(self, text: str, latest: str) -> str:
        read = dates.read_date(text)
        if read.iso is None:
            return read.code or "date.format"
        return "" if self._earliest <= read.iso <= latest else "date.out_of_range"
