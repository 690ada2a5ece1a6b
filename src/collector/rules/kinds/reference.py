"""A member's unit and union, a union's 上级工会: named ones must exist (空挂会员, orphans)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collector.codes import uscc
from collector.model import Finding, Kind, Severity, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at


class Reference:
    """``reference.unit_missing``, ``.union_missing``; for a union's own parent
    ``reference.parent_missing``, which only tells that it is kept by name, and
    ``reference.parent_loop``.

    ``to``: unit or union; ``code_field``, ``name_field``. Judged only where some record of that
    kind is known at all. An empty cell is the ``required`` rule's matter, a misbuilt code the
    ``uscc`` rule's.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._to = Kind(rule.params["to"])
        self._code_field: str = rule.params.get("code_field", "")
        self._name_field: str = rule.params.get("name_field", "")
        self._upward = rule.record is Kind.UNION and self._to is Kind.UNION
        self._severity = Severity.INFO if self._upward else rule.severity
        self._code = (
            "reference.parent_missing" if self._upward else f"reference.{self._to}_missing"
        )

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        if self._upward and self._name_field:
            yield from self._loops(table, context)
        if not context.lookup.judges(self._to):
            return
        codes = table.column(self._code_field) if self._code_field else [""] * len(table)
        names = table.column(self._name_field) if self._name_field else [""] * len(table)
        known_codes = self._known_codes(codes, context)
        known_names = context.lookup.known(
            self._to, "name", {name for name, code in zip(names, codes, strict=True) if not code}
        )
        for index, (code, name) in enumerate(zip(codes, names, strict=True)):
            if code:
                if code not in known_codes and uscc.fault(code) is None:
                    yield at(self._rule, table, index, self._code_field, self._code, self._severity)
            elif name and name not in known_names:
                yield at(self._rule, table, index, self._name_field, self._code, self._severity)

    def _known_codes(self, codes: Sequence[str], context: Context) -> set[str]:
        asked = {code for code in codes if code}
        if not asked:
            return set()
        known = context.lookup.known(self._to, "uscc", asked)
        if self._to is Kind.UNION and len(known) < len(asked):
            known |= context.lookup.known(self._to, "temporary_code", asked - known)
        return known

    def _loops(self, table: Table, context: Context) -> Iterator[Finding]:
        """A union that is its own 上级工会, directly or round about."""
        key = ("parents", self._rule.id)
        if key not in context.memo:
            context.memo[key] = {
                name: parent
                for each in context.tables
                if each.kind is Kind.UNION
                for name, parent in zip(
                    each.column("name"), each.column(self._name_field), strict=True
                )
                if name and parent
            }
        parents: dict[str, str] = context.memo[key]
        for index, name in enumerate(table.column("name")):
            if name in parents and _returns(name, parents):
                yield at(
                    self._rule,
                    table,
                    index,
                    self._name_field,
                    "reference.parent_loop",
                    Severity.ERROR,
                )


def _returns(start: str, parents: dict[str, str]) -> bool:
    """Whether going up from ``start`` leads back to it."""
    passed = set()
    here = start
    while here in parents and here not in passed:
        passed.add(here)
        here = parents[here]
    return here == start
