"""The number of an identity document, judged by what document it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from collector.codes import documents, resident_id
from collector.codes.documents import DocumentKind
from collector.model import Finding, Severity, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at, softer

_CARD_LENGTH = 18


class DocumentNumber:
    """``resident_id.*`` for a 居民身份证, ``document.format`` for the others.

    ``type_field`` says which document a row has; without such a column, or where its cell is
    empty and the number looks like a card's, it is ``default_type``.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._type_field: str = rule.params.get("type_field", "")
        self._default = DocumentKind.from_label(rule.params.get("default_type", "居民身份证"))

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        rule = self._rule
        field_id = rule.fields[0]
        numbers = table.columns.get(field_id)
        if numbers is None:
            return
        labels = table.columns.get(self._type_field) if self._type_field else None
        kinds = {label: DocumentKind.from_label(label) for label in set(labels or ())}
        today, default = context.today, self._default
        citizen, fault, known = (
            DocumentKind.RESIDENT_ID,
            resident_id.fault,
            resident_id.region_known,
        )
        for index, number in enumerate(numbers):
            if not number:
                continue
            kind = default
            if labels is not None:
                label = labels[index]
                if label:
                    kind = kinds[label]
                elif len(number) != _CARD_LENGTH:
                    continue
            if kind is citizen:
                code = fault(number, today)
                if code is not None:
                    yield at(rule, table, index, field_id, f"resident_id.{code}")
                elif not known(number):
                    soft = softer(rule, Severity.WARNING)
                    yield at(rule, table, index, field_id, "resident_id.region_unknown", soft)
            else:
                yield from self._other(table, index, kind, number, today)

    def _other(
        self, table: Table, index: int, kind: DocumentKind, number: str, today: date
    ) -> Iterator[Finding]:
        if documents.fault(kind, number, today) is not None:
            severity = None if kind in documents.FORM_IS_SURE else softer(self._rule, Severity.WARNING)
            yield at(self._rule, table, index, self._rule.fields[0], "document.format", severity)
