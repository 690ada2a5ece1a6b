"""What a province's own workbook shows, before anybody says what its columns mean.

Rows and columns count from 1 as Excel shows them. Nothing here holds a cell of a record: of the
rows under a header only those the template itself marks as an example are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ObservedList:
    """The drop-down of a column."""

    labels: tuple[str, ...]
    """as the workbook spells them, outer white space and repetitions left out"""
    origin: str
    """the formula of the validation: the labels themselves, a range, or a name"""
    extension: bool = False
    """kept in the x14 extension, as Excel does for lists on other sheets"""
    fault: str = ""
    """why the labels could not be read: ``indirect``, ``formula``, ``name``, ``range``, ``sheet``
    or ``other_workbook``; empty where they could"""
    repeated: tuple[str, ...] = ()
    """labels that stand more than once"""


@dataclass(frozen=True, slots=True)
class ObservedLimit:
    """A validation that is no list: ``kind`` is whole, decimal, date, textLength or custom."""

    kind: str
    operator: str
    first: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether a column must be filled, as far as the template says."""

    required: bool
    sure: bool
    reason: str
    """``star``, ``word``, ``row``, ``hint``, ``red``, ``note_all``, ``unmarked`` or ``silent``"""


@dataclass(frozen=True, slots=True)
class ObservedColumn:
    number: int
    letter: str
    header: str
    """exactly as it stands, line breaks and all"""
    mark: Mark
    group: str = ""
    """the upper header of two levels"""
    choices: ObservedList | None = None
    limits: tuple[ObservedLimit, ...] = ()
    number_format: str = "General"
    """of the first cell under the header"""
    hint: str = ""
    """the prompt of the validation"""
    comment: str = ""
    """of the header cell"""
    width: int = 16
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ObservedSheet:
    name: str
    visible: bool
    titles: tuple[str, ...]
    header_row: int
    header_levels: int
    data_row: int
    columns: tuple[ObservedColumn, ...]
    note: str = ""
    """the 填表说明 below the rows"""
    note_row: int = 0
    example_row: int = 0
    example: Mapping[int, str] = field(default_factory=dict)
    """column number -> text of the row the template itself marks as an example"""
    filled_rows: tuple[int, ...] = ()
    """rows that hold something and are not marked as an example; their content is not kept"""
    workbook: str = ""
    """name of the file it stands in"""


@dataclass(frozen=True, slots=True)
class ObservedWorkbook:
    """One file, or several that are one template together; ``name`` is that of the first."""

    name: str
    sha256: str
    sheets: tuple[ObservedSheet, ...]
    notes: tuple[str, ...] = ()
    """texts of the sheets that only explain"""
    helpers: tuple[str, ...] = ()
    """sheets that hold lists for the others"""
    unread: tuple[str, ...] = ()
    """sheets in which no header was found"""
    files: tuple[tuple[str, str], ...] = ()
    """(name, SHA-256) of each file"""
