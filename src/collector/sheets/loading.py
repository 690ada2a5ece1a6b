"""A file into a ``RawWorkbook``: preflight, the reader's process, and the scan beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from collector.progress import Progress
from collector.sheets import biff, row_ids
from collector.sheets.preflight import Examined, examine, scan
from collector.sheets.process import Reader
from collector.sheets.raw import Format, RawSheet, RawWorkbook
from collector.sheets.refusals import refused
from collector.sheets.scan import SheetScan


def load(path: Path, progress: Progress | None = None) -> RawWorkbook:
    """Reads a workbook or text file.

    Raises ``InputRefused`` (``workbook.*``) for what cannot be read or trusted, ``Cancelled`` when
    ``progress`` was cancelled; the reader's process is gone in either case.
    """
    examined = examine(path)
    look = _scanner(examined, progress)
    scans: list[SheetScan | None] = look() if examined.scan_first else []
    with Reader(examined) as reader:
        if not examined.scan_first:
            scans = look()
        encoding, sheets = reader.sheets(progress)
    _join(examined, sheets, scans)
    raw = RawWorkbook(path, path.name, examined.sha256, examined.format, encoding or None, sheets)
    row_ids.take(raw)
    return raw


def _scanner(examined: Examined, progress: Progress | None) -> Callable[[], list[SheetScan | None]]:
    if examined.format is Format.XLSX:
        return lambda: scan(examined, progress)
    if examined.format is Format.XLS:
        return lambda: [*biff.scan_workbook(examined.path)]
    return list


def _join(examined: Examined, sheets: list[RawSheet], scans: list[SheetScan | None]) -> None:
    """Adds to what the reader read what only the scan sees; refuses where they disagree."""
    if examined.format is Format.XLSX:
        names = [part.name for part in examined.sheets]
        found = dict(zip(names, scans, strict=True))
        pairs = [(sheet, found.pop(sheet.name, None)) for sheet in sheets]
        if any(left is not None and left.cells for left in found.values()):
            raise refused("workbook.damaged", examined.path)
    elif len(scans) == len(sheets):
        pairs = list(zip(sheets, scans, strict=True))
    elif scans:
        raise refused("workbook.damaged", examined.path)
    else:
        return
    for sheet, scanned in pairs:
        if scanned is None:
            continue
        # The reader passes over a sheet it cannot decode: rows must not be lost without a word.
        if scanned.cells > len(scanned.errors) and not sheet.rows_total:
            raise refused("workbook.damaged", examined.path, sheet=sheet.name)
        sheet.formulas = scanned.formulas
        sheet.errors = scanned.errors
        sheet.uncalculated = scanned.uncalculated
        sheet.hidden_rows = scanned.hidden_rows
        sheet.hidden_columns = scanned.hidden_columns()
        if examined.format is Format.XLSX:
            sheet.merges = scanned.merges
