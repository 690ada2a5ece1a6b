"""The high-water mark: how far the store had come, kept outside the database and its WAL.

SQLite shows an older committed state without a word when its -wal is lost, cut or replaced, and
so does a whole old file put back. The mark holds the count of commits, MACed; it is written after
each commit, so at open the database may be ahead of it, but never behind. It also holds the head
of the journal at that commit: another history with more commits is seen as well.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from collector.store import refusals
from collector.store.keys import replace_file

FILE_NAME = "high-water.json"
FORMAT = "collector.high-water/1"


@dataclass(frozen=True, slots=True)
class Mark:
    """``entries`` counts the journal; ``head`` is the hash of the last of them."""

    commits: int
    entries: int
    head: str


def write(home: Path, secret: bytes, mark: Mark) -> None:
    document = {
        "format": FORMAT,
        "commits": mark.commits,
        "entries": mark.entries,
        "head": mark.head,
        "mac": _mac(secret, mark),
    }
    replace_file(home / FILE_NAME, json.dumps(document).encode())


def read(home: Path, secret: bytes) -> Mark:
    """Raises ``SurroundingsFailed store.mark_lost`` where it is missing, cut or forged."""
    path = home / FILE_NAME
    try:
        document = json.loads(path.read_bytes())
        mark = Mark(document["commits"], document["entries"], document["head"])
        if document["format"] == FORMAT and hmac.compare_digest(
            str(document["mac"]).encode(), _mac(secret, mark).encode()
        ):
            return mark
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise refusals.lost_mark(path)


def check(home: Path, secret: bytes, commits: int, hash_of: Callable[[int], str | None]) -> None:
    """Raises ``SurroundingsFailed``: ``store.rolled_back`` where the database is behind its mark,
    ``store.other_history`` where its journal is not the one that was marked."""
    mark = read(home, secret)
    if commits < mark.commits:
        raise refusals.rolled_back(home / FILE_NAME)
    if hash_of(mark.entries) != mark.head:
        raise refusals.other_history(home / FILE_NAME)


def _mac(secret: bytes, mark: Mark) -> str:
    text = f"{FORMAT} {mark.commits} {mark.entries} {mark.head}"
    return hmac.new(secret, text.encode(), "sha256").hexdigest()
