"""Marks cells in a sheet's XML as it streams by: another ground, and a reason at the row's end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

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
_REASON_WIDTH = 60


@dataclass(slots=True)
class RowMarks:
    """What is to be marked in one row."""

    cells: dict[str, str] = field(default_factory=dict)
    """column letter -> colour (RRGGBB)"""
    reason: str = ""


def marked_sheet(
    chunks: Iterable[bytes],
    marks: Mapping[int, RowMarks],
    column: int,
    style: Callable[[int, str, bool], int],
) -> Iterator[bytes]:
    """The sheet's XML with the marks put in; ``column`` is the number of the reason column.

    ``style(number, colour, wrapped)`` gives the style to use instead. Raises ``Unpatchable``.
    """
    rest = b""
    where = 0
    left = set(marks)
    for chunk in chunks:
        data = rest + chunk
        if where == 0:
            begin = data.find(b"<sheetData>")
            if begin < 0:
                rest = data
                continue
            yield _head(data[:begin], column, style) + b"<sheetData>"
            data = data[begin + 11 :]
            where = 1
        if where == 1:
            end = data.find(b"</sheetData>")
            cut = end if end >= 0 else max(data.rfind(b"<row "), 0)
            yield _rows(data[:cut], marks, left, column, style)
            data, rest = data[cut:], b""
            if end < 0:
                rest = data
                continue
            if left:
                data = _new_rows(marks, left, column, style) + data
            where = 2
        rest = b""
        yield data
    if where != 2:
        raise Unpatchable


def _head(head: bytes, column: int, style: Callable[[int, str, bool], int]) -> bytes:
    name = letter(column).encode()

    def wider(match: re.Match[bytes]) -> bytes:
        last = match[4] or re.sub(rb"[A-Z]", b"", match[2])
        return match[1] + match[2] + b":" + name + last + match[5]

    head = _DIMENSION.sub(wider, head, count=1)
    made = b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (
        column,
        column,
        _REASON_WIDTH,
    )
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


def _rows(
    block: bytes,
    marks: Mapping[int, RowMarks],
    left: set[int],
    column: int,
    style: Callable[[int, str, bool], int],
) -> bytes:
    pieces: list[bytes] = []
    done = 0
    for match in _ROW_START.finditer(block):
        row = int(match[1])
        if row not in left:
            continue
        left.discard(row)
        opening = _SPANS.sub(b"", match[0])
        if opening.endswith(b"/>"):
            body, end = b"", match.end()
            opening = opening[:-2].rstrip() + b">"
        else:
            end = block.find(b"</row>", match.end())
            if end < 0:
                raise Unpatchable
            body = block[match.end() : end]
            end += 6
        pieces += (block[done : match.start()], opening)
        pieces += (_row(body, row, marks[row], column, style), b"</row>")
        done = end
    pieces.append(block[done:])
    return b"".join(pieces)


def _row(
    body: bytes,
    row: int,
    marks: RowMarks,
    column: int,
    style: Callable[[int, str, bool], int],
) -> bytes:
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
    reason = inline_cell(
        f"{letter(column)}{row}", marks.reason, f' s="{style(0, "", True)}"'
    ).encode()
    place = _place(body, column)
    following = body[place:]
    if following.startswith(b'<c r="%s%d"' % (letter(column).encode(), row)):
        # a styled blank cell; the column was chosen because nothing stands in it
        following = re.sub(rb"^<c [^>]*/>|^<c [^>]*>.*?</c>", b"", following, flags=re.DOTALL)
    return body[:place] + reason + following


def _place(body: bytes, column: int) -> int:
    """Where a cell of this column belongs among the row's cells."""
    for match in _CELL_START.finditer(body):
        if number(match[1].decode()) >= column:
            return match.start()
    return len(body)


def _new_rows(
    marks: Mapping[int, RowMarks],
    left: set[int],
    column: int,
    style: Callable[[int, str, bool], int],
) -> bytes:
    """Rows the sheet has no element for lie below its last one, or the sheet is not in order."""
    made: list[bytes] = []
    for row in sorted(left):
        made.append(b'<row r="%d">%s</row>' % (row, _row(b"", row, marks[row], column, style)))
    left.clear()
    return b"".join(made)
