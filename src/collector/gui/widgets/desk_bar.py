"""修正台: the bar over the grid for 替换 (Ctrl+H) and 定位 (Ctrl+G); never in the way of keying."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from collector.gui.models.parked import ParkedModel
from collector.services.fixing import CellEdit
from collector.services.waivers import SHORTEST


class DeskBar(QFrame):
    replaced = Signal(object)
    """the ``CellEdit`` of every cell to be changed"""
    reasoned = Signal(int, int, str)
    """row, column, and why the warning there is right"""
    wanted = Signal(int, int)
    """the row and column to go to"""
    left = Signal()

    def __init__(self, model: ParkedModel) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setProperty("tone", "compact")
        self._model = model
        self._row, self._column = 0, 0
        self._replacing = self._reasoning = False
        self.title = QLabel()
        self.first, self.second = QLineEdit(), QLineEdit()
        self.whole = QCheckBox("整格相同(&J)")
        self.whole.setChecked(True)
        self.said = QLabel()
        self.said.setProperty("role", "muted")
        self.act = QPushButton()
        self.act.setProperty("role", "primary")
        self.close_button = QPushButton("关闭 Esc")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(12, 8, 8, 8)
        lines.setSpacing(8)
        above, below = QHBoxLayout(), QHBoxLayout()
        for line, widgets in (
            (above, (self.title, self.first, self.second)),
            (below, (self.whole, self.said)),
        ):
            lines.addLayout(line)
            line.setSpacing(8)
            for widget in widgets:
                line.addWidget(widget, 1 if isinstance(widget, QLineEdit) else 0)
        below.addStretch(1)
        below.addWidget(self.act)
        below.addWidget(self.close_button)
        self.first.textChanged.connect(self._count)
        self.second.textChanged.connect(self._count)
        self.whole.toggled.connect(self._count)
        self.first.returnPressed.connect(self._enter_first)
        self.second.returnPressed.connect(self._do)
        self.act.clicked.connect(self._do)
        self.close_button.clicked.connect(self._leave)
        self.hide()

    def replace_in(self, row: int, column: int) -> None:
        """Replace in this column of the rows shown; begins with what the cell says."""
        self._open(row, column, replacing=True)
        field = self._model.fields[column]
        self.title.setText(f"替换“{' '.join(field.header.split())}”")
        self.first.setPlaceholderText("原来的内容（空着＝没有填的格子）")
        self.second.setPlaceholderText("换成")
        self.act.setText("替换(&A)")
        self.first.setText(self._model.rows[row].text(field.id))
        self.second.clear()
        self.first.selectAll()
        self._count()

    def go_to(self, row: int, column: int) -> None:
        """Go to a row by its number in the file, to a column by some characters of its header."""
        self._open(row, column, replacing=False)
        self.title.setText("定位")
        self.first.setPlaceholderText("行号，或列名里的几个字，或两样：15 姓名")
        self.first.clear()
        self.act.setText("去(&A)")
        self._count()

    def ask_reason(self, row: int, column: int) -> None:
        """Why the warning of this cell is right after all."""
        self._open(row, column, replacing=False)
        self._reasoning = True
        self.title.setText("经核实无误")
        self.first.setPlaceholderText("核实情况，如“已对照户口簿”")
        self.first.clear()
        self.act.setText("记下(&A)")
        self._count()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _open(self, row: int, column: int, *, replacing: bool) -> None:
        self._row, self._column, self._replacing = row, column, replacing
        self._reasoning = False
        self.second.setVisible(replacing)
        self.whole.setVisible(replacing)
        self.show()
        self.first.setFocus()

    def _enter_first(self) -> None:
        if self._replacing:
            self.second.setFocus()
        else:
            self._do()

    def _count(self) -> None:
        if self._replacing:
            found = len(self.edits())
            self.said.setText(f"{found:,} 格" if found else "没有这样的格子")
            self.act.setEnabled(found > 0)
        elif self._reasoning:
            self.said.clear()
            self.act.setEnabled(len(self.first.text().strip()) >= SHORTEST)
        else:
            found_place = self.place() is not None
            self.said.setText("" if found_place or not self.first.text() else "没有这一行或这一列")
            self.act.setEnabled(found_place)

    def edits(self) -> Sequence[CellEdit]:
        """What replacing would change, row by row of those shown."""
        if self._column >= len(self._model.fields):
            return []
        field = self._model.fields[self._column].id
        old, new = self.first.text(), self.second.text()
        made: list[CellEdit] = []
        for row in self._model.rows:
            text = row.text(field)
            if text == old:
                changed = new
            elif old and not self.whole.isChecked() and old in text:
                changed = text.replace(old, new)
            else:
                continue
            if changed != text:
                made.append(CellEdit(row.id, field, changed))
        return made

    def place(self) -> tuple[int, int] | None:
        """The row and column asked for; the next row of that number, for files repeat them."""
        row, column, asked = self._row, self._column, self.first.text().split()
        if not asked:
            return None
        rows = self._model.rows
        for word in asked:
            if word.isdecimal():
                order = [*range(row + 1, len(rows)), *range(min(row + 1, len(rows)))]
                numbers = (at for at in order if self._number(at) == int(word))
                row = next(numbers, -1)
            else:
                headers = (at for at, item in enumerate(self._model.fields) if word in item.header)
                column = next(headers, -1)
            if row < 0 or column < 0:
                return None
        return row, column

    def _number(self, at: int) -> int:
        row = self._model.rows[at]
        return row.held.table.rows[row.index]

    def _do(self) -> None:
        if self._replacing:
            edits = self.edits()
            if edits:
                self.replaced.emit(edits)
                self._leave()
        elif self._reasoning:
            said = self.first.text().strip()
            if len(said) >= SHORTEST:
                self._leave()
                self.reasoned.emit(self._row, self._column, said)
        else:
            place = self.place()
            if place is not None:
                self._leave()
                self.wanted.emit(*place)

    def _leave(self) -> None:
        self.hide()
        self.left.emit()
