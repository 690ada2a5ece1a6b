"""The ZIP inside a bundle: written the same every time, read with no room for two readings.

Only what ``unzip`` needs is used: stored or deflated entries one after another, then the
central directory, then its end; no extra fields, comments, encryption, descriptors or ZIP64.
Anything else is refused, so no two programs can see different files in one archive.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from collector.bundle.names import MANIFEST, folded, is_safe
from collector.bundle.refusals import refusal
from collector.bundle.spool import Source

MAX_ENTRIES = 64
MAX_MANIFEST = 1024 * 1024
MAX_UNPACKED = 2_000_000_000
"""bytes of all files together, unpacked"""
MAX_RATIO = 1032
"""deflate cannot do better (zlib's own figure): a larger promise is a lie"""
STORED, DEFLATED = 0, 8
DATE = 0x0021
"""1980-01-01, the first day a ZIP can name: a fixed date keeps the bytes the same"""
_UTF8 = 0x800
_REGULAR_PRIVATE = 0o100600 << 16
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_CHUNK = 256 * 1024


class Entry(NamedTuple):
    """One file of an archive. ``start`` is where its packed bytes begin (reading only)."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int = 0


def _fields(entry: Entry) -> tuple[int, int, int, int, int, int, int, int]:
    """What the local and the central header both say."""
    name = len(entry.name.encode())
    return (_UTF8, entry.method, 0, DATE, entry.crc, entry.packed, entry.size, name)


def local_header(entry: Entry) -> bytes:
    return _LOCAL.pack(b"PK\3\4", 20, *_fields(entry), 0) + entry.name.encode()


def directory(entries: list[Entry]) -> bytes:
    """The central directory and its end, for entries that lie one after another from 0."""
    listed, offset = b"", 0
    for entry in entries:
        listed += _CENTRAL.pack(
            b"PK\1\2", 0x0314, 20, *_fields(entry), 0, 0, 0, 0, _REGULAR_PRIVATE, offset
        )
        listed += entry.name.encode()
        offset += len(local_header(entry)) + entry.packed
    count = len(entries)
    return listed + _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), offset, 0)


def size_of(entries: list[Entry]) -> int:
    """The size of the whole archive."""
    return sum(len(local_header(one)) + one.packed for one in entries) + len(directory(entries))


def read(source: Source) -> list[Entry]:
    """The entries, the manifest first, every limit and every header checked.

    Raises ``bundle.archive_broken``, ``…_too_large``, ``bundle.unsafe_name``,
    ``bundle.manifest_missing``.
    """
    if source.size < _END.size:
        raise refusal("bundle.archive_broken")
    end = _END.unpack(source.read_at(source.size - _END.size, _END.size))
    magic, disk, first_disk, here, count, length, offset, comment = end
    if magic != b"PK\5\6" or disk or first_disk or here != count or comment:
        raise refusal("bundle.archive_broken")
    if count > MAX_ENTRIES:
        raise refusal("bundle.archive_too_large")
    if not count or offset + length + _END.size != source.size:
        raise refusal("bundle.archive_broken")
    if length > MAX_ENTRIES * (_CENTRAL.size + 0xFFFF):
        raise refusal("bundle.archive_broken")
    entries = _listed(source.read_at(offset, length), count, source, offset)
    if entries[0].name != MANIFEST:
        raise refusal("bundle.manifest_missing")
    if len({folded(one.name) for one in entries}) != len(entries):
        raise refusal("bundle.unsafe_name")
    if entries[0].size > MAX_MANIFEST or sum(one.size for one in entries) > MAX_UNPACKED:
        raise refusal("bundle.archive_too_large")
    return entries


def _listed(central: bytes, count: int, source: Source, end: int) -> list[Entry]:
    entries: list[Entry] = []
    place = expected = 0
    for _ in range(count):
        if len(central) - place < _CENTRAL.size:
            raise refusal("bundle.archive_broken")
        head = _CENTRAL.unpack_from(central, place)
        magic, made_by, _needs, flags, method, _time, _date, crc, packed, size = head[:10]
        name_size, extra, comment, disk, _internal, attributes, start = head[10:]
        raw = central[place + _CENTRAL.size : place + _CENTRAL.size + name_size]
        place += _CENTRAL.size + name_size
        if magic != b"PK\1\2" or extra or comment or disk or start != expected:
            raise refusal("bundle.archive_broken")
        if flags & ~_UTF8 or method not in (STORED, DEFLATED) or len(raw) != name_size:
            raise refusal("bundle.archive_broken")
        if made_by >> 8 == 3 and attributes >> 28 not in (0, 0o10):
            raise refusal("bundle.unsafe_name")  # a link, a folder or a device, not a file
        if (method == STORED and size != packed) or size > packed * MAX_RATIO + 1024:
            raise refusal("bundle.archive_broken")
        name = _name(raw)
        local = _LOCAL.pack(b"PK\3\4", head[2], *head[3:10], name_size, 0)
        if source.read_at(start, len(local) + name_size) != local + raw:
            raise refusal("bundle.archive_broken")
        entries.append(Entry(name, method, crc, packed, size, start + len(local) + name_size))
        expected = start + len(local) + name_size + packed
    if place != len(central) or expected != end:
        raise refusal("bundle.archive_broken")
    return entries


def _name(raw: bytes) -> str:
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        raise refusal("bundle.unsafe_name") from None
    if not is_safe(name):
        raise refusal("bundle.unsafe_name")
    return name


def unpack(source: Source, entry: Entry) -> Iterator[bytes]:
    """The content of an entry in pieces; stops at once when it is not what its header says
    (``bundle.archive_broken``)."""
    left, crc, place = entry.size, 0, entry.start
    end = entry.start + entry.packed
    inflate = zlib.decompressobj(-15) if entry.method == DEFLATED else None
    while place < end:
        packed = source.read_at(place, min(_CHUNK, end - place))
        place += len(packed)
        more = True
        while more:
            try:
                data = packed if inflate is None else inflate.decompress(packed, _CHUNK)
            except zlib.error:
                raise refusal("bundle.archive_broken") from None
            packed = b"" if inflate is None else inflate.unconsumed_tail
            more = bool(packed) or (inflate is not None and len(data) == _CHUNK)
            left -= len(data)
            if left < 0 or (inflate is not None and inflate.unused_data):
                raise refusal("bundle.archive_broken")
            crc = zlib.crc32(data, crc)
            yield data
    if left or crc != entry.crc or (inflate is not None and not inflate.eof):
        raise refusal("bundle.archive_broken")
