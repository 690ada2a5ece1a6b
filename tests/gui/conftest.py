"""The real window over a real workspace: what every window test shares."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent


def _forms() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "compile_forms", ROOT / "packaging" / "compile_forms.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_forms().compile_stale()  # before the first page is imported

from collector import packs, store
from collector.gui.app import load_font, load_words
from collector.gui.appearance import Appearance
from collector.gui.main_window import MainWindow
from collector.gui.shell import Shell
from collector.services import demonstration, identities, importing, made_up
from collector.services import session as sessions
from collector.settings import Settings
from collector.sheets import writing

PASSPHRASE = "made-up passphrase 1"
OPERATOR = "虚构采集员"
MEMBERS = 60
PATIENCE = 20_000
"""milliseconds a test waits for what must come, on a busy machine"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A warning of Qt's fails the test, but for what the offscreen platform cannot do."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore("^This plugin does not support", extend=True))


@dataclass(frozen=True)
class Template:
    """A workspace made once and copied for each test, and the workbooks it came from."""

    empty: Path
    filled: Path
    """units, unions and sound members imported; seven faulty rows parked"""
    good: Path
    bad: Path
    recovery_code: str


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("template")
    empty, filled = folder / "empty", folder / "filled"
    # of no strength: fifty tests unlock it
    created = store.create(
        empty,
        PASSPHRASE,
        OPERATOR,
        {
            sessions.PACK_SETTING: "hubei-2023",
            sessions.UNIT_SETTING: "虚构县总工会",
            sessions.UNIT_CODE_SETTING: made_up.union_code(900_000),
        },
        kdf=store.KdfCost(64, 1, 1),
    )
    identities.make_trial(
        created.store,
        folder / "trial",
        "虚构县总工会",
        made_up.union_code(900_000),
        OPERATOR,
        datetime.now(UTC),
    )
    created.store.close()
    pack = packs.load("hubei-2023")
    books: list[Path] = []
    for name, planted in (("good", False), ("bad", True)):
        people = made_up.make(pack, MEMBERS)
        if planted:
            demonstration.plant(pack, people)
        target = folder / name
        target.mkdir()
        written = writing.write_workbooks(pack, writing.TableSource(people.tables()), target)
        assert len(written) == 1
        books.append(written[0])
    shutil.copytree(empty, filled)
    session = sessions.unlock(filled, PASSPHRASE)
    importing.import_files(session, [books[1]])
    session.close()
    return Template(empty, filled, books[0], books[1], created.recovery_code)


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """As ``make_application`` makes it; once, as in the program."""
    qapp.setStyle("Fusion")
    load_font(qapp)
    load_words(qapp)
    return qapp


@pytest.fixture
def look(dressed: QApplication) -> Appearance:
    return Appearance(dressed, Settings(theme="light", auto_lock_minutes=5))


@dataclass(frozen=True)
class Hands:
    """What a person at the keyboard does."""

    bot: QtBot

    def type(self, widget: QWidget, text: str) -> None:
        """Typed by the input method: QTest's own keyClicks aborts on Chinese."""
        widget.setFocus()
        if text.isascii():
            QTest.keyClicks(widget, text)
            return
        commit = QInputMethodEvent()
        commit.setCommitString(text)
        QApplication.sendEvent(widget, commit)

    def press(
        self,
        widget: QWidget,
        key: Qt.Key,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        QTest.keyClick(widget, key, held)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def until(self, come: Callable[[], bool]) -> None:
        self.bot.waitUntil(come, timeout=PATIENCE)

    def settled(self, window: MainWindow) -> None:
        """Every job has ended and what it led to is shown."""
        self.until(lambda: window.jobs.idle)
        QApplication.processEvents()
        self.until(lambda: window.jobs.idle)

    def failure(self) -> QMessageBox:
        """The dialog that tells of a failure."""
        found: list[QMessageBox] = []

        def come() -> bool:
            found[:] = [
                box
                for box in QApplication.topLevelWidgets()
                if isinstance(box, QMessageBox) and box.isVisible()
            ]
            return bool(found)

        self.until(come)
        return found[0]


@pytest.fixture
def hands(qtbot: QtBot) -> Hands:
    return Hands(qtbot)


OpenWindow = Callable[[Path], MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, look: Appearance) -> Iterator[OpenWindow]:
    windows: list[MainWindow] = []

    def opened(home: Path) -> MainWindow:
        window = MainWindow(home, look)
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        return window

    yield opened
    for window in windows:
        window.close()


@pytest.fixture
def locked(template: Template, tmp_path: Path, open_window: OpenWindow) -> MainWindow:
    """The window of a workspace with records, asking for the passphrase."""
    home = tmp_path / "workspace"
    shutil.copytree(template.filled, home)
    return open_window(home)


@pytest.fixture
def window(locked: MainWindow, hands: Hands) -> MainWindow:
    """The window of a workspace with records and parked rows, unlocked."""
    return unlocked(locked, hands)


@pytest.fixture
def empty_window(
    template: Template, tmp_path: Path, open_window: OpenWindow, hands: Hands
) -> MainWindow:
    """The window of a workspace without a record, unlocked."""
    home = tmp_path / "workspace"
    shutil.copytree(template.empty, home)
    return unlocked(open_window(home), hands)


def unlocked(window: MainWindow, hands: Hands) -> MainWindow:
    page = window._unlock
    assert page is not None
    hands.type(page.ui.secret, PASSPHRASE)
    hands.press(page.ui.secret, Qt.Key.Key_Return)
    hands.until(lambda: window.shell is not None)
    hands.settled(window)
    return window


@pytest.fixture
def shell(window: MainWindow) -> Shell:
    assert window.shell is not None
    return window.shell


@pytest.fixture(scope="session")
def passphrase() -> str:
    return PASSPHRASE
