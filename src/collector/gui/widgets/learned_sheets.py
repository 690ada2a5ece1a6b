"""A sheet of a learned template nobody can be sure about: whose records it holds, which part."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from collector.model import FIELDS, KIND_NAMES, Kind
from collector.packs.answers import SheetAnswer
from collector.packs.proposals import ProposedSheet
from collector.packs.vocabulary import Vocabulary
from collector.services.reviewing import field_choices

KINDS: tuple[tuple[Kind, ...], ...] = (
    (Kind.UNIT,),
    (Kind.UNION,),
    (Kind.UNIT, Kind.UNION),
    (Kind.OFFICER,),
    (Kind.MEMBER,),
)

_USUAL_PARTS = {
    Kind.UNIT: "nature",
    Kind.UNION: "level",
    Kind.OFFICER: "committee",
    Kind.MEMBER: "employment_status",
}
"""the field by which a province may split a kind over several sheets"""


class SheetLine(QWidget):
    answered = Signal(str, object)
    """name of the sheet, ``SheetAnswer``"""

    def __init__(self, name: str, answer: SheetAnswer, words: Vocabulary) -> None:
        super().__init__()
        self.name, self.answer, self._words = name, answer, words
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.kind = QComboBox()
        self.kind.setAccessibleName(f"工作表“{name}”是哪一类记录")
        for kinds in KINDS:
            self.kind.addItem("和".join(KIND_NAMES[kind].zh for kind in kinds), kinds)
        self.part = QComboBox()
        self.part.setAccessibleName(f"工作表“{name}”按哪个字段与同类的表分开")
        self.value = QLineEdit()
        self.value.setPlaceholderText("这张表里都是…")
        self.value.setAccessibleName(f"工作表“{name}”里这个字段的值")
        self.left_out = QCheckBox("不收这张表")
        for widget, stretch in (
            (self.said, 1),
            (self.kind, 0),
            (self.part, 0),
            (self.value, 0),
            (self.left_out, 0),
        ):
            across.addWidget(widget, stretch)
            if stretch == 0:
                across.setAlignment(widget, Qt.AlignmentFlag.AlignVCenter)
        self.kind.activated.connect(self._kind_chosen)
        self.part.activated.connect(self._part_chosen)
        self.value.editingFinished.connect(self._part_chosen)
        self.left_out.toggled.connect(self._leave_out)

    def show_sheet(self, sheet: ProposedSheet | None) -> None:
        """As it stands now; None where the person left it out."""
        for widget in (self.kind, self.part, self.value):
            widget.setVisible(sheet is not None)
        self.left_out.blockSignals(True)
        self.left_out.setChecked(sheet is None)
        self.left_out.blockSignals(False)
        if sheet is None:
            self.said.setText(f"✓ 工作表“{self.name}”不收")
            return
        doubts = [doubt.text.zh for doubt in sheet.doubts]
        self.said.setText(
            "\n".join(f"？{text}" for text in doubts) or f"✓ 工作表“{self.name}”已确定"
        )
        self.kind.setCurrentIndex(KINDS.index(sheet.kinds))
        needed = sheet.only is not None or any("alike" in doubt.code for doubt in sheet.doubts)
        self.part.setVisible(needed)
        self.value.setVisible(needed)
        chosen = sheet.only[0] if sheet.only else str(self.part.currentData() or "")
        self.part.clear()
        kind = sheet.kinds[0]
        for choice in field_choices((kind,), self._words):
            if choice.field in FIELDS[kind]:
                self.part.addItem(choice.name.zh, choice.field)
        usual = _USUAL_PARTS[kind]
        self.part.setCurrentIndex(max(0, self.part.findData(chosen or usual)))
        if sheet.only is not None and not self.value.hasFocus():
            self.value.setText(sheet.only[1])

    def _kind_chosen(self) -> None:
        self._say(replace(self.answer, kinds=self.kind.currentData(), only=None))

    def _part_chosen(self) -> None:
        value = self.value.text().strip()
        if value:
            self._say(replace(self.answer, only=(str(self.part.currentData()), value)))

    def _leave_out(self, out: bool) -> None:
        self._say(replace(self.answer, left_out=out))

    def _say(self, answer: SheetAnswer) -> None:
        if answer != self.answer:
            self.answer = answer
            self.answered.emit(self.name, answer)
