"""Looks for duplicates in the writer's turn, without anybody waiting for it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from collector.gui import showing
from collector.gui.desk import Desk
from collector.gui.jobs import Job
from collector.model import Changes
from collector.progress import Progress
from collector.services import duplicates
from collector.services.duplicates import Scanned


class DuplicateWatch(QObject):
    looked = Signal()
    """the queue is up to date"""

    def __init__(self, desk: Desk, over: QWidget, after_imports: bool = False) -> None:
        """With ``after_imports`` it begins by itself whenever a batch has come."""
        super().__init__(over)
        self._desk, self._over = desk, over
        self._job: Job | None = None
        if after_imports:
            desk.changed.connect(self._changed)

    @property
    def running(self) -> bool:
        return self._job is not None

    def _changed(self, changes: Changes) -> None:
        if changes.batches:
            self.look()

    def look(self, full: bool = False) -> None:
        """Search in the writer's turn; a search already waiting serves."""
        if self._job is not None or self._desk.is_closed:
            return
        session = self._desk.session

        def work(progress: Progress) -> Scanned | None:
            if full:
                return duplicates.scan(session, progress, full=True)
            return duplicates.refresh(session, progress)

        job = Job(work, "查找疑似重复")
        job.succeeded.connect(self._told)
        job.failed.connect(lambda fault: showing.show(self._over, fault, self._desk.home))
        job.finished.connect(self._ended)
        self._job = job
        self._desk.jobs.start(job)

    def _told(self, found: object) -> None:
        if isinstance(found, Scanned) and found.found:
            self._desk.said.emit(f"发现 {found.found:,} 条疑似重复，请到“查重”看一看")
        if isinstance(found, Scanned) and found.repeated:
            self._desk.announce(Changes(parked=True))

    def _ended(self) -> None:
        self._job = None
        if not self._desk.is_closed:
            self.looked.emit()
