"""导入: choose files, set columns and labels right, look at what would happen, write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QListWidgetItem, QTableWidget, QWidget

from collector.gui import showing
from collector.gui.desk import Desk
from collector.gui.forms.ui_importing import Ui_ImportPage
from collector.gui.pages.base import Page
from collector.gui.widgets.column_matching import ColumnMatching, Opened, OpenedFile, open_files
from collector.gui.widgets.import_preview import ImportPreview
from collector.gui.widgets.import_result import ImportOutcome
from collector.gui.widgets.import_tables import fit_height
from collector.model import Changes
from collector.progress import Progress
from collector.services import gathering, inbox, layouts, previewing
from collector.services.gathering import READABLE, Gathered
from collector.services.inbox import Inbox
from collector.services.inbox_lines import InboxResult
from collector.services.previewing import Changed, UnitCounts
from collector.services.staging import Staged
from collector.services.value_matching import Match, UnknownLabel

NARROW = 760
"""points at 100 %"""
MANY = 6
"""from so many files on the columns are not looked at one by one; those in doubt are pointed out"""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the worker found; nothing is written yet."""

    box: Inbox
    unknown: list[UnknownLabel]
    units: list[UnitCounts]
    changed: Changed


class ImportPage(Page):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.gathered = Gathered((), ())
        self.box: Inbox | None = None
        self._opened: list[OpenedFile] = []
        self._decided: dict[Path, OpenedFile] = {}
        self._again = False
        self._many = False
        self._units: list[UnitCounts] = []
        self._changed = Changed((), 0)
        ui = self.ui = Ui_ImportPage()
        ui.setupUi(self)
        self.matching = ColumnMatching(ui, desk)
        self.preview = ImportPreview(ui, desk)
        self.outcome = ImportOutcome(ui, desk)
        ui.past.use(desk)
        ui.well.dropped.connect(self.add_files)
        ui.browse.clicked.connect(self._browse)
        ui.remove.clicked.connect(self._remove)
        ui.files.itemSelectionChanged.connect(
            lambda: ui.remove.setEnabled(bool(ui.files.selectedItems()))
        )
        ui.open.clicked.connect(self.open_chosen)
        ui.match_back.clicked.connect(self._leave_matching)
        ui.check.clicked.connect(self.check)
        ui.values_step.back.connect(lambda: self._go(self._before_check()))
        ui.values_step.ready.connect(self._matched)
        ui.preview_back.clicked.connect(self._leave_preview)
        ui.columns_of.clicked.connect(self._look_at_columns)
        ui.take_seen.clicked.connect(self._take_seen)
        ui.commit.clicked.connect(self.commit)
        ui.again.clicked.connect(self._start_again)
        ui.to_fix.clicked.connect(lambda: desk.wanted.emit("fix", None))
        ui.to_records.clicked.connect(lambda: desk.wanted.emit("member", None))
        ui.undo_now.clicked.connect(lambda: ui.past.ask_undo(self.outcome.batches))
        self._list_files()
        self._go(ui.choose_step)

    @property
    def paths(self) -> list[Path]:
        """The files chosen."""
        return list(self.gathered.files)

    @property
    def staged(self) -> Staged | None:
        """What was previewed, where it is one file."""
        lines = self.box.ready if self.box is not None else []
        return lines[0].staged if len(lines) == 1 else None

    @property
    def is_many(self) -> bool:
        return self._many

    def enter(self, wanted: object) -> None:
        if isinstance(wanted, list):
            self.add_files(wanted)
        elif self.ui.steps.currentWidget() is self.ui.choose_step:
            (self.ui.open if self.gathered.files else self.ui.browse).setFocus()

    def refresh(self, changes: Changes) -> None:
        if changes.batches or changes.kinds:
            self.ui.past.reload()
            self.outcome.refresh()

    # -- files -------------------------------------------------------------------------------

    def add_files(self, paths: Sequence[Path]) -> None:
        """Take files and folders into the list; one already there stays once."""
        wanted = [*self.gathered.files, *paths]
        before = self.gathered.passed_over
        if not any(path.is_dir() for path in paths):
            self._gathered(gathering.gather(wanted))
            return
        self.desk.run(
            self,
            "查找文件",
            lambda progress: gathering.gather(wanted, progress),
            lambda found: self._gathered(
                Gathered(
                    found.files, tuple(dict.fromkeys((*before, *found.passed_over))), found.top
                )
            ),
        )

    def _gathered(self, found: Gathered) -> None:
        self.gathered = found
        self._many = len(found.files) >= MANY
        self.box = None
        self._decided.clear()
        self._list_files()
        self._go(self.ui.choose_step)
        if found.files:
            self.ui.open.setFocus()
        elif found.passed_over:
            self.desk.said.emit("这里没有表格文件")

    def _browse(self) -> None:
        pattern = " ".join(f"*{ending}" for ending in READABLE)
        dialog = QFileDialog(self, "选择要导入的文件", "", f"表格文件 ({pattern});;所有文件 (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.open()

    def _remove(self) -> None:
        gone = {item.data(Qt.ItemDataRole.UserRole) for item in self.ui.files.selectedItems()}
        left = tuple(path for path in self.gathered.files if str(path) not in gone)
        self.gathered = Gathered(
            left, self.gathered.passed_over if left else (), self.gathered.top if left else None
        )
        self._many = len(left) >= MANY
        self._list_files()

    def _list_files(self) -> None:
        ui, found = self.ui, self.gathered
        ui.files.clear()
        for path in found.files:
            size = path.stat().st_size if path.exists() else 0
            item = QListWidgetItem(f"{found.name(path)}　{_size(size)}　{path.parent}")
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            ui.files.addItem(item)
        chosen = bool(found.files)
        reasons = gathering.REASONS
        left_out = "、".join(
            f"{found.name(path)}（{reasons[why].zh}）" for path, why in found.passed_over[:6]
        )
        more = f" 等 {len(found.passed_over)} 个" if len(found.passed_over) > 6 else ""
        ui.passed_over.setText(
            f"共 {len(found.files):,} 个文件。" + (f"不读：{left_out}{more}。" if left_out else "")
        )
        ui.passed_over.setVisible(chosen or bool(found.passed_over))
        for widget in (ui.files, ui.remove, ui.open):
            widget.setVisible(chosen)
        ui.past.setVisible(not chosen and bool(ui.past.batches))
        ui.remove.setEnabled(False)
        ui.open.setText("下一步：读取并检查(&X)" if self.is_many else "下一步：核对表头(&X)")
        roomy = not chosen and not ui.past.batches
        ui.well.setMaximumHeight(16_777_215 if roomy else self.desk.appearance.theme.px(210))

    def open_chosen(self) -> None:
        """Read the files and propose header and columns; many are checked at once."""
        if not self.is_many:
            self._open(self.paths)
            return
        self._opened = []
        self._again = False
        self._check({})

    def _open(self, paths: Sequence[Path]) -> None:
        session, wanted = self.desk.session, list(paths)
        self.desk.run(
            self,
            "读取文件",
            lambda progress: open_files(wanted, session, progress),
            self._opened_files,
        )

    def _opened_files(self, opened: Opened) -> None:
        if not opened.files:
            showing.show(self, opened.refused[0], self.desk.home)
            return
        self._opened = [self._decided.get(each.path, each) for each in opened.files]
        self.matching.show(self._opened)
        self._go(self.ui.match_step)
        self.ui.sheets.setFocus()

    def _leave_matching(self) -> None:
        many_checked = self.is_many and self.box is not None
        self._go(self.ui.preview_step if many_checked else self.ui.choose_step)

    # -- checking ----------------------------------------------------------------------------

    def check(self) -> None:
        """Read as matched, judge every row, and say what would become of it."""
        session = self.desk.session
        opened = self.matching.opened()
        self._decided.update((each.path, each) for each in opened)
        if self.is_many:
            # what is set right for one file holds for the others of its layout
            for each in opened:
                layouts.remember(session, each.raw, each.plans)
            self._check({})
            return
        self._again = True
        self._check(self.matching.plans())

    def _check(self, plans: inbox.Plans, before: Inbox | None = None) -> None:
        session, found, again = self.desk.session, self.gathered, self._again
        matches = self.box.matches if self.box is not None else ()

        def work(progress: Progress) -> Checked:
            box = inbox.read(
                session, found, again=again, plans=plans, progress=progress, before=before
            )
            inbox.preview(session, box, progress)
            unknown = inbox.unknown_labels(session, box)
            if matches:
                box.matches = matches
                inbox.preview(session, box, progress)
            return _checked(self.desk, box, unknown)

        self.desk.run(self, "检查", work, self._show_checked)

    def _show_checked(self, checked: Checked) -> None:
        self._take(checked)
        if checked.unknown:
            step = self.ui.values_step
            step.show_labels(checked.unknown, self.desk.session.pack, self.desk.appearance)
            self._go(step)
            step.begin()
            return
        self.ui.values_step.forget()
        self._show_preview()

    def _take(self, checked: Checked) -> None:
        self.box = checked.box
        self._units, self._changed = checked.units, checked.changed

    def _matched(self, matches: tuple[Match, ...]) -> None:
        """Put the labels in and judge again; nothing is written or remembered before 入库."""
        box, session = self.box, self.desk.session
        if box is None:
            return
        if matches == box.matches:
            self._show_preview()
            return

        def work(progress: Progress) -> Checked:
            box.matches = matches
            inbox.preview(session, box, progress)
            return _checked(self.desk, box, [])

        def then(checked: Checked) -> None:
            self._take(checked)
            self._show_preview()

        self.desk.run(self, "检查", work, then)

    def _show_preview(self) -> None:
        if self.box is None:
            return
        written = self.preview.show(self.box, self._units, self._changed)
        self.ui.columns_of.setVisible(self.is_many)
        self._go(self.ui.preview_step)
        (self.ui.commit if written else self.ui.preview_back).setFocus()

    def _look_at_columns(self) -> None:
        self._open(self.preview.chosen[:MANY])

    def _take_seen(self) -> None:
        self._again = True
        self._check({} if self.is_many else self.matching.plans())

    def _leave_preview(self) -> None:
        step = self.ui.values_step if self.ui.values_step.labels else self._before_check()
        self._go(step)

    def _before_check(self) -> QWidget:
        return self.ui.choose_step if self.is_many else self.ui.match_step

    # -- writing -----------------------------------------------------------------------------

    def commit(self) -> None:
        """Write what was previewed, a batch a file."""
        session, box = self.desk.session, self.box
        if box is None:
            return
        opened = [] if self.is_many else list(self._decided.values())

        def work(progress: Progress) -> InboxResult:
            done = inbox.commit(session, box, progress, last=not box.unread)
            for each in opened:
                layouts.remember(session, each.raw, each.plans)
            return done

        self.desk.run(self, "入库", work, self._written)

    def _written(self, result: InboxResult) -> None:
        box = self.box
        more = box if box is not None and box.unread and not result.cancelled else None
        self.outcome.take(result, continues=more is not None)
        if more is not None and result.stopped is None:
            self.desk.announce(result.changes)
            self._check({}, before=more)
            return
        self.outcome.show()
        self.box, self._opened = None, []
        self._decided.clear()
        self.gathered = Gathered((), ())
        self.ui.values_step.forget()
        self._list_files()
        self._go(self.ui.result_step)
        (self.ui.again if self.ui.to_fix.isHidden() else self.ui.to_fix).setFocus()
        self.desk.announce(result.changes)

    def _start_again(self) -> None:
        self.outcome.clear()
        self._many = False
        self._go(self.ui.choose_step)
        self.ui.browse.setFocus()

    # -- the look ----------------------------------------------------------------------------

    def _go(self, step: QWidget) -> None:
        self.ui.steps.setCurrentWidget(step)
        if step is self.ui.choose_step:
            self._list_files()
        self._word_trail()

    def _word_trail(self) -> None:
        ui = self.ui
        names: list[tuple[QWidget, str]] = [(ui.choose_step, "选择文件")]
        now = ui.steps.currentWidget()
        if not self.is_many or now is ui.match_step:
            names.append((ui.match_step, "核对表头"))
        if ui.values_step.labels:
            names.append((ui.values_step, "取值对应"))
        names += [(ui.preview_step, "预览入库"), (ui.result_step, "结果")]
        accent = self.desk.appearance.theme.tones.accent
        ui.trail.setText(
            "&nbsp;&nbsp;›&nbsp;&nbsp;".join(
                f'<b style="color:{accent}">{place} {name}</b>'
                if step is now
                else f"{place} {name}"
                for place, (step, name) in enumerate(names, 1)
            )
        )
        place, name = next(
            (place, name) for place, (step, name) in enumerate(names, 1) if step is now
        )
        ui.trail.setAccessibleName(f"第 {place} 步：{name}")

    def _tables(self) -> tuple[QTableWidget, ...]:
        ui = self.ui
        return (ui.by_file, ui.faults, ui.changes, ui.units, ui.result_files)

    def dress(self) -> None:
        look, ui = self.desk.appearance, self.ui
        look.draw(ui.well_icon, "import", "accent", 40)
        self._word_trail()
        for table in self._tables():
            table.verticalHeader().setDefaultSectionSize(look.theme.px(34))
            fit_height(table)
        ui.columns.verticalHeader().setDefaultSectionSize(look.theme.px(42))
        ui.values_step.dress(look)
        ui.past.dress()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where little room is left the list of sheets shrinks and the column letters go."""
        theme = self.desk.appearance.theme
        narrow = self.width() < theme.px(NARROW)
        self.ui.sheets_side.setMinimumWidth(theme.px(130 if narrow else 200))
        self.ui.sheets_side.setMaximumWidth(theme.px(150 if narrow else 280))
        self.ui.columns.setColumnHidden(0, narrow)
        self.ui.columns.setColumnHidden(2, narrow)
        for label in (self.ui.spec_label, self.ui.levels_label, self.ui.levels_unit):
            label.setVisible(not narrow)
        self.ui.levels.setVisible(not narrow)
        for button, long, short in (
            (self.ui.save_results, "保存逐行结果(&S)…", "逐行结果(&S)…"),
            (self.ui.undo_now, "撤销这次导入(&U)…", "撤销(&U)…"),
        ):
            button.setText(short if narrow else long)
            button.setToolTip(long.replace("(&S)", "").replace("(&U)", ""))


def _checked(desk: Desk, box: Inbox, unknown: list[UnknownLabel]) -> Checked:
    """The preview's lists, in the worker."""
    staged = [line.staged for line in box.ready if line.staged is not None]
    return Checked(
        box, unknown, previewing.by_unit(staged), previewing.changes(desk.session, staged)
    )


def _size(size: int) -> str:
    return f"{size / 1024:,.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:,.1f} MB"
