"""One pass over a sheet's XML: how far it reaches, and what is calculated, merged or hidden.

The reader gives values only: it shows an error cell as empty and does not say what is calculated
or hidden. The pass is also the last refusal before a reader sees the sheet. What every office
program writes is met with byte patterns; whatever is written otherwise is parsed element by
element, slower and to the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from collector.sheets.archive import Archive
from collector.sheets.raw import Range, number
from collector.sheets.refusals import refused

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
MAX_EXTENT = 24_000_000
"""cells of the rectangle around all data, which the reader keeps in memory"""
MAX_MERGES = 65_536
MAX_GAP = 4 << 20
"""bytes without a tag; a cell holds 32,767 characters at most"""
_MAX_FRAME = 32 << 20

_VARYING = bytes((*b"0123456789", *range(0x80, 0x100)))
"""what differs from row to row: places, numbers and Chinese text; no tag is made of it"""
_SHAPE = re.compile(
    rb'r=""(?: [A-Za-z:]+="[A-Za-z. :]*")* ?/?>\s*'
    rb'(?:<c r="[A-Z]{1,3}"(?: (?:s|t|cm|vm|ph)="[A-Za-z]*")* ?'
    rb"(?:/>|>(?:<f(?: [a-z]+=\"[^\"<>]*\")*(?: ?/>|>[^<]*</f>))?"
    rb"(?:<v>[^<]*</v>|<v ?/>|<is><t(?: xml:space=\"preserve\")?>[^<]*</t></is>)?</c>)\s*)*"
    rb"(?:</row>\s*)?"
)
_SHAPE_CELL = re.compile(rb'<c r="([A-Z]{1,3})"[^>/]*>')
_MAX_SHAPES = 2000

_CELL = re.compile(rb'<c r="([A-Z]{1,3})[0-9]{1,7}"([^>]*)>')
_CELL_ATTRIBUTES = re.compile(rb'(?: (?:s|t|cm|vm|ph)="[A-Za-z0-9]*")* ?/?')
_CELL_ROW = re.compile(rb'<c r="[A-Z]{1,3}([1-9][0-9]{0,6})"')
_FILLED_ROW = re.compile(rb'<c r="[A-Z]{1,3}([1-9][0-9]{0,6})"[^>/]*>')
_BLANK = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"[^>/]*/>')
_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"([^>]*)>')
_ROW_ATTRIBUTES = re.compile(rb'(?: [A-Za-z0-9:]+="[^"]*")* ?/?')
_HIDDEN = re.compile(rb' hidden="(?:1|true|on)"')
_FORMULA = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"[^>]*><f[ />]')
_UNCALCULATED = re.compile(
    rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?![^>]* t="str")[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)'
    rb"(?:<v></v>|<v ?/>)?</c>"
)
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"[^>]* t="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?'
    rb"(?:<v>([^<]*)</v>)?"
)
_TAGS = (
    b'<c r="',
    b"</c>",
    b"<v>",
    b"</v>",
    b'<row r="',
    b"</row>",
    b"<is>",
    b"</is>",
    b"</t>",
    b"<t>",
    b'<t xml:space="preserve">',
    b"</f>",
    b"<f>",
    b"<f ",
    b"<v/>",
    b"<t/>",
    b"<f/>",
    b"<v />",
    b"<t />",
    b"<f />",
)
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

    def hidden_columns(self) -> set[int]:
        """Those among the columns that hold anything."""
        return {
            column
            for first, last in self.hidden_spans
            for column in range(first, min(last, self.last_column) + 1)
        }


@dataclass(slots=True)
class _Shapes:
    """Rows without what varies in them: a workbook of 100,000 rows has a handful."""

    known: dict[bytes, int] = field(default_factory=dict)
    """shape -> the last column that holds anything"""
    blank: bool = False
    formula: bool = False
    error: bool = False
    given_up: bool = False
    tags: list[bytes] = field(default_factory=lambda: list(_TAGS))
    """those that occur first"""


class _OtherDialect(Exception):
    """The sheet is not written as office programs write it."""


def scan_sheet(archive: Archive, part: str) -> SheetScan:
    """Reads a sheet part once; raises ``InputRefused`` for what no reader should see.

    Codes: ``workbook.damaged``, ``.dtd``, ``.utf16_sheet``, ``.zip_bomb``, ``.impossible_place``,
    ``.far_cells``, ``.too_many_merges``.
    """
    scan = SheetScan()
    try:
        _scan_bytes(archive, part, scan)
        scan.patchable = True
    except _OtherDialect:
        scan = SheetScan()
        _scan_elements(archive, checked(archive, part), scan)
    _check_extent(archive, scan)
    return scan


def checked(archive: Archive, part: str) -> Iterator[bytes]:
    """A part's chunks, refused at the first one that declares a DTD or another encoding."""
    before = b""
    for chunk in archive.chunks(part):
        archive.check_xml(before + chunk if before else chunk, first=not before)
        before = chunk[-16:]
        yield chunk


def _check_extent(archive: Archive, scan: SheetScan) -> None:
    if scan.last_row > MAX_ROW or scan.last_column > MAX_COLUMN:
        raise refused("workbook.impossible_place", archive.path)
    extent = scan.last_row * scan.last_column
    if extent > MAX_EXTENT:
        sparse = scan.cells < extent // 8
        raise refused("workbook.far_cells" if sparse else "workbook.too_large", archive.path)


def _scan_bytes(archive: Archive, part: str, scan: SheetScan) -> None:
    head = tail = rest = b""
    where = 0  # 0 before, 1 inside, 2 after the sheet data
    shapes = _Shapes()
    for chunk in checked(archive, part):
        if where == 0:
            head += chunk
            begin = head.find(b"<sheetData>")
            if begin < 0:
                if len(head) > MAX_GAP:
                    raise _OtherDialect
                continue
            chunk = head[begin + 11 :]
            head = head[:begin]
            where = 1
        if where == 1:
            data = rest + chunk
            end = data.find(b"</sheetData>")
            if end < 0:
                cut = max(data.rfind(b"<row "), 0)
                rest = data[cut:]
                if len(rest) > MAX_GAP:
                    raise _OtherDialect
                _scan_block(data[:cut], scan, shapes)
                continue
            _scan_block(data[:end], scan, shapes)
            chunk = data[end + 12 :]
            where = 2
        tail += chunk
        if len(tail) > _MAX_FRAME:
            raise _OtherDialect
    if where != 2:
        raise _OtherDialect
    _scan_elements(archive, iter((head, b"<sheetData></sheetData>", tail)), scan)


def _scan_block(block: bytes, scan: SheetScan, shapes: _Shapes) -> None:
    """Whole rows: by their shapes where few, tag by tag where each row is another."""
    if not shapes.given_up and _scan_shapes(block, scan, shapes):
        blank, formula, error = shapes.blank, shapes.formula, shapes.error
    else:
        shapes.given_up = True
        blank, formula, error = _scan_tags(block, scan, shapes.tags)
    if blank:
        filled = _FILLED_ROW.findall(block)
        counted = len(filled) + len(_BLANK.findall(block))
    else:
        filled = _CELL_ROW.findall(block)
        counted = len(filled)
    if counted != block.count(b"<c "):
        raise _OtherDialect
    scan.cells += len(filled)
    scan.last_row = max(scan.last_row, *map(int, set(filled)), 0)
    if error:
        for letters, row, shown in _ERROR.findall(block):
            scan.errors[int(row), number(letters.decode())] = shown.decode("utf-8", "replace")
    if formula:
        found = _FORMULA.findall(block)
        if len(found) != block.count(b"<f"):
            raise _OtherDialect
        scan.formulas.update((int(row), number(letters.decode())) for letters, row in found)
        empty = _UNCALCULATED.findall(block)
        scan.uncalculated.update((int(row), number(letters.decode())) for letters, row in empty)
    rows = _ROW.findall(block)
    if len(rows) != block.count(b"<row "):
        raise _OtherDialect
    scan.rows += len(rows)
    if b' hidden="' in block:
        scan.hidden_rows.update(int(row) for row, shape in rows if _HIDDEN.search(shape))


def _scan_shapes(block: bytes, scan: SheetScan, shapes: _Shapes) -> bool:
    """Whether every row of the block has a shape that was understood."""
    found = set(block.translate(None, _VARYING).split(b"<row ")) - shapes.known.keys()
    if len(found) + len(shapes.known) > _MAX_SHAPES:
        return False
    for shape in found:
        if shape.strip() and not _SHAPE.fullmatch(shape):
            return False
        columns = [number(letters.decode()) for letters in _SHAPE_CELL.findall(shape)]
        shapes.known[shape] = max(columns, default=0)
        shapes.blank |= len(columns) != shape.count(b"<c ")
        shapes.formula |= b"<f" in shape
        shapes.error |= b' t="e"' in shape
        scan.last_column = max(scan.last_column, shapes.known[shape])
    return True


def _scan_tags(block: bytes, scan: SheetScan, tags: list[bytes]) -> tuple[bool, bool, bool]:
    """Accounts for every tag of the block; says whether cells are blank, calculated, errors."""
    left = block.count(b"<")
    for tag in list(tags):
        if not left:
            break
        if found := block.count(tag):
            left -= found
        else:
            tags.append(tags.pop(tags.index(tag)))
    cells = _CELL.findall(block)
    if left or len(cells) != block.count(b'<c r="'):
        raise _OtherDialect
    kinds = set(cells)
    for _, attributes in kinds:
        if not _CELL_ATTRIBUTES.fullmatch(attributes):
            raise _OtherDialect
    if not all(_ROW_ATTRIBUTES.fullmatch(attributes) for _, attributes in _ROW.findall(block)):
        raise _OtherDialect
    for letters, attributes in kinds:
        if not attributes.endswith(b"/"):
            scan.last_column = max(scan.last_column, number(letters.decode()))
    return (
        any(attributes.endswith(b"/") for _, attributes in kinds),
        b"<f" in block,
        any(b' t="e"' in attributes for _, attributes in kinds),
    )


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
