"""One pass over a sheet's XML: how far it reaches, and what is calculated, merged or hidden.

The reader gives values only: it shows an error cell as empty and does not say what is calculated
or hidden. The pass is also the last refusal before a reader sees the sheet. What every office
program writes is met row by row (``rowshapes``); whatever is written otherwise is parsed element
by element, slower and to the same answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from collector.sheets.archive import Archive
from collector.sheets.raw import Range, RawSheet, number
from collector.sheets.refusals import refused
from collector.sheets.rowshapes import ERROR, OtherDialect, Row, RowReader, Shape

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
MAX_EXTENT = 24_000_000
"""cells of the rectangle around all data, which the reader keeps in memory"""
MAX_MERGES = 65_536
MAX_GAP = 4 << 20
"""bytes without a tag; a cell holds 32,767 characters at most"""
_MAX_FRAME = 32 << 20

_SHEET_DATA = re.compile(rb"<sheetData ?/?>")
_REFERENCE = re.compile(r"\$?([A-Z]{1,7})\$?([0-9]{1,10})")


@dataclass(slots=True)
class SheetScan:
    """Places count from 1. ``rows`` and ``cells`` count elements and cells with content."""

    rows: int = 0
    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    """formulas without a result; ``t="str"`` and no text is a result: the empty text"""
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_spans: list[tuple[int, int]] = field(default_factory=list)
    """(first, last) column"""

    patchable: bool = False
    """whether the sheet is written as office programs write it"""

    def give(self, sheet: RawSheet) -> None:
        """Adds what a reader does not tell."""
        sheet.formulas = self.formulas
        sheet.errors = self.errors
        sheet.uncalculated = self.uncalculated
        sheet.hidden_rows = self.hidden_rows
        sheet.hidden_columns = self.hidden_columns()
        sheet.merges = self.merges

    def hidden_columns(self) -> set[int]:
        """Those among the columns that hold anything."""
        return {
            column
            for first, last in self.hidden_spans
            for column in range(first, min(last, self.last_column) + 1)
        }


def scan_sheet(archive: Archive, part: str) -> SheetScan:
    """Reads a sheet part once; raises ``InputRefused`` for what no reader should see.

    Codes: ``workbook.damaged``, ``.dtd``, ``.utf16_sheet``, ``.zip_bomb``, ``.impossible_place``,
    ``.far_cells``, ``.too_many_merges``.
    """
    scan = SheetScan()
    reader = RowReader(lambda rows, shapes: note_rows(scan, rows, shapes))
    try:
        head, tail = pass_rows(archive, part, reader.block)
        scan_frame(archive, head, tail, scan)
        scan.patchable = True
    except OtherDialect:
        scan = SheetScan()
        _scan_elements(archive, checked(archive, part), scan)
    check_extent(archive, scan)
    return scan


def checked(archive: Archive, part: str) -> Iterator[bytes]:
    """A part's chunks, refused at the first one that declares a DTD or another encoding."""
    before = b""
    for chunk in archive.chunks(part):
        archive.check_xml(before + chunk if before else chunk, first=not before)
        before = chunk[-16:]
        yield chunk


def check_extent(archive: Archive, scan: SheetScan) -> None:
    if scan.last_row > MAX_ROW or scan.last_column > MAX_COLUMN:
        raise refused("workbook.impossible_place", archive.path)
    extent = scan.last_row * scan.last_column
    if extent > MAX_EXTENT:
        sparse = scan.cells < extent // 8
        raise refused("workbook.far_cells" if sparse else "workbook.too_large", archive.path)


def pass_rows(archive: Archive, part: str, take: Callable[[bytes], None]) -> tuple[bytes, bytes]:
    """Gives ``take`` the rows of a sheet, a block of whole rows at a time.

    Returns what stands before and after them, the tags of the sheet data left out. Raises
    ``OtherDialect``, and ``InputRefused`` as ``checked`` does.
    """
    head = tail = rest = b""
    where = 0  # 0 before, 1 inside, 2 after the sheet data
    for chunk in checked(archive, part):
        if where == 0:
            head += chunk
            begin = _SHEET_DATA.search(head)
            if begin is None:
                if len(head) > MAX_GAP:
                    raise OtherDialect
                continue
            chunk = head[begin.end() :]
            head = head[: begin.start()]
            where = 1 if begin[0] == b"<sheetData>" else 2
        if where == 1:
            data = rest + chunk
            end = data.find(b"</sheetData>")
            if end < 0:
                cut = max(data.rfind(b"<row "), 0)
                rest = data[cut:]
                if len(rest) > MAX_GAP:
                    raise OtherDialect
                take(data[:cut])
                continue
            take(data[:end])
            chunk = data[end + 12 :]
            where = 2
        tail += chunk
        if len(tail) > _MAX_FRAME:
            raise OtherDialect
    if where != 2:
        raise OtherDialect
    return head, tail


def scan_frame(archive: Archive, head: bytes, tail: bytes, scan: SheetScan) -> None:
    """What stands around the rows: hidden columns, merges, the dimension."""
    _scan_elements(archive, iter((head, b"<sheetData></sheetData>", tail)), scan)


def note_rows(scan: SheetScan, rows: Sequence[Row], shapes: Sequence[Shape]) -> None:
    """Adds to ``scan`` what rows of these shapes tell."""
    scan.rows += len(rows)
    for shape, times in Counter(shapes).items():
        if shape.columns:
            scan.cells += times * len(shape.columns)
            scan.last_column = max(scan.last_column, shape.columns[-1])
    filled = [row[0] for row in rows if len(row) > 1]
    scan.last_row = max(scan.last_row, max(map(int, filled), default=0))
    if any(shape.tells for shape in set(shapes)):
        for row, shape in zip(rows, shapes, strict=True):
            if shape.tells:
                _note_row(scan, row, shape)


def _note_row(scan: SheetScan, row: Row, shape: Shape) -> None:
    place = int(row[0])
    if shape.hidden:
        scan.hidden_rows.add(place)
    scan.formulas.update((place, column) for column in shape.formulas)
    scan.uncalculated.update((place, column) for column in shape.uncalculated)
    for column, kind, text in zip(shape.columns, shape.kinds, row[1:], strict=True):
        if kind is ERROR:
            scan.errors[place, column] = text.decode("utf-8", "replace")


def _scan_elements(archive: Archive, chunks: Iterator[bytes], scan: SheetScan) -> None:
    reader = _Elements(archive, scan)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        for chunk in chunks:
            parser.Parse(chunk)
            if reader.gap > MAX_GAP:
                raise refused("workbook.zip_bomb", archive.path)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise refused("workbook.damaged", archive.path) from None


class _Elements:
    """Follows the elements of a sheet whatever their prefixes, as the reader does."""

    def __init__(self, archive: Archive, scan: SheetScan) -> None:
        self._archive = archive
        self._scan = scan
        self._row = 0
        self._column = 0
        self._inside = ""
        self._error = False
        self._text = False
        self._formula = False
        self._shown = ""
        self._filled = False
        self.gap = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        scan = self._scan
        self.gap = 0
        local = name.rpartition(":")[2]
        if local == "c":
            self._column += 1
            place = attributes.get("r")
            if place is not None:
                self._row, self._column = self._place(place)
            self._error = attributes.get("t") == "e"
            self._text = attributes.get("t") == "str"
            self._formula = False
            self._shown = ""
            self._filled = False
        elif local == "row":
            self._row = self._whole(attributes.get("r"), self._row + 1)
            self._column = 0
            scan.rows += 1
            if _true(attributes.get("hidden")):
                scan.hidden_rows.add(self._row)
        elif local == "f" and self._column:
            scan.formulas.add((self._row, self._column))
            self._formula = True
            self._inside = local
        elif local in ("v", "t"):
            self._inside = local
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif local == "col" and _true(attributes.get("hidden")):
            first = self._whole(attributes.get("min"), 1)
            scan.hidden_spans.append((first, self._whole(attributes.get("max"), first)))
        elif local == "dimension":
            for corner in attributes.get("ref", "A1").split(":"):
                self._place(corner)

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        self._inside = ""
        self.gap = 0
        if local == "c":
            scan = self._scan
            if self._filled:
                scan.cells += 1
                scan.last_row = max(scan.last_row, self._row)
                scan.last_column = max(scan.last_column, self._column)
            elif self._formula and not self._text:
                scan.uncalculated.add((self._row, self._column))
            if self._error:
                scan.errors[self._row, self._column] = self._shown
        elif local == "sheetData":
            self._column = 0

    def text(self, data: str) -> None:
        self.gap += len(data)
        if self._inside in ("v", "t"):
            self._filled = True
            if self._error and len(self._shown) < 32:
                self._shown += data

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        row1, column1 = self._place(first)
        row2, column2 = self._place(last or first)
        merges = self._scan.merges
        merges.append(
            (min(row1, row2), min(column1, column2), max(row1, row2), max(column1, column2))
        )
        if len(merges) > MAX_MERGES:
            raise refused("workbook.too_many_merges", self._archive.path)

    def _place(self, reference: str) -> tuple[int, int]:
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise refused("workbook.impossible_place", self._archive.path)
        row, column = int(match[2]), number(match[1])
        if not 0 < row <= MAX_ROW or column > MAX_COLUMN:
            raise refused("workbook.impossible_place", self._archive.path)
        return row, column

    def _whole(self, text: str | None, default: int) -> int:
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 7 or not int(text):
            raise refused("workbook.impossible_place", self._archive.path)
        return int(text)


def _true(text: str | None) -> bool:
    return text in ("1", "true", "on")
