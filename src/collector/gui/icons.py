"""Line icons in the colour of the text beside them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from collector import data_files


def pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon drawn ``size`` points high in one colour."""
    path = data_files.folder("resources") / "icons" / f"{name}.svg"
    drawn = path.read_text(encoding="utf-8").replace("currentColor", colour.name())
    renderer = QSvgRenderer(QByteArray(drawn.encode()))
    sized = QPixmap(round(size * ratio), round(size * ratio))
    sized.setDevicePixelRatio(ratio)
    sized.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sized)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return sized


def icon(name: str, colour: QColor, disabled: QColor | None = None, size: int = 24) -> QIcon:
    """An icon sharp at one and two device pixels a point."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, colour, size, ratio))
        if disabled is not None:
            made.addPixmap(pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return made
