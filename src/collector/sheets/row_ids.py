"""The ids in the hidden column of a marked copy, by which its rows are known when it comes back.

An id is ``GHR`` and 16 characters of Crockford's base 32: whose workspace (3), which sheet of
which copy (5), which row (4), a keyed sum (3) and a check character (1). It is made of random
numbers and a row number; nothing of a person is in it. Rows may be sorted, moved and inserted:
the id moves with the row, for it stands in the very next column behind the data.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from collector.sheets.raw import Cell, RawSheet, RawWorkbook

HEADER = "行编号（程序识别用，请勿改动）"
REASON_HEADER = "错误说明"
EXPLAINING_NAME = "退回说明"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_PREFIX = "GHR"
_ID = re.compile(rf"{_PREFIX}[{_ALPHABET}]{{16}}")
_COPY = re.compile(rf"GHC[{_ALPHABET}]{{9}}")
_SEARCHED_HEADERS = 40
_SAMPLED = 64


class Fault(Enum):
    """Why an id leads to no row."""

    BROKEN = "broken"
    """changed by hand, or cut"""
    OTHER_WORKSPACE = "other_workspace"


@dataclass(frozen=True, slots=True)
class RowId:
    sheet: str
    """the five characters that stand for one sheet of one copy"""
    row: int
    """the row it had when the copy was written"""


class RowIds:
    """Makes and reads the ids of one workspace."""

    def __init__(self, instance: str, secret: bytes) -> None:
        self._secret = secret
        self.workspace = code(hashlib.sha256(b"row ids " + instance.encode()).digest(), 3)

    def make(self, sheet: str, rows: Iterable[int]) -> dict[int, str]:
        """The ids of these rows of the sheet that ``sheet`` (five characters) stands for."""
        start = self.workspace + sheet
        begun = _checked(start)
        made: dict[int, str] = {}
        for row in rows:
            rest = _written(row - 1, 4)
            rest += self._sum(start + rest)
            made[row] = f"{_PREFIX}{start}{rest}{_ALPHABET[_checked(rest, begun)]}"
        return made

    def _sum(self, text: str) -> str:
        digest = hmac.digest(self._secret, text.encode(), "sha256")
        return _ALPHABET[digest[0] & 31] + _ALPHABET[digest[1] & 31] + _ALPHABET[digest[2] & 31]

    def read(self, text: str) -> RowId | Fault:
        """The place an id stands for, or why it stands for none."""
        text = text.strip().upper()
        if not _ID.fullmatch(text):
            return Fault.BROKEN
        body, check = text[len(_PREFIX) : -1], text[-1]
        if _ALPHABET[_checked(body)] != check:
            return Fault.BROKEN
        if body[:3] != self.workspace:
            return Fault.OTHER_WORKSPACE
        if not hmac.compare_digest(self._sum(body[:12]), body[12:]):
            return Fault.BROKEN
        return RowId(body[3:8], _number(body[8:12]) + 1)


def copy_id(workspace: str, random: bytes) -> str:
    """The id of a copy, as its explaining sheet shows it: the workspace, 30 random bits."""
    return f"GHC{workspace}{code(random, 6)}"


def code(random: bytes, length: int) -> str:
    """So many characters of base 32 out of the bytes."""
    return _written(int.from_bytes(random, "big") % 32**length, length)


def take(raw: RawWorkbook) -> None:
    """Find and set aside what a marked copy adds: ids, reasons, the copy's own id.

    The columns of ids and reasons are emptied, so that nobody takes them for data.
    """
    for sheet in raw.sheets:
        _take_ids(sheet)
        if sheet.name.startswith(EXPLAINING_NAME) and not raw.copy_id:
            raw.copy_id = next(_copy_ids(sheet), "")


def _take_ids(sheet: RawSheet) -> None:
    place = next((at for at, cells in enumerate(sheet.columns) if _holds_ids(cells)), None)
    if place is None:
        return
    cells = sheet.columns[place]
    head = next((at for at, cell in enumerate(cells) if _is_header(cell, HEADER)), -1)
    for at, cell in enumerate(cells):
        if at > head and isinstance(cell, str) and cell.strip():
            sheet.row_ids[sheet.first_row + at] = cell.strip()
    sheet.id_column = sheet.first_column + place
    sheet.columns[place] = [""] * len(cells)
    for other, texts in enumerate(sheet.columns):
        top = texts[:_SEARCHED_HEADERS]
        if any(_is_header(cell, REASON_HEADER) for cell in top):
            sheet.reason_columns.add(sheet.first_column + other)
            sheet.columns[other] = [""] * len(texts)
    taken = {sheet.id_column, *sheet.reason_columns}
    sheet.hidden_columns -= taken
    sheet.formulas = {place for place in sheet.formulas if place[1] not in taken}


def _holds_ids(cells: list[Cell]) -> bool:
    """Looks at the first, the last and some cells between: all of every column would cost."""
    step = max(1, len(cells) // _SAMPLED)
    for some in (cells[:_SAMPLED], cells[-_SAMPLED:], cells[::step]):
        for cell in some:
            if isinstance(cell, str) and (
                (cell.startswith(_PREFIX) and _ID.fullmatch(cell.strip()))
                or _is_header(cell, HEADER)
            ):
                return True
    return False


def _is_header(cell: object, header: str) -> bool:
    return isinstance(cell, str) and cell.strip().startswith(header)


def _copy_ids(sheet: RawSheet) -> Iterator[str]:
    for cells in sheet.columns[:4]:
        for cell in cells[:_SEARCHED_HEADERS]:
            found = _COPY.search(cell) if isinstance(cell, str) else None
            if found is not None:
                yield found[0]


def _written(value: int, length: int) -> str:
    if not 0 <= value < 32**length:
        raise ValueError("out of range")
    written = ""
    for _ in range(length):
        value, rest = divmod(value, 32)
        written = _ALPHABET[rest] + written
    return written


def _number(text: str) -> int:
    value = 0
    for character in text:
        value = value * 32 + _VALUE[character]
    return value


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


_SHIFTED = [_times_x(value) for value in range(32)]


def _checked(text: str, begun: int = 0) -> int:
    """The check character's value: a polynomial over GF(32) with a primitive x, so that any one
    wrong character and any two swapped ones are seen."""
    for character in text:
        begun = _SHIFTED[begun] ^ _VALUE[character]
    return begun
