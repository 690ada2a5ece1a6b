"""What is missing field by field, with live counts, to be narrowed by."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QTreeWidget

from collector.gui.models.missing import short
from collector.gui.widgets.counted_tree import finish, heading, line, start
from collector.model import Kind, Severity
from collector.services.gaps import UNKNOWN_LABEL, Gap, Missing

_GROUPS: tuple[tuple[str, Callable[[Gap], bool]], ...] = (
    ("没有填", lambda gap: gap.is_empty),
    ("清单里没有", lambda gap: gap.code == UNKNOWN_LABEL),
    ("不合规则", lambda gap: not gap.can_be_filled),
)


def fill_gaps(
    tree: QTreeWidget, missing: Missing, kind: Kind, chosen: frozenset[int] | None
) -> None:
    """The gaps of one kind of record in groups, each by its place in ``Missing.gaps``; the chosen
    one, else all, is current."""
    of_kind = [
        (place, gap, missing.counts[place])
        for place, gap in enumerate(missing.gaps)
        if gap.kind is kind and missing.counts[place]
    ]
    current = start(tree, "全部缺项", sum(count for _, _, count in of_kind))
    for title, belongs in _GROUPS:
        inside = [item for item in of_kind if belongs(item[1])]
        if not inside:
            continue
        group = heading(tree, title)
        for place, gap, count in inside:
            mark = "" if gap.severity is Severity.ERROR else "（推定）"
            item = line(f"{short(gap.label)}{mark}", count, place)
            item.setToolTip(0, f"{gap.label}：{gap.text.zh}")
            group.addChild(item)
            if chosen == frozenset({place}):
                current = item
    finish(tree, current)
