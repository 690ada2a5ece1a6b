"""取值对应: labels outside the lists, each matched once for every row that has it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QHeaderView, QTableWidgetItem, QWidget

from collector.gui.appearance import Appearance
from collector.gui.forms.ui_value_step import Ui_ValueStepForm
from collector.gui.widgets.choice_edit import ChoiceEdit, Entry
from collector.model import Kind
from collector.packs import Dictionary, Pack
from collector.services.value_matching import Match, UnknownLabel

_COLUMNS = ("项目", "您的写法", "行数", "当作", "记住")
_GUESSES_SHOWN = 3


class ValueStep(QWidget):
    back = Signal()
    ready = Signal(object)
    """tuple of ``Match``: those filled in"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ui = self.ui = Ui_ValueStepForm()
        ui.setupUi(self)
        self.labels: list[UnknownLabel] = []
        self.edits: list[ChoiceEdit] = []
        self.ticks: list[QCheckBox] = []
        self._pack: Pack | None = None
        self._chosen: dict[tuple[Kind, str, str], tuple[str, bool]] = {}
        table = ui.labels
        table.setColumnCount(len(_COLUMNS))
        table.setHorizontalHeaderLabels(list(_COLUMNS))
        table.setAccessibleName("清单外的写法")
        table.verticalHeader().hide()
        # the fields inside are what one moves among
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setSelectionMode(table.SelectionMode.NoSelection)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (1, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Fixed)
        ui.back.clicked.connect(self.back)
        ui.go_on.clicked.connect(lambda: self.ready.emit(self.matches()))
        ui.remember_all.clicked.connect(self._tick_all)

    def show_labels(self, labels: Sequence[UnknownLabel], pack: Pack, look: Appearance) -> None:
        """Ask about these; what was chosen before for the same text is filled in again."""
        self._keep()
        self._pack, self.labels = pack, list(labels)
        self.edits, self.ticks = [], []
        ui, table = self.ui, self.ui.labels
        rows = sum(item.count for item in labels)
        ui.title.setText(f"{len(labels):,} 种写法不在选项清单里，共 {rows:,} 格")
        table.setRowCount(0)
        table.setRowCount(len(labels))
        for row, item in enumerate(labels):
            listed = pack.dictionaries[item.list_id]
            for column, said in enumerate(
                (item.label, item.text, f"{item.count:,}" + _spread(item.files))
            ):
                cell = QTableWidgetItem(said)
                cell.setToolTip(said)
                table.setItem(row, column, cell)
            edit = _edit(listed, item)
            edit.offer_list(look.icon("down", "muted"))
            tick = QCheckBox("以后也这样读")
            tick.setChecked(True)
            tick.setToolTip("不勾选：只用于这次和同样表头的文件")
            before = self._chosen.get(item.key)
            if before is not None:
                edit.setText(before[0])
                tick.setChecked(before[1])
            edit.setAccessibleName(f"{item.label}：{item.text} 当作")
            tick.setAccessibleName(f"{item.label}：{item.text} 以后也这样读")
            edit.textChanged.connect(self._tell)
            edit.returnPressed.connect(lambda row=row: self._next(row))
            table.setCellWidget(row, 3, _held(edit))
            table.setCellWidget(row, 4, _held(tick))
            self.edits.append(edit)
            self.ticks.append(tick)
        self.dress(look)
        self._tell()

    def begin(self) -> None:
        """Put the cursor where work is left."""
        first = next((edit for edit in self.edits if not edit.text()), None)
        (first or self.ui.go_on).setFocus()

    def matches(self) -> tuple[Match, ...]:
        """The lines filled in with a label of the list."""
        found: list[Match] = []
        for item, edit, tick in zip(self.labels, self.edits, self.ticks, strict=True):
            label = self._label(item, edit)
            if label is not None:
                found.append(
                    Match(item.kind, item.field, item.text, label, remember=tick.isChecked())
                )
        return tuple(found)

    def forget(self) -> None:
        """A new job: nothing of the one before is filled in."""
        self._chosen, self.labels, self.edits, self.ticks = {}, [], [], []
        self.ui.labels.setRowCount(0)

    def dress(self, look: Appearance) -> None:
        header = self.ui.labels.horizontalHeader()
        self.ui.labels.verticalHeader().setDefaultSectionSize(look.theme.px(46))
        header.setMinimumSectionSize(look.theme.px(64))
        header.resizeSection(4, look.theme.px(150))
        for edit in self.edits:
            edit.offer_list(look.icon("down", "muted"))

    def _label(self, item: UnknownLabel, edit: ChoiceEdit) -> str | None:
        typed = edit.text().strip()
        if not typed or self._pack is None:
            return None
        return self._pack.dictionaries[item.list_id].canonical(typed)

    def _keep(self) -> None:
        for item, edit, tick in zip(self.labels, self.edits, self.ticks, strict=True):
            self._chosen[item.key] = (edit.text(), tick.isChecked())

    def _tell(self) -> None:
        wrong = left = 0
        for item, edit in zip(self.labels, self.edits, strict=True):
            typed = bool(edit.text().strip())
            unknown = typed and self._label(item, edit) is None
            wrong += unknown
            left += 0 if typed else item.count
            state = "error" if unknown and not edit.hasFocus() else ""
            if edit.property("state") != state:
                edit.setProperty("state", state)
                edit.style().unpolish(edit)
                edit.style().polish(edit)
        said = [f"{wrong} 种填的不在清单里" if wrong else ""]
        said.append(f"还有 {left:,} 行没有对应，会留在修正台" if left else "")
        self.ui.hint.setText("；".join(part for part in said if part) or "✓ 都对应好了")

    def _next(self, row: int) -> None:
        """Enter: to the next line that is empty, else on."""
        self._tell()
        for number in (*range(row + 1, len(self.edits)), *range(row)):
            if not self.edits[number].text():
                self.edits[number].setFocus()
                self.ui.labels.scrollTo(self.ui.labels.model().index(number, 0))
                return
        self.ui.go_on.setFocus()

    def _tick_all(self) -> None:
        wanted = not all(tick.isChecked() for tick in self.ticks)
        for tick in self.ticks:
            tick.setChecked(wanted)


def _held(widget: QWidget) -> QWidget:
    """The widget with room around it: rows do not touch."""
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(6, 3, 6, 3)
    layout.addWidget(widget)
    return holder


def _edit(listed: Dictionary, item: UnknownLabel) -> ChoiceEdit:
    """The list with the likeliest labels first."""

    def search(typed: str) -> list[Entry]:
        found = listed.search(typed)
        if not typed:
            rank = {label: place for place, label in enumerate(item.guesses)}
            found = sorted(found, key=lambda entry: rank.get(entry.label, len(rank)))
        return [
            Entry(entry.label, "　".join(filter(None, (entry.code, entry.pinyin))))
            for entry in found
        ]

    edit = ChoiceEdit(search, listed.canonical)
    guesses = " / ".join(item.guesses[:_GUESSES_SHOWN])
    edit.setPlaceholderText(f"可能是：{guesses}" if guesses else "输入代码、拼音首字母或几个字")
    return edit


def _spread(files: int) -> str:
    return f"（{files:,} 个文件）" if files > 1 else ""
