"""The window as a whole: rail, home, zoom, light and dark, keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from collector import settings
from collector.gui import app
from collector.gui.appearance import Appearance
from collector.gui.main_window import MainWindow
from collector.gui.pages.home import HomePage
from collector.gui.pages.records import RecordsPage
from collector.gui.shell import ENTRIES, Shell
from collector.gui.theme import DARK, LIGHT, Tones
from collector.gui.widgets.key_card import KeyCard
from collector.model import Kind

if TYPE_CHECKING:
    from conftest import Hands


def test_the_home_page_counts_and_says_what_to_do_next(
    window: MainWindow, shell: Shell, hands: Hands
) -> None:
    page = shell.pages["home"]
    assert isinstance(page, HomePage)
    hands.until(lambda: page.ui.member_count.text() != "0")
    assert page.ui.member_count.text() == str(page.desk.session.store.count(Kind.MEMBER))
    assert page.ui.parked_count.text() == "7"
    step = page.ui.steps.itemAt(0).widget()
    assert isinstance(step, QAbstractButton)
    assert "7 行待修" in step.text()
    hands.click(step)
    hands.settled(window)
    assert shell.ui.pages.currentWidget() is shell.pages["fix"]


def test_an_empty_workspace_is_told_to_begin_with_an_import(
    empty_window: MainWindow, hands: Hands
) -> None:
    assert empty_window.shell is not None
    page = empty_window.shell.pages["home"]
    assert isinstance(page, HomePage)
    hands.until(lambda: page.ui.steps.count() > 0)
    step = page.ui.steps.itemAt(0).widget()
    assert isinstance(step, QAbstractButton)
    assert "导入" in step.text()


def test_in_an_idle_moment_the_log_of_the_store_is_folded_in(
    window: MainWindow, shell: Shell, hands: Hands
) -> None:
    store = shell.desk.session.store
    store.set_setting("a", "b")
    assert store.has_log
    window._folding.setInterval(10)
    hands.until(lambda: not store.has_log)
    hands.settled(window)
    assert store.settings()["a"] == "b"


def test_alt_and_a_number_go_to_each_page(window: MainWindow, shell: Shell, hands: Hands) -> None:
    for number, entry in enumerate(ENTRIES, 1):
        assert shell.buttons[entry.name].shortcut().toString() == f"Alt+{number % 10}"
        shell.buttons[entry.name].click()
        hands.settled(window)
        assert shell.ui.pages.currentWidget() is shell.pages[entry.name]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_page_stands_at_every_zoom_within_the_window(
    mode: str, window: MainWindow, shell: Shell, hands: Hands, look: Appearance
) -> None:
    look.set_mode(mode)
    for steps in (0, 1, 1, 1, 1, 1):
        look.zoom(steps)
    assert look.settings.zoom == 200
    for entry in ENTRIES:
        shell.go(entry.name)
        hands.settled(window)
        assert window.size().width() == 1366
        assert not window.grab().isNull()
    look.zoom(0)


def test_theme_and_zoom_are_kept_in_the_settings(window: MainWindow, look: Appearance) -> None:
    look.set_mode("dark")
    look.zoom(1)
    kept = settings.load(window.home)
    assert (kept.theme, kept.zoom) == ("dark", 110)
    assert kept.last_operator


def test_f1_shows_the_key_card(window: MainWindow, hands: Hands) -> None:
    window.show_keys()
    card = window.findChild(KeyCard)
    assert card is not None
    assert card.isVisible()
    hands.press(card, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_tab_reaches_every_field_and_button_of_a_form(
    window: MainWindow, shell: Shell, hands: Hands
) -> None:
    page = shell.go("member")
    assert isinstance(page, RecordsPage)
    hands.settled(window)
    page.open_form(None)
    wanted: set[QWidget] = {
        widget
        for widget in page.findChildren(QWidget)
        if isinstance(widget, (QLineEdit, QAbstractButton, QComboBox))
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    reached: set[QWidget] = set()
    here: QWidget = page
    for _ in range(500):
        following = here.nextInFocusChain()
        if following is None or following is page:
            break
        reached.add(following)
        here = following
    assert wanted <= reached


@pytest.mark.parametrize("tones", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(tones: Tones) -> None:
    """WCAG 2.1 1.4.3: 4.5 to 1."""
    grounds = (tones.surface, tones.window)
    for text in (tones.text, tones.muted, tones.accent, tones.error, tones.warning, tones.good):
        assert all(_contrast(text, ground) >= 4.5 for ground in grounds), text
    for name in ("error", "warning", "good"):
        assert _contrast(getattr(tones, name), getattr(tones, f"{name}_soft")) >= 4.5, name
    assert _contrast(tones.on_accent, tones.accent) >= 4.5
    assert _contrast(tones.text, tones.accent_soft) >= 4.5


def test_fcitx_is_reached_through_the_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"QT_IM_MODULE": "fcitx5"}
    app.help_fcitx(environment)
    assert environment == {"QT_IM_MODULE": "ibus", "IBUS_USE_PORTAL": "1"}
    untouched = {"QT_IM_MODULE": "ibus"}
    app.help_fcitx(untouched)
    assert untouched == {"QT_IM_MODULE": "ibus"}


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
