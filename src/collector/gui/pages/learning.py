"""本省表样: a province's own workbook becomes a pack."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout

from collector.gui.desk import Desk
from collector.gui.pages.base import Page
from collector.gui.widgets.learning_pane import LearningPane
from collector.gui.widgets.room import scrolled


class LearningPage(Page):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.pane = LearningPane(desk)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolled(self.pane))

    def draft(self) -> dict[str, Any] | None:
        return self.pane.draft()

    def restore(self, draft: dict[str, Any]) -> None:
        self.pane.restore(draft)

    def dress(self) -> None:
        self.pane.dress()
