"""单位, 工会, 会员: a paged table, and beside it the form of one record."""

from __future__ import annotations

from array import array
from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHeaderView

from collector.gui.desk import Desk
from collector.gui.forms.ui_records import Ui_RecordsPage
from collector.gui.models.records import STATUS_WORDS, RecordsModel
from collector.gui.pages.base import Page
from collector.gui.pages.only import UNATTACHED, Only
from collector.gui.widgets.deactivate import DeactivateDialog
from collector.gui.widgets.field_editor import MARKS
from collector.gui.widgets.record_form import RecordForm
from collector.gui.widgets.repolish import set_property
from collector.gui.widgets.revealing import Revealing
from collector.gui.wording import COUNTED
from collector.model import KIND_NAMES, Changes, Kind, Record, Severity, Status
from collector.services import editing, records
from collector.services.editing import SaveResult
from collector.services.pack_names import checked_with

ICONS = {Kind.UNIT: "unit", Kind.UNION: "union", Kind.OFFICER: "member", Kind.MEMBER: "member"}
SEARCH_AFTER = 200
"""milliseconds without typing"""
NARROW = 900
"""points at 100 %: below this width the form takes the table's place"""


class RecordsPage(Page):
    def __init__(self, desk: Desk, kind: Kind) -> None:
        super().__init__(desk)
        self.kind = kind
        self._sort, self._descending = "id", False
        self._only: Only | None = None
        self._query = 0
        self._record: Record | None = None
        self._warned = self._draft_offered = self._empty_filtered = False
        ui = self.ui = Ui_RecordsPage()
        ui.setupUi(self)
        session, columns = desk.session, records.columns(desk.session, kind)
        names = [column.field for column in columns]
        self.model = RecordsModel(
            kind, columns, lambda ids: records.page(session, kind, ids, names)
        )
        self.form = RecordForm(desk, kind)
        ui.form_place.addWidget(self.form)
        ui.title.setText(KIND_NAMES[kind].zh)
        ui.add.setText(f"新增{KIND_NAMES[kind].zh}(&N)")
        ui.status.addItem("全部状态", None)
        for status, word in STATUS_WORDS.items():
            if status is not Status.PARKED:
                ui.status.addItem(word, status.value)
        ui.status.setAccessibleName("状态")
        ui.search.setAccessibleName("搜索")
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SEARCH_AFTER)
        self._wait.timeout.connect(self.reload)
        ui.search.textEdited.connect(lambda: self._wait.start())
        ui.search.textChanged.connect(self._wait_or_clear)
        ui.search.returnPressed.connect(self._into_table)
        ui.status.currentIndexChanged.connect(self.reload)
        ui.unattached_show.clicked.connect(self._show_all)
        ui.add.clicked.connect(lambda: self.open_form(None))
        ui.close.clicked.connect(self.close_form)
        ui.save.clicked.connect(self.save)
        ui.deactivate.clicked.connect(self._deactivate)
        ui.empty_act.clicked.connect(self._empty_act)
        self.form.edited.connect(self._word_verdict)
        self.form.passed_end.connect(ui.save.setFocus)
        self._set_up_table()
        for keys, act in (
            ("Ctrl+F", self._find),
            ("Ctrl+N", lambda: self.open_form(None)),
            ("Ctrl+S", self.save),
            ("Escape", self.close_form),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        ui.form_side.hide()
        ui.unattached_bar.hide()
        self.reload()

    # -- the table ---------------------------------------------------------------------------

    def enter(self, wanted: object) -> None:
        if wanted == "unattached":
            wanted = UNATTACHED
        if isinstance(wanted, Only):
            self._only = wanted
            self.reload()
        elif wanted == "new":
            self.open_form(None)
        elif isinstance(wanted, int):
            self.open_form(wanted)
        if self.ui.form_side.isHidden():
            self.ui.table.setFocus()

    def refresh(self, changes: Changes) -> None:
        if self.kind in changes.kinds or Kind.UNION in changes.kinds or changes.submissions:
            self.reload()

    def reload(self) -> None:
        """Ask for the order again; the newest question alone is answered."""
        self._wait.stop()
        self._query += 1
        number, session, kind = self._query, self.desk.session, self.kind
        sort, descending = self._sort, self._descending
        search, chosen = self.ui.search.text().strip(), self.ui.status.currentData()
        status = Status(chosen) if chosen else None

        def found(ids: array[int]) -> None:
            if number == self._query:
                self._show(ids)

        if (only := self._only) is not None:
            self.desk.ask(self, lambda progress: only.ids(session, progress), found)
        else:
            self.desk.ask(
                self,
                lambda _: records.order(session, kind, sort, descending, search, status),
                found,
            )

    def _show(self, ids: array[int]) -> None:
        selected = self.model.record_id(self.ui.table.currentIndex().row())
        self.model.show(ids)
        row = self.model.row_of(selected) if selected is not None else -1
        if ids:
            self._select(max(row, 0))
        total = self.desk.session.store.count(self.kind)
        narrowed = self.ui.search.text() or self.ui.status.currentData() or self._only
        filtered = bool(narrowed)
        measure = COUNTED[self.kind]
        self.ui.count.setText(
            f"{len(ids):,} / {total:,} {measure}" if filtered else f"{total:,} {measure}"
        )
        self._show_empty(not ids, filtered and total > 0)
        self.ui.unattached_bar.setVisible(self._only is not None)
        self.ui.unattached.setText(self._only.said if self._only is not None else "")
        self.ui.unattached_show.setText("显示全部(&U)")

    def _show_empty(self, empty: bool, filtered: bool) -> None:
        ui, name = self.ui, KIND_NAMES[self.kind].zh
        ui.views.setCurrentWidget(ui.empty_view if empty else ui.table_view)
        if not empty:
            return
        if filtered:
            ui.empty_title.setText("没有符合条件的记录")
            ui.empty_text.setText("换一个词，或清除筛选条件。")
            ui.empty_act.setText("清除筛选(&I)")
        else:
            ui.empty_title.setText(f"还没有{name}")
            ui.empty_text.setText(f"导入单位交来的表格，或按 Ctrl+N 逐{COUNTED[self.kind]}录入。")
            ui.empty_act.setText("去导入(&I)")
        self._empty_filtered = filtered

    def _empty_act(self) -> None:
        if self._empty_filtered:
            self._only = None
            self.ui.search.clear()
            self.ui.status.setCurrentIndex(0)
            self.reload()
        else:
            self.desk.wanted.emit("import", None)

    def _set_up_table(self) -> None:
        table = self.ui.table
        table.setModel(self.model)
        table.doubleClicked.connect(self._open_row)
        table.installEventFilter(self)
        self.revealing = Revealing(table, self.model, self.desk, self._record_of)
        header = table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setHighlightSections(False)
        header.sectionClicked.connect(self._sort_by)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setHighlightSections(False)
        table.selectionModel().currentRowChanged.connect(self._current_changed)
        table.setAccessibleName(KIND_NAMES[self.kind].zh)

    def _sort_by(self, column: int) -> None:
        name = self.model.sort_name(column)
        self._descending = not self._descending if name == self._sort else False
        self._sort = name
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        self.ui.table.horizontalHeader().setSortIndicator(column, order)
        self.reload()

    def _select(self, row: int) -> None:
        self.ui.table.selectionModel().setCurrentIndex(
            self.model.index(row, max(0, self.ui.table.currentIndex().column())),
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows,
        )

    def _wait_or_clear(self, text: str) -> None:
        if not text:
            self.reload()

    def _show_all(self) -> None:
        self._only = None
        self.reload()

    def _record_of(self, row: int) -> dict[str, str | int] | None:
        number = self.model.record_id(row)
        return None if number is None else {"kind": self.kind.value, "record": number}

    def _find(self) -> None:
        self.ui.search.setFocus()
        self.ui.search.selectAll()

    def _into_table(self) -> None:
        if self._wait.isActive():
            self.reload()
        self.ui.table.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.ui.table
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self._open_row(self.ui.table.currentIndex())
            return True
        return super().eventFilter(watched, event)

    # -- the form ----------------------------------------------------------------------------

    def open_form(self, record_id: int | None) -> None:
        """Show one record, or an empty form; a changed one on the screen stays."""
        if self.form.is_changed and not self.ui.form_side.isHidden():
            self._say("▲ 这一条还没有保存：按 Ctrl+S 保存，或按 Esc 放弃。", "caution")
            self.form.setFocus()
            return
        record = (
            records.get(self.desk.session, self.kind, record_id) if record_id is not None else None
        )
        self._record = record
        self.form.load(record.values if record is not None else {}, record_id)
        self._show_form()
        self.form.focus_first()

    def close_form(self) -> None:
        """Escape once warns of unsaved work, twice leaves it."""
        if self.ui.form_side.isHidden():
            return
        if self.form.is_changed and not self._warned:
            self._warned = True
            self._say("▲ 有改动没有保存。再按一次 Esc 放弃，或按 Ctrl+S 保存。", "caution")
            return
        self.form.load({}, None)
        self.ui.form_side.hide()
        self.ui.list_side.show()
        self.ui.table.setFocus()

    def save(self) -> None:
        """Keep a sound record; a faulty one only when asked twice, as 草稿 to be finished."""
        if self.ui.form_side.isHidden():
            return
        self.form.check(all_fields=True)
        as_draft = bool(self.form.errors)
        if as_draft and not self._draft_offered:
            self._draft_offered = True
            self._say(
                f"✕ 还有 {len(self.form.errors)} 处差错。改好再保存；"
                "暂时改不了的，再按一次 Ctrl+S 存为草稿。",
                "fault",
            )
            self.form.focus_fault()
            return
        session, kind = self.desk.session, self.kind
        values, number = self.form.values, self.form.record_id
        revision = self._record.revision if self._record is not None else None
        self.desk.run(
            self,
            "保存",
            lambda _: editing.save_form(session, kind, values, number, revision, draft=as_draft),
            lambda result: self._saved(result, is_new=number is None),
        )

    def _saved(self, result: SaveResult, *, is_new: bool) -> None:
        if result.id is None:
            self.form.check(all_fields=True)
            self.form.focus_fault()
            return
        self._record = records.get(self.desk.session, self.kind, result.id)
        self.form.load(self._record.values if self._record is not None else {}, result.id)
        if is_new:
            self.form.remember()
        self._show_form()
        if self.form.errors:
            self._say("▲ 已存为草稿，草稿不上报。", "caution")
        elif result.released:
            self._say(f"✓ 已保存；{result.released} 行待修的因此合格入库", "good")
        else:
            self._say("✓ 已保存", "good")
        self.desk.announce(result.changes)

    def draft(self) -> dict[str, Any] | None:
        return None if self.ui.form_side.isHidden() else self.form.draft()

    def restore(self, draft: dict[str, Any]) -> None:
        self.form.restore(draft)
        number = self.form.record_id
        self._record = (
            records.get(self.desk.session, self.kind, number) if number is not None else None
        )
        self._show_form()
        self._say("▲ 已恢复锁定前没有保存的录入。", "caution")

    def _open_row(self, index: QModelIndex) -> None:
        number = self.model.record_id(index.row())
        if number is not None:
            self.open_form(number)

    def _current_changed(self, index: QModelIndex) -> None:
        if not self.ui.form_side.isHidden() and not self.form.is_changed:
            number = self.model.record_id(index.row())
            if number is not None and number != self.form.record_id:
                self._record = records.get(self.desk.session, self.kind, number)
                self.form.load(self._record.values if self._record else {}, number)
                self._show_form()

    def _show_form(self) -> None:
        ui, record = self.ui, self._record
        name = KIND_NAMES[self.kind].zh
        ui.form_title.setText(f"新增{name}" if record is None else f"编辑{name}")
        ui.form_status.setVisible(record is not None)
        ui.deactivate.setVisible(record is not None and record.status is not Status.INACTIVE)
        ui.origin.setText(self._origin() if record is not None else "录入后按 Ctrl+S 保存。")
        if record is not None:
            ui.form_status.setText(STATUS_WORDS[record.status])
        was_hidden = ui.form_side.isHidden()
        ui.form_side.show()
        self._fit()
        if was_hidden and ui.list_side.isVisible():
            wide = self.desk.appearance.theme.px(400)
            ui.splitter.setSizes([max(200, self.width() - wide), wide])
        self._word_verdict()

    def _word_verdict(self) -> None:
        self._warned = self._draft_offered = False
        counted = {
            severity: sum(item.severity is severity for item in self.form.findings)
            for severity in (Severity.ERROR, Severity.WARNING)
        }
        errors, warnings = counted[Severity.ERROR], counted[Severity.WARNING]
        if self.form.record_id is None and not self.form.is_changed:
            self._say("Enter 到下一项，↑ 回上一项，F9 同上一条，Ctrl+S 保存", "caption")
        elif errors:
            self._say(f"{MARKS[Severity.ERROR]} 还有 {errors} 处差错", "fault")
        elif warnings:
            self._say(f"{MARKS[Severity.WARNING]} 没有差错，{warnings} 处提醒", "caution")
        else:
            self._say("✓ 没有差错", "good")

    def _say(self, text: str, role: str) -> None:
        set_property(self.ui.verdict, "role", role)
        self.ui.verdict.setText(text)

    def _deactivate(self) -> None:
        if self._record is None:
            return
        number, session, kind = self._record.id, self.desk.session, self.kind
        dialog = DeactivateDialog(self)

        def accepted() -> None:
            reason = dialog.reason
            self.desk.run(
                self,
                "转为非正常",
                lambda _: editing.set_status(session, kind, [number], Status.INACTIVE, reason),
                done,
            )

        def done(changes: Changes) -> None:
            self._record = records.get(session, kind, number)
            self._show_form()
            self.desk.announce(changes)

        dialog.accepted.connect(accepted)
        dialog.open()

    # -- the look ----------------------------------------------------------------------------

    def dress(self) -> None:
        look = self.desk.appearance
        theme = look.theme
        look.draw(self.ui.empty_badge, ICONS[self.kind], "line_strong", 48)
        self.ui.add.setIcon(look.icon("add", "on_accent"))
        self.ui.search.setMinimumWidth(theme.px(200))
        self.ui.search.setMaximumWidth(theme.px(320))
        self.ui.form_side.setMinimumWidth(theme.px(320))
        self.ui.table.verticalHeader().setDefaultSectionSize(theme.px(34))
        self.ui.table.verticalHeader().setMinimumWidth(theme.px(48))
        header = self.ui.table.horizontalHeader()
        header.resizeSection(0, theme.px(96))
        for number, column in enumerate(self.model.columns, 1):
            header.resizeSection(number, theme.px(_WIDTHS.get(column.field.partition("_")[0], 120)))
        self.form.dress()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _origin(self) -> str:
        """Where the record came from, who changed it last, and what it was checked with."""
        record = self._record
        assert record is not None
        parts: list[str] = []
        if record.file_name:
            parts.append(f"来源：{record.file_name}　{record.sheet}　第 {record.row} 行")
        if record.changed_at:
            by = f"，{record.changed_by}" if record.changed_by else ""
            parts.append(f"最近修改：{record.changed_at[:16].replace('T', ' ')}{by}")
        parts.append(checked_with(self.desk.session, record.pack).zh)
        return "\n".join(parts)

    def _fit(self) -> None:
        """Where both do not fit the form stands alone."""
        narrow = self.width() < self.desk.appearance.theme.px(NARROW)
        shown = not self.ui.form_side.isHidden()
        self.ui.list_side.setVisible(not (narrow and shown))
        self.ui.search.setVisible(True)


_WIDTHS = {"name": 150, "id": 170, "uscc": 190, "unit": 190, "union": 200, "address": 200}
