"""What the command line reads from and prints to a person: words, JSON, progress, passphrases."""

from __future__ import annotations

import getpass
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from collector import places
from collector.errors import CollectorError, InputRefused, NotUnlocked, WrongUse
from collector.progress import Progress
from collector.wording import Text

_BAR = 24
_REDRAW_SECONDS = 0.1


def make_streams_safe() -> None:
    """A console that cannot show a character shows ``?`` instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def say(text: str = "") -> None:
    """A line; whoever reads may be gone (``| head``), which changes nothing of the verdict."""
    try:
        print(text)
    except BrokenPipeError:
        reader_gone()


def flush() -> None:
    """What was said reaches the reader, or there is none."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        reader_gone()


def reader_gone() -> None:
    """Whoever reads has closed the pipe: what follows is said to nobody."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)


def is_utf8(stream: TextIO) -> bool:
    """Whether every character can be written to it (a Windows console may be GBK)."""
    return (stream.encoding or "ascii").lower().replace("-", "").replace("_", "") == "utf8"


def can_hold(text: str, stream: TextIO) -> bool:
    """Whether a text can be written there without a ``?`` in place of a character."""
    if text.isascii() or is_utf8(stream):
        return True
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def say_json(document: Any) -> None:
    """One document and nothing else; ASCII where the console cannot show Chinese."""
    say(json.dumps(document, ensure_ascii=not is_utf8(sys.stdout), indent=1))


def say_flat(document: Mapping[str, Any]) -> None:
    """A small document as indented lines of name and value."""
    for name, value in document.items():
        if isinstance(value, Mapping):
            say(f"  {name}:")
            for inner, text in value.items():
                say(f"    {inner}: {text}")
        elif isinstance(value, list):
            say(f"  {name}: {len(value)}")
            for item in value:
                said = (
                    " ".join(str(text) for text in item.values())
                    if isinstance(item, Mapping)
                    else str(item)
                )
                say(f"    {said}")
        else:
            say(f"  {name}: {value}")


def say_error(error: CollectorError, *, as_json: bool, lang: str) -> None:
    """The failure as a sentence on standard error, or as the contract's document."""
    if as_json:
        say_json(
            {
                "error": {
                    "code": error.code,
                    "sentence": error.sentence.said(lang),
                    "advice": error.advice.said(lang),
                    "where": error.where,
                }
            }
        )
        return
    print(f"✗ {error.sentence.said(lang)}", file=sys.stderr)
    if error.where:
        print(f"  {where(error.where, lang)}", file=sys.stderr)
    print(f"  → {error.advice.said(lang)}", file=sys.stderr)


_PLACES = {
    "file": Text("文件 {}", "file {}"),
    "sheet": Text("工作表 {}", "sheet {}"),
    "row": Text("第 {} 行", "row {}"),
    "column": Text("{} 列", "column {}"),
    "field": Text("项目 {}", "field {}"),
    "place": Text("位置 {}", "place {}"),
    "problem": Text("代码 {}", "code {}"),
}


def where(found: dict[str, str | int], lang: str) -> str:
    """``文件 a.xlsx，工作表 会员，第 7 行，C 列``"""
    known = [_PLACES[name].said(lang).format(found[name]) for name in _PLACES if name in found]
    other = [f"{name} {value}" for name, value in found.items() if name not in _PLACES]
    return ("，" if lang == "zh" else ", ").join([*known, *other])


def progress(lang: str, stream: TextIO | None = None) -> Progress:
    """A bar on a terminal, silence otherwise."""
    out = stream if stream is not None else sys.stderr
    if not out.isatty():
        return Progress()
    return Progress(_bar(out, lang))


def _bar(out: TextIO, lang: str) -> Callable[[Text, int, int], None]:
    last = 0.0

    def draw(what: Text, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        ended = total > 0 and done >= total
        if now - last < _REDRAW_SECONDS and not ended:
            return
        last = now
        if total:
            full = _BAR * min(done, total) // total
            out.write(f"\r\x1b[K{what.said(lang)} [{'█' * full}{'·' * (_BAR - full)}]")
        else:
            out.write(f"\r\x1b[K{what.said(lang)} …")
        if ended:
            out.write("\r\x1b[K")
        out.flush()

    return draw


def passphrase(file: Path | None, *, again: bool = False, lang: str = "zh") -> str:
    """From ``--passphrase-file`` (first line), the variable, or the terminal without echo.

    Raises ``InputRefused passphrase.file_unreadable``, ``NotUnlocked passphrase.missing`` where
    there is nobody to ask, and ``WrongUse passphrase.not_the_same`` for two different entries.
    """
    if file is not None:
        return first_line(file)
    given = os.environ.get(places.PASSPHRASE_VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise NotUnlocked(
            "passphrase.missing",
            Text(
                "没有口令，打不开工作区。", "There is no passphrase to unlock the workspace with."
            ),
            Text(
                "在终端里运行以便输入，或用 --passphrase-file 指定口令文件。",
                "Run it in a terminal, or name a file with --passphrase-file.",
            ),
        )
    typed = getpass.getpass("口令：" if lang == "zh" else "Passphrase: ")
    if again and getpass.getpass("再输一遍：" if lang == "zh" else "Once more: ") != typed:
        raise WrongUse(
            "passphrase.not_the_same",
            Text("两次输入的口令不一样。", "The two passphrases differ."),
            Text("请重新输入。", "Type them again."),
        )
    return typed


def ask(question: str) -> str:
    """Ask for a secret on the terminal, without echo."""
    return getpass.getpass(question)


def first_line(file: Path) -> str:
    """The first line of a passphrase file, without its line end."""
    try:
        with file.open(encoding="utf-8-sig") as stream:
            return stream.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise InputRefused(
            "passphrase.file_unreadable",
            Text("口令文件读不出来。", "The passphrase file cannot be read."),
            Text(
                "请检查路径和权限；文件应为 UTF-8 文本，第一行是口令。",
                "Check its path and rights; it is a UTF-8 text whose first line is the passphrase.",
            ),
            {"file": str(file)},
        ) from None
