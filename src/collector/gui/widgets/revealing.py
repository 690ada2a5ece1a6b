"""A masked number shown whole while a key is held down; the journal says that it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView

from collector.gui import showing
from collector.gui.desk import Desk
from collector.gui.jobs import Job

HELD = Qt.Key.Key_F4


class Masked(Protocol):
    """A table model with masked numbers."""

    def reveal(self, row: int) -> None:
        """Show the numbers of one row whole; -1: of none."""


class Revealing(QObject):
    def __init__(
        self,
        table: QTableView,
        model: Masked,
        desk: Desk,
        told: Callable[[int], Mapping[str, str | int] | None],
    ) -> None:
        """``told`` gives what the journal is to hold of a row: places and ids, never a number;
        None where there is nothing to reveal."""
        super().__init__(table)
        self._table, self._model, self._desk, self._told = table, model, desk, told
        self._row = -1
        table.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._hide()
        elif isinstance(event, QKeyEvent) and event.key() == HELD and not event.modifiers():
            if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._show(self._table.currentIndex().row())
                return True
            if event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat():
                self._hide()
                return True
        return super().eventFilter(watched, event)

    def _show(self, row: int) -> None:
        details = self._told(row) if row >= 0 else None
        if details is None:
            return
        self._row = row
        self._model.reveal(row)
        session = self._desk.session
        job = Job(lambda _: session.store.note("number.revealed", details, session.operator))
        job.failed.connect(lambda fault: showing.show(self._table, fault, self._desk.home))
        self._desk.jobs.start(job)

    def _hide(self) -> None:
        if self._row >= 0:
            self._row = -1
            self._model.reveal(-1)
