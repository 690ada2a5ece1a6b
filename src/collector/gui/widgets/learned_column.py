"""One column of a learned template, to be looked at and settled."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QCompleter

from collector.gui.forms.ui_learning import Ui_LearningPane
from collector.model import Kind
from collector.packs import FieldType
from collector.packs.answers import ColumnAnswer
from collector.packs.vocabulary import Vocabulary
from collector.services.reviewing import DATE_FORMATS, TYPE_NAMES, Line, field_choices


class ColumnCard(QObject):
    """Drives the card beside the table."""

    answered = Signal(object, object)
    """place (sheet, letters), ``ColumnAnswer``"""

    def __init__(self, ui: Ui_LearningPane) -> None:
        super().__init__(ui.canvas)
        self.ui = ui
        self.line: Line | None = None
        self._answer = ColumnAnswer()
        self._kinds: tuple[Kind, ...] = ()
        ui.fault.hide()
        for kind, name in TYPE_NAMES.items():
            ui.type.addItem(name.zh, kind)
        for pattern in DATE_FORMATS:
            ui.date_format.addItem(pattern, pattern)
        completer = ui.field.completer()
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        ui.field.activated.connect(self._field_chosen)
        ui.field.lineEdit().editingFinished.connect(self._field_typed)
        ui.type.activated.connect(lambda: self._say(type=FieldType(ui.type.currentData())))
        ui.date_format.activated.connect(
            lambda: self._say(date_format=str(ui.date_format.currentData()))
        )
        ui.max_length.editingFinished.connect(self._length_given)
        ui.required.clicked.connect(lambda checked: self._say(required=checked))
        ui.left_out.clicked.connect(lambda checked: self._say(left_out=checked))
        ui.confirm.clicked.connect(self.confirm)
        ui.labels.installEventFilter(self)

    def show(
        self, line: Line | None, kinds: tuple[Kind, ...], answer: ColumnAnswer, words: Vocabulary
    ) -> None:
        """A line of the table, or nothing."""
        ui = self.ui
        left = self._left_behind(line)
        self.line, self._answer = line, answer
        # first of all: hiding the list takes its focus, and it must not be kept for another line
        ui.labels.setPlainText("\n".join(self._labels()))
        ui.canvas.setEnabled(line is not None)
        ui.fault.hide()
        if line is None:
            for label in (ui.place, ui.header, ui.asked):
                label.clear()
            return
        column = line.column
        seen = column.observed
        ui.place.setText(
            f"{line.sheet} · {seen.letter} 列 · 把握 {column.confidence:.0%}\n{column.reason.zh}"
        )
        ui.header.setText(" ".join(seen.header.split()))
        ui.asked.setText("\n".join(f"？{_short(text.zh)}" for text in line.asked))
        ui.asked.setVisible(bool(line.asked))
        self._offer(kinds, words)
        ui.field.setCurrentIndex(self._place_of(column.kind, column.field))
        ui.type.setCurrentIndex(ui.type.findData(column.type))
        ui.required.setChecked(column.required)
        ui.left_out.setChecked(column.left_out)
        ui.max_length.setValue(column.max_length)
        ui.date_format.setCurrentIndex(
            max(0, ui.date_format.findData(column.date_format or DATE_FORMATS[0]))
        )
        dated = column.type is FieldType.DATE
        worded = column.type in (FieldType.TEXT, FieldType.NAME)
        listed = column.type is FieldType.CHOICE
        for widget, shown in (
            (ui.date_format_label, dated),
            (ui.date_format, dated),
            (ui.max_length_label, worded),
            (ui.max_length, worded),
            (ui.labels_label, listed),
            (ui.labels, listed),
            (ui.required, column.type is not FieldType.SERIAL),
        ):
            widget.setVisible(shown)
        for widget in (ui.field, ui.type, ui.required, ui.date_format, ui.max_length, ui.labels):
            widget.setEnabled(not column.left_out)
        ui.confirm.setEnabled(bool(line.asked))
        if left is not None:
            self.answered.emit(*left)

    def _left_behind(self, line: Line | None) -> tuple[tuple[str, str], ColumnAnswer] | None:
        """The list typed for the column that is left for another: its place and answer."""
        typed = self._typed_labels()
        if self.line is None or typed is None or (line and line.place == self.line.place):
            return None
        return self.line.place, replace(self._answer, labels=typed)

    def tell(self, fault: str) -> None:
        self.ui.fault.setText(f"✕ {fault}")
        self.ui.fault.show()

    def confirm(self) -> None:
        """Everything about the column is as shown."""
        self._say(confirmed=True)

    def keep_labels(self) -> None:
        """Take what was typed into the list."""
        if self._typed_labels() is not None:
            self._say()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.keep_labels()
        return super().eventFilter(watched, event)

    def _typed_labels(self) -> tuple[str, ...] | None:
        """The list as typed; None where nothing of it was changed."""
        if self.line is None or self.line.column.type is not FieldType.CHOICE:
            return None
        typed = [text.strip() for text in self.ui.labels.toPlainText().split("\n")]
        labels = tuple(dict.fromkeys(text for text in typed if text))
        return labels if labels and labels != self._labels() else None

    def _labels(self) -> tuple[str, ...]:
        listed = self.line.column.listed if self.line is not None else None
        return tuple(entry.label for entry in listed.entries) if listed is not None else ()

    def _offer(self, kinds: tuple[Kind, ...], words: Vocabulary) -> None:
        if kinds == self._kinds:
            return
        self._kinds = kinds
        self.ui.field.clear()
        for choice in field_choices(kinds, words):
            self.ui.field.addItem(choice.name.zh, (choice.kind, choice.field))

    def _place_of(self, kind: Kind, field: str) -> int:
        held = [self.ui.field.itemData(row) for row in range(self.ui.field.count())]
        return next(
            (
                row
                for row, (other, name) in enumerate(held)
                if name == field and (other is kind or field == "serial")
            ),
            -1,
        )

    def _field_chosen(self) -> None:
        held = self.ui.field.currentData()
        if held is None or self.line is None:
            return
        kind, field = held
        column = self.line.column
        if (kind, field) != (column.kind, column.field):
            self._say(kind=kind, field=field, type=None)
        elif not column.sure("field"):
            self._say(kind=kind, field=field)

    def _field_typed(self) -> None:
        """Typed text that is the name of a field chooses it; any other is put back."""
        box = self.ui.field
        box.completer().popup().hide()  # else it keeps the keys of whoever goes on typing
        row = box.findText(box.currentText(), Qt.MatchFlag.MatchExactly)
        if self.line is None:
            return
        column = self.line.column
        here = self._place_of(column.kind, column.field)
        if row < 0:
            box.setCurrentIndex(here)
        elif row != here:
            box.setCurrentIndex(row)
            self._field_chosen()

    def _length_given(self) -> None:
        length = self.ui.max_length.value()
        if self.line is not None and length != self.line.column.max_length:
            self._say(max_length=length)

    def _say(self, **said: object) -> None:
        if self.line is None:
            return
        typed = self._typed_labels()
        if typed is not None and "type" not in said:
            said["labels"] = typed
        self._answer = replace(self._answer, **said)  # type: ignore[arg-type]
        self.answered.emit(self.line.place, self._answer)


def _short(text: str) -> str:
    """A doubt without the name of the column, which stands above it."""
    return text.partition("：")[2] or text
