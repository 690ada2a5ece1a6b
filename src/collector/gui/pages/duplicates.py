"""查重: two that may be one side by side, decided by one key."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHeaderView, QTreeWidgetItem

from collector.errors import CollectorError
from collector.gui.delegates.sides import SidesDelegate
from collector.gui.desk import Desk
from collector.gui.duplicate_watch import DuplicateWatch
from collector.gui.forms.ui_duplicates import Ui_DuplicatesPage
from collector.gui.models.comparison import ComparisonModel, PairsModel
from collector.gui.pages.base import Page
from collector.gui.widgets.deciding_bar import DecidingBar
from collector.gui.widgets.note_printing import print_note
from collector.gui.widgets.repolish import set_property
from collector.gui.wording import day_and_time
from collector.model import KIND_NAMES, STATUS_NAMES, Changes, Kind
from collector.progress import Progress
from collector.services import deciding, duplicates
from collector.services.deciding import Decided, Undone
from collector.services.duplicates import Comparison, Group, Side
from collector.services.planning import What
from collector.services.suspicions import STRENGTH_NAMES, Strength

NARROW = 820
"""points at 100 %: below this the list hides"""
LOW = 560
"""points at 100 %: below this the advice is only in the tool tip, for the fields need the room"""
_GROUP = int(Qt.ItemDataRole.UserRole)
_TONES = {
    Strength.SURE: "error",
    Strength.LIKELY: "warning",
    Strength.POSSIBLE: "info",
    Strength.WEAK: "",
}


class _Queue(NamedTuple):
    groups: list[Group]
    chosen: tuple[Kind, str] | None
    ids: list[int]
    undoable: bool


class DuplicatesPage(Page):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._groups: list[Group] = []
        self._chosen: tuple[Kind, str] | None = None
        self._filling = False
        self._to_last = False
        self._question = 0
        self.found: Comparison | None = None
        ui = self.ui = Ui_DuplicatesPage()
        ui.setupUi(self)
        self.watch = DuplicateWatch(desk, self)
        self.watch.looked.connect(self.reload)
        session = desk.session
        self.pairs = PairsModel(lambda kind, ids: duplicates.heads(session, kind, ids))
        self.model = ComparisonModel(lambda: desk.appearance.theme)
        ui.pairs.setModel(self.pairs)
        ui.fields.setModel(self.model)
        ui.fields.setItemDelegate(SidesDelegate(self))
        ui.fields.verticalHeader().hide()
        ui.fields.horizontalHeader().setHighlightSections(False)
        header = ui.fields.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        ui.groups.setAccessibleName("原因")
        ui.pairs.setAccessibleName("疑似重复")
        ui.fields.setAccessibleName("逐项对照")
        self.bar = DecidingBar(ui, self.model, self)
        self.bar.decided.connect(self._decide)
        ui.groups.currentItemChanged.connect(self._group_chosen)
        ui.pairs.selectionModel().currentChanged.connect(self._pair_chosen)
        for watched in (ui.groups, ui.pairs, ui.fields, self):
            watched.installEventFilter(self)
        ui.again.clicked.connect(lambda: self.look_again(full=True))
        ui.filter.toggled.connect(self._fit)
        ui.note.clicked.connect(self._note)
        ui.next.clicked.connect(lambda: self.go(1))
        ui.previous.clicked.connect(lambda: self.go(-1))
        ui.undo.clicked.connect(self.undo)
        ui.clean_undo.clicked.connect(self.undo)
        ui.to_import.clicked.connect(lambda: desk.wanted.emit("import", None))
        ui.transfer_date.textEdited.connect(lambda _: ui.date_fault.clear())
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("F8", lambda: self.go(1)),
            ("Shift+F8", lambda: self.go(-1)),
            ("Ctrl+Z", self.undo),
        )
        for key, act in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # -- what is shown -----------------------------------------------------------------------

    def enter(self, wanted: object) -> None:
        self.reload()
        self.look_again()
        self.ui.fields.setFocus()

    def refresh(self, changes: Changes) -> None:
        if self.isVisible() and (changes.kinds or changes.parked):
            self.reload()

    def look_again(self, full: bool = False) -> None:
        """Search what was written since the last search, or everything."""
        self.watch.look(full)
        if self.watch.running and full:
            self.ui.count.setText("正在查找…")

    def reload(self) -> None:
        """Read the queue again; the reason and the place in it are kept."""
        self._question += 1
        number, session, chosen = self._question, self.desk.session, self._chosen

        def read(_: Progress) -> _Queue:
            found = duplicates.groups(session)
            places = [(group.kind, group.reason.id) for group in found]
            place = chosen if chosen in places else places[0] if places else None
            ids = [] if place is None else duplicates.items(session, *place)
            return _Queue(found, place, ids, session.store.duplicates.last_decision() is not None)

        def told(queue: _Queue) -> None:
            if number == self._question:
                self._show(queue)

        self.desk.ask(self, read, told)

    def _show(self, queue: _Queue) -> None:
        self._groups, self._chosen = queue.groups, queue.chosen
        total = sum(group.count for group in self._groups)
        later = sum(group.later for group in self._groups)
        ui = self.ui
        put_off = f"，其中 {later:,} 条以后再说" if later else ""
        ui.count.setText(f"{total:,} 条疑似重复{put_off}" if total else "")
        ui.undo.setEnabled(queue.undoable)
        ui.clean_undo.setVisible(queue.undoable)
        ui.views.setCurrentWidget(ui.desk_view if total else ui.clean_view)
        if total:
            self._show_groups()
            self._show_pairs(queue.ids)
        else:
            self._show_clean()

    def _show_groups(self) -> None:
        tree = self.ui.groups
        self._filling = True
        tree.clear()
        tree.setColumnCount(2)
        several = len({group.kind for group in self._groups}) > 1
        current: QTreeWidgetItem | None = None
        for group in self._groups:
            kind = f"{KIND_NAMES[group.kind].zh}：" if several else ""
            item = QTreeWidgetItem([f"{kind}{group.reason.name.zh}", f"{group.count:,}"])
            item.setToolTip(0, f"{STRENGTH_NAMES[group.reason.strength].zh}：{item.text(0)}")
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            place = (group.kind, group.reason.id)
            item.setData(0, _GROUP, place)
            tree.addTopLevelItem(item)
            if place == self._chosen:
                current = item
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        current = current or tree.topLevelItem(0)
        if current is not None:
            tree.setCurrentItem(current)
        self._filling = False
        self._fit_groups()

    def _fit_groups(self) -> None:
        """As high as its lines, to half the side at most: the pairs need the room."""
        tree = self.ui.groups
        row = max(tree.sizeHintForRow(0), self.desk.appearance.theme.px(30))
        wanted = row * max(1, tree.topLevelItemCount()) + 8
        tree.setFixedHeight(min(wanted, max(row * 3, self.height() // 2)))

    def _show_pairs(self, ids: list[int]) -> None:
        if self._chosen is None:
            return
        kind = self._chosen[0]
        before = self.ui.pairs.currentIndex().row()
        shown = self.found.item.id if self.found is not None else 0
        same = self.pairs.kind is kind and shown in self.pairs.ids
        self._filling = True
        self.pairs.show(kind, ids)
        if self._to_last:
            row = len(ids) - 1
        elif shown in ids:
            row = ids.index(shown)
        else:
            row = max(0, min(before, len(ids) - 1)) if same else 0
        self._to_last = False
        self.ui.pairs.setCurrentIndex(self.pairs.index(row))
        self._filling = False
        self._compare()

    def _group_chosen(self, item: QTreeWidgetItem | None) -> None:
        if not self._filling and item is not None:
            self._chosen, self.found = item.data(0, _GROUP), None
            self.reload()

    def _pair_chosen(self, current: QModelIndex) -> None:
        if not self._filling and current.isValid():
            self._compare()

    def _compare(self) -> None:
        row = self.ui.pairs.currentIndex().row()
        self.found = None
        if 0 <= row < len(self.pairs.ids):
            try:
                self.found = duplicates.compare(self.desk.session, self.pairs.ids[row])
            except CollectorError:  # settled with another, or gone: the next search takes it out
                self.found = None
        self._show_found()

    def _show_found(self) -> None:
        ui, found = self.ui, self.found
        self.model.show(found)
        count = self.ui.pairs.model().rowCount()
        self.bar.show(found, count)
        ui.head.setVisible(found is not None)
        if found is None:
            return
        reason = found.reason
        ui.strength.setText(STRENGTH_NAMES[reason.strength].zh)
        set_property(ui.strength, "tone", _TONES[reason.strength])
        ui.reason.setText(reason.name.zh)
        ui.advice.setText(reason.advice.zh)
        ui.reason.setToolTip(reason.advice.zh)
        ui.across_bar.setVisible(found.across)
        if found.across and not ui.transfer_date.text():
            ui.transfer_date.setText(self.desk.session.today.isoformat())
        for side, mark, place, when in (
            (found.stored, ui.stored_mark, ui.stored_place, ui.stored_when),
            (found.new, ui.new__mark, ui.new__place, ui.new__when),
        ):
            mark.setText(STATUS_NAMES[side.status].zh)
            place.setText(_place(side))
            place.setToolTip("\n".join((_place(side), _when(side))))
            when.setText(_when(side))
        ui.new__title.setText("新来的一行" if found.item.parked else "后来的一条")
        if ui.fields.model().rowCount():
            ui.fields.setCurrentIndex(self.model.index(0, 0))

    def _show_clean(self) -> None:
        ui = self.ui
        self.found = None
        self.model.show(None)
        last = self.desk.session.store.duplicates.last_scan()
        if last is None or not last.compared:
            ui.clean_text.setText("还没有可比对的记录。")
            ui.clean_stamp.clear()
            return
        ui.clean_text.setText(f"已比对 {last.compared:,} 条记录和待修的行，没有等您处理的。")
        offices = (
            f"　另有 {last.offices:,} 个电话被 5 人以上共用，多半是办公电话，没有列入。"
            if last.offices
            else ""
        )
        ui.clean_stamp.setText(f"{day_and_time(last.at)}{offices}")

    # -- moving ------------------------------------------------------------------------------

    def go(self, by: int) -> None:
        """The next (or previous) pair, on into the next reason and round again."""
        row = self.ui.pairs.currentIndex().row() + by
        if 0 <= row < len(self.pairs.ids):
            self.ui.pairs.setCurrentIndex(self.pairs.index(row))
            return
        places = [(group.kind, group.reason.id) for group in self._groups]
        if not places:
            return
        here = places.index(self._chosen) if self._chosen in places else 0
        self._chosen = places[(here + by) % len(places)]
        self.found, self._to_last = None, by < 0
        self.reload()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if self.ui.views.currentWidget() is self.ui.desk_view and self.bar.pressed(event):
                return True
        elif kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_V and not event.isAutoRepeat():
                self.model.reveal(False)
                return True
        elif kind == QEvent.Type.FocusOut:
            self.model.reveal(False)
        return super().eventFilter(watched, event)

    # -- deciding ----------------------------------------------------------------------------

    def _decide(self, what: str, sides: object, all_of_kind: bool) -> None:
        found, session = self.found, self.desk.session
        if found is None:
            return
        chosen = dict(sides) if isinstance(sides, dict) else {}
        date = self.ui.transfer_date.text() if found.across else ""
        number = found.item.id
        self.desk.run(
            self,
            "处理疑似重复",
            lambda progress: deciding.decide(
                session,
                number,
                What(what),
                sides=chosen,
                all_of_kind=all_of_kind,
                transfer_date=date,
                progress=progress,
            ),
            self._decided,
            on_failure=self._refused,
            on_end=self.reload,
        )

    def _decided(self, done: Decided) -> None:
        said = [f"已处理 {done.settled:,} 条，Ctrl+Z 撤销"]
        if done.released:
            said.append(f"{done.released:,} 行待修的因此入库")
        if done.left:
            said.append(f"{sum(done.left.values()):,} 条不能这样处理，留着")
        if done.notice is not None:
            said = [done.notice.zh]
        self.desk.said.emit("；".join(said))
        self.desk.announce(done.changes)

    def _refused(self, fault: BaseException) -> bool:
        """What a person can mend here is said here; the rest is a dialog."""
        if isinstance(fault, CollectorError) and fault.code == "duplicates.transfer_date":
            self.ui.date_fault.setText(f"✕ {fault.sentence.zh}")
            self.ui.transfer_date.setFocus()
            return True
        if isinstance(fault, CollectorError) and fault.code.startswith("duplicates."):
            self.bar.tell(f"{fault.sentence.zh}{fault.advice.zh}")
            return True
        return False

    def undo(self) -> None:
        session = self.desk.session
        if not self.ui.undo.isEnabled():
            self.desk.said.emit("没有可以撤销的决定")
            return
        self.desk.run(
            self,
            "撤销",
            lambda _: deciding.undo(session),
            self._undone,
            on_end=self.reload,
        )

    def _undone(self, done: Undone) -> None:
        kept = f"；{done.kept:,} 条的记录后来又改过，没有动" if done.kept else ""
        self.desk.said.emit(f"已撤销 {done.restored:,} 条，恢复原样{kept}")
        self.desk.announce(done.changes)

    def _note(self) -> None:
        if self.found is not None:
            print_note(self, self.desk, self.found.item.id)

    # -- the look ----------------------------------------------------------------------------

    def dress(self) -> None:
        ui, look = self.ui, self.desk.appearance
        theme = look.theme
        look.draw(ui.clean_icon, "good", "good", 48)
        ui.fields.verticalHeader().setDefaultSectionSize(theme.px(32))
        ui.fields.horizontalHeader().resizeSection(0, theme.px(220))
        ui.transfer_date.setFixedWidth(theme.px(120))
        ui.list_side.setMinimumWidth(theme.px(200))
        wide = max(self.width(), 900)
        ui.splitter.setSizes([theme.px(290), max(300, wide - theme.px(290))])
        ui.splitter.setStretchFactor(1, 1)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where the list and the comparison do not fit side by side the list comes when asked."""
        ui = self.ui
        narrow = self.width() < self.desk.appearance.theme.px(NARROW)
        ui.filter.setVisible(narrow)
        ui.list_side.setVisible(not narrow or ui.filter.isChecked())
        ui.pair_side.setVisible(not narrow or not ui.filter.isChecked())
        self.bar.fit(narrow)
        low = self.height() < self.desk.appearance.theme.px(LOW)
        ui.advice.setVisible(not low)
        for label in (ui.stored_when, ui.new__when):
            label.setVisible(not low)
        for label in (ui.stored_place, ui.new__place):
            label.setWordWrap(not low)
        self._fit_groups()


def _place(side: Side) -> str:
    if not side.file_name:
        return "窗口录入"
    return f"第 {side.row_number} 行　{side.sheet}　{side.file_name}"


def _when(side: Side) -> str:
    batch = f"第 {side.batch} 批" if side.batch and side.batch != "0" else ""
    return "　".join(part for part in (batch, day_and_time(side.at), side.operator) if part)
