"""The right side of the fixing desk: why the cell is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from collector.codes import rare
from collector.gui.forms.ui_fixing import Ui_FixingPage
from collector.gui.models.parked import FixRow
from collector.gui.widgets.field_editor import MARKS
from collector.gui.widgets.glyphs import described
from collector.gui.widgets.repolish import set_property
from collector.model import Finding, Severity
from collector.packs import Field, FieldType
from collector.rules.suggestions import Suggestion
from collector.services import checking, fixing
from collector.services.session import Session

_WORDS = {Severity.ERROR: "差错", Severity.WARNING: "提醒", Severity.INFO: "说明"}
_TONES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


class WhyCard(QObject):
    taken = Signal(str)
    """the value of a suggestion"""

    def __init__(self, ui: Ui_FixingPage, session: Session) -> None:
        super().__init__(ui.why_side)
        self.ui, self._session = ui, session
        self.suggestions: list[Suggestion] = []

    def show(self, row: FixRow | None, field: Field | None, same: int) -> None:
        """Explain one cell; ``same`` rows (this one too) have the same text and fault."""
        ui = self.ui
        found = row.faults.get(field.id, []) if row is not None and field is not None else []
        ui.why_mark.setVisible(bool(found))
        ui.value_card.setVisible(row is not None)
        ui.discard.setEnabled(row is not None)
        for label in (ui.sentence, ui.advice, ui.clause, ui.others, ui.place):
            label.clear()
        self._offer([], "")
        if row is None or field is None:
            ui.why_field.setText("没有选中格子")
            ui.same.hide()
            return
        ui.why_field.setText(" ".join(field.header.split()))
        name = row.text("name")
        ui.place.setText("\n".join(part for part in (name, row.place) if part))
        self._show_value(row, field)
        if found:
            self._explain(found)
            index = row.held.table.rows[row.index]
            others = [
                item for name, list_ in row.faults.items() if name != field.id for item in list_
            ]
            errors = sum(item.severity is Severity.ERROR for item in others)
            if errors:
                ui.others.setText(f"第 {index} 行另有 {errors} 处差错")
            found_here = fixing.suggestions_at(self._session, row.held, row.index, field.id)
            self._offer(found_here[:9], row.text(field.id))
        else:
            self._whole_row(row)
        ui.clause.setVisible(bool(ui.clause.text()))
        ui.others.setVisible(bool(ui.others.text()))
        ui.same.setVisible(bool(found) and same > 1)
        ui.same.setText(f"改一处，{same} 个相同的格子一起改（Ctrl+Enter）")

    def _show_value(self, row: FixRow, field: Field) -> None:
        text, original = row.text(field.id), row.original(field.id)
        self.ui.value.setText(text or "（空）")
        set_property(self.ui.value, "role", "" if text else "muted")
        notes = [f"文件里写的是：{original}"] if original else []
        if field.type is FieldType.NAME:
            notes += [described(one) for one in rare.strange(text)]
        self.ui.original.setText("\n".join(notes))
        self.ui.original.setVisible(bool(notes))

    def _explain(self, found: Sequence[Finding]) -> None:
        worst = found[0]
        said = checking.explain(worst, self._session.pack)
        ui = self.ui
        ui.why_mark.setText(f"{MARKS[worst.severity]} {_WORDS[worst.severity]}")
        set_property(ui.why_mark, "tone", _TONES[worst.severity])
        set_property(ui.value_card, "tone", _TONES[worst.severity])
        ui.sentence.setText(said.sentence.zh)
        ui.advice.setText(said.advice.zh)
        ui.clause.setText(f"依据：{said.source_clause}" if said.source_clause else "")
        if len(found) > 1:
            ui.others.setText(f"这一格另有 {len(found) - 1} 条")

    def _whole_row(self, row: FixRow) -> None:
        ui = self.ui
        set_property(ui.value_card, "tone", "")
        whole = row.faults.get("", [])
        if whole:
            said = checking.explain(whole[0], self._session.pack)
            ui.sentence.setText(said.sentence.zh)
            ui.advice.setText(said.advice.zh)
        else:
            ui.sentence.setText("这一格没有问题。")
            ui.advice.setText("按 F8 到下一处差错。")

    def _offer(self, suggestions: Sequence[Suggestion], value: str) -> None:
        self.suggestions = list(suggestions)
        layout = self.ui.suggestions
        while (old := layout.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, item in enumerate(self.suggestions, 1):
            change = difference(value, item.value)
            button = QPushButton("　".join(filter(None, (str(number), item.value, change))))
            button.setProperty("role", "suggestion")
            button.setToolTip(item.reason.zh)
            button.setAccessibleName(f"建议 {number}：{item.value}，{item.reason.zh}")
            button.clicked.connect(lambda _, value=item.value: self.taken.emit(value))
            layout.addWidget(button)
        self.ui.suggest_title.setVisible(bool(self.suggestions))


def difference(old: str, new: str) -> str:
    """Which place of a number a suggestion changes; "" where it is more than one slip."""
    if len(old) != len(new):
        return ""
    places = [place for place, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if len(places) == 1:
        place = places[0]
        return f"第 {place + 1} 位 {old[place]}→{new[place]}"
    if len(places) == 2 and places[1] == places[0] + 1:
        return f"第 {places[0] + 1}、{places[1] + 1} 位互换"
    return ""
