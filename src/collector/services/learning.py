"""A draft pack from a province's own workbook."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector import packs, places
from collector.errors import InputRefused
from collector.packs import PackProblem
from collector.packs.drafting import as_json, write_draft
from collector.packs.proposing import Doubt, Proposal, propose
from collector.packs.vocabulary import vocabulary
from collector.sheets.learning import observe
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class Learned:
    folder: Path
    proposal: Proposal
    doubts: tuple[Doubt, ...]
    problems: tuple[PackProblem, ...]
    """of the draft itself; ``pack check`` shows the same"""

    def as_json(self) -> dict[str, Any]:
        """``collector.learned/1`` with the folder and the problems of the draft."""
        document = as_json(self.proposal, list(self.doubts))
        problems = [{"code": one.code, "where": one.where} for one in self.problems]
        return document | {"folder": str(self.folder), "problems": problems}


def learn(workbook: Path, folder: Path) -> Learned:
    """Drafts a pack of ``workbook`` in ``folder``, which must not hold anything yet.

    Raises ``InputRefused`` (``workbook.*``, ``learn.*``; ``learn.folder_taken`` where the folder
    is not empty) and ``SurroundingsFailed``. What is refused leaves no folder behind.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputRefused(
            "learn.folder_taken",
            Text("这个文件夹里已经有东西了。", "The folder is not empty."),
            Text(
                "请换一个新的文件夹名，草稿不会覆盖已有的内容。",
                "Name a new folder; a draft never overwrites anything.",
            ),
            {"file": folder.name},
        )
    words = vocabulary(packs.installed())
    proposal = propose(observe(workbook, words.knows), words)
    there = folder.exists()
    places.make_folder(folder)
    try:
        doubts = write_draft(proposal, folder, workbook)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if there:
            places.make_folder(folder)
        raise
    return Learned(folder, proposal, doubts, tuple(packs.check_folder(folder)))
