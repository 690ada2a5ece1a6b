"""A file into a ``RawWorkbook``: in one pass where it is written as office programs write, else by
the reader's process with the scan beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from collector.progress import Progress
from collector.sheets import biff, row_ids
from collector.sheets.direct import read_directly
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
    encoding = ""
    sheets = read_directly(examined, progress) if examined.format is Format.XLSX else None
    if sheets is None:
        encoding, sheets = _read_apart(examined, progress)
    raw = RawWorkbook(path, path.name, examined.sha256, examined.format, encoding or None, sheets)
    row_ids.take(raw)
    return raw


def _read_apart(examined: Examined, progress: Progress | None) -> tuple[str, list[RawSheet]]:
    """By the reader's process, with the scan before it or, for a large file, beside it."""
    look = _scanner(examined, progress)
    scans: list[SheetScan | None] = look() if examined.scan_first else []
    with Reader(examined) as reader:
        if not examined.scan_first:
            scans = look()
        encoding, sheets = reader.sheets(progress)
    _join(examined, sheets, scans)
    return encoding, sheets


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
        if examined.format is not Format.XLSX:
            scanned.merges = sheet.merges
        scanned.give(sheet)
