"""F1: every key on one card."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from collector.gui.forms.ui_key_card import Ui_KeyCard
from collector.gui.widgets.room import resize_within

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "到处可用",
        (
            ("Alt+1 … Alt+9　Alt+0", "换到左栏的第几页"),
            ("Ctrl+L", "锁定；没保存的录入加密保留"),
            ("Ctrl++　Ctrl+-　Ctrl+0", "放大、缩小、恢复 100%"),
            ("Tab　Shift+Tab", "到下一处、上一处"),
            ("F1", "这张卡片"),
        ),
    ),
    (
        "单位、工会、会员",
        (
            ("Ctrl+F", "搜索"),
            ("F4（按住）", "看这一行完整的号码；审计日志里留下记录"),
            ("Ctrl+N", "新增"),
            ("Enter", "在表里：打开这一条；在录入里：到下一项"),
            ("↑", "在录入里：回上一项"),
            ("F9", "这一项和上一条一样；单位、工会、入会时间、政治面貌自动沿用"),
            ("Ctrl+S", "保存"),
            ("Esc", "关闭录入"),
        ),
    ),
    (
        "修正台",
        (
            ("F8　Shift+F8", "下一处、上一处差错"),
            ("Enter", "修改；再按一次写入并到下一处"),
            ("1 … 9", "采用右边的第几个建议"),
            ("Ctrl+Enter", "把这个值用到所有相同的格子"),
            ("Ctrl+Z　Ctrl+Y", "撤销、重做上一次修改"),
            ("F2", "提醒：经核实无误，写一句核实情况（差错不能放过；录入时也可用）"),
            ("Ctrl+D", "照上一行填"),
            ("Ctrl+H", "在这一列里查找替换（筛选出的行）"),
            ("Ctrl+G", "去第几行、哪一列"),
            ("Ctrl+E", "只看有差错的列，或看全部列"),
        ),
    ),
    (
        "查重",
        (
            ("1　2", "保留库内的；采用新来的"),
            ("3", "逐项合并：空格换边，Enter 合并"),
            ("4　0", "不是同一人；以后再说"),
            ("A", "接着选的一种用于本类全部"),
            ("按住 V", "看完整的号码"),
            ("F8　Shift+F8", "下一条、上一条"),
            ("Ctrl+Z", "撤销上一次决定"),
        ),
    ),
)


class KeyCard(QDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.ui = Ui_KeyCard()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.ui.close.clicked.connect(self.accept)
        row = 0
        for title, keys in KEYS:
            heading = QLabel(title)
            heading.setProperty("role", "heading")
            heading.setContentsMargins(0, 8 if row else 0, 0, 2)
            self.ui.grid.addWidget(heading, row, 0, 1, 2)
            row += 1
            for pressed, does in keys:
                key, meaning = QLabel(pressed), QLabel(does)
                key.setProperty("role", "mark")
                key.setAlignment(Qt.AlignmentFlag.AlignCenter)
                meaning.setWordWrap(True)
                self.ui.grid.addWidget(key, row, 0)
                self.ui.grid.addWidget(meaning, row, 1)
                row += 1
        self.ui.grid.setColumnStretch(1, 1)
        wide = self.fontMetrics().averageCharWidth()
        resize_within(self, parent, wide * 76, wide * 80)
