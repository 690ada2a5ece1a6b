"""The same pass over an .xls: what is calculated, hidden or an error, which the reader hides.

Layouts: [MS-CFB] 2.2 to 2.6 for the container, [MS-XLS] 2.4 for the records.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from collector.sheets.refusals import refused
from collector.sheets.scan import SheetScan

_END = 0xFFFFFFFA  # from here on a sector number is a mark: end of chain, free, FAT, DIFAT
_MAX_SHEETS = 256
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_EOF, _BOF, _BOUNDSHEET, _FILEPASS = 0x000A, 0x0809, 0x0085, 0x002F
_FORMULA, _BOOLERR, _ROW, _COLINFO = 0x0006, 0x0205, 0x0208, 0x007D
_MULRK = 0x00BD
_VALUES = (0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6)


class _Broken(Exception):
    """The container or a record is not what its own lengths say."""


def scan_workbook(path: Path) -> list[SheetScan]:
    """One scan a sheet, in the workbook's order.

    Raises ``InputRefused`` (``workbook.damaged``, ``.encrypted``, ``.too_many_sheets``).
    """
    try:
        stream = _stream(path.read_bytes(), ("workbook", "book"))
        sheets = _sheets(stream, path)
        return [_scan(stream, place) for place in sheets]
    except (_Broken, struct.error, UnicodeDecodeError):
        raise refused("workbook.damaged", path) from None
    except OSError:
        raise refused("workbook.unreadable", path) from None


def _stream(data: bytes, names: tuple[str, ...]) -> bytes:
    """A stream of the container by the first of ``names`` it has, whatever their case."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise _Broken
    size = 1 << shift
    directory_start, cutoff, mini_start = struct.unpack_from("<I4xII", data, 48)
    table = _table(data, size)
    found: dict[str, tuple[int, int]] = {}
    root = (0, 0)
    directory = _chain(data, directory_start, table, size)
    for place in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, place + 64)[0]
        name = directory[place : place + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        start, extent = struct.unpack_from("<II", directory, place + 116)
        if directory[place + 66] == 5:
            root = (start, extent)
        elif directory[place + 66] == 2:
            found.setdefault(name.lower(), (start, extent))
    wanted = next((found[name] for name in names if name in found), None)
    if wanted is None or wanted[1] > len(data):
        raise _Broken
    start, extent = wanted
    if extent >= cutoff:
        return _chain(data, start, table, size)[:extent]
    small = _chain(data, root[0], table, size)
    mini = _chain(data, mini_start, table, size)
    links = struct.unpack(f"<{len(mini) // 4}I", mini[: len(mini) // 4 * 4])
    return _chain(small, start, links, 64, first=0)[:extent]


def _table(data: bytes, size: int) -> tuple[int, ...]:
    """The allocation table: for each sector the one after it."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    more, count = struct.unpack_from("<II", data, 68)
    seen = 0
    while more < _END and seen <= min(count, len(data) // size):
        block = struct.unpack(f"<{size // 4}I", _sector(data, more, size))
        sectors += block[:-1]
        more = block[-1]
        seen += 1
    links: list[int] = []
    for sector in sectors:
        if sector < _END:
            links += struct.unpack(f"<{size // 4}I", _sector(data, sector, size))
            if len(links) * size > 2 * len(data) + (size << 8):
                raise _Broken
    return tuple(links)


def _sector(data: bytes, sector: int, size: int) -> bytes:
    block = data[(sector + 1) * size : (sector + 2) * size]
    if not block:
        raise _Broken
    return block.ljust(size, b"\0")


def _chain(data: bytes, start: int, links: tuple[int, ...], size: int, first: int = 1) -> bytes:
    blocks: list[bytes] = []
    most = len(data) // size + 1
    while start < _END:
        if start >= len(links) or len(blocks) > most:
            raise _Broken
        blocks.append(data[(start + first) * size : (start + first + 1) * size])
        start = links[start]
    return b"".join(blocks)


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    while place + 4 <= len(stream):
        sort, length = struct.unpack_from("<HH", stream, place)
        yield sort, stream[place + 4 : place + 4 + length]
        if sort == _EOF:
            return
        place += 4 + length


def _sheets(stream: bytes, path: Path) -> list[int]:
    places: list[int] = []
    for sort, body in _records(stream, 0):
        if sort == _FILEPASS:
            raise refused("workbook.encrypted", path)
        if sort == _BOUNDSHEET:
            places.append(struct.unpack_from("<I", body)[0])
            if len(places) > _MAX_SHEETS:
                raise refused("workbook.too_many_sheets", path)
    return places


def _scan(stream: bytes, place: int) -> SheetScan:
    scan = SheetScan()
    depth = 0  # a chart inside a sheet is a BOF … EOF of its own
    while place + 4 <= len(stream):
        sort, length = struct.unpack_from("<HH", stream, place)
        body = place + 4
        place = body + length
        if sort == _BOF:
            depth += 1
        elif sort == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth != 1:
            continue
        elif sort in _VALUES:
            _reach(scan, *struct.unpack_from("<HH", stream, body))
        elif sort == _MULRK:
            row, _ = struct.unpack_from("<HH", stream, body)
            _reach(scan, row, struct.unpack_from("<H", stream, body + length - 2)[0])
        elif sort == _FORMULA:
            row, column = struct.unpack_from("<HH", stream, body)
            result = stream[body + 6 : body + 14]
            scan.formulas.add((row + 1, column + 1))
            if result[6:8] == b"\xff\xff" and result[0] == 2:
                scan.errors[row + 1, column + 1] = _ERRORS.get(result[2], "#N/A")
            _reach(scan, row, column)
        elif sort == _BOOLERR:
            row, column, _, value, wrong = struct.unpack_from("<HHHBB", stream, body)
            if wrong:
                scan.errors[row + 1, column + 1] = _ERRORS.get(value, "#N/A")
            _reach(scan, row, column)
        elif sort == _ROW:
            row, flags = struct.unpack_from("<H10xH", stream, body)
            if flags & 0x20:
                scan.hidden_rows.add(row + 1)
        elif sort == _COLINFO:
            first, last, flags = struct.unpack_from("<HH4xH", stream, body)
            if flags & 1:
                scan.hidden_spans.append((first + 1, last + 1))
    return scan


def _reach(scan: SheetScan, row: int, column: int) -> None:
    scan.cells += 1
    scan.last_row = max(scan.last_row, row + 1)
    scan.last_column = max(scan.last_column, column + 1)
