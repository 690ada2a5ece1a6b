"""What keeps people's data from lying about: idle lock, and a clipboard that empties itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

CLIPBOARD_SECONDS = 60

_ACTIVITY = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.InputMethod,
        QEvent.Type.TouchBegin,
    }
)


class Guard(QObject):
    idle = Signal()

    def __init__(self, parent: QWidget, minutes: int) -> None:
        super().__init__(parent)
        self._watching = False
        self._held = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._idle)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(CLIPBOARD_SECONDS * 1000)
        self._copied.timeout.connect(self.clear_clipboard)
        self._ours = False
        self.set_minutes(minutes)
        QGuiApplication.clipboard().dataChanged.connect(self._clipboard_changed)

    def set_minutes(self, minutes: int) -> None:
        """0 = never lock by itself."""
        self._minutes = minutes
        self._timer.setInterval(max(1, minutes) * 60_000)
        self.restart()

    def watch(self, on: bool) -> None:
        """Begin or end looking for activity; nothing is watched while locked."""
        if on == self._watching:
            return
        self._watching = on
        application = QApplication.instance()
        if application is None:
            return
        if on:
            application.installEventFilter(self)
            self.restart()
        else:
            application.removeEventFilter(self)
            self._timer.stop()

    def hold(self, held: bool) -> None:
        """While a job runs nobody is idle."""
        self._held = held
        self.restart()

    def restart(self) -> None:
        if self._watching and self._minutes and not self._held:
            self._timer.start()
        else:
            self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTIVITY:
            self.restart()
        return False

    def clear_clipboard(self) -> None:
        """Empty the clipboard if what it holds was copied here while the workspace was open."""
        self._copied.stop()
        if self._ours:
            self._ours = False
            QGuiApplication.clipboard().clear()

    def _clipboard_changed(self) -> None:
        clipboard = QGuiApplication.clipboard()
        # ownsClipboard alone is not enough: not every platform keeps track of it
        here = clipboard.ownsClipboard() or QApplication.activeWindow() is not None
        self._ours = self._watching and here and bool(clipboard.text())
        if self._ours:
            self._copied.start()
        else:
            self._copied.stop()

    def _idle(self) -> None:
        self.idle.emit()
