"""Connections to the encrypted database with the settings it must have.

Each setting answers a fault seen when it is missing: docs/store-format.md, "Settings".
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.store import refusals

APPLICATION_ID = 0x47484331  # "GHC1"
FILE_NAME = "store.db"

_PLAIN = b"SQLite format 3\x00"
_CACHED_STATEMENTS = 5
"""Few on purpose: kept statements fill SQLite's small-object memory, and past that every bound
text is an allocation that memory security locks and unlocks: an import took 20 × as long."""
_PAGE_BYTES = 8192
"""Twice the usual: half as many pages to seal and to split while an import is written, and still
few bytes to open for one record of a list. Not to be changed: a store opens only with its own."""
_ATTACH = 24  # SQLITE_ATTACH
_DENY, _OK = 1, 0
_HEX = b"0123456789abcdef"

SETTINGS = (
    "foreign_keys=ON",
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
    "wal_autocheckpoint=0",
    "cache_size=-16384",
)
_LEAST_ROOM = 64 << 10
_ROOMY = 65_536
"""KiB of pages while very much is written: each page is then sealed once"""


def connect(path: Path, key: bytearray, *, create: bool = False) -> sqlite.Connection:
    """One keyed connection. A lock of its owner keeps it to one thread at a time.

    Raises ``SurroundingsFailed``: missing, not encrypted, damaged, busy, read-only.
    """
    if not create:
        _look_at_header(path)
    with translated(path):
        connection = sqlite.connect(
            str(path),
            isolation_level=None,
            check_same_thread=False,
            timeout=2.0,
            cached_statements=_CACHED_STATEMENTS,
        )
        try:
            connection.execute("PRAGMA cipher_log_level=NONE")
            connection.execute("PRAGMA cipher_memory_security=ON")
            spelt = _spelt(key)
            connection.set_key(spelt)
            spelt[:] = bytes(len(spelt))
            connection.execute(f"PRAGMA cipher_page_size={_PAGE_BYTES}")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            for setting in SETTINGS:
                connection.execute(f"PRAGMA {setting}").fetchall()
            connection.enable_load_extension(False)
            connection.set_authorizer(_authorize)
        except BaseException:
            connection.close()
            raise
    os.chmod(path, 0o600)
    return connection


@contextmanager
def roomy(connection: sqlite.Connection) -> Iterator[None]:
    """More memory for pages, given back at the end."""
    (usual,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute(f"PRAGMA cache_size=-{_ROOMY}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size={usual}")
        connection.execute("PRAGMA shrink_memory")


def _spelt(key: bytearray) -> bytearray:
    """A raw key as SQLCipher takes it, made without a copy that nobody can wipe."""
    if len(key) != 32:
        raise ValueError  # SQLCipher would take it for a passphrase without a word
    spelt = bytearray(b"x'" + b"0" * 64 + b"'")
    for place, byte in enumerate(key):
        spelt[2 + 2 * place] = _HEX[byte >> 4]
        spelt[3 + 2 * place] = _HEX[byte & 15]
    return spelt


def _authorize(action: int, *_: Any) -> int:
    return _DENY if action == _ATTACH else _OK


def _look_at_header(path: Path) -> None:
    """An empty or plaintext file opens without a word otherwise."""
    try:
        with path.open("rb") as stream:
            head = stream.read(16)
    except FileNotFoundError:
        raise refusals.missing(path) from None
    except PermissionError:
        raise refusals.read_only(path) from None
    if head == _PLAIN:
        raise refusals.not_encrypted(path)
    if len(head) < 16:
        raise refusals.damaged(path)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's failures as sentences, without what they said (they may quote values)."""
    try:
        yield
    except sqlite.DatabaseError as error:
        raise _translate(str(error), path) from None


def _translate(said: str, path: Path) -> Exception:
    for words, make in (
        ("database is locked", refusals.busy),
        ("disk is full", refusals.full),
        ("readonly", refusals.read_only),
        ("unable to open", refusals.read_only),
        ("disk I/O error", refusals.full if no_room(path) else refusals.failed),
        ("UNIQUE constraint", refusals.duplicate_key),
    ):
        if words in said:
            return make(path)
    if "not a database" in said or "malformed" in said or "hmac" in said.lower():
        return refusals.damaged(path)
    return _Fault(said.split(":")[0])


def no_room(path: Path) -> bool:
    """Whether the disk is too full even to open the store: the log's index takes 32 KiB, and
    without it SQLite reports an I/O error, SQLCipher a fault in its pages."""
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM
    except OSError:
        return False


class _Fault(Exception):
    """A fault of this program's own SQL."""
