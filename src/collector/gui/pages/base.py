"""What the shell asks of a page."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from collector.gui.desk import Desk
from collector.model import Changes


class Page(QWidget):
    """A page is made when first shown; ``enter`` runs at every showing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def enter(self, wanted: object) -> None:
        """The page comes to the front; ``wanted`` says what to show there, or is None."""

    def refresh(self, changes: Changes) -> None:
        """Something was written, here or on another page."""

    def draft(self) -> dict[str, Any] | None:
        """Half-typed work that must outlive a lock; JSON values only."""
        return None

    def restore(self, draft: dict[str, Any]) -> None:
        """Put back what ``draft`` gave."""

    def dress(self) -> None:
        """The look has changed: redraw what the style sheet does not reach."""
