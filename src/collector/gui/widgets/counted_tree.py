"""A tree of what rows can be narrowed by: all of them, then groups of choices with counts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

CHOSEN = int(Qt.ItemDataRole.UserRole)
"""role of what a line narrows to; None for all rows"""


def start(tree: QTreeWidget, everything: str, total: int) -> QTreeWidgetItem:
    """Empty the tree but for the line of all rows."""
    tree.clear()
    tree.setColumnCount(2)
    first = line(everything, total, None)
    tree.addTopLevelItem(first)
    return first


def heading(tree: QTreeWidget, title: str) -> QTreeWidgetItem:
    """The bold line over a group; it cannot be chosen."""
    item = QTreeWidgetItem([title, ""])
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    font = item.font(0)
    font.setBold(True)
    item.setFont(0, font)
    tree.addTopLevelItem(item)
    return item


def line(label: str, count: int, chosen: object) -> QTreeWidgetItem:
    item = QTreeWidgetItem([label, f"{count:,}"])
    item.setToolTip(0, label)
    item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setData(0, CHOSEN, chosen)
    return item


def finish(tree: QTreeWidget, current: QTreeWidgetItem) -> None:
    """Open every group, fit the columns and make ``current`` the line chosen."""
    tree.expandAll()
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    tree.setCurrentItem(current)
