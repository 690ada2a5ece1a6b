"""Rule kinds for the numbers of people and organisations."""

from __future__ import annotations

from collections.abc import Iterator

from collector.codes import documents, resident_id, uscc
from collector.codes.documents import DocumentKind
from collector.model import Finding, Kind, Severity, Table
from collector.rules.base import Checker, Context, Rule
from collector.rules.kinds.making import (
    Verdict,
    at_values,
    finding,
    flag_param,
    text_param,
    whole_param,
)

_TEMPORARY = "临时"
"""A code that says so itself is a 临时赋码 whatever its form (S-003 三（一）)."""


class _Document:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._type_field = text_param(rule, "type_field")
        self._default = text_param(rule, "default_type", DocumentKind.RESIDENT_ID.value)

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field = self._rule.fields[0]
        numbers = table.columns.get(field)
        if numbers is None:
            return
        types = table.columns.get(self._type_field)
        if types is None:
            yield from at_values(
                self._rule, table, field, numbers, self._faulty(set(numbers), "", context)
            )
            return
        faulty: dict[str, dict[str, Verdict]] = {}
        by_type: dict[str, set[str]] = {}
        for label in set(types):
            by_type[label] = set()
        for label, number in zip(types, numbers, strict=True):
            by_type[label].add(number)
        for label, values in by_type.items():
            found = self._faulty(values, label, context)
            if found:
                faulty[label] = found
        if not faulty:
            return
        for index, number in enumerate(numbers):
            verdict = faulty.get(types[index], {}).get(number)
            if verdict is not None:
                code, severity, params = verdict
                yield finding(self._rule, table, field, index, code, severity, params)

    def _faulty(self, numbers: set[str], label: str, context: Context) -> dict[str, Verdict]:
        kind = DocumentKind.from_label(label or self._default)
        today = context.today
        found: dict[str, Verdict] = {}
        if kind is not DocumentKind.RESIDENT_ID:
            severity = Severity.ERROR if kind in documents.FORM_IS_SURE else Severity.WARNING
            for number in numbers:
                if number and documents.fault(kind, number, today) is not None:
                    found[number] = ("document.format", severity, ())
            return found
        sound = resident_id.sound(numbers, today)
        for number in numbers - sound:
            if number:
                code = f"resident_id.{resident_id.fault(number, today)}"
                found[number] = (code, Severity.ERROR, ())
        for number in resident_id.of_unknown_region(sound):
            found[number] = ("resident_id.region_unknown", Severity.WARNING, ())
        return found


def resident_id_or_document(rule: Rule) -> Checker:
    """``type_field``: the field that says which document; ``default_type``: which it is where
    that field is empty or absent."""
    return _Document(rule)


class _Uscc:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._expects = text_param(rule, "expects")
        self._temporary = text_param(rule, "temporary_field")
        self._takes_organisation_code = flag_param(rule, "organisation_code")
        self._longest_temporary = whole_param(rule, "max_length") or 0
        if self._expects not in ("", "unit", "union"):
            raise ValueError(f"{rule.id}: expects must be unit or union")

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field = self._rule.fields[0]
        codes = table.columns.get(field)
        if codes is None:
            return
        faulty: dict[str, Verdict] = {}
        for code in set(codes):
            if code:
                verdict = self._judge(code)
                if verdict is not None:
                    faulty[code] = verdict
        if faulty and self._expects == "union":
            self._excuse_temporary(faulty, context)
            self._tell_of_temporary(faulty, context)
        if faulty and self._temporary:
            beside = table.columns.get(self._temporary)
            if beside is not None:
                codes = [
                    "" if code == own else code for code, own in zip(codes, beside, strict=True)
                ]
        yield from at_values(self._rule, table, field, codes, faulty)

    def _judge(self, code: str) -> Verdict | None:
        fault = uscc.fault(code)
        if fault is not None:
            if self._expects == "union" and _TEMPORARY in code:
                return None
            if self._takes_organisation_code and uscc.is_organisation_code(code):
                return None
            return f"uscc.{fault}", Severity.ERROR, ()
        if self._expects == "union" and not uscc.is_union_code(code):
            return "uscc.kind", Severity.WARNING, (("expects", "union"),)
        if self._expects == "unit" and code[0] == "8":
            return "uscc.kind", Severity.WARNING, (("expects", "unit"),)
        if uscc.inner_mismatch(code):
            return "uscc.inner_code", Severity.WARNING, ()
        return None

    def _excuse_temporary(self, faulty: dict[str, Verdict], context: Context) -> None:
        """A union without a code of its own bears the province's 临时赋码, whose form no
        document gives (S-003 三（一）). One that is known is right; where no union is known at
        all, a short code of another length may be one, so it is doubted only."""
        for code in context.lookup.known(Kind.UNION, "temporary_code", faulty.keys()):
            faulty.pop(code, None)
        if self._longest_temporary and not context.lookup.judges(Kind.UNION):
            for code, (said, _, params) in list(faulty.items()):
                if said == "uscc.length" and len(code) <= self._longest_temporary:
                    faulty[code] = (said, Severity.WARNING, params)

    @staticmethod
    def _tell_of_temporary(faulty: dict[str, Verdict], context: Context) -> None:
        """Where the pack has a column for 临时赋码, the message names it."""
        label = context.labels.get((Kind.UNION, "temporary_code"))
        if label:
            for code, (said, severity, params) in faulty.items():
                if said == "uscc.length":
                    faulty[code] = (said, severity, (*params, ("temporary", label)))


def organisation_code(rule: Rule) -> Checker:
    """``expects``: ``unit`` or ``union``; ``temporary_field``: the field beside it that holds a
    临时赋码; ``organisation_code``: a nine-character 组织机构代码 is taken too (S-002)."""
    return _Uscc(rule)
