"""What passes between the reader's process and its parent: bytes the parent can check.

A message is one letter and a body. ``B`` the workbook (JSON), ``S`` a sheet (JSON), ``C`` a block
of one column's cells, ``R`` the same where texts repeat, ``E`` a refusal code, ``Z`` the end. A
block of cells is the number of tags, one tag a cell (none where all are text), then the texts
parted by U+0000. A block of repeated texts is the number of cells, for each cell the place of its
text (16 bits), then the texts.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from collector.sheets.raw import Cell, Range

TEXT, INT, FLOAT, BOOL, DATE, DATETIME = "sifbdt"
MAX_MESSAGE = 64 << 20
_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384


class Malformed(Exception):
    """The child said something no sound child says."""


@dataclass(frozen=True, slots=True)
class Book:
    encoding: str
    sheets: tuple[tuple[str, bool], ...]
    """(name, visible)"""


@dataclass(frozen=True, slots=True)
class SheetHead:
    index: int
    first_row: int
    first_column: int
    rows: int
    width: int
    merges: tuple[Range, ...]


def book(encoding: str, sheets: Sequence[tuple[str, bool]]) -> bytes:
    return b"B" + json.dumps([encoding, list(sheets)]).encode()


def sheet(
    index: int, first_row: int, first_column: int, rows: int, width: int, merges: Sequence[Range]
) -> bytes:
    return b"S" + json.dumps([index, first_row, first_column, rows, width, list(merges)]).encode()


def cells(tags: str, text: str) -> bytes:
    return b"C%d;%s%s" % (len(tags), tags.encode(), text.encode())


def repeated(places: array[int], text: str) -> bytes:
    return b"R%d;%s%s" % (len(places), places.tobytes(), text.encode())


def refusal(code: str) -> bytes:
    return b"E" + code.encode()


def done() -> bytes:
    return b"Z"


def read_book(body: bytes) -> Book:
    encoding, sheets = _json(body, 2)
    if not isinstance(encoding, str) or not isinstance(sheets, list):
        raise Malformed
    for item in sheets:
        if not (
            isinstance(item, list)
            and len(item) == 2
            and isinstance(item[0], str)
            and isinstance(item[1], bool)
        ):
            raise Malformed
    return Book(encoding, tuple((name, visible) for name, visible in sheets))


def read_sheet(body: bytes) -> SheetHead:
    *numbers, merges = _json(body, 6)
    if not all(type(item) is int for item in numbers) or not isinstance(merges, list):
        raise Malformed
    index, first_row, first_column, rows, width = (int(str(item)) for item in numbers)
    if (
        index < 0
        or not 0 < first_row <= _MOST_ROWS
        or not 0 <= rows <= 4 * _MOST_ROWS
        or first_column < 1
        or width < 1
        or first_column + width > _MOST_COLUMNS + 1
    ):
        raise Malformed
    ranges: list[Range] = []
    for item in merges:
        if not isinstance(item, list) or [type(part) for part in item] != [int] * 4:
            raise Malformed
        ranges.append((item[0], item[1], item[2], item[3]))
    return SheetHead(index, first_row, first_column, rows, width, tuple(ranges))


def _json(body: bytes, length: int) -> list[object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(told, list) or len(told) != length:
        raise Malformed
    return told


def read_cells(body: bytes) -> list[Cell]:
    """The cells of a block; raises ``Malformed``."""
    tagged, _, rest = body.partition(b";")
    if not tagged.isdigit() or len(tagged) > 8:
        raise Malformed
    count = int(tagged)
    if len(rest) < count:
        raise Malformed
    try:
        texts: list[Cell] = [*rest[count:].decode("utf-8").split("\0")]
        if count:
            tags = rest[:count].decode("ascii")
            if len(tags) != len(texts):
                raise Malformed
            for index, tag in enumerate(tags):
                if tag != TEXT:
                    texts[index] = _cell(tag, str(texts[index]))
    except (ValueError, OverflowError):
        raise Malformed from None
    return texts


def read_repeated(body: bytes) -> list[Cell]:
    """The cells of a block of repeated texts; raises ``Malformed``."""
    counted, _, rest = body.partition(b";")
    if not counted.isdigit() or len(counted) > 8:
        raise Malformed
    end = 2 * int(counted)
    if len(rest) < end:
        raise Malformed
    places = array("H", rest[:end])
    try:
        texts = rest[end:].decode("utf-8").split("\0")
        return list(map(texts.__getitem__, places))
    except (UnicodeDecodeError, IndexError):
        raise Malformed from None


def _cell(tag: str, text: str) -> Cell:
    if tag == FLOAT:
        return float(text)
    if tag == INT:
        if len(text) > 24:
            raise Malformed
        return int(text)
    if tag == BOOL:
        return text == "1"
    if tag == DATE:
        return date.fromisoformat(text)
    if tag == DATETIME:
        return datetime.fromisoformat(text)
    raise Malformed
