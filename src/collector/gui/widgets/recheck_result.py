"""What a second look at the records found, and the way to those that are to be mended."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QPushButton, QTreeWidgetItem, QWidget

from collector.gui.desk import Desk
from collector.gui.forms.ui_recheck import Ui_RecheckDialog
from collector.gui.pages.only import Only
from collector.gui.widgets.room import widen_within
from collector.gui.wording import COUNTED
from collector.model import KIND_NAMES, Kind
from collector.services.rechecking import Recheck

_PAGES = {Kind.UNIT: "unit", Kind.UNION: "union", Kind.MEMBER: "member"}


class RecheckDialog(QDialog):
    """Stays beside the window: a person mends the records with it in sight."""

    def __init__(self, parent: QWidget, desk: Desk, found: Recheck) -> None:
        super().__init__(parent)
        self.ui = Ui_RecheckDialog()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        widen_within(self, parent, self.fontMetrics().averageCharWidth() * 56)
        self._desk = desk
        pack = desk.session.pack
        total, failing = sum(found.records.values()), sum(found.failing.values())
        self.ui.title.setText(
            f"{failing:,} 条记录按{pack.province}第 {pack.version} 版有错误"
            if failing
            else f"✓ {total:,} 条记录按{pack.province}第 {pack.version} 版都没有错误"
        )
        kept = f"没有错误的 {found.marked:,} 条已记为按这一版检查过；" if found.marked else ""
        self.ui.lead.setText(
            f"共复核 {total:,} 条。{kept}记录的内容没有改动。"
            + ("有错误的请逐条改好，保存后即按这一版检查。" if failing else "")
        )
        self._show_faults(found)
        for kind, ids in found.failing_ids.items():
            if ids and kind in _PAGES:
                look = QPushButton(f"查看 {len(ids):,} {COUNTED[kind]}{KIND_NAMES[kind].zh}")
                look.clicked.connect(lambda _, kind=kind: self._look(kind, found))
                self.ui.looks.addWidget(look)
        self.ui.close.clicked.connect(self.accept)

    def _show_faults(self, found: Recheck) -> None:
        tree = self.ui.faults
        tree.setHeaderLabels(["记录", "问题", "条数"])
        header = tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        for fault, count in sorted(found.errors.items(), key=lambda item: -item[1]):
            sentence = found.sentences[fault].zh
            item = QTreeWidgetItem([KIND_NAMES[fault[0]].zh, sentence, f"{count:,}"])
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            tree.addTopLevelItem(item)
        tree.setVisible(bool(found.errors))

    def _look(self, kind: Kind, found: Recheck) -> None:
        ids = found.failing_ids[kind]
        said = f"▲ 只显示按现在的模板有错误的{KIND_NAMES[kind].zh}，改好并保存即可。"
        self._desk.wanted.emit(_PAGES[kind], Only(said, lambda _session, _progress: ids))
        self.accept()
