"""A province's own workbook, read and settled column by column until it becomes a pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHeaderView, QWidget

from collector.errors import CollectorError, InputRefused
from collector.gui import showing
from collector.gui.bench import Bench
from collector.gui.forms.ui_learning import Ui_LearningPane
from collector.gui.models.learned import LearnedModel
from collector.gui.widgets.learned_column import ColumnCard
from collector.gui.widgets.learned_sheets import SheetLine
from collector.gui.widgets.repolish import set_property
from collector.packs.answers import (
    Answers,
    ColumnAnswer,
    PackAnswer,
    SheetAnswer,
    answers_in,
    as_document,
)
from collector.packs.proposals import Proposal
from collector.services.learning import Learned, Learner
from collector.services.reviewing import lines

NARROW, TIGHT = 560, 340
"""points at 100 %, of the table"""


class LearningPane(QWidget):
    installed = Signal(str)
    """the id of the pack, once it is among the person's own"""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.learner: Learner | None = None
        self.proposal: Proposal | None = None
        self.answers = Answers()
        self.learned: Learned | None = None
        self._sheet_lines: dict[str, SheetLine] = {}
        ui = self.ui = Ui_LearningPane()
        ui.setupUi(self)
        self.model = LearnedModel(bench.appearance)
        ui.columns.setModel(self.model)
        ui.columns.installEventFilter(self)
        ui.columns.verticalHeader().hide()
        ui.columns.horizontalHeader().setHighlightSections(False)
        self.card = ColumnCard(ui)
        self.card.answered.connect(self._column_answered)
        ui.splitter.setStretchFactor(0, 3)
        ui.splitter.setStretchFactor(1, 2)
        ui.columns.selectionModel().currentRowChanged.connect(self._show_line)
        ui.well.dropped.connect(self._dropped)
        ui.browse.clicked.connect(self._browse)
        ui.another.clicked.connect(self._start_again)
        ui.learn_more.clicked.connect(self._start_again)
        ui.to_submit.clicked.connect(lambda: bench.wanted.emit("submit", None))
        ui.only_asked.toggled.connect(lambda: self._fill(anew=False))
        ui.next.clicked.connect(lambda: self.go_on(1))
        ui.all_so.clicked.connect(self.confirm_all)
        ui.finish.clicked.connect(self.finish)
        for keys, act in (
            ("F8", lambda: self.go_on(1)),
            ("Shift+F8", lambda: self.go_on(-1)),
            ("Ctrl+Return", self._confirm),
            ("Ctrl+Enter", self._confirm),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        ui.columns.activated.connect(lambda: ui.field.setFocus())
        ui.splitter.splitterMoved.connect(lambda: self._size_columns())
        self._go(ui.choose_step)
        self.dress()

    # -- the workbook --------------------------------------------------------------------------

    def _dropped(self, paths: Sequence[Path]) -> None:
        if paths:
            self.open(paths)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "选择本省的空白表样", "", "表样 (*.xlsx);;所有文件 (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.open([Path(name) for name in names]))
        dialog.open()

    def open(self, paths: Sequence[Path], answers: Answers | None = None) -> None:
        """Read a template, which may be several files; what was settled about it before is taken
        up again."""

        def opened(learner: Learner) -> None:
            self.learner = learner
            self.answers = answers or Answers()
            self._show()

        self.bench.run(self, "读取表样", lambda progress: Learner(paths, progress), opened)

    def _show(self) -> None:
        assert self.learner is not None
        self.ui.file.setText("、".join(path.name for path in self.learner.workbooks))
        self._head()
        self._settle(anew=True)
        self._sheets()
        self._go(self.ui.settle_step)
        self.ui.columns.setFocus()
        first = self.model.next_asked(-1, 1)
        self.ui.columns.selectRow(max(first, 0))

    def _start_again(self) -> None:
        self.learner = self.proposal = self.learned = None
        self.answers = Answers()
        self.ui.file.clear()
        self._go(self.ui.choose_step)

    def _go(self, step: object) -> None:
        ui = self.ui
        ui.steps.setCurrentWidget(step)  # type: ignore[arg-type]
        ui.another.setVisible(step is ui.settle_step)
        if step is ui.choose_step:
            ui.browse.setFocus()

    # -- settling ------------------------------------------------------------------------------

    def _settle(self, *, anew: bool = False) -> bool:
        """Ask the proposal again with all answers; an answer that makes no sense is not taken."""
        assert self.learner is not None
        try:
            self.proposal = self.learner.settle(self.answers)
        except InputRefused as fault:
            sentence, _ = showing.sentence_and_advice(fault)
            self.card.tell(sentence)
            return False
        self._fill(anew=anew)
        return True

    def _fill(self, *, anew: bool) -> None:
        if self.proposal is None or self.learner is None:
            return
        held = self.card.line.place if self.card.line is not None else None
        found = lines(self.proposal, self.learner.words)
        self.model.show(found, self.ui.only_asked.isChecked(), anew=anew)
        self._word()
        current = self.ui.columns.currentIndex()
        if current.isValid():
            self._show_row(current.row())
        elif held is not None and (row := self.model.row_of(held)) >= 0:
            self.ui.columns.selectRow(row)
        self._size_columns()

    def _word(self) -> None:
        assert self.proposal is not None
        assert self.learner is not None
        ui = self.ui
        found = lines(self.proposal, self.learner.words)
        asked = sum(not line.is_sure for line in found)
        sheets = sum(bool(sheet.doubts) for sheet in self.proposal.sheets)
        told = [f"{asked} 列要您确定"] if asked else []
        told += [f"{sheets} 张表要您看一眼"] if sheets else []
        ui.verdict.setText(f"？{'，'.join(told)}" if told else f"✓ {len(found)} 列都确定了")
        others = [doubt.text.zh for doubt in self.proposal.doubts]
        ui.verdict_text.setText(
            "　".join(
                [
                    f"共 {len(found)} 列，认出 {sum(bool(one.column.field) for one in found)} 列。",
                    *others,
                ]
            )
        )
        set_property(ui.verdict_card, "tone", "warning" if told else "good")
        ui.next.setEnabled(bool(asked))
        ui.all_so.setEnabled(bool(asked))
        ui.foot_hint.setText(
            "没有确定的列也能用：拿不准的只提醒，不算错误。"
            if asked
            else "装入后，表样原文件和这些规定都在模板包的文件夹里。"
        )

    def _show_line(self, current: QModelIndex, _: QModelIndex) -> None:
        self._show_row(current.row())

    def _show_row(self, row: int) -> None:
        if self.proposal is None or self.learner is None or not 0 <= row < len(self.model.lines):
            self.card.show(None, (), ColumnAnswer(), self._words())
            return
        line = self.model.lines[row]
        sheet = next(one for one in self.proposal.sheets if one.observed.name == line.sheet)
        said = self.answers.sheets.get(line.sheet, SheetAnswer())
        answer = said.columns.get(line.place[1], ColumnAnswer())
        self.card.show(line, sheet.kinds, answer, self.learner.words)

    def _words(self) -> Any:
        return self.learner.words if self.learner is not None else None

    def _column_answered(self, place: tuple[str, str], answer: ColumnAnswer) -> None:
        name, letters = place
        said = self.answers.sheets.get(name, SheetAnswer())
        before = self.answers
        columns = {**said.columns, letters: answer}
        self._answer_sheet(name, replace(said, columns=columns))
        if not self._settle():
            self.answers = before
        elif answer.confirmed:
            self.go_on(1)

    def _answer_sheet(self, name: str, answer: SheetAnswer) -> None:
        self.answers = replace(self.answers, sheets={**self.answers.sheets, name: answer})

    def _confirm(self) -> None:
        if self.ui.steps.currentWidget() is self.ui.settle_step:
            self.card.confirm()

    def confirm_all(self) -> None:
        """Every column still open is as proposed: the person has looked at them."""
        self.card.keep_labels()
        if self.proposal is None:
            return
        for sheet in self.proposal.sheets:
            name = sheet.observed.name
            said = self.answers.sheets.get(name, SheetAnswer())
            columns = dict(said.columns)
            for column in sheet.columns:
                if column.doubts and not column.left_out:
                    letters = column.observed.letter
                    columns[letters] = replace(columns.get(letters, ColumnAnswer()), confirmed=True)
            self._answer_sheet(name, replace(said, columns=columns))
        self._settle()
        self.ui.finish.setFocus()

    def go_on(self, step: int) -> None:
        """To the next column to be settled, or the one before."""
        row = self.model.next_asked(self.ui.columns.currentIndex().row(), step)
        if row >= 0:
            self.ui.columns.selectRow(row)
            self.ui.columns.scrollTo(self.model.index(row, 0))
            self.ui.columns.setFocus()

    # -- sheets --------------------------------------------------------------------------------

    def _sheets(self) -> None:
        """A line for each sheet somebody must look at; none where all is clear."""
        assert self.learner is not None
        while (old := self.ui.sheet_lines.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._sheet_lines.clear()
        for sheet in self.learner.first.sheets:
            name = sheet.observed.name
            if not sheet.doubts and name not in self.answers.sheets:
                continue
            answer = self.answers.sheets.get(name, SheetAnswer())
            line = SheetLine(name, answer, self.learner.words)
            line.answered.connect(self._sheet_answered)
            self.ui.sheet_lines.addWidget(line)
            self._sheet_lines[name] = line
        self._show_sheets()

    def _show_sheets(self) -> None:
        assert self.proposal is not None
        now = {sheet.observed.name: sheet for sheet in self.proposal.sheets}
        for name, line in self._sheet_lines.items():
            line.show_sheet(now.get(name))
        self.ui.sheets_card.setVisible(bool(self._sheet_lines))

    def _sheet_answered(self, name: str, answer: SheetAnswer) -> None:
        before = self.answers
        held = self.answers.sheets.get(name, SheetAnswer())
        columns = held.columns if answer.kinds == held.kinds else {}
        self._answer_sheet(name, replace(answer, columns=columns))
        if not self._settle(anew=True):
            self.answers = before
        self._show_sheets()

    # -- the pack ------------------------------------------------------------------------------

    def _head(self) -> None:
        assert self.learner is not None
        head = self.learner.suggested()
        for edit, text in (
            (self.ui.pack_title, head.title),
            (self.ui.province, head.province),
            (self.ui.issuer, head.issuer),
            (self.ui.pack_id, head.id),
        ):
            edit.setText(text)
        kept = self.answers.pack
        for edit, text in (
            (self.ui.pack_title, kept.title),
            (self.ui.province, kept.province),
            (self.ui.issuer, kept.issuer),
            (self.ui.pack_id, kept.id),
        ):
            if text:
                edit.setText(text)

    def _said_head(self) -> PackAnswer:
        ui = self.ui
        return PackAnswer(
            id=ui.pack_id.text().strip().lower(),
            title=ui.pack_title.text().strip(),
            province=ui.province.text().strip(),
            issuer=ui.issuer.text().strip(),
        )

    def finish(self) -> None:
        """Write the pack among the person's own."""
        if self.learner is None:
            return
        self.card.keep_labels()
        learner, answers = self.learner, replace(self.answers, pack=self._said_head())
        self.bench.run(
            self,
            "装入模板包",
            lambda _: learner.install(answers),
            self._finished,
            on_failure=self._refused,
        )

    def _refused(self, fault: BaseException) -> bool:
        """A wrong id is told at its field; anything else as usual."""
        if isinstance(fault, CollectorError) and fault.where.get("field") == "id":
            self.ui.pack_id.setFocus()
            self.ui.pack_id.selectAll()
            sentence, advice = showing.sentence_and_advice(fault)
            self.ui.foot_hint.setText(f"✕ {sentence}{advice}")
            return True
        return False

    def _finished(self, learned: Learned) -> None:
        self.learned = learned
        name = learned.folder.name.partition("@")[0]
        left = len(learned.doubts)
        self.ui.done_title.setText("✓ 本省表样已经学会，装入本机")
        self.ui.done_text.setText(
            f"编号：{name}\n位置：{learned.folder}\n"
            + (f"还有 {left} 处没有确定，列在“待确认.txt”里，只提醒，不算错误。\n" if left else "")
            + "上报时可以选用它：写出的就是省里的原表，只多了您的数据。"
            "新建工作区时也可以选它作为规则。"
        )
        self._go(self.ui.done_step)
        self.ui.to_submit.setFocus()
        self.bench.said.emit("模板包已装入本机")
        self.installed.emit(name)

    # -- half-typed work -----------------------------------------------------------------------

    def draft(self) -> dict[str, Any] | None:
        if self.learner is None or self.learned is not None:
            return None
        answers = replace(self.answers, pack=self._said_head())
        files = [str(path) for path in self.learner.workbooks]
        return {"workbooks": files, "answers": as_document(answers)}

    def restore(self, draft: dict[str, Any]) -> None:
        paths = [Path(str(name)) for name in draft.get("workbooks", [])]
        if paths and all(path.is_file() for path in paths):
            try:
                answers = answers_in(draft.get("answers", {}), "draft")
            except InputRefused:
                answers = Answers()
            self.open(paths, answers)

    # -- looks ---------------------------------------------------------------------------------

    def _size_columns(self) -> None:
        theme, header = self.bench.appearance.theme, self.ui.columns.horizontalHeader()
        widths = {"工作表": 110, "列": 44, "类型": 92, "必填": 56, "写法": 128, "要确定": 92}
        tight = self.ui.columns.width() < theme.px(TIGHT)
        several = widths["工作表"] if "工作表" in self.model.headers else 0
        narrow = self.ui.columns.width() < theme.px(NARROW + several)
        for section, name in enumerate(self.model.headers):
            self.ui.columns.setColumnHidden(
                section, (narrow and name in ("写法", "类型")) or (tight and name == "必填")
            )
        for section, name in enumerate(self.model.headers):
            if name in widths:
                header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(section, theme.px(widths[name]))
            else:
                header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.ui.columns and event.type() == QEvent.Type.Resize:
            self._size_columns()
        return super().eventFilter(watched, event)

    def dress(self) -> None:
        theme = self.bench.appearance.theme
        self.ui.columns.verticalHeader().setDefaultSectionSize(theme.px(32))
        self.ui.card_side.setMinimumWidth(theme.px(320))
        self.ui.columns.setMinimumWidth(theme.px(240))
        self._size_columns()
