"""The progress of a job: comes after 300 ms, always has Cancel."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QWidget

from collector.gui.forms.ui_waiting import Ui_WaitingDialog
from collector.gui.jobs import Job
from collector.gui.widgets.room import widen_within
from collector.wording import Text

SHOWN_AFTER = 300
"""milliseconds"""


class WaitingDialog(QDialog):
    def __init__(self, job: Job, parent: QWidget) -> None:
        super().__init__(parent)
        self.ui = Ui_WaitingDialog()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        widen_within(self, parent, self.fontMetrics().averageCharWidth() * 56)
        self._job = job
        self._over = False
        self.ui.what.setText(job.title or "正在处理")
        self.ui.step.setText("请稍候…")
        self.ui.bar.setRange(0, 0)
        self.ui.cancel.clicked.connect(self.reject)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.open)
        job.progressed.connect(self._told)
        job.finished.connect(self._finish)

    @classmethod
    def watch(cls, job: Job, parent: QWidget) -> WaitingDialog:
        dialog = cls(job, parent)
        dialog._timer.start(SHOWN_AFTER)
        return dialog

    def reject(self) -> None:
        """Escape, the button and the window's cross all ask the job to stop."""
        self._job.cancel()
        self.ui.cancel.setEnabled(False)
        self.ui.step.setText("正在取消…")

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._over:
            event.ignore()
            self.reject()

    def _told(self, what: Text, done: int, total: int) -> None:
        if self._job.progress.is_cancelled:
            return
        self.ui.step.setText(what.zh)
        self.ui.bar.setRange(0, total)
        self.ui.bar.setValue(done)
        self.ui.figures.setText(f"{done:,} / {total:,}" if total else "")

    def _finish(self) -> None:
        self._over = True
        self._timer.stop()
        self.close()
        self.deleteLater()
