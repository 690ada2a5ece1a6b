"""Which rows below the header are records, and why each of the others is not.

A person's row must never be taken for an example, a note or a total: each needs strong evidence,
and every row left out is listed with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from collector.packs import FieldType, header_key
from collector.packs.dictionary import label_key
from collector.sheets.headers import Matched
from collector.sheets.raw import Cell, RawSheet

BLANK = "blank"
NO_DATA = "no_data"
"""something stands in the row, but in no column that is read"""
EXAMPLE = "example"
NOTE = "note"
TOTAL = "total"
HEADER_AGAIN = "header_again"
COLUMN_NUMBERS = "column_numbers"
NO_HEADER = "no_header"
HELPER = "helper_list"
LEFT_OUT = "left_out"
"""a sheet that could be read and that a person chose not to"""

_NOTE = re.compile(
    r"(?:填表|填写|填报|采集表?)(?:说明|须知|要求)|(?:说明|备注|附?注|注意|注意事项)[:：]"
    r"|(?:填表|制表|填报|审核|审批|经办|单位负责|负责|信息采集|采集|联系)人"
    r"(?:[（(][^（）()]*[)）])?[:：]"
    r"|(?:填报单位|填表单位|填报日期|填表日期|盖章)(?:[（(][^（）()]*[)）])?[:：]"
)
_GOES_ON = re.compile(r"[0-9一二三四五六七八九十]{1,2}[、.．)）]|.{12}", re.DOTALL)
_TOTAL = re.compile(r"(?:本页|本表)?(?:合|总|小|共)计[:：]?")
_MARK = re.compile(r"[（(【\[]?(?:示例|样例|例|例如|举例|范例|样表)[)）】\]]?[0-9]*[:：]?")
_MARKED = re.compile(
    r"[（(【\[](?:示例|样例|例|范例)[)）】\]]|(?:示例|样例|例|例如|范例)[:：]|(?:示例|样例)$"
)
_REQUIRED_MARK = re.compile(r"[（(【\[]?(?:必填项?|选填项?|非必填|可不填|必采)[)）】\]]?")
_BLANK = re.compile(r"\0\s*\0")
_EXAMPLE_ROWS = 5
"""an example stands in the first rows under the header"""


class _Rows:
    """The rows under a header, by index into the sheet's columns."""

    def __init__(self, raw: RawSheet, matched: Matched, data_row: int) -> None:
        self.raw = raw
        self.matched = matched
        self.indexes = range(data_row - raw.first_row, raw.rows_total)
        self.read = {
            column: raw.column(column)
            for column, item in matched.fields.items()
            if item.type is not FieldType.SERIAL
        }
        self.serial = {
            column: raw.column(column)
            for column, item in matched.fields.items()
            if item.type is FieldType.SERIAL
        }
        self.others = {
            column: raw.column(column)
            for column in range(raw.first_column, raw.first_column + len(raw.columns))
            if column not in matched.fields
        }
        required = [column for column in self.read if matched.fields[column].required]
        self.required = required if len(required) > 1 else list(self.read)

    def texts(self, index: int) -> list[tuple[int, str]]:
        """(column, text without white space) of the filled cells but 序号, left to right.

        What stands beside the table (lists for its drop-downs) says nothing about its rows.
        """
        last = max(self.matched.fields, default=0)
        others = ((column, cells) for column, cells in self.others.items() if column <= last)
        cells = sorted((*self.read.items(), *others))
        return [
            (column, "".join(str(values[index]).split()))
            for column, values in cells
            if _filled(values[index])
        ]


def skipped_rows(raw: RawSheet, matched: Matched, data_row: int) -> dict[int, str]:
    """Row -> why it is no record, from ``data_row`` to the last row with anything in it."""
    rows = _Rows(raw, matched, data_row)
    if not rows.indexes:
        return {}
    skipped: dict[int, str] = {}
    _notes_and_totals(rows, skipped)
    for index in _empty_in_all(rows.read.values(), rows.indexes):
        if index not in skipped:
            other = any(_filled(cells[index]) for cells in rows.others.values())
            skipped[index] = NO_DATA if other else BLANK
    _headers_again(rows, skipped)
    _marks(rows, skipped)
    _column_numbers(rows, skipped)
    _examples(rows, skipped)
    return {raw.first_row + index: skipped[index] for index in sorted(skipped)}


def _filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _empty(cells: Sequence[Cell], indexes: Sequence[int]) -> list[int]:
    if not indexes:
        return []
    try:
        joined = "\0".join(("", *cells[indexes[0] :], ""))  # type: ignore[arg-type]
    except TypeError:  # numbers or dates among them
        return [index for index in indexes if not _filled(cells[index])]
    if _BLANK.search(joined) is None:
        return []
    return [index for index in indexes if not cells[index].strip()]  # type: ignore[union-attr]


def _empty_in_all(columns: Iterable[Sequence[Cell]], indexes: Sequence[int]) -> Sequence[int]:
    for cells in columns:
        indexes = _empty(cells, indexes)
    return indexes


def _notes_and_totals(rows: _Rows, skipped: dict[int, str]) -> None:
    """Rows with at most one required cell filled that say themselves what they are."""
    if len(rows.required) > 1:
        sparse = {
            index
            for column in rows.required[:2]
            for index in _empty(rows.read[column], rows.indexes)
        }
    else:
        sparse = set(rows.indexes)
    wide = {
        top - rows.raw.first_row
        for top, left, bottom, right in rows.raw.merges
        if top == bottom and (right - left + 1) * 2 >= max(len(rows.read), 4)
    }
    noted = False
    for index in sorted(sparse):
        said = [text for _, text in rows.texts(index)]
        signed = bool(said) and all(map(_NOTE.match, said))
        filled = sum(_filled(rows.read[column][index]) for column in rows.required)
        if filled > 1 and not signed:
            continue
        if not said:
            said = [
                "".join(str(cells[index]).split())
                for cells in rows.serial.values()
                if isinstance(cells[index], str) and _filled(cells[index])
            ]
            if not said:
                continue
        if _TOTAL.fullmatch(said[0]) or any(
            _TOTAL.fullmatch(str(cells[index]).strip()) for cells in rows.serial.values()
        ):
            skipped[index] = TOTAL
        elif signed or all(map(_NOTE.match, said)) or (len(said) == 1 and index in wide):
            skipped[index] = NOTE
            noted = True
        elif noted and len(said) == 1 and _GOES_ON.match(said[0]):
            skipped[index] = NOTE


def _headers_again(rows: _Rows, skipped: dict[int, str]) -> None:
    head = rows.matched.row + rows.matched.levels - 1 - rows.raw.first_row
    headers = {column: cells[head] for column, cells in rows.read.items() if _filled(cells[head])}
    if len(headers) < 2:
        return
    first = next(iter(headers))
    cells, wanted = rows.read[first], headers[first]
    for index in rows.indexes:
        if cells[index] == wanted:
            same = sum(rows.read[column][index] == text for column, text in headers.items())
            if same > 1 and same * 2 >= len(headers):
                skipped[index] = HEADER_AGAIN


def _marks(rows: _Rows, skipped: dict[int, str]) -> None:
    """The line 必填 选填 … some forms have under their header."""
    for index in rows.indexes[:_EXAMPLE_ROWS]:
        texts = [text for _, text in rows.texts(index)]
        if len(texts) < 2 or not all(map(_REQUIRED_MARK.fullmatch, texts)):
            return
        skipped[index] = HEADER_AGAIN


def _column_numbers(rows: _Rows, skipped: dict[int, str]) -> None:
    """The line 1 2 3 … some forms have under their header."""
    index = next((place for place in rows.indexes if place not in skipped), rows.indexes.start)
    numbers = [text.removesuffix(".0") for _, text in rows.texts(index)]
    if len(numbers) < 3 or not all(text.isascii() and text.isdigit() for text in numbers):
        return
    start = int(numbers[0])
    if start in (1, 2) and numbers == [str(start + place) for place in range(len(numbers))]:
        skipped[index] = COLUMN_NUMBERS


def _examples(rows: _Rows, skipped: dict[int, str]) -> None:
    example = {header_key(name): text for name, text in rows.matched.sheet.layout.example.items()}
    fields = rows.matched.fields
    leftmost = min(rows.read, default=0)
    for index in rows.indexes[:_EXAMPLE_ROWS]:
        if index in skipped:
            continue
        texts = dict(rows.texts(index))
        marks = [str(cells[index]) for cells in rows.serial.values()]
        marks += [text for column, text in texts.items() if column < leftmost]
        named = texts.get(leftmost, "")
        if any(_MARK.fullmatch("".join(mark.split())) for mark in marks) or _MARKED.match(named):
            skipped[index] = EXAMPLE
            continue
        said = {
            header_key(fields[column].header): text
            for column, text in texts.items()
            if column in rows.read
        }
        if (
            len(example) > 1
            and said.keys() == example.keys()
            and all(label_key(said[key]) == label_key(text) for key, text in example.items())
        ):
            skipped[index] = EXAMPLE
