"""The columns of a learned template as a table: those to be settled first."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from collector.gui.appearance import Appearance
from collector.services.reviewing import Line

Index = QModelIndex | QPersistentModelIndex

HEADERS = ("列", "表头", "含义", "类型", "必填", "写法", "要确定")
SHEET_HEADER = "工作表"
_ABOUT = {"field": "含义", "type": "类型", "list": "清单", "required": "必填", "form": "写法"}


class LearnedModel(QAbstractTableModel):
    def __init__(self, look: Appearance) -> None:
        super().__init__()
        self._look = look
        self.lines: list[Line] = []
        self._several = False
        self._order: list[tuple[str, str]] = []

    def show(self, lines: list[Line], only_asked: bool, *, anew: bool) -> None:
        """``anew`` sorts what is to be settled to the top; else the lines stay where they are, so
        that nobody loses the place while settling."""
        if anew:
            self._order = [line.place for line in sorted(lines, key=lambda line: line.is_sure)]
        at = {place: number for number, place in enumerate(self._order)}
        ordered = sorted(lines, key=lambda line: at.get(line.place, len(at)))
        shown = [line for line in ordered if not (only_asked and line.is_sure)]
        several = len({line.sheet for line in lines}) > 1
        same = [line.place for line in shown] == [line.place for line in self.lines]
        if same and several == self._several:
            self.lines = shown
            if shown:
                self.dataChanged.emit(
                    self.index(0, 0), self.index(len(shown) - 1, len(self.headers) - 1)
                )
            return
        self.beginResetModel()
        self.lines, self._several = shown, several
        self.endResetModel()

    @property
    def headers(self) -> tuple[str, ...]:
        return (SHEET_HEADER, *HEADERS) if self._several else HEADERS

    def row_of(self, place: tuple[str, str]) -> int:
        return next((row for row, line in enumerate(self.lines) if line.place == place), -1)

    def next_asked(self, row: int, step: int) -> int:
        """The next line to be settled after ``row``, going round; -1 where there is none."""
        count = len(self.lines)
        for distance in range(1, count + 1):
            place = (row + step * distance) % count
            if not self.lines[place].is_sure:
                return place
        return -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headers)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headers[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            texts = _texts(line)
            return (line.sheet, *texts)[index.column()] if self._several else texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(text.zh for text in line.asked) or line.column.reason.zh
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(line, index.column() == len(self.headers) - 1)
        return None

    def _colour(self, line: Line, is_last: bool) -> QColor | None:
        if line.column.left_out:
            return self._look.theme.colour("muted")
        if is_last:
            return self._look.theme.colour("good" if line.is_sure else "warning")
        return None


def _texts(line: Line) -> tuple[str, ...]:
    column = line.column
    seen = column.observed
    header = " ".join(seen.header.split())
    if seen.group.strip():
        header = f"{' '.join(seen.group.split())} / {header}"
    if column.left_out:
        return seen.letter, header, "不收这一列", "", "", "", "✓"
    asked = dict.fromkeys(_ABOUT.get(doubt.about, "") for doubt in column.doubts)
    surely = "✓" if line.is_sure else "？" + " ".join(filter(None, asked))
    required = "必填" if column.required else ""
    return seen.letter, header, line.name.zh, line.type.zh, required, line.form.zh, surely
