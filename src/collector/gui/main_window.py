"""The one window: first run, unlock, or the shell with its rail of pages."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from collector import places, settings
from collector.errors import CollectorError
from collector.gui import showing
from collector.gui.appearance import Appearance
from collector.gui.jobs import Job, Jobs
from collector.gui.reading_ahead import ReadingAhead
from collector.settings import Settings

# The pages are imported when they are first needed: most of the program is behind them, and
# a person looks at the unlock page while the rest is read.
if TYPE_CHECKING:
    from collector.gui.desk import Desk
    from collector.gui.guarding import Guard
    from collector.gui.pages.first_run import FirstRunPage
    from collector.gui.pages.unlock import UnlockPage
    from collector.gui.shell import Shell
    from collector.services.session import Session

FOLD_EVERY = 20_000
"""milliseconds between looks at whether the store's log can be folded in"""
SETTLE_AFTER = 30
"""milliseconds after the window stands: it is painted and takes the first key by then"""

log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    def __init__(self, home: Path, appearance: Appearance) -> None:
        super().__init__()
        self.home = home
        self.appearance = appearance
        self.jobs = Jobs()
        self._reading = ReadingAhead(self)
        self.shell: Shell | None = None
        self.desk: Desk | None = None
        self._lock_waits = ""
        self._unlock: UnlockPage | None = None
        self._first_run: FirstRunPage | None = None
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.setWindowTitle("工会实名制采集")
        self.resize(1280, 720)
        self.setMinimumSize(800, 540)
        appearance.settings_changed.connect(self._keep_settings)
        self.guard: Guard | None = None
        self.jobs.idle_changed.connect(self._jobs_idle)
        self._folding = QTimer(self)
        self._folding.setInterval(FOLD_EVERY)
        self._folding.timeout.connect(self._fold)
        if places.has_workspace(home):
            self._ask_passphrase()
        else:
            from collector.gui.pages.first_run import FirstRunPage

            self._first_run = FirstRunPage(home, self.jobs, appearance)
            self._first_run.made.connect(self.enter)
            self._show(self._first_run)
        QTimer.singleShot(SETTLE_AFTER, self.settle)

    def settle(self) -> None:
        """What a person does not see at once: keys, the guard, icons, the log; then the rest of
        the program is read while the passphrase is typed. Only the first call does something."""
        if self.guard is not None:
            return
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QKeySequence, QShortcut

        from collector import logs
        from collector.gui.guarding import Guard

        look = self.appearance
        look.settle()
        self.setWindowIcon(look.icon("union", "accent", 64))
        self.guard = Guard(self, look.settings.auto_lock_minutes)
        self.guard.idle.connect(lambda: self.lock("久未操作，已自动锁定。请输入口令。"))
        for keys, act in (
            ("Ctrl++", lambda: look.zoom(1)),
            ("Ctrl+=", lambda: look.zoom(1)),
            ("Ctrl+-", lambda: look.zoom(-1)),
            ("Ctrl+0", lambda: look.zoom(0)),
            ("Ctrl+L", lambda: self.lock()),
            ("F1", self.show_keys),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.activated.connect(act)
        for page in (self._unlock, self._first_run):
            if page is not None:
                page.settle()
        if places.has_workspace(self.home):
            logs.start(self.home)
        self._reading.start()

    def enter(self, session: Session) -> None:
        """The workspace is open: show its pages."""
        self.settle()
        from collector import logs

        logs.start(self.home)
        self._keep_settings(
            settings.Settings(
                **{
                    name: getattr(self.appearance.settings, name)
                    for name in ("lang", "theme", "zoom", "auto_lock_minutes")
                },
                last_operator=session.operator,
            )
        )
        from collector.gui.desk import Desk
        from collector.gui.shell import Shell

        self.desk = Desk(session, self.jobs, self.appearance)
        self.shell = Shell(self.desk)
        self.shell.lock_wanted.connect(self.lock)
        self.shell.keys_wanted.connect(self.show_keys)
        self._show(self.shell)
        self.shell.restore_drafts()
        self._folding.start()
        if self.guard is not None:
            self.guard.watch(True)

    def _fold(self) -> None:
        """In an idle moment: what was committed goes from the store's log into its one file."""
        if self.desk is None or not self.jobs.idle or not self.desk.session.store.has_log:
            return
        store = self.desk.session.store
        self.jobs.start(Job(lambda _: store.checkpoint()))

    def lock(self, notice: str = "") -> None:
        """Close the workspace and ask for the passphrase; half-typed work is kept in the store.

        While something is being written the window waits for it and locks then.
        """
        if self.shell is None or self.desk is None:
            return
        if not self.jobs.idle:
            self._lock_waits = notice or "已锁定。请输入口令。"
            self.desk.said.emit("正在写入，完成后立即锁定")
            return
        self._lock_waits = ""
        self._folding.stop()
        if self.guard is not None:
            self.guard.watch(False)
            self.guard.clear_clipboard()
        self._leave()
        self._ask_passphrase(notice or "已锁定，未保存的录入已加密保留。请输入口令。")

    def show_keys(self) -> None:
        from collector.gui.widgets.key_card import KeyCard

        KeyCard(self).open()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.jobs.shut()
        if self.guard is not None:
            self.guard.watch(False)
            self.guard.clear_clipboard()
        if self._first_run is not None:
            waiting = self._first_run.pending_session()
            if waiting is not None:
                waiting.close()
        self._leave()
        self._reading.stop()
        from collector import logs

        logs.stop()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if (
            event.type() == QEvent.Type.ActivationChange
            and self.guard is not None
            and self.isActiveWindow()
        ):
            self.guard.restart()

    def _leave(self) -> None:
        """Keep half-typed work, close the store, drop every page that shows people."""
        if self.shell is None or self.desk is None:
            return
        try:
            self.shell.keep_drafts()
        except CollectorError as fault:
            log.warning("drafts not kept: %s", fault.code)
        session = self.desk.session
        self.desk.is_closed = True
        for dialog in QApplication.topLevelWidgets():
            if dialog is not self and dialog.isVisible() and dialog.isModal():
                dialog.close()
        self.shell.hide()
        self._stack.removeWidget(self.shell)
        self.shell.deleteLater()
        self.shell, self.desk = None, None
        session.close()

    def _ask_passphrase(self, notice: str = "") -> None:
        if self._unlock is None:
            from collector.gui.pages.unlock import UnlockPage

            self._unlock = UnlockPage(self.home, self.jobs, self.appearance)
            self._unlock.opened.connect(self.enter)
            self._reading.store_read.connect(self._unlock.name_users)
            if self.guard is not None:
                self._unlock.settle()
        self._unlock.reset(notice)
        self._show(self._unlock)

    def _show(self, page: QWidget) -> None:
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        if self._first_run is not None and page is not self._first_run:
            self._stack.removeWidget(self._first_run)
            self._first_run.deleteLater()
            self._first_run = None

    def _jobs_idle(self, idle: bool) -> None:
        if self.guard is not None:
            self.guard.hold(not idle)
        if idle and self._lock_waits:
            self.lock(self._lock_waits)

    def _keep_settings(self, changed: Settings) -> None:
        self.appearance.settings = changed
        if not places.has_workspace(self.home):
            return
        try:
            settings.save(self.home, changed)
        except CollectorError as fault:
            showing.show(self, fault, self.home)
