"""The verb ``missing``: what the records lack for a template, the list to fill in, its return."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from collector.cli import terminal
from collector.cli.session import unlocked
from collector.errors import WrongUse
from collector.model import KIND_NAMES, Severity
from collector.services import completing, gaps, missing, missing_list
from collector.services.completing import Completed
from collector.services.gaps import Missing
from collector.services.session import Session
from collector.wording import Text


def take(options: argparse.Namespace, path: Path) -> int:
    """A list that was given to ``import``: its answers, and nothing for ``--dry-run``."""
    if options.dry_run or options.kind:
        raise WrongUse(
            "usage.wrong",
            Text(
                "补录表不能试算，也不用写类别。",
                "A list of what is missing takes neither --dry-run nor --kind.",
            ),
            Text("请去掉 --dry-run 和 --kind。", "Leave them out."),
        )
    with unlocked(options) as session:
        done = completing.take_list(session, path, terminal.progress(options.lang))
    return _say_completed(done, options)


def run(options: argparse.Namespace) -> int:
    """Exit 1 where an answer was refused; what is missing is no failure."""
    progress = terminal.progress(options.lang)
    with unlocked(options) as session:
        if options.take is not None:
            if options.pack:
                raise WrongUse(
                    "usage.wrong",
                    Text("--take 不和 --pack 一起用。", "--take does not go with --pack."),
                    Text("补录表里写着是哪个模板的。", "The list names its pack itself."),
                )
            return _say_completed(completing.take_list(session, options.take, progress), options)
        pack_id = options.pack or session.pack.id
        if options.from_id:
            return _say_completed(completing.fill_from_number(session, pack_id, progress), options)
        found = missing.find(session, pack_id, progress)
        written = (
            missing_list.write_list(session, found, options.out, progress) if options.out else []
        )
        if options.json:
            document = found.as_json()
            if written:
                document["written"] = [str(path) for path in written]
            terminal.say_json(document)
            return 0
        _say(session, found, options.lang == "zh")
        for path in written:
            terminal.say(f"{'补录表' if options.lang == 'zh' else 'list'}：{path}")
    return 0


def _say(session: Session, found: Missing, zh: bool) -> None:
    pack = found.pack
    if not found.items:
        terminal.say(f"按“{pack.title}”没有缺项。" if zh else f"Nothing is missing for {pack.id}.")
        return
    terminal.say(
        f"按“{pack.title}”还差 {found.items:,} 项，其中省里必需的 {found.required:,} 项。"
        if zh
        else f"For {pack.id} {found.items:,} items are missing, {found.required:,} of them"
        " required by the province."
    )
    for kind, count in found.incomplete.items():
        if count:
            name = KIND_NAMES[kind]
            terminal.say(
                f"  {name.zh}：{found.looked_at[kind]:,} 条里有 {count:,} 条不全"
                if zh
                else f"  {name.en}: {count:,} of {found.looked_at[kind]:,} are incomplete"
            )
    for gap, count in zip(found.gaps, found.counts, strict=True):
        mark = "✗" if gap.severity is Severity.ERROR else "!"
        what = _WHAT.get(gap.code)
        said = f"{gap.label}：{what.zh if what else gap.text.zh}" if zh else f"{gap.field}: "
        if not zh:
            said += what.en if what else gap.text.en
        terminal.say(f"  {mark} {count:>9,}  {said}")
    if found.from_number:
        terminal.say(
            f"  其中 {found.from_number:,} 项可由身份证号得出：加 --from-id 填入。"
            if zh
            else f"  {found.from_number:,} of them stand in the ID number: --from-id fills them in."
        )
    units = sum(1 for count in found.unit_counts if count)
    terminal.say(
        f"涉及 {units:,} 个单位和工会。用 -o 文件.xlsx 写出补录表。"
        if zh
        else f"In {units:,} units and unions. -o FILE.xlsx writes a list to fill in."
    )


_WHAT = {
    gaps.EMPTY: Text("没有填", "empty"),
    gaps.UNKNOWN_LABEL: Text("现有内容在这个省的清单里没有", "not in the province's list"),
}


def _say_completed(done: Completed, options: argparse.Namespace) -> int:
    if options.json:
        terminal.say_json(done.as_json())
        return int(bool(done.refused))
    zh = options.lang == "zh"
    terminal.say(
        f"补上 {done.filled:,} 项，涉及 {done.records:,} 条记录。"
        if zh
        else f"{done.filled:,} items of {done.records:,} records filled in."
    )
    if done.known:
        terminal.say(
            f"  {done.known:,} 项已经有了，没有改动。"
            if zh
            else f"  {done.known:,} were known already and stay."
        )
    if done.unmarked:
        terminal.say(
            f"  {done.unmarked:,} 行对不上本工作区的记录，没有采用。"
            if zh
            else f"  {done.unmarked:,} rows fit no record of this workspace."
        )
    for item in done.refused[:_SHOWN]:
        place = f"{item.sheet} {item.row} " if item.row else ""
        terminal.say(f"  ✗ {place}{item.text.said(options.lang)}")
    left = Counter(item.label for item in done.refused[_SHOWN:])
    for label, count in left.items():
        terminal.say(f"  ✗ {label} × {count:,}")
    return int(bool(done.refused))


_SHOWN = 50
