"""A whole record by keyboard: the pack's fields in order, Enter goes on, checked while typing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from collector.gui.desk import Desk
from collector.gui.widgets.choice_edit import (
    ChoiceEdit,
    Entry,
    dictionary_edit,
    reference_edit,
)
from collector.gui.widgets.field_editor import FieldEditor, Remark
from collector.gui.widgets.field_steps import plain_key, step, step_of
from collector.model import Finding, Kind, Severity
from collector.packs import Field, FieldType
from collector.services import checking, editing, waivers
from collector.store.waivers import Waiver

REFERENCES = {
    "unit_name": Kind.UNIT,
    "union_name": Kind.UNION,
    "parent_name": Kind.UNION,
    "parent_union": Kind.UNION,
}
"""fields that name another record"""
PAIRS = {"unit_name": "unit_code", "union_name": "union_code", "parent_name": "parent_code"}
"""name field -> the field that takes the code"""


CARRIED = (
    "unit_name",
    "unit_code",
    "union_name",
    "union_code",
    "join_date",
    "political_status",
)
"""what one member after another of the same unit has in common"""


class RecordForm(QScrollArea):
    edited = Signal()
    passed_end = Signal()
    """Enter in the last field"""

    def __init__(self, desk: Desk, kind: Kind) -> None:
        super().__init__()
        self.desk, self.kind = desk, kind
        self.record_id: int | None = None
        self.findings: list[Finding] = []
        self._loading = False
        self.editors: dict[str, FieldEditor] = {}
        self._untouched: dict[str, str] = {}
        self._previous: dict[str, str] = {}
        self._waived: dict[tuple[str, str], Waiver] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas = QWidget()
        canvas.setObjectName("canvas")
        column = QVBoxLayout(canvas)
        column.setContentsMargins(20, 12, 20, 20)
        column.setSpacing(14)
        pack = desk.session.pack
        group = ""
        for field in pack.fields_of(kind):
            if field.id in self.editors:
                continue
            if field.group and field.group != group:
                group = field.group
                heading = QLabel(group)
                heading.setProperty("role", "heading")
                column.addWidget(heading)
            editor = FieldEditor(field, self._line_for(field), desk.appearance)
            editor.edited.connect(self._typed)
            editor.left.connect(self._tidy)
            editor.reasoned.connect(lambda said, name=field.id: self._waive(name, said))
            editor.editor.installEventFilter(self)
            if isinstance(editor.editor, ChoiceEdit):
                # an open list hands Enter to the field past every event filter
                editor.editor.returnPressed.connect(
                    lambda edit=editor.editor: self._step(edit, 1, True)
                )
                editor.editor.chosen.connect(lambda entry, name=field.id: self._pair(name, entry))
            self.editors[field.id] = editor
            column.addWidget(editor)
        column.addStretch(1)
        self.setWidget(canvas)

    @property
    def values(self) -> dict[str, str]:
        return {name: editor.text for name, editor in self.editors.items()}

    @property
    def is_changed(self) -> bool:
        return self.values != self._untouched

    @property
    def errors(self) -> list[Finding]:
        return [item for item in self.findings if item.severity is Severity.ERROR]

    def load(self, values: Mapping[str, str], record_id: int | None) -> None:
        """Show a stored record, or an empty form where ``record_id`` is None."""
        self._loading = True
        self.record_id = record_id
        self._waived = (
            waivers.of_record(self.desk.session, self.kind, record_id) if record_id else {}
        )
        for name, editor in self.editors.items():
            editor.settle(record_id is not None)
            editor.set_text(values.get(name, ""))
            editor.forget_carried()
            carried = self._previous.get(name, "") if name in CARRIED else ""
            if record_id is None and not values and carried:
                editor.carry(carried)
        self._loading = False
        self._untouched = self.values
        self.check()
        self.verticalScrollBar().setValue(0)

    def remember(self) -> None:
        """What stands here was saved as a new record: the next one may be the same in parts."""
        self._previous = self.values

    def same_as_previous(self) -> None:
        """F9: the field with the focus says what it said in the record saved before."""
        for name, editor in self.editors.items():
            if editor.editor.hasFocus():
                if not self._previous.get(name):
                    return
                editor.settle(True)
                editor.carry(self._previous[name])
                self._typed()
                self._step(editor.editor, 1, may_end=False)
                return

    def waive(self) -> None:
        """F2: the warning of the field with the focus was looked into; asks for the reason."""
        for name, editor in self.editors.items():
            if editor.editor.hasFocus():
                if self._warning(name) is None:
                    self.desk.said.emit("这一项没有提醒；差错要改正，不能放过")
                elif self.record_id is None or self.is_changed:
                    self.desk.said.emit("先按 Ctrl+S 保存，再按 F2 写核实情况")
                else:
                    editor.ask_reason()
                return

    def _warning(self, name: str) -> Finding | None:
        here = [item for item in self.findings if item.field == name]
        if any(item.severity is Severity.ERROR for item in here):
            return None
        return next((item for item in here if item.severity is Severity.WARNING), None)

    def _waive(self, name: str, reason: str) -> None:
        finding, number, session = self._warning(name), self.record_id, self.desk.session
        if finding is None or number is None:
            return
        value = editing.canonical_form(session, self.kind, self.values).get(name, "")

        def kept(_: object) -> None:
            if self.record_id == number:
                self._waived = waivers.of_record(session, self.kind, number)
                self.check()
                self.edited.emit()
            self.desk.said.emit("已记下核实情况，上报前检查里能看到")

        self.desk.run(
            self,
            "记下核实情况",
            lambda _: waivers.waive(session, finding, self.kind, value, reason, record=number),
            kept,
        )

    def check(self, all_fields: bool = False) -> list[Finding]:
        """Ask the pack's rules about what stands here and say it at the fields."""
        if all_fields:
            for editor in self.editors.values():
                editor.settle(True)
        session = self.desk.session
        values = editing.canonical_form(session, self.kind, self.values)
        found = editing.check_form(session, self.kind, values, self.record_id)
        self.findings = waivers.without(found, values, self._waived)
        remarks: dict[str, list[Remark]] = {}
        for finding in found:
            given = waivers.stands(finding, values, self._waived)
            if given is not None:
                said_why = f"已核实无误：{given.reason}（{given.operator}，{given.at[:10]}）"
                remarks.setdefault(finding.field, []).append(
                    Remark(finding.code, Severity.INFO, said_why, "")
                )
        for finding in self.findings:
            said = checking.explain(finding, session.pack)
            remarks.setdefault(finding.field, []).append(
                Remark(
                    finding.code,
                    finding.severity,
                    said.sentence.zh,
                    said.advice.zh,
                    said.source_clause,
                )
            )
        for name, editor in self.editors.items():
            editor.show_remarks(remarks.get(name, []))
        return self.findings

    def focus_first(self) -> None:
        next(iter(self.editors.values())).editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_fault(self) -> None:
        """Go to the first field with an error."""
        faulty = {item.field for item in self.errors}
        for name, editor in self.editors.items():
            if name in faulty:
                editor.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                self.ensureWidgetVisible(editor)
                return

    def draft(self) -> dict[str, Any] | None:
        if not self.is_changed:
            return None
        return {"id": self.record_id, "values": self.values}

    def restore(self, draft: Mapping[str, Any]) -> None:
        record_id = draft.get("id")
        self._loading = True
        self.record_id = record_id if isinstance(record_id, int) else None
        for name, text in draft.get("values", {}).items():
            if name in self.editors:
                self.editors[name].settle(bool(text))
                self.editors[name].set_text(str(text))
        self._loading = False
        self._untouched = {}
        self.check()

    def dress(self) -> None:
        for editor in self.editors.values():
            editor.dress()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            editor = watched.parent()
            if isinstance(editor, FieldEditor):
                self.ensureWidgetVisible(editor, 0, 24)
        key = plain_key(event)
        if key == Qt.Key.Key_F2:
            self.waive()
            return True
        if key == Qt.Key.Key_F9:
            self.same_as_previous()
            return True
        led = step_of(watched, event)
        if led is not None:
            self._step(watched, *led)
            return True
        return super().eventFilter(watched, event)

    def _step(self, watched: QObject, by: int, may_end: bool) -> None:
        if step([each.editor for each in self.editors.values()], watched, by) and may_end:
            list(self.editors.values())[-1].left.emit()
            self.passed_end.emit()

    def _line_for(self, field: Field) -> QLineEdit:
        referred = REFERENCES.get(field.id.rpartition(".")[2])
        if referred is not None and field.type is not FieldType.UNION_CODE:
            return reference_edit(self.desk.session, referred)
        dictionary = self.desk.session.pack.dictionaries.get(field.dictionary)
        if field.type is FieldType.CHOICE and dictionary is not None:
            return dictionary_edit(dictionary)
        return QLineEdit()

    def _pair(self, field_id: str, entry: Entry) -> None:
        """The code of the unit or union that was picked by name."""
        partner = self.editors.get(PAIRS.get(field_id, ""))
        if partner is not None and entry.code:
            partner.settle(True)
            partner.set_text(entry.code)

    def _typed(self) -> None:
        if not self._loading and not self.desk.is_closed:
            self.check()
            self.edited.emit()

    def _tidy(self) -> None:
        """Once a field is left its canonical text is shown: what will be kept is what one sees."""
        if self._loading or self.desk.is_closed:
            return
        tidy = editing.canonical_form(self.desk.session, self.kind, self.values)
        for name, editor in self.editors.items():
            if name in tidy and not editor.editor.hasFocus():
                editor.set_text(tidy[name])
        self.check()
