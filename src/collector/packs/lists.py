"""Reading a pack's lists: one CSV file a dictionary."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from collector.packs.dictionary import Dictionary, Entry, label_key
from collector.packs.files import inside
from collector.packs.schema import Section

_BYTES_MOST = 2 * 1024 * 1024
_ROWS_MOST = 20_000
_COLUMNS = ("code", "label", "source", "status", "alias", "pinyin")
_LONGEST_CELL = 2000
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")
_NEEDED = ("code", "label", "source")


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
            f"清单文件“{file}”不是 UTF-8 编码（可能是 GBK）。"
            "请在 WPS 或 Excel 中另存为“CSV UTF-8”。",
            f"The list file {file!r} is not UTF-8 (GBK, perhaps). Save it as CSV UTF-8.",
            "file",
        )
        return None
    return _rows(section, file, text)


def _rows(section: Section, file: str, text: str) -> tuple[Entry, ...] | None:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        return _entries_of(section, file, reader)
    except csv.Error:  # a field of more than 128 KiB: most often a quotation mark left open
        section.wrong(
            "pack.dictionary_broken",
            f"清单文件“{file}”第 {reader.line_num} 行附近有没写完的引号，或一格内容过长。请改正。",
            f"Near line {reader.line_num} of {file!r} a quotation mark is left open, or a cell is"
            " far too long.",
            "file",
        )
        return None


def _entries_of(section: Section, file: str, reader: _Reader) -> tuple[Entry, ...] | None:
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
        if number > _ROWS_MOST + 1:
            section.wrong(
                "pack.too_large",
                f"清单文件“{file}”超过 {_ROWS_MOST} 行，不像一份选项清单。请检查文件。",
                f"The list file {file!r} has more than {_ROWS_MOST} lines.",
                "file",
            )
            return None
        if len(cells) != len(header):
            section.wrong(
                "pack.dictionary_broken",
                f"清单文件“{file}”第 {number} 行有 {len(cells)} 格，第一行有 {len(header)} 格。"
                "请改成一样多。",
                f"Line {number} of {file!r} has {len(cells)} cells, the first has {len(header)}.",
                "file",
            )
            return None
        if any(len(cell) > _LONGEST_CELL or _UNSEEN.search(cell) for cell in cells):
            section.wrong(
                "pack.dictionary_broken",
                f"清单文件“{file}”第 {number} 行有看不见的控制字符，"
                f"或一格超过 {_LONGEST_CELL} 个字。请改正。",
                f"Line {number} of {file!r} holds control characters or a cell of more than"
                f" {_LONGEST_CELL} characters.",
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


class _Reader(Protocol):
    """What ``csv.reader`` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def _judge(section: Section, file: str, entries: tuple[Entry, ...]) -> None:
    """A label twice, an empty one, or an alias that stands for two labels."""
    meant: dict[str, str] = {}
    for entry in entries:
        key = label_key(entry.label)
        if not key:
            section.wrong(
                "pack.dictionary_broken",
                f"清单文件“{file}”里有空的选项（label）。请补上或删去这一行。",
                f"In {file!r} a label is empty.",
                "file",
            )
        elif key in meant:
            section.wrong(
                "pack.dictionary_broken",
                f"清单文件“{file}”里，“{entry.label}”出现了两次。请删去一个。",
                f"In {file!r} the label {entry.label!r} stands twice.",
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
