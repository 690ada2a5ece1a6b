"""Two that may be one: the list of pairs, and both sides field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QFont

from collector.codes import text
from collector.gui.theme import Theme
from collector.gui.widgets import glyphs
from collector.model import Kind
from collector.services.duplicates import NEW, STORED, Comparison, Line

Index = QModelIndex | QPersistentModelIndex
Head = tuple[int, str, str, str]
Fetch = Callable[[Kind, Sequence[int]], Sequence[Head]]

_PAGE = 100
_LABEL, _STORED, _NEW = range(3)


class PairsModel(QAbstractListModel):
    """The items of one reason, each by the name and the masked number of the stored side."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__()
        self._fetch = fetch
        self.kind = Kind.MEMBER
        self.ids: list[int] = []
        self._heads: dict[int, Head] = {}

    def show(self, kind: Kind, ids: Sequence[int]) -> None:
        self.beginResetModel()
        self.kind, self.ids = kind, list(ids)
        self._heads.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if not 0 <= index.row() < len(self.ids):
            return None
        head = self._head(index.row())
        if head is None:
            return "（已经处理）"
        _, state, name, number = head
        shown = text.mask_id(number) if self.kind is Kind.MEMBER else number
        put_off = "… " if state == "later" else ""
        return f"{put_off}{name}　{shown}"

    def _head(self, row: int) -> Head | None:
        number = self.ids[row]
        if number not in self._heads:
            first = row // _PAGE * _PAGE
            for head in self._fetch(self.kind, self.ids[first : first + _PAGE]):
                self._heads[head[0]] = head
        return self._heads.get(number)


_TOGETHER = (("unit_code", "unit_name"), ("union_code", "union_name"))
"""a code and the name that goes with it: both are taken from one side"""


class ComparisonModel(QAbstractTableModel):
    """The differing fields first; while merging each shows which side is taken."""

    def __init__(self, theme: Callable[[], Theme]) -> None:
        super().__init__()
        self._theme = theme
        self.lines: list[Line] = []
        self.sides: dict[str, str] | None = None
        """field -> side while merging field by field"""
        self._people = True
        self._revealed = False

    def show(self, found: Comparison | None) -> None:
        self.beginResetModel()
        lines = found.lines if found is not None else ()
        self._people = found is None or found.item.kind is Kind.MEMBER
        self.lines = sorted(lines, key=lambda line: not line.differs)
        self.sides = None
        self.endResetModel()

    def merge(self, sides: Mapping[str, str] | None) -> None:
        """Begin (or with None leave) choosing sides."""
        self.sides = None if sides is None else dict(sides)
        self._all_changed()

    def reveal(self, shown: bool) -> None:
        """Show numbers whole, or masked again."""
        if shown != self._revealed:
            self._revealed = shown
            self._all_changed()

    def turn(self, row: int) -> bool:
        """Take the other side of a field; False where there is nothing to choose."""
        if self.sides is None or not 0 <= row < len(self.lines):
            return False
        line = self.lines[row]
        if not line.differs or (line.blocked is not None and self.side(line) == STORED):
            return False
        wanted = STORED if self.side(line) == NEW else NEW
        for pair in _TOGETHER:
            if line.field in pair:
                self.sides.update(dict.fromkeys(pair, wanted))
        self.sides[line.field] = wanted
        self._all_changed()
        return True

    def side(self, line: Line) -> str:
        return STORED if self.sides is None else self.sides.get(line.field, STORED)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.lines):
            return None
        line, column = self.lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._label(line) if column == _LABEL else self._cell(line, column)
        if role == Qt.ItemDataRole.BackgroundRole and line.differs:
            return self._theme().colour(
                "warning_soft" if column == _LABEL else self._tone(line, column)
            )
        if role == Qt.ItemDataRole.ForegroundRole and not line.differs:
            return self._theme().colour("muted")
        if role == Qt.ItemDataRole.FontRole and line.differs and column != _LABEL:
            font = QFont()
            font.setBold(self.sides is None or self._taken(line, column))
            return font
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(line, column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return ("项目", "库内", "新来的")[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _label(self, line: Line) -> str:
        if not line.differs:
            return f"　 {line.label}"
        apart = "、".join(str(place) for place in line.apart)
        return f"≠ {line.label}（第 {apart} 位）" if apart else f"≠ {line.label}"

    def _cell(self, line: Line, column: int) -> str:
        value = line.stored if column == _STORED else line.new
        shown = self._masked(line, value) if value else "（空）" if line.differs else ""
        if not line.differs:
            return shown
        if column == _NEW and line.blocked is not None:
            return f"⊘ {shown}"
        if self.sides is not None:
            return f"{'●' if self._taken(line, column) else '○'} {shown}"
        return shown

    def _masked(self, line: Line, value: str) -> str:
        if not line.masked or not self._people or self._revealed:
            return value
        return text.mask_phone(value) if line.field == "phone" else text.mask_id(value)

    def chosen(self) -> dict[str, str] | None:
        """Field -> side of the fields that differ; None where nothing is being merged."""
        if self.sides is None:
            return None
        return {line.field: self.side(line) for line in self.lines if line.differs}

    def _taken(self, line: Line, column: int) -> bool:
        return self.side(line) == (STORED if column == _STORED else NEW)

    def _tone(self, line: Line, column: int) -> str:
        if self.sides is None:
            return "warning_soft"
        return "good_soft" if self._taken(line, column) else "surface"

    def _tip(self, line: Line, column: int) -> str:
        if column == _NEW and line.blocked is not None:
            return line.blocked.zh
        if column != _LABEL and line.field == "name" and self._people:
            return glyphs.tip(line.stored if column == _STORED else line.new)
        return self._label(line) if column == _LABEL else self._cell(line, column)

    def _all_changed(self) -> None:
        if self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, 2))
