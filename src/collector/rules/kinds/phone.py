"""A number one can call."""

from __future__ import annotations

from collections.abc import Iterator

from collector.codes import phone
from collector.model import Finding, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at


class Phone:
    """``phone.format``. ``mobile_only``: a landline will not do."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._mobile_only: bool = rule.params.get("mobile_only", False)

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field_id = self._rule.fields[0]
        texts = table.columns.get(field_id)
        if texts is None:
            return
        is_mobile, is_landline, mobile_only = phone.is_mobile, phone.is_landline, self._mobile_only
        for index, text in enumerate(texts):
            if text and not is_mobile(text) and (mobile_only or not is_landline(text)):
                only = int(mobile_only)
                yield at(self._rule, table, index, field_id, "phone.format", mobile_only=only)
