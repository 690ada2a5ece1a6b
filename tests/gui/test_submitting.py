"""上报: the gate, the trial mark, the bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from collector.gui.main_window import MainWindow
from collector.gui.pages.submitting import SubmitPage
from collector.gui.shell import Shell
from collector.model import Kind, Status

if TYPE_CHECKING:
    from conftest import Hands


@pytest.fixture
def page(window: MainWindow, shell: Shell, hands: Hands, tmp_path: Path) -> SubmitPage:
    found = shell.go("submit")
    assert isinstance(found, SubmitPage)
    hands.settled(window)
    hands.until(lambda: found.gate is not None)
    found.ui.out.setText(str(tmp_path / "out"))
    return found


def test_parked_rows_close_the_gate_and_the_page_says_which(page: SubmitPage) -> None:
    assert "不能上报" in page.ui.verdict.text()
    assert not page.ui.package.isEnabled()
    assert page.gate is not None
    assert any(item.code == "export.parked" for item in page.gate.blockers)


def test_a_trial_workspace_is_plainly_marked(page: SubmitPage) -> None:
    assert page.trial
    assert page.ui.trial_mark.isVisible()
    assert "试用" in page.ui.trial_mark.text()


def test_a_bundle_is_sealed_read_back_and_shown_with_its_short_code(
    page: SubmitPage, window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    page.ui.leave_parked.setChecked(True)
    hands.settled(window)
    hands.until(page.ui.package.isEnabled)
    hands.click(page.ui.package)
    hands.settled(window)
    assert page.result is not None
    assert page.ui.steps.currentWidget() is page.ui.done_step
    assert page.result.bundle.parent == tmp_path / "out"
    assert page.result.bundle.stat().st_size > 0
    assert page.ui.short_code.text() == page.result.short_code
    assert "试用" in page.ui.done_title.text()
    store = page.desk.session.store
    assert store.count(Kind.MEMBER, Status.SUBMITTED) == page.result.counts[Kind.MEMBER]


def test_what_is_no_certificate_is_refused_at_the_field(page: SubmitPage, tmp_path: Path) -> None:
    wrong = tmp_path / "证书.pem"
    wrong.write_text("no certificate", encoding="utf-8")
    page.take_certificate(wrong)
    assert not page.ui.to_fault.isHidden()
    assert not page.ui.certificate.text()


def test_the_gate_leads_to_where_a_blocker_is_dealt_with(
    page: SubmitPage, shell: Shell, window: MainWindow, hands: Hands
) -> None:
    from PySide6.QtWidgets import QPushButton

    go = next(
        button
        for button in page.ui.items_card.findChildren(QPushButton)
        if "待修" in button.accessibleName()
    )
    hands.click(go)
    hands.settled(window)
    assert shell.ui.pages.currentWidget() is shell.pages["fix"]
