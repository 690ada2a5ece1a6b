"""The high-water mark: how far the store had come, kept outside the database and its WAL.

SQLite shows an older committed state without a word when its -wal is lost, cut or replaced, and
so does a whole old file put back. The mark holds the count of commits, MACed; it is written after
each commit, so at open the database may be ahead of it, but never behind.
"""

from __future__ import annotations

import hmac
import json
from pathlib import Path

from collector.store import refusals
from collector.store.keys import replace_file

FILE_NAME = "high-water.json"
FORMAT = "collector.high-water/1"


def write(home: Path, secret: bytes, commits: int, head: str) -> None:
    document = {"format": FORMAT, "commits": commits, "head": head}
    document["mac"] = _mac(secret, commits, head)
    replace_file(home / FILE_NAME, json.dumps(document).encode())


def check(home: Path, secret: bytes, commits: int) -> None:
    """Raises ``SurroundingsFailed store.rolled_back`` where the database is behind its mark."""
    path = home / FILE_NAME
    try:
        document = json.loads(path.read_bytes())
        marked, head, mac = document["commits"], document["head"], document["mac"]
    except (OSError, ValueError, KeyError, TypeError):
        raise refusals.rolled_back(path) from None
    if type(marked) is not int or not hmac.compare_digest(
        str(mac), _mac(secret, marked, str(head))
    ):
        raise refusals.rolled_back(path)
    if commits < marked:
        raise refusals.rolled_back(path)


def _mac(secret: bytes, commits: int, head: str) -> str:
    return hmac.new(secret, f"{FORMAT} {commits} {head}".encode(), "sha256").hexdigest()
