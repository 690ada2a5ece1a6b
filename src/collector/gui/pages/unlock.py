"""Open the workspace with the passphrase or the printed recovery code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from collector.errors import CollectorError, NotUnlocked
from collector.gui import showing
from collector.gui.appearance import Appearance
from collector.gui.forms.ui_unlock import Ui_UnlockPage
from collector.gui.jobs import Job, Jobs

if TYPE_CHECKING:
    from collector.services.session import Session


class UnlockPage(QWidget):
    opened = Signal(object)
    """the ``Session``"""

    def __init__(self, home: Path, jobs: Jobs, appearance: Appearance) -> None:
        super().__init__()
        self._home, self._jobs, self._appearance = home, jobs, appearance
        self._with_code = False
        self._notice = ""
        self.ui = Ui_UnlockPage()
        self.ui.setupUi(self)
        self.ui.caps.hide()
        self.ui.secret.caps_changed.connect(self.ui.caps.setVisible)
        self.ui.secret.textEdited.connect(lambda: self.ui.fault.clear())
        self.ui.secret.returnPressed.connect(self._open)
        self.ui.open.clicked.connect(self._open)
        self.ui.recovery.clicked.connect(self._swap)
        self._fit()
        self.reset()

    def settle(self) -> None:
        """The page stands: what it does not need to be read and typed into."""
        self.ui.secret.settle()
        self._appearance.changed.connect(self._dress)
        self._dress()

    def reset(self, notice: str = "") -> None:
        """Ask again: what was typed before is gone."""
        last = self._appearance.settings.last_operator
        self.ui.operator.clear()
        if "collector.store" in sys.modules:
            self.name_users()
        elif last:
            self.ui.operator.addItem(last)
        self._with_code = False
        self._notice = notice
        self._word()
        self.ui.secret.forget()
        self.ui.fault.clear()
        self._set_busy(False)
        QTimer.singleShot(0, self.ui.secret, self.ui.secret.setFocus)

    def name_users(self) -> None:
        """Offer those who may open the workspace: not before the store is read, which takes
        longer than to show this page."""
        from collector import store

        try:
            names = store.peek(self._home).operators
        except CollectorError as fault:
            showing.show(self, fault, self._home)
            return
        chosen = self.ui.operator.currentText() or self._appearance.settings.last_operator
        self.ui.operator.clear()
        self.ui.operator.addItems(list(names))
        if chosen in names:
            self.ui.operator.setCurrentText(chosen)
        self._word()

    def _swap(self) -> None:
        self._with_code = not self._with_code
        self.ui.secret.forget()
        self.ui.fault.clear()
        self._word()
        self.ui.secret.setFocus()

    def _word(self) -> None:
        names = self.ui.operator.count()
        several = names > 1 and not self._with_code
        self.ui.operator.setVisible(several)
        self.ui.operator_label.setVisible(several)
        self.ui.place.setText(str(self._home))
        if self._with_code:
            self.ui.greeting.setText("输入建立工作区时打印的恢复码，连字符和大小写不影响。")
            self.ui.secret_label.setText("恢复码(&P)")
            self.ui.recovery.setText("改用口令打开(&R)")
        else:
            who = "" if several else self.ui.operator.currentText()
            self.ui.greeting.setText(self._notice or (f"{who}，请输入口令。" if who else ""))
            self.ui.secret_label.setText("口令(&P)")
            self.ui.recovery.setText("忘记口令，用恢复码打开(&R)")
        self.ui.greeting.setVisible(bool(self.ui.greeting.text()))

    def _open(self) -> None:
        typed = self.ui.secret.text()
        if not typed:
            self.ui.fault.setText("请先输入" + ("恢复码。" if self._with_code else "口令。"))
            return
        who = self.ui.operator.currentText() or None
        home, with_code = self._home, self._with_code
        job = Job(lambda _: _unlock(home, typed, who, with_code))
        job.succeeded.connect(self._opened)
        job.failed.connect(self._refused)
        job.finished.connect(lambda: self._set_busy(False))
        self._set_busy(True)
        self._jobs.start(job)

    def _opened(self, session: Session) -> None:
        self.ui.secret.forget()
        self.opened.emit(session)

    def _refused(self, fault: BaseException) -> None:
        if isinstance(fault, NotUnlocked):
            sentence, advice = showing.sentence_and_advice(fault)
            self.ui.fault.setText(f"✕ {sentence}{advice}")
            self.ui.secret.setFocus()
            self.ui.secret.selectAll()
        else:
            showing.show(self, fault, self._home)

    def _set_busy(self, busy: bool) -> None:
        for widget in (self.ui.secret, self.ui.open, self.ui.recovery, self.ui.operator):
            widget.setEnabled(not busy)
        self.ui.open.setText("正在打开…" if busy else "打开(&O)")
        if not busy:
            self.ui.secret.setFocus()

    def _fit(self) -> None:
        theme = self._appearance.theme
        self.ui.badge.setFixedSize(theme.px(32), theme.px(32))
        self.ui.card.setFixedWidth(min(theme.px(440), 760))

    def _dress(self) -> None:
        self._fit()
        self._appearance.draw(self.ui.badge, "lock", "accent", 32)
        self.ui.secret.offer_reveal(self._appearance.icon("eye", "muted"))


def _unlock(home: Path, typed: str, who: str | None, with_code: bool) -> Session:
    # read here: this page alone must stand before the rest of the program is read
    from collector.services import session

    if with_code:
        return session.unlock_with_recovery(home, typed)
    return session.unlock(home, typed, who)
