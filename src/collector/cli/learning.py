"""The verb ``pack learn``: a draft pack from a province's own workbook."""

from __future__ import annotations

import argparse

from collector.cli import terminal
from collector.model import KIND_NAMES
from collector.services.learning import learn, read_answers


def pack_learn(options: argparse.Namespace) -> int:
    """Exit 1 where the draft itself has problems, as ``pack check`` would."""
    answers = None if options.answers is None else read_answers(options.answers)
    learned = learn(options.workbooks, options.out, answers)
    if options.json:
        terminal.say_json(learned.as_json())
        return int(bool(learned.problems))
    zh = options.lang == "zh"
    for sheet in learned.proposal.sheets:
        names = [KIND_NAMES[kind].said(options.lang) for kind in sheet.kinds]
        kinds = ("、" if zh else ", ").join(names)
        known = sum(bool(column.field) for column in sheet.columns)
        terminal.say(
            f"工作表“{sheet.observed.name}”（{kinds}）：{len(sheet.columns)} 列，认出 {known} 列。"
            if zh
            else f"Sheet {sheet.observed.name!r} ({kinds}): {len(sheet.columns)} columns,"
            f" {known} recognised."
        )
    if learned.doubts:
        count = len(learned.doubts)
        terminal.say(f"有 {count} 处要人确认：" if zh else f"{count} things to look at:")
    for doubt in learned.doubts:
        terminal.say(f"  ? {doubt.text.said(options.lang)}")
    for problem in learned.problems:
        terminal.say(f"✗ {problem.where}：{problem.text.said(options.lang)}")
    terminal.say(f"{'草稿' if zh else 'draft'}：{learned.folder}")
    return int(bool(learned.problems))
