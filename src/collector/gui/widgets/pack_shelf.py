"""The packs on this computer: what each is, who signed it, and installing one that came by mail."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHeaderView, QTreeWidgetItem, QWidget

from collector.gui import showing
from collector.gui.forms.ui_pack_shelf import Ui_PackShelf
from collector.gui.jobs import Job, Jobs
from collector.gui.widgets.room import resize_within
from collector.packs import Origin
from collector.services import session as sessions
from collector.services.pack_installing import Installed, install
from collector.services.pack_shelf import Shelved, shelf

_ORIGINS = {Origin.SHIPPED: "程序自带", Origin.KEPT: "已安装", Origin.FOLDER: "文件夹"}


class PackShelf(QDialog):
    installed = Signal(str)
    """the id of a pack that came; whoever lists packs should look again"""

    def __init__(self, parent: QWidget, jobs: Jobs, home: Path) -> None:
        super().__init__(parent)
        self._jobs, self._home = jobs, home
        self._trust: Path | None = None
        self._shown: list[Shelved] = []
        ui = self.ui = Ui_PackShelf()
        ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        width = self.fontMetrics().averageCharWidth()
        resize_within(self, parent, width * 66, self.fontMetrics().height() * 26)
        ui.packs.setHeaderLabels(["模板包", "版本", "来源", "签名"])
        header = ui.packs.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        ui.packs.currentItemChanged.connect(lambda *_: self._describe())
        ui.install.clicked.connect(self._choose)
        ui.trust.clicked.connect(self._choose_trust)
        ui.close.clicked.connect(self.accept)
        self.look()
        ui.packs.setFocus()

    def look(self, wanted: tuple[str, str] | None = None, said: str = "") -> None:
        """List what is there, stand on the ``wanted`` id and version, and say this of it."""
        trust = self._trust
        job = Job(lambda _: shelf(sessions.today(), trust))
        job.succeeded.connect(lambda found: self._show(cast("list[Shelved]", found), wanted, said))
        job.failed.connect(lambda fault: showing.show(self, fault, self._home))
        self._jobs.ask(job)

    def _show(self, found: list[Shelved], wanted: tuple[str, str] | None, said: str) -> None:
        self._shown = found
        tree = self.ui.packs
        tree.clear()
        for each in found:
            name = each.pack.title if each.pack is not None else each.kept.id
            version = f"第 {each.kept.version} 版" + ("" if each.newest else "（另有新版）")
            item = QTreeWidgetItem([name, version, _ORIGINS[each.kept.origin], _signature(each)])
            tree.addTopLevelItem(item)
            if wanted == (each.kept.id, each.kept.version):
                tree.setCurrentItem(item)
        first = tree.topLevelItem(0)
        if tree.currentItem() is None and first is not None:
            tree.setCurrentItem(first)
        self._describe()
        if said:
            self.ui.about.setText(f"{said}\n{self.ui.about.text()}")

    def take(self, source: Path) -> None:
        """Install the pack of a ZIP or folder."""
        trust = self._trust
        job = Job(lambda _: install(source, trust), "安装模板包")
        job.succeeded.connect(self._taken)
        job.failed.connect(lambda fault: showing.show(self, fault, self._home))
        job.finished.connect(lambda: self.ui.install.setEnabled(True))
        self.ui.install.setEnabled(False)
        self._jobs.start(job)

    def hold_against(self, trust: Path) -> None:
        """Look at the signatures again, by this authority."""
        self._trust = trust
        row = self.ui.packs.indexOfTopLevelItem(self.ui.packs.currentItem())
        here = self._shown[row].kept if row >= 0 else None
        self.look((here.id, here.version) if here is not None else None)

    def _taken(self, result: object) -> None:
        done = cast("Installed", result)
        said = "本来就有这一版。" if done.already else "✓ 已安装，下次打开工作区时启用。"
        self.look((done.pack.id, done.pack.version), said)
        self.installed.emit(done.pack.id)

    def _describe(self) -> None:
        row = self.ui.packs.indexOfTopLevelItem(self.ui.packs.currentItem())
        self.ui.about.setText(_about(self._shown[row]) if row >= 0 else "")

    def _choose(self) -> None:
        dialog = QFileDialog(self, "安装收到的模板包", "", "模板包 (*.zip pack.toml);;所有文件 (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.take(_pack_of(Path(name))))
        dialog.open()

    def _choose_trust(self) -> None:
        dialog = QFileDialog(self, "上级给的根证书", "", "证书 (*.pem *.crt *.cer);;所有文件 (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.hold_against(Path(name)))
        dialog.open()


def _pack_of(chosen: Path) -> Path:
    """The folder of a pack.toml, else the file itself."""
    return chosen.parent if chosen.name == "pack.toml" else chosen


def _signature(each: Shelved) -> str:
    if each.refused is not None:
        return "✕ 不能使用"
    if each.signer is not None:
        name = each.signer.organisation or each.signer.name
        return f"✓ {name}" if each.signer.trusted else f"{name}（未核实）"
    return "—" if each.kept.origin is Origin.SHIPPED else "▲ 没有签名"


def _about(each: Shelved) -> str:
    if each.refused is not None:
        return f"✕ {each.refused.sentence.zh}\n{each.refused.advice.zh}"
    pack = each.pack
    assert pack is not None
    until = f"，到 {pack.effective_until} 为止" if pack.effective_until else ""
    lines = [
        f"{pack.issuer}　{pack.effective_from} 起用{until}　编号 {pack.id}/{pack.version}",
        f"指纹 {pack.sha256[:32]}…",
    ]
    if each.signer is not None:
        signer = each.signer
        day = signer.signed_at.astimezone().date().isoformat()
        who = "，".join(part for part in (signer.organisation, signer.name) if part)
        lines.append(f"{day} 由 {who} 签名，证书指纹 {signer.certificate_sha256[:16]}…")
        if signer.trial:
            lines.append("▲ 这是试用身份的签名，不具效力。")
        if not signer.trusted:
            lines.append("▲ 还没有核实签名人是谁：请用上级给的根证书核实。")
    lines += [f"▲ {item.text.zh}" for item in each.notices]
    return "\n".join(lines)
