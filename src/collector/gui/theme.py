"""Colours, type and spacing: one palette for light, one for dark, one style sheet over both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QColor, QPalette

from collector import data_files

BASE_PIXELS = 14
"""height of the body text at 100 %"""


class Tones(NamedTuple):
    """Every colour of the window. Text tones have at least 4.5:1 on ``surface`` (WCAG 2.1 AA)."""

    window: str
    surface: str
    sunken: str
    line: str
    line_strong: str
    scroll: str
    text: str
    muted: str
    accent: str
    accent_strong: str
    on_accent: str
    accent_soft: str
    error: str
    error_soft: str
    warning: str
    warning_soft: str
    good: str
    good_soft: str


LIGHT = Tones(
    window="#f3f5f8",
    surface="#ffffff",
    sunken="#e9edf2",
    line="#dbe0e7",
    line_strong="#8b96a5",
    scroll="#c2cad4",
    text="#1c2530",
    muted="#566273",
    accent="#1c5fa8",
    accent_strong="#164d8a",
    on_accent="#ffffff",
    accent_soft="#e3edf8",
    error="#b3261e",
    error_soft="#fceceb",
    warning="#855200",
    warning_soft="#fff3da",
    good="#17663a",
    good_soft="#e4f4ea",
)
DARK = Tones(
    window="#14171c",
    surface="#1c2026",
    sunken="#262b33",
    line="#343b46",
    line_strong="#788496",
    scroll="#47515f",
    text="#e4e8ee",
    muted="#a0abba",
    accent="#7ab3f0",
    accent_strong="#a3cbf6",
    on_accent="#0d1a29",
    accent_soft="#22354b",
    error="#ff938a",
    error_soft="#3b2022",
    warning="#f0bf62",
    warning_soft="#382c15",
    good="#79cf98",
    good_soft="#18301f",
)

_DRAWN = ("arrow", "up", "check", "dot")
"""small drawings the style sheet points to, one a tone"""

_PLACE = re.compile(r"@(\w+)(?:\((\d+)\))?")


@dataclass(frozen=True, slots=True)
class Theme:
    tones: Tones
    zoom: int = 100

    @property
    def dark(self) -> bool:
        return self.tones is DARK

    def px(self, at_hundred: int) -> int:
        """A length at this zoom."""
        return max(1, round(at_hundred * self.zoom / 100))

    def colour(self, name: str) -> QColor:
        return QColor(getattr(self.tones, name))

    def palette(self) -> QPalette:
        tones, palette = self.tones, QPalette()
        role = QPalette.ColorRole
        for name, colour in (
            (role.Window, tones.window),
            (role.WindowText, tones.text),
            (role.Base, tones.surface),
            (role.AlternateBase, tones.window),
            (role.Text, tones.text),
            (role.PlaceholderText, tones.muted),
            (role.Button, tones.surface),
            (role.ButtonText, tones.text),
            (role.BrightText, tones.error),
            (role.Highlight, tones.accent_soft),
            (role.HighlightedText, tones.text),
            (role.Link, tones.accent),
            (role.LinkVisited, tones.accent),
            (role.ToolTipBase, tones.surface),
            (role.ToolTipText, tones.text),
            (role.Accent, tones.accent),
            (role.Mid, tones.line_strong),
            (role.Midlight, tones.line),
            (role.Light, tones.surface),
            (role.Dark, tones.line_strong),
        ):
            palette.setColor(name, QColor(colour))
        for name in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tones.line_strong))
        return palette

    def style_sheet(self) -> str:
        """The sheet with ``@name`` filled by a tone and ``@px(n)`` by n pixels at this zoom."""
        tones: dict[str, str] = self.tones._asdict()

        def fill(place: re.Match[str]) -> str:
            if place[1] == "px":
                return f"{self.px(int(place[2]))}px"
            if place[1] in _DRAWN:
                name = f"{place[1]}-{'dark' if self.dark else 'light'}.svg"
                return (data_files.folder("resources") / "style" / name).as_posix()
            return tones[place[1]] + (f"({place[2]})" if place[2] else "")

        return _PLACE.sub(fill, _sheet())


@lru_cache(maxsize=1)
def _sheet() -> str:
    path: Path = data_files.folder("resources") / "style" / "window.qss"
    return path.read_text(encoding="utf-8")
