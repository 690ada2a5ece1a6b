"""Sex and birthday beside an ID number say what the number says (GB 11643)."""

from __future__ import annotations

from collections.abc import Iterator

from collector.codes import resident_id
from collector.model import Finding, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at


class MatchGender:
    """``match.gender``; ``fields``: sex, ID number. A wrong number is another rule's matter."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field_id, id_field = self._rule.fields[:2]
        numbers = table.columns.get(id_field)
        texts = table.columns.get(field_id)
        if texts is None or numbers is None:
            return
        for index, (text, number) in enumerate(zip(texts, numbers, strict=True)):
            if (
                text in ("男", "女")
                and resident_id.gender(number) not in ("", text)
                and resident_id.fault(number, context.today) is None
            ):
                yield at(self._rule, table, index, field_id, "match.gender")


class MatchBirthDate:
    """``match.birth_date``; ``fields``: birthday, ID number."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field_id, id_field = self._rule.fields[:2]
        numbers = table.columns.get(id_field)
        texts = table.columns.get(field_id)
        if texts is None or numbers is None:
            return
        for index, (text, number) in enumerate(zip(texts, numbers, strict=True)):
            if len(text) != 10 or len(number) != 18:
                continue
            if text.replace("-", "") == number[6:14] or text[4] != "-":
                continue
            if resident_id.fault(number, context.today) is None:
                yield at(self._rule, table, index, field_id, "match.birth_date")
