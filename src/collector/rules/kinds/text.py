"""Free text: its length, and characters no name or address has."""

from __future__ import annotations

from collections.abc import Iterator

from collector.codes.text import has_forbidden
from collector.model import Finding, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at


class TextForm:
    """``text.forbidden_character``, ``text.too_long`` (more than ``max_length`` characters)."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._longest: int = rule.params.get("max_length", 0)

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field_id = self._rule.fields[0]
        texts = table.columns.get(field_id)
        if texts is None:
            return
        longest = self._longest
        wrong = {
            text: self._fault(text)
            for text in set(texts)
            if (longest and len(text) > longest) or has_forbidden(text)
        }
        if not wrong:
            return
        for index, text in enumerate(texts):
            code = wrong.get(text)
            if code == "text.too_long":
                yield at(self._rule, table, index, field_id, code, limit=longest)
            elif code is not None:
                yield at(self._rule, table, index, field_id, code)

    @staticmethod
    def _fault(text: str) -> str:
        return "text.forbidden_character" if has_forbidden(text) else "text.too_long"
