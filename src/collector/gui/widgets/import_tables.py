"""The small tables of an import: outcomes a file, findings a code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from collector.gui.widgets.field_editor import MARKS
from collector.gui.wording import OUTCOME_WORDS
from collector.model import KIND_NAMES, Finding, Kind, Outcome, Severity
from collector.packs import Pack
from collector.services import checking
from collector.services.inbox_lines import STATE_WORDS, Line, State
from collector.services.previewing import Changed, UnitCounts
from collector.services.returned import FATE_WORDS, Fate

RETURNS_SHOWN = 3
FILES_SHOWN = 8
"""lines of the list of files seen at once; what is the matter with the rows stands below it"""


def in_trouble_first(lines: Sequence[Line]) -> list[Line]:
    """Files not read, then those that lack a column, then the others in their order."""
    return sorted(
        lines,
        key=lambda line: (
            0 if line.state in (State.REFUSED, State.NO_TABLE, State.LEFT) else 1,
            not line.lacks_column,
        ),
    )


def fill_lines(table: QTableWidget, lines: Sequence[Line]) -> None:
    """A row a file: what became of its rows, which add up, or why it was not taken."""
    outcomes = list(OUTCOME_WORDS)
    _columns(table, ["文件", "状态", "总行", *OUTCOME_WORDS.values(), "说明"])
    table.setRowCount(len(lines))
    for row, line in enumerate(lines):
        _put(table, row, 0, line.name)
        table.item(row, 0).setToolTip(f"{line.path}\n{line.what()}")
        batch = f"　第 {line.batch} 批" if line.batch else ""
        _put(table, row, 1, f"{mark_of(line)} {STATE_WORDS[line.state].zh}{batch}")
        if line.counts:
            _put_number(table, row, 2, line.rows)
            for column, outcome in enumerate(outcomes, 3):
                _put_number(table, row, column, line.counts.get(outcome, 0))
        _put(table, row, 3 + len(outcomes), line.why())
    header = table.horizontalHeader()
    last = 3 + len(outcomes)
    told = any(line.why() for line in lines)
    table.setColumnHidden(last, not told)
    if told:
        header.setSectionResizeMode(last, QHeaderView.ResizeMode.Stretch)
    table.setAccessibleName("各文件")
    table.clearSelection()
    fit_height(table)


def returned_words(lines: Sequence[Line]) -> list[str]:
    """A sentence for each marked copy that came back; of many only the sum."""
    back = [line.returned for line in lines if line.returned is not None]
    if len(back) <= RETURNS_SHOWN:
        return [f"↩ {returned.told().zh}" for returned in back]
    counts = {fate: sum(each.counts.get(fate, 0) for each in back) for fate in Fate}
    told = "，".join(f"{FATE_WORDS[fate].zh} {n:,} 行" for fate, n in counts.items() if n)
    missing = sum(len(each.missing) for each in back)
    gone = f"；{missing:,} 行没有交回，仍在修正台" if missing else ""
    return [f"↩ {len(back)} 份退回件：{told}{gone}。"]


def mark_of(line: Line) -> str:
    """Shape before colour: a tick, a caution, a cross."""
    if line.state in (State.REFUSED, State.NO_TABLE, State.LEFT):
        return "✗"
    if line.state in (State.SEEN, State.SAME):
        return "＝"
    return "▲" if line.counts.get(Outcome.PARKED) or line.lacks_column else "✓"


def fill_units(table: QTableWidget, units: Sequence[UnitCounts]) -> None:
    """A row a unit named in the files."""
    outcomes = list(OUTCOME_WORDS)
    _columns(table, ["单位", "记录", *OUTCOME_WORDS.values()])
    table.setRowCount(len(units))
    for row, unit in enumerate(units):
        _put(table, row, 0, unit.name or "（不属于哪个单位：工会、没写单位的人）")
        _put_number(table, row, 1, unit.rows)
        for column, outcome in enumerate(outcomes, 2):
            _put_number(table, row, column, unit.counts.get(outcome, 0))
    fit_height(table)


def fill_changes(table: QTableWidget, changed: Changed) -> None:
    """A row a field of a stored record that would change; numbers of persons masked."""
    _columns(table, ["记录", "来自", "项目", "现在", "改为"])
    rows = [(record, change) for record in changed.shown for change in record.fields]
    table.setRowCount(len(rows))
    for row, (record, change) in enumerate(rows):
        who = "　".join(part for part in (record.name, record.key) if part)
        _put(table, row, 0, f"{KIND_NAMES[record.kind].zh} {who}")
        _put(table, row, 1, f"{record.file_name} {record.sheet} 第 {record.row} 行")
        _put(table, row, 2, change.label)
        _put(table, row, 3, change.before or "（空）")
        _put(table, row, 4, change.after)
    header = table.horizontalHeader()
    for column in (0, 3, 4):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
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
    most = FILES_SHOWN if table.objectName() == "by_file" else 12
    rows = min(max(table.rowCount(), 1), most)
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
