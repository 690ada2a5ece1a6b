"""A number one can call."""

from __future__ import annotations

from collections.abc import Iterator

from collector.codes import phone
from collector.model import Finding, Kind, Severity, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at, softer

_SHORTEST_OF_A_PERSON = 7
"""digits; 12351 or 95588 can be called, but is nobody's own number"""


class Phone:
    """``phone.format``, softened to a warning for a number no range of which is known here.

    ``mobile_only``: a landline will not do.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._mobile_only: bool = rule.params.get("mobile_only", False)
        of_a_person = rule.record in (Kind.MEMBER, Kind.OFFICER)
        self._shortest = _SHORTEST_OF_A_PERSON if of_a_person else 0

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        rule = self._rule
        field_id = rule.fields[0]
        texts = table.columns.get(field_id)
        if texts is None:
            return
        is_mobile, only = phone.is_mobile, int(self._mobile_only)
        for index, text in enumerate(texts):
            if not text or is_mobile(text):
                continue
            if phone.is_unusual(text):
                soft = softer(rule, Severity.WARNING)
                yield at(rule, table, index, field_id, "phone.format", soft, mobile_only=only)
            elif only or not phone.is_landline(text) or len(text) < self._shortest:
                yield at(rule, table, index, field_id, "phone.format", mobile_only=only)
