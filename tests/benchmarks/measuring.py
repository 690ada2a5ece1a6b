"""Clocks and memory, and the one line of JSON a piece ends with."""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def processor() -> float:
    """Seconds of processor this process and its ended children used: steadier than the clock
    where other work shares the machine."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def forget_peak() -> None:
    """Begin counting the peak of memory anew (Linux): what made the workspace is not the job."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")


def peak_mib() -> float:
    """The most memory this process had since ``forget_peak``, MiB."""
    return _high_water(Path("/proc/self"))


def _high_water(process: Path) -> float:
    for line in (process / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmHWM")


class ChildrenWatched:
    """Looks every few milliseconds at the memory of this process's children.

    ``getrusage`` will not do: a child's maximum there begins with what its parent had at the fork.
    """

    def __init__(self) -> None:
        self.peak_mib = 0.0
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            for children in Path("/proc/self/task").glob("*/children"):
                try:
                    for child in children.read_text().split():
                        self._look(Path("/proc") / child)
                except (OSError, LookupError):
                    continue

    def _look(self, process: Path) -> None:
        # before its exec the child still has its parent's memory
        if b"spawn_main" in (process / "cmdline").read_bytes():
            self.peak_mib = max(self.peak_mib, _high_water(process))


def spread(times: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and worst, milliseconds."""
    ordered = sorted(times)
    return {
        "median_ms": statistics.median(ordered) * 1000,
        "p95_ms": ordered[int(len(ordered) * 0.95)] * 1000,
        "worst_ms": ordered[-1] * 1000,
    }


def tell(**figures: object) -> None:
    """The piece's result, as its last line."""
    sys.stdout.write(json.dumps(figures) + "\n")
