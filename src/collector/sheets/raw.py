"""What a reader found in a file, before anybody says what it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

Cell = str | float | int | bool | date | datetime | None
"""A cell as the file has it; an empty one is ``""`` or None. A time of day is text."""

Range = tuple[int, int, int, int]
"""(first row, first column, last row, last column), each counting from 1, ends included."""


class Format(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


@dataclass(slots=True)
class RawSheet:
    """One sheet. Rows and columns count from 1 as Excel shows them.

    ``columns[i][j]`` is the cell in column ``first_column + i`` and row ``first_row + j``; every
    column has ``rows_total`` cells.
    """

    name: str
    visible: bool = True
    rows_total: int = 0
    columns: list[list[Cell]] = field(default_factory=list)
    first_row: int = 1
    first_column: int = 1
    formulas: set[tuple[int, int]] = field(default_factory=set)
    """(row, column) of cells that are calculated"""
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    """(row, column) -> the error the cell shows (``#N/A`` ...)"""
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    """(row, column) of formulas the file holds no result of"""
    row_ids: dict[int, str] = field(default_factory=dict)
    """row -> what stands in the hidden column of a marked copy (``row_ids``)"""
    id_column: int = 0
    """where those stood, 0 where there are none; the column is empty now"""
    reason_columns: set[int] = field(default_factory=set)
    """a marked copy's columns of reasons, as above"""

    @property
    def last_row(self) -> int:
        return self.first_row + self.rows_total - 1

    def column(self, number: int) -> list[Cell]:
        """The cells of a column by its number from 1; all empty where the sheet has none."""
        index = number - self.first_column
        if 0 <= index < len(self.columns):
            return self.columns[index]
        return [""] * self.rows_total


@dataclass(slots=True)
class RawWorkbook:
    path: Path
    name: str
    sha256: str
    format: Format
    encoding: str | None
    """of a text file: ``UTF-8``, ``GB18030`` or ``UTF-16``; None for a workbook"""
    sheets: list[RawSheet]
    copy_id: str = ""
    """of a marked copy: what its explaining sheet says it is"""


def letter(number: int) -> str:
    """The letters of a column by its number from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def number(letters: str) -> int:
    """The number of a column from 1 by its letters."""
    total = 0
    for character in letters:
        total = total * 26 + ord(character) - 64
    return total
