"""Characters the fonts of this computer cannot draw: told by their code point instead."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QTextLayout
from PySide6.QtWidgets import QApplication

from collector.codes import rare
from collector.codes.rare import Oddity, Strange

_WORDS = {
    Oddity.PRIVATE_USE: "私用区",
    Oddity.RADICAL: "部首符号",
    Oddity.COMBINING: "附加符号",
    Oddity.RARE: "生僻字",
    Oddity.TONE: "声调字母",
    Oddity.MIXED: "字母",
}


def described(one: Strange) -> str:
    """``第 2 个字 𠮷 U+20BB7 生僻字（CJK-B）``; one that no font has is told by its code only."""
    drawn = f" {one.character}" if can_draw(one.character) else "（本机字体画不出）"
    meant = f"，通用的字是 {one.standard} {rare.code_point(one.standard)}" if one.standard else ""
    block = f"（{one.block}）" if one.block else ""
    return f"第 {one.place} 个字{drawn} {one.code_point} {_WORDS[one.oddity]}{block}{meant}"


def tip(name: str) -> str:
    """What to say of a name in a tool tip: the name, and each character others may lose."""
    found = rare.strange(name)
    return "\n".join([name, *(described(one) for one in found)]) if found else name


@lru_cache(maxsize=1 << 12)
def can_draw(character: str) -> bool:
    """Whether any font of this computer has a picture of it; fallback fonts count."""
    layout = QTextLayout(character, QFont(QApplication.font()))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    drawn = [index for run in layout.glyphRuns() for index in run.glyphIndexes()]
    return bool(drawn) and 0 not in drawn
