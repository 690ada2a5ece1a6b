"""The rail on the left and the page beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from collector.gui import showing
from collector.gui.desk import Desk
from collector.gui.duplicate_watch import DuplicateWatch
from collector.gui.forms.ui_shell import Ui_Shell
from collector.gui.jobs import Job
from collector.gui.pages.base import Page
from collector.gui.pages.duplicates import DuplicatesPage
from collector.gui.pages.fixing import FixingPage
from collector.gui.pages.home import HomePage
from collector.gui.pages.importing import ImportPage
from collector.gui.pages.learning import LearningPage
from collector.gui.pages.missing import MissingPage
from collector.gui.pages.records import RecordsPage
from collector.gui.pages.submitting import SubmitPage
from collector.gui.widgets.drop_well import DropAnywhere
from collector.gui.widgets.rail_button import RailButton
from collector.gui.widgets.repolish import set_property
from collector.gui.widgets.toast import Toast
from collector.model import Changes, Kind
from collector.services import drafts, duplicates

SAVE_DRAFTS_EVERY = 10_000
"""milliseconds: at most this much typing is lost when the power fails"""


NARROW = 960
"""points at 100 %"""
ROW, LOW_ROW = 38, 24
"""heights of an entry of the rail, at 100 %: as drawn, and where the window is low"""


class Entry(NamedTuple):
    name: str
    label: str
    icon: str
    make: Callable[[Desk], Page]


ENTRIES = (
    Entry("home", "首页", "home", HomePage),
    Entry("unit", "单位", "unit", lambda desk: RecordsPage(desk, Kind.UNIT)),
    Entry("union", "工会", "union", lambda desk: RecordsPage(desk, Kind.UNION)),
    Entry("member", "会员", "member", lambda desk: RecordsPage(desk, Kind.MEMBER)),
    Entry("import", "导入", "import", ImportPage),
    Entry("fix", "修正台", "fix", FixingPage),
    Entry("duplicates", "查重", "duplicate", DuplicatesPage),
    Entry("missing", "补录", "missing", MissingPage),
    Entry("submit", "上报", "submit", SubmitPage),
    Entry("learn", "表样", "template", LearningPage),
)


class Shell(QWidget):
    lock_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.pages: dict[str, Page] = {}
        self.buttons: dict[str, RailButton] = {}
        self._compact = False
        self.ui = Ui_Shell()
        self.ui.setupUi(self)
        for number, entry in enumerate(ENTRIES, 1):
            button = RailButton(entry.label, entry.icon, f"Alt+{number % 10}", desk.appearance)
            button.clicked.connect(lambda _, name=entry.name: self.go(name))
            self.ui.entries.addWidget(button)
            self.buttons[entry.name] = button
        pack = desk.session.pack
        self.ui.pack.setText(f"{pack.province}　第 {pack.version} 版")
        self.ui.pack.setToolTip(pack.title)
        self.ui.lock.clicked.connect(self.lock_wanted)
        self.ui.keys.clicked.connect(self.keys_wanted)
        self._appearance_menu()
        self.toast = Toast(self.ui.pages)
        desk.said.connect(self.toast.say)
        desk.wanted.connect(self.go)
        desk.changed.connect(self.refresh)
        DropAnywhere(self).dropped.connect(lambda paths: self.go("import", paths))
        desk.appearance.changed.connect(self._dress)
        self._dress()
        self._saver = QTimer(self)
        self._saver.setInterval(SAVE_DRAFTS_EVERY)
        self._saver.timeout.connect(self._save_drafts)
        self._saver.start()
        self._kept: dict[str, dict[str, Any]] = {}
        self.watch = DuplicateWatch(desk, self, after_imports=True)
        self.watch.looked.connect(self._looked_for_duplicates)
        self._count_parked()
        self.go("home")

    def go(self, name: str, wanted: object = None) -> Page:
        """Show a page, made now if it has not been shown before."""
        page = self._page(name)
        self.ui.pages.setCurrentWidget(page)
        self.buttons[name].setChecked(True)
        self._reach_entry()
        page.enter(wanted)
        return page

    def refresh(self, changes: Changes) -> None:
        for page in self.pages.values():
            page.refresh(changes)
        self._count_parked()

    def keep_drafts(self) -> None:
        """Put half-typed work into the encrypted store."""
        self._saver.stop()
        drafts.keep(self.desk.session, self._drafts())

    def restore_drafts(self) -> None:
        """Show again what was half-typed when the workspace was locked."""
        kept = drafts.kept(self.desk.session)
        last = ""
        for name, draft in kept.items():
            if name in self.buttons:
                self._page(name).restore(draft)
                last = name
        if last:
            self.go(last)

    def _drafts(self) -> dict[str, dict[str, Any]]:
        held = {name: page.draft() for name, page in self.pages.items()}
        return {name: draft for name, draft in held.items() if draft is not None}

    def _save_drafts(self) -> None:
        found, session = self._drafts(), self.desk.session
        if found == self._kept or not self.desk.jobs.idle:
            return
        self._kept = found
        job = Job(lambda _: drafts.keep(session, found))
        job.failed.connect(lambda fault: showing.show(self, fault, self.desk.home))
        self.desk.jobs.start(job)

    def _page(self, name: str) -> Page:
        if name not in self.pages:
            entry = next(entry for entry in ENTRIES if entry.name == name)
            page = entry.make(self.desk)
            self.pages[name] = page
            if isinstance(page, DuplicatesPage):
                page.watch.looked.connect(self._count_parked)
            self.ui.pages.addWidget(page)
            page.dress()
        return self.pages[name]

    def _count_parked(self) -> None:
        self.buttons["fix"].set_count(self.desk.session.store.parked_count(None, None))
        session = self.desk.session
        count = self.buttons["duplicates"].set_count
        self.desk.ask(self, lambda _: duplicates.waiting(session), count)

    def _looked_for_duplicates(self) -> None:
        self._count_parked()
        page = self.pages.get("duplicates")
        if isinstance(page, DuplicatesPage) and page.isVisible():
            page.reload()

    def _appearance_menu(self) -> None:
        menu = QMenu(self)
        group = QActionGroup(menu)
        look = self.desk.appearance
        modes = (("system", "跟随系统(&S)"), ("light", "浅色(&L)"), ("dark", "深色(&D)"))
        for mode, label in modes:
            action = QAction(label, menu)
            action.setCheckable(True)
            action.setChecked(look.settings.theme == mode)
            action.triggered.connect(lambda _, mode=mode: look.set_mode(mode))
            group.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        for label, steps in (
            ("放大(&B)　Ctrl++", 1),
            ("缩小(&M)　Ctrl+-", -1),
            ("恢复 100%(&R)　Ctrl+0", 0),
        ):
            menu.addAction(label).triggered.connect(lambda _, steps=steps: look.zoom(steps))
        self.ui.appearance.clicked.connect(
            lambda: menu.popup(self.ui.appearance.mapToGlobal(self.ui.appearance.rect().topRight()))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._fit_rows()

    def _fit_rows(self) -> None:
        """Entries draw closer in a low window; only where that is not enough they scroll."""
        ui, theme = self.ui, self.desk.appearance.theme
        buttons = [*self.buttons.values(), ui.appearance, ui.keys, ui.lock]
        head = ui.layout_9.sizeHint().height()
        margins = ui.tools.contentsMargins()
        gaps = margins.top() + margins.bottom() + ui.entries.spacing() * len(buttons)
        row = (self.height() - head - gaps) // len(buttons)
        high = max(theme.px(LOW_ROW), min(theme.px(ROW), row))
        for button in buttons:
            button.setFixedHeight(high)
            set_property(button, "dense", "true" if high < theme.px(ROW) else "")
        QTimer.singleShot(0, self, self._reach_entry)  # once the heights are laid out

    def _reach_entry(self) -> None:
        for button in self.buttons.values():
            if button.isChecked():
                self.ui.entries_area.ensureWidgetVisible(button, 0, 0)

    def _fit(self, force: bool = False) -> None:
        """Where little room is left the rail shows its icons only."""
        theme = self.desk.appearance.theme
        compact = self.width() < theme.px(NARROW)
        if compact == self._compact and not force:
            return
        self._compact = compact
        self.ui.rail.setFixedWidth(theme.px(58 if compact else 176))
        for label in (self.ui.brand, self.ui.pack):
            label.setVisible(not compact)
        for entry in self.buttons.values():
            entry.set_compact(compact)
        for button, text in (
            (self.ui.appearance, "显示(&V)"),
            (self.ui.keys, "按键一览 F1"),
            (self.ui.lock, "锁定 Ctrl+L"),
        ):
            button.setText("" if compact else text)
            button.setToolTip(text.replace("(&V)", ""))
            button.setAccessibleName(text.replace("(&V)", ""))

    def _dress(self) -> None:
        look = self.desk.appearance
        look.draw(self.ui.badge, "union", "accent", 24)
        self._fit(force=True)
        for name, button in (
            ("view", self.ui.appearance),
            ("help", self.ui.keys),
            ("lock", self.ui.lock),
        ):
            button.setIcon(look.icon(name, "muted"))
            button.setIconSize(QSize(look.theme.px(20), look.theme.px(20)))
        for entry in self.buttons.values():
            entry.dress()
        self._fit_rows()
        for page in self.pages.values():
            page.dress()
