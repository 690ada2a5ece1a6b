"""The small tables of an import: outcomes a file, findings a code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from collector.gui.widgets.field_editor import MARKS
from collector.gui.wording import OUTCOME_WORDS
from collector.model import Finding, Kind, Severity
from collector.packs import Pack
from collector.services import checking
from collector.services.importing import Staged


def fill_files(table: QTableWidget, staged: Staged) -> None:
    """A row a file: what became of its rows; they add up."""
    outcomes = list(OUTCOME_WORDS)
    _columns(table, ["文件", "总行", *OUTCOME_WORDS.values()])
    table.setRowCount(len(staged.by_file))
    for row, (file, counts) in enumerate(zip(staged.reading.files, staged.by_file, strict=True)):
        _put(table, row, 0, file.name)
        _put_number(table, row, 1, sum(counts.values()))
        for column, outcome in enumerate(outcomes, 2):
            _put_number(table, row, column, counts.get(outcome, 0))
    fit_height(table)


def fill_faults(table: QTableWidget, findings: Sequence[Finding], pack: Pack) -> None:
    """A row a field and code, errors first, the commonest first."""
    _columns(table, ["数量", "程度", "项目", "问题", "怎么办"])
    counted: Counter[tuple[Severity, str, Kind | None, str]] = Counter()
    first: dict[tuple[Severity, str, Kind | None, str], Finding] = {}
    for finding in findings:
        key = (finding.severity, finding.code, finding.kind, finding.field)
        counted[key] += 1
        first.setdefault(key, finding)
    order = sorted(counted, key=lambda key: (list(Severity).index(key[0]), -counted[key]))
    table.setRowCount(len(order))
    for row, key in enumerate(order):
        said = checking.explain(first[key], pack)
        _put_number(table, row, 0, counted[key])
        _put(table, row, 1, f"{MARKS[key[0]]} {_SEVERITIES[key[0]]}")
        _put(table, row, 2, said.label or "整张表")
        _put(table, row, 3, said.sentence.zh)
        _put(table, row, 4, said.advice.zh)
    header = table.horizontalHeader()
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    for column in (1, 2):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    for column in (3, 4):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    fit_height(table)


def fit_height(table: QTableWidget) -> None:
    """As high as its rows, up to a dozen: the page scrolls, not a box inside it."""
    rows = min(max(table.rowCount(), 1), 12)
    row = table.verticalHeader().defaultSectionSize()
    table.setFixedHeight(rows * row + table.horizontalHeader().sizeHint().height() + 4)


def _columns(table: QTableWidget, names: Sequence[str]) -> None:
    table.clearContents()
    table.setColumnCount(len(names))
    table.setHorizontalHeaderLabels(list(names))
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)


def _put(table: QTableWidget, row: int, column: int, text: str) -> None:
    item = QTableWidgetItem(text)
    item.setToolTip(text)
    table.setItem(row, column, item)


def _put_number(table: QTableWidget, row: int, column: int, number: int) -> None:
    item = QTableWidgetItem(f"{number:,}")
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    table.setItem(row, column, item)


_SEVERITIES = {Severity.ERROR: "差错", Severity.WARNING: "提醒", Severity.INFO: "说明"}
