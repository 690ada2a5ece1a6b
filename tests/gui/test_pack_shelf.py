"""The packs of this computer in the window: what each is, and installing one that was sent."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from collector import data_files, packs
from collector.bundle.trial import TrialIdentities
from collector.gui.main_window import MainWindow
from collector.gui.shell import Shell
from collector.gui.widgets.pack_shelf import PackShelf
from collector.services.pack_signing import sign_pack

if TYPE_CHECKING:
    from conftest import Hands

Zip = Callable[[bool], Path]


@pytest.fixture(scope="module")
def issuer() -> TrialIdentities:
    return TrialIdentities.create("示例省总工会", "", "甲")


@pytest.fixture
def sent(tmp_path: Path, issuer: TrialIdentities) -> Zip:
    """Version 2 of the Hubei pack, signed or not, as a ZIP."""

    def made(signed: bool) -> Path:
        folder = tmp_path / "sent"
        shutil.copytree(data_files.folder("templates/xlsx") / "hubei-2023", folder)
        toml = folder / "pack.toml"
        text = toml.read_text(encoding="utf-8")
        toml.write_text(text.replace('version = "1"', 'version = "2"', 1), encoding="utf-8")
        if signed:
            sign_pack(folder, issuer.signer)
        path = tmp_path / "湖北.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(folder.rglob("*")):
                archive.write(file, file.relative_to(tmp_path).as_posix())
        return path

    return made


def _opened(window: MainWindow, hands: Hands) -> PackShelf:
    shell = window.shell
    assert isinstance(shell, Shell)
    page = shell.go("home")
    hands.settled(window)
    hands.click(page.ui.packs)
    shelves = [
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, PackShelf) and each.isVisible()
    ]
    hands.until(lambda: shelves[-1].ui.packs.topLevelItemCount() > 0)
    return shelves[-1]


def _line(shelf: PackShelf) -> list[str]:
    item = shelf.ui.packs.currentItem()
    assert item is not None
    return [item.text(column) for column in range(4)]


def test_a_signed_pack_is_installed_and_its_signer_verified(
    window: MainWindow, hands: Hands, sent: Zip, issuer: TrialIdentities, tmp_path: Path
) -> None:
    shelf = _opened(window, hands)
    assert shelf.ui.packs.topLevelItemCount() == len(packs.installed())
    shelf.take(sent(True))
    hands.until(lambda: "已安装" in shelf.ui.about.text())
    assert _line(shelf)[1:] == ["第 2 版", "已安装", "示例省总工会（未核实）"]
    assert "还没有核实签名人是谁" in shelf.ui.about.text()
    trust = tmp_path / "ca.pem"
    trust.write_bytes(issuer.trust_pem)
    shelf.hold_against(trust)
    hands.until(lambda: _line(shelf)[3] == "✓ 示例省总工会")
    assert packs.load("hubei-2023").version == "2"


def test_a_first_workspace_may_begin_with_a_pack_that_was_sent(
    open_window: Callable[[Path], MainWindow], hands: Hands, sent: Zip, tmp_path: Path
) -> None:
    window = open_window(tmp_path / "new")
    page = window._first_run
    assert page is not None
    hands.until(lambda: page.ui.pack.count() > 0)
    hands.click(page.ui.install)
    shelf = page.findChild(PackShelf)
    assert shelf is not None
    shelf.take(sent(True))
    hands.until(lambda: "第 2 版" in page.ui.pack_hint.text())
    assert page.ui.pack.currentData() == "hubei-2023"
    hands.until(lambda: "已安装" in shelf.ui.about.text())
    shelf.close()
    hands.until(lambda: window.jobs.idle)


def test_an_unsigned_pack_says_so_and_a_damaged_one_is_refused(
    window: MainWindow, hands: Hands, sent: Zip, tmp_path: Path
) -> None:
    shelf = _opened(window, hands)
    shelf.take(sent(False))
    hands.until(lambda: "已安装" in shelf.ui.about.text())
    assert _line(shelf)[3] == "▲ 没有签名"
    assert "没有签名" in shelf.ui.about.text()
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK")
    shelf.take(broken)
    box = hands.failure()
    assert "压缩包损坏" in box.text() + box.informativeText()
    box.close()
