"""A province's own workbook kept in a pack, and where in it the records belong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from collector.errors import InputRefused
from collector.packs import Field, Pack, PackProblem, Sheet, header_key
from collector.packs.reading import ORIGINALS
from collector.sheets.archive import Archive
from collector.sheets.learning_headers import Header, header_at, text_at
from collector.sheets.learning_lists import validations
from collector.sheets.learning_rows import filled_rows, find_footer, open_book
from collector.sheets.package import Unpatchable
from collector.sheets.preflight import SheetPart, examine, scan
from collector.sheets.raw import Format
from collector.sheets.refusals import refused
from collector.sheets.sheet_xml import SheetXml
from collector.sheets.shifting import LAST_COLUMN, Area, areas_of
from collector.wording import Text

MAX_PART = 32 << 20
_NAME_BAD = "[]:*?/\\'\"<>|"


@dataclass(frozen=True, slots=True)
class Plot:
    """The rows of one sheet that hold records. Rows and columns count from 1."""

    sheet: Sheet
    name: str
    """of the sheet, as the file has it"""
    part: str
    columns: tuple[int, ...]
    """of each field of the pack's sheet"""
    first: int
    anchor: int
    """whose look every record takes: the first row that is no example"""
    below: int
    """the first row under the records; 0 where nothing stands there"""
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Original:
    path: Path
    parts: dict[str, bytes]
    """name -> content, in the file's order"""
    plots: tuple[Plot, ...]
    """those of the pack's sheets, in the pack's order"""
    pages: dict[str, SheetXml]
    """part -> the sheet"""


def original_path(pack: Pack, workbook: str) -> Path | None:
    """The province's own file behind a workbook of the pack, where the pack keeps one."""
    path = pack.folder / ORIGINALS / workbook
    return path if path.is_file() else None


def read_original(path: Path, sheets: Sequence[Sheet]) -> Original:
    """Raises ``InputRefused``: ``workbook.*`` as every reader, ``original.sheet_missing``,
    ``original.column_missing`` and ``original.not_patchable``."""
    examined = examine(path)
    if examined.format is not Format.XLSX:
        raise refused("workbook.not_a_workbook", path)
    scan(examined)
    book = open_book(path, values=False)
    by_name = {cleaned(part.name): part for part in examined.sheets if part.part}
    with Archive(path) as archive:
        order = sorted(archive.parts.items(), key=lambda item: item[1].header_offset)
        parts = {entry.filename: archive.read(key, MAX_PART) for key, entry in order}
        plots: list[Plot] = []
        pages: dict[str, SheetXml] = {}
        for sheet in sheets:
            found = by_name.get(cleaned(sheet.name))
            if found is None or found.name not in book.sheetnames:
                raise _sheet_missing(path, sheet)
            plots.append(_plot(path, book, archive, sheet, found))
            entry = archive.parts[found.part.lower()]
            try:
                pages[found.part] = SheetXml(parts[entry.filename])
            except Unpatchable:
                raise _not_patchable(path, sheet) from None
    return Original(path, parts, tuple(plots), pages)


def unfillable(pack: Pack) -> list[PackProblem]:
    """What keeps the pack from filling its province's own files; empty where nothing does."""
    found: list[PackProblem] = []
    for name in dict.fromkeys(sheet.workbook for sheet in pack.sheets):
        own = original_path(pack, name)
        if own is None:
            continue
        try:
            read_original(own, [sheet for sheet in pack.sheets if sheet.workbook == name])
        except InputRefused as fault:
            found.append(PackProblem(fault.code, f"{ORIGINALS}{name}", fault.sentence))
    return found


def cleaned(name: str) -> str:
    """A sheet's name without what a pack cannot hold in one."""
    kept = "".join(mark for mark in name if mark not in _NAME_BAD and mark >= " ")
    return kept[:31].strip() or "表"


def _plot(path: Path, book: Workbook, archive: Archive, sheet: Sheet, part: SheetPart) -> Plot:
    page: Worksheet = book[part.name]
    layout = sheet.layout
    header = header_at(page, layout.header_row, layout.header_levels)
    if header is None:
        raise _column_missing(path, sheet, sheet.fields[0])
    columns = _columns(path, sheet, header)
    first = layout.data_row
    below = find_footer(page, header, first)[0]
    left, right = min(header.texts), max(header.texts)
    lists = [top for top in _own_lists(archive, part, left, right) if top >= first]
    below = min((row for row in (below, *lists) if row), default=0)
    last = below - 1 if below else page.max_row
    example_row, _, filled = filled_rows(page, header, first, last)
    taken = {example_row, *filled}
    anchor = next((row for row in range(first, last + 1) if row not in taken), first)
    left, right = _reach(page, first, below, left, right)
    return Plot(sheet, part.name, part.part, columns, first, anchor, below, left, right)


def _columns(path: Path, sheet: Sheet, header: Header) -> tuple[int, ...]:
    """The column of each field: by its very text, else by its name without marks."""
    found: list[int] = []
    for item in sheet.fields:
        exact = [
            column
            for column, text in header.texts.items()
            if text == item.header and header.groups.get(column, "") == item.group
        ]
        alike = [
            column
            for column, text in header.texts.items()
            if header_key(text) == header_key(item.header)
            and header_key(header.groups.get(column, "")) == header_key(item.group)
        ]
        free = [column for column in (*exact, *alike) if column not in found]
        if not free:
            raise _column_missing(path, sheet, item)
        found.append(free[0])
    return tuple(found)


def _own_lists(archive: Archive, part: SheetPart, left: int, right: int) -> Iterator[int]:
    """The first rows of lists that lie on the sheet itself, under the table."""
    for check in validations(archive, part.part):
        if check.kind != "list" or "!" in check.first or '"' in check.first:
            continue
        for _, area in areas_of(check.first.lstrip("=").upper()):
            if area is not None and area[1] <= right and area[3] >= left:
                yield area[0]


def _reach(page: Worksheet, first: int, below: int, left: int, right: int) -> tuple[int, int]:
    """The columns that give way together: all of them, unless something stands beside the table."""
    beside = any(
        text_at(page, row, column).strip()
        for row in range(first, page.max_row + 1)
        for column in (*range(1, left), *range(right + 1, page.max_column + 1))
    )
    if not beside:
        return 1, LAST_COLUMN
    merged: list[Area] = [
        (area.min_row, area.min_col, area.max_row, area.max_col)
        for area in page.merged_cells.ranges
    ]
    for top, start, _, end in merged:
        if below and top >= below and left <= start <= right:
            right = max(right, end)
    return left, right


def _sheet_missing(path: Path, sheet: Sheet) -> InputRefused:
    return InputRefused(
        "original.sheet_missing",
        Text(
            f"表样“{path.name}”里没有工作表“{sheet.name}”。",
            f"The template {path.name!r} has no sheet {sheet.name!r}.",
        ),
        _LEARN_AGAIN,
        {"file": path.name, "sheet": sheet.name},
    )


def _column_missing(path: Path, sheet: Sheet, item: Field) -> InputRefused:
    name = " ".join(item.header.split())
    row = sheet.layout.header_row
    return InputRefused(
        "original.column_missing",
        Text(
            f"表样“{path.name}”的工作表“{sheet.name}”第 {row} 行没有“{name}”这一列。",
            f"Row {row} of the sheet {sheet.name!r} of {path.name!r} has no column {name!r}.",
        ),
        _LEARN_AGAIN,
        {"file": path.name, "sheet": sheet.name, "row": row, "field": item.id},
    )


def _not_patchable(path: Path, sheet: Sheet) -> InputRefused:
    return InputRefused(
        "original.not_patchable",
        Text(
            f"表样“{path.name}”的工作表“{sheet.name}”写法特殊，不能原样填入。",
            f"The sheet {sheet.name!r} of {path.name!r} cannot be filled in place.",
        ),
        Text(
            "请用 Excel 或 WPS 打开表样，另存为 .xlsx，再用它重新学习一次。",
            "Open the template in Excel or WPS, save it as .xlsx and learn it again.",
        ),
        {"file": path.name, "sheet": sheet.name},
    )


_LEARN_AGAIN = Text(
    "请用原来的表样重新学习一次，或把 pack.toml 里的工作表名、列名、行号改成与表样一致。",
    "Learn the template again, or make the names and rows in pack.toml those of the template.",
)
