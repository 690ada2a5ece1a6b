"""The verb that hands parked rows back, and what an import says of copies that came back."""

from __future__ import annotations

import argparse

from collector.cli import terminal
from collector.cli.session import unlocked
from collector.errors import WrongUse
from collector.services import handing
from collector.services.gathering import gather
from collector.services.handing import HandResult
from collector.services.importing import ImportResult
from collector.services.session import Session
from collector.wording import Text


def marked(options: argparse.Namespace) -> int:
    """Write marked copies of the parked rows of some imports, or of all."""
    with unlocked(options) as session:
        result = _hand_back(session, options)
    if options.json:
        terminal.say_json(result.as_json())
        return 0
    zh = options.lang == "zh"
    for copy in result.copies:
        terminal.say(str(copy.path))
        if copy.rebuilt:
            terminal.say(
                f"  {copy.rows} 行要改；没有给出原文件“{copy.file_name}”，用省模板重新排出"
                if zh
                else f"  {copy.rows} rows to be mended; laid into the province's template, for"
                f" “{copy.file_name}” was not given"
            )
        else:
            terminal.say(
                f"  {copy.rows} 行要改，其余 {copy.sound} 行不用动"
                if zh
                else f"  {copy.rows} rows to be mended, {copy.sound} need nothing"
            )
    terminal.say(
        "请通过安全渠道交给原单位；改好后用 collector import 导入即可，程序认得出来。"
        if zh
        else "Hand them over by a safe way; collector import knows them when they come back."
    )
    return 0


def _hand_back(session: Session, options: argparse.Namespace) -> HandResult:
    progress = terminal.progress(options.lang)
    if len(options.batch) == 1 and not any(path.is_dir() for path in options.source):
        (batch,) = options.batch
        return handing.hand_back(session, batch, options.out, options.source, progress)
    waiting = [
        file
        for file in handing.waiting_files(session)
        if not options.batch or file.batch in options.batch
    ]
    if not waiting:
        raise handing.nothing_waits()
    wanted = {file.sha256 for file in waiting}
    sources = {
        digest: path
        for path in gather(options.source, progress).files
        if (digest := handing.fingerprint(path)) in wanted
    }
    return handing.hand_back_files(session, waiting, options.out, sources, progress)


def say_returned(result: ImportResult, lang: str) -> None:
    """One line for each returned copy, and what did not come back."""
    for number, returned in result.staged.back.files.items():
        terminal.say(f"{result.staged.reading.files[number].name}  {returned.told().said(lang)}")
        if not returned.missing:
            continue
        zh = lang == "zh"
        places = "  ".join(f"{sheet}!{row}" for sheet, row, _ in returned.missing[:10])
        more = "  …" if len(returned.missing) > 10 else ""
        if returned.discarded:
            lead = "没有交回、已标为不收" if zh else "did not come back and were left out"
        else:
            lead = (
                "没有交回、仍待修（--missing discard 则不收）"
                if zh
                else "did not come back and still wait (--missing discard leaves them out)"
            )
        terminal.say(f"  {len(returned.missing)} {'行' if zh else 'rows'}{lead}：{places}{more}")


def each_alone() -> WrongUse:
    """A whole folder is not the place to leave rows out."""
    return WrongUse(
        "usage.missing",
        Text(
            "--missing discard 只能在导入单个退回件时用。",
            "--missing discard is for one returned file at a time.",
        ),
        Text(
            "先看清这一份里哪些行没有交回，再单独导入它。",
            "See which rows of it did not come back, then import it alone.",
        ),
    )
