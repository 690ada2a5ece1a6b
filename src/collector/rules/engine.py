"""Ask every rule of a pack about every table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from collector.model import Finding, Kind, Severity, Table
from collector.progress import Progress
from collector.rules.base import Context, Lookup, Rule
from collector.rules.kinds import KINDS
from collector.wording import Text

FORM_KINDS = frozenset(
    ("choice", "text", "name", "resident_id_or_document", "uscc", "phone", "date", "number")
)
"""kinds that judge the form of one cell; of several such rules the first to object is heard"""

_CHECKING = Text("检查内容", "Checking")


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
    """Findings of all rules over all tables, sorted by file, sheet, row, column, code.

    A cell the reader condemned (``Table.faults``) gets that one finding and no other rule's.
    ``labels`` name fields in messages, ``choices`` are the canonical labels of each dictionary.
    Raises ``KeyError`` for a rule kind that does not exist, and ``Cancelled``.
    """
    context = Context(tables, lookup, today, labels, choices)
    checkers = [(rule, KINDS[rule.kind](rule)) for rule in rules]
    found: list[Finding] = []
    for number, table in enumerate(tables):
        if progress is not None:
            progress.step(_CHECKING, number, len(tables))
        # Cells whose form is already known to be wrong: one finding of that sort is enough.
        told = {(field_id, index) for field_id, cells in table.faults.items() for index in cells}
        condemned = frozenset(told)
        found.extend(_condemned(table))
        for rule, checker in checkers:
            if rule.record is not table.kind:
                continue
            if progress is not None:
                progress.step(_CHECKING, number, len(tables))
            form = rule.kind in FORM_KINDS
            silent = told if form else condemned
            fresh = list(checker.check(table, context))
            if silent:
                fresh = [each for each in fresh if (each.field, each.index) not in silent]
            found.extend(fresh)
            if form:
                told.update((each.field, each.index) for each in fresh)
    found.sort(key=lambda finding: finding.order)
    return found


def _condemned(table: Table) -> list[Finding]:
    return [
        Finding(
            code,
            Severity.ERROR,
            table.kind,
            table.file,
            table.sheet,
            table.rows[index],
            table.letters.get(field_id, ""),
            field_id,
            index,
        )
        for field_id, cells in table.faults.items()
        for index, code in cells.items()
    ]


class BatchLookup:
    """What is known: the rows being checked together, and the records in the store."""

    def __init__(self, tables: Sequence[Table], store: Lookup | None = None) -> None:
        self._tables = tables
        self._store = store
        self._texts: dict[tuple[Kind, str], set[str]] = {}

    def judges(self, kind: Kind) -> bool:
        if any(table.kind is kind and len(table) for table in self._tables):
            return True
        return self._store is not None and self._store.judges(kind)

    def known(self, kind: Kind, field_id: str, values: Collection[str]) -> set[str]:
        asked = set(values)
        asked.discard("")
        here = asked & self._batch(kind, field_id)
        rest = asked - here
        if rest and self._store is not None:
            here |= self._store.known(kind, field_id, rest)
        return here

    def stored(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        if self._store is None or not values:
            return {}
        return self._store.stored(kind, field_id, values, wanted)

    def _batch(self, kind: Kind, field_id: str) -> set[str]:
        key = (kind, field_id)
        if key not in self._texts:
            self._texts[key] = {
                text
                for table in self._tables
                if table.kind is kind
                for text in table.columns.get(field_id, ())
            }
        return self._texts[key]
