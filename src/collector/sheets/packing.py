"""Writing a workbook's parts into one file: streamed, the same bytes for the same data, whole or
not at all."""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

from openpyxl import Workbook

from collector.errors import SurroundingsFailed
from collector.wording import Text

_STAMP = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_SAME_MODIFIED = rb"\g<1>2000-01-01T00:00:00Z\g<2>"

PartWriter = Callable[[bytes, IO[bytes]], None]
"""Called with a part as openpyxl made it and the open part of the new file."""


def parts_of(book: Workbook) -> dict[str, bytes]:
    """The parts of a workbook as openpyxl writes them. For frames: it spools to a temporary file
    of its own, where no record may go."""
    buffer = BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    parts[core] = _MODIFIED.sub(_SAME_MODIFIED, parts[core])
    return parts


def write_parts(
    target: Path, parts: Mapping[str, bytes], writers: Mapping[str, PartWriter]
) -> None:
    """The parts into one .xlsx; those in ``writers`` are streamed by their writer.

    Raises ``SurroundingsFailed`` (``workbook.not_written``); then ``target`` is as it was.
    """
    with _replacing(target) as file, zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=name in writers) as part:
                if name in writers:
                    writers[name](content, part)
                else:
                    part.write(content)


def write_copy(source: Path, target: Path) -> None:
    """The very bytes of a file; raises ``SurroundingsFailed`` (``workbook.not_written``)."""
    try:
        content = source.read_bytes()
    except OSError:
        raise _not_written(target) from None
    with _replacing(target) as file:
        file.write(content)


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    """A file beside ``target``, readable by its owner only, that takes its place when whole."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".part", ".", target.parent)
    except OSError:
        raise _not_written(target) from None
    draft = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except OSError:
        raise _not_written(target) from None
    finally:
        draft.unlink(missing_ok=True)


def _not_written(target: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "workbook.not_written",
        Text(
            f"表格“{target.name}”写不进目标文件夹。",
            f"The workbook {target.name!r} could not be written.",
        ),
        Text(
            "请先在 Excel 或 WPS 里关闭同名文件，确认磁盘没有写满、文件夹可以写入，再试一次。",
            "Close the file of that name in Excel or WPS, and make sure the disk is not full "
            "and the folder can be written to.",
        ),
        {"file": target.name},
    )
