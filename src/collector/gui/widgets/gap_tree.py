"""What is missing field by field, with live counts, to be narrowed by."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from collector.gui.models.missing import short
from collector.model import Kind, Severity
from collector.services.gaps import UNKNOWN_LABEL, Gap, Missing

PLACE = int(Qt.ItemDataRole.UserRole)
"""role of a line: the gap's place in ``Missing.gaps``, None for all"""

_GROUPS: tuple[tuple[str, Callable[[Gap], bool]], ...] = (
    ("没有填", lambda gap: gap.is_empty),
    ("清单里没有", lambda gap: gap.code == UNKNOWN_LABEL),
    ("不合规则", lambda gap: not gap.can_be_filled),
)


def fill_gaps(
    tree: QTreeWidget, missing: Missing, kind: Kind, chosen: frozenset[int] | None
) -> None:
    """The gaps of one kind of record in groups; the chosen one, else all, is current."""
    of_kind = [
        (place, gap, missing.counts[place])
        for place, gap in enumerate(missing.gaps)
        if gap.kind is kind and missing.counts[place]
    ]
    tree.clear()
    tree.setColumnCount(2)
    current = _line("全部缺项", sum(count for _, _, count in of_kind), None)
    tree.addTopLevelItem(current)
    for title, belongs in _GROUPS:
        inside = [item for item in of_kind if belongs(item[1])]
        if not inside:
            continue
        heading = QTreeWidgetItem([title, ""])
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = heading.font(0)
        font.setBold(True)
        heading.setFont(0, font)
        tree.addTopLevelItem(heading)
        for place, gap, count in inside:
            mark = "" if gap.severity is Severity.ERROR else "（推定）"
            item = _line(f"{short(gap.label)}{mark}", count, place)
            item.setToolTip(0, f"{gap.label}：{gap.text.zh}")
            heading.addChild(item)
            if chosen == frozenset({place}):
                current = item
    tree.expandAll()
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    tree.setCurrentItem(current)


def _line(label: str, count: int, place: int | None) -> QTreeWidgetItem:
    item = QTreeWidgetItem([label, f"{count:,}"])
    item.setToolTip(0, label)
    item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setData(0, PLACE, place)
    return item
