"""Pictures of the real window on made-up people, for README and for looking at a change.

``python packaging/screenshots.py [TARGET] [--all]``: three pages for README, or with ``--all``
every page in light and dark and at 150 and 200 %, with the first run and the lock, a pair to
compare, what another province's template lacks, a workbook to learn, and a folder of files.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HOME"] = "/home/caiji"  # pictures show no folder of the machine they are made on

from openpyxl import Workbook
from PySide6.QtWidgets import QApplication

from collector import packs
from collector.gui import shell
from collector.gui.app import make_application
from collector.gui.appearance import Appearance
from collector.gui.main_window import MainWindow
from collector.gui.pages.duplicates import DuplicatesPage
from collector.gui.pages.importing import ImportPage
from collector.gui.pages.learning import LearningPage
from collector.model import Kind
from collector.services import demonstration, importing, made_up
from collector.services.session import Session, init_workspace, unlock
from collector.settings import Settings
from collector.sheets import writing

ROOT = Path(__file__).resolve().parent.parent
README_PAGES = ("home", "fix", "submit")
PASSPHRASE = "made-up passphrase 1"
OTHER_PACK = "hainan-2019"
"""by its template the made-up records lack something"""
PATIENCE = 20.0
"""seconds a page may take to settle"""


def workspace(home: Path, doubled: bool) -> Session:
    """A county's workspace: members from a workbook with planted errors, some twice if wanted."""
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
    if doubled:
        importing.import_files(made.session, twice(pack, home.parent / "twice"))
    return made.session


def twice(pack: packs.Pack, folder: Path) -> list[Path]:
    """Members who come again from another unit and union."""
    members = made_up.make(pack, 60).records[Kind.MEMBER][20:24]
    other = made_up.make(pack, 9, units=9)
    for kind, code, name in (
        (Kind.UNIT, "unit_code", "unit_name"),
        (Kind.UNION, "union_code", "union_name"),
    ):
        del other.records[kind][:-1]
        for member in members:
            member[code] = other.records[kind][0]["uscc"]
            member[name] = other.records[kind][0]["name"]
    other.records[Kind.MEMBER] = members
    return writing.write_workbooks(pack, writing.TableSource(other.tables()), folder)


def folder_of_files(pack: packs.Pack, folder: Path) -> Path:
    """What units send: a workbook each, two with errors, and one that is none."""
    for number in range(1, 9):
        people = made_up.make(pack, 6 * number, units=3)
        if number in (2, 5):
            demonstration.plant(pack, people)
        unit = folder / f"虚构第{number}单位"
        writing.write_workbooks(pack, writing.TableSource(people.tables()), unit)
    (folder / "打不开的表.xlsx").write_bytes(b"PK")
    return folder


def template(path: Path) -> Path:
    """A province's blank workbook with two columns nobody knows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    page = book.create_sheet("会员信息")
    page.append(["虚构省工会会员信息采集表"])
    page.append(["*姓名", "*身份证号", "联系电话", "最喜欢的活动", "工号", "*所属工会"])
    book.save(path)
    return path


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


def filled(window: MainWindow, target: Path, work: Path, tail: str = "") -> None:
    """The pages that need something done before there is anything to see on them."""
    assert window.shell is not None
    go = window.shell.go

    def taken(name: str) -> None:
        picture(window, target / f"{name}{tail}.png")

    pair = go("duplicates")
    assert isinstance(pair, DuplicatesPage)
    pair.look_again(full=True)
    taken("duplicates-pair")
    go("missing", OTHER_PACK)
    taken("missing-other-template")
    learning = go("learn")
    assert isinstance(learning, LearningPage)
    learning.pane.open([work / "本省表样.xlsx"])
    taken("learn-table")
    board = go("import", [work / "received"])
    assert isinstance(board, ImportPage)
    settle(window)
    board.open_chosen()
    settle(window)
    taken("import-labels")
    if board.ui.steps.currentWidget() is board.ui.values_step:
        board.ui.values_step.ui.go_on.click()
    taken("import-folder")


def every_look(window: MainWindow, look: Appearance, target: Path, work: Path) -> None:
    """Each page in light, in dark, and large."""
    every = tuple(entry.name for entry in shell.ENTRIES)
    looks: tuple[tuple[str, Callable[[], None]], ...] = (
        ("", lambda: None),
        ("-dark", lambda: look.set_mode("dark")),
        ("-large", lambda: enlarge(window, look, 150)),
        ("-largest", lambda: enlarge(window, look, 200)),
    )
    for tail, dress in looks:
        dress()
        pages(window, target, every, tail)
        filled(window, target, work, tail)


def enlarge(window: MainWindow, look: Appearance, zoom: int) -> None:
    """On the small screen that most offices have."""
    look.set_mode("light")
    window.resize(1366, 768)
    while look.theme.zoom < zoom:
        look.zoom(1)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("target", nargs="?", type=Path, default=ROOT / "docs" / "screenshots")
    asked.add_argument("--all", action="store_true")
    given = asked.parse_args()
    application = make_application(["screenshots"])
    look = Appearance(application, Settings(theme="light", auto_lock_minutes=0))
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "workspace"
        workspace(home, given.all).close()
        window = MainWindow(home, look)
        window.resize(1280, 800)
        window.show()
        if given.all:
            picture(window, given.target / "unlock.png")
        window.enter(unlock(home, PASSPHRASE))
        if given.all:
            folder_of_files(packs.load("hubei-2023"), home.parent / "received")
            template(home.parent / "本省表样.xlsx")
            every_look(window, look, given.target, home.parent)
        else:
            pages(window, given.target, README_PAGES)
        window.close()
        if given.all:
            first = MainWindow(Path(name) / "new", look)
            first.resize(1280, 800)
            first.show()
            picture(first, given.target / "first-run.png")
            first.close()


if __name__ == "__main__":
    main()
