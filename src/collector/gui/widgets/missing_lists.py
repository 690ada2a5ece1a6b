"""补录: the list of what is missing, written for the units and taken back filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from collector.gui.desk import Desk
from collector.services import completing, missing_list
from collector.services.gaps import Missing


class MissingLists(QObject):
    taken = Signal(object)
    """what a list brought, a ``Completed``"""

    def __init__(self, page: QWidget, desk: Desk, missing: Callable[[], Missing | None]) -> None:
        super().__init__(page)
        self._page, self._desk, self._missing = page, desk, missing

    def ask_where(self) -> None:
        what = self._missing()
        if what is None:
            return
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        name = f"补录表_{what.pack.id}_{datetime.now().astimezone():%Y%m%d}.xlsx"
        dialog = QFileDialog(
            self._page, "导出补录表", str(Path(documents or Path.home()) / name), "工作簿 (*.xlsx)"
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.export(Path(chosen)))
        dialog.open()

    def export(self, path: Path) -> None:
        """Write the list to fill in, of all kinds and units."""
        session, what = self._desk.session, self._missing()
        if what is not None:
            self._desk.run(
                self._page,
                "导出补录表",
                lambda progress: missing_list.write_list(session, what, path, progress),
                lambda written: self._desk.said.emit(
                    f"已导出 {'、'.join(p.name for p in written)}"
                ),
            )

    def ask_which(self) -> None:
        dialog = QFileDialog(self._page, "收回补录表", "", "工作簿 (*.xlsx *.xls)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.take(Path(chosen)))
        dialog.open()

    def take(self, path: Path) -> None:
        """Take the answers of a list that came back."""
        session = self._desk.session
        self._desk.run(
            self._page,
            "收回补录表",
            lambda progress: completing.take_list(session, path, progress),
            self.taken.emit,
        )
