"""Dialogs that ask for a reason: nothing is ever deleted, it only changes its state."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from collector.gui.forms.ui_reason import Ui_ReasonDialog
from collector.gui.widgets.room import widen_within

REASONS = ("调出", "退休", "离职", "死亡", "除名", "退会", "单位撤销或合并", "重复登记")


class ReasonDialog(QDialog):
    def __init__(self, parent: QWidget, title: str, reasons: Sequence[str]) -> None:
        super().__init__(parent)
        self.ui = Ui_ReasonDialog()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        widen_within(self, parent, self.fontMetrics().averageCharWidth() * 52)
        self.setWindowTitle(title)
        self.ui.title.setText(title)
        self.ui.accept.setText(f"{title}(&D)")
        self.ui.reason.addItems(list(reasons))
        self.ui.cancel.clicked.connect(self.reject)
        self.ui.accept.clicked.connect(self.accept)

    @property
    def reason(self) -> str:
        remark = self.ui.remark.text().strip()
        return self.ui.reason.currentText() + (f"：{remark}" if remark else "")


class DeactivateDialog(ReasonDialog):
    """转为非正常."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "转为非正常", REASONS)
