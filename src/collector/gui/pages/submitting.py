"""上报: what still forbids it, to whom, and the sealed bundle."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLayout, QPushButton, QWidget

from collector.errors import CollectorError
from collector.gui import showing
from collector.gui.desk import Desk
from collector.gui.forms.ui_submitting import Ui_SubmitPage
from collector.gui.pages.base import Page
from collector.gui.widgets.pack_choice import offer_packs
from collector.gui.widgets.repolish import set_property
from collector.model import KIND_NAMES, Changes, Kind
from collector.services import exporting, identities
from collector.services.exporting import ExportResult
from collector.services.gaps import EMPTY, UNKNOWN_LABEL
from collector.services.gating import Gate, GateItem


class SubmitPage(Page):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._question = 0
        self.gate: Gate | None = None
        self.result: ExportResult | None = None
        self._certificate: Path | None = None
        self.trial = identities.is_trial(desk.session.store)
        ui = self.ui = Ui_SubmitPage()
        ui.setupUi(self)
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        ui.out.setText(str((Path(documents) if documents else Path.home()) / "工会实名制上报"))
        ui.trial_mark.setVisible(self.trial)
        ui.to_trial.setVisible(self.trial)
        ui.to_trial.setChecked(self.trial)
        ui.to_file.setChecked(not self.trial)
        ui.to_fault.hide()
        ui.to_file.toggled.connect(self._word)
        ui.pick.clicked.connect(self._pick)
        ui.browse.clicked.connect(self._browse)
        offer_packs(ui.packs, desk.session.pack)
        ui.packs.currentIndexChanged.connect(self.recheck)
        ui.recheck.clicked.connect(self.recheck)
        ui.leave_parked.toggled.connect(self.recheck)
        ui.package.clicked.connect(self.package)
        ui.back.clicked.connect(lambda: self.enter(None))
        ui.copy.clicked.connect(self._copy)
        ui.reveal.clicked.connect(self._reveal)

    def enter(self, wanted: object) -> None:
        self.ui.steps.setCurrentWidget(self.ui.gate_step)
        self.recheck()

    def refresh(self, changes: Changes) -> None:
        if self.isVisible() and self.ui.steps.currentWidget() is self.ui.gate_step:
            self.recheck()

    # -- the gate ----------------------------------------------------------------------------

    def recheck(self) -> None:
        """Judge everything that would be sent; the event loop goes on meanwhile."""
        self._question += 1
        number, session = self._question, self.desk.session
        leave, pack_id = self.ui.leave_parked.isChecked(), str(self.ui.packs.currentData())
        self.gate = None
        self.ui.verdict.setText("正在检查…")
        self.ui.verdict_text.setText("")
        set_property(self.ui.verdict_card, "tone", "")
        self._word()

        def told(found: Gate) -> None:
            if number == self._question:
                self._show_gate(found)

        self.desk.ask(
            self,
            lambda progress: exporting.gate(
                session, pack_id, leave_parked=leave, progress=progress
            ),
            told,
        )

    def _show_gate(self, gate: Gate) -> None:
        self.gate = gate
        ui = self.ui
        if gate.is_open:
            set_property(ui.verdict_card, "tone", "good")
            ui.verdict.setText("✓ 可以上报")
            ui.verdict_text.setText(
                f"{sum(gate.totals.values()):,} 条记录全部合格"
                + (f"，另有 {len(gate.warnings)} 项提醒。" if gate.warnings else "。")
            )
        else:
            set_property(ui.verdict_card, "tone", "error")
            ui.verdict.setText("✕ 现在还不能上报")
            ui.verdict_text.setText("先处理下面标着 ✕ 的各项。")
        _empty(ui.totals)
        for row, (kind, count) in enumerate(gate.totals.items()):
            name, figure = QLabel(KIND_NAMES[kind].zh), QLabel(f"{count:,}")
            name.setProperty("role", "muted")
            figure.setProperty("role", "heading")
            figure.setAlignment(Qt.AlignmentFlag.AlignRight)
            ui.totals.addWidget(name, row, 0)
            ui.totals.addWidget(figure, row, 1)
        ui.totals.setColumnStretch(0, 1)
        _empty(ui.items)
        for item in gate.blockers:
            ui.items.addWidget(self._line(item, "✕", "fault"))
        for item in gate.warnings:
            ui.items.addWidget(self._line(item, "▲", "caution"))
        if not gate.blockers and not gate.warnings:
            nothing = QLabel("✓ 没有差错，也没有提醒")
            nothing.setProperty("role", "good")
            ui.items.addWidget(nothing)
        parked = any(item.code == "export.parked" for item in (*gate.blockers, *gate.warnings))
        ui.leave_parked.setVisible(parked or ui.leave_parked.isChecked())
        self._word()

    def _line(self, item: GateItem, mark: str, role: str) -> QWidget:
        line = QWidget()
        across = QHBoxLayout(line)
        across.setContentsMargins(0, 0, 0, 0)
        said = QLabel(f"{mark} {item.text.zh}")
        said.setProperty("role", role)
        said.setWordWrap(True)
        across.addWidget(said, 1)
        page, wanted = _place_of(item, str(self.ui.packs.currentData()))
        if page:
            go = QPushButton("去补录" if page == "missing" else "去处理")
            go.setProperty("role", "link")
            go.setAccessibleName(f"{go.text()}：{item.text.zh}")
            go.clicked.connect(lambda: self.desk.wanted.emit(page, wanted))
            across.addWidget(go, 0, Qt.AlignmentFlag.AlignTop)
        return line

    # -- to whom and where -------------------------------------------------------------------

    def _pick(self) -> None:
        dialog = QFileDialog(
            self, "选择上级工会的证书", "", "证书 (*.pem *.crt *.cer);;所有文件 (*)"
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.take_certificate(Path(name)))
        dialog.open()

    def take_certificate(self, path: Path) -> None:
        """Use this certificate if it serves; else say why not, at the field."""
        try:
            identities.recipients(self.desk.session.store, [path])
        except CollectorError as fault:
            sentence, advice = showing.sentence_and_advice(fault)
            self.ui.to_fault.setText(f"✕ {sentence}{advice}")
            self.ui.to_fault.show()
            self._certificate = None
            self.ui.certificate.clear()
        else:
            self.ui.to_fault.hide()
            self._certificate = path
            self.ui.certificate.setText(str(path))
            self.ui.to_file.setChecked(True)
        self._word()

    def _browse(self) -> None:
        dialog = QFileDialog(self, "保存到哪个文件夹", self.ui.out.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.ui.out.setText)
        dialog.open()

    def _word(self) -> None:
        ui = self.ui
        by_file = ui.to_file.isChecked()
        ui.certificate.setEnabled(by_file)
        ui.pick.setEnabled(by_file)
        open_gate = self.gate is not None and self.gate.is_open
        ready = open_gate and (not by_file or self._certificate is not None)
        ui.package.setEnabled(ready)
        ui.package.setText("生成试用上报包(&G)" if not by_file else "生成上报包(&G)")
        if self.gate is None:
            hint = ""
        elif not open_gate:
            hint = "处理完标着 ✕ 的各项后才能生成。"
        elif by_file and self._certificate is None:
            hint = "请选择上级工会的证书。"
        elif not by_file:
            hint = "▲ 试用：上报包带“试用 TRIAL”标记，省里不会收。"
        else:
            hint = "上报包只有证书的持有者能打开。"
        ui.foot_hint.setText(hint)

    # -- the bundle --------------------------------------------------------------------------

    def package(self) -> None:
        """Seal, read back, verify; the records become 已上报 only after that."""
        session, ui = self.desk.session, self.ui
        out = Path(ui.out.text().strip()).expanduser()
        to = [self._certificate] if ui.to_file.isChecked() and self._certificate else []
        workbooks, leave = ui.workbooks.isChecked(), ui.leave_parked.isChecked()
        pack_id = str(ui.packs.currentData())
        self.desk.run(
            self,
            "生成上报包",
            lambda progress: exporting.export(
                session,
                out,
                to,
                pack_id,
                workbooks=workbooks,
                leave_parked=leave,
                progress=progress,
            ),
            self._packaged,
        )

    def _packaged(self, result: ExportResult) -> None:
        self.result = result
        ui = self.ui
        ui.done_title.setText("✓ 上报包已生成" + ("（试用 TRIAL）" if not self._is_real() else ""))
        ui.done_text.setText(
            "写好后已从磁盘读回，逐字节核对并验过签名。请把下面这个文件交给上级工会。"
        )
        ui.short_code.setText(result.short_code)
        _empty(ui.facts)
        facts = [
            ("文件", str(result.bundle)),
            ("次序", f"第 {result.sequence} 次上报"),
            (
                "数量",
                "，".join(
                    f"{KIND_NAMES[kind].zh} {result.counts.get(kind, 0):,}"
                    for kind in Kind
                    if result.counts.get(kind, 0)
                ),
            ),
            ("SHA-256", _grouped(result.payload_sha256)),
            ("编号", result.id),
        ]
        facts += [("工作簿", str(path)) for path in result.workbooks]
        for row, (name, text) in enumerate(facts):
            label, value = QLabel(name), QLabel(text)
            label.setProperty("role", "muted")
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            value.setWordWrap(True)
            value.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            ui.facts.addWidget(label, row, 0)
            ui.facts.addWidget(value, row, 1)
        ui.facts.setColumnStretch(1, 1)
        ui.steps.setCurrentWidget(ui.done_step)
        ui.reveal.setFocus()
        self.desk.announce(result.changes)

    def _is_real(self) -> bool:
        return self.ui.to_file.isChecked() and not self.trial

    def _copy(self) -> None:
        if self.result is not None:
            QGuiApplication.clipboard().setText(str(self.result.bundle))
            self.desk.said.emit("路径已复制")

    def _reveal(self) -> None:
        if self.result is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.result.bundle.parent)))

    def dress(self) -> None:
        self.ui.trial_mark.setVisible(self.trial)


def _place_of(item: GateItem, pack_id: str) -> tuple[str, object]:
    """Where a gate item is dealt with."""
    if item.code in (EMPTY, UNKNOWN_LABEL):
        return "missing", pack_id
    if item.code == "export.parked":
        return "fix", None
    if item.code == "export.duplicates":
        return "duplicates", None
    if item.code == "export.unattached":
        return "member", "unattached"
    if item.code == "export.nothing":
        return "import", None
    if item.kind is not None and item.kind.value in ("unit", "union", "member"):
        return item.kind.value, None
    return "", None


def _grouped(digest: str) -> str:
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def _empty(layout: QLayout) -> None:
    while (old := layout.takeAt(0)) is not None:
        widget = old.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
