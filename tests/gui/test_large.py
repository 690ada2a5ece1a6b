"""Large type on a small screen: nothing is cut off, squeezed or out of reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from collector.gui.appearance import Appearance
from collector.gui.desk import Desk
from collector.gui.main_window import MainWindow
from collector.gui.pages.fixing import FixingPage
from collector.gui.pages.missing import MissingPage
from collector.gui.shell import Shell
from collector.gui.widgets.discard import DiscardDialog
from collector.gui.widgets.hand_back import HandBackDialog
from collector.gui.widgets.key_card import KeyCard
from collector.gui.widgets.pack_shelf import PackShelf
from collector.gui.widgets.remembered import RememberedDialog
from collector.gui.widgets.undo_import import UndoImportDialog

if TYPE_CHECKING:
    from conftest import Hands


@pytest.fixture
def large(window: MainWindow, look: Appearance, hands: Hands) -> MainWindow:
    while look.theme.zoom < 200:
        look.zoom(1)
    hands.settled(window)
    return window


@pytest.mark.parametrize(
    "make",
    [
        lambda window, desk: KeyCard(window),
        lambda window, desk: PackShelf(window, window.jobs, desk.home),
        lambda window, desk: RememberedDialog(window, desk),
        lambda window, desk: HandBackDialog(window, desk),
        lambda window, desk: DiscardDialog(window, "第 5 行　会员　虚构的表.xlsx"),
        lambda window, desk: UndoImportDialog(window, "撤销？", "不再是记录：1", ()),
    ],
    ids=["keys", "packs", "remembered", "back", "discard", "undo"],
)
def test_a_dialog_fits_the_window_at_two_hundred_percent(
    large: MainWindow,
    shell: Shell,
    hands: Hands,
    make: Callable[[MainWindow, Desk], QDialog],
) -> None:
    dialog = make(large, shell.desk)
    dialog.open()
    hands.settled(large)
    assert dialog.width() <= large.width()
    assert dialog.height() <= large.height()
    dialog.close()


def test_every_entry_of_the_rail_can_be_seen_and_none_lies_on_another(
    large: MainWindow, shell: Shell
) -> None:
    rail = shell.ui.rail
    buttons = [*shell.buttons.values(), shell.ui.appearance, shell.ui.keys, shell.ui.lock]
    tops = [button.mapTo(rail, button.rect().topLeft()).y() for button in buttons]
    for button, top, below in zip(buttons, tops, [*tops[1:], rail.height()], strict=True):
        assert top + button.height() <= below
        assert button.height() >= button.iconSize().height()


def test_the_rail_scrolls_to_the_page_in_a_window_too_low_for_it(
    large: MainWindow, shell: Shell, hands: Hands
) -> None:
    large.resize(900, 540)
    hands.settled(large)
    shell.go("learn")
    hands.until(lambda: not shell.buttons["learn"].visibleRegion().isEmpty())
    assert shell.ui.lock.y() + shell.ui.lock.height() <= shell.ui.rail.height()


def test_the_cell_in_error_is_shown_whole(large: MainWindow, shell: Shell, hands: Hands) -> None:
    page = shell.go("fix")
    assert isinstance(page, FixingPage)
    hands.settled(large)
    for _ in range(7):
        hands.press(page.ui.grid, Qt.Key.Key_F8)
        cell = page.ui.grid.visualRect(page.ui.grid.currentIndex())
        assert page.ui.grid.viewport().rect().contains(cell)


def test_the_buttons_of_what_is_missing_are_not_cut(
    large: MainWindow, shell: Shell, hands: Hands
) -> None:
    page = shell.go("missing", "hainan-2019")
    assert isinstance(page, MissingPage)
    hands.until(lambda: page.missing is not None and page.missing.pack.id == "hainan-2019")
    hands.settled(large)
    ui = page.ui
    for button in (ui.from_number, ui.take, ui.export_list, ui.save):
        assert button.width() >= button.minimumSizeHint().width()
    assert f"{page.missing.items:,}" in ui.shown.text()
