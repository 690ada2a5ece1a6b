"""Making a workspace in the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from collector import store
from collector.gui.main_window import MainWindow
from collector.gui.pages.first_run import FirstRunPage, recovery_sheet
from collector.gui.widgets.passphrase import strength
from collector.services import session as sessions

if TYPE_CHECKING:
    from conftest import Hands, OpenWindow

GOOD = "made-up passphrase 2"


def _page(window: MainWindow) -> FirstRunPage:
    assert window._first_run is not None
    return window._first_run


def test_a_workspace_is_made_and_the_recovery_code_must_be_copied_out(
    open_window: OpenWindow, hands: Hands, tmp_path: Path
) -> None:
    home = tmp_path / "new"
    window = open_window(home)
    page = _page(window)
    hands.until(lambda: page.ui.pack.count() > 0)
    page.ui.pack.setCurrentIndex(page.ui.pack.findData("hubei-2023"))
    hands.type(page.ui.operator, "虚构采集员")
    hands.press(page.ui.operator, Qt.Key.Key_Return)
    hands.type(page.ui.secret, GOOD)
    hands.type(page.ui.again, GOOD)
    hands.press(page.ui.again, Qt.Key.Key_Return)
    hands.until(lambda: page.ui.steps.currentWidget() is page.ui.recovery)

    code = page.ui.code.text()
    assert page._result is not None
    assert code == page._result.recovery_code
    assert code in recovery_sheet(page._result)
    hands.type(page.ui.proof, "0000" if not code.endswith("0000") else "1111")
    hands.click(page.ui.kept)
    assert not page.ui.done.isEnabled()
    assert page.ui.proof_fault.text()
    page.ui.proof.clear()
    hands.type(page.ui.proof, code.rpartition("-")[2].lower())
    assert page.ui.done.isEnabled()
    hands.click(page.ui.done)

    hands.until(lambda: window.shell is not None)
    hands.settled(window)
    assert store.exists(home)
    assert window.desk is not None
    assert window.desk.session.pack.id == "hubei-2023"
    window.close()
    reopened = sessions.unlock_with_recovery(home, code)
    assert reopened.pack.id == "hubei-2023"
    reopened.close()


def test_passphrases_that_differ_are_told_at_the_field_and_nothing_is_made(
    open_window: OpenWindow, hands: Hands, tmp_path: Path
) -> None:
    home = tmp_path / "new"
    page = _page(open_window(home))
    hands.type(page.ui.operator, "虚构采集员")
    hands.type(page.ui.secret, GOOD)
    hands.type(page.ui.again, "another passphrase")
    assert "不一样" in page.ui.again_fault.text()
    hands.click(page.ui.make)
    assert page.ui.facts.isEnabled()
    assert not store.exists(home)


def test_a_short_passphrase_and_a_missing_name_are_refused(
    open_window: OpenWindow, hands: Hands, tmp_path: Path
) -> None:
    home = tmp_path / "new"
    page = _page(open_window(home))
    hands.until(lambda: page.ui.pack.count() > 0)
    hands.type(page.ui.secret, "short")
    hands.type(page.ui.again, "short")
    hands.click(page.ui.make)
    assert page.ui.operator_fault.text()
    assert "至少" in page.ui.again_fault.text()
    assert not store.exists(home)


def test_a_wrong_organisation_code_is_told_while_it_is_typed(
    open_window: OpenWindow, hands: Hands, tmp_path: Path
) -> None:
    page = _page(open_window(tmp_path / "new"))
    hands.type(page.ui.unit_code, "91420100MA00000000")
    assert page.ui.unit_code_fault.text()
    page.ui.unit_code.clear()
    hands.press(page.ui.unit_code, Qt.Key.Key_Backspace)
    page._check_unit_code()
    assert not page.ui.unit_code_fault.text()


def test_a_longer_passphrase_is_never_graded_weaker() -> None:
    grown = "correct horse battery staple 7"
    grades = [strength(grown[:length]) for length in range(len(grown) + 1)]
    assert grades == sorted(grades)
    assert grades[0] == 0
    assert grades[-1] == 4


def test_one_repeated_character_is_weak_however_long() -> None:
    assert strength("a" * 30) == 1
