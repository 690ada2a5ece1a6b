"""The records that lack something for a template: one line a record, names fetched page by page."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from collector.codes import text
from collector.model import Kind
from collector.services.gaps import Gap, Lacking, Missing

PAGE = 200
"""rows fetched together"""
KEPT_PAGES = 32

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[Kind, Sequence[int]], dict[int, tuple[str, str]]]
"""ids -> (name, number of the person or organisation)"""


class MissingModel(QAbstractTableModel):
    def __init__(self, fetch: Fetch) -> None:
        super().__init__()
        self._fetch = fetch
        self.missing: Missing | None = None
        self.kind = Kind.MEMBER
        self._places: array[int] = array("l")
        self._pages: OrderedDict[int, dict[int, tuple[str, str]]] = OrderedDict()

    def show(
        self, missing: Missing, kind: Kind, gaps: frozenset[int] | None = None, unit: str = ""
    ) -> None:
        """The records of a kind that have one of the gaps (None: any), of units named so."""
        self.beginResetModel()
        self.missing, self.kind = missing, kind
        held = missing.records.get(kind, Lacking())
        wanted = None
        if gaps is not None:
            wanted = {at for at, found in enumerate(missing.sets) if not gaps.isdisjoint(found)}
        units = None
        if unit:
            units = {at for at, name in enumerate(missing.units) if unit in name}
        self._places = array(
            "l",
            (
                at
                for at in range(len(held.ids))
                if (wanted is None or held.sets[at] in wanted)
                and (units is None or held.units[at] in units)
            ),
        )
        self._pages.clear()
        self.endResetModel()

    def place(self, row: int) -> int:
        """Where the record of a line stands in ``missing.records``, -1 if there is no such line."""
        return self._places[row] if 0 <= row < len(self._places) else -1

    def record_id(self, row: int) -> int:
        at = self.place(row)
        return self._held.ids[at] if at >= 0 else -1

    def row_of(self, record_id: int) -> int:
        ids = self._held.ids
        return next((row for row, at in enumerate(self._places) if ids[at] == record_id), -1)

    def gaps(self, row: int) -> list[Gap]:
        """What the record of a line lacks, in the pack's order of fields."""
        at = self.place(row)
        if at < 0 or self.missing is None:
            return []
        return [self.missing.gaps[gap] for gap in self.missing.sets[self._held.sets[at]]]

    def unit(self, row: int) -> str:
        at = self.place(row)
        return "" if at < 0 or self.missing is None else self.missing.units[self._held.units[at]]

    def name(self, row: int) -> str:
        return self._named(row)[0]

    @property
    def _held(self) -> Lacking:
        return Lacking() if self.missing is None else self.missing.records.get(self.kind, Lacking())

    def _named(self, row: int) -> tuple[str, str]:
        number, _ = divmod(row, PAGE)
        page = self._pages.get(number)
        if page is None:
            ids = self._held.ids
            asked = [ids[at] for at in self._places[number * PAGE : (number + 1) * PAGE]]
            page = self._pages[number] = self._fetch(self.kind, asked)
            if len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page.get(self.record_id(row), ("", ""))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headers)

    @property
    def headers(self) -> tuple[str, ...]:
        if self.kind is Kind.MEMBER:
            return ("单位", "姓名", "证件号", "缺什么")
        if self.kind is Kind.OFFICER:
            return ("工会", "姓名", "缺什么")
        return ("名称", "统一社会信用代码", "缺什么")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row, column = index.row(), index.column()
        if self.place(row) < 0:
            return None
        header = self.headers[column]
        if header == "缺什么":
            labels = list(dict.fromkeys(short(gap.label) for gap in self.gaps(row)))
            return f"{len(labels)} 项：{'、'.join(labels)}"
        if header in ("单位", "工会"):
            return self.unit(row)
        name, number = self._named(row)
        if header in ("姓名", "名称"):
            return name
        return text.mask_id(number) if header == "证件号" else number

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if orientation == Qt.Orientation.Horizontal:
                return self.headers[section] if section < len(self.headers) else None
            return f"{section + 1:,}"
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


def short(label: str) -> str:
    """A header without what it says about how to fill it in."""
    return label.split("（", 1)[0].split("(", 1)[0].split(" ", 1)[0] or label
