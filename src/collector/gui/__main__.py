"""The frozen window program starts here."""

from __future__ import annotations

import multiprocessing
import sys

from collector.gui.app import run


def main() -> int:
    """For the desktop entry; the exit code."""
    multiprocessing.freeze_support()  # the reader of workbooks is a child process
    return run()


if __name__ == "__main__":
    sys.exit(main())
