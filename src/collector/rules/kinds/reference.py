"""``reference`` [to, code_field, name_field]: a row names a unit or union that is known.

Judged only where some record of that kind is known. A member without unit or union is 空挂会员
(S-001, S-002, S-003). An upper union may stand in the province's system only, so one that is
not known is told and never counted as a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from collector.model import Finding, Kind, Severity, Table
from collector.rules.base import Checker, Context, Rule
from collector.rules.kinds.making import finding, text_param

_CODE_FIELDS = {Kind.UNIT: ("uscc",), Kind.UNION: ("uscc", "temporary_code")}
_MUST_BELONG = (Kind.MEMBER, Kind.OFFICER)
_DEPTH = 12
"""levels above a 基层工会 are five or six; stored parents are followed no further than this"""


class _Reference:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        to = text_param(rule, "to")
        if to not in (Kind.UNIT, Kind.UNION):
            raise ValueError(f"{rule.id}: to must be unit or union")
        self._to = Kind(to)
        self._code_field = text_param(rule, "code_field")
        self._name_field = text_param(rule, "name_field")
        if not self._code_field and not self._name_field:
            raise ValueError(f"{rule.id}: code_field or name_field must be named")
        self._is_parent = rule.record is Kind.UNION and self._to is Kind.UNION
        self._loops: dict[int, list[int]] | None = None

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        if self._is_parent:
            yield from self._loop_findings(table, context)
        if context.lookup.judges(self._to):
            yield from self._missing(table, context)

    def _missing(self, table: Table, context: Context) -> Iterator[Finding]:
        codes, names = table.columns.get(self._code_field), table.columns.get(self._name_field)
        if codes is None and names is None:
            return
        either = ("name",) if self._code_field == self._name_field else ()
        no_codes = self._unknown(codes, (*_CODE_FIELDS[self._to], *either), context)
        no_names = self._unknown(names, ("name",), context)
        must = self._rule.record in _MUST_BELONG
        absent = [""] * len(table)
        rows = enumerate(zip(codes or absent, names or absent, strict=True))
        if not no_codes and not no_names and not (must and ("" in (codes or names or ()))):
            return
        empty_place = self._empty_place(table)
        for index, (code, name) in rows:
            if code:
                if code in no_codes:
                    yield self._finding(table, self._code_field, index)
            elif name:
                if name in no_names:
                    yield self._finding(table, self._name_field, index)
            elif must:
                yield self._finding(table, empty_place, index)

    def _finding(self, table: Table, field: str, index: int) -> Finding:
        if self._is_parent:
            code, severity = "reference.parent_missing", Severity.INFO
        else:
            code, severity = f"reference.{self._to}_missing", Severity.ERROR
        return finding(self._rule, table, field, index, code, severity)

    def _empty_place(self, table: Table) -> str:
        named = (self._rule.fields[0], self._code_field, self._name_field)
        return next(field for field in named if field in table.columns)

    def _unknown(
        self, texts: Sequence[str] | None, fields: Sequence[str], context: Context
    ) -> set[str]:
        if texts is None:
            return set()
        left = set(texts)
        left.discard("")
        for field in fields:
            if left:
                left -= context.lookup.known(self._to, field, left)
        return left

    def _loop_findings(self, table: Table, context: Context) -> Iterator[Finding]:
        if self._loops is None:
            self._loops = _Tree(self._code_field, self._name_field, context).loops()
        here = next(n for n, each in enumerate(context.tables) if each is table)
        for index in self._loops.get(here, ()):
            field = next(
                field
                for field in (self._code_field, self._name_field)
                if field in table.columns and table.columns[field][index]
            )
            # A pack tells of unknown upper unions as information only; a ring is wrong for sure.
            found = finding(self._rule, table, field, index, "reference.parent_loop")
            yield replace(found, severity=Severity.ERROR)


class _Tree:
    """Unions of the batch and those in the store above them, each with the one over it.

    A union is known by its codes and its name; a name borne twice leads nowhere.
    """

    def __init__(self, code_field: str, name_field: str, context: Context) -> None:
        self._lookup = context.lookup
        self._own: list[tuple[int, int]] = []
        self._upper: list[tuple[str, str]] = []
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, int | None] = {}
        for number, table in enumerate(context.tables):
            if table.kind is Kind.UNION:
                self._add_table(number, table, code_field, name_field)
        self._follow_stored()

    def loops(self) -> dict[int, list[int]]:
        """Table number -> rows of the batch whose way up comes back to them."""
        parents = [self._node(code, name) for code, name in self._upper]
        found: dict[int, list[int]] = {}
        state = [0] * len(parents)  # 0 not seen, else the number of the walk
        for start in range(len(parents)):
            node: int | None = start
            while node is not None and state[node] == 0:
                state[node] = start + 1
                node = parents[node]
            if node is None or state[node] != start + 1:
                continue
            ring, at = [node], parents[node]
            while at is not None and at != node:
                ring.append(at)
                at = parents[at]
            for member in ring:
                if member < len(self._own):
                    number, index = self._own[member]
                    found.setdefault(number, []).append(index)
        return found

    def _add_table(self, number: int, table: Table, code_field: str, name_field: str) -> None:
        cells = zip(
            table.column("uscc"),
            table.column("temporary_code"),
            table.column("name"),
            table.column(code_field),
            table.column(name_field),
            strict=True,
        )
        for index, (uscc, temporary, name, upper_code, upper_name) in enumerate(cells):
            self._own.append((number, index))
            self._add((uscc, temporary), name, upper_code, upper_name)

    def _add(self, codes: Sequence[str], name: str, upper_code: str, upper_name: str) -> None:
        node = len(self._upper)
        self._upper.append((upper_code, upper_name))
        known = [self._by_code[code] for code in codes if code in self._by_code]
        for code in codes:
            if code:
                self._by_code.setdefault(code, node)
        if name:
            # The same union on a second row (联合基层工会 in Hainan) is no second bearer.
            same = self._by_name.get(name) in known if known else name not in self._by_name
            self._by_name[name] = self._by_name.get(name, node) if same else None

    def _node(self, code: str, name: str) -> int | None:
        if code:
            return self._by_code.get(code)
        return self._by_name.get(name) if name else None

    def _follow_stored(self) -> None:
        wanted = ("uscc", "temporary_code", "name", "parent_code", "parent_name")
        asked: set[str] = set()
        start = 0
        for _ in range(_DEPTH):
            fresh = self._upper[start:]
            start = len(self._upper)
            open_codes = {code for code, _ in fresh if code} - self._by_code.keys() - asked
            open_names = (
                {name for code, name in fresh if name and not code} - self._by_name.keys() - asked
            )
            asked |= open_codes | open_names
            if not open_codes and not open_names:
                return
            for field, values in (
                ("uscc", open_codes),
                ("temporary_code", open_codes),
                ("name", open_names),
            ):
                if values:
                    found = self._lookup.stored(Kind.UNION, field, values, wanted)
                    for uscc, temporary, name, upper_code, upper_name in found.values():
                        self._add((uscc, temporary), name, upper_code, upper_name)


def reference(rule: Rule) -> Checker:
    """``to``: ``unit`` or ``union``; ``code_field``, ``name_field``: how the row names it. A code
    that is given decides; the name is asked where there is no code. The same field named for both
    holds either the one or the other."""
    return _Reference(rule)
