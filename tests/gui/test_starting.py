"""The first moments of a process: the unlock page stands before the program is read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette

from collector import places, store
from collector.gui.appearance import Appearance
from collector.settings import Settings
from collector.store import connection, keys

if TYPE_CHECKING:
    from conftest import Template
    from PySide6.QtWidgets import QApplication

_SCRIPT = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from collector.gui import app
heavy = ("collector.store", "sqlcipher3", "cryptography", "collector.packs", "pandas")
told = {}
def window():
    return next(w for w in QApplication.topLevelWidgets() if hasattr(w, "guard"))
def first():
    told["read"] = [name for name in heavy if name in sys.modules]
    told["shown"] = window().isVisible()
    told["user"] = window()._unlock.ui.operator.currentText()
    wait()
def wait():
    page = window()._unlock
    if "collector.gui.shell" in sys.modules and page.ui.operator.count():
        from PySide6.QtCore import Qt
        told["names"] = [page.ui.operator.itemText(at) for at in range(page.ui.operator.count())]
        told["methods"] = page.ui.secret.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        told["guarded"] = window().guard is not None
        told["logged"] = (Path(sys.argv[1]) / "logs").is_dir()
        print(json.dumps(told))
        sys.stdout.flush()
        window().close()
    else:
        QTimer.singleShot(50, wait)
QTimer.singleShot(0, lambda: QTimer.singleShot(0, first))
app.run(Path(sys.argv[1]), ["collector"])
"""


def start(home: Path) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(home)],
        capture_output=True,
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_the_unlock_page_stands_before_the_store_is_read_and_all_follows_by_itself(
    template: Template, tmp_path: Path
) -> None:
    home = tmp_path / "workspace"
    shutil.copytree(template.filled, home)
    told = start(home)
    assert told["shown"]
    assert told["read"] == []
    assert told["names"] == list(store.peek(home).operators)
    assert told["methods"] is False
    assert told["guarded"]
    assert told["logged"]


def test_whether_there_is_a_workspace_is_asked_by_the_stores_own_file_names(
    tmp_path: Path,
) -> None:
    assert not places.has_workspace(tmp_path)
    for name in (keys.FILE_NAME, connection.FILE_NAME):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).touch()
        assert places.has_workspace(folder)
        assert store.exists(folder)


@pytest.mark.parametrize("dark", [True, False])
def test_the_first_picture_is_as_dark_as_the_system_and_then_the_system_is_asked(
    dressed: QApplication, dark: bool
) -> None:
    palette = QPalette(dressed.palette())
    kept = QPalette(palette)
    shade = Qt.GlobalColor.black if dark else Qt.GlobalColor.white
    palette.setColor(QPalette.ColorRole.Window, shade)
    dressed.setPalette(palette)
    try:
        look = Appearance(dressed, Settings(theme="system"))
        assert look.theme.dark is dark
        look.settle()
        scheme = dressed.styleHints().colorScheme()
        assert look.theme.dark is (scheme == Qt.ColorScheme.Dark)
    finally:
        dressed.setPalette(kept)
