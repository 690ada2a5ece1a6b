"""The verbs that compare: pack diff, and recheck."""

from __future__ import annotations

import argparse

from collector.cli import terminal
from collector.cli.session import unlocked
from collector.model import KIND_NAMES
from collector.packs.spec import Pack
from collector.rules import messages
from collector.services import pack_diff, rechecking
from collector.services.rechecking import Fault


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
            _say_impact(effect, found, options.lang)
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
        pack = session.pack
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
    _say_faults(found.errors, pack, options.lang)
    if options.mark:
        terminal.say(
            f"{found.marked} 条没有错误的记录已记为按 {found.pack} 检查过。"
            if zh
            else f"{found.marked} sound records are kept as checked with {found.pack}."
        )
    return int(bool(failing))


def _say_impact(effect: pack_diff.Impact, found: pack_diff.PackDiff, lang: str) -> None:
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
        _say_faults(effect.failing, found.new, lang)
    if effect.passing:
        terminal.say("不再算错误的：" if zh else "No errors any more:")
        _say_faults(effect.passing, found.old, lang)


def _say_faults(faults: dict[Fault, int], pack: Pack, lang: str) -> None:
    for item in rechecking.faults_json(faults):
        kind = next(each for each in KIND_NAMES if each.value == item["kind"])
        spec = pack.field_of(kind, str(item["field"]))
        label = " ".join(spec.header.split()) if spec is not None else str(item["field"])
        said = messages.headline(str(item["code"]), label)
        terminal.say(
            f"  {KIND_NAMES[kind].said(lang)} × {item['count']}  {said.said(lang)}"
            f"（{item['code']}）"
        )
