"""The right side of the page of what is missing: one record's gaps, keyed in from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QLineEdit

from collector.gui.appearance import Appearance
from collector.gui.forms.ui_missing import Ui_MissingPage
from collector.gui.widgets.choice_edit import ChoiceEdit, dictionary_edit
from collector.gui.widgets.field_editor import FieldEditor, Remark
from collector.gui.widgets.field_steps import step, step_of
from collector.model import Kind, Severity
from collector.packs import Field, FieldType, Pack
from collector.services.completing import Refused
from collector.services.gaps import Gap


class GapForm(QObject):
    passed_end = Signal()
    """Enter in the last field"""

    def __init__(self, ui: Ui_MissingPage, look: Appearance) -> None:
        super().__init__(ui.form_side)
        self.ui, self._look = ui, look
        self.editors: dict[str, FieldEditor] = {}

    def show(
        self,
        pack: Pack,
        kind: Kind,
        title: tuple[str, str],
        gaps: Sequence[Gap],
        kept: Mapping[str, str],
    ) -> None:
        """``title`` is name and unit; ``kept`` what stands in a field whose list lacks it."""
        self.clear()
        ui = self.ui
        ui.who.setText(title[0] or "（没有名称）")
        ui.where.setText(title[1] if title[1] != title[0] else "")
        ui.where.setVisible(bool(ui.where.text()))
        for gap in gaps:
            field = pack.field_of(kind, gap.field)
            if field is None or not gap.can_be_filled or gap.field in self.editors:
                continue
            editor = FieldEditor(field, _line_for(field, pack), self._look)
            if not gap.is_empty and kept.get(gap.field):
                said = f"现在是“{kept[gap.field]}”，这个省的清单里没有，请改选"
                editor.show_remarks([Remark(gap.code, Severity.WARNING, said, "")])
            editor.editor.installEventFilter(self)
            if isinstance(editor.editor, ChoiceEdit):
                editor.editor.returnPressed.connect(
                    lambda edit=editor.editor: self._step(edit, 1, True)
                )
            self.editors[gap.field] = editor
            ui.fields.addWidget(editor)
        others = [gap.text.zh for gap in gaps if not gap.can_be_filled]
        ui.others.setText("\n".join(f"▲ {said}" for said in others))
        ui.others.setVisible(bool(others))
        ui.save.setEnabled(bool(self.editors))
        ui.form_scroll.verticalScrollBar().setValue(0)

    def clear(self) -> None:
        self.editors.clear()
        while (old := self.ui.fields.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for label in (self.ui.who, self.ui.where, self.ui.others):
            label.clear()
        self.ui.save.setEnabled(False)

    @property
    def answers(self) -> dict[str, str]:
        """What was typed, by field."""
        typed = {name: editor.text.strip() for name, editor in self.editors.items()}
        return {name: text for name, text in typed.items() if text}

    def say(self, refused: Sequence[Refused]) -> None:
        """Why answers were not taken, at their fields."""
        for item in refused:
            editor = self.editors.get(item.field)
            if editor is not None:
                editor.settle(True)
                editor.show_remarks([Remark("missing.refused", Severity.ERROR, item.text.zh, "")])
        first = next((self.editors[i.field] for i in refused if i.field in self.editors), None)
        if first is not None:
            first.editor.setFocus()
            first.editor.selectAll()

    def focus(self, field_id: str = "") -> None:
        editor = self.editors.get(field_id) or next(iter(self.editors.values()), None)
        if editor is not None:
            editor.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            editor = watched.parent()
            if isinstance(editor, FieldEditor):
                self.ui.form_scroll.ensureWidgetVisible(editor, 0, 24)
        led = step_of(watched, event)
        if led is not None:
            self._step(watched, *led)
            return True
        return super().eventFilter(watched, event)

    def _step(self, watched: QObject, by: int, may_end: bool) -> None:
        if step([each.editor for each in self.editors.values()], watched, by) and may_end:
            self.passed_end.emit()


def _line_for(field: Field, pack: Pack) -> QLineEdit:
    dictionary = pack.dictionaries.get(field.dictionary)
    if field.type is FieldType.CHOICE and dictionary is not None:
        return dictionary_edit(dictionary)
    return QLineEdit()
