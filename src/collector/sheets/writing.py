"""A province's workbooks: blank ones to fill in, and exact ones filled from records.

The frame is openpyxl's; the records are streamed into it as text cells, so that no value becomes
a formula, a number or a date, none passes through a temporary file, and memory does not grow.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Protocol, cast

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
from collector.sheets.filling import rows_it_holds, write_filled
from collector.sheets.frames import ROWS_MOST, TEXT_FORMAT, cell_at, frame, is_open_ended
from collector.sheets.originals import Original, original_path, read_original
from collector.sheets.packing import PartWriter, parts_of, write_copy, write_parts
from collector.sheets.row_xml import cell_start, row_cells
from collector.wording import Text

__all__ = [
    "RowSource",
    "TableSource",
    "write_blank",
    "write_rows",
    "write_together",
    "write_workbooks",
]

_DIMENSION = re.compile(rb"<dimension[^>]*/>")
_ROW = re.compile(rb'<row r="(\d+)"')
_BAD_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_NAME_MOST = 50
_STEP = 2000

Rows = Iterable[list[str]]


def write_blank(pack: Pack, folder: Path) -> list[Path]:
    """The blank workbooks of a pack, to be filled in by people; their paths.

    Where the pack keeps the province's own file, that file. Raises ``SurroundingsFailed``
    (``workbook.not_written``).
    """
    paths = []
    for name, sheets in _workbooks(pack).items():
        blank = {sheet.id: sheet.layout.blank_rows for sheet in sheets}
        path = folder / name
        paths.append(path)
        own = original_path(pack, name)
        if own is not None:
            write_copy(own, path)
            continue
        book = frame(pack, sheets, blank)
        _lay_text_cells(book, sheets, blank)
        write_parts(path, parts_of(book), {})
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
            book = _book(pack, name, sheets, others)
            paths.extend(_write(book, rows, folder / name, rows_most))
        if members:
            book = _book(pack, name, sheets, members)
            for file, listed in _by_union(pack, members, source, organisations, progress):
                rows = {sheet: iter(texts) for sheet, texts in listed.items()}
                paths.extend(_write(book, rows, folder / file, rows_most))
    return paths


def write_together(pack: Pack, source: RowSource, path: Path) -> Path:
    """All sheets of a pack, filled, in one workbook: the examples of a pack are written so."""
    organisations = Organisations.of(source, pack.writer.parents_before_children)
    rows = {sheet.id: _rows(pack, sheet, source, organisations, None) for sheet in pack.sheets}
    return _write(_Built(pack, pack.sheets), rows, path, ROWS_MOST)[0]


def write_rows(
    pack: Pack,
    sheets: Sequence[Sheet],
    rows: Mapping[str, Iterator[list[str]]],
    path: Path,
    dress: Callable[[Workbook], None] | None = None,
) -> list[Path]:
    """Rows at hand into sheets of one's own making, with the lists of a pack; the files written.

    ``rows`` go by sheet id, each row has a text for every field; ``dress`` may change the frame
    (hide a column, colour cells) before the rows are streamed into it.
    Raises ``SurroundingsFailed`` (``workbook.not_written``).
    """
    return _write(_Built(pack, sheets, dress), rows, path, ROWS_MOST)


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
    sheets: Sequence[Sheet],
    source: RowSource,
    organisations: Organisations,
    progress: Progress | None,
) -> Iterator[tuple[str, dict[str, list[list[str]]]]]:
    """File name and rows by sheet id, one a union in the unions' order, then members of unknown
    unions."""
    makers = [(sheet.id, chooser(pack, sheet), row_maker(pack, sheet)) for sheet in sheets]
    groups: dict[tuple[int, str], dict[str, list[list[str]]]] = defaultdict(dict)
    for number, member in enumerate(source.rows(Kind.MEMBER), 1):
        if progress is not None and number % _STEP == 0:
            _tell(progress, number)
        place = organisations.union_of(member)
        named = member.get("union_name", "") or member.get("union_code", "")
        group = groups[(len(organisations.unions), named) if place is None else (place, "")]
        records = {Kind.MEMBER: organisations.completed(member)}
        for sheet, belongs, make in makers:
            if belongs(records):
                rows = group.setdefault(sheet, [])
                rows.append(make(records, len(rows) + 1))
    stem = Path(sheets[0].workbook).stem
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


class _Book(Protocol):
    """A workbook that can be written again and again with other rows."""

    def holds(self, rows_most: int) -> Mapping[str, int]:
        """Sheet id -> how many records fit on a sheet of ``rows_most`` rows."""

    def write(self, rows: Mapping[str, Iterator[list[str]]], path: Path) -> None: ...


@dataclass(frozen=True, slots=True)
class _Built:
    """A workbook made from what the pack says of it."""

    pack: Pack
    sheets: Sequence[Sheet]
    dress: Callable[[Workbook], None] | None = None

    def holds(self, rows_most: int) -> Mapping[str, int]:
        return {
            sheet.id: rows_most - sheet.layout.data_row + (1 if is_open_ended(sheet) else 0)
            for sheet in self.sheets
        }

    def write(self, rows: Mapping[str, Iterator[list[str]]], path: Path) -> None:
        given: dict[str, Iterator[list[str]]] = {}
        counts: dict[str, int] = {}
        for sheet in self.sheets:
            taken = rows.get(sheet.id, iter(()))
            if is_open_ended(sheet):
                given[sheet.id], counts[sheet.id] = taken, 0
            else:
                listed = list(taken)
                given[sheet.id], counts[sheet.id] = iter(listed), len(listed)
        book = frame(self.pack, self.sheets, counts)
        if self.dress is not None:
            self.dress(book)
        writers: dict[str, PartWriter] = {
            f"xl/worksheets/sheet{number}.xml": _sheet_writer(
                sheet, _text_styles(book, sheet), given[sheet.id]
            )
            for number, sheet in enumerate(self.sheets, 1)
        }
        write_parts(path, parts_of(book), writers)


@dataclass(frozen=True, slots=True)
class _Own:
    """The province's own file, kept in the pack."""

    original: Original

    def holds(self, rows_most: int) -> Mapping[str, int]:
        return {
            plot.sheet.id: rows_it_holds(plot, self.original.pages[plot.part], rows_most)
            for plot in self.original.plots
        }

    def write(self, rows: Mapping[str, Iterator[list[str]]], path: Path) -> None:
        write_filled(self.original, rows, path)


def _book(pack: Pack, name: str, sheets: Sequence[Sheet], used: Sequence[Sheet]) -> _Book:
    """The province's own file, whole, where the pack keeps it; else one of the sheets used."""
    own = original_path(pack, name)
    return _Built(pack, used) if own is None else _Own(read_original(own, sheets))


def _write(
    book: _Book, rows: Mapping[str, Iterator[list[str]]], path: Path, rows_most: int
) -> list[Path]:
    """One workbook; what its sheets cannot hold goes into further files of the same name."""
    waiting = dict(rows)
    holds = book.holds(rows_most)
    paths: list[Path] = []
    while True:
        number = len(paths) + 1
        file = path if number == 1 else path.with_name(f"{path.stem}（{number}）.xlsx")
        book.write({name: islice(left, holds[name]) for name, left in waiting.items()}, file)
        paths.append(file)
        ahead = {name: next(left, None) for name, left in waiting.items()}
        if not any(row is not None for row in ahead.values()):
            return paths
        waiting = {
            name: iter(()) if row is None else chain([row], waiting[name])
            for name, row in ahead.items()
        }


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
        cell_start(get_column_letter(number), str(style)) for number, style in enumerate(styles, 1)
    ]

    def write(content: bytes, part: IO[bytes]) -> None:
        # The frame's own dimension would hide the rows from readers that trust it.
        content = _DIMENSION.sub(b"", content, count=1)
        below = (found for found in _ROW.finditer(content) if int(found[1]) >= first)
        note = next(below, None)
        place = content.index(b"</sheetData>") if note is None else note.start()
        part.write(content[:place])
        numbered = enumerate(rows, first)
        while chunk := [
            f'<row r="{number}">{row_cells(number, row, starts)}</row>'
            for number, row in islice(numbered, _STEP)
        ]:
            part.write("".join(chunk).encode())
        part.write(content[place:])

    return write
