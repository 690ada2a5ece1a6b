"""A place to drop files and folders on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QWidget

from collector.gui.widgets.repolish import set_property

READABLE = (".xlsx", ".xlsm", ".xls", ".csv")


class DropWell(QFrame):
    dropped = Signal(object)
    """list of ``Path``"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local(event.mimeData()):
            set_property(self, "over", "true")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        set_property(self, "over", "false")

    def dropEvent(self, event: QDropEvent) -> None:
        set_property(self, "over", "false")
        event.acceptProposedAction()
        self.dropped.emit(readable(_local(event.mimeData())))


def readable(paths: Iterable[Path]) -> list[Path]:
    """The workbooks among the paths, and those inside the folders among them."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found.extend(
            item
            for item in inside
            if item.is_file()
            and (item is path or item.suffix.lower() in READABLE)
            and not item.name.startswith(("~$", "."))
        )
    return list(dict.fromkeys(found))


def _local(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
