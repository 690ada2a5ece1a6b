"""How a long job tells how far it is and learns that it must stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from collector.errors import Cancelled
from collector.wording import Text

Report = Callable[[Text, int, int], None]
"""Called with (what is being done, steps done, steps in all; 0 = not known)."""


class Progress:
    """Handed down into a job; safe to cancel from another thread."""

    def __init__(self, report: Report | None = None) -> None:
        self._report = report
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def quiet(self) -> Progress:
        """Stops when this one is cancelled, and tells nothing: for a small job inside a long
        one, whose own count is told."""
        inner = Progress()
        inner._cancelled = self._cancelled
        return inner

    def step(self, what: Text, done: int, total: int) -> None:
        """Tell how far the job is; raises ``Cancelled`` when it was asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled
        if self._report is not None:
            self._report(what, done, total)
