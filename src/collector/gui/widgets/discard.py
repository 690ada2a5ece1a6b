"""Why a parked row is left out for good; the store keeps it as skipped."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from collector.gui.widgets.deactivate import ReasonDialog


class DiscardDialog(ReasonDialog):
    def __init__(self, parent: QWidget, place: str) -> None:
        super().__init__(parent, "不收这一行", REASONS)
        self.ui.intro.setText(f"{place}\n这一行不再等待修正，也不入库；原来的内容仍留在库里备查。")


REASONS = ("重复的行", "样例或说明，不是人员", "不属于本单位", "已离开，不再采集", "其他")
