"""What moves through the program: one kind of record, a list of canonical text per field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from collector.model.kinds import Kind


class RowRef(NamedTuple):
    """A row in the person's own file. ``row`` counts from 1 as Excel shows it."""

    file: int
    sheet: str
    row: int


@dataclass(slots=True)
class Table:
    """Rows of one kind from one sheet (or one form), column by column.

    Every list has ``len(table)`` items; item ``i`` of each belongs to row ``rows[i]`` of the
    person's file. A field that the sheet does not have is absent from ``columns``.
    An empty cell is the empty string.
    """

    kind: Kind
    columns: dict[str, list[str]]
    rows: list[int]
    file: int = 0
    sheet: str = ""
    letters: dict[str, str] = field(default_factory=dict)
    """field id -> column letter in the person's file"""
    originals: dict[str, dict[int, str]] = field(default_factory=dict)
    """field id -> {row index: what the person typed}, only where it differs from the canonical"""
    faults: dict[str, dict[int, str]] = field(default_factory=dict)
    """field id -> {row index: finding code}: cells condemned at the border; the engine turns
    each into a finding and asks no other rule about that cell"""

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, field_id: str) -> list[str]:
        """The texts of one field; all empty where the sheet does not have it."""
        found = self.columns.get(field_id)
        return found if found is not None else [""] * len(self.rows)

    def place(self, index: int) -> RowRef:
        return RowRef(self.file, self.sheet, self.rows[index])

    def record(self, index: int) -> dict[str, str]:
        """One row as field id -> text."""
        return {name: texts[index] for name, texts in self.columns.items()}


def form_table(kind: Kind, values: Mapping[str, str]) -> Table:
    """A form on the screen: a table of one row, which meets the same rules."""
    return Table(kind, {name: [text] for name, text in values.items()}, [1])
