"""退回原单位: which files go back, with their own workbooks where those are at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHeaderView, QTableWidgetItem, QWidget

from collector.gui.desk import Desk
from collector.gui.forms.ui_hand_back import Ui_HandBackDialog
from collector.gui.widgets.room import resize_within
from collector.gui.wording import day_and_time
from collector.progress import Progress
from collector.services import handing
from collector.services.gathering import READABLE
from collector.services.handing import WrittenCopy
from collector.store import WaitingFile

_COLUMNS = ("文件", "导入时间", "要改的行", "退回件用")
_REBUILT = "省模板，只列要改的行"


class HandBackDialog(QDialog):
    """Opened with ``open``; it closes when the copies are written."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        ui = self.ui = Ui_HandBackDialog()
        ui.setupUi(self)
        self._desk = desk
        self.files: list[WaitingFile] = []
        self.sources: dict[str, Path] = {}
        """SHA-256 of an imported file -> where it is"""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wide = self.fontMetrics().averageCharWidth()
        resize_within(self, parent, wide * 76, wide * 40)
        table = ui.files
        table.setColumnCount(len(_COLUMNS))
        table.setHorizontalHeaderLabels(list(_COLUMNS))
        table.setAccessibleName("有待修行的文件")
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(desk.appearance.theme.px(34))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.itemChanged.connect(lambda: self._count())
        ui.sources.clicked.connect(self._ask_sources)
        ui.cancel.clicked.connect(self.reject)
        ui.accept.clicked.connect(self._ask_folder)
        ui.accept.setEnabled(False)
        session = desk.session
        desk.ask(self, lambda _: handing.waiting_files(session), self._show)

    def _show(self, files: list[WaitingFile]) -> None:
        self.files = files
        table = self.ui.files
        table.blockSignals(True)
        table.setRowCount(len(files))
        for row, file in enumerate(files):
            name = QTableWidgetItem(file.name)
            name.setCheckState(Qt.CheckState.Checked)
            name.setToolTip(file.name)
            rows = QTableWidgetItem(f"{file.rows:,}")
            rows.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            at = QTableWidgetItem(f"{day_and_time(file.at)}　第 {file.batch} 批")
            for column, item in enumerate((name, at, rows, QTableWidgetItem())):
                table.setItem(row, column, item)
        table.blockSignals(False)
        if files:
            table.setCurrentCell(0, 0)
        self._say_sources()
        self._count()
        self.ui.accept.setFocus()

    def chosen(self) -> list[WaitingFile]:
        """The files ticked."""
        return [
            file
            for row, file in enumerate(self.files)
            if (item := self.ui.files.item(row, 0)) is not None
            and item.checkState() is Qt.CheckState.Checked
        ]

    def _count(self) -> None:
        chosen = self.chosen()
        rows = sum(file.rows for file in chosen)
        self.ui.count.setText(f"选了 {len(chosen)} 个文件，{rows:,} 行" if chosen else "没有选文件")
        self.ui.accept.setEnabled(bool(chosen))

    def _say_sources(self) -> None:
        self.ui.files.blockSignals(True)
        for row, file in enumerate(self.files):
            item = self.ui.files.item(row, 3)
            source = self.sources.get(file.sha256)
            if item is not None:
                item.setText(f"✓ 原文件 {source.name}" if source is not None else _REBUILT)
                item.setToolTip(str(source) if source is not None else "")
        self.ui.files.blockSignals(False)

    # -- the person's own files --------------------------------------------------------------

    def _ask_sources(self) -> None:
        pattern = " ".join(f"*{ending}" for ending in READABLE)
        dialog = QFileDialog(self, "给出当时导入的文件", "", f"表格文件 ({pattern});;所有文件 (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.take_sources([Path(n) for n in names]))
        dialog.open()

    def take_sources(self, paths: Sequence[Path]) -> None:
        """Know the files by their content, whatever they are called."""

        def work(progress: Progress) -> dict[str, Path]:
            return {handing.fingerprint(path): path for path in paths}

        def known(found: dict[str, Path]) -> None:
            wanted = {file.sha256 for file in self.files}
            own = {digest: path for digest, path in found.items() if digest in wanted}
            self.sources |= own
            self._say_sources()
            others = len(found) - len(own)
            if others:
                self._desk.said.emit(f"{others} 个文件不是当时导入的那一份（内容不同），没有采用")

        self._desk.run(self, "核对原文件", work, known)

    # -- writing -----------------------------------------------------------------------------

    def _ask_folder(self) -> None:
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        dialog = QFileDialog(self, "退回件放在哪个文件夹", documents or str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.write(Path(name)))
        dialog.open()

    def write(self, folder: Path) -> None:
        """Write the copies of the files ticked into the folder."""
        desk, session, sources = self._desk, self._desk.session, dict(self.sources)
        files = self.chosen()

        def work(progress: Progress) -> list[WrittenCopy]:
            return handing.hand_back_files(session, files, folder, sources, progress).copies

        def told(copies: list[WrittenCopy]) -> None:
            rows = sum(copy.rows for copy in copies)
            desk.said.emit(f"已写出 {len(copies)} 份退回件，共 {rows:,} 行要改：{folder}")
            self.accept()

        desk.run(self, "写出退回件", work, told)
