"""导入: choose files, set header and columns right, look at what would happen, write it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QListWidgetItem

from collector.gui.desk import Desk
from collector.gui.forms.ui_importing import Ui_ImportPage
from collector.gui.pages.base import Page
from collector.gui.widgets.column_matching import ColumnMatching, OpenedFile, open_files
from collector.gui.widgets.drop_well import READABLE, readable
from collector.gui.widgets.import_tables import fill_faults, fill_files, fit_height
from collector.gui.widgets.repolish import set_property
from collector.gui.wording import day_and_time
from collector.model import Outcome
from collector.services import importing
from collector.services.importing import ImportResult, Staged

NARROW = 760
"""points at 100 %"""
_TRAIL = ("选择文件", "核对表头", "预览入库", "结果")


class ImportPage(Page):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.paths: list[Path] = []
        self._opened: list[OpenedFile] = []
        self.staged: Staged | None = None
        self._step = 0
        ui = self.ui = Ui_ImportPage()
        ui.setupUi(self)
        self.matching = ColumnMatching(ui, desk)
        ui.well.dropped.connect(self.add_files)
        ui.browse.clicked.connect(self._browse)
        ui.remove.clicked.connect(self._remove)
        ui.files.itemSelectionChanged.connect(
            lambda: ui.remove.setEnabled(bool(ui.files.selectedItems()))
        )
        ui.open.clicked.connect(self.open_chosen)
        ui.match_back.clicked.connect(lambda: self._go(0))
        ui.check.clicked.connect(self.check)
        ui.preview_back.clicked.connect(lambda: self._go(1))
        ui.commit.clicked.connect(self.commit)
        ui.again.clicked.connect(self._again)
        ui.to_fix.clicked.connect(lambda: desk.wanted.emit("fix", None))
        ui.to_records.clicked.connect(self._to_records)
        self._list_files()
        self._go(0)

    # -- files -------------------------------------------------------------------------------

    def add_files(self, paths: Sequence[Path]) -> None:
        """Take files and folders into the list; one already there stays once."""
        for path in readable(paths):
            if path not in self.paths:
                self.paths.append(path)
        self._list_files()
        self._go(0)
        if self.paths:
            self.ui.open.setFocus()

    def _browse(self) -> None:
        pattern = " ".join(f"*{ending}" for ending in READABLE)
        dialog = QFileDialog(self, "选择要导入的文件", "", f"表格文件 ({pattern});;所有文件 (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.open()

    def _remove(self) -> None:
        gone = {item.data(Qt.ItemDataRole.UserRole) for item in self.ui.files.selectedItems()}
        self.paths = [path for path in self.paths if str(path) not in gone]
        self._list_files()

    def _list_files(self) -> None:
        self.ui.files.clear()
        for path in self.paths:
            size = path.stat().st_size if path.exists() else 0
            item = QListWidgetItem(f"{path.name}　{_size(size)}　{path.parent}")
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            self.ui.files.addItem(item)
        self.ui.files.setVisible(bool(self.paths))
        self.ui.remove.setVisible(bool(self.paths))
        self.ui.remove.setEnabled(False)
        self.ui.open.setEnabled(bool(self.paths))
        self.ui.well.setMaximumHeight(16_777_215 if not self.paths else 260)

    def open_chosen(self) -> None:
        """Read the files and propose header and columns; nothing is checked yet."""
        paths, pack = list(self.paths), self.desk.session.pack
        self.desk.run(
            self, "读取文件", lambda progress: open_files(paths, pack, progress), self._opened_files
        )

    def _opened_files(self, opened: list[OpenedFile]) -> None:
        self._opened = opened
        self.matching.show(opened)
        self._go(1)
        self.ui.sheets.setFocus()

    # -- checking ----------------------------------------------------------------------------

    def check(self) -> None:
        """Read as matched, judge every row, and say what would become of it."""
        session, paths = self.desk.session, [opened.path for opened in self._opened]
        plans = self.matching.plans()
        self.desk.run(
            self,
            "检查",
            lambda progress: importing.stage(session, paths, None, progress, plans),
            self._show_preview,
        )

    def _show_preview(self, staged: Staged) -> None:
        self.staged = staged
        ui, counts = self.ui, staged.counts
        ui.preview_title.setText(f"{len(staged.reading.files)} 个文件检查完毕，还没有写入")
        ui.seen_bar.setVisible(bool(staged.seen_before))
        if staged.seen_before:
            times = "、".join(
                f"{day_and_time(info.at)}（第 {info.id} 批）" for info in staged.seen_before
            )
            ui.seen.setText(f"▲ 一模一样的文件以前导入过：{times}。已在库里的行会记为“不变”。")
        ui.rows_count.setText(f"{staged.rows:,}")
        for label, outcome in (
            (ui.added_count, Outcome.ADDED),
            (ui.updated_count, Outcome.UPDATED),
            (ui.unchanged_count, Outcome.UNCHANGED),
            (ui.parked_count, Outcome.PARKED),
            (ui.skipped_count, Outcome.SKIPPED),
        ):
            label.setText(f"{counts.get(outcome, 0):,}")
        fill_files(ui.by_file, staged)
        fill_faults(ui.faults, staged.findings, self.desk.session.pack)
        ui.faults_title.setText("发现的问题" if staged.findings else "没有发现问题")
        ui.faults.setVisible(bool(staged.findings))
        written = sum(counts.get(kept, 0) for kept in Outcome if kept is not Outcome.SKIPPED)
        ui.commit.setEnabled(written > 0)
        ui.commit.setText(f"入库 {written:,} 行(&C)" if written else "没有可入库的行")
        self._go(2)
        ui.commit.setFocus()

    def commit(self) -> None:
        """Write what was previewed, in one transaction."""
        session, staged = self.desk.session, self.staged
        if staged is None:
            return
        self.desk.run(
            self,
            "入库",
            lambda progress: importing.commit(session, staged, progress),
            self._show_result,
        )

    def _show_result(self, result: ImportResult) -> None:
        ui, counts = self.ui, result.counts
        parked = counts.get(Outcome.PARKED, 0)
        set_property(ui.result_card, "tone", "warning" if parked else "good")
        mark = "▲" if parked else "✓"
        ui.result_title.setText(f"{mark} 第 {result.batch} 批已入库")
        ui.result_text.setText(
            f"{result.rows:,} 行 ＝ 新增 {counts.get(Outcome.ADDED, 0):,}"
            f" ＋ 更新 {counts.get(Outcome.UPDATED, 0):,}"
            f" ＋ 不变 {counts.get(Outcome.UNCHANGED, 0):,}"
            f" ＋ 待修留存 {parked:,}"
            f" ＋ 跳过 {counts.get(Outcome.SKIPPED, 0):,}"
        )
        more: list[str] = []
        if parked:
            more.append("待修的行已留存，到修正台改好即自动入库。")
        if result.released:
            more.append(f"以前待修的 {result.released:,} 行因为单位、工会已登记而合格入库。")
        ui.result_more.setText("".join(more))
        ui.result_more.setVisible(bool(more))
        fill_files(ui.result_files, result.staged)
        ui.result_sum.setText("每一行都有去处；跳过的是空行、样例行、填表说明和重复收到的待修行。")
        waiting = self.desk.session.store.parked_count(None, None)
        ui.to_fix.setVisible(waiting > 0)
        self.staged, self._opened, self.paths = None, [], []
        self._list_files()
        self._go(3)
        (ui.to_fix if waiting else ui.again).setFocus()
        self.desk.announce(result.changes)

    def _to_records(self) -> None:
        self.desk.wanted.emit("member", None)

    def _again(self) -> None:
        self._go(0)
        self.ui.browse.setFocus()

    def _go(self, step: int) -> None:
        self.ui.steps.setCurrentIndex(step)
        self._step = step
        self._word_trail()

    def _word_trail(self) -> None:
        accent = self.desk.appearance.theme.tones.accent
        self.ui.trail.setText(
            "&nbsp;&nbsp;›&nbsp;&nbsp;".join(
                f'<b style="color:{accent}">{place} {name}</b>'
                if place == self._step + 1
                else f"{place} {name}"
                for place, name in enumerate(_TRAIL, 1)
            )
        )
        self.ui.trail.setAccessibleName(f"第 {self._step + 1} 步：{_TRAIL[self._step]}")

    def dress(self) -> None:
        look = self.desk.appearance
        look.draw(self.ui.well_icon, "import", "accent", 40)
        self._word_trail()
        for table in (self.ui.columns, self.ui.by_file, self.ui.faults, self.ui.result_files):
            table.verticalHeader().setDefaultSectionSize(look.theme.px(34))
        self.ui.columns.verticalHeader().setDefaultSectionSize(look.theme.px(42))
        for table in (self.ui.by_file, self.ui.faults, self.ui.result_files):
            fit_height(table)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where little room is left the list of sheets shrinks and the column letters go."""
        theme = self.desk.appearance.theme
        narrow = self.width() < theme.px(NARROW)
        self.ui.sheets_side.setMinimumWidth(theme.px(130 if narrow else 200))
        self.ui.sheets_side.setMaximumWidth(theme.px(150 if narrow else 280))
        self.ui.columns.setColumnHidden(0, narrow)
        self.ui.columns.setColumnHidden(2, narrow)
        for label in (self.ui.spec_label, self.ui.levels_label, self.ui.levels_unit):
            label.setVisible(not narrow)
        self.ui.levels.setVisible(not narrow)


def _size(size: int) -> str:
    return f"{size / 1024:,.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:,.1f} MB"
