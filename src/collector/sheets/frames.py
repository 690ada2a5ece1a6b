"""The frame of a province's workbook: titles, header, drop-downs, note; no record in it.

Built with openpyxl from the pack alone. Drop-downs are ordinary data validations, which Excel,
WPS and LibreOffice all keep: a short list stands in the validation itself, a longer one on the
helper sheet of the same workbook.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from collector.packs.dictionary import Dictionary
from collector.packs.spec import Field, FieldType, Pack, Sheet

LISTS_SHEET = "下拉菜单表"
"""the helper sheet that holds long lists, named as the provinces name it"""
PACK_PROPERTY = "collector.pack"
"""the document property that names the pack and its version"""
ROWS_MOST = 1_048_576
"""rows of an .xlsx sheet"""
_INLINE_MOST = 255
"""characters of a list in the validation itself; Excel refuses the file beyond"""
_INLINE_LABELS_MOST = 30
"""longer lists are easier to read, and to compare, on a sheet; the provinces do so too"""
_PROMPT_MOST = 255
_TITLE_MOST = 32
_MADE = datetime(2000, 1, 1, tzinfo=UTC)

_FONT = "宋体"
_THIN = Side(style="thin", color="FF999999")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_CELL = Alignment(horizontal="left", vertical="center")
_REQUIRED = PatternFill("solid", fgColor="FFFFE699")
_OPTIONAL = PatternFill("solid", fgColor="FFEDEDED")
TEXT_FORMAT = "@"


def frame(pack: Pack, sheets: Sequence[Sheet], rows: Mapping[str, int]) -> Workbook:
    """A workbook with these sheets of a pack; ``rows`` is how many rows each leaves for records.

    The sheets come first and in the given order (a province's importer reads the first one), the
    helper sheet last. Rows are counted by sheet id.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    pages = [book.create_sheet(sheet.name) for sheet in sheets]
    ranges = _lists(book, pack, sheets)
    for page, sheet in zip(pages, sheets, strict=True):
        _fill_frame(page, sheet, pack, ranges, rows[sheet.id])
    cast(Any, book).custom_doc_props.append(  # its type stubs do not know it
        StringProperty(name=PACK_PROPERTY, value=f"{pack.id}/{pack.version}")
    )
    book.properties.creator = "collector"
    book.properties.title = pack.title
    book.properties.created = _MADE
    return book


def is_open_ended(sheet: Sheet) -> bool:
    """Whether records may follow without an end: nothing stands below them."""
    return not sheet.layout.note


def spelled(pack: Pack, dictionary: str, label: str) -> str:
    """A canonical label as the province's own list spells it."""
    return pack.writer.label_spelling.get(dictionary, {}).get(label, label)


def _labels(pack: Pack, dictionary: Dictionary) -> list[str]:
    return [spelled(pack, dictionary.id, label) for label in dictionary.labels]


def _fits_inline(labels: Sequence[str]) -> bool:
    together = ",".join(labels)
    return (
        len(together) <= _INLINE_MOST
        and len(labels) <= _INLINE_LABELS_MOST
        and not any(mark in label for label in labels for mark in ',"')
    )


def _lists(book: Workbook, pack: Pack, sheets: Sequence[Sheet]) -> dict[str, str]:
    """Dictionary id -> what a list validation needs; the helper sheet only where it is needed."""
    used = dict.fromkeys(
        field.dictionary for sheet in sheets for field in sheet.fields if field.dictionary
    )
    ranges: dict[str, str] = {}
    long: list[Dictionary] = []
    for dictionary in (pack.dictionaries[name] for name in used):
        labels = _labels(pack, dictionary)
        if _fits_inline(labels):
            ranges[dictionary.id] = f'"{",".join(labels)}"'
        else:
            long.append(dictionary)
    if long:
        helper = book.create_sheet(LISTS_SHEET)
        for column, dictionary in enumerate(long, 1):
            labels = _labels(pack, dictionary)
            letter = get_column_letter(column)
            for row, label in enumerate([dictionary.title, *labels], 1):
                _put(helper, row, column, label)
            helper.column_dimensions[letter].width = 2 + max(_breadth(label) for label in labels)
            ranges[dictionary.id] = f"'{LISTS_SHEET}'!${letter}$2:${letter}${len(labels) + 1}"
    return ranges


def _put(page: Worksheet, row: int, column: int, text: str) -> Cell:
    """Text is text, even where it looks like a formula."""
    cell = cell_at(page, row, column)
    cell.value = text
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
    return cell


def cell_at(page: Worksheet, row: int, column: int) -> Cell:
    """The cell itself; the covered part of a merged area is never asked for."""
    return cast(Cell, page.cell(row, column))


def _fill_frame(
    page: Worksheet, sheet: Sheet, pack: Pack, ranges: Mapping[str, str], rows: int
) -> None:
    layout = sheet.layout
    width = len(sheet.fields)
    for row, title in enumerate(layout.title_rows, 1):
        cell = _put(page, row, 1, title)
        main = row == min(2, len(layout.title_rows))
        cell.font = Font(name=_FONT, size=16 if main else 11, bold=main)
        cell.alignment = _MIDDLE if main else _LEFT
        if width > 1:
            page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    _header(page, sheet)
    last = layout.data_row + rows - 1
    if layout.note:
        _note(page, sheet, last + 1)
    for column, field in enumerate(sheet.fields, 1):
        letter = get_column_letter(column)
        page.column_dimensions[letter].width = field.width
        page.column_dimensions[letter].number_format = TEXT_FORMAT
        page.column_dimensions[letter].font = Font(name=_FONT, size=11)
        end = ROWS_MOST if is_open_ended(sheet) else max(last, layout.data_row)
        page.add_data_validation(
            _validation(field, letter, layout.data_row, end, ranges.get(field.dictionary, ""))
        )
    page.freeze_panes = f"A{layout.data_row}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    cast(Any, page).print_title_rows = f"{layout.header_row}:{layout.data_row - 1}"


def _header(page: Worksheet, sheet: Sheet) -> None:
    top = sheet.layout.header_row
    bottom = top + sheet.layout.header_levels - 1
    for column, field in enumerate(sheet.fields, 1):
        _put(page, bottom if field.group else top, column, field.header)
        for row in range(top, bottom + 1):
            cell = cell_at(page, row, column)
            cell.font = Font(name=_FONT, size=11, bold=field.required)
            cell.fill = _REQUIRED if field.required else _OPTIONAL
            cell.alignment, cell.border = _MIDDLE, _GRID
            cell.number_format = TEXT_FORMAT
        if bottom > top and not field.group:
            page.merge_cells(start_row=top, end_row=bottom, start_column=column, end_column=column)
    if bottom > top:
        for first, last, group in _groups(sheet.fields):
            _put(page, top, first, group)
            if last > first:
                page.merge_cells(start_row=top, end_row=top, start_column=first, end_column=last)
    lines = max(
        field.header.count("\n") + math.ceil(_breadth(field.header) / max(field.width - 2, 1))
        for field in sheet.fields
    )
    page.row_dimensions[bottom].height = 15.0 * lines + 6


def _groups(fields: Sequence[Field]) -> list[tuple[int, int, str]]:
    """Neighbouring columns under one upper header: first column, last column, text."""
    found: list[tuple[int, int, str]] = []
    for column, field in enumerate(fields, 1):
        if field.group and found and found[-1][2] == field.group and found[-1][1] == column - 1:
            found[-1] = (found[-1][0], column, field.group)
        elif field.group:
            found.append((column, column, field.group))
    return found


def _note(page: Worksheet, sheet: Sheet, row: int) -> None:
    cell = _put(page, row, 1, sheet.layout.note.strip())
    cell.font = Font(name=_FONT, size=11)
    cell.alignment = _LEFT
    if len(sheet.fields) > 1:
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(sheet.fields))
    page.row_dimensions[row].height = 18.0 * (sheet.layout.note.strip().count("\n") + 1) + 6


def _validation(field: Field, letter: str, first: int, last: int, listed: str) -> DataValidation:
    """The drop-down of a column, or only its hint; a hint never hinders typing."""
    place = f"{letter}{first}:{letter}{last}"
    rule = DataValidation(sqref=place, allow_blank=True, showInputMessage=True)
    if listed:
        rule.type = "list"
        rule.formula1 = listed
        rule.showErrorMessage = True
        rule.errorTitle = "不在选项里"
        rule.error = "请从下拉清单里选择一项。"
    elif field.type is FieldType.SERIAL:
        rule.type = "custom"
        rule.formula1 = f"COUNTIF(${letter}:${letter},{letter}{first})<2"
        rule.showErrorMessage = True
        rule.error = "当前输入的内容，与本区域的其他单元格内容重复。"
    said = "必填。" if field.required else "选填。"
    if field.type is FieldType.SERIAL:
        said = ""
    rule.promptTitle = " ".join(field.header.split())[:_TITLE_MOST]
    rule.prompt = f"{said}{field.hint or _usual_hint(field)}"[:_PROMPT_MOST] or None
    return rule


def _usual_hint(field: Field) -> str:
    if field.type is FieldType.CHOICE:
        return "从下拉清单里选择。"
    if field.type is FieldType.DATE:
        return f"写法：{field.date_format}。"
    if field.type is FieldType.SERIAL:
        return "从 1 起，不重复。"
    return ""


def _breadth(text: str) -> int:
    """Columns of a text on the screen: a Chinese character takes two."""
    return max(
        (sum(2 if ord(c) > 255 else 1 for c in line) for line in text.split("\n")), default=1
    )
