"""From field to field of a form by Enter and the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from collector.gui.widgets.choice_edit import ChoiceEdit

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


def plain_key(event: QEvent) -> int:
    """The key pressed without Ctrl, Alt or Shift; 0 for whatever else happens."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
        return 0
    return event.key() if event.modifiers() in _PLAIN else 0


def step_of(watched: QObject, event: QEvent) -> tuple[int, bool] | None:
    """How far a key leads (1 or -1) and whether it may lead past the last field; None for one
    that does not, or that belongs to a list standing open."""
    key = plain_key(event)
    if isinstance(watched, ChoiceEdit) and watched.list_is_open:
        return None
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return 1, True
    if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
        return (1 if key == Qt.Key.Key_Down else -1), False
    return None


def step(edits: Sequence[QLineEdit], watched: QObject, by: int) -> bool:
    """Go on from one field; True where there is none left in that direction."""
    place = next((at for at, edit in enumerate(edits) if edit is watched), -1)
    if place < 0:
        return False
    if not 0 <= place + by < len(edits):
        return True
    edits[place + by].setFocus(Qt.FocusReason.TabFocusReason)
    edits[place + by].selectAll()
    return False
