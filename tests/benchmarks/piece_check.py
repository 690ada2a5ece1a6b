"""Our check of the same file without a workspace: what the check-only peers are compared with."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import making
import measuring
from collector.services import checking


def main(members: str) -> None:
    used, began = measuring.processor(), time.perf_counter()
    result = checking.check_files([Path(members)], making.PACK)
    took, used = time.perf_counter() - began, measuring.processor() - used
    measuring.tell(seconds=took, cpu=used, findings=len(result.findings))


if __name__ == "__main__":
    main(*sys.argv[1:])
