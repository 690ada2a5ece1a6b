"""The rest of the program, read while a person types the passphrase."""

from __future__ import annotations

import importlib
import threading

from PySide6.QtCore import QObject, QTimer, Signal

_BEHIND = (
    "collector.store",
    "collector.services.session",
    "collector.services.importing",
    "collector.services.exporting",
    "collector.services.status",
)
"""no Qt among them: read in a thread of their own"""
_SHOWN = (
    "collector.gui.pages.home",
    "collector.gui.pages.records",
    "collector.gui.pages.importing",
    "collector.gui.pages.fixing",
    "collector.gui.shell",
)
"""pages: read in the window's thread, one at a time, so that a key is never kept waiting long"""


class ReadingAhead(QObject):
    store_read = Signal()
    """from now on the store can be asked at once"""
    _done = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left = list(_SHOWN)
        self._stopped = threading.Event()
        self._done.connect(self._next)

    def start(self) -> None:
        threading.Thread(target=self._read, name="reading ahead", daemon=True).start()

    def stop(self) -> None:
        """The window closes: nothing more is read."""
        self._stopped.set()

    def _read(self) -> None:
        for name in _BEHIND:
            if self._stopped.is_set():
                return
            importlib.import_module(name)
            if name == "collector.store":
                self._tell(self.store_read)
        self._tell(self._done)

    def _tell(self, signal: object) -> None:
        try:
            signal.emit()  # type: ignore[attr-defined]
        except RuntimeError:  # the window is gone meanwhile
            self._stopped.set()

    def _next(self) -> None:
        if self._left and not self._stopped.is_set():
            importlib.import_module(self._left.pop(0))
            QTimer.singleShot(0, self._next)
