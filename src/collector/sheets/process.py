"""Starts the reader's process, takes what it sends, and ends it when asked or when it is late."""

from __future__ import annotations

import multiprocessing
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from typing import Self

from collector.errors import Cancelled
from collector.progress import Progress
from collector.sheets import child, wire
from collector.sheets.preflight import Examined
from collector.sheets.raw import RawSheet
from collector.sheets.refusals import REFUSALS, refused
from collector.wording import Text

MEMORY = 1 << 30
"""bytes of address space of the child, where the system can hold it to that"""
_PATIENCE = 8.0
_PATIENCE_EACH_MIB = 1.0
"""seconds; python-calamine needs about 0.03 s a mebibyte on a slow office machine"""
_LARGE = 256 << 20
"""bytes of sheets; the reader needs about three times that, and dies where it gets less"""
_STARTING = threading.Lock()
_READING = Text("正在读取“{file}”", "Reading “{file}”")


@contextmanager
def _without_main() -> Iterator[None]:
    """Keeps a new child from importing the program's own script, of which it needs nothing.

    ``multiprocessing.spawn`` passes over a main module whose name ends in ``__main__``; a console
    script has none, and importing it again would load the whole program (0.2 s a file).
    """
    main = sys.modules["__main__"]
    with _STARTING:
        kept = main.__spec__
        main.__spec__ = ModuleSpec("collector.__main__", None)
        try:
            yield
        finally:
            main.__spec__ = kept


class Reader:
    """A child process reading one file. Use as a context manager: it never outlives the block."""

    def __init__(self, examined: Examined) -> None:
        self._path = examined.path
        self._size = examined.size
        self._deadline = time.monotonic() + _PATIENCE + _PATIENCE_EACH_MIB * (examined.size >> 20)
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe(duplex=False)
        self._process = context.Process(
            target=child.run,
            args=(theirs, str(examined.path), examined.format.value, MEMORY),
            daemon=True,
        )
        with _without_main():
            self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()

    def sheets(self, progress: Progress | None) -> tuple[str, list[RawSheet]]:
        """(encoding of a text file or "", the sheets with their cells).

        Raises ``InputRefused`` (``workbook.*``) and ``Cancelled``.
        """
        try:
            return self._sheets(progress)
        except wire.Malformed:
            raise refused("workbook.reader_died", self._path) from None

    def _sheets(self, progress: Progress | None) -> tuple[str, list[RawSheet]]:
        told: wire.Book | None = None
        sheets: list[RawSheet] = []
        head: wire.SheetHead | None = None
        next_column = 0
        said = _READING.filled(file=self._path.name)
        while True:
            message = self._next(progress)
            sort, body = message[:1], message[1:]
            if sort in (b"C", b"R") and head is not None:
                cells = wire.read_cells(body) if sort == b"C" else wire.read_repeated(body)
                sheet = sheets[head.index]
                sheet.columns[next_column].extend(cells)
                next_column = (next_column + 1) % head.width
                if next_column == 0 and progress is not None:
                    progress.step(said, len(sheet.columns[0]), head.rows)
            elif sort == b"B" and told is None:
                told = wire.read_book(body)
                sheets = [RawSheet(name, visible) for name, visible in told.sheets]
            elif sort == b"S" and told is not None:
                _settle(sheets, head)
                head = wire.read_sheet(body)
                if head.index >= len(sheets):
                    raise wire.Malformed
                sheet = sheets[head.index]
                sheet.first_row, sheet.first_column = head.first_row, head.first_column
                sheet.columns = [[] for _ in range(head.width)]
                sheet.merges = list(head.merges)
                next_column = 0
            elif sort == b"E":
                code = body.decode("ascii", "replace")
                raise refused(code if code in REFUSALS else "workbook.damaged", self._path)
            elif sort == b"Z" and told is not None and not body:
                _settle(sheets, head)
                return told.encoding, sheets
            else:
                raise wire.Malformed

    def _next(self, progress: Progress | None) -> bytes:
        while not self._pipe.poll(0.1):
            if progress is not None and progress.is_cancelled:
                raise Cancelled
            if time.monotonic() > self._deadline:
                raise refused("workbook.reader_slow", self._path)
        try:
            return self._pipe.recv_bytes(wire.MAX_MESSAGE)
        except (EOFError, OSError):
            code = "workbook.too_large" if self._size > _LARGE else "workbook.reader_died"
            raise refused(code, self._path) from None


def _settle(sheets: list[RawSheet], head: wire.SheetHead | None) -> None:
    """A sheet is whole when each of its columns has the same number of cells."""
    if head is None:
        return
    sheet = sheets[head.index]
    sheet.rows_total = len(sheet.columns[0])
    if any(len(column) != sheet.rows_total for column in sheet.columns):
        raise wire.Malformed
