"""Blank workbooks of a pack, and whether a pack folder is sound."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from collector import packs, places
from collector.packs import PackProblem
from collector.services import pack_proving, pack_signing
from collector.services import session as sessions
from collector.sheets import writing


def write_blank_workbooks(pack_id: str | Path, folder: Path) -> list[Path]:
    """Write the blank workbooks of a pack into ``folder``, which is made where it is missing."""
    pack = pack_signing.open_pack(pack_id)
    places.make_folder(folder)
    return writing.write_blank(pack, folder)


def check_pack(folder: Path, today: date | None = None) -> list[PackProblem]:
    """What is wrong with a pack folder; its own workbooks and examples are its tests."""
    problems = packs.check_folder(folder)
    if problems:
        return problems
    pack = pack_signing.open_pack(folder)
    return pack_proving.prove(pack, today or sessions.today())
