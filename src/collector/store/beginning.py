"""A workspace is made wholly or not at all: a mark stands beside it until it is finished."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from collector.store import highwater, keys, refusals
from collector.store.connection import FILE_NAME

MARK = "unfinished"
_FILES = (
    keys.FILE_NAME,
    keys.FILE_NAME + ".bak",
    keys.FILE_NAME + ".part",
    FILE_NAME,
    FILE_NAME + "-wal",
    FILE_NAME + "-shm",
    highwater.FILE_NAME,
    highwater.FILE_NAME + ".part",
)


def is_unfinished(home: Path) -> bool:
    """Whether a workspace was begun here and never came to be: nothing was ever put into it, for
    nobody is let in while the mark stands."""
    return (home / MARK).exists()


def begin(home: Path) -> None:
    """Set the mark, and clear away what an attempt that was cut off left behind."""
    try:
        if is_unfinished(home):
            abandon(home)
        (home / MARK).touch(mode=0o600)
        _settle(home)
    except OSError as error:
        raise keys.for_os_error(error, home / MARK) from None


def demand_finished(home: Path) -> None:
    """Raises ``SurroundingsFailed store.unfinished``."""
    if is_unfinished(home):
        raise refusals.unfinished(home / MARK)


def finish(home: Path) -> None:
    """Take the mark away: the workspace is there."""
    try:
        (home / MARK).unlink(missing_ok=True)
        _settle(home)
    except OSError as error:
        raise keys.for_os_error(error, home / MARK) from None


def abandon(home: Path) -> None:
    """Remove what was begun, the mark last."""
    for name in _FILES:
        (home / name).unlink(missing_ok=True)
    (home / MARK).unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """The folder's entries reach the disk now, before anything that is written later."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
