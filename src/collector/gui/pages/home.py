"""首页: how much there is, what to do next, what was done last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QPushButton, QTreeWidgetItem

from collector.gui.desk import Desk
from collector.gui.forms.ui_home import Ui_HomePage
from collector.gui.pages.base import Page
from collector.gui.widgets.pack_shelf import PackShelf
from collector.gui.widgets.recheck_result import RecheckDialog
from collector.gui.widgets.repolish import set_property
from collector.gui.wording import day_and_time
from collector.model import STATUS_NAMES, Changes, Kind, Status
from collector.services import status
from collector.services.pack_notices import notices
from collector.services.rechecking import Recheck, recheck_records
from collector.services.session import Session
from collector.services.status import WorkspaceStatus

_LISTED = 8
RECHECK = "recheck"
"""a step that is no page: judge all records again"""
SHELF = "packs"
"""the same: the packs on this computer"""


class Step(NamedTuple):
    """One thing to do, and the page where it is done."""

    mark: str
    text: str
    page: str
    wanted: object = None


class HomePage(Page):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._question = 0
        ui = self.ui = Ui_HomePage()
        ui.setupUi(self)
        for button, page in (
            (ui.unit_open, "unit"),
            (ui.union_open, "union"),
            (ui.member_open, "member"),
            (ui.parked_open, "fix"),
            (ui.submit, "submit"),
        ):
            button.clicked.connect(lambda _, page=page: desk.wanted.emit(page, None))
        for button, name in (
            (ui.unit_open, "查看单位"),
            (ui.union_open, "查看工会"),
            (ui.member_open, "查看会员"),
            (ui.parked_open, "去修正台"),
        ):
            button.setText(name)
        ui.packs.clicked.connect(self._open_shelf)
        ui.batches.setColumnCount(4)
        ui.batches.setHeaderLabels(["时间", "文件", "行数", "结果"])
        header = ui.batches.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        ui.batches.hide()

    def enter(self, wanted: object) -> None:
        self._ask()

    def refresh(self, changes: Changes) -> None:
        if self.isVisible():
            self._ask()

    def _ask(self) -> None:
        self._question += 1
        number, session = self._question, self.desk.session

        def told(found: WorkspaceStatus) -> None:
            if number == self._question:
                self._show(found)

        self.desk.ask(self, lambda _: status.status(session), told)

    def _show(self, found: WorkspaceStatus) -> None:
        ui, session = self.ui, self.desk.session
        who = [found.unit, f"采集员 {session.operator}", session.pack.title]
        ui.who.setText("　·　".join(part for part in who if part))
        for kind, count, note in (
            (Kind.UNIT, ui.unit_count, ui.unit_note),
            (Kind.UNION, ui.union_count, ui.union_note),
            (Kind.MEMBER, ui.member_count, ui.member_note),
        ):
            counts = found.counts[kind]
            live = sum(
                counted
                for state, counted in counts.items()
                if state not in (Status.PARKED, Status.INACTIVE)
            )
            count.setText(f"{live:,}")
            note.setText(_note(counts))
        parked = sum(counts[Status.PARKED] for counts in found.counts.values())
        ui.parked_count.setText(f"{parked:,}")
        faults = sum(found.findings.get("error", {}).values())
        ui.parked_note.setText(f"{faults:,} 处差错" if parked else "没有待修的行")
        set_property(ui.parked_count, "tone", "warning" if parked else "")
        self._show_steps(found, parked)
        self._show_last(found)
        self._show_batches()

    def _show_steps(self, found: WorkspaceStatus, parked: int) -> None:
        while (old := self.ui.steps.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.deleteLater()
        for step in (*_of_pack(self.desk.session), *_steps(found, parked)):
            button = QPushButton(f"{step.mark}　{step.text}")
            button.setProperty("role", "link")
            button.clicked.connect(lambda _, step=step: self._take(step))
            self.ui.steps.addWidget(button)

    def _take(self, step: Step) -> None:
        if step.page == RECHECK:
            self._recheck()
        elif step.page == SHELF:
            self._open_shelf()
        else:
            self.desk.wanted.emit(step.page, step.wanted)

    def _open_shelf(self) -> None:
        PackShelf(self.window(), self.desk.jobs, self.desk.home).show()

    def _recheck(self) -> None:
        session = self.desk.session

        def done(found: Recheck) -> None:
            self._ask()
            RecheckDialog(self.window(), self.desk, found).show()

        self.desk.run(
            self,
            "按现在的模板复核全部记录",
            lambda progress: recheck_records(session, progress=progress, mark=True),
            done,
        )

    def _show_last(self, found: WorkspaceStatus) -> None:
        last = found.last_submission
        if last is None:
            self.ui.last.setText("还没有生成过上报包。")
            self.ui.last_more.setText("")
            return
        self.ui.last.setText(f"第 {last.sequence} 次上报　{day_and_time(last.at)}")
        sent = "，".join(
            f"{name} {last.counts.get(kind.value, 0):,}"
            for kind, name in ((Kind.UNIT, "单位"), (Kind.UNION, "工会"), (Kind.MEMBER, "会员"))
        )
        self.ui.last_more.setText(f"{sent}\n校对短码：{last.short_code}")

    def _show_batches(self) -> None:
        tree = self.ui.batches
        tree.clear()
        batches = sorted(self.desk.session.store.batches(), key=lambda info: info.id, reverse=True)
        for info in batches[:_LISTED]:
            counts = {str(getattr(name, "value", name)): n for name, n in info.counts.items()}
            item = QTreeWidgetItem(
                [
                    day_and_time(info.at),
                    "、".join(file.name for file in info.files),
                    f"{sum(counts.values()):,}",
                    "　".join(
                        f"{word} {counts[name]:,}" for name, word in _OUTCOMES if counts.get(name)
                    ),
                ]
            )
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            tree.addTopLevelItem(item)
        tree.setVisible(bool(batches))
        self.ui.batches_empty.setVisible(not batches)
        row = tree.sizeHintForRow(0) if batches else 0
        shown = min(len(batches), _LISTED)
        tree.setFixedHeight(row * shown + tree.header().sizeHint().height() + 6)

    def dress(self) -> None:
        look = self.desk.appearance
        for label, name in (
            (self.ui.unit_icon, "unit"),
            (self.ui.union_icon, "union"),
            (self.ui.member_icon, "member"),
            (self.ui.parked_icon, "fix"),
        ):
            look.draw(label, name, "muted", 18)


_OUTCOMES = (
    ("added", "新增"),
    ("updated", "更新"),
    ("unchanged", "不变"),
    ("parked", "待修"),
    ("skipped", "跳过"),
)


def _note(counts: object) -> str:
    if not isinstance(counts, dict):
        return ""
    states = (
        Status.VALID,
        Status.SUBMITTED,
        Status.RETURNED,
        Status.DRAFT,
        Status.INACTIVE,
    )
    said = [f"{STATUS_NAMES[state].zh} {counts[state]:,}" for state in states if counts.get(state)]
    return "　".join(said) or "还没有记录"


def _of_pack(session: Session) -> Iterator[Step]:
    """What should be known of the pack the workspace works by."""
    for item in notices(session.pack, session.today):
        yield Step("!", item.text.zh.rstrip("。"), SHELF)


def _steps(found: WorkspaceStatus, parked: int) -> Iterator[Step]:
    """What a person would do next, the most pressing first."""

    def of(kind: Kind, *states: Status) -> int:
        return sum(found.counts[kind][state] for state in states)

    everything = (Status.VALID, Status.SUBMITTED, Status.ACCEPTED)
    organisations = of(Kind.UNIT, *everything) + of(Kind.UNION, *everything)
    members = of(Kind.MEMBER, *everything)
    if not organisations and not parked:
        yield Step("①", "先导入单位和工会的表格：会员要挂在它们下面", "import")
        if not members:
            yield Step("②", "再导入会员的表格；少量的可以逐名录入", "import")
            return
    elif not members and not parked:
        yield Step("①", "单位和工会已有，接着导入会员的表格", "import")
    if parked:
        yield Step("✕", f"{parked:,} 行待修，去修正台改好即入库", "fix")
    if found.duplicates:
        yield Step("≈", f"{found.duplicates:,} 条疑似重复，到查重看一看是不是同一个", "duplicates")
    others = sum(found.checked_otherwise.values())
    if others:
        text = f"{others:,} 条记录是按别的版本检查的，按现在的模板复核一遍"
        yield Step("↻", text, RECHECK)
    if found.unattached:
        text = f"{found.unattached:,} 名会员没有挂上单位或工会（空挂会员）"
        yield Step("▲", text, "member", "unattached")
    returned = sum(of(kind, Status.RETURNED) for kind in Kind)
    if returned:
        yield Step("↩", f"{returned:,} 条被退回，改好后重新上报", "member")
    drafts = {kind: of(kind, Status.DRAFT) for kind in Kind}
    for kind, page in ((Kind.UNIT, "unit"), (Kind.UNION, "union"), (Kind.MEMBER, "member")):
        if drafts[kind]:
            yield Step("✎", f"{drafts[kind]:,} 条草稿没有录完", page)
    waiting = sum(of(kind, Status.VALID) for kind in Kind)
    if waiting and not parked and not found.unattached:
        yield Step("✓", f"{waiting:,} 条合格的记录可以上报", "submit")
    elif not waiting and members and not parked:
        yield Step("✓", "合格的都已上报；有新的表格就继续导入", "import")
