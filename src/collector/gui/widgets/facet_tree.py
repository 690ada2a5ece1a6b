"""The facets of the fixing desk as a tree with counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QTreeWidget

from collector.gui.models.facets import FACETS, Choice
from collector.gui.widgets.counted_tree import CHOSEN, finish, heading, line, start


def fill_facets(
    tree: QTreeWidget, total: int, choices: Mapping[str, Sequence[Choice]], chosen: Choice | None
) -> Choice | None:
    """Show the facets and keep the choice where it still stands; gives what is chosen now."""
    current = start(tree, "全部待修的行", total)
    for facet, title in FACETS:
        found = choices.get(facet, ())
        if not found:
            continue
        group = heading(tree, title)
        for choice in found:
            item = line(choice.label, choice.count, choice)
            group.addChild(item)
            if chosen and (choice.facet, choice.value) == (chosen.facet, chosen.value):
                current = item
    finish(tree, current)
    kept: Choice | None = current.data(0, CHOSEN)
    return kept
