"""Room for what must wait: held in memory while small, else in a nameless encrypted file.

Decrypted or compressed data must not touch the disk readable, even for a moment: the file's
key lives in this process only, and the file has no name (POSIX) or goes with its handle
(Windows), so that a crash leaves nothing behind either.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from collector.bundle.disk import writing_to

IN_MEMORY = 4 * 1024 * 1024
BLOCK = 16


class Source(Protocol):
    """Bytes that can be read at any place."""

    @property
    def size(self) -> int: ...

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly ``length`` bytes, fewer only past the end."""
        ...


class Spool:
    """Append, then read anywhere. Raises SurroundingsFailed when the disk refuses."""

    def __init__(self, folder: Path, in_memory: int = IN_MEMORY) -> None:
        self._folder = folder
        self._in_memory = in_memory
        self._held = bytearray()
        self._file: IO[bytes] | None = None
        self._key = os.urandom(32)
        self._size = 0

    @property
    def size(self) -> int:
        return self._size

    def write(self, data: bytes) -> None:
        self._held += data
        self._size += len(data)
        if len(self._held) > self._in_memory:
            self._flush()

    def _flush(self) -> None:
        with writing_to(self._folder):
            if self._file is None:
                # CWE-377 does not apply: TemporaryFile has no name another could open.
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            start = self._size - len(self._held)
            self._file.seek(start)
            self._file.write(self._masked(start, bytes(self._held)))
        self._held[:] = bytes(len(self._held))
        self._held.clear()

    def _masked(self, offset: int, data: bytes) -> bytes:
        """AES-256-CTR under this spool's own key, begun at ``offset``."""
        counter = (offset // BLOCK).to_bytes(BLOCK, "big")
        stream = Cipher(algorithms.AES(self._key), modes.CTR(counter)).encryptor()
        skip = offset % BLOCK
        return stream.update(bytes(skip) + data)[skip:]

    def read_at(self, offset: int, length: int) -> bytes:
        filed = self._size - len(self._held)
        found = b""
        if self._file is not None and offset < filed:
            with writing_to(self._folder):
                self._file.seek(offset)
                found = self._masked(offset, self._file.read(min(length, filed - offset)))
        rest = max(offset - filed, 0)
        return found + bytes(self._held[rest : rest + length - len(found)])

    def close(self) -> None:
        self._held[:] = bytes(len(self._held))
        self._held.clear()
        self._key = b""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Slice:
    """A part of a source as a source of its own."""

    __slots__ = ("_size", "_source", "_start")

    def __init__(self, source: Source, start: int, size: int) -> None:
        self._source = source
        self._start = start
        self._size = size

    @property
    def size(self) -> int:
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        room = max(self._size - offset, 0)
        return self._source.read_at(self._start + offset, min(length, room))
