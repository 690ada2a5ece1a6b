"""The frozen command-line program starts here; it has no window."""

from __future__ import annotations

import multiprocessing
import sys

from collector.cli.app import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the reader of workbooks is a child process
    sys.exit(main())
