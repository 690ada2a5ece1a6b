"""Blank workbooks of a pack, and whether a pack folder is sound."""

from __future__ import annotations

from pathlib import Path

from collector import packs, places
from collector.packs import PackProblem
from collector.sheets import writing


def write_blank_workbooks(pack_id: str | Path, folder: Path) -> list[Path]:
    """Write the blank workbooks of a pack into ``folder``, which is made where it is missing."""
    pack = packs.load(pack_id)
    places.make_folder(folder)
    return writing.write_blank(pack, folder)


def check_pack(folder: Path) -> list[PackProblem]:
    """What is wrong with a pack folder; its own examples are its tests."""
    return packs.check_folder(folder)
