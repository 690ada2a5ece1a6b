"""A newer pack in the window: how many records an older one checked, and judging them again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from collector import data_files
from collector.gui.main_window import MainWindow
from collector.gui.pages.home import HomePage
from collector.gui.pages.records import RecordsPage
from collector.gui.shell import Shell
from collector.gui.widgets.recheck_result import RecheckDialog
from collector.services.pack_installing import install

if TYPE_CHECKING:
    from conftest import Hands


def _newer(tmp_path: Path) -> Path:
    folder = tmp_path / "newer"
    shutil.copytree(data_files.folder("templates/xlsx") / "hubei-2023", folder)
    toml = folder / "pack.toml"
    text = toml.read_text(encoding="utf-8").replace('version = "1"', 'version = "2"', 1)
    names = 'max_length = 50\naliases = ["会员姓名"'
    assert names in text
    toml.write_text(text.replace(names, names.replace("50", "1")), encoding="utf-8")
    return folder


def _steps(page: HomePage) -> list[QPushButton]:
    found = [page.ui.steps.itemAt(at).widget() for at in range(page.ui.steps.count())]
    return [button for button in found if isinstance(button, QPushButton)]


def test_records_an_older_pack_checked_are_judged_again_from_the_first_page(
    locked: MainWindow, hands: Hands, tmp_path: Path, passphrase: str
) -> None:
    install(_newer(tmp_path))
    asking = locked._unlock
    assert asking is not None
    hands.type(asking.ui.secret, passphrase)
    hands.press(asking.ui.secret, Qt.Key.Key_Return)
    hands.until(lambda: locked.shell is not None)
    hands.settled(locked)
    window, shell = locked, locked.shell
    assert isinstance(shell, Shell)
    page = shell.go("home")
    assert isinstance(page, HomePage)
    hands.settled(window)
    (offer,) = [button for button in _steps(page) if "按别的版本检查" in button.text()]
    hands.click(offer)

    def dialog() -> list[RecheckDialog]:
        return [
            each
            for each in QApplication.topLevelWidgets()
            if isinstance(each, RecheckDialog) and each.isVisible()
        ]

    hands.until(lambda: bool(dialog()))
    (found,) = dialog()
    assert "湖北第 2 版有错误" in found.ui.title.text()
    assert found.ui.faults.topLevelItemCount() == 1
    members = int(found.ui.faults.topLevelItem(0).text(2))
    assert members > 1
    look = found.ui.looks.itemAt(0).widget()
    assert isinstance(look, QPushButton)
    hands.click(look)
    hands.settled(window)
    listed = shell.go("member")
    assert isinstance(listed, RecordsPage)
    assert listed.model.rowCount() == members
    assert "按现在的模板有错误" in listed.ui.unattached.text()

    listed.open_form(listed.model.record_id(0))
    assert "按湖北模板第 1 版检查（现在是第 2 版）" in listed.ui.origin.text()
    listed.ui.unattached_show.click()
    hands.settled(window)
    assert not listed.ui.unattached_bar.isVisible()

    shell.go("home")
    hands.settled(window)
    (offer,) = [button for button in _steps(page) if "按别的版本检查" in button.text()]
    assert f"{members:,} 条" in offer.text()
