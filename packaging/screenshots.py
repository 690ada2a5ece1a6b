"""Pictures of the real window on made-up people, for README and for looking at a change.

``python packaging/screenshots.py [TARGET] [--all]``: three pages for README, or with ``--all``
every page in light and dark and at 150 %, with the first run and the lock.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HOME"] = "/home/caiji"  # pictures show no folder of the machine they are made on

from PySide6.QtWidgets import QApplication

from collector import packs
from collector.gui import shell
from collector.gui.app import make_application
from collector.gui.appearance import Appearance
from collector.gui.main_window import MainWindow
from collector.services import demonstration, importing, made_up
from collector.services.session import Session, init_workspace, unlock
from collector.settings import Settings
from collector.sheets import writing

ROOT = Path(__file__).resolve().parent.parent
README_PAGES = ("home", "fix", "submit")
PASSPHRASE = "made-up passphrase 1"
PATIENCE = 20.0
"""seconds a page may take to settle"""


def workspace(home: Path) -> Session:
    """A county's workspace: members imported from a workbook with planted errors."""
    pack = packs.load("hubei-2023")
    made = init_workspace(
        home, PASSPHRASE, pack.id, "虚构采集员", "虚构县总工会", made_up.union_code(900_000)
    )
    people = made_up.make(pack, 400)
    demonstration.plant(pack, people)
    folder = home.parent / "filled"
    folder.mkdir()
    books = writing.write_workbooks(pack, writing.TableSource(people.tables()), folder)
    importing.import_files(made.session, books)
    return made.session


def settle(window: MainWindow) -> None:
    """Let every job end and what follows it be drawn."""
    until = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < 10 and time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.02)
        quiet = quiet + 1 if window.jobs.idle else 0


def picture(window: MainWindow, path: Path) -> None:
    settle(window)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not window.grab().save(str(path)):
        raise SystemExit(f"not written: {path}")
    print(path)


def pages(window: MainWindow, target: Path, names: tuple[str, ...], tail: str = "") -> None:
    assert window.shell is not None
    for name in names:
        window.shell.go(name)
        picture(window, target / f"{name}{tail}.png")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("target", nargs="?", type=Path, default=ROOT / "docs" / "screenshots")
    asked.add_argument("--all", action="store_true")
    given = asked.parse_args()
    application = make_application(["screenshots"])
    look = Appearance(application, Settings(theme="light", auto_lock_minutes=0))
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "workspace"
        workspace(home).close()
        window = MainWindow(home, look)
        window.resize(1280, 800)
        window.show()
        if given.all:
            picture(window, given.target / "unlock.png")
        window.enter(unlock(home, PASSPHRASE))
        every = tuple(entry.name for entry in shell.ENTRIES)
        pages(window, given.target, every if given.all else README_PAGES)
        if given.all:
            look.set_mode("dark")
            pages(window, given.target, every, "-dark")
            look.set_mode("light")
            window.resize(1366, 768)
            for _ in range(3):
                look.zoom(1)
            pages(window, given.target, every, "-large")
        window.close()
        if given.all:
            first = MainWindow(Path(name) / "new", look)
            first.resize(1280, 800)
            first.show()
            picture(first, given.target / "first-run.png")
            first.close()


if __name__ == "__main__":
    main()
