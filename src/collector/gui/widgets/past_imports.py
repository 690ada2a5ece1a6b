"""以前的导入: every import with what became of it, and the way to take it back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableWidgetItem, QWidget

from collector.gui.desk import Desk
from collector.gui.forms.ui_past_imports import Ui_PastImportsForm
from collector.gui.widgets.remembered import RememberedDialog
from collector.gui.widgets.undo_import import UndoImportDialog, wording
from collector.gui.wording import day_and_time
from collector.model import Outcome
from collector.progress import Progress
from collector.services import undoing
from collector.services.undoing import UndoneBatches
from collector.store import BatchInfo

SHOWN = 500
_COLUMNS = ("批", "时间", "文件", "新增", "更新", "不变", "待修", "采集员", "状态")
_COUNTS = (Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.PARKED)


class PastImports(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ui = self.ui = Ui_PastImportsForm()
        ui.setupUi(self)
        self._desk: Desk | None = None
        self.batches: list[BatchInfo] = []
        table = ui.batches
        table.setColumnCount(len(_COLUMNS))
        table.setHorizontalHeaderLabels(list(_COLUMNS))
        table.setAccessibleName("以前的导入")
        table.verticalHeader().hide()
        table.setSelectionBehavior(table.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.itemSelectionChanged.connect(self._chosen)
        ui.undo.clicked.connect(self.undo)
        ui.layouts.clicked.connect(self._remembered)

    def use(self, desk: Desk) -> None:
        self._desk = desk
        self.reload()

    def reload(self) -> None:
        """Show the imports as they are now, the newest first."""
        if self._desk is None or self._desk.is_closed:
            return
        everything = undoing.past(self._desk.session)
        newer = [info.id for info in everything[:1]] != [info.id for info in self.batches[:1]]
        self.batches = everything[:SHOWN]
        self.setVisible(bool(everything))
        table = self.ui.batches
        table.setRowCount(0)
        table.setRowCount(len(self.batches))
        for row, info in enumerate(self.batches):
            self._fill(row, info)
        if newer:
            table.scrollToTop()
        more = f"，这里列出最近 {SHOWN} 次" if len(everything) > SHOWN else ""
        self.ui.count.setText(f"{len(everything):,} 次{more}")
        self._chosen()

    def chosen(self) -> list[int]:
        """Batches of the lines chosen that still stand, newest first."""
        rows = sorted({index.row() for index in self.ui.batches.selectedIndexes()})
        return [self.batches[row].id for row in rows if not self.batches[row].undone_at]

    def undo(self) -> None:
        """Ask about the chosen ones, then take them back."""
        self.ask_undo(self.chosen())

    def ask_undo(self, batches: Sequence[int]) -> None:
        """Say what taking these imports back would do; on consent do it."""
        desk = self._desk
        if desk is None or not batches:
            return
        session = desk.session
        if len(batches) > 1:
            self._confirm(UndoImportDialog.of_many(self.window(), batches), batches)
            return

        def planned(found: UndoImportDialog.Plan) -> None:
            self._confirm(UndoImportDialog.of_one(self.window(), *found), batches)

        def ask(_: Progress) -> UndoImportDialog.Plan:
            plan = undoing.preview(session, batches[0])
            return plan, undoing.kept_told(session, plan)

        desk.ask(self, ask, planned)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.ui.batches.hasFocus() and self.chosen():
            self.undo()
            return
        super().keyPressEvent(event)

    def dress(self) -> None:
        if self._desk is not None:
            theme = self._desk.appearance.theme
            self.ui.batches.verticalHeader().setDefaultSectionSize(theme.px(32))

    def _confirm(self, dialog: UndoImportDialog, batches: Sequence[int]) -> None:
        desk = self._desk
        if desk is None:
            return
        session = desk.session
        dialog.accepted.connect(
            lambda: desk.run(
                self,
                "撤销导入",
                lambda progress: undoing.undo_many(session, batches, progress),
                self._undone,
            )
        )
        dialog.open()

    def _undone(self, done: UndoneBatches) -> None:
        if self._desk is None:
            return
        self._desk.said.emit(wording(done))
        self._desk.announce(done.changes)

    def _chosen(self) -> None:
        count = len(self.chosen())
        self.ui.undo.setEnabled(count > 0)
        self.ui.undo.setText(f"撤销所选的 {count} 次(&U)…" if count > 1 else "撤销所选(&U)…")

    def _remembered(self) -> None:
        if self._desk is not None:
            RememberedDialog(self.window(), self._desk).open()

    def _fill(self, row: int, info: BatchInfo) -> None:
        names = "、".join(file.name for file in info.files)
        said = [
            str(info.id),
            day_and_time(info.at),
            names,
            *(f"{info.counts.get(outcome.value, 0):,}" for outcome in _COUNTS),
            info.operator,
            f"↩ {day_and_time(info.undone_at)} 已撤销" if info.undone_at else "在库",
        ]
        for column, text in enumerate(said):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column == 0 or 3 <= column < 3 + len(_COUNTS):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.ui.batches.setItem(row, column, item)
