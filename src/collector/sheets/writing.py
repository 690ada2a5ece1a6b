"""A province's workbooks: blank ones to fill in, and exact ones filled from records.

The frame is openpyxl's; the records are streamed into it as text cells, so that no value becomes
a formula, a number or a date, none passes through a temporary file, and memory does not grow.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, cast
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from collector.model import Kind
from collector.packs.spec import Pack, Sheet
from collector.progress import Progress
from collector.sheets.arranging import (
    Organisations,
    RowSource,
    TableSource,
    Values,
    chooser,
    row_maker,
    union_code,
)
from collector.sheets.frames import ROWS_MOST, TEXT_FORMAT, cell_at, frame, is_open_ended
from collector.sheets.packing import PartWriter, parts_of, write_parts
from collector.wording import Text

__all__ = ["RowSource", "TableSource", "write_blank", "write_together", "write_workbooks"]

_DIMENSION = re.compile(rb"<dimension[^>]*/>")
_ROW = re.compile(rb'<row r="(\d+)"')
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_BAD_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_NAME_MOST = 50
_STEP = 2000

Rows = Iterable[list[str]]


def write_blank(pack: Pack, folder: Path) -> list[Path]:
    """The blank workbooks of a pack, to be filled in by people; their paths.

    Raises ``SurroundingsFailed`` (``workbook.not_written``).
    """
    paths = []
    for name, sheets in _workbooks(pack).items():
        blank = {sheet.id: sheet.layout.blank_rows for sheet in sheets}
        path = folder / name
        book = frame(pack, sheets, blank)
        _lay_text_cells(book, sheets, blank)
        write_parts(path, parts_of(book), {})
        paths.append(path)
    return paths


def write_workbooks(
    pack: Pack,
    source: RowSource,
    folder: Path,
    progress: Progress | None = None,
    *,
    rows_most: int = ROWS_MOST,
) -> list[Path]:
    """The province's own workbooks, filled; their paths, in the order they are to be handed in.

    Sheets, columns, label spellings, date forms, serial numbers, order and the note row are as
    the pack has them; a value the pack has no column for is not written; every record is.
    Where the province takes one member file a union, members of no known union get one too.
    What does not fit on a sheet of ``rows_most`` rows goes on in a second file, and so on.
    Raises ``SurroundingsFailed`` (``workbook.not_written``) and ``Cancelled``.
    """
    organisations = Organisations.of(source, pack.writer.parents_before_children)
    paths: list[Path] = []
    for name, sheets in _workbooks(pack).items():
        members = [sheet for sheet in sheets if Kind.MEMBER in sheet.kinds]
        if not pack.writer.one_member_file_per_union:
            members = []
        others = [sheet for sheet in sheets if sheet not in members]
        if others:
            rows = {
                sheet.id: _rows(pack, sheet, source, organisations, progress) for sheet in others
            }
            paths.extend(_write(pack, others, rows, folder / name, rows_most))
        if members:
            grouped = _by_union(pack, members[0], source, organisations, progress)
            for file, listed in grouped:
                rows = {members[0].id: iter(listed)}
                paths.extend(_write(pack, members, rows, folder / file, rows_most))
    return paths


def write_together(pack: Pack, source: RowSource, path: Path) -> Path:
    """All sheets of a pack, filled, in one workbook: the examples of a pack are written so."""
    organisations = Organisations.of(source, pack.writer.parents_before_children)
    rows = {sheet.id: _rows(pack, sheet, source, organisations, None) for sheet in pack.sheets}
    return _write(pack, pack.sheets, rows, path, ROWS_MOST)[0]


def _workbooks(pack: Pack) -> dict[str, list[Sheet]]:
    """File name -> its sheets, in the pack's order."""
    found: dict[str, list[Sheet]] = {}
    for sheet in pack.sheets:
        found.setdefault(sheet.workbook, []).append(sheet)
    return found


def _lay_text_cells(book: Workbook, sheets: Sequence[Sheet], rows: Mapping[str, int]) -> None:
    """Rows above a note need text cells of their own; elsewhere the columns' format is enough."""
    for sheet in sheets:
        if is_open_ended(sheet):
            continue
        page = cast(Worksheet, book[sheet.name])
        first = sheet.layout.data_row
        for row in range(first, first + rows[sheet.id]):
            for column in range(1, len(sheet.fields) + 1):
                cell_at(page, row, column).number_format = TEXT_FORMAT


def _rows(
    pack: Pack,
    sheet: Sheet,
    source: RowSource,
    organisations: Organisations,
    progress: Progress | None,
) -> Iterator[list[str]]:
    """The rows of one sheet, of all its records."""
    make = row_maker(pack, sheet)
    belongs = chooser(pack, sheet)
    chosen = filter(belongs, _records(sheet, source, organisations))
    for serial, records in enumerate(chosen, 1):
        if progress is not None and serial % _STEP == 0:
            _tell(progress, serial)
        yield make(records, serial)


def _records(
    sheet: Sheet, source: RowSource, organisations: Organisations
) -> Iterator[Mapping[Kind, Values]]:
    if set(sheet.kinds) == {Kind.UNIT, Kind.UNION}:
        for unit, union in organisations.organisation_rows():
            yield {Kind.UNIT: unit, Kind.UNION: union}
    elif sheet.kinds == (Kind.UNIT,):
        yield from ({Kind.UNIT: unit} for unit in organisations.units)
    elif sheet.kinds == (Kind.UNION,):
        yield from ({Kind.UNION: union} for union in organisations.unions)
    elif sheet.kinds == (Kind.MEMBER,):
        for member in source.rows(Kind.MEMBER):
            yield {Kind.MEMBER: organisations.completed(member)}
    else:
        (kind,) = sheet.kinds
        yield from ({kind: record} for record in source.rows(kind))


def _by_union(
    pack: Pack,
    sheet: Sheet,
    source: RowSource,
    organisations: Organisations,
    progress: Progress | None,
) -> Iterator[tuple[str, list[list[str]]]]:
    """File name and rows, one a union in the unions' order, then members of unknown unions."""
    make = row_maker(pack, sheet)
    groups: dict[tuple[int, str], list[list[str]]] = defaultdict(list)
    for number, member in enumerate(source.rows(Kind.MEMBER), 1):
        if progress is not None and number % _STEP == 0:
            _tell(progress, number)
        place = organisations.union_of(member)
        named = member.get("union_name", "") or member.get("union_code", "")
        rows = groups[(len(organisations.unions), named) if place is None else (place, "")]
        rows.append(make({Kind.MEMBER: organisations.completed(member)}, len(rows) + 1))
    stem = Path(sheet.workbook).stem
    taken: set[str] = set()
    for place, named in sorted(groups):
        known = place < len(organisations.unions)
        union: Values = organisations.unions[place] if known else {}
        title = union.get("name", "") or named or "未归属工会"
        file = _free_name(f"{stem}_{_file_name(title)}", union_code(union), taken)
        yield f"{file}.xlsx", groups[(place, named)]


def _tell(progress: Progress, number: int) -> None:
    progress.step(Text("正在写上报表格", "Writing the workbooks"), number, 0)


def _file_name(text: str) -> str:
    """A name every system takes as a file's: no separators, no outer dots, not too long."""
    cleaned = _BAD_IN_NAMES.sub("_", text).strip(" ._")
    return cleaned[:_NAME_MOST].strip(" ._") or "工会"


def _free_name(name: str, code: str, taken: set[str]) -> str:
    """Two unions may bear one name, or names alike but for what a file name cannot hold."""
    number = 1
    wanted = name
    while wanted.casefold() in taken:
        number += 1
        code_part = _file_name(code) if code and number == 2 else str(number)
        wanted = f"{name}_{code_part}"
    taken.add(wanted.casefold())
    return wanted


def _write(
    pack: Pack,
    sheets: Sequence[Sheet],
    rows: Mapping[str, Iterator[list[str]]],
    path: Path,
    rows_most: int,
) -> list[Path]:
    """One workbook; what its sheets cannot hold goes into further files of the same name."""
    waiting = dict(rows)
    paths: list[Path] = []
    while True:
        number = len(paths) + 1
        file = path if number == 1 else path.with_name(f"{path.stem}（{number}）.xlsx")
        _write_one(pack, sheets, waiting, file, rows_most)
        paths.append(file)
        ahead = {name: next(left, None) for name, left in waiting.items()}
        if not any(row is not None for row in ahead.values()):
            return paths
        waiting = {
            name: iter(()) if row is None else chain([row], waiting[name])
            for name, row in ahead.items()
        }


def _write_one(
    pack: Pack,
    sheets: Sequence[Sheet],
    rows: Mapping[str, Iterator[list[str]]],
    path: Path,
    rows_most: int,
) -> None:
    """Takes from ``rows`` what one file holds and writes it."""
    given: dict[str, Iterator[list[str]]] = {}
    counts: dict[str, int] = {}
    for sheet in sheets:
        holds = rows_most - sheet.layout.data_row + (1 if is_open_ended(sheet) else 0)
        taken = islice(rows[sheet.id], holds)
        if is_open_ended(sheet):
            given[sheet.id], counts[sheet.id] = taken, 0
        else:
            listed = list(taken)
            given[sheet.id], counts[sheet.id] = iter(listed), len(listed)
    book = frame(pack, sheets, counts)
    writers: dict[str, PartWriter] = {
        f"xl/worksheets/sheet{number}.xml": _sheet_writer(
            sheet, _text_styles(book, sheet), given[sheet.id]
        )
        for number, sheet in enumerate(sheets, 1)
    }
    write_parts(path, parts_of(book), writers)


def _text_styles(book: Workbook, sheet: Sheet) -> list[int]:
    """The number of each column's text style, as the frame's stylesheet counts them."""
    columns = cast(Worksheet, book[sheet.name]).column_dimensions
    return [
        columns[get_column_letter(number)].style_id for number in range(1, len(sheet.fields) + 1)
    ]


def _sheet_writer(sheet: Sheet, styles: Sequence[int], rows: Iterator[list[str]]) -> PartWriter:
    """Streams the rows to where the records belong in the frame's sheet."""
    first = sheet.layout.data_row
    starts = [
        f'<c r="{get_column_letter(number)}%d" s="{style}"'
        for number, style in enumerate(styles, 1)
    ]

    def write(content: bytes, part: IO[bytes]) -> None:
        # The frame's own dimension would hide the rows from readers that trust it.
        content = _DIMENSION.sub(b"", content, count=1)
        below = (found for found in _ROW.finditer(content) if int(found[1]) >= first)
        note = next(below, None)
        place = content.index(b"</sheetData>") if note is None else note.start()
        part.write(content[:place])
        numbered = enumerate(rows, first)
        while chunk := [_row_xml(number, row, starts) for number, row in islice(numbered, _STEP)]:
            part.write("".join(chunk).encode())
        part.write(content[place:])

    return write


def _row_xml(number: int, texts: Sequence[str], starts: Sequence[str]) -> str:
    cells = [
        f'{start % number} t="inlineStr"><is><t xml:space="preserve">{_xml(text)}</t></is></c>'
        if text
        else f"{start % number}/>"
        for start, text in zip(starts, texts, strict=True)
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _xml(text: str) -> str:
    """Text as it stands in a cell; what XML cannot hold is written the way Excel writes it."""
    return escape(_NO_TEXT.sub(lambda found: f"_x{ord(found[0]):04X}_", text))
