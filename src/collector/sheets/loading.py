"""A file into a ``RawWorkbook``: preflight, the reader's process, and the scan beside it."""

from __future__ import annotations

from pathlib import Path

from collector.progress import Progress
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
    scans: list[SheetScan | None] | None = None
    if examined.format is Format.XLSX and examined.scan_first:
        scans = scan(examined)
    with Reader(examined) as reader:
        if examined.format is Format.XLSX and scans is None:
            scans = scan(examined)
        encoding, sheets = reader.sheets(progress)
    if scans is not None:
        _join(examined, sheets, scans)
    return RawWorkbook(path, path.name, examined.sha256, examined.format, encoding or None, sheets)


def _join(examined: Examined, sheets: list[RawSheet], scans: list[SheetScan | None]) -> None:
    """Adds to what the reader read what only the scan sees; refuses where they disagree."""
    found = {
        part.name: scanned
        for part, scanned in zip(examined.sheets, scans, strict=True)
        if scanned is not None
    }
    for sheet in sheets:
        scanned = found.pop(sheet.name, None)
        if scanned is None:
            continue
        # The reader passes over a sheet it cannot decode: rows must not be lost without a word.
        if scanned.cells and not sheet.rows_total and not scanned.errors:
            raise refused("workbook.damaged", examined.path, sheet=sheet.name)
        sheet.formulas = scanned.formulas
        sheet.errors = scanned.errors
        sheet.uncalculated = scanned.uncalculated
        sheet.merges = scanned.merges
        sheet.hidden_rows = scanned.hidden_rows
        sheet.hidden_columns = scanned.hidden_columns()
    if any(scanned.cells for scanned in found.values()):
        raise refused("workbook.damaged", examined.path)
