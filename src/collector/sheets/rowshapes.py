"""The rows of a sheet as office programs write them, each cell's text picked out.

A workbook of 100,000 rows has a handful of shapes: the same cells, told the same way, holding
other texts. A row of a new shape is taken apart cell by cell. A shape met often gets a pattern of
its own, which at one go proves that a row is written so to the last byte, and reads it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from collector.sheets.raw import number

TEXT, TRIMMED, SHARED = "text", "trimmed", "shared"
TRUTH, ERROR, NUMBER = "truth", "error", "number"
"""what stands in a cell: text as it is, text without its outer white space, the place of a shared
text, 1 or 0, an error; a number may be of another kind by its style"""
NOTHING = ""

Row = tuple[bytes, ...]
"""the row's number, then the text of each of its cells that hold any"""

_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"((?: [A-Za-z0-9:]+="[^"<>]*")*) ?(/?)>')
_ATTRIBUTE = re.compile(rb' ([A-Za-z0-9:]+)="([^"<>]*)"')
_FORMULA = rb'<f(?: [a-z]+="[^"<>]*")*(?: ?/>|>[^<]*</f>)'
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"((?: (?:s|t|cm|vm|ph)="[A-Za-z0-9]*")*) ?'
    rb"(?:/>|>(?P<f>" + _FORMULA + rb")?"
    rb"(?:<v>(?P<v>[^<]+)</v>|(?P<none><v></v>|<v ?/>)"
    rb'|<is>(?:<t>(?P<trimmed>[^<]*)</t>|<t xml:space="preserve">(?P<text>[^<]*)</t>|<t ?/>)</is>'
    rb")?</c>)"
)
_HIDDEN = (b"1", b"true", b"on")
_KINDS = {b"s": SHARED, b"str": TEXT, b"b": TRUTH, b"e": ERROR, b"n": NUMBER, b"": NUMBER}
_TEXTS = {SHARED: rb"([0-9]{1,9})", TRUTH: rb"([01])"}
_VARYING = bytes((*b"0123456789", *range(0x80, 0x100)))
"""what differs from row to row: places, numbers and Chinese text; no tag is made of it"""
_OFTEN = 4
_MAX_PATTERNS = 1000
_MAX_KEYS = 4000


class OtherDialect(Exception):
    """The sheet is not written as office programs write it."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What the rows of one shape have in common."""

    columns: tuple[int, ...]
    """of the cells that hold something, from 1, ascending; beside the texts of a ``Row``"""
    kinds: tuple[str, ...]
    """beside ``columns``"""
    formulas: tuple[int, ...]
    uncalculated: tuple[int, ...]
    hidden: bool
    pattern: bytes

    @property
    def tells(self) -> bool:
        """Whether there is more to its rows than texts."""
        return self.hidden or bool(self.formulas) or ERROR in self.kinds


class Styles:
    """What number cells hold, by their style. This one takes every number for one."""

    def kind(self, style: int | None) -> str:
        """``NUMBER`` or a kind of the caller's own; None for a cell without a style."""
        return NUMBER

    def alike(self, style: int | None) -> bytes:
        """A pattern of all styles of the same kind."""
        return rb"[0-9]*"


class RowReader:
    """Takes blocks of whole rows and gives their texts on, block by block."""

    def __init__(
        self, take: Callable[[list[Row], list[Shape]], None], styles: Styles | None = None
    ) -> None:
        self._take = take
        self._styles = styles or Styles()
        self._shapes: dict[bytes, Shape] = {}
        self._met: Counter[Shape] = Counter()
        self._patterns: dict[Shape, re.Pattern[bytes]] = {}
        self._by_key: dict[bytes, Shape] = {}
        self._last: Shape | None = None

    def block(self, data: bytes) -> None:
        """Raises ``OtherDialect``."""
        rows: list[Row] = []
        shapes: list[Shape] = []
        at, end = _after_space(data, 0), len(data)
        shape = self._last
        pattern = self._patterns.get(shape) if shape is not None else None
        while at < end:
            found = pattern.match(data, at) if pattern is not None else None
            if found is None or shape is None:
                shape, row, at = self._another(data, at)
                pattern = self._patterns.get(shape)
            else:
                row, at = found.groups(), found.end()
            rows.append(row)
            shapes.append(shape)
        self._last = shape
        self._take(rows, shapes)

    def _another(self, data: bytes, at: int) -> tuple[Shape, Row, int]:
        """A row of another shape than the one before it: by what it is made of, else cell by
        cell."""
        end = data.find(b"</row>", at) + 6
        key = data[at:end].translate(None, _VARYING) if end > 5 else b""
        known = self._by_key.get(key)
        if known is not None:
            found = self._patterns[known].match(data, at)
            if found is not None:
                return known, found.groups(), found.end()
        shape, row, at = self._taken_apart(data, at)
        if shape.pattern in self._shapes:
            self._met[shape] += 1
        if self._met[shape] == _OFTEN and len(self._patterns) < _MAX_PATTERNS:
            self._patterns[shape] = re.compile(shape.pattern)
        if shape in self._patterns and len(self._by_key) < _MAX_KEYS:
            self._by_key[key] = shape
        return shape, row, at

    def _taken_apart(self, data: bytes, at: int) -> tuple[Shape, Row, int]:
        head = _ROW.match(data, at)
        if head is None:
            raise OtherDialect
        parts = [rb'<row r="([1-9][0-9]{0,6})"']
        hidden = False
        for name, value in _ATTRIBUTE.findall(head[2]):
            fixed = name == b"hidden"
            hidden |= fixed and value in _HIDDEN
            parts.append(b' %s="%s"' % (name, re.escape(value) if fixed else rb'[^"<>]*'))
        parts.append(b" ?/>" if head[3] else b" ?>")
        at = self._space(data, head.end(), parts)
        row = [head[1]]
        cells = _Cells([], [], [], [])
        last = 0
        while not head[3] and (cell := _CELL.match(data, at)) is not None:
            column = number(cell[1].decode())
            if cell[2] != head[1] or column <= last:
                raise OtherDialect
            parts.append(self._cell(cell, column, row, cells))
            at, last = self._space(data, cell.end(), parts), column
        if not head[3]:
            if not data.startswith(b"</row>", at):
                raise OtherDialect
            parts.append(b"</row>")
            at = self._space(data, at + 6, parts)
        pattern = b"".join(parts)
        shape = self._shapes.get(pattern)
        if shape is None:
            shape = Shape(
                tuple(cells.columns),
                tuple(cells.kinds),
                tuple(cells.formulas),
                tuple(cells.uncalculated),
                hidden,
                pattern,
            )
            if len(self._shapes) < _MAX_KEYS:
                self._shapes[pattern] = shape
        return shape, tuple(row), at

    def _space(self, data: bytes, at: int, parts: list[bytes]) -> int:
        """Where the white space there ends, which some programs put between the tags."""
        after = _after_space(data, at)
        if after > at:
            parts.append(rb"\s*")
        return after

    def _cell(self, cell: re.Match[bytes], column: int, row: list[bytes], cells: _Cells) -> bytes:
        """Adds what the cell holds; returns the pattern of cells written as it is."""
        told = _ATTRIBUTE.findall(cell[3])
        attributes = dict(told)
        if len(attributes) != len(told):
            raise OtherDialect
        of_type, style = attributes.get(b"t", b""), attributes.get(b"s")
        if of_type == b"e" and cell["v"] is None:
            raise OtherDialect
        kind = NOTHING
        value = cell["v"]
        if value is not None:
            kind = _KINDS.get(of_type, NOTHING)
            text = _TEXTS.get(kind, rb"([^<]+)")
            if not kind or re.fullmatch(text, value) is None:
                raise OtherDialect
            inner = b"<v>%s</v>" % text
        elif cell["text"] is not None:
            kind, value = TEXT, cell["text"]
            inner = rb'<is><t xml:space="preserve">([^<]*)</t></is>'
        elif cell["trimmed"] is not None:
            kind, value = TRIMMED, cell["trimmed"]
            inner = rb"<is><t>([^<]*)</t></is>"
        elif cell["none"] is not None:
            inner = cell["none"]
            if of_type == b"str":  # a text of nothing is a text
                kind, value = TEXT, b""
                inner += b"()"
        elif b"<is>" in cell[0]:
            kind, value = TEXT, b""
            inner = rb"<is><t ?/></is>()"
        else:
            inner = b""
        styles = rb"[0-9]*"
        if kind is NUMBER:
            styled = int(style) if style else None
            kind, styles = self._styles.kind(styled), self._styles.alike(styled)
        if kind:
            cells.columns.append(column)
            cells.kinds.append(kind)
            row.append(value or b"")
        if cell["f"] is not None:
            cells.formulas.append(column)
            if not kind and of_type != b"str":
                cells.uncalculated.append(column)
        begin = rb'<c r="%s\1"' % cell[1]
        begin += b"".join(
            b' %s="%s"' % (name, styles if name == b"s" else own) for name, own in told
        )
        begin += b" ?"
        if cell[0].endswith(b"/>"):
            return begin + b"/>"
        return begin + b">%s%s</c>" % (_FORMULA if cell["f"] is not None else b"", inner)


def _after_space(data: bytes, at: int) -> int:
    while data[at : at + 1].isspace():
        at += 1
    return at


@dataclass(frozen=True, slots=True)
class _Cells:
    """What is being gathered of a shape."""

    columns: list[int]
    kinds: list[str]
    formulas: list[int]
    uncalculated: list[int]
