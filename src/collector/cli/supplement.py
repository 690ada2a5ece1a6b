"""The verb ``supplement``: lists of the ID numbers to be asked for again, and their return."""

from __future__ import annotations

import argparse

from collector.cli import terminal
from collector.cli.session import unlocked
from collector.errors import WrongUse
from collector.services import supplement, supplement_lists
from collector.services.supplement import WAY_NAMES
from collector.wording import Text


def run(options: argparse.Namespace) -> int:
    progress = terminal.progress(options.lang)
    zh = options.lang == "zh"
    with unlocked(options) as session:
        if options.take is not None:
            done = supplement_lists.take(session, options.take, progress)
            if options.json:
                terminal.say_json(done.as_json())
            else:
                terminal.say(
                    f"填入 {done.filled:,} 个证件号：{done.released:,} 行入库，"
                    f"{done.still_parked:,} 行还有差错。"
                    if zh
                    else f"{done.filled:,} numbers filled in: {done.released:,} rows went in,"
                    f" {done.still_parked:,} still have errors."
                )
                if done.unmarked:
                    terminal.say(
                        f"  {done.unmarked:,} 行对不上待修的行，没有采用。"
                        if zh
                        else f"  {done.unmarked:,} rows fit no parked row."
                    )
            return int(bool(done.still_parked))
        if options.out is None:
            raise WrongUse(
                "usage.wrong",
                Text("没有写清单放在哪里。", "Where the lists go is not said."),
                Text("用 -o 指定文件夹。", "Name a folder with -o."),
            )
        found = supplement.find(session, options.batch, progress)
        written = supplement_lists.write(
            session, found, options.out, options.with_numbers, progress
        )
    if options.json:
        document = found.as_json()
        document["written"] = [str(path) for path in written]
        terminal.say_json(document)
        return 0
    units = len(found.by_unit())
    terminal.say(
        f"{len(found.rows):,} 行的证件号要处理，涉及 {units:,} 个单位。"
        if zh
        else f"{len(found.rows):,} rows of {units:,} units have a number to be dealt with."
    )
    for way, count in found.counts.items():
        if count:
            terminal.say(f"  {WAY_NAMES[way].said(options.lang)}：{count:,}")
    for path in written:
        terminal.say(f"{'清单' if zh else 'list'}：{path}")
    return 0
