"""The step of an import before anything is written: what would become of files and rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from collector.gui.desk import Desk
from collector.gui.forms.ui_importing import Ui_ImportPage
from collector.gui.widgets.import_tables import (
    fill_changes,
    fill_faults,
    fill_lines,
    fill_units,
    in_trouble_first,
    returned_words,
)
from collector.gui.wording import day_and_time
from collector.model import Outcome
from collector.services.inbox import Inbox
from collector.services.inbox_lines import Line, State
from collector.services.previewing import Changed, UnitCounts


class ImportPreview(QObject):
    """Drives the preview step of the import page."""

    def __init__(self, ui: Ui_ImportPage, desk: Desk) -> None:
        super().__init__(ui.preview_step)
        self.ui, self.desk = ui, desk
        self._shown: list[Line] = []
        ui.by_file.itemSelectionChanged.connect(self._line_chosen)

    @property
    def chosen(self) -> list[Path]:
        """Files of the lines chosen whose columns can be looked at."""
        rows = sorted({index.row() for index in self.ui.by_file.selectedIndexes()})
        return [
            self._shown[row].path
            for row in rows
            if row < len(self._shown) and self._shown[row].state in (State.READY, State.NO_TABLE)
        ]

    def show(self, box: Inbox, units: Sequence[UnitCounts], changed: Changed) -> int:
        """Fill the step; gives how many rows would be written."""
        ui, ready = self.ui, box.ready
        counts = {o: sum(line.counts.get(o, 0) for line in ready) for o in Outcome}
        bad = [line for line in box.lines if line.state in (State.REFUSED, State.NO_TABLE)]
        seen = [line for line in box.lines if line.state is State.SEEN]
        title = f"{len(ready):,} 个文件检查完毕，还没有写入"
        title += f"；{len(bad):,} 个读不了" if bad else ""
        title += f"；{len(seen):,} 个以前导入过，不再读" if seen else ""
        title += f"；还有 {len(box.unread):,} 个等这些入库后接着读" if box.unread else ""
        ui.preview_title.setText(title)
        self._say_seen(ready)
        ui.rows_count.setText(f"{sum(line.rows for line in ready):,}")
        for label, outcome in (
            (ui.added_count, Outcome.ADDED),
            (ui.updated_count, Outcome.UPDATED),
            (ui.unchanged_count, Outcome.UNCHANGED),
            (ui.parked_count, Outcome.PARKED),
            (ui.skipped_count, Outcome.SKIPPED),
        ):
            label.setText(f"{counts[outcome]:,}")
        self._shown = in_trouble_first(box.lines)
        fill_lines(ui.by_file, self._shown)
        ui.take_seen.setVisible(bool(seen))
        self._line_chosen()
        findings = [finding for line in ready for finding in line.findings]
        fill_faults(ui.faults, findings, self.desk.session.pack)
        ui.faults_title.setText("发现的问题" if findings else "没有发现问题")
        ui.faults.setVisible(bool(findings))
        fill_changes(ui.changes, changed)
        ui.changes_title.setText(
            f"将更新 {changed.total:,} 条记录"
            + (f"（列出前 {len(changed.shown)} 条）" if changed.total > len(changed.shown) else "")
        )
        fill_units(ui.units, units)
        ui.units_title.setText(f"各单位（{sum(bool(unit.name) for unit in units):,} 个）")
        for widgets, shown in (
            ((ui.changes_title, ui.changes), bool(changed.shown)),
            ((ui.units_title, ui.units), len(units) > 1),
        ):
            for widget in widgets:
                widget.setVisible(shown)
        written = sum(counts[kept] for kept in Outcome if kept is not Outcome.SKIPPED)
        ui.commit.setEnabled(written > 0)
        ui.commit.setText(f"入库 {written:,} 行(&C)" if written else "没有可入库的行")
        return written

    def _say_seen(self, ready: Sequence[Line]) -> None:
        """Marked copies come back, and files read although they were imported before."""
        known = {
            info.id: info
            for line in ready
            if line.staged is not None
            for info in line.staged.seen_before
        }
        times = "、".join(f"{day_and_time(info.at)}（第 {info.id} 批）" for info in known.values())
        said = returned_words(ready)
        if known:
            said.append(f"▲ 一模一样的文件以前导入过：{times}。已在库里的行会记为“不变”。")
        self.ui.seen_bar.setVisible(bool(said))
        self.ui.seen.setText("\n".join(said))

    def _line_chosen(self) -> None:
        self.ui.columns_of.setEnabled(bool(self.chosen))
