"""Large type on a small screen: dialogs keep inside it, tall content scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QWidget

_EDGE = 48
"""pixels left free around it, for its frame and a look at what lies behind"""


def resize_within(dialog: QDialog, parent: QWidget, wide: int, high: int) -> None:
    """Make it ``wide`` by ``high`` pixels, or as much of that as the window and screen have."""
    room = _room(parent)
    dialog.resize(min(wide, room[0]), min(high, room[1]))


def widen_within(dialog: QDialog, parent: QWidget, wide: int) -> None:
    """Make it at least ``wide`` pixels, or as wide as the window and screen are."""
    dialog.setMinimumWidth(min(wide, _room(parent)[0]))


def scrolled(widget: QWidget) -> QScrollArea:
    """The widget in an area that scrolls where there is not the room it wants."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


def _room(parent: QWidget) -> tuple[int, int]:
    window, screen = parent.window(), parent.screen().availableGeometry()
    return (
        min(window.width(), screen.width()) - _EDGE,
        min(window.height(), screen.height()) - _EDGE,
    )
