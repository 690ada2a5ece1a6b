"""Long work off the event loop: made, connected, then started; one worker writes.

A ``Job`` lives in the window's thread. The worker only emits two private signals, delivered
through the event queue, so that every public signal is emitted in the window's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from collector.errors import Cancelled
from collector.progress import Progress
from collector.wording import Text

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_BETWEEN_REPORTS = 0.05
"""seconds; a job that reports each row must not flood the event queue"""


class Job(QObject):
    """One piece of work with a way to tell how far it is and to stop it."""

    progressed = Signal(object, int, int)
    """what is being done (Text), steps done, steps in all (0 = not known)"""
    succeeded = Signal(object)
    failed = Signal(object)
    """the exception"""
    cancelled = Signal()
    finished = Signal()
    """after whichever of the three above"""

    _told = Signal(object, int, int)
    _ended = Signal(object, object)

    def __init__(self, work: Callable[[Progress], object], title: str = "") -> None:
        from PySide6.QtCore import Qt  # its hundred enums are made when it is first asked for

        super().__init__()
        self.title = title
        self._work = work
        self._last_report = 0.0
        self.progress = Progress(self._report)
        self._told.connect(self.progressed, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._settle, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the work to stop at its next step; ``cancelled`` follows when it has."""
        self.progress.cancel()

    def _report(self, what: Text, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last_report >= _BETWEEN_REPORTS or (total and done >= total):
            self._last_report = now
            self._told.emit(what, done, total)

    def run(self) -> None:
        """In the worker's thread."""
        try:
            if self.progress.is_cancelled:
                raise Cancelled
            result = self._work(self.progress)
        except BaseException as fault:
            self._ended.emit(None, fault)
        else:
            self._ended.emit(result, None)

    @Slot(object, object)
    def _settle(self, result: object, fault: object) -> None:
        if fault is None:
            self.succeeded.emit(result)
        elif isinstance(fault, Cancelled):
            self.cancelled.emit()
        else:
            self.failed.emit(fault)
        self.finished.emit()


class Jobs(QObject):
    """The single worker for what writes, and a second one for long questions."""

    idle_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._workers: dict[str, ThreadPoolExecutor] = {}
        self._running: set[Job] = set()

    @property
    def idle(self) -> bool:
        return not self._running

    def start(self, job: Job) -> Job:
        """Run a connected job after those started before it."""
        return self._submit(job, "writer")

    def ask(self, job: Job) -> Job:
        """Run a read-only question; it does not wait for what writes."""
        return self._submit(job, "reader")

    def _submit(self, job: Job, worker: str) -> Job:
        def forget() -> None:
            self._running.discard(job)
            if not self._running:
                self.idle_changed.emit(True)

        job.finished.connect(forget)
        self._running.add(job)
        if len(self._running) == 1:
            self.idle_changed.emit(False)
        self._worker(worker).submit(job.run)
        return job

    def _worker(self, name: str) -> ThreadPoolExecutor:
        if name not in self._workers:
            # read here: no job runs before the first page is shown
            from concurrent.futures import ThreadPoolExecutor

            self._workers[name] = ThreadPoolExecutor(1, thread_name_prefix=name)
        return self._workers[name]

    def shut(self) -> None:
        """Stop what runs and wait for it: nothing half-done is left behind."""
        for job in list(self._running):
            job.cancel()
        for worker in self._workers.values():
            worker.shutdown(wait=True, cancel_futures=True)
