"""The pass over a sheet gives one answer, however the sheet is written."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.sheets.archive import Archive
from collector.sheets.biff import scan_workbook
from collector.sheets.raw import letter
from collector.sheets.scan import SheetScan, scan_sheet

PART = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXT = st.text("试验甲x1 &<'\"=", max_size=6)
CELL = st.one_of(
    st.tuples(st.just("inline"), TEXT),
    st.tuples(st.just("number"), st.integers(0, 10**18).map(str)),
    st.tuples(st.just("formula"), st.sampled_from(["", "7"])),
    st.tuples(st.just("text formula"), TEXT),
    st.tuples(st.just("error"), st.sampled_from(["#N/A", "#DIV/0!"])),
    st.tuples(st.just("blank"), st.just("")),
    st.none(),
)
ROWS = st.lists(st.tuples(st.integers(1, 3), st.booleans(), st.lists(CELL, max_size=5)), max_size=8)
Row = tuple[int, bool, list[tuple[str, str] | None]]


def cell_xml(place: str, sort: str, text: str) -> str:
    said = escape(text)
    if sort == "inline":
        return f'<c r="{place}" t="inlineStr"><is><t>{said}</t></is></c>'
    if sort == "number":
        return f'<c r="{place}" s="1"><v>{said}</v></c>'
    if sort == "formula":
        return f'<c r="{place}"><f>A1+1</f><v>{said}</v></c>'
    if sort == "text formula":
        return f'<c r="{place}" t="str"><f t="shared" si="0"/><v>{said}</v></c>'
    if sort == "error":
        return f'<c r="{place}" t="e"><f>NA()</f><v>{said}</v></c>'
    return f'<c r="{place}" s="1"/>'


def sheet_xml(rows: list[Row]) -> str:
    pieces: list[str] = []
    number = 0
    for step, hidden, cells in rows:
        number += step
        mark = ' hidden="1"' if hidden else ""
        pieces.append(f'<row r="{number}" spans="1:5"{mark}>')
        for place, cell in enumerate(cells, start=1):
            if cell is not None:
                pieces.append(cell_xml(f"{letter(place)}{number}", *cell))
        pieces.append("</row>")
    return (
        f'<worksheet xmlns="{MAIN}"><cols><col min="2" max="3" hidden="1"/></cols><sheetData>'
        f'{"".join(pieces)}</sheetData><mergeCells><mergeCell ref="B2:C3"/></mergeCells>'
        "</worksheet>"
    )


def scanned(folder: Path, xml: str) -> SheetScan:
    path = folder / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(PART, xml)
    with Archive(path) as archive_read:
        return scan_sheet(archive_read, PART)


def prefixed(xml: str) -> str:
    return re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x=")


def in_single_quotes(xml: str) -> str:
    return re.sub(r'(\w)="([^"]*)"', r"\1='\2'", xml)


def on_new_lines(xml: str) -> str:
    return xml.replace("<c ", "<c\n").replace("</row>", "</row>\n")


@pytest.mark.parametrize("rewrite", [prefixed, in_single_quotes, on_new_lines])
@given(rows=ROWS)
def test_a_sheet_in_another_dialect_is_scanned_to_the_same_answer(
    rewrite: object, rows: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert callable(rewrite)
    folder = tmp_path_factory.getbasetemp()
    xml = sheet_xml(rows)
    plain, other = scanned(folder, xml), scanned(folder, rewrite(xml))
    assert plain.patchable
    other.patchable = plain.patchable
    # an inline text of nothing is content to one pass and none to the other; no reader tells them
    for scan in (plain, other):
        scan.cells = scan.last_row = scan.last_column = 0
        scan.uncalculated = {place for place in scan.uncalculated if place not in scan.errors}
    assert plain == other


def test_rows_and_cells_are_counted(tmp_path: Path) -> None:
    rows: list[Row] = [
        (1, False, [("inline", "甲"), None, ("number", "5")]),
        (2, True, [("blank", ""), ("error", "#N/A")]),
    ]
    scan = scanned(tmp_path, sheet_xml(rows))
    assert (scan.rows, scan.cells, scan.last_row, scan.last_column) == (2, 3, 3, 3)
    assert scan.hidden_rows == {3}
    assert scan.hidden_columns() == {2, 3}
    assert scan.errors == {(3, 2): "#N/A"}
    assert scan.merges == [(2, 2, 3, 3)]


def test_many_rows_of_many_shapes_are_scanned_without_parsing_each(tmp_path: Path) -> None:
    rows: list[Row] = [
        (1, False, [("inline", f"name{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{'x' * (i % 7)}")])
        for i in range(6000)
    ]
    scan = scanned(tmp_path, sheet_xml(rows))
    assert scan.patchable
    assert (scan.rows, scan.cells, scan.last_row) == (6000, 6000, 6000)


def test_an_old_workbook_tells_its_formulas_and_hidden_places() -> None:
    path = Path(__file__).parents[2] / "data" / "sheets" / "people.xls"
    people, hidden = scan_workbook(path)
    assert people.formulas == {(8, 5), (8, 6)}
    assert people.hidden_rows == {4}
    assert people.hidden_columns() == {4}
    assert (hidden.last_row, hidden.last_column) == (1, 1)
