"""What imports use by themselves because a person decided it once, and the way to forget it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidgetItem, QWidget

from collector.gui.desk import Desk
from collector.gui.forms.ui_remembered import Ui_RememberedDialog
from collector.gui.widgets.room import resize_within
from collector.gui.wording import day_and_time
from collector.progress import Progress
from collector.services import layouts, value_matching

_COLUMNS = ("种类", "写法或表样", "当作", "定下的时间")


class RememberedDialog(QDialog):
    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        ui = self.ui = Ui_RememberedDialog()
        ui.setupUi(self)
        self._desk, self._session = desk, desk.session
        self._ids: list[int | tuple[str, str]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wide = self.fontMetrics().averageCharWidth()
        resize_within(self, parent, wide * 72, wide * 36)
        table = ui.kept
        table.setColumnCount(len(_COLUMNS))
        table.setHorizontalHeaderLabels(list(_COLUMNS))
        table.verticalHeader().hide()
        table.setSelectionBehavior(table.SelectionBehavior.SelectRows)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.itemSelectionChanged.connect(
            lambda: ui.forget.setEnabled(bool(table.selectedIndexes()))
        )
        ui.forget.clicked.connect(self.forget)
        ui.close.clicked.connect(self.accept)
        self._fill()

    def forget(self) -> None:
        """Forget the chosen lines; the next import asks or proposes anew."""
        session = self._session
        chosen = {index.row() for index in self.ui.kept.selectedIndexes()}
        held = [self._ids[row] for row in sorted(chosen)]

        def work(_: Progress) -> None:
            for each in held:
                if isinstance(each, int):
                    layouts.forget(session, each)
                else:
                    value_matching.forget(session, *each)

        self._desk.run(self, "忘记", work, lambda _: self._fill())

    def _fill(self) -> None:
        table, pack = self.ui.kept, self._session.pack
        self._ids = []
        lines: list[tuple[str, str, str, str]] = []
        for alias in value_matching.remembered(self._session):
            listed = pack.dictionaries.get(alias.list)
            title = listed.title if listed is not None else alias.list
            lines.append((f"取值（{title}）", alias.typed, alias.label, day_and_time(alias.at)))
            self._ids.append((alias.list, alias.typed))
        for layout in layouts.listed(self._session):
            lines.append(("表样", layout.name, layouts.what(layout).zh, day_and_time(layout.at)))
            self._ids.append(layout.id)
        table.setRowCount(0)
        table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, text in enumerate(line):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                table.setItem(row, column, item)
        self.ui.forget.setEnabled(False)
        self.ui.title.setText(f"记住的对应：{len(lines)} 项" if lines else "还没有记住任何对应")
