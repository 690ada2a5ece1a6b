"""What lies in a pack folder: plain files of a few kinds, none leading out, none too large.

A pack comes by mail or on a stick, and from Linux to Windows: what one system cannot keep, what
is a link, a device or a program, and what is too large to be a pack, is refused by name.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from collector.packs.schema import PackProblem
from collector.wording import Text

SIGNATURE = "pack.sig"
MOST_FILES = 400
MOST_BYTES = 64 * 1024 * 1024
"""of all files together"""
_DEEPEST = 3
_LONGEST_NAME = 120
_MOST_TOLD = 50
"""faulty names; a folder with more is no pack"""
KINDS = frozenset({".toml", ".csv", ".xlsx", ".txt", ".md", ".json", ".sig"})
"""what a pack is made of: data, workbooks without macros, and texts"""

_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.I
)
"""names Windows keeps for devices, with any suffix (learn.microsoft.com: Naming Files)"""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')


def is_portable(name: str) -> bool:
    """Whether every part of a relative name can stand on every system: no ``..``, drive, back
    slash, device name, control character, or dot or space at an end."""
    parts = name.split("/")
    return (
        bool(name)
        and not _FORBIDDEN.search(name)
        and all(
            part not in ("", ".", "..")
            and part == part.strip()
            and not part.endswith(".")
            and not _RESERVED.fullmatch(part)
            for part in parts
        )
    )


def is_litter(name: str) -> bool:
    """What desktops and offices leave lying about; it is no part of a pack."""
    hidden = name.startswith((".", "~$")) and name not in (".", "..")
    return hidden or name.casefold() in (
        "thumbs.db",
        "desktop.ini",
        "__macosx",
    )


def inside(folder: Path, name: str) -> Path | None:
    """The file ``name`` inside the pack folder; None where the name leads out of it."""
    if not is_portable(name):
        return None
    path = folder / name
    return path if path.resolve().is_relative_to(folder.resolve()) else None


def scan(folder: Path, problems: list[PackProblem]) -> list[str]:
    """Names of the files that make up the pack, in order; what may not be there is a problem.

    No file is opened. Raises ``OSError`` where the folder cannot be read.
    """
    names: list[str] = []
    total = 0
    for name, entry in _walk(folder, "", problems):
        if entry is None:
            continue
        total += entry.stat(follow_symlinks=False).st_size
        names.append(name)
        if len(names) > MOST_FILES or total > MOST_BYTES:
            problems.append(
                PackProblem(
                    "pack.too_large",
                    name,
                    Text(
                        f"文件太多或太大（最多 {MOST_FILES} 个、共 {MOST_BYTES >> 20} MB），"
                        "不像一个模板包。请确认选对了文件夹，只留模板包自己的文件。",
                        f"The folder holds more than {MOST_FILES} files or {MOST_BYTES >> 20} MB."
                        " See whether it is the right one, and keep only the pack's own files.",
                    ),
                )
            )
            break
    seen: dict[str, str] = {}
    for name in names:
        first = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if first != name:
            problems.append(
                PackProblem(
                    "pack.path",
                    name,
                    Text(
                        f"文件名“{name}”与“{first}”只有大小写之差，"
                        "在 Windows 上会变成一个。请改名。",
                        f"The names {name!r} and {first!r} are one file on Windows. Rename one.",
                    ),
                )
            )
    return sorted(names)


def _walk(
    folder: Path, above: str, problems: list[PackProblem]
) -> Iterator[tuple[str, os.DirEntry[str] | None]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if is_litter(entry.name):
                continue
            name = f"{above}{entry.name}"
            fault = _fault(name, entry)
            if fault is not None:
                problems.append(PackProblem(fault[0], _shown(name), fault[1]))
                if len(problems) >= _MOST_TOLD:
                    return
                yield name, None
            elif entry.is_dir(follow_symlinks=False):
                if name.count("/") + 1 >= _DEEPEST:
                    problems.append(PackProblem("pack.path", name, _TOO_DEEP))
                    continue
                yield from _walk(Path(entry.path), f"{name}/", problems)
            else:
                yield name, entry


def _fault(name: str, entry: os.DirEntry[str]) -> tuple[str, Text] | None:
    if entry.is_symlink() or os.path.realpath(entry.path) != os.path.join(
        os.path.realpath(os.path.dirname(entry.path)), entry.name
    ):  # a junction of Windows is no symlink, but leads elsewhere too
        return "pack.link", Text(
            "这是指向别处的链接。模板包里只能放文件本身，请删去链接，把文件复制进来。",
            "This is a link to elsewhere. Copy the file itself into the pack.",
        )
    if not is_portable(name) or len(name) > _LONGEST_NAME:
        return "pack.path", Text(
            f"文件名不能用：含有特殊符号、首尾有空格或点、是 Windows 的保留名（如 con、nul），"
            f"或超过 {_LONGEST_NAME} 个字。请改名。",
            "This name cannot stand on every system: special characters, a space or dot at an"
            f" end, a name Windows keeps, or more than {_LONGEST_NAME} characters. Rename it.",
        )
    mode = entry.stat(follow_symlinks=False).st_mode
    if stat.S_ISDIR(mode):
        return None
    if not stat.S_ISREG(mode):
        return "pack.path", Text(
            "这不是普通文件（是管道或设备）。请删去。", "This is no plain file. Remove it."
        )
    if Path(name).suffix.lower() not in KINDS:
        return "pack.file_unexpected", Text(
            f"模板包里只放数据（{'、'.join(sorted(KINDS))}），不放程序和别的文件。请移走。",
            f"A pack holds data only ({', '.join(sorted(KINDS))}). Move this file away.",
        )
    return None


_TOO_DEEP = Text(
    f"文件夹套得太深（最多 {_DEEPEST - 1} 层）。请移到上一层。",
    f"Folders are nested more than {_DEEPEST - 1} deep. Move it up.",
)


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:_LONGEST_NAME]
