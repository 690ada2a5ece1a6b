"""补录: what the records lack for a template, by field and unit; answered here or by a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHeaderView, QTreeWidgetItem

from collector.gui.desk import Desk
from collector.gui.forms.ui_missing import Ui_MissingPage
from collector.gui.models.missing import MissingModel
from collector.gui.pages.base import Page
from collector.gui.widgets.counted_tree import CHOSEN
from collector.gui.widgets.gap_form import GapForm
from collector.gui.widgets.gap_tree import fill_gaps
from collector.gui.widgets.label_matching import LabelMatching, unmatched
from collector.gui.widgets.missing_lists import MissingLists
from collector.gui.widgets.pack_choice import offer_packs
from collector.model import KIND_NAMES, Changes, Kind
from collector.services import completing, equivalents, missing
from collector.services.completing import Completed
from collector.services.gaps import UNKNOWN_LABEL, Missing

NARROW = 900
"""points at 100 %: below this the filters hide"""
_FILTER_AFTER = 200
"""milliseconds without typing"""
_WITH_PAGE = (Kind.UNIT, Kind.UNION, Kind.MEMBER)
"""kinds that have a page of their own"""


class MissingPage(Page):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.missing: Missing | None = None
        self._question = 0
        self._stale = True
        self._filling = False
        self._own_change = False
        self._kinds: list[Kind] = []
        self._gaps: frozenset[int] | None = None
        self._unmatched = 0
        ui = self.ui = Ui_MissingPage()
        ui.setupUi(self)
        self.model = MissingModel(self._names)
        self.form = GapForm(ui, desk.appearance)
        self.form.passed_end.connect(self.save)
        ui.grid.setModel(self.model)
        ui.grid.setAccessibleName("还差内容的记录")
        header = ui.grid.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        ui.grid.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        ui.grid.selectionModel().currentRowChanged.connect(self._row_chosen)
        ui.grid.doubleClicked.connect(lambda _: self.form.focus(self._first_field()))
        ui.grid.activated.connect(lambda _: self.form.focus(self._first_field()))
        offer_packs(ui.packs, desk.session.pack)
        ui.packs.currentIndexChanged.connect(self.reload)
        ui.facets.setAccessibleName("按项目筛选")
        ui.facets.currentItemChanged.connect(self._facet_chosen)
        ui.kinds.setDrawBase(False)
        ui.kinds.setAccessibleName("类别")
        ui.kinds.currentChanged.connect(self._kind_chosen)
        ui.unit.setAccessibleName("按单位筛选")
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_FILTER_AFTER)
        self._wait.timeout.connect(self._show_rows)
        ui.unit.textChanged.connect(lambda _: self._wait.start())
        ui.filter.toggled.connect(self._fit)
        ui.save.clicked.connect(self.save)
        ui.open_record.clicked.connect(self._open_record)
        self.lists = MissingLists(self, desk, lambda: self.missing)
        self.lists.taken.connect(self._taken)
        ui.export_list.clicked.connect(self.lists.ask_where)
        ui.take.clicked.connect(self.lists.ask_which)
        ui.clean_take.clicked.connect(self.lists.ask_which)
        ui.from_number.clicked.connect(self.fill_from_number)
        ui.match.clicked.connect(self.match_labels)
        ui.to_submit.clicked.connect(lambda: desk.wanted.emit("submit", None))
        for keys, act in (("Ctrl+S", self.save), ("Ctrl+F", ui.unit.setFocus)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # -- what is shown -----------------------------------------------------------------------

    @property
    def pack_id(self) -> str:
        return str(self.ui.packs.currentData())

    def enter(self, wanted: object) -> None:
        """``wanted`` may name the pack to look by."""
        place = self.ui.packs.findData(wanted) if isinstance(wanted, str) else -1
        if place >= 0 and place != self.ui.packs.currentIndex():
            self.ui.packs.setCurrentIndex(place)
        elif self._stale:
            self.reload()
        self.ui.grid.setFocus()

    def refresh(self, changes: Changes) -> None:
        if self._own_change or not (changes.kinds or changes.batches):
            return
        self._stale = True
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Hold the records against the template again; the event loop goes on meanwhile."""
        self._question += 1
        number, session, pack_id = self._question, self.desk.session, self.pack_id
        self.ui.count.setText("正在查找…")
        if self.missing is None:
            self.ui.views.setCurrentWidget(self.ui.wait_view)

        def found(what: Missing) -> None:
            if number == self._question:
                self.missing, self._stale, self._gaps = what, False, None
                self._show_all()

        self.desk.ask(self, lambda progress: missing.find(session, pack_id, progress), found)

    def _show_all(self) -> None:
        what, ui = self.missing, self.ui
        if what is None:
            return
        self._kinds = [kind for kind, count in what.incomplete.items() if count]
        self._word_count()
        ui.kinds.setVisible(len(self._kinds) > 1)
        ui.from_number.setVisible(what.from_number > 0)
        unmatched = sum(len(labels) for labels in what.labels.values())
        ui.match.setVisible(unmatched > 0)
        self._unmatched = unmatched
        self._word_buttons()
        if not self._kinds:
            self._show_clean()
            return
        ui.views.setCurrentWidget(ui.desk_view)
        kind = self.model.kind if self.model.kind in self._kinds else self._kinds[-1]
        self._filling = True
        while ui.kinds.count():
            ui.kinds.removeTab(0)
        for each in self._kinds:
            ui.kinds.addTab(f"{KIND_NAMES[each].zh} {what.incomplete[each]:,}")
        ui.kinds.setCurrentIndex(self._kinds.index(kind))
        self._filling = False
        self._show_kind(kind)

    def _word_count(self) -> None:
        what = self.missing
        if what is None or not what.items:
            self.ui.count.setText("")
            return
        assumed = what.items - what.required
        must = f"省里必需 {what.required:,} 项" if what.required else ""
        may = f"推定必需 {assumed:,} 项" if assumed else ""
        parts = "，".join(part for part in (must, may) if part)
        said = f"按{what.pack.province}口径还差 {what.items:,} 项"
        # the kinds take the head's room where it is narrow: the sum stands over the grid then
        self.ui.count.setText("" if self._is_narrow else f"{said}（{parts}）")
        self._word_shown()
        self.ui.count.setToolTip(f"{said}（{parts}）")

    def _word_shown(self) -> None:
        items = self.missing.items if self.missing is not None and self._is_narrow else 0
        whole = f"，共差 {items:,} 项" if items else ""
        self.ui.shown.setText(f"{self.model.rowCount():,} 条{whole}")
        self.ui.shown.setToolTip(self.ui.count.toolTip())

    def _word_buttons(self) -> None:
        """Short where there is little room; the whole stands in the tool tip."""
        ui, narrow = self.ui, self._is_narrow
        count = self.missing.from_number if self.missing is not None else 0
        for button, long, short, told in (
            (
                ui.from_number,
                f"按身份证号填 {count:,} 项(&N)",
                "按号填(&N)",
                f"按身份证号填 {count:,} 项：号码里写明的性别和出生日期",
            ),
            (
                ui.match,
                f"选项对应 {self._unmatched:,} 种(&M)",
                "对应(&M)",
                f"选项对应：{self._unmatched:,} 种写法不在这个省的清单里",
            ),
            (ui.take, "收回补录表(&R)", "收回(&R)", "收回填好的补录表"),
            (ui.export_list, "导出补录表(&X)", "导出(&X)", "导出补录表，发给单位填"),
        ):
            button.setText(short if narrow else long)
            button.setAccessibleName(told)
            button.setToolTip(told)

    def _show_clean(self) -> None:
        what, ui = self.missing, self.ui
        if what is None:
            return
        ui.views.setCurrentWidget(ui.clean_view)
        total = sum(what.looked_at.values())
        ui.clean_title.setText("✓ 没有缺项" if total else "还没有记录")
        ui.clean_text.setText(
            f"{total:,} 条记录按“{what.pack.title}”都是全的。"
            if total
            else "导入或录入以后，这里列出按各省模板还差的内容。"
        )
        ui.clean_stamp.setText(
            f"模板包 {what.pack.id} 第 {what.pack.version} 版"
            f"　{datetime.now().astimezone():%Y-%m-%d %H:%M}"
        )
        ui.to_submit.setVisible(total > 0)
        self.form.clear()

    def _show_kind(self, kind: Kind) -> None:
        self.model.kind = kind
        self._show_facets()
        self._show_rows()

    def _show_facets(self) -> None:
        if self.missing is not None:
            self._filling = True
            fill_gaps(self.ui.facets, self.missing, self.model.kind, self._gaps)
            self._filling = False

    def _show_rows(self) -> None:
        if self.missing is None:
            return
        self._wait.stop()
        unit = self.ui.unit.text().strip()
        self.model.show(self.missing, self.model.kind, self._gaps, unit)
        self._size_columns()
        shown = self.model.rowCount()
        self._word_shown()
        if shown:
            self._select(0)
        else:
            self.form.clear()

    def _select(self, row: int) -> None:
        self.ui.grid.setCurrentIndex(self.model.index(row, 0))
        self._row_chosen(self.model.index(row, 0))

    def _names(self, kind: Kind, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        number = "id_number" if kind in (Kind.MEMBER, Kind.OFFICER) else "uscc"
        page = self.desk.session.store.page(kind, ids, ("name", number))
        return {row[0]: (row[3], row[4]) for row in page}

    # -- choosing ----------------------------------------------------------------------------

    def _facet_chosen(self, item: QTreeWidgetItem | None) -> None:
        if self._filling or item is None or not item.flags() & Qt.ItemFlag.ItemIsSelectable:
            return
        place = item.data(0, CHOSEN)
        self._gaps = None if place is None else frozenset({int(place)})
        self._show_rows()

    def _kind_chosen(self, tab: int) -> None:
        if not self._filling and 0 <= tab < len(self._kinds):
            self._gaps = None
            self._show_kind(self._kinds[tab])

    def _row_chosen(self, current: QModelIndex) -> None:
        row = current.row()
        if self.missing is None or self.model.place(row) < 0:
            self.form.clear()
            return
        gaps = self.model.gaps(row)
        asked = [gap.field for gap in gaps if gap.code == UNKNOWN_LABEL]
        kept: dict[str, str] = {}
        if asked:
            found = self.desk.session.store.page(
                self.model.kind, [self.model.record_id(row)], asked
            )
            kept = dict(zip(asked, found[0][3:], strict=True)) if found else {}
        title = (self.model.name(row), self.model.unit(row))
        self.form.show(self.missing.pack, self.model.kind, title, gaps, kept)
        self.ui.open_record.setVisible(self.model.kind in _WITH_PAGE)

    def _first_field(self) -> str:
        """The field chosen on the left, so that a double click leads to it."""
        if self.missing is None or self._gaps is None:
            return ""
        return self.missing.gaps[next(iter(self._gaps))].field

    def _open_record(self) -> None:
        row = self.ui.grid.currentIndex().row()
        if self.model.place(row) >= 0 and self.model.kind in _WITH_PAGE:
            self.desk.wanted.emit(self.model.kind.value, self.model.record_id(row))

    # -- answering ---------------------------------------------------------------------------

    def save(self) -> None:
        """Write what was typed, and go to the next record."""
        what, row = self.missing, self.ui.grid.currentIndex().row()
        typed, at = self.form.answers, self.model.place(row)
        if what is None or at < 0:
            return
        if not typed:
            self._go_on(row, 1)
            return
        session, kind, record = self.desk.session, self.model.kind, self.model.record_id(row)

        def told(done: Completed) -> None:
            refused = {item.field for item in done.refused}
            what.settle(kind, at, set(typed) - refused)
            self._tell(done)
            self._word_count()
            self._keep_place(record, row, refused=bool(done.refused))
            if done.refused:
                self.form.say(done.refused)

        self.desk.run(
            self,
            "写入补录",
            lambda _: completing.answer(session, what.pack, kind, record, typed),
            told,
        )

    def _keep_place(self, record: int, row: int, *, refused: bool) -> None:
        """The list without what was answered; the same record where something is left to say."""
        what = self.missing
        if what is None:
            return
        if not what.items:
            self._show_all()
            return
        if self.model.kind not in what.records or not what.records[self.model.kind].ids:
            self._show_all()
            return
        self._show_facets()
        unit = self.ui.unit.text().strip()
        self.model.show(what, self.model.kind, self._gaps, unit)
        self._size_columns()
        self._word_shown()
        here = self.model.row_of(record)
        if refused and here >= 0:
            self._select(here)
        else:
            self._go_on(here if here >= 0 else row - 1, 1)

    def _go_on(self, row: int, by: int) -> None:
        if self.model.rowCount():
            self._select(min(max(row + by, 0), self.model.rowCount() - 1))
            self.form.focus(self._first_field())

    def _tell(self, done: Completed) -> None:
        parts = [f"补上 {done.filled:,} 项" if done.filled else ""]
        parts.append(f"{done.known:,} 项已经有了，没有改动" if done.known else "")
        parts.append(f"{len(done.refused):,} 项没有采用" if done.refused else "")
        parts.append(f"{done.unmarked:,} 行对不上本工作区的记录" if done.unmarked else "")
        self.desk.said.emit("，".join(part for part in parts if part) or "没有可补的内容")
        self._own_change = True
        try:
            self.desk.announce(done.changes)
        finally:
            self._own_change = False

    def fill_from_number(self) -> None:
        """性别 and 出生日期 as the numbers state them, into every record that lacks them."""
        session, pack_id = self.desk.session, self.pack_id
        self.desk.run(
            self,
            "由身份证号填入",
            lambda progress: completing.fill_from_number(session, pack_id, progress),
            self._taken,
        )

    def match_labels(self) -> None:
        """Labels without equivalent: settled once, for every record that holds them."""
        what = self.missing
        if what is None:
            return
        dialog = LabelMatching(self, self.desk.appearance, unmatched(what))
        session = self.desk.session

        def accepted() -> None:
            for row, label in zip(dialog.rows, dialog.choices, strict=True):
                if label:
                    equivalents.agree(session, what.pack, row.kind, row.field, row.label, label)
            self.reload()

        dialog.accepted.connect(accepted)
        dialog.open()

    def _taken(self, done: Completed) -> None:
        self._tell(done)
        self.reload()

    # -- the look ----------------------------------------------------------------------------

    def _size_columns(self) -> None:
        theme, header = self.desk.appearance.theme, self.ui.grid.horizontalHeader()
        wide = {"单位": 160, "工会": 160, "姓名": 76, "证件号": 164, "名称": 200}
        for place, name in enumerate(self.model.headers[:-1]):
            header.resizeSection(place, theme.px(wide.get(name, 180)))

    def dress(self) -> None:
        ui, look = self.ui, self.desk.appearance
        theme = look.theme
        look.draw(ui.clean_icon, "good", "good", 48)
        ui.grid.verticalHeader().setDefaultSectionSize(theme.px(34))
        ui.facet_side.setMinimumWidth(theme.px(150))
        ui.form_side.setMinimumWidth(theme.px(280))
        wide = max(self.width(), 900)
        left, right = theme.px(220), theme.px(330)
        ui.splitter.setSizes([left, max(260, wide - left - right), right])
        ui.splitter.setStretchFactor(1, 1)
        self._size_columns()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @property
    def _is_narrow(self) -> bool:
        return self.width() < self.desk.appearance.theme.px(NARROW)

    def _fit(self) -> None:
        """Where three panes do not fit the filters come only when asked for."""
        ui = self.ui
        narrow = self._is_narrow
        self._word_count()
        self._word_buttons()
        ui.filter.setVisible(narrow)
        asked = ui.filter.isChecked()
        ui.facet_side.setVisible(not narrow or asked)
        ui.form_side.setVisible(not narrow or not asked)
