"""The verbs that prove: demo and self-test."""

from __future__ import annotations

import argparse

from collector.cli import terminal
from collector.services import demonstration
from collector.services import self_test as testing


def demo(options: argparse.Namespace) -> int:
    demonstration.run(
        options.rows,
        options.keep,
        lambda text: terminal.say(text.said(options.lang)),
        terminal.progress(options.lang),
        options.pack or demonstration.PACK,
    )
    return 0


def self_test(options: argparse.Namespace) -> int:
    """Exit 5 where something of this installation does not work."""
    lines: list[testing.Line] = []
    for line in testing.run():
        lines.append(line)
        if not options.json:
            mark = "OK    " if line.ok else "FAILED"
            said = line.what.said(options.lang)
            terminal.say(f"{mark} {said}" + (f" ({line.detail})" if line.detail else ""))
    ok = all(line.ok for line in lines)
    if options.json:
        terminal.say_json(
            {
                "format": "collector.self-test/1",
                "ok": ok,
                "lines": [
                    {"name": line.name, "ok": line.ok, "detail": line.detail} for line in lines
                ],
            }
        )
    return 0 if ok else 5
