"""The last step of an import: what was written, line by line, and what may follow."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from collector.gui.desk import Desk
from collector.gui.forms.ui_importing import Ui_ImportPage
from collector.gui.widgets.import_tables import fill_lines, in_trouble_first
from collector.gui.widgets.repolish import set_property
from collector.model import Outcome
from collector.services import row_results
from collector.services.inbox_lines import InboxResult, Line, State


class ImportOutcome(QObject):
    """Drives the result step; further waves of the same folder are added up."""

    def __init__(self, ui: Ui_ImportPage, desk: Desk) -> None:
        super().__init__(ui.result_step)
        self.ui, self.desk = ui, desk
        self.result: InboxResult | None = None
        self._continues = False
        ui.save_results.clicked.connect(self._choose_folder)

    @property
    def batches(self) -> list[int]:
        """What was written."""
        return [line.batch for line in self._lines() if line.batch]

    def take(self, result: InboxResult, continues: bool) -> None:
        """What a wave wrote; ``continues`` where another follows."""
        if self.result is None or not self._continues:
            self.result = result
        else:
            self.result.add(result)
        self._continues = continues

    def clear(self) -> None:
        self.result, self._continues = None, False

    def show(self) -> None:
        """Say what became of the files and their rows."""
        result, ui = self.result, self.ui
        if result is None:
            return
        self._continues = False
        parked = result.count(Outcome.PARKED)
        written = result.files(State.WRITTEN)
        bad = result.files(State.REFUSED, State.NO_TABLE, State.LEFT)
        tone = "warning" if parked or bad else "good"
        set_property(ui.result_card, "tone", tone)
        ui.result_title.setText(f"{'▲' if tone == 'warning' else '✓'} {_title(written, result)}")
        ui.result_text.setText(
            f"{result.rows:,} 行 ＝ 新增 {result.count(Outcome.ADDED):,}"
            f" ＋ 更新 {result.count(Outcome.UPDATED):,}"
            f" ＋ 不变 {result.count(Outcome.UNCHANGED):,}"
            f" ＋ 待修留存 {parked:,}"
            f" ＋ 跳过 {result.count(Outcome.SKIPPED):,}"
        )
        more = ["待修的行已留存，到修正台改好即自动入库。"] if parked else []
        if result.released:
            more.append(f"以前待修的 {result.released:,} 行因为单位、工会已登记而合格入库。")
        if result.cancelled:
            more.append("已取消：列为“已入库”的文件完整写入，其余没有动。")
        if result.stopped is not None:
            more.append(f"{result.stopped.sentence.zh}{result.stopped.advice.zh}")
        ui.result_more.setText("".join(more))
        ui.result_more.setVisible(bool(more))
        fill_lines(ui.result_files, in_trouble_first(result.lines))
        ui.result_sum.setText("每一行都有去处；跳过的是空行、样例行、填表说明和重复收到的待修行。")
        ui.undo_now.setEnabled(bool(written))
        ui.save_results.setEnabled(any(line.results for line in result.lines))
        waiting = self.desk.session.store.parked_count(None, None)
        ui.to_fix.setVisible(waiting > 0)

    def refresh(self) -> None:
        """An import shown here may have been taken back since."""
        undone = {info.id for info in self.ui.past.batches if info.undone_at}
        if self.result is None or not undone & set(self.batches):
            return
        gone = len(undone & set(self.batches))
        self.ui.undo_now.setEnabled(gone < len(self.batches))
        set_property(self.ui.result_card, "tone", "warning")
        self.ui.result_title.setText(f"↩ 这次导入的 {gone:,} 批已撤销")

    def save(self, folder: Path) -> None:
        """Write the list of all rows into a folder the person chose."""
        lines, pack = [line for line in self._lines() if line.results], self.desk.session.pack
        self.desk.run(
            self.ui.result_step,
            "保存逐行结果",
            lambda _: row_results.write(lines, pack, folder, datetime.now().astimezone()),
            lambda path: self.desk.said.emit(f"已保存：{path}"),
        )

    def _lines(self) -> list[Line]:
        return self.result.lines if self.result is not None else []

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self.ui.result_step, "保存逐行结果到哪个文件夹")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()


def _title(written: list[Line], result: InboxResult) -> str:
    if not written:
        return "没有写入任何文件"
    if len(written) == 1 == len(result.lines):
        return f"第 {written[0].batch} 批已入库"
    numbers = [line.batch for line in written]
    return f"{len(written):,} 个文件已入库（第 {min(numbers)}–{max(numbers)} 批，可逐批撤销）"
