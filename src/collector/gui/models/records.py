"""Stored records as a table: ids in order, pages fetched when they are looked at."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from collector.codes import text
from collector.gui.widgets import glyphs
from collector.model import Kind, Status
from collector.services.records import Column

PAGE = 200
"""rows fetched together"""
KEPT_PAGES = 64

_NAMES = frozenset({"name", "leader"})
"""people's names: what their rare characters are stands in the tool tip"""

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[Sequence[int]], list[tuple[Any, ...]]]
"""ids in order -> (id, status, revision, *fields) in the same order"""

STATUS_WORDS: dict[Status, str] = {
    Status.DRAFT: "✎ 草稿",
    Status.PARKED: "✕ 待修",
    Status.VALID: "✓ 合格",
    Status.SUBMITTED: "↑ 已上报",
    Status.ACCEPTED: "★ 已通过",
    Status.RETURNED: "↩ 已退回",
    Status.INACTIVE: "— 非正常",
}


def mask_of(column: Column) -> Callable[[str], str] | None:
    """How a number of a person is shown in a list."""
    if not column.masked:
        return None
    return text.mask_phone if column.field == "phone" else text.mask_id


class RecordsModel(QAbstractTableModel):
    """``data`` is a lookup in the page cache; a page not there is fetched once."""

    def __init__(self, kind: Kind, columns: Sequence[Column], fetch: Fetch) -> None:
        super().__init__()
        self.kind = kind
        self.columns = tuple(columns)
        self._fetch = fetch
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, list[tuple[Any, ...]]] = OrderedDict()
        self._masks = [mask_of(column) for column in self.columns]
        self._revealed = -1
        self._headers = ["状态", *(column.label for column in self.columns)]

    def show(self, ids: array[int]) -> None:
        """Show these records, in this order."""
        self.beginResetModel()
        self._revealed = -1
        self._ids = ids
        self._pages.clear()
        self.endResetModel()

    def reveal(self, row: int) -> None:
        """Show the numbers of one row whole; -1: of none."""
        changed = {row, self._revealed} - {-1}
        self._revealed = row
        for each in changed:
            if each < len(self._ids):
                self.dataChanged.emit(self.index(each, 0), self.index(each, len(self.columns)))

    def forget_pages(self) -> None:
        """The records may have changed while their order stayed."""
        self._pages.clear()
        if self._ids:
            self.dataChanged.emit(
                self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns))
            )

    def record_id(self, row: int) -> int | None:
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def row_of(self, record_id: int) -> int:
        """The row of a record, -1 if it is not shown."""
        try:
            return self._ids.index(record_id)
        except ValueError:
            return -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row, column = index.row(), index.column()
        if not 0 <= row < len(self._ids):
            return None
        record = self._record(row)
        if column == 0:
            return STATUS_WORDS[Status(record[1])]
        shown = record[column + 2]
        mask = self._masks[column - 1]
        if mask is not None and shown:
            return shown if row == self._revealed else mask(shown)
        if role == Qt.ItemDataRole.ToolTipRole and self.columns[column - 1].field in _NAMES:
            return glyphs.tip(shown)
        return shown

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if orientation == Qt.Orientation.Horizontal:
                return self._headers[section] if section < len(self._headers) else None
            return f"{section + 1:,}"
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort_name(self, column: int) -> str:
        """What the store calls a column when it sorts."""
        return "status" if column == 0 else self.columns[column - 1].field

    def _record(self, row: int) -> tuple[Any, ...]:
        number, place = divmod(row, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._fetch(self._ids[number * PAGE : (number + 1) * PAGE])
            self._pages[number] = page
            if len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page[place]
