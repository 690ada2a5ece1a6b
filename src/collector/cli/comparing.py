"""The verbs that compare: pack diff, and recheck."""

from __future__ import annotations

import argparse

from collector.cli import terminal
from collector.cli.session import unlocked
from collector.model import KIND_NAMES
from collector.services import pack_diff, rechecking
from collector.services.rechecking import Fault
from collector.wording import Text


def diff(options: argparse.Namespace) -> int:
    """What the newer pack changes; with ``--impact``, of how many records it would say what."""
    found = pack_diff.diff(options.old, options.new)
    document = found.as_json(options.lang)
    zh = options.lang == "zh"
    if not options.json:
        for item in found.changes:
            terminal.say(f"· {item.text.said(options.lang)}")
        if not found.changes:
            terminal.say("两份模板包没有不同。" if zh else "The two packs say the same.")
    if options.impact:
        with unlocked(options) as session:
            effect = pack_diff.impact(session, found, terminal.progress(options.lang))
        document["impact"] = effect.as_json()
        if not options.json:
            _say_impact(effect, options.lang)
    if options.json:
        terminal.say_json(document)
    return 0


def recheck(options: argparse.Namespace) -> int:
    """Exit 1 where a record has an error by the workspace's pack."""
    with unlocked(options) as session:
        before = sum(rechecking.checked_otherwise(session).values())
        found = rechecking.recheck_records(
            session, progress=terminal.progress(options.lang), mark=options.mark
        )
    failing = sum(found.failing.values())
    if options.json:
        terminal.say_json(found.as_json() | {"checked_otherwise": before})
        return int(bool(failing))
    zh = options.lang == "zh"
    total = sum(found.records.values())
    terminal.say(
        f"按 {found.pack} 复核 {total} 条记录，{failing} 条有错误；"
        f"其中 {before} 条以前是按别的版本检查的。"
        if zh
        else f"{total} records checked again by {found.pack}, {failing} with an error;"
        f" {before} had been checked with another version."
    )
    _say_faults(found.errors, found.sentences, options.lang)
    if options.mark:
        terminal.say(
            f"{found.marked} 条没有错误的记录已记为按 {found.pack} 检查过。"
            if zh
            else f"{found.marked} sound records are kept as checked with {found.pack}."
        )
    return int(bool(failing))


def _say_impact(effect: pack_diff.Impact, lang: str) -> None:
    zh = lang == "zh"
    terminal.say("")
    terminal.say(
        f"库里 {effect.records} 条记录：{effect.newly_failing} 条会新出现错误，"
        f"{effect.newly_passing} 条不再有错误。"
        if zh
        else f"Of {effect.records} records {effect.newly_failing} would newly have an error,"
        f" {effect.newly_passing} would have none any more."
    )
    if effect.failing:
        terminal.say("新出现的错误：" if zh else "New errors:")
        _say_faults(effect.failing, effect.sentences, lang)
    if effect.passing:
        terminal.say("不再算错误的：" if zh else "No errors any more:")
        _say_faults(effect.passing, effect.sentences, lang)


def _say_faults(faults: dict[Fault, int], sentences: dict[Fault, Text], lang: str) -> None:
    for fault, count in sorted(faults.items(), key=lambda item: (-item[1], item[0])):
        kind, _, code = fault
        said = sentences[fault].said(lang)
        terminal.say(f"  {KIND_NAMES[kind].said(lang)} × {count}  {said}（{code}）")
