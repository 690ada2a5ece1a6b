"""Lists for people to fill in or sign: a sheet a kind, hidden marks by which a row is known again
when the list comes back, drop-downs of a province's own lists, ready to be printed on A4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from collector.model import Kind
from collector.packs.spec import Field, FieldType, Layout, Pack, Sheet
from collector.sheets.raw import Cell, RawSheet, RawWorkbook
from collector.sheets.writing import write_rows

_HEADER_WITHIN = 20
"""rows from the top in which a list's header is looked for"""
_FONT = "宋体"
_THIN = Side(style="thin", color="FF999999")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_TO_FILL = PatternFill("solid", bgColor="FFFFF2CC")
_KNOWN = Font(color="FF9E9E9E")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list; with ``field`` its drop-down and hint are that field's."""

    header: str
    width: int = 16
    field: Field | None = None
    to_fill: bool = False
    """shown yellow where it is empty"""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One sheet: titles over the header, a text for every column of every row."""

    name: str
    kind: Kind
    titles: tuple[str, ...]
    columns: Sequence[Column]
    rows: Iterator[list[str]]
    known: str = ""
    """the text of a cell that need not be filled, shown grey"""
    row_height: float = 0.0
    """points, for texts that take more than a line; 0: as usual"""
    footer: str = ""
    """printed at the foot of every page, left of the page number"""


@dataclass(frozen=True, slots=True)
class Returned:
    """A sheet of a list that came back."""

    name: str
    index: int
    mark_header: str
    rows: Sequence[tuple[int, str, Mapping[str, Cell]]] = field(default_factory=tuple)
    """row in the file, its mark, header -> cell"""


def write_lists(pack: Pack, listings: Sequence[Listing], path: Path) -> list[Path]:
    """The lists as one .xlsx of text cells (more than a sheet holds goes into further files).

    Raises ``SurroundingsFailed`` (``workbook.not_written``).
    """
    sheets = [_sheet(number, listing, path.name) for number, listing in enumerate(listings)]

    def dress(book: Workbook) -> None:
        for sheet, listing in zip(sheets, listings, strict=True):
            _dress(cast(Worksheet, book[sheet.name]), sheet, listing)

    rows = {sheet.id: each.rows for sheet, each in zip(sheets, listings, strict=True)}
    return write_rows(pack, sheets, rows, path, dress)


def read_lists(raw: RawWorkbook, mark: str) -> list[Returned]:
    """The sheets that have a column whose header begins with ``mark``, wherever it was moved."""
    found = (_returned(number, sheet, mark) for number, sheet in enumerate(raw.sheets))
    return [item for item in found if item is not None]


def is_list(raw: RawWorkbook, mark: str) -> bool:
    """Whether some sheet of the file is such a list."""
    return any(
        isinstance(cell, str) and cell.strip().startswith(mark)
        for sheet in raw.sheets
        for column in sheet.columns
        for cell in column[:_HEADER_WITHIN]
    )


def _sheet(number: int, listing: Listing, workbook: str) -> Sheet:
    fields = tuple(_field(place, listing.kind, each) for place, each in enumerate(listing.columns))
    header_row = len(listing.titles) + 1
    layout = Layout(listing.titles, header_row, 1, header_row + 1)
    return Sheet(f"list{number}", listing.name, workbook, (listing.kind,), fields, layout)


def _field(place: int, kind: Kind, column: Column) -> Field:
    if column.field is not None:
        return replace(column.field, header=column.header, group="", width=column.width)
    return Field(kind, f"list.{place}", column.header, FieldType.TEXT, width=column.width)


def _dress(page: Worksheet, sheet: Sheet, listing: Listing) -> None:
    first = sheet.layout.data_row
    for number, column in enumerate(listing.columns, 1):
        letter = get_column_letter(number)
        shape = page.column_dimensions[letter]
        shape.hidden = column.hidden
        shape.border = _GRID
        shape.alignment = Alignment(vertical="center", wrap_text=True)
        if not column.to_fill:
            continue
        area = f"{letter}{first}:{letter}1048576"
        # only as far down as there are rows: each has a mark in column A
        _colour(
            page,
            area,
            f'AND($A{first}<>"",LEN(TRIM({letter}{first}))=0)',
            DifferentialStyle(fill=_TO_FILL),
        )
        if listing.known:
            known = f'{letter}{first}="{listing.known}"'
            _colour(page, area, known, DifferentialStyle(font=_KNOWN))
    if listing.row_height:
        page.sheet_format.defaultRowHeight = listing.row_height
        page.sheet_format.customHeight = True
    shown = sum(each.width for each in listing.columns if not each.hidden)
    for row, title in enumerate(listing.titles, 1):
        cell = page.cell(row, 1)
        cell.font = Font(name=_FONT, size=11 if row > 1 else 16, bold=row == 1)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        lines = -(-2 * len(title) // max(shown - 2, 1))
        page.row_dimensions[row].height = 15.0 * lines + (14 if row == 1 else 6)
    # a prompt would cover the cells of columns nobody fills in
    rules = page.data_validations.dataValidation
    page.data_validations.dataValidation = [
        rule
        for rule, column in zip(rules, listing.columns, strict=True)
        if column.field is not None
    ]
    foot = cast(Any, page.oddFooter)
    foot.left.text = listing.footer.replace("&", "&&") or None
    foot.right.text = "第 &P 页，共 &N 页"
    page.print_options.horizontalCentered = True


def _colour(page: Worksheet, area: str, formula: str, style: DifferentialStyle) -> None:
    page.conditional_formatting.add(area, Rule(type="expression", dxf=style, formula=[formula]))


def _returned(index: int, sheet: RawSheet, mark: str) -> Returned | None:
    for offset in range(min(_HEADER_WITHIN, sheet.rows_total)):
        for place, cells in enumerate(sheet.columns):
            cell = cells[offset]
            if isinstance(cell, str) and cell.strip().startswith(mark):
                headers = [_header(column[offset]) for column in sheet.columns]
                return Returned(
                    sheet.name, index, cell.strip(), _rows(sheet, offset, place, headers)
                )
    return None


def _rows(
    sheet: RawSheet, offset: int, place: int, headers: Sequence[str]
) -> list[tuple[int, str, Mapping[str, Cell]]]:
    found: list[tuple[int, str, Mapping[str, Cell]]] = []
    for at in range(offset + 1, sheet.rows_total):
        held = {
            header: column[at]
            for header, column in zip(headers, sheet.columns, strict=True)
            if header and column[at] not in ("", None)
        }
        if held:
            marked = sheet.columns[place][at]
            found.append((sheet.first_row + at, str(marked or "").strip(), held))
    return found


def _header(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""
