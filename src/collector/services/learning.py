"""A pack from a province's own workbook: proposed, settled by a person, written, ready to use."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from collector import packs, places
from collector.errors import InputRefused, SurroundingsFailed
from collector.packs import PackProblem
from collector.packs import settling as answering
from collector.packs.answers import Answers, PackAnswer, read_answers
from collector.packs.drafting import (
    as_json,
    pack_id,
    refuse_unsettled,
    suggested_head,
    write_draft,
)
from collector.packs.observed import ObservedWorkbook
from collector.packs.proposals import Doubt, Proposal
from collector.packs.proposing import propose
from collector.packs.vocabulary import Vocabulary, vocabulary
from collector.progress import Progress
from collector.services.pack_signing import open_pack
from collector.sheets.learning import observe
from collector.sheets.originals import unfillable
from collector.wording import Text

__all__ = ["Answers", "Learned", "Learner", "learn", "read_answers"]


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


class Learner:
    """A template of one or more workbooks, read once; what it means is asked again with every
    answer."""

    def __init__(self, workbooks: Sequence[Path], progress: Progress | None = None) -> None:
        """Raises ``InputRefused`` (``workbook.*``, ``learn.*``) and ``Cancelled``."""
        self.workbooks = tuple(workbooks)
        self.words: Vocabulary = vocabulary(packs.installed())
        seen = []
        for number, path in enumerate(self.workbooks):
            if progress is not None:
                said = Text("正在读表样", "Reading the template")
                progress.step(said, number, len(self.workbooks))
            seen.append(observe(path, self.words.knows))
        self.first: Proposal = propose(_together(seen), self.words)

    def settle(self, answers: Answers) -> Proposal:
        """The proposal after these answers, which are all there are. Raises ``InputRefused``
        (``learn.*``)."""
        return answering.settle(self.first, answers, self.words)

    def suggested(self) -> PackAnswer:
        """A head for the pack: what the workbook says of itself, and an id nobody has."""
        head = suggested_head(self.first)
        taken = {pack.id for pack in packs.installed()}
        wanted = f"{head.id}-{datetime.now().astimezone().year}"
        number = 1
        name = wanted
        while name in taken:
            number += 1
            name = f"{wanted}-{number}"
        return replace(head, id=name)

    def write(self, answers: Answers, folder: Path) -> Learned:
        """A pack folder of the settled proposal.

        Raises ``InputRefused`` (``learn.folder_taken``, ``learn.sheets_alike`` …) and
        ``SurroundingsFailed``. What is refused leaves no folder behind.
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
        proposal = self.settle(answers)
        refuse_unsettled(proposal)
        there = folder.exists()
        places.make_folder(folder)
        try:
            doubts = _written(proposal, folder, self.workbooks, answers.pack)
            problems = (*packs.check_folder(folder), *_unfillable(folder))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            if there:
                places.make_folder(folder)
            raise
        return Learned(folder, proposal, doubts, problems)

    def install(self, answers: Answers) -> Learned:
        """The settled pack among the person's own, where every workspace finds it.

        It is whole in its place or not there. Raises ``InputRefused`` (also ``learn.pack_taken``,
        and ``learn.unsound`` where the pack would not load) and ``SurroundingsFailed``.
        """
        name = answers.pack.id or pack_id(Path(), self.first.workbook.sha256)
        version = answers.pack.version or "1"
        start = answers.pack.effective_from or datetime.now().astimezone().date().isoformat()
        head = replace(answers.pack, id=name, version=version, effective_from=start)
        answers = replace(answers, pack=head)
        target = places.packs_folder() / f"{name}@{version}"
        if target.exists() or any(pack.id == name for pack in packs.installed()):
            raise InputRefused(
                "learn.pack_taken",
                Text(f"编号为“{name}”的模板包已经有了。", f"There is a pack with the id {name!r}."),
                Text("请换一个编号。", "Choose another id."),
                {"field": "id"},
            )
        parent = places.make_folder(target.parent)
        try:
            draft = Path(tempfile.mkdtemp(prefix=".learning-", dir=parent))
        except OSError:
            raise _not_written() from None
        try:
            learned = self.write(answers, draft)
            if learned.problems:
                first = learned.problems[0]
                raise InputRefused(
                    "learn.unsound",
                    Text(
                        f"这样定下来的模板包不能用：{first.text.zh}",
                        f"The pack would not load: {first.text.en}",
                    ),
                    Text("请改正这一处后再试。", "Correct that and try again."),
                    {"place": first.where, "problem": first.code},
                )
            os.replace(draft, target)
        except OSError:
            raise _not_written() from None
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return Learned(target, learned.proposal, learned.doubts, ())


def learn(workbook: Path | Sequence[Path], folder: Path, answers: Answers | None = None) -> Learned:
    """Drafts a pack of a workbook, or of several together, in ``folder``, which must not hold
    anything yet.

    Raises ``InputRefused`` (``workbook.*``, ``learn.*``; ``learn.folder_taken`` where the folder
    is not empty) and ``SurroundingsFailed``. What is refused leaves no folder behind.
    """
    workbooks = [workbook] if isinstance(workbook, Path) else workbook
    return Learner(workbooks).write(answers or Answers(), folder)


def _together(seen: Sequence[ObservedWorkbook]) -> ObservedWorkbook:
    """Several files as one template. A name that stands in two of them could not be told apart."""
    places: dict[str, str] = {}
    for workbook in seen:
        for sheet in workbook.sheets:
            other = places.setdefault(sheet.name, workbook.name)
            if other is not workbook.name:
                raise _same_name(sheet.name, other, workbook.name)
    files = [path for workbook in seen for path in workbook.files]
    doubled = next((name for name, _ in files if [one for one, _ in files].count(name) > 1), "")
    if doubled:
        raise _same_name(doubled, doubled, doubled)
    return replace(
        seen[0],
        sheets=tuple(sheet for workbook in seen for sheet in workbook.sheets),
        notes=tuple(note for workbook in seen for note in workbook.notes),
        helpers=tuple(name for workbook in seen for name in workbook.helpers),
        unread=tuple(name for workbook in seen for name in workbook.unread),
        files=tuple(files),
    )


def _same_name(name: str, one: str, other: str) -> InputRefused:
    return InputRefused(
        "learn.same_name",
        Text(
            f"“{one}”和“{other}”里都有“{name}”，分不清。",
            f"{name!r} stands both in {one!r} and in {other!r}.",
        ),
        Text(
            "请在 Excel 或 WPS 里把其中一张工作表（或一个文件）改个名字，再一起学。",
            "Rename one of the sheets (or files) and learn them together again.",
        ),
        {"file": other, "sheet": name},
    )


def _written(
    proposal: Proposal, folder: Path, workbooks: Sequence[Path], head: PackAnswer
) -> tuple[Doubt, ...]:
    try:
        return write_draft(proposal, folder, workbooks, head)
    except OSError:
        raise _not_written() from None


def _unfillable(folder: Path) -> list[PackProblem]:
    """What would keep the pack from filling the province's own file."""
    try:
        return unfillable(open_pack(folder))
    except InputRefused:
        return []  # its problems are listed already


def _not_written() -> SurroundingsFailed:
    return SurroundingsFailed(
        "learn.not_written",
        Text("模板包写不进文件夹。", "The pack cannot be written."),
        Text(
            "请检查磁盘是否已满、文件夹是否可以写入。",
            "See whether the disk is full and the folder writable.",
        ),
    )
