"""What the disk says, in sentences; and files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from collector.bundle.refusals import refusal

_CODES = {
    errno.ENOSPC: "bundle.disk_full",
    errno.EDQUOT: "bundle.disk_full",
    errno.EFBIG: "bundle.disk_full",
    errno.EROFS: "bundle.folder_read_only",
    errno.EACCES: "bundle.folder_read_only",
    errno.EPERM: "bundle.folder_read_only",
    errno.ENOENT: "bundle.folder_missing",
    errno.ENOTDIR: "bundle.folder_missing",
    errno.EEXIST: "bundle.name_taken",
}


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turns an OSError into the SurroundingsFailed that says what to do."""
    try:
        yield
    except OSError as error:
        code = _CODES.get(error.errno or 0, "bundle.write_failed")
        raise refusal(code, folder=str(folder)) from None


def create_private(path: Path) -> int:
    """A new file only its owner can read; raises FileExistsError where one is there."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def write_all(handle: int, data: bytes) -> None:
    """os.write may take less than it was given."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def settle(handle: int) -> None:
    """To the device, and out of the page cache where the system can, so that what is read back
    comes from the stick and not from memory."""
    os.fsync(handle)
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def settle_folder(folder: Path) -> None:
    """Makes a rename durable; Windows has no such call and does not need it (NTFS journal)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            with suppress(OSError):  # some file systems on sticks refuse it
                os.fsync(handle)
        finally:
            os.close(handle)


def publish(temporary: Path, final: Path) -> None:
    """Gives the finished file its name; never over another. Raises FileExistsError."""
    try:
        os.link(temporary, final)
    except FileExistsError:
        raise
    except OSError:
        # FAT and exFAT sticks have no links; Windows' rename refuses an existing name itself.
        if final.exists():
            raise FileExistsError(errno.EEXIST, "name taken") from None
        os.rename(temporary, final)
    else:
        os.unlink(temporary)
    settle_folder(final.parent)


def replace_text(path: Path, text: str) -> None:
    """Writes a small file whole: beside it, synced, then put in its place."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = create_private(temporary)
    try:
        try:
            write_all(handle, text.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    settle_folder(path.parent)
