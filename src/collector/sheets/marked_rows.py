"""Marks cells in a sheet's XML as it streams by: another ground, ids and a reason at row's end."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from collector.sheets.package import Unpatchable
from collector.sheets.plain import inline_cell
from collector.sheets.raw import letter, number

_ROW_START = re.compile(rb'<row r="([0-9]+)"([^>]*)>')
_CELL_START = re.compile(rb'<c r="([A-Z]{1,3})[0-9]+"')
_STYLE = re.compile(rb'\ss="([0-9]+)"')
_SPANS = re.compile(rb'\sspans="[^"]*"')
_DIMENSION = re.compile(rb'(<dimension ref=")([A-Z]+[0-9]+)(?::([A-Z]+)([0-9]+))?(")')
_COLUMNS = re.compile(rb"<cols>(.*?)</cols>", re.DOTALL)
_COLUMN = re.compile(rb"<col\b[^>]*/>")
_FILTER = re.compile(rb'(<autoFilter\b[^>]*\bref="\$?[A-Z]+\$?[0-9]+:\$?)([A-Z]+)(\$?[0-9]+")')
_LEGACY = (b"<legacyDrawingHF", b"<picture", b"<oleObjects", b"<controls", b"<webPublishItems")
_AFTER_NOTES = (*_LEGACY, b"<tableParts", b"<extLst", b"</worksheet>")
"""what may follow ``legacyDrawing`` in a sheet, in the order of ECMA-376 18.3.1.99"""
_REASON_WIDTH = 60
_ID_WIDTH = 22


@dataclass(slots=True)
class RowMarks:
    """What is to be marked in one row."""

    cells: dict[str, str] = field(default_factory=dict)
    """column letter -> colour (RRGGBB)"""
    reason: str = ""


class Style(Protocol):
    """The number of the style to wear instead of another."""

    def __call__(self, style: int, colour: str, wrapped: bool, /) -> int: ...


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """Everything that is put into one sheet."""

    rows: Mapping[int, RowMarks]
    style: Style
    reason_column: int
    ids: Mapping[int, str] = field(default_factory=dict)
    """row -> the text for the hidden column: an id, or its header"""
    id_column: int = 0
    """0: no such column"""
    emptied: frozenset[int] = frozenset()
    """columns of an earlier marking, whose cells go"""
    plain: Mapping[int, int] = field(default_factory=dict)
    """style of an earlier marking -> what is worn once the fault is gone"""
    notes: bytes = b""
    """the element that names the sheet's comments"""


def marked_sheet(chunks: Iterable[bytes], marks: SheetMarks) -> Iterator[bytes]:
    """The sheet's XML with the marks put in. Raises ``Unpatchable``."""
    rest = b""
    where = 0
    left = set(marks.rows) | set(marks.ids)
    for chunk in chunks:
        data = rest + chunk
        if where == 0:
            begin = data.find(b"<sheetData>")
            if begin < 0:
                rest = data
                continue
            yield _head(data[:begin], marks) + b"<sheetData>"
            data = data[begin + 11 :]
            where = 1
        if where == 1:
            end = data.find(b"</sheetData>")
            cut = end if end >= 0 else max(data.rfind(b"<row "), 0)
            yield _rows(data[:cut], marks, left)
            data, rest = data[cut:], b""
            if end < 0:
                rest = data
                continue
            if left:
                data = _new_rows(marks, left) + data
            where = 2
        rest = data
    if where != 2:
        raise Unpatchable
    yield _tail(rest, marks)


def _head(head: bytes, marks: SheetMarks) -> bytes:
    last = letter(max(marks.reason_column, marks.id_column)).encode()

    def wider(match: re.Match[bytes]) -> bytes:
        row = match[4] or re.sub(rb"[A-Z]", b"", match[2])
        reach = (
            last
            if match[3] is None or number(match[3].decode()) < number(last.decode())
            else match[3]
        )
        return match[1] + match[2] + b":" + reach + row + match[5]

    head = _DIMENSION.sub(wider, head, count=1)
    head = _with_column(head, marks.reason_column, b'width="%d" customWidth="1"' % _REASON_WIDTH)
    if marks.id_column:
        shape = b'width="%d" hidden="1" customWidth="1"' % _ID_WIDTH
        head = _with_column(head, marks.id_column, shape)
    return head


def _with_column(head: bytes, column: int, shape: bytes) -> bytes:
    made = b'<col min="%d" max="%d" %s/>' % (column, column, shape)
    found = _COLUMNS.search(head)
    if found is None:
        return head + b"<cols>" + made + b"</cols>"
    before: list[bytes] = []
    after: list[bytes] = []
    for col in _COLUMN.findall(found[1]):
        first, last = _bound(col, b"min"), _bound(col, b"max")
        if first < column:
            before.append(_bounded(col, first, min(last, column - 1)))
        if last > column:
            after.append(_bounded(col, max(first, column + 1), last))
    columns = b"".join([*before, made, *after])
    return head[: found.start(1)] + columns + head[found.end(1) :]


def _bound(col: bytes, name: bytes) -> int:
    found = re.search(rb"\s" + name + rb'="([0-9]+)"', col)
    if found is None:
        raise Unpatchable
    return int(found[1])


def _bounded(col: bytes, first: int, last: int) -> bytes:
    col = re.sub(rb'\smin="[0-9]+"', b' min="%d"' % first, col)
    return re.sub(rb'\smax="[0-9]+"', b' max="%d"' % last, col)


def _tail(tail: bytes, marks: SheetMarks) -> bytes:
    """A filter sorts what lies in it: it must reach over the ids, or they stay behind."""
    if marks.id_column:

        def wider(match: re.Match[bytes]) -> bytes:
            if number(match[2].decode()) >= marks.id_column:
                return match[0]
            return match[1] + letter(marks.id_column).encode() + match[3]

        tail = _FILTER.sub(wider, tail, count=1)
    if marks.notes:
        places = [place for name in _AFTER_NOTES if (place := tail.find(name)) >= 0]
        if not places:
            raise Unpatchable
        tail = tail[: min(places)] + marks.notes + tail[min(places) :]
    return tail


def _rows(block: bytes, marks: SheetMarks, left: set[int]) -> bytes:
    if marks.plain:
        block = _undressed(block, marks.plain)
    pieces: list[bytes] = []
    done = 0
    rows, ids, emptied = marks.rows, marks.ids, marks.emptied
    id_letter = letter(marks.id_column) if marks.id_column else ""
    for match in _ROW_START.finditer(block):
        row = int(match[1])
        if row not in left and not emptied:
            continue
        left.discard(row)
        opening = match[0]
        if b" spans=" in opening:
            opening = _SPANS.sub(b"", opening)
        if opening.endswith(b"/>"):
            if row not in rows and row not in ids:
                continue
            body, end = b"", match.end()
            opening = opening[:-2].rstrip() + b">"
        else:
            end = block.find(b"</row>", match.end())
            if end < 0:
                raise Unpatchable
            body = block[match.end() : end]
            end += 6
        for column in emptied:
            body = _without(body, row, column)
        if row in rows:
            body = _marked(body, row, rows[row], marks)
        if row in ids:
            cell = _id_cell(id_letter, row, ids[row])
            if _last_column(body) < marks.id_column:
                body += cell
            else:
                body = _put(body, row, marks.id_column, cell)
        pieces += (block[done : match.start()], opening, body, b"</row>")
        done = end
    pieces.append(block[done:])
    return b"".join(pieces)


def _undressed(block: bytes, plain: Mapping[int, int]) -> bytes:
    """Takes the colours of an earlier marking off; the cells still at fault get them anew."""
    for style, bare in plain.items():
        if b' s="%d"' % style in block:
            block = re.sub(
                rb'(<c r="[A-Z]{1,3}[0-9]+"[^>]*?) s="%d"' % style, rb'\1 s="%d"' % bare, block
            )
    return block


def _id_cell(name: str, row: int, text: str) -> bytes:
    return f'<c r="{name}{row}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def _last_column(body: bytes) -> int:
    start = body.rfind(b'<c r="')
    found = _CELL_START.match(body, start) if start >= 0 else None
    return number(found[1].decode()) if found is not None else 0


def _marked(body: bytes, row: int, marks: RowMarks, all_marks: SheetMarks) -> bytes:
    style = all_marks.style
    for name, colour in marks.cells.items():
        start = body.find(b'<c r="%s%d"' % (name.encode(), row))
        if start < 0:
            cell = f'<c r="{name}{row}" s="{style(0, colour, False)}"/>'.encode()
            place = _place(body, number(name))
            body = body[:place] + cell + body[place:]
            continue
        end = body.index(b">", start)
        tag = body[start:end]
        worn = _STYLE.search(tag)
        new = b' s="%d"' % style(int(worn[1]) if worn else 0, colour, False)
        if worn:
            tag = tag[: worn.start()] + new + tag[worn.end() :]
        else:
            name_end = tag.index(b'"', 6) + 1
            tag = tag[:name_end] + new + tag[name_end:]
        body = body[:start] + tag + body[end:]
    if not marks.reason:
        return body
    column = all_marks.reason_column
    reason = inline_cell(f"{letter(column)}{row}", marks.reason, f' s="{style(0, "", True)}"')
    return _put(body, row, column, reason.encode())


def _put(body: bytes, row: int, column: int, cell: bytes) -> bytes:
    """The cell in its place; a styled blank one there goes, for nothing else stands in it."""
    body = _without(body, row, column)
    place = _place(body, column)
    return body[:place] + cell + body[place:]


def _without(body: bytes, row: int, column: int) -> bytes:
    start = body.find(b'<c r="%s%d"' % (letter(column).encode(), row))
    if start < 0:
        return body
    end = body.index(b">", start) + 1
    if not body.startswith(b"/>", end - 2):
        end = body.index(b"</c>", end) + 4
    return body[:start] + body[end:]


def _place(body: bytes, column: int) -> int:
    """Where a cell of this column belongs among the row's cells."""
    if _last_column(body) < column:
        return len(body)
    for match in _CELL_START.finditer(body):
        if number(match[1].decode()) >= column:
            return match.start()
    return len(body)


def _new_rows(marks: SheetMarks, left: Collection[int]) -> bytes:
    """Rows the sheet has no element for lie below its last one, or the sheet is not in order."""
    made: list[bytes] = []
    for row in sorted(marks.rows.keys() & left):
        made.append(b'<row r="%d">%s</row>' % (row, _marked(b"", row, marks.rows[row], marks)))
    return b"".join(made)
