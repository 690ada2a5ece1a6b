"""The facets of the fixing desk as a tree with counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from collector.gui.models.facets import FACETS, Choice

CHOICE = int(Qt.ItemDataRole.UserRole)
"""role of a line's ``Choice``; None for all rows"""


def fill_facets(
    tree: QTreeWidget, total: int, choices: Mapping[str, Sequence[Choice]], chosen: Choice | None
) -> Choice | None:
    """Show the facets and keep the choice where it still stands; gives what is chosen now."""
    tree.clear()
    tree.setColumnCount(2)
    everything = _line("全部待修的行", total, None)
    tree.addTopLevelItem(everything)
    current = everything
    for facet, title in FACETS:
        found = choices.get(facet, ())
        if not found:
            continue
        heading = QTreeWidgetItem([title, ""])
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = heading.font(0)
        font.setBold(True)
        heading.setFont(0, font)
        tree.addTopLevelItem(heading)
        for choice in found:
            item = _line(choice.label, choice.count, choice)
            heading.addChild(item)
            if chosen and (choice.facet, choice.value) == (chosen.facet, chosen.value):
                current = item
    tree.expandAll()
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    tree.setCurrentItem(current)
    kept: Choice | None = current.data(0, CHOICE)
    return kept


def _line(label: str, count: int, choice: Choice | None) -> QTreeWidgetItem:
    item = QTreeWidgetItem([label, f"{count:,}"])
    item.setToolTip(0, label)
    item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setData(0, CHOICE, choice)
    return item
