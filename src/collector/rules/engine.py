"""Asks a pack's rules about whole tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from collector.model import Finding, Kind, Severity, Table
from collector.progress import Progress
from collector.rules.base import Checker, Context, Lookup, Rule
from collector.rules.kinds import FORM_KINDS, KINDS
from collector.wording import Text

_CHECKING = Text("正在检查", "Checking")
_Cell = tuple[str, int]
"""field id, row index"""


def check(
    tables: Sequence[Table],
    rules: Sequence[Rule],
    lookup: Lookup,
    today: date,
    *,
    labels: Mapping[tuple[Kind, str], str],
    choices: Mapping[str, frozenset[str]],
    progress: Progress | None = None,
) -> list[Finding]:
    """Findings of all rules over all tables, sorted by file, sheet, row, column and code.

    A cell in ``table.faults`` gives a finding of that code and is asked of no rule. At most one
    finding of a form stands at a cell; an error there silences rules across cells, except that
    an empty cell may also leave a member without unit or union. Raises ``Cancelled``, and
    ValueError for a rule that makes no sense.
    """
    context = Context(tables, lookup, today, labels, choices)
    ready: list[tuple[Rule, Checker]] = [(rule, KINDS[rule.kind](rule)) for rule in rules]
    form = [pair for pair in ready if pair[0].kind in FORM_KINDS]
    across = [pair for pair in ready if pair[0].kind not in FORM_KINDS]
    total = sum(sum(rule.record is table.kind for rule, _ in ready) for table in tables)
    done = 0
    findings: list[Finding] = []
    for table in tables:
        condemned = _condemned(table)
        findings += condemned.values()
        at_cells: dict[_Cell, Finding] = {}
        for rule, checker in form:
            if rule.record is not table.kind:
                continue
            for found in checker.check(table, context):
                cell = (found.field, found.index)
                if cell not in condemned and _outweighs(found, at_cells.get(cell)):
                    at_cells[cell] = found
            done = _step(progress, done, total)
        findings += at_cells.values()
        for rule, checker in across:
            if rule.record is not table.kind:
                continue
            findings += [
                found
                for found in checker.check(table, context)
                if (found.field, found.index) not in condemned
                and _may_join(found, at_cells.get((found.field, found.index)))
            ]
            done = _step(progress, done, total)
    findings.sort(key=lambda found: found.order)
    return findings


class BatchLookup:
    """What the rules may ask: the tables of the job first, the store (if any) behind them."""

    def __init__(self, tables: Sequence[Table], store: Lookup | None = None) -> None:
        self._tables = tables
        self._store = store
        self._values: dict[tuple[Kind, str], set[str]] = {}

    def judges(self, kind: Kind) -> bool:
        """Whether the batch or the store has such records."""
        if any(table.kind is kind and len(table) for table in self._tables):
            return True
        return self._store is not None and self._store.judges(kind)

    def known(self, kind: Kind, field_id: str, values: Collection[str]) -> set[str]:
        """Those of ``values`` found in the batch or the store."""
        own = self._values.get((kind, field_id))
        if own is None:
            own = set().union(
                *(
                    table.columns[field_id]
                    for table in self._tables
                    if table.kind is kind and field_id in table.columns
                )
            )
            own.discard("")
            self._values[kind, field_id] = own
        found = own.intersection(values)
        if self._store is not None and len(found) < len(values):
            left = set(values) - found
            left.discard("")
            if left:
                found |= self._store.known(kind, field_id, left)
        return found

    def stored(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """What the store (not the batch) has: value -> its ``wanted`` fields."""
        if self._store is None or not values:
            return {}
        return self._store.stored(kind, field_id, values, wanted)


def _condemned(table: Table) -> dict[_Cell, Finding]:
    return {
        (field, index): Finding(
            code,
            Severity.ERROR,
            table.kind,
            table.file,
            table.sheet,
            table.rows[index],
            table.letters.get(field, ""),
            field,
            index,
        )
        for field, faults in table.faults.items()
        for index, code in faults.items()
    }


def _outweighs(found: Finding, standing: Finding | None) -> bool:
    """The first stands, unless it only warned and this is an error."""
    if standing is None:
        return True
    return found.severity is Severity.ERROR and standing.severity is not Severity.ERROR


def _may_join(found: Finding, standing: Finding | None) -> bool:
    if standing is None or standing.severity is not Severity.ERROR:
        return True
    return standing.code == "required.missing" and found.code.startswith("reference.")


def _step(progress: Progress | None, done: int, total: int) -> int:
    if progress is not None:
        progress.step(_CHECKING, done + 1, total)
    return done + 1
