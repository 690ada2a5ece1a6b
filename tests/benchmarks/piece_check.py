"""Our check of the same file without a workspace: what the check-only peers are compared with."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import making
import measuring
from collector.services import checking


def main(members: str) -> None:
    began = time.perf_counter()
    result = checking.check_files([Path(members)], making.PACK)
    measuring.tell(seconds=time.perf_counter() - began, findings=len(result.findings))


if __name__ == "__main__":
    main(*sys.argv[1:])
