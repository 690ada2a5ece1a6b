"""One program at a time: a lock on the workspace's folder that the system lets go of by itself."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from collector.store import keys, refusals

FILE_NAME = "in-use.lock"
_TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})


class Hold:
    """Held until ``release``, or until the process ends, however it ends. The file stays: who
    removed it could let two in."""

    def __init__(self, home: Path) -> None:
        """Raises ``SurroundingsFailed``: ``store.in_use`` where another program, or another part
        of this one, has the workspace open; ``store.read_only`` and the like."""
        path = home / FILE_NAME
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise keys.for_os_error(error, path) from None
        try:
            _lock(self._file)
        except OSError as error:
            # a file system that knows no locks must not keep anyone out
            if error.errno in _TAKEN:
                os.close(self._file)
                raise refusals.in_use(path) from None

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        # flock: a lock of the process (lockf) would let two windows of one process in, and go
        # when either closed the file
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
