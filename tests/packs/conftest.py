"""A receiver that obeys the rules of Hainan's real importer, to prove what we write for it.

From its published behaviour: only the first sheet; columns by position, headers unread; from the
first data row to the row before the last; a number cell loses digits, a date cell and a formula
are misread; a label that is not in the list letter by letter, and a date that is not text
yyyy/MM/dd, are silently lost or replaced; one merged cell among the data refuses the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from collector.packs import FieldType, Pack, Sheet

Received = list[dict[tuple[str, str], str]]
Receive = Callable[[Path, Pack, Sheet], Received]


def _received(path: Path, pack: Pack, sheet: Sheet) -> Received:
    page = load_workbook(path).worksheets[0]
    assert isinstance(page, Worksheet)
    first, last = sheet.layout.data_row, page.max_row
    for merged in page.merged_cells.ranges:
        assert merged.max_row < first or merged.min_row == last, "the file would be refused"
    rows: Received = []
    for row in range(first, last):
        record = {}
        for column, field in enumerate(sheet.fields, 1):
            cell = page.cell(row, column)
            assert cell.value is None or cell.data_type == "s", "not a text cell"
            assert cell.number_format == "@"
            text = "" if cell.value is None else unescape(str(cell.value))  # as Excel and POI do
            if field.type is FieldType.DATE and text:
                assert re.fullmatch(r"\d{4}/\d{2}/\d{2}", text), "would become today"
            if field.type is FieldType.CHOICE and text:
                spelling = pack.writer.label_spelling.get(field.dictionary, {})
                known = {spelling.get(x, x) for x in pack.dictionaries[field.dictionary].labels}
                assert text in known, "would become empty"
            record[field.kind.value, field.id] = text
        rows.append(record)
    return rows


@pytest.fixture
def receive() -> Receive:
    return _received
