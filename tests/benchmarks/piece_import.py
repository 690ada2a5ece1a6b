"""Our import of the same file: preflight, read, canonical text, every rule, duplicates, commit."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import making
import measuring
from collector.services import importing, staging


def main(organisations: str, members: str, *memory: str) -> None:
    """With a third argument the children's memory is watched, which costs a little time."""
    with tempfile.TemporaryDirectory() as folder:
        session = making.with_organisations(Path(folder) / "home", Path(organisations))
        measuring.forget_peak()
        watched = measuring.ChildrenWatched()
        with watched if memory else contextlib.nullcontext():
            used = measuring.processor()
            began = time.perf_counter()
            staged = staging.stage(session, [Path(members)])
            checked = time.perf_counter()
            result = importing.commit(session, staged)
            done = time.perf_counter()
            used = measuring.processor() - used
        main_peak = measuring.peak_mib()
        session.close()
    measuring.tell(
        seconds=done - began,
        cpu=used,
        check=checked - began,
        commit=done - checked,
        rows=result.rows,
        outcomes={outcome.value: count for outcome, count in result.counts.items() if count},
        findings=Counter(finding.code for finding in result.findings),
        main_mib=main_peak,
        child_mib=watched.peak_mib,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
