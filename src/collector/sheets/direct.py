"""Reads a workbook that is written as office programs write it, in the pass that scans it.

Gives what the reader and the scan would give together, or nothing at all: as soon as something
has not one meaning for sure, the whole workbook is left to the reader's process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import itemgetter, lt

from collector.progress import Progress
from collector.sheets.archive import Archive
from collector.sheets.lookups import (
    DATE,
    DOUBTFUL,
    NumberFormats,
    plain_date,
    plain_number,
    plain_text,
    shared_strings,
)
from collector.sheets.preflight import Examined, SheetPart
from collector.sheets.raw import Cell, RawSheet
from collector.sheets.rowshapes import (
    ERROR,
    NOTHING,
    NUMBER,
    SHARED,
    TEXT,
    TRIMMED,
    TRUTH,
    OtherDialect,
    Row,
    RowReader,
    Shape,
)
from collector.sheets.scan import (
    MAX_EXTENT,
    SheetScan,
    check_extent,
    note_rows,
    pass_rows,
    scan_frame,
)
from collector.wording import Text

_MOST_BYTES = 512 << 20
"""of all sheets; larger ones are for the reader, whose memory has a cap"""
_MOST_COLUMNS = 256
_MOST_HELD = 384 << 20
"""bytes of cells that are not the same object as others"""
_CELL = 64
"""bytes of a cell beside its text"""
_REPEATED = 4
"""cells to a distinct text from which on a text is made once"""
_TRIED = 8192
"""cells after which a column whose texts do not repeat is taken for one"""
_TRIED_LITTLE = 1024
"""where hardly any does"""
_ODD = {
    TEXT: re.compile(rb"[&\r]|_x"),
    TRIMMED: re.compile(rb"[&\r \t\n]|_x"),
}
"""what makes a text another than its bytes"""
_EMPTY = Shape((), (), (), (), False, b"")
_READING = Text("正在读取“{file}”", "Reading “{file}”")

_Make = Callable[[bytes], Cell]


def read_directly(examined: Examined, progress: Progress | None = None) -> list[RawSheet] | None:
    """The sheets of an .xlsx, None where the reader must be asked.

    Raises ``InputRefused`` (``workbook.*``) for what no reader should see, and ``Cancelled``.
    """
    if examined.size > _MOST_BYTES or examined.since_1904:
        return None
    with Archive(examined.path, progress) as archive:
        try:
            book = _Book(archive, examined, progress)
            return [book.sheet(part) for part in examined.sheets]
        except (OtherDialect, IndexError):  # a shared text that is not there
            return None


class _Book:
    def __init__(self, archive: Archive, examined: Examined, progress: Progress | None) -> None:
        self._archive = archive
        self._progress = progress
        self._said = _READING.filled(file=examined.path.name)
        self._total = max(examined.size, 1)
        self._done = 0
        self._formats = NumberFormats(archive)
        self._strings = shared_strings(archive)
        self._makers: Mapping[str, _Make] = {
            TEXT: lambda told: plain_text(told, trimmed=False),
            TRIMMED: lambda told: plain_text(told, trimmed=True),
            SHARED: lambda told: self._strings[int(told)],
            TRUTH: lambda told: told == b"1",
            ERROR: lambda told: "",
            NUMBER: plain_number,
            DATE: plain_date,
            DOUBTFUL: _leave,
        }

    def sheet(self, part: SheetPart) -> RawSheet:
        sheet = RawSheet(part.name, part.visible)
        if not part.part:
            return sheet
        scan = SheetScan()
        cells = _Cells(self._makers, self._strings)

        def take(rows: list[Row], shapes: list[Shape]) -> None:
            note_rows(scan, rows, shapes)
            cells.take(rows, shapes)

        reader = RowReader(take, self._formats)
        size, before = self._archive.size(part.part), self._done

        def block(data: bytes) -> None:
            reader.block(data)
            self._step(self._done + len(data))

        head, tail = pass_rows(self._archive, part.part, block)
        scan_frame(self._archive, head, tail, scan)
        check_extent(self._archive, scan)
        cells.give(sheet)
        scan.give(sheet)
        self._step(before + size)
        return sheet

    def _step(self, done: int) -> None:
        self._done = done
        if self._progress is not None:
            self._progress.step(self._said, done, self._total)


class _Cells:
    """The columns of a sheet as they grow; blank rows count once a filled one follows."""

    def __init__(self, makers: Mapping[str, _Make], strings: Sequence[str]) -> None:
        self._makers = makers
        self._strings = strings
        self._columns: list[_Column] = []
        self._rows = 0
        self._first = _MOST_COLUMNS

    def take(self, rows: Sequence[Row], shapes: Sequence[Shape]) -> None:
        distinct = {shape for shape in set(shapes) if shape.columns}
        if not distinct:
            return
        if len(distinct) < len(set(shapes)):
            rows = [row for row, shape in zip(rows, shapes, strict=True) if shape.columns]
            shapes = [shape for shape in shapes if shape.columns]
        self._first = min(self._first, *(shape.columns[0] for shape in distinct))
        width = max(len(self._columns), *(shape.columns[-1] for shape in distinct))
        if width > _MOST_COLUMNS or max(self._rows, int(rows[-1][0])) * width > MAX_EXTENT:
            raise OtherDialect
        while len(self._columns) < width:
            self._columns.append(_Column(self._makers, self._strings, self._rows))
        if len(distinct) > 1 or len(rows[0]) <= width:
            spread = {shape: _spread(shape, width) for shape in distinct}
            rows = [spread[shape]((*row, b"")) for row, shape in zip(rows, shapes, strict=True)]
        rows, shapes = self._with_gaps(rows, shapes, width)
        kinds = {shape: _kinds(shape, width) for shape in set(shapes)}
        _, *texts = zip(*rows, strict=True)
        for place, column in enumerate(self._columns):
            there = {own[place] for own in kinds.values()} - {NOTHING}
            if len(there) > 1:
                column.add_each(texts[place], [kinds[shape][place] for shape in shapes])
            elif there:
                column.add(texts[place], there.pop())
            else:
                column.cells.extend(repeat("", len(rows)))
        self._rows += len(rows)
        if sum(column.held for column in self._columns) > _MOST_HELD:
            raise OtherDialect

    def give(self, sheet: RawSheet) -> None:
        if self._rows:
            sheet.rows_total = self._rows
            sheet.first_column = self._first
            sheet.columns = [column.cells for column in self._columns[self._first - 1 :]]

    def _with_gaps(
        self, rows: Sequence[Row], shapes: Sequence[Shape], width: int
    ) -> tuple[Sequence[Row], Sequence[Shape]]:
        """The rows with an empty one for each that the sheet leaves out."""
        numbers = [int(row[0]) for row in rows]
        if numbers == list(range(self._rows + 1, numbers[-1] + 1)):
            return rows, shapes
        if not all(map(lt, (self._rows, *numbers), numbers)):
            raise OtherDialect
        empty = (b"",) * (width + 1)
        whole = [empty] * (numbers[-1] - self._rows)
        beside = [_EMPTY] * len(whole)
        for number, row, shape in zip(numbers, rows, shapes, strict=True):
            whole[number - self._rows - 1] = row
            beside[number - self._rows - 1] = shape
        return whole, beside


class _Column:
    """Makes cells of what the sheet says; where few texts repeat, each is made once."""

    def __init__(self, makers: Mapping[str, _Make], strings: Sequence[str], blank: int) -> None:
        self.cells: list[Cell] = [""] * blank
        self._makers = makers
        self._strings = strings
        self._made: dict[str, _Made] = {}
        self._repeats = True
        self._alone = 0

    @property
    def held(self) -> int:
        """Bytes of cells, about, each counted once."""
        return self._alone + _CELL * sum(map(len, self._made.values()))

    def add(self, told: Sequence[bytes], kind: str) -> None:
        """Cells of one kind."""
        if self._repeats:
            made = self._made.get(kind)
            if made is None:
                made = self._made[kind] = _Made(self._makers[kind])
            self.cells.extend(map(made.__getitem__, told))
            cells, distinct = len(self.cells), len(made)
            most = cells if cells > _TRIED else cells * (_REPEATED - 1)
            if cells > _TRIED_LITTLE and distinct * _REPEATED > most and kind is not DATE:
                self._alone = self.held
                self._repeats = False
                self._made.clear()
            return
        if kind in _ODD:
            joined = b"\0".join(told)
            if _ODD[kind].search(joined) is None:
                texts = _decoded(joined).split("\0")
                if len(texts) != len(told):
                    raise OtherDialect
                self.cells.extend(texts)
                self._alone += _CELL * len(told) + len(joined)
                return
        if kind is SHARED:
            self.cells.extend([self._strings[int(each)] if each else "" for each in told])
        else:
            self.add_each(told, repeat(kind))

    def add_each(self, told: Sequence[bytes], kinds: Iterable[str]) -> None:
        makers = self._makers
        self._alone += _CELL * len(told) + sum(map(len, told))
        self.cells.extend(
            makers[kind](each) if each else "" for each, kind in zip(told, kinds, strict=False)
        )


class _Made(dict[bytes, Cell]):
    """What the sheet says -> the cell, each made when it is first met."""

    def __init__(self, make: _Make) -> None:
        super().__init__({b"": ""})
        self._make = make

    def __missing__(self, told: bytes) -> Cell:
        cell = self[told] = self._make(told)
        return cell


def _leave(_: bytes) -> Cell:
    raise OtherDialect


def _decoded(told: bytes) -> str:
    try:
        return told.decode("utf-8")
    except UnicodeDecodeError:
        raise OtherDialect from None


def _spread(shape: Shape, width: int) -> Callable[[Row], Row]:
    """Puts the cells of a row of this shape, with an empty one at its end, into their columns."""
    places = {column: place for place, column in enumerate(shape.columns, start=1)}
    return itemgetter(0, *(places.get(column, -1) for column in range(1, width + 1)))


def _kinds(shape: Shape, width: int) -> list[str]:
    held = dict(zip(shape.columns, shape.kinds, strict=True))
    return [held.get(column, NOTHING) for column in range(1, width + 1)]
