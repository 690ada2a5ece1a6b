"""The ZIP around an .xlsx, read with limits and without trust.

Only what an office program writes is let through: stored or deflated parts, each once, that do not
overlap and do not unpack to more than they declare.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self

from collector.errors import Cancelled
from collector.progress import Progress
from collector.sheets.refusals import refused

MAX_FILE = 256 << 20
"""bytes of the file on disk"""
MAX_PARTS = 4096
MAX_PART = 1 << 30
"""bytes a part may unpack to: about 1.7 million rows of 20 cells"""
MAX_TOTAL = 3 << 29
MAX_RATIO = 300
"""A sheet of one repeated row packs about 100 : 1, deflate can do 1032 : 1."""
RATIO_FROM = 8 << 20
"""smaller parts may pack as well as they like"""
CHUNK = 512 << 10

_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""", re.IGNORECASE)


class Archive:
    """An open .xlsx whose directory has been checked.

    Raises ``InputRefused`` (``workbook.damaged``, ``.encrypted``, ``.zip_bomb``), and ``Cancelled``
    at the next chunk when ``progress`` was cancelled.
    """

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self.path = path
        self._progress = progress
        self._reading: IO[bytes] | None = None
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, EOFError, OSError):
            raise refused("workbook.damaged", path) from None
        except (NotImplementedError, UnicodeError, IndexError, OverflowError):
            raise refused("workbook.damaged", path) from None
        try:
            self.parts = self._checked()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._reading is not None:
            self._reading.close()  # whoever read it stopped half way
        self._zip.close()

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        entries = self._zip.infolist()
        if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_TOTAL:
            raise refused("workbook.zip_bomb", self.path)
        parts: dict[str, zipfile.ZipInfo] = {}
        end_of_last = 0
        for entry in sorted(entries, key=lambda item: item.header_offset):
            name = entry.filename.lstrip("/")
            if entry.flag_bits & 0x1:
                raise refused("workbook.encrypted", self.path)
            sound = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if not sound or entry.header_offset < 0:
                raise refused("workbook.damaged", self.path)
            # Two parts of one name: readers disagree on which counts. Overlapping parts: the
            # bomb of D. Fifield (woot19) packs petabytes that way.
            if name.lower() in parts or entry.header_offset < end_of_last:
                raise refused("workbook.zip_bomb", self.path)
            packed = max(entry.compress_size, 1)
            if entry.file_size > MAX_PART or (
                entry.file_size > RATIO_FROM and entry.file_size // packed > MAX_RATIO
            ):
                raise refused("workbook.zip_bomb", self.path)
            end_of_last = entry.header_offset + 30 + entry.compress_size
            if not name.endswith("/"):
                parts[name.lower()] = entry
        return parts

    def size(self, name: str) -> int:
        """Bytes the part unpacks to; 0 where there is no such part."""
        entry = self.parts.get(name.lower())
        return entry.file_size if entry else 0

    def chunks(self, name: str) -> Iterator[bytes]:
        """The part's bytes, half a mebibyte at a time.

        Raises ``InputRefused`` (``workbook.damaged``) when they do not unpack or fail their sum.
        """
        entry = self.parts[name.lower()]
        try:
            with self._zip.open(entry) as part:
                self._reading = part
                while chunk := part.read(CHUNK):
                    if self._progress is not None and self._progress.is_cancelled:
                        raise Cancelled
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            raise refused("workbook.damaged", self.path) from None
        except NotImplementedError:
            raise refused("workbook.damaged", self.path) from None

    def read(self, name: str, limit: int) -> bytes:
        """A whole small part; ``workbook.zip_bomb`` where it is larger than ``limit`` bytes."""
        if self.size(name) > limit:
            raise refused("workbook.zip_bomb", self.path)
        return b"".join(self.chunks(name))

    def check_xml(self, chunk: bytes, *, first: bool) -> None:
        """Refuses a DTD anywhere and any encoding but UTF-8 at the beginning of a part."""
        if first:
            head = chunk[:256]
            if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head[:4]:
                raise refused("workbook.utf16_sheet", self.path)
            declared = _ENCODING.search(head.removeprefix(b"\xef\xbb\xbf"))
            if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
                raise refused("workbook.utf16_sheet", self.path)
        if b"!" in chunk and b"<!" in chunk and _DTD.search(chunk):
            raise refused("workbook.dtd", self.path)
