"""One field of a form: its label and marks, the editor for its type, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from collector.codes import regions, resident_id, uscc
from collector.gui.appearance import Appearance
from collector.gui.widgets.choice_edit import ChoiceEdit
from collector.gui.widgets.repolish import set_property
from collector.model import Severity
from collector.packs import Field, FieldType, Provenance

DIGIT_TYPES = frozenset(
    {
        FieldType.ID_NUMBER,
        FieldType.USCC,
        FieldType.UNION_CODE,
        FieldType.PHONE,
        FieldType.DATE,
        FieldType.NUMBER,
    }
)
"""typed without an input method"""

MARKS = {Severity.ERROR: "✕", Severity.WARNING: "▲", Severity.INFO: "ⓘ"}
"""shapes that tell severities apart without colour"""

_ROLES = {Severity.ERROR: "fault", Severity.WARNING: "caution", Severity.INFO: "caption"}


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said under a field."""

    code: str
    severity: Severity
    sentence: str
    advice: str
    clause: str = ""


class FieldEditor(QWidget):
    reasoned = Signal(str)
    """why a warning is right after all"""
    edited = Signal()
    """by a person"""
    left = Signal()
    """the person is done with the field"""

    def __init__(self, field: Field, editor: QLineEdit, look: Appearance) -> None:
        super().__init__()
        self.field = field
        self._look = look
        self._finished = False
        self.editor = editor
        self.editor.setObjectName(f"field_{field.id}")
        self.label = QLabel(_label(field))
        self.label.setBuddy(self.editor)
        self.mark = QLabel()
        self.mark.setProperty("role", "mark")
        self.derived = QLabel()
        self.derived.setProperty("role", "caption")
        self.derived.setWordWrap(True)
        self.remark = QLabel()
        self.remark.setWordWrap(True)
        self._mark_provenance()
        self._fit_type()
        top = QHBoxLayout()
        self.label.setWordWrap(True)
        top.addWidget(self.label, 1)
        top.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.editor)
        column.addWidget(self.derived)
        column.addWidget(self.remark)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("核实情况，如“已对照户口簿”；Enter 确认，Esc 取消")
        self.reason.setAccessibleName(f"{' '.join(field.header.split())}：核实情况")
        self.reason.returnPressed.connect(self._give_reason)
        self.reason.installEventFilter(self)
        self.reason.hide()
        column.addWidget(self.reason)
        self.derived.hide()
        self.remark.hide()
        self.editor.setAccessibleName(" ".join(field.header.split()))
        self.editor.textEdited.connect(self._typed)
        self.editor.editingFinished.connect(self._leave)
        if isinstance(self.editor, ChoiceEdit):
            self.editor.chosen.connect(lambda _: self._typed())
        self.dress()

    @property
    def text(self) -> str:
        return self.editor.text()

    def set_text(self, text: str) -> None:
        """Show a value that no person typed just now."""
        if self.editor.text() != text:
            self.editor.setText(text)
        self._derive()

    def carry(self, text: str) -> None:
        """Show a value that stays from the previous record, and say so until it is changed."""
        self.set_text(text)
        self.mark.setText("沿用")
        set_property(self.mark, "tone", "good")
        self.mark.setToolTip("和上一条一样；不一样的直接改。")

    def ask_reason(self) -> None:
        """F2: a line for why the warning here is right."""
        self.reason.clear()
        self.reason.show()
        self.reason.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.reason
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # or the page would take it and close the form
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._close_reason()
                return True
        return super().eventFilter(watched, event)

    def _give_reason(self) -> None:
        said = self.reason.text().strip()
        if said:
            self._close_reason()
            self.reasoned.emit(said)

    def _close_reason(self) -> None:
        self.reason.hide()
        self.editor.setFocus()

    def forget_carried(self) -> None:
        self._mark_provenance()

    def settle(self, finished: bool) -> None:
        """Whether faults of half-typed text are said as faults already."""
        self._finished = finished

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Say the weightiest remark; a number still being typed is only counted."""
        worst = min(remarks, key=lambda item: list(Severity).index(item.severity), default=None)
        if worst is None or (not self._finished and worst.code == "required.missing"):
            self._say("", "", "", "")
        elif not self._finished and worst.code.endswith(".length") and len(self.text) < 18:
            self._say("caption", f"已输入 {len(self.text)} 位，共 18 位", "", "")
        else:
            text = f"{MARKS[worst.severity]} {worst.sentence}{worst.advice}"
            state = {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(worst.severity, "")
            tip = f"依据：{worst.clause}" if worst.clause else ""
            self._say(_ROLES[worst.severity], text, state, tip)

    def dress(self) -> None:
        if isinstance(self.editor, ChoiceEdit):
            self.editor.offer_list(self._look.icon("down", "muted"))

    def _say(self, role: str, text: str, state: str, tip: str) -> None:
        set_property(self.remark, "role", role)
        self.remark.setText(text)
        self.remark.setToolTip(tip)
        self.remark.setVisible(bool(text))
        set_property(self.editor, "state", state)
        self.editor.setAccessibleDescription(text)

    def _typed(self) -> None:
        if self.field.type in DIGIT_TYPES and not self.text.isascii():
            place = self.editor.cursorPosition()
            self.editor.setText(_narrow(self.text))
            self.editor.setCursorPosition(place)
        self._derive()
        self._mark_provenance()
        self.edited.emit()

    def _leave(self) -> None:
        self._finished = True
        self.left.emit()

    def _derive(self) -> None:
        """What the number itself says, shown and never typed (性别, 出生日期, 地区)."""
        said = ""
        typed = self.text.strip().upper()
        if self.field.type is FieldType.ID_NUMBER and len(typed) == 18:
            said = _about_person(typed)
        elif self.field.type in (FieldType.USCC, FieldType.UNION_CODE) and len(typed) == 18:
            said = _about_organisation(typed)
        self.derived.setText(said)
        self.derived.setVisible(bool(said))

    def _mark_provenance(self) -> None:
        official = self.field.provenance is Provenance.OFFICIAL
        self.mark.setText("官方" if official else "推定")
        set_property(self.mark, "tone", "info" if official else "")
        lines = [
            "这一项出自官方文件。" if official else "这一项是按惯例推定的，官方文件里没有找到。",
            f"出处：{self.field.source}" if self.field.source else "",
            self.field.note,
        ]
        if self.field.required:
            given = self.field.required_provenance is Provenance.OFFICIAL
            lines.insert(1, "必填：官方规定" if given else "必填：推定")
        self.mark.setToolTip("\n".join(line for line in lines if line))

    def _fit_type(self) -> None:
        kind, editor = self.field.type, self.editor
        if kind in DIGIT_TYPES:
            editor.setInputMethodHints(Qt.InputMethodHint.ImhPreferLatin)
            editor.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
            editor.setProperty("digits", "true")
        if kind is FieldType.DATE:
            editor.setPlaceholderText("例如 2023-03-01，20230301 也可以")
        elif kind is FieldType.PHONE:
            editor.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)
        elif self.field.hint and not isinstance(editor, ChoiceEdit):
            editor.setPlaceholderText(self.field.hint)
        if self.field.hint:
            editor.setToolTip(self.field.hint)


def _label(field: Field) -> str:
    header = " ".join(field.header.split()).replace("&", "&&")
    return f"{header} *" if field.required else header


def _narrow(text: str) -> str:
    """Full-width digits and letters as half-width ones while they are typed."""
    return "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in text)


def _about_person(number: str) -> str:
    born = resident_id.birth_date(number)
    if born is None or not number[:17].isdecimal():
        return ""
    parts = [resident_id.gender(number), born.isoformat()]
    place = regions.name(resident_id.region(number))
    if place:
        parts.append(place)
    return "　".join(parts)


def _about_organisation(code: str) -> str:
    if uscc.fault(code) is not None:
        return ""
    kind = _ORGANISATIONS.get(code[:2], "") or _ORGANISATIONS.get(code[0], "")
    return "　".join(part for part in (kind, regions.name(code[2:8])) if part)


_ORGANISATIONS = {
    "81": "基层工会",
    "89": "其他工会组织",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "11": "机关",
    "12": "事业单位",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "31": "律师事务所",
    "8": "工会",
    "N": "农村集体经济组织",
}
