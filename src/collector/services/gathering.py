"""Which files of what a person points to are to be read: folders opened, litter passed over."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from collector.errors import InputRefused
from collector.progress import Progress
from collector.wording import Text

READABLE = (".xlsx", ".xlsm", ".xls", ".csv")
_LITTER = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db"})
_HALF_DONE = (".tmp", ".temp", ".crdownload", ".part", ".partial", ".bak", ".asd", ".wbk")
_DIGITS = re.compile(r"(\d+)")

LOCK = "lock_file"
HIDDEN = "hidden"
TEMPORARY = "temporary"
OTHER_TYPE = "other_type"
NO_FILE = "no_file"
REASONS = {
    LOCK: Text("办公软件打开时的锁文件", "an office program's lock file"),
    HIDDEN: Text("隐藏文件", "hidden"),
    TEMPORARY: Text("临时文件或备份", "temporary or a backup"),
    OTHER_TYPE: Text("不是表格文件", "no spreadsheet"),
    NO_FILE: Text("不是普通文件，或链接已断", "no ordinary file, or a broken link"),
}


@dataclass(frozen=True, slots=True)
class Gathered:
    files: tuple[Path, ...]
    """to be read, folder by folder, numbers in names counted as numbers"""
    passed_over: tuple[tuple[Path, str], ...]
    """what was not, with the reason (a key of ``REASONS``)"""
    top: Path | None = None
    """the folder all of them stand in"""

    def name(self, path: Path) -> str:
        """How a file is called on the scoreboard: by its place under the folder given."""
        if self.top is not None and path.is_relative_to(self.top):
            return path.relative_to(self.top).as_posix()
        return path.name


def gather(paths: Sequence[Path], progress: Progress | None = None) -> Gathered:
    """The files among the paths and those inside the folders among them, each once.

    A file named by itself is always read, whatever it is called. Links to folders are not
    followed. Raises ``InputRefused inbox.no_such_folder`` and ``Cancelled``.
    """
    files: dict[Path, None] = {}
    passed: dict[Path, str] = {}
    for path in paths:
        if not path.is_dir():
            files.setdefault(path)
            continue
        for found in _inside(path, progress):
            reason = why_not(found)
            if reason:
                passed.setdefault(found, reason)
            else:
                files.setdefault(found)
    folders = [path for path in paths if path.is_dir()]
    top = folders[0] if len(folders) == 1 == len(paths) else None
    return Gathered(tuple(files), tuple(passed.items()), top)


def why_not(path: Path) -> str:
    """Why a file found in a folder is passed over; "" for one to be read."""
    name = path.name.lower()
    if name.startswith(("~$", ".~", "~wrl", ".~lock")):
        return LOCK
    if name.startswith(".") or name in _LITTER:
        return HIDDEN
    if name.startswith("~") or name.endswith(("~", *_HALF_DONE)):
        return TEMPORARY
    if path.suffix.lower() not in READABLE:
        return OTHER_TYPE
    return "" if path.is_file() else NO_FILE


def _inside(folder: Path, progress: Progress | None) -> Iterable[Path]:
    def refuse(fault: OSError) -> None:
        raise InputRefused(
            "inbox.folder_unreadable",
            Text("文件夹读不出来。", "The folder cannot be read."),
            Text("请检查它是否存在、是否有权限打开。", "See whether it exists and may be opened."),
            {"file": str(fault.filename or folder)},
        ) from None

    for here, inner, names in os.walk(folder, onerror=refuse):
        if progress is not None:
            progress.step(Text("查找文件", "Looking for files"), 0, 0)
        inner[:] = sorted((name for name in inner if not name.startswith(".")), key=natural)
        for name in sorted(names, key=natural):
            yield Path(here, name)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts 单位2 before 单位10."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part.casefold())
        for part in _DIGITS.split(name)
        if part
    )
