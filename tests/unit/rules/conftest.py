"""Asking rules about small tables of made-up people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest

from collector.model import Finding, Kind, Table
from collector.rules.base import Lookup, Rule
from collector.rules.engine import BatchLookup, check

TODAY = date(2026, 5, 1)


@dataclass(slots=True)
class Known:
    """Records somewhere behind the tables, as the store would tell of them."""

    records: dict[Kind, list[Mapping[str, str]]] = field(default_factory=dict)
    asked: list[tuple[Kind, str]] = field(default_factory=list)

    def judges(self, kind: Kind) -> bool:
        return bool(self.records.get(kind))

    def known(self, kind: Kind, field_id: str, values: Collection[str]) -> set[str]:
        self.asked.append((kind, field_id))
        return {
            record[field_id]
            for record in self.records.get(kind, ())
            if record.get(field_id, "") in values
        }

    def stored(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        return {
            record[field_id]: tuple(record.get(each, "") for each in wanted)
            for record in self.records.get(kind, ())
            if record.get(field_id, "") in values
        }


Asked = Callable[..., list[Finding]]


@pytest.fixture
def ask() -> Asked:
    """Findings of the rules over the tables; ``store`` stands behind them."""

    def asked(
        rules: Sequence[Rule],
        *tables: Table,
        store: Lookup | None = None,
        choices: Mapping[str, frozenset[str]] | None = None,
        labels: Mapping[tuple[Kind, str], str] | None = None,
    ) -> list[Finding]:
        return check(
            tables,
            rules,
            BatchLookup(tables, store),
            TODAY,
            labels=labels or {},
            choices=choices or {},
        )

    return asked


@pytest.fixture
def known() -> type[Known]:
    return Known


@pytest.fixture
def sheet() -> Callable[..., Table]:
    """A table of one kind: ``sheet(Kind.MEMBER, name=["甲", "乙"])``, data from row 2."""

    def made(kind: Kind, *, file: int = 0, title: str = "表", **columns: list[str]) -> Table:
        rows = len(next(iter(columns.values())))
        letters = {name: chr(ord("A") + n) for n, name in enumerate(columns)}
        return Table(
            kind, dict(columns), list(range(2, rows + 2)), file=file, sheet=title, letters=letters
        )

    return made
