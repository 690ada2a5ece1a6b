"""修正台: the rows with faults, why, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import cast

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidgetItem, QVBoxLayout

from collector.gui.delegates.cells import CellDelegate
from collector.gui.desk import Desk
from collector.gui.forms.ui_fixing import Ui_FixingPage
from collector.gui.models import facets
from collector.gui.models.facets import Choice
from collector.gui.models.parked import FixRow, ParkedModel, Rows, load, refreshed
from collector.gui.pages.base import Page
from collector.gui.widgets.counted_tree import CHOSEN
from collector.gui.widgets.desk_bar import DeskBar
from collector.gui.widgets.discard import DiscardDialog
from collector.gui.widgets.facet_tree import fill_facets
from collector.gui.widgets.finding_right import FindingRight
from collector.gui.widgets.hand_back import HandBackDialog
from collector.gui.widgets.revealing import Revealing
from collector.gui.widgets.supplement_menu import SupplementMenu
from collector.gui.widgets.why_card import WhyCard
from collector.model import KIND_NAMES, Changes, Kind, Status
from collector.progress import Progress
from collector.services import fixing
from collector.services.fixing import CellEdit, FixResult, UndoResult

NARROW = 900
"""points at 100 %: below this the facets hide"""


class FixingPage(Page):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._rows: list[FixRow] = []
        self._all: Rows = {}
        self._choices: dict[Kind, dict[str, list[Choice]]] = {}
        self._chosen: Choice | None = None
        self._kind = Kind.MEMBER
        self._kinds: list[Kind] = []
        self._question = 0
        self._stale = True
        self._telling = False
        self._place: tuple[int, int, str] | None = None
        self._filling = False
        ui = self.ui = Ui_FixingPage()
        ui.setupUi(self)
        self.model = ParkedModel(desk.session.pack)
        self.delegate = CellDelegate(desk.appearance, self)
        self.why = WhyCard(ui, desk.session)
        self.supplement = SupplementMenu(self, ui.supplement, desk)
        ui.hand_back.setToolTip("把待修的行写成退回件，交给原单位改；改好后照常导入")
        ui.hand_back.clicked.connect(lambda: HandBackDialog(self, desk).open())
        grid = ui.grid
        grid.setModel(self.model)
        grid.setItemDelegate(self.delegate)
        grid.installEventFilter(self)
        grid.horizontalHeader().setHighlightSections(False)
        grid.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        grid.setAccessibleName("待修的行")
        grid.selectionModel().currentChanged.connect(self._explain)
        self.bar = DeskBar(self.model)
        cast(QVBoxLayout, ui.grid_side.layout()).insertWidget(0, self.bar)
        self.bar.left.connect(grid.setFocus)
        self.bar.wanted.connect(self._go)
        self.bar.replaced.connect(self._write)
        self.right = FindingRight(self, self.model, self.bar, desk)
        self.right.kept.connect(self._explain)
        self.revealing = Revealing(grid, self.model, desk, self._place_of)
        self.model.edited.connect(self._edited)
        self.why.taken.connect(self._take)
        ui.facets.setAccessibleName("筛选")
        ui.facets.currentItemChanged.connect(self._facet_chosen)
        ui.kinds.setDrawBase(False)
        ui.kinds.setAccessibleName("类别")
        ui.kinds.currentChanged.connect(self._kind_chosen)
        ui.next.clicked.connect(lambda: self.go_error(1))
        ui.previous.clicked.connect(lambda: self.go_error(-1))
        ui.all_columns.toggled.connect(lambda: self._show_rows())
        ui.undo.clicked.connect(self.undo)
        ui.filter.toggled.connect(self._fit)
        ui.same.clicked.connect(self._edit_all_identical)
        ui.discard.clicked.connect(self._discard)
        ui.to_submit.clicked.connect(lambda: desk.wanted.emit("submit", None))
        ui.to_import.clicked.connect(lambda: desk.wanted.emit("import", None))
        for keys, act in (
            ("F8", lambda: self.go_error(1)),
            ("Shift+F8", lambda: self.go_error(-1)),
            ("Ctrl+Z", self.undo),
            ("Ctrl+Y", self.redo),
            ("Ctrl+D", self.fill_down),
            ("Ctrl+H", lambda: self._open_bar(self.bar.replace_in)),
            ("F2", lambda: self._open_bar(self.right.ask)),
            ("Ctrl+G", lambda: self._open_bar(self.bar.go_to)),
            ("Ctrl+E", ui.all_columns.toggle),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # -- what is shown -----------------------------------------------------------------------

    def enter(self, wanted: object) -> None:
        if self._stale:
            self.reload()
        self.ui.grid.setFocus()

    def refresh(self, changes: Changes) -> None:
        if not self._telling and (changes.parked or changes.batches or changes.kinds):
            self._stale = True
            if self.isVisible():
                self.reload()

    def reload(self) -> None:
        """Read the parked rows again; the place in the grid is kept."""
        session = self.desk.session
        self._ask(lambda: load(session))

    def _reload_near(self, near: Collection[int]) -> None:
        """After a write: only what it may have touched is read and judged again."""
        session, rows = self.desk.session, self._all
        if self._stale:
            self.reload()
        else:
            self._ask(lambda: refreshed(session, rows, near))

    def _ask(self, work: Callable[[], Rows]) -> None:
        self._question += 1
        number, pack = self._question, self.desk.session.pack

        def asked(_: Progress) -> tuple[Rows, dict[Kind, dict[str, list[Choice]]]]:
            rows = work()
            return rows, {kind: facets.all_choices(rows[kind], pack) for kind in rows}

        def found(result: tuple[Rows, dict[Kind, dict[str, list[Choice]]]]) -> None:
            if number == self._question:
                self._all, self._choices = result
                self._stale = False
                self._show_kinds()

        self.desk.ask(self, asked, found)

    def _show_kinds(self) -> None:
        counts = {kind: len(self._all.get(kind, ())) for kind in Kind}
        self._kinds = [kind for kind in Kind if counts[kind]]
        ui = self.ui
        ui.count.setText(f"{sum(counts.values()):,} 行待修" if self._kinds else "")
        ui.undo.setEnabled(bool(self.desk.session.undo))
        ui.kinds.setVisible(len(self._kinds) > 1)
        ui.supplement.setVisible(bool(self._kinds))
        ui.hand_back.setVisible(bool(self._kinds))
        ui.views.setCurrentWidget(ui.desk_view if self._kinds else ui.clean_view)
        if not self._kinds:
            self._show_clean()
            return
        if self._kind not in self._kinds:
            self._kind, self._chosen = self._kinds[0], None
        self._filling = True
        while ui.kinds.count():
            ui.kinds.removeTab(0)
        for kind in self._kinds:
            ui.kinds.addTab(f"{KIND_NAMES[kind].zh} {counts[kind]:,}")
        ui.kinds.setCurrentIndex(self._kinds.index(self._kind))
        self._filling = False
        self._load_kind()

    def _load_kind(self) -> None:
        self._rows = self._all.get(self._kind, [])
        self._show_facets()
        self._show_rows()

    def _show_facets(self) -> None:
        """Live counts; a choice that has emptied falls back to all rows."""
        self._filling = True
        choices = self._choices.get(self._kind, {})
        self._chosen = fill_facets(self.ui.facets, len(self._rows), choices, self._chosen)
        self._filling = False

    def _show_rows(self) -> None:
        id_before, at_before, field_before = self._place or (0, 0, "")
        rows = facets.narrowed(self._rows, self._chosen)
        self.model.show(self._kind, rows, self.ui.all_columns.isChecked())
        self._size_columns()
        if not rows:
            self._explain()
            return
        row = self.model.row_of(id_before)
        column = self.model.column_of(field_before)
        if row >= 0 and column >= 0:
            if self.model.faults_at(row, column):
                self._go(row, column)
                return
            self._go(row, column)
            self.go_error(1)
            return
        start = min(at_before if row < 0 else row, len(rows) - 1)
        self._go(*(self.model.next_error(start, -1) or (0, 0)))

    def _size_columns(self) -> None:
        theme, header = self.desk.appearance.theme, self.ui.grid.horizontalHeader()
        for column, field in enumerate(self.model.fields):
            wide = 190 if field.type.value in ("id_number", "uscc", "union_code") else 132
            header.resizeSection(column, theme.px(wide))

    def _show_clean(self) -> None:
        session = self.desk.session
        counts = session.store.counts()
        checked = sum(
            n for (_, state), n in counts.items() if state not in (Status.PARKED, Status.INACTIVE)
        )
        pack = session.pack
        self.ui.clean_text.setText(
            f"没有待修的行。库内 {checked:,} 条记录都通过了 {len(pack.rules)} 条规则。"
            if checked
            else "没有待修的行，库里也还没有记录。"
        )
        self.ui.clean_stamp.setText(
            f"模板包 {pack.id} 第 {pack.version} 版　{datetime.now().astimezone():%Y-%m-%d %H:%M}"
        )
        self.ui.to_submit.setVisible(checked > 0)

    # -- moving ------------------------------------------------------------------------------

    def go_error(self, by: int) -> None:
        """The next (or previous) cell with an error, round and round."""
        if not self.model.rows:
            return
        here = self.ui.grid.currentIndex()
        wanted = self.model.next_error(max(here.row(), 0), here.column(), by)
        if wanted is not None:
            self._go(*wanted)

    def _go(self, row: int, column: int) -> None:
        index = self.model.index(row, column)
        self.ui.grid.setCurrentIndex(index)
        self.ui.grid.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        self._explain()

    def _explain(self) -> None:
        index = self.ui.grid.currentIndex()
        if not index.isValid() or index.row() >= len(self.model.rows):
            self.why.show(None, None, 0)
            return
        row, field = self.model.rows[index.row()], self.model.fields[index.column()]
        self._place = (row.id, index.row(), field.id)
        same = len(self.model.identical(index.row(), field.id)) if field.id in row.faults else 0
        self.why.show(row, field, same)
        said = self.right.said(row, field.id)
        if said:
            self.ui.others.setText(said)
            self.ui.others.show()

    def _facet_chosen(self, item: QTreeWidgetItem | None) -> None:
        if self._filling or item is None or not item.flags() & Qt.ItemFlag.ItemIsSelectable:
            return
        self._chosen = item.data(0, CHOSEN)
        self._place = None
        self._show_rows()

    def _kind_chosen(self, tab: int) -> None:
        if not self._filling and 0 <= tab < len(self._kinds):
            self._kind, self._chosen, self._place = self._kinds[tab], None, None
            self._load_kind()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.ui.grid
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                    self._edit_all_identical()
                else:
                    self.ui.grid.edit(self.ui.grid.currentIndex())
                return True
            number = event.key() - int(Qt.Key.Key_1)
            if plain and 0 <= number < len(self.why.suggestions):
                self._take(self.why.suggestions[number].value)
                return True
            if plain and event.key() == Qt.Key.Key_Delete:
                self._discard()
                return True
        return super().eventFilter(watched, event)

    # -- mending -----------------------------------------------------------------------------

    def _edited(self, parked_id: int, field_id: str, typed: str) -> None:
        row = self.model.row_of(parked_id)
        ids = (
            self.model.identical(row, field_id) or [parked_id]
            if self.delegate.to_all_identical and row >= 0
            else [parked_id]
        )
        self._write([CellEdit(number, field_id, typed) for number in ids])

    def _take(self, value: str) -> None:
        """Accept a suggestion for the current cell."""
        index = self.ui.grid.currentIndex()
        if index.isValid():
            self.model.setData(index, value)
            self.ui.grid.setFocus()

    def _edit_all_identical(self) -> None:
        """Open the cell; Ctrl+Enter there writes to every identical one."""
        index: QModelIndex = self.ui.grid.currentIndex()
        if index.isValid():
            self.ui.grid.setFocus()
            self.ui.grid.edit(index)
            self.desk.said.emit("改好后按 Ctrl+Enter，所有相同的格子一起改")

    def _write(self, edits: Sequence[CellEdit]) -> None:
        session = self.desk.session
        for edit in edits:
            self.model.set_pending(edit.parked_id, edit.field, edit.value)
        self.desk.run(
            self,
            "写入修改并重新检查",
            lambda _: fixing.apply(session, edits),
            self._written,
            on_failure=self._failed,
        )

    def _written(self, result: FixResult) -> None:
        said = [f"{result.released} 行改好入库" if result.released else ""]
        said.append(f"{result.still_parked} 行还有差错" if result.still_parked else "")
        self.desk.said.emit("，".join(part for part in said if part))
        self._tell(result.changes, result.near)

    def undo(self) -> None:
        """Take back the last edit, and the records it made."""
        session = self.desk.session
        if not session.undo:
            self.desk.said.emit("没有可以撤销的修改")
            return
        self.desk.run(
            self,
            "撤销",
            lambda _: fixing.undo(session),
            self._undone,
            on_failure=self._failed,
        )

    def redo(self) -> None:
        """Do again what was just taken back."""
        session = self.desk.session
        if not session.redo:
            self.desk.said.emit("没有可以重做的修改")
            return
        self.desk.run(
            self,
            "重做",
            lambda _: fixing.redo(session),
            self._written,
            on_failure=self._failed,
        )

    def fill_down(self) -> None:
        """Write what stands in the cell above into this one."""
        index = self.ui.grid.currentIndex()
        if not index.isValid() or index.row() < 1:
            self.desk.said.emit("上面没有可以照填的格子")
            return
        field = self.model.fields[index.column()].id
        above, here = self.model.rows[index.row() - 1], self.model.rows[index.row()]
        if above.text(field) != here.text(field):
            self._write([CellEdit(here.id, field, above.text(field))])

    def _place_of(self, row: int) -> dict[str, str | int] | None:
        if row >= len(self.model.rows):
            return None
        return {"kind": self.model.kind.value, "parked": self.model.rows[row].id}

    def _open_bar(self, ask: Callable[[int, int], None]) -> None:
        index = self.ui.grid.currentIndex()
        if index.isValid() and index.row() < len(self.model.rows):
            ask(index.row(), index.column())

    def _undone(self, result: UndoResult) -> None:
        kept = f"；{result.kept} 格的行入库后又改过或已上报，没有撤" if result.kept else ""
        self.desk.said.emit(f"已撤销 {result.restored} 格{kept}")
        self._tell(result.changes, result.near)

    def _tell(self, changes: Changes, near: Collection[int]) -> None:
        """The other pages hear of it; this one knows which rows it concerns."""
        self._telling = True
        self.desk.announce(changes)
        self._telling = False
        self._reload_near(near)

    def _failed(self, _: BaseException) -> bool:
        self.reload()
        return False

    def _discard(self) -> None:
        index = self.ui.grid.currentIndex()
        if not index.isValid():
            return
        row, session = self.model.rows[index.row()], self.desk.session
        dialog = DiscardDialog(self, row.place)

        def accepted() -> None:
            reason = dialog.reason
            self.desk.run(
                self,
                "不收这一行",
                lambda _: fixing.discard(session, [row.id], reason),
                self.desk.announce,
                on_end=self.reload,
            )

        dialog.accepted.connect(accepted)
        dialog.open()

    # -- the look ----------------------------------------------------------------------------

    def dress(self) -> None:
        ui, look = self.ui, self.desk.appearance
        theme = look.theme
        look.draw(ui.clean_icon, "good", "good", 48)
        ui.grid.verticalHeader().setDefaultSectionSize(theme.px(34))
        ui.grid.verticalHeader().setMinimumWidth(theme.px(48))
        ui.facet_side.setMinimumWidth(theme.px(150))
        ui.why_side.setMinimumWidth(theme.px(300))
        wide = max(self.width(), 900)
        left, right = theme.px(208), theme.px(340)
        ui.splitter.setSizes([left, max(260, wide - left - right), right])
        ui.splitter.setStretchFactor(1, 1)
        self._size_columns()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where three panes do not fit the facets come only when asked for."""
        ui = self.ui
        narrow = self.width() < self.desk.appearance.theme.px(NARROW)
        ui.filter.setVisible(narrow)
        asked = ui.filter.isChecked()
        ui.facet_side.setVisible(not narrow or asked)
        ui.why_side.setVisible(not narrow or not asked)
        for button, long, short in (
            (ui.previous, "上一处 Shift+F8", "上一处"),
            (ui.next, "下一处 F8", "下一处"),
            (ui.all_columns, "全部列 Ctrl+E", "全部列"),
            (ui.undo, "撤销 Ctrl+Z", "撤销"),
        ):
            button.setText(short if narrow else long)
            button.setToolTip(long)
        QTimer.singleShot(0, self, self._reach_cell)  # once the panes are laid out

    def _reach_cell(self) -> None:
        index = self.ui.grid.currentIndex()
        if index.isValid():
            self.ui.grid.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
