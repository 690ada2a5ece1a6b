"""An entry of the rail: icon, name, and how much waits there."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton

from collector.gui.appearance import Appearance


class RailButton(QPushButton):
    def __init__(self, label: str, icon_name: str, key: str, appearance: Appearance) -> None:
        super().__init__(label)
        self._icon_name, self._appearance, self._count = icon_name, appearance, 0
        self._label, self._key = label, key
        self.setProperty("role", "rail")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setToolTip(f"{label}（{key}）")
        self.setShortcut(key)
        self.dress()

    def set_count(self, count: int) -> None:
        """How many rows wait there; 0 shows nothing."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self._label}，{count} 条" if count else self._label)
            self.update()

    def set_compact(self, compact: bool) -> None:
        """Only the icon; the name stays in the tool tip and for screen readers."""
        self.setText("" if compact else self._label)
        if compact and not self._count:
            self.setAccessibleName(self._label)
        # setText drops the shortcut
        self.setShortcut(self._key)

    def dress(self) -> None:
        self.setIcon(self._appearance.icon(self._icon_name))
        size = self._appearance.theme.px(20)
        self.setIconSize(QSize(size, size))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._count:
            return
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPixelSize(theme.px(12))
        font.setBold(True)
        painter.setFont(font)
        text = str(self._count) if self._count < 10_000 else "9999+"
        wide = max(painter.fontMetrics().horizontalAdvance(text) + theme.px(12), theme.px(22))
        high = theme.px(20)
        top = (self.height() - high) / 2 if self.text() else 1.0
        edge = theme.px(10) if self.text() else 1
        pill = QRectF(self.width() - wide - edge, top, wide, high)
        painter.setPen(theme.colour("warning"))
        painter.setBrush(theme.colour("warning_soft"))
        painter.drawRoundedRect(pill, high / 2, high / 2)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
