"""A list for people as a plain workbook: bold header that stays in view, widths, a filter.

For places, codes and counts only: openpyxl spools to temporary files in the clear, where no
person's data may go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from collector.sheets.packing import parts_of, write_parts

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FONT = "宋体"
_HEAD = PatternFill("solid", fgColor="FFE3EDF8")
_MOST = 1_048_575


@dataclass(frozen=True, slots=True)
class ListSheet:
    name: str
    header: Sequence[str]
    widths: Sequence[int]
    """characters"""
    rows: Iterable[Sequence[str | int]]


def write_lists(target: Path, sheets: Sequence[ListSheet]) -> None:
    """One workbook; every text is a text cell, whatever it begins with. Rows beyond what a sheet
    holds go on on a further sheet. Raises ``SurroundingsFailed workbook.not_written``."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        rows = iter(sheet.rows)
        number = 1
        while True:
            name = sheet.name if number == 1 else f"{sheet.name}（{number}）"
            if not _fill(book, name, sheet, rows):
                break
            number += 1
    target.parent.mkdir(parents=True, exist_ok=True)
    write_parts(target, parts_of(book), {})


def _fill(book: Workbook, name: str, sheet: ListSheet, rows: Iterable[Sequence[str | int]]) -> bool:
    """Whether the sheet is full."""
    page = book.create_sheet(name)
    for place, width in enumerate(sheet.widths, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.freeze_panes = "A2"
    head = []
    for text in sheet.header:
        cell = WriteOnlyCell(page, text)
        cell.font = Font(name=_FONT, bold=True)
        cell.fill = _HEAD
        cell.alignment = Alignment(vertical="center")
        head.append(cell)
    page.append(head)
    done = 1
    for row in rows:
        page.append([_cell(page, value) for value in row])
        done += 1
        if done > _MOST:
            return True
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.header))}{done}"
    return False


def _cell(page: object, value: str | int) -> object:
    if isinstance(value, int):
        return value
    cell = WriteOnlyCell(page, _NOT_XML.sub("\ufffd", value)[:32767])  # type: ignore[arg-type]
    cell.data_type = "s"  # never a formula
    return cell
