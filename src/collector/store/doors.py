"""The two doors to an open store: one writer, one reader, each behind its own lock."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite

from collector.errors import SurroundingsFailed
from collector.model import Kind
from collector.store import highwater, journal, refusals
from collector.store.connection import FILE_NAME, roomy, translated
from collector.store.holding import Hold

_LONG_LOG = 128 << 20
"""bytes of WAL that a commit itself folds in; less waits for an idle moment"""


class Doors:
    """Connections, locks, transactions and the mark outside; safe to share by threads."""

    def __init__(
        self,
        home: Path,
        writer: sqlite.Connection,
        reader: sqlite.Connection,
        secret: bytes,
        hold: Hold,
    ) -> None:
        self._home = home
        self._path = home / FILE_NAME
        self.writer = writer
        self.reader = reader
        self._secret = secret
        self._hold = hold
        self._write_lock = threading.RLock()
        self._read_lock = threading.RLock()
        self._closed = False
        self.orders: dict[tuple[Kind, str], array[int]] = {}
        """whole orders made since the last write, 8 bytes a record; another object after it"""

    @contextmanager
    def reading(self) -> Iterator[sqlite.Connection]:
        with self._read_lock, translated(self._path):
            if self._closed:
                raise refusals.locked()
            yield self.reader

    @contextmanager
    def writing(self, *, much: bool = False) -> Iterator[sqlite.Connection]:
        """One transaction, wholly or not at all; then the high-water mark.

        ``much``: so many pages that they want more memory, given back afterwards.
        """
        with self._write_lock, translated(self._path):
            if self._closed:
                raise refusals.locked()
            with roomy(self.writer) if much else nullcontext():
                self.writer.execute("BEGIN IMMEDIATE")
                try:
                    yield self.writer
                    commits = self._count_commit()
                    mark = highwater.Mark(commits, *journal.last(self.writer))
                    self.writer.execute("COMMIT")
                    self.orders = {}
                except BaseException:
                    if self.writer.in_transaction:
                        self.writer.execute("ROLLBACK")
                    raise
            # The commit is on the disk: a mark that cannot follow must not call it failed.
            # It is then behind, which is allowed, until the next commit.
            with suppress(SurroundingsFailed):
                highwater.write(self._home, self._secret, mark)
            self._fold(_LONG_LOG)

    @contextmanager
    def marked(self) -> Iterator[tuple[sqlite.Connection, highwater.Mark]]:
        """For reading, with the mark outside as it is now: nobody writes meanwhile."""
        with self._write_lock, self.reading() as connection:
            yield connection, highwater.read(self._home, self._secret)

    def _count_commit(self) -> int:
        row = self.writer.execute(
            "UPDATE state SET value = CAST(value AS INTEGER) + 1 WHERE name = 'commits'"
            " RETURNING CAST(value AS INTEGER)"
        ).fetchone()
        return int(row[0])

    def _fold(self, longer_than: int) -> None:
        """Fold a WAL of more bytes than that into the database, as far as nobody reads it."""
        log = self._path.with_name(FILE_NAME + "-wal")
        # what was committed stays committed: a fault here is told by the next write or at close
        with suppress(OSError, sqlite.DatabaseError):
            if log.stat().st_size > longer_than:
                self.writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    @property
    def has_log(self) -> bool:
        """Whether something committed is not folded in yet."""
        try:
            return self._path.with_name(FILE_NAME + "-wal").stat().st_size > 0
        except OSError:
            return False

    def checkpoint(self) -> None:
        """Fold the WAL into the database: at idle, at lock, at close. A commit does not wait for
        it, unless its log has grown very long."""
        with self._write_lock, translated(self._path):
            self.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Fold the WAL in and forget the key; nothing can be asked afterwards."""
        with self._write_lock, self._read_lock:
            if self._closed:
                return
            self._closed = True
            try:
                self.reader.close()
                self.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite.DatabaseError:
                pass  # a full disk must not keep anyone from locking; the WAL stays and is kept
            finally:
                self.writer.close()
                self._secret = b""
                self._hold.release()

    def check_integrity(self, full: bool) -> None:
        """Raises ``SurroundingsFailed store.damaged``. Page seals; with ``full`` the structure."""
        with self.reading() as connection:
            faults = connection.execute("PRAGMA cipher_integrity_check").fetchall()
            if full and not faults:
                said = connection.execute("PRAGMA integrity_check").fetchall()
                faults = [row for row in said if row[0] != "ok"]
        if faults:
            raise refusals.damaged(self._path)
