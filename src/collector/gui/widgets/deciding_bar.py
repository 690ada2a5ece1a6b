"""The foot of 查重: one key a decision, asked about again only where it settles many."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from collector.gui.forms.ui_duplicates import Ui_DuplicatesPage
from collector.gui.models.comparison import ComparisonModel
from collector.gui.widgets.repolish import set_property
from collector.services.duplicates import Comparison
from collector.services.planning import What

_KEYS = {
    Qt.Key.Key_1: What.KEEP,
    Qt.Key.Key_2: What.TAKE,
    Qt.Key.Key_3: What.MERGE,
    Qt.Key.Key_4: What.DIFFERENT,
    Qt.Key.Key_0: What.LATER,
}
_WORDS = {
    What.KEEP: "保留库内",
    What.TAKE: "采用新的",
    What.MERGE: "逐项合并（库内为准，空着的从新来的补）",
    What.DIFFERENT: "不是同一人",
    What.LATER: "以后再说",
}


class DecidingBar(QObject):
    decided = Signal(str, object, bool)
    """what, field -> side (or None), for all of the kind"""

    def __init__(self, ui: Ui_DuplicatesPage, model: ComparisonModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.ui, self._model = ui, model
        self._found: Comparison | None = None
        self._count = 0
        self._asked: What | None = None
        self._told = 0
        """the item a refusal stands there for"""
        for button, what in (
            (ui.keep, What.KEEP),
            (ui.take, What.TAKE),
            (ui.merge, What.MERGE),
            (ui.different, What.DIFFERENT),
            (ui.later, What.LATER),
        ):
            button.clicked.connect(lambda _, what=what: self.choose(what))
        ui.all.toggled.connect(self._all_toggled)
        ui.reveal.pressed.connect(lambda: model.reveal(True))
        ui.reveal.released.connect(lambda: model.reveal(False))
        ui.ask_yes.clicked.connect(self._confirm)
        ui.ask_no.clicked.connect(self._back)
        ui.ask.hide()

    def show(self, found: Comparison | None, count: int) -> None:
        """Another pair is shown; ``count`` wait for the same reason."""
        self._found, self._count, self._asked = found, count, None
        ui = self.ui
        ui.all.setChecked(False)
        ui.all.setEnabled(count > 1)
        ui.all.setText(f"A 本类全部 {count:,} 条")
        for button in (ui.keep, ui.take, ui.merge, ui.different, ui.later, ui.reveal):
            button.setEnabled(found is not None)
        if found is None or found.item.id != self._told:
            self._told = 0
            ui.ask.hide()

    def fit(self, narrow: bool) -> None:
        ui = self.ui
        for button, long, short in (
            (ui.keep, "1 保留库内", "1 库内"),
            (ui.take, "2 采用新的", "2 新的"),
            (ui.merge, "3 逐项合并", "3 合并"),
            (ui.different, "4 不是同一人", "4 不同"),
            (ui.later, "0 以后再说", "0 以后"),
            (ui.reveal, "按住 V 看号码", "V 号码"),
            (ui.undo, "撤销 Ctrl+Z", "撤销"),
            (ui.previous, "上一条 Shift+F8", "上一条"),
            (ui.next, "下一条 F8", "下一条"),
        ):
            button.setText(short if narrow else long)
            button.setToolTip(long)
            button.setAccessibleName(long)

    def tell(self, text: str) -> None:
        """Say why something was not done, until another pair is shown or Esc is pressed."""
        self._told = self._found.item.id if self._found is not None else 0
        set_property(self.ui.ask, "tone", "error")
        self.ui.ask_text.setText(f"✕ {text}")
        self.ui.ask_yes.hide()
        self.ui.ask_no.setText("知道了 Esc")
        self.ui.ask.show()

    def pressed(self, event: QKeyEvent) -> bool:
        """A key of the page; True where it was one of ours."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if not plain or self._found is None:
            return False
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.choose(_KEYS[key])
        elif key == Qt.Key.Key_A:
            self.ui.all.toggle()
        elif key == Qt.Key.Key_V:
            self._model.reveal(True)
        elif key == Qt.Key.Key_Space:
            self._turn()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._confirm()
        elif key == Qt.Key.Key_Escape:
            return self._back()
        else:
            return False
        return True

    def choose(self, what: What) -> None:
        """One key decides; a merge and a decision for all want a second one."""
        if self._found is None:
            return
        if what is What.MERGE and self._model.sides is None and not self.ui.all.isChecked():
            self._model.merge(self._found.default_sides())
            self._ask(
                What.MERGE,
                "逐项合并：上下键选一项，空格换边（● 是要的一边），Enter 合并，Esc 不合并。",
            )
            self.ui.fields.setFocus()
            return
        if self.ui.all.isChecked():
            self._ask(what, self._for_all(what))
            return
        if what is What.MERGE:
            self._confirm()
            return
        self._model.merge(None)
        self.decided.emit(what.value, None, False)

    def _for_all(self, what: What) -> str:
        how = "按这里选的边合并" if self._chosen_sides() is not None else _WORDS[what]
        return f"本类 {self._count:,} 条都“{how}”？Enter 确认，Esc 取消；之后可用 Ctrl+Z 一起撤销。"

    def _all_toggled(self, on: bool) -> None:
        if on and self._model.sides is not None:
            self._ask(What.MERGE, self._for_all(What.MERGE))
        elif on:
            self._ask(
                None, f"本类 {self._count:,} 条一起处理：按 1、2、3、4 或 0 选一种，Esc 取消。"
            )
        elif self._model.sides is None:
            self._asked = None
            self.ui.ask.hide()

    def _ask(self, what: What | None, text: str) -> None:
        self._asked = what
        set_property(self.ui.ask, "tone", "warning")
        self.ui.ask_text.setText(text)
        self.ui.ask_yes.setVisible(what is not None)
        self.ui.ask_no.setText("取消 Esc")
        self.ui.ask.show()

    def _turn(self) -> None:
        row = self.ui.fields.currentIndex().row()
        if self._model.sides is not None and not self._model.turn(row):
            self.ui.ask_text.setText(
                "这一项没有可选的：两边一样，或者新来的不能采用。空格换别的项。"
            )

    def _confirm(self) -> bool:
        """Enter: carry out what was asked about."""
        what, everything = self._asked, self.ui.all.isChecked()
        if what is None:
            return False
        sides = self._chosen_sides() if what is What.MERGE else None
        self._back()
        self.decided.emit(what.value, sides, everything)
        return True

    def _back(self) -> bool:
        """Esc: nothing is asked any more."""
        open_before = not self.ui.ask.isHidden()
        self._told = 0
        self._asked = None
        self._model.merge(None)
        self.ui.all.setChecked(False)
        self.ui.ask.hide()
        return open_before

    def _chosen_sides(self) -> dict[str, str] | None:
        return self._model.chosen()
