"""A field for a label of a dictionary: code, pinyin initials or any part of the label."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from collector.packs import Dictionary

_SHOWN = 12


class ChoiceEdit(QLineEdit):
    chosen = Signal(str)
    """a label was taken from the list"""

    def __init__(self, dictionary: Dictionary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dictionary = dictionary
        self._labels: list[str] = []
        self._rows = QStringListModel(self)
        # not QLineEdit.setCompleter: that one would overwrite the field while one browses
        self._list = QCompleter(self._rows, self)
        self._list.setWidget(self)
        self._list.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list.setMaxVisibleItems(_SHOWN)
        self._list.popup().clicked.connect(self._picked)
        self._open: QAction | None = None
        self.setPlaceholderText("输入代码、拼音首字母或其中几个字")
        self.textEdited.connect(self._narrow)

    def offer_list(self, icon: QIcon) -> None:
        """The arrow at the end of the field that opens the whole list."""
        if self._open is None:
            self._open = self.addAction(icon, QLineEdit.ActionPosition.TrailingPosition)
            self._open.setToolTip("打开清单（Alt+↓）")
            self._open.triggered.connect(self.open_list)
        self._open.setIcon(icon)

    def open_list(self) -> None:
        self.setFocus()
        self._show(tuple(entry.label for entry in self._dictionary.entries), "")

    @property
    def list_is_open(self) -> bool:
        return self._list.popup().isVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list_is_open:
            self._take_current()
            self.returnPressed.emit()
            event.accept()
            return
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_list()
            event.accept()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Tab
            and self.list_is_open
        ):
            self._take_current()
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            label = self._dictionary.canonical(self.text().strip())
            if label is not None and label != self.text():
                self._set(label)
        super().focusOutEvent(event)

    def _narrow(self, typed: str) -> None:
        if not typed.strip():
            self._list.popup().hide()
            return
        self._show(tuple(entry.label for entry in self._dictionary.search(typed)), typed)

    def _show(self, labels: tuple[str, ...], typed: str) -> None:
        self._labels = list(labels)
        if not labels or labels == (typed,):
            self._list.popup().hide()
            return
        entries = {entry.label: entry for entry in self._dictionary.entries}
        self._rows.setStringList(
            [
                "　".join(filter(None, (label, entries[label].code, entries[label].pinyin)))
                for label in labels
            ]
        )
        self._list.complete()
        self._list.popup().setCurrentIndex(self._rows.index(0))

    def _take_current(self) -> None:
        row = max(0, self._list.popup().currentIndex().row())
        self._list.popup().hide()
        if row < len(self._labels):
            self._set(self._labels[row])

    def _picked(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._labels):
            self._list.popup().hide()
            self._set(self._labels[index.row()])

    def _set(self, label: str) -> None:
        self.setText(label)
        self.chosen.emit(label)
