"""Where work is done off the event loop and its failures are shown, with or without a workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from collector.gui import showing
from collector.gui.appearance import Appearance
from collector.gui.jobs import Job, Jobs
from collector.gui.widgets.waiting import WaitingDialog
from collector.progress import Progress

Result = TypeVar("Result")


class Bench(QObject):
    said = Signal(str)
    """one line for the status bar; never a person's data"""
    wanted = Signal(str, object)
    """another page by name, and what it is to show there (or None)"""

    def __init__(self, home: Path, jobs: Jobs, appearance: Appearance) -> None:
        super().__init__()
        self.home = home
        """the workspace, whether it is there yet or not"""
        self.jobs = jobs
        self.appearance = appearance

    def run(
        self,
        parent: QWidget,
        title: str,
        work: Callable[[Progress], Result],
        then: Callable[[Result], None],
        *,
        on_end: Callable[[], None] | None = None,
        on_failure: Callable[[BaseException], bool] | None = None,
    ) -> Job:
        """Work that writes: a progress dialog after 300 ms, errors shown, then ``then``.

        ``on_failure`` may deal with an error itself by returning True.
        """
        job = Job(work, title)

        def done(result: object) -> None:
            then(cast("Result", result))

        def failed(fault: BaseException) -> None:
            if on_failure is None or not on_failure(fault):
                showing.show(parent, fault, self.home)

        job.succeeded.connect(done)
        job.failed.connect(failed)
        job.cancelled.connect(lambda: self.said.emit("已取消，没有留下任何半成品"))
        if on_end is not None:
            job.finished.connect(on_end)
        WaitingDialog.watch(job, parent)
        return self.jobs.start(job)

    def ask(
        self,
        parent: QWidget,
        work: Callable[[Progress], Result],
        then: Callable[[Result], None],
    ) -> Job:
        """A read-only question off the event loop; no dialog."""
        job = Job(work)

        def done(result: object) -> None:
            then(cast("Result", result))

        job.succeeded.connect(done)
        job.failed.connect(lambda fault: showing.show(parent, fault, self.home))
        return self.jobs.ask(job)
