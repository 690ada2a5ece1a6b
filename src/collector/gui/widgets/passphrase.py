"""A field for a passphrase: hidden, without input method, and it notices Caps Lock."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QFocusEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class PassphraseEdit(QLineEdit):
    caps_changed = Signal(bool)
    """Qt cannot be asked about Caps Lock: a letter typed against the shift key gives it away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # with it go the hints to input methods: hidden, sensitive, no prediction
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._caps = False
        self._reveal: QAction | None = None

    def settle(self) -> None:
        """Keep input methods out altogether; once the window stands, for the Qt namespace is slow
        to make."""
        from PySide6.QtCore import Qt

        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoAutoUppercase
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhSensitiveData
        )

    def offer_reveal(self, icon: QIcon) -> None:
        """Show an eye at the end of the field that uncovers what was typed."""
        if self._reveal is None:
            self._reveal = self.addAction(icon, QLineEdit.ActionPosition.TrailingPosition)
            self._reveal.setCheckable(True)
            self._reveal.setToolTip("显示或隐藏输入的字符")
            self._reveal.toggled.connect(self._uncover)
        self._reveal.setIcon(icon)

    def forget(self) -> None:
        """Empty the field and cover it again."""
        if self._reveal is not None:
            self._reveal.setChecked(False)
        self.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        from PySide6.QtCore import Qt

        letter = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self._set_caps(not self._caps)
        elif len(letter) == 1 and letter.isalpha() and letter.isascii():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._set_caps(letter.isupper() != shifted)
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._set_caps(False)
        super().focusOutEvent(event)

    def _set_caps(self, on: bool) -> None:
        if on != self._caps:
            self._caps = on
            self.caps_changed.emit(on)

    def _uncover(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)


def strength(passphrase: str) -> int:
    """0 (nothing) to 4 (strong): a hint by length and variety, not a promise.

    Bits = distinct characters' share of the length × log2 of the classes used; 28, 44, 60 and 76
    bits part the grades (NIST SP 800-63B asks for length, not for classes).
    """
    if not passphrase:
        return 0
    alphabet = 0
    alphabet += 26 if any("a" <= c <= "z" for c in passphrase) else 0
    alphabet += 26 if any("A" <= c <= "Z" for c in passphrase) else 0
    alphabet += 10 if any("0" <= c <= "9" for c in passphrase) else 0
    alphabet += 33 if any(c.isascii() and not c.isalnum() for c in passphrase) else 0
    alphabet += 3000 if any(not c.isascii() for c in passphrase) else 0
    variety = min(1.0, len(set(passphrase)) / (len(passphrase) * 0.6))
    bits = len(passphrase) * variety * math.log2(max(alphabet, 2))
    return 1 + sum(bits >= limit for limit in (44, 60, 76))


STRENGTH_WORDS = ("", "弱：很容易被猜到", "一般：再长一些更好", "好", "很好")
