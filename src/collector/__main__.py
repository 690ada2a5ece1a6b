"""``collector``: a verb for the command line, or none for the window."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path

from collector.cli import app, parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb, or open the window where there is none; the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if parser.has_verb(given):
        return app.main(given)
    return app.guarded(given, lambda: _window(given))


def _window(given: Sequence[str]) -> int:
    options = parser.parse_window(given)
    try:
        # imported only here: a verb must not load Qt, nor need a display
        from collector.gui.app import run
    except ImportError:
        # The wheel is there, a library of the system is not; Qt's own message often names
        # the wrong one.
        raise app.no_window() from None
    return run(Path(options.home) if options.home else None, sys.argv[:1])


if __name__ == "__main__":
    multiprocessing.freeze_support()  # the reader of workbooks is a child process
    sys.exit(main())
