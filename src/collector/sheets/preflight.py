"""Refuses what is hostile before any reader sees it.

A workbook is judged by what it is, not by its name. Limits and reasons: the reader, python-calamine
0.9, ends its process on far corner cells (tafia/calamine#693) and on impossible counts of shared
strings (#684), and reads a UTF-16 sheet as no rows.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from collector.progress import Progress
from collector.sheets.archive import MAX_FILE, Archive
from collector.sheets.raw import Format
from collector.sheets.refusals import refused
from collector.sheets.scan import SheetScan, checked, scan_sheet

MAX_SHEETS = 256
MAX_TEXT_FILE = 64 << 20
_MAX_SMALL_PART = 8 << 20
_SCANNED_FIRST = 16 << 20
"""Sheets together smaller than this are scanned before the reader starts; larger ones while it
runs, in its capped process, and nothing it says is believed until the scan is through."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_SHARED_COUNT = re.compile(rb"""\b(?:unique)?[cC]ount\s*=\s*["']\s*([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class SheetPart:
    name: str
    part: str
    """its place in the archive; "" where it has none (a sheet of another sort)"""
    visible: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that passed the checks made before a reader starts."""

    path: Path
    format: Format
    sha256: str
    size: int
    """bytes the reader has to work through"""
    sheets: tuple[SheetPart, ...] = ()
    since_1904: bool = False
    """whether dates are counted from 1904, as Excel for the Macintosh did"""

    @property
    def scan_first(self) -> bool:
        return self.size < _SCANNED_FIRST


def preflight(path: Path) -> None:
    """Raises ``InputRefused`` (``workbook.*``) unless the file is fit for a reader."""
    examined = examine(path)
    if examined.format is Format.XLSX:
        scan(examined)


def scan(examined: Examined, progress: Progress | None = None) -> list[SheetScan | None]:
    """What one pass over each sheet of an .xlsx finds, in the workbook's order."""
    with Archive(examined.path, progress) as archive:
        return [
            scan_sheet(archive, sheet.part) if sheet.part else None for sheet in examined.sheets
        ]


def examine(path: Path) -> Examined:
    """Everything but the sheets themselves: kind of file, sizes, parts, encodings, counts."""
    head, size, sha256 = _look(path)
    if head.startswith(b"PK\x03\x04"):
        sheets, work, since_1904 = _examine_archive(path)
        return Examined(path, Format.XLSX, sha256, work, sheets, since_1904)
    if head.startswith(_OLE):
        if _holds(path, "EncryptedPackage".encode("utf-16-le")):
            raise refused("workbook.encrypted", path)
        return Examined(path, Format.XLS, sha256, size)
    if path.suffix.lower() in _TEXT_SUFFIXES:
        if size > MAX_TEXT_FILE:
            raise refused("workbook.too_large", path)
        if b"\x00" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            raise refused("workbook.not_a_workbook", path)
        return Examined(path, Format.CSV, sha256, size)
    raise refused("workbook.not_a_workbook", path)


def _look(path: Path) -> tuple[bytes, int, str]:
    try:
        if not path.is_file():
            raise refused("workbook.not_a_file" if path.exists() else "workbook.not_found", path)
        if path.name.startswith("~$"):
            raise refused("workbook.lock_file", path)
        size = path.stat().st_size
        if size == 0:
            raise refused("workbook.empty", path)
        if size > MAX_FILE:
            raise refused("workbook.too_large", path)
        with path.open("rb") as file:
            head = file.read(4096)
            file.seek(0)
            return head, size, hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        raise refused("workbook.unreadable", path) from None


def _holds(path: Path, wanted: bytes) -> bool:
    before = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            if wanted in before + chunk:
                return True
            before = chunk[-len(wanted) :]
    return False


def _examine_archive(path: Path) -> tuple[tuple[SheetPart, ...], int, bool]:
    with Archive(path) as archive:
        book = _workbook_part(archive)
        sheets, since_1904 = _sheets(archive, book)
        sheet_parts = {sheet.part.lower() for sheet in sheets}
        for name in archive.parts:
            if name in sheet_parts or not name.endswith((".xml", ".rels")):
                continue
            if name.endswith("sharedstrings.xml"):
                _check_shared_strings(archive, name)
            else:
                for _ in checked(archive, name):
                    pass
        for sheet in sheets:
            if sheet.part:
                next(checked(archive, sheet.part), b"")
        return sheets, sum(archive.size(part) for part in sheet_parts), since_1904


def _workbook_part(archive: Archive) -> str:
    """The part the package says is its workbook."""
    if "[content_types].xml" not in archive.parts:
        raise refused("workbook.not_a_workbook", archive.path)
    for kind, target, _ in _relations(archive, "_rels/.rels", ""):
        # .docx and .pptx are packages too; .xlsb is a workbook of another sort.
        spreadsheet = target.lower().startswith("xl/") and target.lower().endswith(".xml")
        if kind.endswith("/officeDocument") and spreadsheet and target.lower() in archive.parts:
            return target
    raise refused("workbook.not_a_workbook", archive.path)


def _relations(archive: Archive, part: str, folder: str) -> list[tuple[str, str, str]]:
    """(type, target part, id) of each relation a relations part names."""
    if part.lower() not in archive.parts:
        return []
    found: list[tuple[str, str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "")
            if attributes.get("TargetMode") != "External":
                joined = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                found.append((attributes.get("Type", ""), joined, attributes.get("Id", "")))

    _parse(archive, part, start)
    return found


def _sheets(archive: Archive, book: str) -> tuple[tuple[SheetPart, ...], bool]:
    """The workbook's sheets, and whether its dates are counted from 1904."""
    folder, name = posixpath.split(book)
    targets = {
        identity: target
        for kind, target, identity in _relations(archive, f"{folder}/_rels/{name}.rels", folder)
        if kind.endswith("/worksheet")
    }
    sheets: list[SheetPart] = []

    since_1904 = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        local = element.rpartition(":")[2]
        if local == "workbookPr":
            since_1904 = attributes.get("date1904", "0") not in ("0", "false", "off")
        if local != "sheet" or "name" not in attributes:
            return
        identity = next((text for key, text in attributes.items() if key.endswith(":id")), "")
        part = targets.get(identity, "")
        sheets.append(
            SheetPart(
                attributes["name"],
                part if part.lower() in archive.parts else "",
                attributes.get("state", "visible") == "visible",
            )
        )
        if len(sheets) > MAX_SHEETS:
            raise refused("workbook.too_many_sheets", archive.path)

    _parse(archive, book, start)
    if not any(sheet.part for sheet in sheets):
        raise refused("workbook.damaged", archive.path)
    if len({sheet.part.lower() for sheet in sheets if sheet.part}) < sum(
        bool(sheet.part) for sheet in sheets
    ):
        raise refused("workbook.damaged", archive.path)
    return tuple(sheets), since_1904


def _parse(archive: Archive, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
    data = archive.read(part, _MAX_SMALL_PART)
    archive.check_xml(data, first=True)
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise refused("workbook.damaged", archive.path) from None


def _check_shared_strings(archive: Archive, name: str) -> None:
    """The reader reserves memory for as many strings as the part says it has."""
    most = archive.size(name) // len(b"<si/>")
    first = True
    for chunk in checked(archive, name):
        if first:
            root = chunk[:4096].partition(b"<sst")[2].partition(b">")[0]
            for text in _SHARED_COUNT.findall(root):
                # ``count`` is how often strings are used; only ``uniqueCount`` is bounded by size.
                if not text.isdigit() or len(text) > 10:
                    raise refused("workbook.impossible_counts", archive.path)
            unique = re.search(rb"""uniqueCount\s*=\s*["']\s*([0-9]+)""", root)
            if unique and int(unique[1]) > most:
                raise refused("workbook.impossible_counts", archive.path)
            first = False
