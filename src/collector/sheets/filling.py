"""Writing records into a province's own workbook, so that its importer sees its own template.

Only the filled sheets change, byte by byte where they must: rows, and the references to rows that
gave way. Every other part of the file (styles, lists, drop-downs, drawings, print settings,
defined names, texts) is the province's own. Two kinds of part follow a filled sheet because Excel
calls the file damaged if they do not: its tables, and the chain of its formulas.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO

from collector.sheets.originals import Original, Plot
from collector.sheets.packing import PartWriter, write_parts
from collector.sheets.raw import letter
from collector.sheets.row_xml import cell_start, row_cells
from collector.sheets.sheet_xml import (
    Cell,
    Edit,
    Row,
    SheetXml,
    edited,
    without_attribute,
)
from collector.sheets.shifted_parts import (
    chain_after,
    reference_edits,
    shifted_cell,
    tables_after,
)
from collector.sheets.shifting import Shift

_STEP = 2000
_LEVEL = 6


def write_filled(original: Original, rows: Mapping[str, Iterator[list[str]]], target: Path) -> None:
    """The template with ``rows`` (sheet id -> texts of its fields) in their places.

    A sheet without rows keeps its shape and loses its examples. The same rows give the same bytes.
    Raises ``SurroundingsFailed`` (``workbook.not_written``).
    """
    parts = dict(original.parts)
    names = {name.lstrip("/").lower(): name for name in parts}
    writers: dict[str, PartWriter] = {}
    moved: dict[str, Shift] = {}
    for plot in original.plots:
        name = names[plot.part.lower()]
        page = original.pages[plot.part]
        records = _Spool(_Rows(page, plot), rows.get(plot.sheet.id, iter(())))
        shift = shift_of(plot, records.count)
        writers[name] = partial(_write_sheet, page, plot, shift, records)
        parts |= tables_after(parts, name, shift)
        moved[plot.part] = shift
    parts = chain_after(parts, original, moved)
    write_parts(target, parts, writers)


def shift_of(plot: Plot, count: int) -> Shift:
    return Shift(plot.first, plot.anchor, plot.below, count, plot.left, plot.right)


def rows_it_holds(plot: Plot, page: SheetXml, rows_most: int) -> int:
    """How many records fit above what stands under them."""
    under = max((row.number for row in page.rows), default=0) - plot.below + 1 if plot.below else 0
    return rows_most - plot.first + 1 - under


class _Rows:
    """Makes the XML of one row of records after another."""

    def __init__(self, page: SheetXml, plot: Plot) -> None:
        self.prefix = page.prefix
        by_number = {row.number: row for row in page.rows}
        look = by_number.get(plot.anchor) or by_number.get(plot.first)
        styles = _column_styles(page, plot)
        opening = f"<{page.prefix}row>".encode()
        if look is not None:
            opening = _bare_opening(page.content[look.start : look.inner])
            worn = look.style
            if worn:
                styles = dict.fromkeys(styles, worn)
            styles |= {
                cell.column: cell.style
                for cell in look.cells
                if plot.left <= cell.column <= plot.right
            }
        self._opening = opening
        held = {column: place for place, column in enumerate(plot.columns)}
        columns = sorted(held.keys() | (styles.keys() if look is not None else set()))
        self._starts = [
            cell_start(letter(column), _style(styles.get(column, "")), self.prefix)
            for column in columns
        ]
        self._places = [held.get(column, -1) for column in columns]
        self._beside = {
            row.number: [
                (cell.column, page.content[cell.start : cell.end])
                for cell in row.cells
                if not plot.left <= cell.column <= plot.right
            ]
            for row in page.rows
            if row.number >= plot.first
        }
        self._left = plot.left
        self.first = plot.first

    def row(self, number: int, texts: Sequence[str]) -> bytes:
        given = [texts[place] if place >= 0 else "" for place in self._places]
        cells = row_cells(number, given, self._starts, self.prefix).encode()
        beside = self._beside.get(number)
        if beside:
            before = b"".join(raw for column, raw in beside if column < self._left)
            after = b"".join(raw for column, raw in beside if column > self._left)
            cells = before + cells + after
        return self.opening(number) + cells + f"</{self.prefix}row>".encode()

    def opening(self, number: int) -> bytes:
        return _numbered(self._opening, number)


def _bare_opening(tag: bytes) -> bytes:
    """A row's opening tag without what belongs to one row only."""
    for name in ("r", "spans", "hidden", "collapsed"):
        tag = without_attribute(tag, name)
    if tag.endswith(b"/>"):
        tag = tag[:-2].rstrip() + b">"
    return tag


def _numbered(tag: bytes, number: int) -> bytes:
    """The opening tag with its number first, where readers in a hurry look for it."""
    end = re.match(rb"<[^\s/>]+", tag)
    assert end is not None
    return b'%s r="%d"%s' % (end[0], number, tag[end.end() :])


def _style(number: str) -> str:
    return "" if number == "0" else number


def _column_styles(page: SheetXml, plot: Plot) -> dict[int, str]:
    """The style each column of the table gives to new cells."""
    styles = dict.fromkeys(plot.columns, "")
    for element in page.named("col"):
        said = element.attributes
        if not (said.get("min", "").isdecimal() and said.get("max", "").isdecimal()):
            continue
        for column in plot.columns:
            if int(said["min"]) <= column <= int(said["max"]):
                styles[column] = said.get("style", "")
    return styles


class _Spool:
    """Rows as XML, packed in memory: how many there are is written before them, and no record may
    lie in a temporary file."""

    def __init__(self, make: _Rows, rows: Iterator[list[str]]) -> None:
        self.count = 0
        self._packed: list[bytes] = []
        packer = zlib.compressobj(_LEVEL)
        while chunk := list(islice(rows, _STEP)):
            start = make.first + self.count
            made = b"".join(make.row(number, texts) for number, texts in enumerate(chunk, start))
            self._packed.append(packer.compress(made))
            self.count += len(chunk)
        self._packed.append(packer.flush())

    def chunks(self) -> Iterator[bytes]:
        unpacker = zlib.decompressobj()
        for piece in self._packed:
            yield unpacker.decompress(piece)
        yield unpacker.flush()


def _write_sheet(
    page: SheetXml, plot: Plot, shift: Shift, records: _Spool, _: bytes, part: IO[bytes]
) -> None:
    content, data = page.content, page.data
    assert data is not None
    edits = list(reference_edits(page, plot, shift))
    opening = content[data.start : data.inner]
    if opening.endswith(b"/>"):
        opening = opening[:-2].rstrip() + b">"
    part.write(edited(content, edits, 0, data.start))
    part.write(opening)
    above = [row for row in page.rows if row.number < plot.first]
    part.writelines(_row_above(page, plot, shift, row) for row in above)
    for chunk in records.chunks():
        part.write(chunk)
    part.writelines(_rows_after(page, plot, shift))
    part.write(f"</{page.prefix}sheetData>".encode())
    part.write(edited(content, edits, data.end))


def _row_above(page: SheetXml, plot: Plot, shift: Shift, row: Row) -> bytes:
    """A row that stays; only a formula in it may look at rows that gave way."""
    edits = [
        Edit(cell.start, cell.end, shifted_cell(page, plot, shift, cell, row.number))
        for cell in row.cells
        if cell.has_formula
    ]
    return edited(page.content, edits, row.start, row.end)


def _rows_after(page: SheetXml, plot: Plot, shift: Shift) -> Iterator[bytes]:
    """Every row under the records: what gave way, what stays beside, and rows left blank."""
    openings: dict[int, bytes] = {}
    cells: dict[int, dict[int, bytes]] = {}
    for row in page.rows:
        if row.number < plot.first:
            continue
        opening = without_attribute(page.content[row.start : row.inner], "spans")
        target = shift.row(row.number)
        for cell in row.cells:
            within = plot.left <= cell.column <= plot.right
            if not within:
                cells.setdefault(row.number, {})[cell.column] = page.content[cell.start : cell.end]
                openings.setdefault(row.number, opening)
            elif target is not None:
                made = _cell_after(page, plot, shift, row, cell, target)
                cells.setdefault(target, {})[cell.column] = made
        if target is not None:
            cells.setdefault(target, {})
            openings[target] = opening
    first_free = plot.first + shift.rows
    for number in sorted(cells):
        if number >= first_free:
            yield _row_xml(page.prefix, openings[number], number, cells[number])


def _cell_after(
    page: SheetXml, plot: Plot, shift: Shift, row: Row, cell: Cell, target: int
) -> bytes:
    if plot.below and row.number >= plot.below:
        return shifted_cell(page, plot, shift, cell, target)
    worn = _style(cell.style)
    start = cell_start(letter(cell.column), worn, page.prefix) % target
    return f"{start}/>".encode()


def _row_xml(prefix: str, opening: bytes, number: int, cells: Mapping[int, bytes]) -> bytes:
    tag = _numbered(without_attribute(opening, "r"), number)
    if tag.endswith(b"/>"):
        tag = tag[:-2].rstrip() + b">"
    inner = b"".join(cells[column] for column in sorted(cells))
    return tag + inner + f"</{prefix}row>".encode()
