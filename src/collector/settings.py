"""What a person set for the program itself: readable before the store is unlocked, no data.

``settings.json`` begins with its format name and version. What belongs to the collecting
(the pack, the unit) is kept in the encrypted store.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from collector import places
from collector.errors import SurroundingsFailed
from collector.wording import Text

FORMAT = "collector.settings"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Settings:
    lang: str = "zh"
    """``zh`` or ``en``"""
    theme: str = "system"
    """``system``, ``light`` or ``dark``"""
    zoom: int = 100
    """per cent"""
    auto_lock_minutes: int = 5
    """0 = never"""
    last_operator: str = ""
    """name of the user who unlocked last, offered at the next start"""


_ALLOWED: dict[str, tuple[str, ...]] = {
    "lang": ("zh", "en"),
    "theme": ("system", "light", "dark"),
}
_BOUNDS: dict[str, tuple[int, int]] = {"zoom": (80, 200), "auto_lock_minutes": (0, 240)}


def load(home: Path) -> Settings:
    """The settings of a workspace; the defaults where there are none or a value is senseless.

    Raises ``SurroundingsFailed settings.newer`` for a file of a newer version and
    ``settings.unreadable`` for one that is no settings file.
    """
    path = places.settings_file(home)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError):
        raise _unreadable(path) from None
    if not isinstance(found, dict):
        raise _unreadable(path)
    name, _, version = str(found.get("format", "")).partition("/")
    if name != FORMAT or not version.isdecimal():
        raise _unreadable(path)
    if int(version) > VERSION:
        raise SurroundingsFailed(
            "settings.newer",
            Text(
                "设置文件是由更新版本的程序写的。", "The settings were written by a newer version."
            ),
            Text(
                "请升级程序，或改用另一个工作区。", "Upgrade the program or use another workspace."
            ),
            {"file": str(path)},
        )
    return _sensible(found)


def save(home: Path, settings: Settings) -> None:
    """Write the settings: beside the old file first, then in its place."""
    path = places.settings_file(home)
    places.make_folder(home)
    document = {"format": f"{FORMAT}/{VERSION}", **asdict(settings)}
    partial = path.with_suffix(".json.part")
    try:
        partial.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(partial, path)
    except OSError:
        raise SurroundingsFailed(
            "settings.cannot_write",
            Text("设置没有保存。", "The settings were not saved."),
            Text("请检查磁盘是否已满或只读。", "See whether the disk is full or read-only."),
            {"file": str(path)},
        ) from None


def _sensible(found: dict[str, Any]) -> Settings:
    kept: dict[str, Any] = asdict(Settings())
    for name, usual in kept.items():
        value: Any = found.get(name)
        if type(value) is not type(usual):
            continue
        if name in _ALLOWED and value not in _ALLOWED[name]:
            continue
        if name in _BOUNDS:
            low, high = _BOUNDS[name]
            value = min(max(value, low), high)
        kept[name] = value
    return Settings(**kept)


def _unreadable(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "settings.unreadable",
        Text("设置文件已损坏。", "The settings file is damaged."),
        Text(
            "删除该文件后程序用默认设置启动；数据不受影响。",
            "Delete the file and the program starts with its defaults; no data is lost.",
        ),
        {"file": str(path)},
    )
