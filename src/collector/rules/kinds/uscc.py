"""统一社会信用代码 of a unit or of a union."""

from __future__ import annotations

from collections.abc import Iterator

from collector.codes import uscc
from collector.model import Finding, Kind, Severity, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at, softer

_MARK = "临时"


class Uscc:
    """``uscc.length``, ``.alphabet``, ``.check_digit``; as warnings ``uscc.kind`` (``expects``:
    unit or union) and ``uscc.inner_code``.

    A union without a code of its own has a 临时赋码 (S-003 三（一）), whose form was never
    published: a union's code that says 临时, or is some union's ``temporary_code``, is not judged.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._expects: str = rule.params.get("expects", "")

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        rule = self._rule
        field_id = rule.fields[0]
        texts = table.columns.get(field_id)
        if texts is None:
            return
        wrong = {text: self._faults(text) for text in set(texts) if text}
        wrong = {text: found for text, found in wrong.items() if found}
        if self._expects == "union" and wrong:
            odd = {text for text in wrong if uscc.fault(text) is not None}
            temporary = context.lookup.known(Kind.UNION, "temporary_code", odd)
            temporary |= {text for text in odd if _MARK in text}
            for text in temporary:
                del wrong[text]
        if not wrong:
            return
        soft = softer(rule, Severity.WARNING)
        for index, text in enumerate(texts):
            for code in wrong.get(text, ()):
                severity = soft if code in ("uscc.kind", "uscc.inner_code") else None
                yield at(rule, table, index, field_id, code, severity, expects=self._expects)

    def _faults(self, code: str) -> tuple[str, ...]:
        fault = uscc.fault(code)
        if fault is not None:
            return (f"uscc.{fault}",)
        found = []
        union = self._expects == "union"
        if (union and not uscc.is_union_code(code)) or (
            self._expects == "unit" and code.startswith("8")
        ):
            found.append("uscc.kind")
        if uscc.inner_mismatch(code):
            found.append("uscc.inner_code")
        return tuple(found)
