"""A field filled from a list: a dictionary's labels, or the units and unions on record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from collector.model import Kind
from collector.packs import Dictionary
from collector.services import records
from collector.services.session import Session

_SHOWN = 12


class Entry(NamedTuple):
    """One line of the list."""

    label: str
    """what goes into the field"""
    more: str = ""
    """shown after it: the code and pinyin initials by which it is found too"""
    code: str = ""
    """of the organisation, for the field beside this one"""


Search = Callable[[str], Sequence[Entry]]
"""what was typed -> the lines that fit, the likeliest first; "" -> the whole list"""


class ChoiceEdit(QLineEdit):
    chosen = Signal(object)
    """the ``Entry`` taken from the list"""

    def __init__(
        self,
        search: Search,
        canonical: Callable[[str], str | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._search, self._canonical = search, canonical
        self._entries: list[Entry] = []
        self.taken_with_ctrl = False
        """whether Ctrl was held when Enter took the current line"""
        self._rows = QStringListModel(self)
        # not QLineEdit.setCompleter: that one would overwrite the field while one browses
        self._list = QCompleter(self._rows, self)
        self._list.setWidget(self)
        self._list.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list.setMaxVisibleItems(_SHOWN)
        self._list.popup().clicked.connect(self._picked)
        self._open: QAction | None = None
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
        self._show(self._search(""), "")

    @property
    def list_is_open(self) -> bool:
        return self._list.popup().isVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list_is_open:
            held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self.taken_with_ctrl = bool(held)
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
            self._list.popup().hide()
            label = self._canonical(self.text().strip())
            if label is not None and label != self.text():
                self._set(Entry(label))
        super().focusOutEvent(event)

    def _narrow(self, typed: str) -> None:
        if typed.strip():
            self._show(self._search(typed.strip()), typed)
        else:
            self._list.popup().hide()

    def _show(self, entries: Sequence[Entry], typed: str) -> None:
        self._entries = list(entries)
        if not entries or [entry.label for entry in entries] == [typed]:
            self._list.popup().hide()
            return
        self._rows.setStringList(
            ["　".join(filter(None, (entry.label, entry.more))) for entry in entries]
        )
        self._list.complete()
        self._list.popup().setCurrentIndex(self._rows.index(0))

    def _take_current(self) -> None:
        row = max(0, self._list.popup().currentIndex().row())
        self._list.popup().hide()
        if row < len(self._entries):
            self._set(self._entries[row])

    def _picked(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._entries):
            self._list.popup().hide()
            self._set(self._entries[index.row()])

    def _set(self, entry: Entry) -> None:
        self.setText(entry.label)
        self.chosen.emit(entry)


def dictionary_edit(dictionary: Dictionary, parent: QWidget | None = None) -> ChoiceEdit:
    """Labels of a dictionary, found by code, pinyin initials or any part."""

    def search(typed: str) -> list[Entry]:
        return [
            Entry(found.label, "　".join(filter(None, (found.code, found.pinyin))))
            for found in dictionary.search(typed)
        ]

    edit = ChoiceEdit(search, dictionary.canonical, parent)
    edit.setPlaceholderText("输入代码、拼音首字母或其中几个字")
    return edit


def reference_edit(session: Session, kind: Kind) -> ChoiceEdit:
    """Units or unions on record, found by name or code; any other name may be typed too."""

    def search(typed: str) -> list[Entry]:
        ids = records.order(session, kind, sort="name", search=typed)[:_SHOWN]
        return [
            Entry(row[3], row[4], row[4])
            for row in records.page(session, kind, ids, ("name", "uscc"))
        ]

    edit = ChoiceEdit(search, lambda _: None)
    edit.setPlaceholderText("输入名称里的几个字，从已登记的里选")
    return edit
