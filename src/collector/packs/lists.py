"""Reading a pack's lists: one CSV file a dictionary."""

from __future__ import annotations

import csv
import io
from pathlib import Path, PurePosixPath

from collector.packs.dictionary import Dictionary, Entry, label_key
from collector.packs.schema import Section

_BYTES_MOST = 2 * 1024 * 1024
_ROWS_MOST = 20_000
_COLUMNS = ("code", "label", "source", "status", "alias", "pinyin")
_NEEDED = ("code", "label", "source")


def inside(folder: Path, name: str) -> Path | None:
    """The file ``name`` inside the pack folder; None where the name leads out of it.

    A pack comes by mail or on a stick: ``..``, absolute names, drives, back slashes and links
    that lead elsewhere are all refused.
    """
    pure = PurePosixPath(name)
    if not name or pure.is_absolute() or ".." in pure.parts or any(c in name for c in '\\:*?"<>|'):
        return None
    path = folder / pure
    return path if path.resolve().is_relative_to(folder.resolve()) else None


def read_dictionary(section: Section, folder: Path) -> Dictionary | None:
    """One ``[[dictionary]]`` and its file; None (and a problem) where the file cannot serve."""
    name = section.text("id", needed=True, limit=60)
    file = section.text("file", f"dictionaries/{name}.csv", limit=120)
    title = section.text("title", name, limit=60)
    official = section.flag("official")
    takes_codes = section.flag("takes_codes")
    source = section.text("source")
    note = section.text("note")
    section.close()
    entries = _entries(section, folder, file)
    if entries is None:
        return None
    _judge(section, file, entries)
    return Dictionary(name, title, entries, official, takes_codes, source, note)


def _entries(section: Section, folder: Path, file: str) -> tuple[Entry, ...] | None:
    path = inside(folder, file)
    if path is None:
        section.wrong(
            "pack.path",
            "清单文件必须放在模板包文件夹里面，名称用“/”分隔，不能用“..”、盘符或绝对路径。",
            "A list must lie inside the pack folder: no '..', drive or absolute path.",
            "file",
        )
        return None
    try:
        if path.stat().st_size > _BYTES_MOST:
            section.wrong(
                "pack.too_large",
                f"清单文件超过 {_BYTES_MOST // 1024 // 1024} MB，不像一份选项清单。请检查文件。",
                "The list file is too large to be a list of labels.",
                "file",
            )
            return None
        text = path.read_text(encoding="utf-8-sig")
    except OSError:
        section.wrong(
            "pack.dictionary_missing",
            f"找不到清单文件“{file}”。请把它放进模板包文件夹，或改正文件名。",
            f"The list file {file!r} is not there. Put it into the pack folder.",
            "file",
        )
        return None
    except UnicodeDecodeError:
        section.wrong(
            "pack.dictionary_broken",
            f"清单文件“{file}”不是 UTF-8 编码。请在 WPS 或 Excel 中另存为“CSV UTF-8”。",
            f"The list file {file!r} is not UTF-8. Save it as CSV UTF-8.",
            "file",
        )
        return None
    return _rows(section, file, text)


def _rows(section: Section, file: str, text: str) -> tuple[Entry, ...] | None:
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    missing = [name for name in _NEEDED if name not in header]
    if missing or len(set(header)) != len(header):
        section.wrong(
            "pack.dictionary_broken",
            f"清单文件“{file}”的第一行应有各列名 {'、'.join(_COLUMNS)}，且不重复"
            f"（缺 {'、'.join(missing) or '无'}）。请补上。",
            f"The first line of {file!r} must name the columns {', '.join(_COLUMNS)} once each.",
            "file",
        )
        return None
    place = {name: header.index(name) for name in _COLUMNS if name in header}
    entries = []
    for number, cells in enumerate(reader, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header) or number > _ROWS_MOST:
            section.wrong(
                "pack.dictionary_broken",
                f"清单文件“{file}”第 {number} 行的列数与第一行不同，或行数超过 {_ROWS_MOST}。",
                f"Line {number} of {file!r} has another number of cells than the first line.",
                "file",
            )
            return None

        def cell(name: str, cells: list[str] = cells) -> str:
            return cells[place[name]].strip() if name in place else ""

        aliases = tuple(part for part in cell("alias").split("|") if part.strip())
        entries.append(Entry(cell("code"), cell("label"), cell("pinyin"), cell("source"), aliases))
    if not entries:
        section.wrong(
            "pack.dictionary_broken",
            f"清单文件“{file}”里没有一个选项。",
            f"The list file {file!r} has no label.",
            "file",
        )
        return None
    return tuple(entries)


def _judge(section: Section, file: str, entries: tuple[Entry, ...]) -> None:
    """A label twice, an empty one, or an alias that stands for two labels."""
    meant: dict[str, str] = {}
    for entry in entries:
        key = label_key(entry.label)
        if not key or key in meant:
            section.wrong(
                "pack.dictionary_broken",
                f"清单文件“{file}”里有空的选项，或“{entry.label}”出现了两次。请删去一个。",
                f"In {file!r} a label is empty, or {entry.label!r} stands twice.",
                "file",
            )
        meant[key] = entry.label
    for entry in entries:
        for alias in entry.aliases:
            if meant.setdefault(label_key(alias), entry.label) != entry.label:
                section.wrong(
                    "pack.alias_competes",
                    f"清单文件“{file}”里，别名“{alias}”同时指两个选项。请只留一处。",
                    f"In {file!r} the alias {alias!r} stands for two labels.",
                    "file",
                )
