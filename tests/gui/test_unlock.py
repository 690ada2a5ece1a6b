"""Opening, locking, and what happens to half-typed work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from collector.gui.guarding import Guard
from collector.gui.main_window import MainWindow
from collector.gui.pages.records import RecordsPage
from collector.gui.pages.unlock import UnlockPage
from collector.gui.shell import Shell

if TYPE_CHECKING:
    from conftest import Hands, Template


def _page(window: MainWindow) -> UnlockPage:
    assert window._unlock is not None
    return window._unlock


def test_a_wrong_passphrase_is_told_on_the_page_and_can_be_typed_again(
    locked: MainWindow, hands: Hands, passphrase: str
) -> None:
    page = _page(locked)
    hands.type(page.ui.secret, "not the passphrase")
    hands.press(page.ui.secret, Qt.Key.Key_Return)
    hands.until(lambda: bool(page.ui.fault.text()))
    assert locked.shell is None
    assert page.ui.secret.isEnabled()
    page.ui.secret.clear()
    hands.type(page.ui.secret, passphrase)
    assert not page.ui.fault.text()
    hands.press(page.ui.secret, Qt.Key.Key_Return)
    hands.until(lambda: locked.shell is not None)
    hands.settled(locked)


def test_the_printed_recovery_code_opens_too(
    locked: MainWindow, hands: Hands, template: Template
) -> None:
    page = _page(locked)
    hands.click(page.ui.recovery)
    hands.type(page.ui.secret, template.recovery_code)
    hands.click(page.ui.open)
    hands.until(lambda: locked.shell is not None)
    hands.settled(locked)


def test_caps_lock_is_noticed_by_a_letter_typed_against_the_shift_key(
    locked: MainWindow, hands: Hands
) -> None:
    page = _page(locked)
    page.ui.secret.setFocus()
    hands.press(page.ui.secret, Qt.Key.Key_A)
    assert page.ui.caps.isHidden()
    page.ui.secret._set_caps(True)
    assert not page.ui.caps.isHidden()


def test_locking_keeps_a_half_typed_member_and_shows_no_record(
    window: MainWindow, shell: Shell, hands: Hands, passphrase: str
) -> None:
    page = shell.go("member")
    assert isinstance(page, RecordsPage)
    hands.settled(window)
    page.open_form(None)
    name = page.form.editors["name"].editor
    hands.type(name, "虚构人")
    window.lock()
    hands.until(lambda: window.shell is None)
    unlock = _page(window)
    assert window._stack.currentWidget() is unlock
    assert window.desk is None
    hands.type(unlock.ui.secret, passphrase)
    hands.press(unlock.ui.secret, Qt.Key.Key_Return)
    hands.until(lambda: window.shell is not None)
    hands.settled(window)
    assert window.shell is not None
    again = window.shell.pages["member"]
    assert isinstance(again, RecordsPage)
    assert window.shell.ui.pages.currentWidget() is again
    assert again.form.editors["name"].text == "虚构人"
    again.form.load({}, None)


def test_the_window_locks_by_itself_when_nobody_is_there(window: MainWindow, hands: Hands) -> None:
    window.guard._timer.setInterval(10)
    window.guard.restart()
    hands.until(lambda: window.shell is None)
    assert "自动锁定" in _page(window).ui.greeting.text()


def test_activity_and_running_work_put_the_idle_lock_off(window: MainWindow) -> None:
    guard: Guard = window.guard
    assert guard._timer.isActive()
    guard.hold(True)
    assert not guard._timer.isActive()
    guard.hold(False)
    assert guard._timer.isActive()
    guard.set_minutes(0)
    assert not guard._timer.isActive()


def test_what_was_copied_is_gone_from_the_clipboard_after_locking(
    window: MainWindow, hands: Hands
) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("made-up text")
    assert clipboard.text() == "made-up text"
    assert window.guard._copied.isActive()
    window.lock()
    hands.until(lambda: window.shell is None)
    assert clipboard.text() == ""
