"""A proposal of what a workbook's columns mean, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field

from collector.model import Kind
from collector.packs.observed import ObservedColumn, ObservedSheet, ObservedWorkbook
from collector.packs.proposed_lists import ProposedList
from collector.packs.spec import FieldType
from collector.wording import Text

OWN = ""
"""the field of a column no known pack has"""
ALIKE = "sheet.alike"
"""the doubt about a sheet nobody could tell from another of its kind: no draft without an answer"""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something a person must look at; ``about`` is field, type, list, required or form."""

    about: str
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    observed: ObservedColumn
    kind: Kind
    field: str
    """national field id, ``serial``, or ``OWN``"""
    type: FieldType
    required: bool
    confidence: float
    """that ``field`` is right: 1 where the name is that of a known column"""
    reason: Text
    listed: ProposedList | None = None
    date_format: str = ""
    max_length: int = 0
    doubts: tuple[Doubt, ...] = ()
    left_out: bool = False
    """a person does not want the column in the pack"""

    def sure(self, about: str) -> bool:
        """Whether nothing about it is in doubt; the type hangs on the field."""
        bound = ("field", "type") if about == "type" else (about,)
        return all(doubt.about not in bound for doubt in self.doubts)


@dataclass(frozen=True, slots=True)
class ProposedSheet:
    observed: ObservedSheet
    kinds: tuple[Kind, ...]
    columns: tuple[ProposedColumn, ...]
    doubts: tuple[Doubt, ...] = ()
    only: tuple[str, str] | None = None
    """where several sheets hold one kind: a field and the value it has in this one"""


@dataclass(frozen=True, slots=True)
class Proposal:
    workbook: ObservedWorkbook
    sheets: tuple[ProposedSheet, ...]
    doubts: tuple[Doubt, ...] = field(default=())

    def all_doubts(self) -> tuple[Doubt, ...]:
        """Of the workbook, its sheets and their columns, in their order."""
        found = list(self.doubts)
        for sheet in self.sheets:
            found += sheet.doubts
            found += [
                doubt for column in sheet.columns if not column.left_out for doubt in column.doubts
            ]
        return tuple(found)
