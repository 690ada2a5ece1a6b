"""A part of a workbook as the byte ranges of its elements, so that one can be changed and every
other byte stays as it was.

Parsing and writing anew would lose what Excel insists on (the prefixes ``mc:Ignorable`` names) and
change what nobody asked to change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from collector.sheets.package import Unpatchable
from collector.sheets.raw import number

_OPENING = re.compile(
    rb"<[^\s/>]+(?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>",
)
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


@dataclass(slots=True)
class Element:
    """One element: ``content[start:end]``; its opening tag ends at ``inner``."""

    name: str
    """without its prefix"""
    start: int
    inner: int
    attributes: Mapping[str, str]
    parent: Element | None
    close: int = 0
    """where its closing tag begins; ``inner`` for ``<empty/>``"""
    end: int = 0
    text: str = ""


@dataclass(slots=True)
class Cell:
    column: int
    start: int
    end: int
    style: str = ""
    has_content: bool = False
    has_formula: bool = False


@dataclass(slots=True)
class Row:
    number: int
    start: int
    inner: int
    end: int
    style: str = ""
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Edit:
    start: int
    end: int
    new: bytes


class SheetXml:
    """A sheet's part. Raises ``Unpatchable`` where it is not a sheet at all."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.rows: list[Row] = []
        self.elements: list[Element] = []
        """those outside the rows, in the order they begin"""
        self.data: Element | None = None
        _Reader(self).read()

    @property
    def prefix(self) -> str:
        """of the elements: "" or as in ``x:``"""
        assert self.data is not None
        opening = self.content[self.data.start : self.data.inner]
        return opening[1:].partition(b"sheetData")[0].decode()

    def named(self, name: str) -> list[Element]:
        return [one for one in self.elements if one.name == name]


class _Reader:
    def __init__(self, sheet: SheetXml) -> None:
        self.sheet = sheet
        self.open: list[Element] = []
        self.row: Row | None = None
        self.cell: Cell | None = None
        self.depth_in_data = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.stop
        self.parser.CharacterDataHandler = self.text

    def read(self) -> None:
        try:
            self.parser.Parse(self.sheet.content, True)
        except expat.ExpatError:
            raise Unpatchable from None
        if self.sheet.data is None:
            raise Unpatchable

    def start(self, name: str, attributes: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        found = _OPENING.match(self.sheet.content, at)
        if found is None:
            raise Unpatchable
        local = name.rpartition(" ")[2]
        if self.sheet.data is not None and not self.sheet.data.end:
            self._start_in_data(local, at, found.end(), attributes)
            return
        plain = {key.rpartition(" ")[2]: text for key, text in attributes.items()}
        element = Element(local, at, found.end(), plain, self.open[-1] if self.open else None)
        self.open.append(element)
        self.sheet.elements.append(element)
        if local == "sheetData":
            self.sheet.data = element

    def _start_in_data(self, name: str, at: int, inner: int, attributes: dict[str, str]) -> None:
        self.depth_in_data += 1
        if name == "row" and self.depth_in_data == 1:
            rows = self.sheet.rows
            said = attributes.get("r", "")
            last = rows[-1].number if rows else 0
            place = int(said) if said.isdecimal() and len(said) < 8 else last + 1
            if place <= last:
                raise Unpatchable
            self.row = Row(place, at, inner, 0, attributes.get("s", ""))
            rows.append(self.row)
        elif name == "c" and self.depth_in_data == 2 and self.row is not None:
            cells = self.row.cells
            place_said = _PLACE.fullmatch(attributes.get("r", ""))
            last = cells[-1].column if cells else 0
            column = number(place_said[1].upper()) if place_said else last + 1
            if column <= last:
                raise Unpatchable
            self.cell = Cell(column, at, 0, attributes.get("s", ""))
            cells.append(self.cell)
        elif self.cell is not None and self.depth_in_data == 3:
            self.cell.has_content |= name in ("v", "is", "f")
            self.cell.has_formula |= name == "f"

    def stop(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        content, at = self.sheet.content, self.parser.CurrentByteIndex
        data = self.sheet.data
        if data is not None and not data.end and self.depth_in_data:
            self._stop_in_data(local)
            return
        element = self.open.pop()
        if content[element.inner - 2 : element.inner] == b"/>":
            element.close = element.end = element.inner
        else:
            element.close = at
            element.end = content.index(b">", at) + 1

    def _stop_in_data(self, name: str) -> None:
        content, at = self.sheet.content, self.parser.CurrentByteIndex
        if name == "row" and self.depth_in_data == 1 and self.row is not None:
            self.row.end = _end(content, self.row.inner, at)
            self.row = None
        elif name == "c" and self.depth_in_data == 2 and self.cell is not None:
            opening = _OPENING.match(content, self.cell.start)
            assert opening is not None
            self.cell.end = _end(content, opening.end(), at)
            self.cell = None
        self.depth_in_data -= 1

    def text(self, text: str) -> None:
        if self.open and (self.sheet.data is None or self.sheet.data.end):
            self.open[-1].text += text


def _end(content: bytes, inner: int, at: int) -> int:
    if content[inner - 2 : inner] == b"/>":
        return inner
    return content.index(b">", at) + 1


def edited(content: bytes, edits: Iterable[Edit], start: int = 0, end: int | None = None) -> bytes:
    """``content[start:end]`` with the edits that lie in it made; edits must not overlap."""
    stop = len(content) if end is None else end
    pieces: list[bytes] = []
    done = start
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if edit.start < done or edit.end > stop:
            continue
        pieces += (content[done : edit.start], edit.new)
        done = edit.end
    pieces.append(content[done:stop])
    return b"".join(pieces)


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """An opening tag (or a whole element) with one attribute of its opening tag set."""
    opening = _OPENING.match(tag)
    if opening is None:
        raise Unpatchable
    head, rest = opening[0], tag[opening.end() :]
    quoted = escape(value, {'"': "&quot;"}).encode()
    known = re.compile(rb"(\s" + re.escape(name.encode()) + rb"\s*=\s*)(?:\"[^\"]*\"|'[^']*')")
    changed, times = known.subn(lambda found: found[1] + b'"' + quoted + b'"', head, count=1)
    if not times:
        close = b"/>" if head.endswith(b"/>") else b">"
        bare = head[: -len(close)].rstrip()
        changed = bare + b" " + name.encode() + b'="' + quoted + b'"' + close
    return changed + rest


def without_attribute(tag: bytes, name: str) -> bytes:
    pattern = rb"\s" + re.escape(name.encode()) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')"
    opening = _OPENING.match(tag)
    if opening is None:
        raise Unpatchable
    return re.sub(pattern, b"", opening[0], count=1) + tag[opening.end() :]
