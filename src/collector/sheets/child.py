"""The reader's own process: cells leave it as plain text, a block of rows at a time.

Imports as little as it can, for it is started anew for every file. What it sends is described in
``wire``; the parent never unpickles anything from here.
"""

from __future__ import annotations

import csv
import gc
import io
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any

from collector.sheets import wire
from collector.sheets.memory import cap

BLOCK = 8192
"""rows sent at a time"""
_WIDEST = 4096
_MAX_CELLS = 24_000_000
_REPEATED = 4
"""cells to a distinct text from which on the texts are sent once"""


def run(pipe: Connection, path: str, form: str, memory: int) -> None:
    """Reads one file and sends it; ``memory`` bytes of address space at most, where that exists."""
    cap(memory)
    _be_quiet()
    gc.disable()  # a hundred thousand row lists, none of them in a cycle
    try:
        if form == "csv":
            _send_text(pipe, path)
        else:
            _send_workbook(pipe, path, form)
        pipe.send_bytes(wire.done())
    except (BrokenPipeError, ConnectionError):
        return
    except MemoryError:
        _leave(pipe, "workbook.too_large")
    except BaseException as fault:  # calamine's PanicException is no Exception
        _leave(pipe, _code_of(fault))


def _leave(pipe: Connection, code: str) -> None:
    try:
        pipe.send_bytes(wire.refusal(code))
    finally:
        os._exit(0)  # after a panic nothing more of this process is to be trusted


def _code_of(fault: BaseException) -> str:
    name = type(fault).__name__
    if isinstance(fault, _Refused):
        return fault.code
    if "Password" in name:
        return "workbook.encrypted"
    if "Panic" in name:
        return "workbook.reader_died"
    return "workbook.damaged"


def _be_quiet() -> None:
    """A panicking reader prints what it stumbled over; that may be a person's data."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


class _Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _send_workbook(pipe: Connection, path: str, form: str) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    # By its path the reader believes the name; a file somebody renamed is told by what it holds.
    if path.lower().endswith(f".{form}"):
        book = CalamineWorkbook.from_path(path)
    else:
        with open(path, "rb") as file:
            book = CalamineWorkbook.from_filelike(file)
    sheets = book.sheets_metadata
    pipe.send_bytes(
        wire.book("", [(item.name, item.visible == SheetVisibleEnum.Visible) for item in sheets])
    )
    for index, item in enumerate(sheets):
        if item.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(index)
        if sheet.start is None or sheet.end is None:
            continue
        _first_row, first_column = sheet.start
        rows = sheet.end[0] + 1
        width = sheet.end[1] - first_column + 1
        if rows * width > _MAX_CELLS:
            raise _Refused("workbook.too_large")
        merges = [
            (top + 1, left + 1, bottom + 1, right + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        ]
        # iter_rows begins at row 1 whatever the first filled row is, but at the first filled column
        pipe.send_bytes(wire.sheet(index, 1, first_column + 1, rows, width, merges))
        _send_rows(pipe, sheet.iter_rows(), width)
        del sheet


def _send_rows(pipe: Connection, rows: Iterator[Sequence[object]], width: int) -> None:
    step = max(1, min(BLOCK, BLOCK * 64 // max(width, 1)))
    plain = [False] * width  # columns whose texts did not repeat are not tried again
    while block := list(islice(rows, step)):
        for place, column in enumerate(zip(*block, strict=True)):
            message = None if plain[place] else _repeated(column)
            plain[place] = message is None
            pipe.send_bytes(message or _block(column))


def _repeated(column: Sequence[object]) -> bytes | None:
    """A block of one column in which few texts repeat: those, and which of them each cell is."""
    distinct = {cell: place for place, cell in enumerate(dict.fromkeys(column))}
    if len(distinct) * _REPEATED < len(column) and all(type(cell) is str for cell in distinct):
        text = "\0".join(distinct)  # type: ignore[arg-type]
        if text.count("\0") == len(distinct) - 1:
            return wire.repeated(array("H", map(distinct.__getitem__, column)), text)
    return None


def _block(column: Sequence[object]) -> bytes:
    """A block of one column, cell by cell."""
    try:
        text = "\0".join(column)  # type: ignore[arg-type]
    except TypeError:
        return wire.cells(*_told(column))
    if text.count("\0") != len(column) - 1:
        return wire.cells(*_told(column))
    return wire.cells("", text)


def _told(column: Iterable[object]) -> tuple[str, str]:
    tags: list[str] = []
    texts: list[str] = []
    for cell in column:
        tag, text = _tell(cell)
        tags.append(tag)
        # U+0000 parts the cells; the replacement character keeps its place, and is forbidden too
        texts.append(text.replace("\0", "\ufffd"))
    return "".join(tags), "\0".join(texts)


def _tell(cell: object) -> tuple[str, str]:
    teller = _TELLERS.get(type(cell))
    return teller(cell) if teller is not None else (wire.TEXT, str(cell))


_TELLERS: dict[type, Callable[[Any], tuple[str, str]]] = {
    str: lambda cell: (wire.TEXT, cell),
    float: lambda cell: (wire.FLOAT, repr(cell)),
    int: lambda cell: (wire.INT, str(cell)),
    bool: lambda cell: (wire.BOOL, "1" if cell else "0"),
    date: lambda cell: (wire.DATE, cell.isoformat()),
    datetime: lambda cell: (wire.DATETIME, cell.isoformat()),
    time: lambda cell: (wire.TEXT, cell.isoformat()),
    timedelta: lambda cell: (wire.FLOAT, repr(cell / timedelta(days=1))),
    type(None): lambda cell: (wire.TEXT, ""),
}


def _send_text(pipe: Connection, path: str) -> None:
    with open(path, "rb") as file:
        data = file.read()
    encoding, text = _decoded(data)
    del data
    pipe.send_bytes(wire.book(encoding, [(_stem(path), True)]))
    csv.field_size_limit(1 << 20)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)))
    except csv.Error:
        raise _Refused("workbook.damaged") from None
    width = max(map(len, rows), default=0)
    if width > _WIDEST or width * len(rows) > _MAX_CELLS:
        raise _Refused("workbook.too_large")
    if not width:
        return
    pipe.send_bytes(wire.sheet(0, 1, 1, len(rows), width, []))
    blank = [""] * width
    _send_rows(pipe, (row + blank[len(row) :] for row in rows), width)


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def _decoded(data: bytes) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tries = [("UTF-16", "utf-16")]
    else:
        tries = [("UTF-8", "utf-8-sig"), ("GB18030", "gb18030")]
    for name, codec in tries:
        try:
            return name, data.decode(codec)
        except UnicodeDecodeError:
            continue
    raise _Refused("workbook.encoding")


def _separator(text: str) -> str:
    """The one of comma, semicolon, tab that parts the first lines most often."""
    head = text[:20_000]
    lines = head.splitlines()[:20]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]
    return max(",;\t", key=lambda mark: sum(line.count(mark) for line in lines))
