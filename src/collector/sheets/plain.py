"""A plain .xlsx of what was read, for files that cannot be patched (.xls, .csv, odd dialects)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from collector.sheets.cells import typed_text
from collector.sheets.raw import RawSheet, RawWorkbook, letter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_ROWS_AT_ONCE = 2000
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="宋体"/>'
    '</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/>'
    '<top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" '
    'fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="49" '
    'fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def xml_text(text: str) -> str:
    """Text fit to stand in an element: escaped, and without what XML cannot hold."""
    return escape(_NOT_XML.sub("\ufffd", text))


def inline_cell(place: str, text: str, style: str) -> str:
    """A text cell; what begins with ``=`` stays text."""
    return (
        f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">'
        f"{xml_text(text[:32767])}</t></is></c>"
    )


def write_plain(raw: RawWorkbook, target: Path) -> None:
    """Writes every sheet of ``raw`` as text cells, rows and columns where they were."""
    names = _names(raw.sheets)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        overrides = [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles")]
        overrides += [(f"xl/worksheets/sheet{i + 1}.xml", "worksheet") for i in range(len(names))]
        types = "".join(
            f'<Override PartName="/{part}" ContentType="{_SPREADSHEET}.{kind}+xml"/>'
            for part, kind in overrides
        )
        archive.writestr(
            "[Content_Types].xml",
            f'{_XML}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        )
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        listed = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{i}"{_state(sheet)} r:id="rId{i}"/>'
            for i, (name, sheet) in enumerate(zip(names, raw.sheets, strict=True), start=1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
            "</workbook>",
        )
        targets = [("worksheet", f"worksheets/sheet{i + 1}.xml") for i in range(len(names))]
        archive.writestr(
            "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
        )
        archive.writestr("xl/styles.xml", _STYLES)
        for i, sheet in enumerate(raw.sheets, start=1):
            with archive.open(f"xl/worksheets/sheet{i}.xml", "w", force_zip64=True) as part:
                for piece in _sheet(sheet):
                    part.write(piece.encode())


def _state(sheet: RawSheet) -> str:
    return "" if sheet.visible else ' state="hidden"'


def _relations(targets: list[tuple[str, str]]) -> str:
    related = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}">{related}</Relationships>'


def _names(sheets: list[RawSheet]) -> list[str]:
    """Sheet names Excel takes: at most 31 characters, each once."""
    names: list[str] = []
    for sheet in sheets:
        name = _NOT_IN_NAME.sub("_", sheet.name).strip("'")[:31] or "Sheet"
        plain, again = name, 2
        while name.casefold() in (known.casefold() for known in names):
            name, again = f"{plain[:28]}{again}", again + 1
        names.append(name)
    return names


def _sheet(sheet: RawSheet) -> Iterator[str]:
    yield f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'
    letters = [letter(sheet.first_column + place) for place in range(len(sheet.columns))]
    for start in range(0, sheet.rows_total, _ROWS_AT_ONCE):
        pieces: list[str] = []
        for index in range(start, min(start + _ROWS_AT_ONCE, sheet.rows_total)):
            row = sheet.first_row + index
            pieces.append(f'<row r="{row}">')
            for name, cells in zip(letters, sheet.columns, strict=True):
                text = typed_text(cells[index])
                if text:
                    pieces.append(inline_cell(f"{name}{row}", text, ' s="0"'))
            pieces.append("</row>")
        yield "".join(pieces)
    yield "</sheetData></worksheet>"
