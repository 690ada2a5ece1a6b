"""Before an import is taken back: what leaves, what gets its earlier values, what stays."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidgetItem, QWidget

from collector.gui.forms.ui_undo_import import Ui_UndoImportDialog
from collector.gui.widgets.import_tables import fit_height
from collector.gui.widgets.room import widen_within
from collector.model import KIND_NAMES
from collector.services.undoing import KeptTold, UndoneBatches
from collector.store import Undone

_KEPT_SHOWN = 200


class UndoImportDialog(QDialog):
    Plan = tuple[Undone, Sequence[KeptTold]]

    def __init__(self, parent: QWidget, title: str, told: str, kept: Sequence[KeptTold]) -> None:
        super().__init__(parent)
        ui = self.ui = Ui_UndoImportDialog()
        ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wide = self.fontMetrics().averageCharWidth()
        widen_within(self, parent, wide * (72 if kept else 56))
        self.setWindowTitle("撤销导入")
        ui.title.setText(title)
        ui.intro.setText(
            "撤销的记录不再计数、不再上报，也不占用号码；它们仍加密留在库里备查，并记入日志。"
            "同一个文件以后可以重新导入。"
        )
        ui.told.setText(told)
        ui.kept_title.setVisible(bool(kept))
        ui.kept.setVisible(bool(kept))
        if kept:
            self._fill(kept)
        ui.cancel.clicked.connect(self.reject)
        ui.accept.clicked.connect(self.accept)
        ui.cancel.setFocus()

    @classmethod
    def of_one(cls, parent: QWidget, plan: Undone, kept: Sequence[KeptTold]) -> UndoImportDialog:
        dialog = cls(parent, f"撤销第 {plan.batch} 批导入？", "\n".join(_lines(plan)), kept)
        dialog.ui.accept.setEnabled(plan.changed)
        return dialog

    @classmethod
    def of_many(cls, parent: QWidget, batches: Sequence[int]) -> UndoImportDialog:
        return cls(
            parent,
            f"撤销 {len(batches):,} 次导入？",
            f"第 {min(batches)} 批到第 {max(batches)} 批之间所选的 {len(batches):,} 次，"
            "从最近的一次起逐次撤销：新增的记录不再是记录，更新过的恢复原来的内容。之后改过或已上报的保留不动。"
            "可以随时取消，已撤销的批次不受影响。",
            (),
        )

    def _fill(self, kept: Sequence[KeptTold]) -> None:
        table = self.ui.kept
        self.ui.kept_title.setText(f"保留不动的 {len(kept):,} 条")
        table.setColumnCount(4)
        table.setHorizontalHeaderLabels(["记录", "来自", "保留的项目", "原因"])
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.setRowCount(min(len(kept), _KEPT_SHOWN))
        for row, told in enumerate(kept[:_KEPT_SHOWN]):
            record = told.record
            said = (
                f"{KIND_NAMES[record.kind].zh} {told.key}",
                f"{record.sheet} 第 {record.row} 行",
                "、".join(told.labels) or "整条",
                told.why.zh,
            )
            for column, text in enumerate(said):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                table.setItem(row, column, item)
        fit_height(table)


def _lines(plan: Undone) -> list[str]:
    removed = "、".join(
        f"{KIND_NAMES[kind].zh} {count:,}" for kind, count in plan.removed.items() if count
    )
    said = [f"· 不再是记录：{removed}" if removed else "· 没有要移出的记录"]
    if plan.restored:
        said.append(f"· 恢复原来内容：{plan.restored:,} 条")
    if plan.moved:
        said.append(f"· 别的批次里也有、因此留下：{plan.moved:,} 条")
    if plan.repeated:
        said.append(f"· 与以前导入相同、不受影响：{plan.repeated:,} 条")
    if plan.parked:
        said.append(f"· 不再等待修正：{plan.parked:,} 行")
    if plan.waking:
        said.append(f"· 以前待修、重新等待修正：{plan.waking:,} 行")
    return said


def wording(done: UndoneBatches) -> str:
    """One line for the status bar."""
    removed = sum(sum(each.removed.values()) for each in done.done)
    restored = sum(each.restored for each in done.done)
    kept = sum(len(each.kept) for each in done.done)
    said = f"已撤销 {len(done.done)} 次导入：移出 {removed:,} 条，恢复 {restored:,} 条"
    said += f"，保留 {kept:,} 条" if kept else ""
    return said + ("；其余已取消，没有动" if done.cancelled else "")
