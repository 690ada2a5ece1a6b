"""Make a workspace, then show the recovery code once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from collector.codes import uscc
from collector.gui import showing
from collector.gui.appearance import Appearance
from collector.gui.forms.ui_first_run import Ui_FirstRunPage
from collector.gui.jobs import Job, Jobs
from collector.gui.widgets.passphrase import STRENGTH_WORDS, strength
from collector.gui.widgets.repolish import set_property

# Packs and services are read once the page stands: a person reads and types meanwhile.
if TYPE_CHECKING:
    from collector.packs import Pack
    from collector.services.session import InitResult, Session

SHORTEST = 8
"""characters; NIST SP 800-63B 5.1.1.1"""


class FirstRunPage(QWidget):
    made = Signal(object)
    """the ``Session``, once the person has kept the recovery code"""

    def __init__(self, home: Path, jobs: Jobs, appearance: Appearance) -> None:
        super().__init__()
        self._home, self._jobs, self._appearance = home, jobs, appearance
        self._packs: list[Pack] | None = None
        self._result: InitResult | None = None
        ui = self.ui = Ui_FirstRunPage()
        ui.setupUi(self)
        for fault in (ui.operator_fault, ui.unit_code_fault, ui.again_fault, ui.caps):
            fault.hide()
        ui.proof_fault.hide()
        ui.make.setEnabled(False)
        ui.own.clicked.connect(self._learn)
        ui.install.clicked.connect(self._open_shelf)
        ui.pack.currentIndexChanged.connect(self._describe)
        self._describe()
        ui.where.setText(f"保存位置：{home}")
        ui.unit_code.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        ui.unit_code.textEdited.connect(self._check_unit_code)
        ui.operator.textEdited.connect(lambda: ui.operator_fault.hide())
        ui.secret.textChanged.connect(self._weigh)
        ui.again.textChanged.connect(self._weigh)
        for secret in (ui.secret, ui.again):
            secret.caps_changed.connect(ui.caps.setVisible)
        following: tuple[tuple[QLineEdit, QWidget], ...] = (
            (ui.operator, ui.unit),
            (ui.unit, ui.unit_code),
            (ui.unit_code, ui.secret),
            (ui.secret, ui.again),
        )
        for edit, following_one in following:
            edit.returnPressed.connect(following_one.setFocus)
        ui.again.returnPressed.connect(self._make)
        ui.make.clicked.connect(self._make)
        ui.print.clicked.connect(self._print)
        ui.proof.textEdited.connect(self._judge_proof)
        ui.kept.toggled.connect(self._judge_proof)
        ui.proof.returnPressed.connect(ui.kept.setFocus)
        ui.done.clicked.connect(self._finish)
        ui.done.setEnabled(False)
        ui.card.setFixedWidth(min(appearance.theme.px(680), 1180))
        self._weigh()
        QTimer.singleShot(0, ui.operator, ui.operator.setFocus)

    def settle(self) -> None:
        """The page stands: its icons, and the packs, which take longer to read than it took."""
        self._appearance.changed.connect(self._dress)
        self._dress()
        job = Job(lambda _: _installed())
        job.succeeded.connect(self._show_packs)
        job.failed.connect(lambda fault: showing.show(self, fault, self._home))
        self._jobs.ask(job)

    def _show_packs(self, found: list[Pack], chosen: str = "") -> None:
        self._packs = found
        self.ui.pack.clear()
        for pack in found:
            self.ui.pack.addItem(pack.title, pack.id)
        if chosen:
            self.ui.pack.setCurrentIndex(max(0, self.ui.pack.findData(chosen)))
        self.ui.make.setEnabled(bool(found))
        self._describe()

    def _describe(self) -> None:
        if self._packs is None:
            self.ui.pack_hint.setText("正在读取各省的模板包…")
            return
        pack = self._packs[self.ui.pack.currentIndex()] if self._packs else None
        self.ui.pack_hint.setText(_about(pack) if pack is not None else "没有装好的模板包。")

    def _learn(self) -> None:
        """Make a pack of the province's own workbook first."""
        # imported here: it is seldom wanted, and the first page should be there at once
        from collector.gui.bench import Bench
        from collector.gui.widgets.learning_pane import LearningPane
        from collector.gui.widgets.room import scrolled

        dialog = QDialog(self)
        dialog.setWindowTitle("用本省自己的表样")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        around = QVBoxLayout(dialog)
        around.setContentsMargins(0, 0, 0, 0)
        pane = LearningPane(Bench(self._home, self._jobs, self._appearance))
        around.addWidget(scrolled(pane))
        pane.installed.connect(self._take_pack)
        pane.installed.connect(dialog.accept)
        theme = self._appearance.theme
        dialog.resize(
            min(theme.px(1180), self.window().width() - 40),
            min(theme.px(760), self.window().height() - 40),
        )
        dialog.open()

    def _open_shelf(self) -> None:
        """Install a pack that was sent."""
        from collector.gui.widgets.pack_shelf import PackShelf  # as above

        shelf = PackShelf(self, self._jobs, self._home)
        shelf.installed.connect(self._take_pack)
        shelf.open()

    def _take_pack(self, pack_id: str) -> None:
        """Choose the pack that was just put among the person's own."""
        self._show_packs(_installed(), pack_id)
        self.ui.operator.setFocus()

    def _check_unit_code(self) -> None:
        typed = self.ui.unit_code.text().strip().upper()
        fault = _UNIT_CODE_FAULTS.get(uscc.fault(typed) or "") if typed else None
        self._tell(self.ui.unit_code_fault, fault)
        set_property(self.ui.unit_code, "state", "error" if fault else "")

    def _weigh(self) -> None:
        first, second = self.ui.secret.text(), self.ui.again.text()
        grade = strength(first)
        self.ui.strength.setValue(grade)
        set_property(self.ui.strength, "tone", ("", "error", "warning", "good", "good")[grade])
        hint = "口令忘记时只能用恢复码打开。建议用四个以上不相干的词，或 12 个以上字符。"
        self.ui.strength_hint.setText(f"强度：{STRENGTH_WORDS[grade]}。{hint}" if grade else hint)
        differs = bool(second) and not first.startswith(second)
        self._tell(self.ui.again_fault, "两次输入的口令不一样。" if differs else None)

    def _make(self) -> None:
        if not self._packs:
            return
        from collector.services import session as sessions

        ui = self.ui
        self._check_unit_code()
        faults: list[QWidget] = []
        if not ui.operator.text().strip():
            self._tell(ui.operator_fault, "请填写采集员姓名。")
            faults.append(ui.operator)
        if ui.unit_code.property("state") == "error":
            faults.append(ui.unit_code)
        first, second = ui.secret.text(), ui.again.text()
        if len(first) < SHORTEST:
            self._tell(ui.again_fault, f"口令至少 {SHORTEST} 个字符。")
            faults.append(ui.secret)
        elif first != second:
            self._tell(ui.again_fault, "两次输入的口令不一样。")
            faults.append(ui.again)
        if faults:
            faults[0].setFocus()
            return
        home, pack_id, operator = self._home, str(ui.pack.currentData()), ui.operator.text()
        unit, code = ui.unit.text(), ui.unit_code.text()
        job = Job(lambda _: sessions.init_workspace(home, first, pack_id, operator, unit, code))
        job.succeeded.connect(self._show_code)
        job.failed.connect(lambda fault: showing.show(self, fault, home))
        job.finished.connect(lambda: self._set_busy(False))
        self._set_busy(True)
        self._jobs.start(job)

    def _show_code(self, result: InitResult) -> None:
        self._result = result
        self.ui.secret.forget()
        self.ui.again.forget()
        self.ui.code.setText(result.recovery_code)
        self.ui.steps.setCurrentWidget(self.ui.recovery)
        self.ui.print.setFocus()

    def _judge_proof(self) -> None:
        typed = "".join(self.ui.proof.text().split()).upper()
        wanted = self._last_group()
        right = typed == wanted
        wrong = len(typed) >= len(wanted) and not right
        self._tell(self.ui.proof_fault, "与最后一组不一样，请核对抄写的内容。" if wrong else None)
        set_property(self.ui.proof, "state", "error" if wrong else "")
        self.ui.done.setEnabled(right and self.ui.kept.isChecked())

    def _last_group(self) -> str:
        code = self._result.recovery_code if self._result is not None else ""
        return code.replace(" ", "-").split("-")[-1].upper()

    def _print(self) -> None:
        # imported here: loading the print plug-in costs start-up time
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        if self._result is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle("打印恢复码")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet = QTextDocument(self)
        sheet.setPlainText(recovery_sheet(self._result))

        def printed() -> None:
            sheet.print_(printer)
            self.ui.printed.setText("✓ 已送打印机")

        dialog.accepted.connect(printed)
        dialog.show()

    def _finish(self) -> None:
        if self._result is not None and self.ui.done.isEnabled():
            session: Session = self._result.session
            self._result = None
            self.ui.code.clear()
            self.ui.proof.clear()
            self.made.emit(session)

    def pending_session(self) -> Session | None:
        """An opened workspace whose code is still on the screen: to be closed with the window."""
        return self._result.session if self._result is not None else None

    def _set_busy(self, busy: bool) -> None:
        self.ui.facts.setEnabled(not busy)
        self.ui.make.setText("正在建立…" if busy else "建立(&M)")

    def _tell(self, label: QLabel, text: str | None) -> None:
        label.setText(f"✕ {text}" if text else "")
        label.setVisible(bool(text))

    def _dress(self) -> None:
        theme = self._appearance.theme
        self.ui.card.setFixedWidth(min(theme.px(680), 1180))
        for edit in (self.ui.secret, self.ui.again):
            edit.settle()
            edit.offer_reveal(self._appearance.icon("eye", "muted"))


def _installed() -> list[Pack]:
    from collector import packs

    return packs.installed()


def recovery_sheet(result: InitResult) -> str:
    """The page to be printed."""
    return (
        "工会实名制采集 · 恢复码\n\n"
        f"采集员：{result.session.operator}\n"
        f"工作区：{result.session.home}\n\n"
        f"{result.recovery_code}\n\n"
        "忘记口令时用它打开工作区。请装入信封，与电脑分开保管，不要拍照外传。"
    )


def _about(pack: Pack) -> str:
    start = f"，{pack.effective_from} 起施行" if pack.effective_from else ""
    from collector.services.pack_notices import notices  # as the packs themselves
    from collector.services.session import today

    told = "".join(f"\n▲ {item.text.zh}" for item in notices(pack, today()))
    return f"{pack.issuer}{start} · 模板包第 {pack.version} 版 · {len(pack.sheets)} 张表{told}"


_UNIT_CODE_FAULTS = {
    "length": "统一社会信用代码应为 18 位。",
    "alphabet": "含有不会出现在统一社会信用代码里的字符（没有 I、O、Z、S、V）。",
    "check_digit": "最后一位校验码对不上，请核对。",
}
