"""The sheets a marked copy has beside the person's own: every fault, and how to return it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collector.model import Finding, Severity
from collector.sheets.package import Styles
from collector.sheets.plain import inline_cell

_SEVERITY = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.INFO: "说明"}
_MAX_LISTED = 1_000_000
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def fault_list(
    findings: Sequence[Finding], messages: Sequence[str], styles: Styles
) -> Iterator[str]:
    """The sheet's XML in pieces: a line a finding."""
    wrapped = f' s="{styles.filled(0, "", wrapped=True)}"'
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane '
        'ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        '</sheetViews><cols><col min="1" max="4" width="12" customWidth="1"/><col min="5" max="5" '
        'width="80" customWidth="1"/></cols><sheetData>'
    )
    yield _row(1, ("工作表", "行", "列", "程度", "说明"), wrapped)
    row = 1
    for finding, message in zip(findings, messages, strict=True):
        row += 1
        if row > _MAX_LISTED:
            yield _row(row, ("", "", "", "", "其余见各行末尾的错误说明。"), wrapped)
            break
        place = (finding.sheet, str(finding.row or ""), finding.column)
        yield _row(row, (*place, _SEVERITY[finding.severity], message), wrapped)
    yield "</sheetData></worksheet>"


def explaining_sheet(lines: Sequence[str], styles: Styles) -> Iterator[str]:
    """The sheet's XML: one line of text a row."""
    wrapped = f' s="{styles.filled(0, "", wrapped=True)}"'
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="90" '
        'customWidth="1"/></cols><sheetData>'
    )
    for row, line in enumerate(lines, 1):
        yield _row(row, (line,), wrapped)
    yield "</sheetData></worksheet>"


def _row(row: int, texts: Sequence[str], style: str) -> str:
    cells = "".join(
        inline_cell(f"{chr(65 + place)}{row}", text, style) for place, text in enumerate(texts)
    )
    return f'<row r="{row}">{cells}</row>'
