"""查重: two that may be one, side by side, decided by one key."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest

from collector.gui.main_window import MainWindow
from collector.gui.pages.duplicates import DuplicatesPage
from collector.gui.shell import Shell
from collector.model import Changes, Kind, Status
from collector.services import duplicates, importing, made_up
from collector.services import session as sessions
from collector.services.session import Session
from collector.sheets import writing

if TYPE_CHECKING:
    from conftest import Hands, OpenWindow, Template

AGAIN = 4
"""members who come again from another unit and union"""


@pytest.fixture(scope="module")
def doubled(template: Template, passphrase: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with sound members, some of whom came again; made once, copied for each test."""
    home = tmp_path_factory.mktemp("doubled") / "workspace"
    shutil.copytree(template.empty, home)
    session = sessions.unlock(home, passphrase)
    importing.import_files(session, [template.good])
    people = made_up.make(session.pack, 60)
    second = made_up.make(session.pack, 2, units=2)
    for kind in (Kind.UNIT, Kind.UNION):
        del second.records[kind][0]
    members = people.records[Kind.MEMBER][20 : 20 + AGAIN]
    for member in members:
        for kind, code, name in (
            (Kind.UNIT, "unit_code", "unit_name"),
            (Kind.UNION, "union_code", "union_name"),
        ):
            member[code] = second.records[kind][0]["uscc"]
            member[name] = second.records[kind][0]["name"]
    second.records[Kind.MEMBER] = members
    source = writing.TableSource(second.tables())
    books = writing.write_workbooks(session.pack, source, home.parent / "books")
    importing.import_files(session, books)
    session.close()
    return home


@pytest.fixture
def locked(doubled: Path, tmp_path: Path, open_window: OpenWindow) -> MainWindow:
    home = tmp_path / "workspace"
    shutil.copytree(doubled, home)
    return open_window(home)


@pytest.fixture
def page(window: MainWindow, shell: Shell, hands: Hands) -> DuplicatesPage:
    shell.desk.announce(Changes(batches=True, parked=True))
    hands.settled(window)
    found = shell.go("duplicates")
    assert isinstance(found, DuplicatesPage)
    hands.settled(window)
    assert found.found is not None
    return found


@pytest.fixture
def session(shell: Shell) -> Session:
    return shell.desk.session


def stored(session: Session, number: int) -> str:
    record = session.store.get(Kind.MEMBER, number)
    assert record is not None
    return record.values["union_code"]


def test_an_import_fills_the_queue_by_itself_and_the_rail_counts_it(
    page: DuplicatesPage, shell: Shell
) -> None:
    assert page.pairs.rowCount() == AGAIN
    assert page.ui.groups.topLevelItemCount() == 1
    assert shell.buttons["duplicates"].accessibleName() == f"查重，{AGAIN} 条"
    assert page.ui.fields.hasFocus()
    assert page.ui.across_bar.isVisibleTo(page)
    assert page.model.lines[0].differs
    assert page.model.data(page.model.index(0, 0)).startswith("≠")


def test_what_the_page_itself_finds_is_counted_on_the_rail(
    window: MainWindow, shell: Shell, hands: Hands
) -> None:
    page = shell.go("duplicates")
    assert isinstance(page, DuplicatesPage)
    page.look_again(full=True)
    hands.until(lambda: shell.buttons["duplicates"].accessibleName() == f"查重，{AGAIN} 条")


def test_numbers_are_masked_but_while_the_key_is_held(page: DuplicatesPage) -> None:
    row = next(i for i, line in enumerate(page.model.lines) if line.field == "id_number")
    number = page.model.lines[row].stored
    cell = page.model.index(row, 1)
    assert number not in page.model.data(cell)
    QTest.keyPress(page.ui.fields, Qt.Key.Key_V)
    assert page.model.data(cell) == number
    QTest.keyRelease(page.ui.fields, Qt.Key.Key_V)
    assert number not in page.model.data(cell)


def test_one_key_keeps_the_stored_one_and_shows_the_next(
    page: DuplicatesPage, session: Session, window: MainWindow, hands: Hands
) -> None:
    assert page.found is not None
    first, before = page.found.item, stored(session, page.found.item.first)
    hands.press(page.ui.fields, Qt.Key.Key_1)
    hands.settled(window)
    assert stored(session, first.first) == before
    assert page.pairs.rowCount() == AGAIN - 1
    assert page.found is not None
    assert page.found.item.id != first.id


def test_the_new_one_is_taken_as_a_transfer_on_the_day_typed(
    page: DuplicatesPage, session: Session, window: MainWindow, hands: Hands
) -> None:
    assert page.found is not None
    number = page.found.item.first
    page.ui.transfer_date.clear()
    hands.type(page.ui.transfer_date, "2024-03-01")
    hands.press(page.ui.fields, Qt.Key.Key_2)
    hands.settled(window)
    record = session.store.get(Kind.MEMBER, number)
    assert record is not None
    assert record.values["change_date"] == "2024-03-01"
    assert record.values["union_name"].startswith("虚构第2单位")
    page.ui.transfer_date.setText("2999-01-01")
    hands.press(page.ui.fields, Qt.Key.Key_2)
    hands.settled(window)
    assert "接转日期" in page.ui.date_fault.text()
    assert page.pairs.rowCount() == AGAIN - 1


def test_a_merge_takes_the_side_turned_by_the_space_bar(
    page: DuplicatesPage, session: Session, window: MainWindow, hands: Hands
) -> None:
    assert page.found is not None
    number, new = page.found.item.first, page.found.new.values
    fields = page.ui.fields
    hands.press(fields, Qt.Key.Key_3)
    row = next(i for i, line in enumerate(page.model.lines) if line.field == "union_code")
    fields.setCurrentIndex(page.model.index(row, 0))
    assert page.model.data(page.model.index(row, 1)).startswith("●")
    hands.press(fields, Qt.Key.Key_Space)
    assert page.model.data(page.model.index(row, 2)).startswith("●")
    hands.press(fields, Qt.Key.Key_Return)
    hands.settled(window)
    record = session.store.get(Kind.MEMBER, number)
    assert record is not None
    assert record.values["union_code"] == new["union_code"]
    assert record.values["unit_code"] != new["unit_code"]


def test_the_note_for_the_other_unit_asks_for_a_printer_and_decides_nothing(
    page: DuplicatesPage, session: Session, hands: Hands
) -> None:
    waiting = duplicates.waiting(session)
    hands.click(page.ui.note)
    dialog = page.findChild(QPrintDialog)
    assert isinstance(dialog, QPrintDialog)
    sheet = page.findChild(QTextDocument)
    assert isinstance(sheet, QTextDocument)
    assert "会员登记协调单" in sheet.toPlainText()
    dialog.reject()
    assert duplicates.waiting(session) == waiting


def test_escape_leaves_a_merge_and_nothing_is_done(
    page: DuplicatesPage, session: Session, hands: Hands
) -> None:
    head = session.store.journal_head()
    hands.press(page.ui.fields, Qt.Key.Key_3)
    assert page.ui.ask.isVisibleTo(page)
    hands.press(page.ui.fields, Qt.Key.Key_Escape)
    assert not page.ui.ask.isVisibleTo(page)
    assert page.model.sides is None
    assert session.store.journal_head() == head


def test_all_of_a_kind_are_asked_about_in_the_page_and_taken_back_together(
    page: DuplicatesPage, session: Session, window: MainWindow, hands: Hands
) -> None:
    parked = session.store.parked_count()
    hands.press(page.ui.fields, Qt.Key.Key_A)
    hands.press(page.ui.fields, Qt.Key.Key_1)
    assert str(AGAIN) in page.ui.ask_text.text()
    assert duplicates.waiting(session) == AGAIN
    hands.press(page.ui.fields, Qt.Key.Key_Return)
    hands.settled(window)
    assert duplicates.waiting(session) == 0
    assert session.store.parked_count() == parked - AGAIN
    assert page.ui.views.currentWidget() is page.ui.clean_view
    page.ui.clean_undo.setFocus()
    hands.press(page.ui.clean_undo, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hands.settled(window)
    assert duplicates.waiting(session) == AGAIN
    assert session.store.parked_count() == parked


def test_one_number_as_two_people_is_explained_and_stays_parked(
    page: DuplicatesPage, session: Session, shell: Shell, window: MainWindow, hands: Hands
) -> None:
    parked = session.store.parked_count()
    hands.press(page.ui.fields, Qt.Key.Key_4)
    hands.settled(window)
    assert "一个号码不会是两个人的" in shell.toast.text()
    assert session.store.parked_count() == parked
    assert page.pairs.rowCount() == AGAIN - 1


def test_what_is_put_off_goes_to_the_end_and_f8_goes_round(
    page: DuplicatesPage, window: MainWindow, hands: Hands
) -> None:
    first = page.pairs.ids[0]
    hands.press(page.ui.fields, Qt.Key.Key_0)
    hands.settled(window)
    assert page.pairs.ids[-1] == first
    page.ui.pairs.setCurrentIndex(page.pairs.index(0))
    for _ in range(AGAIN):
        hands.press(page.ui.fields, Qt.Key.Key_F8)
    hands.settled(window)
    assert page.ui.pairs.currentIndex().row() == 0


def test_two_records_show_their_reason_and_one_becomes_inactive(
    page: DuplicatesPage, session: Session, window: MainWindow, hands: Hands
) -> None:
    record = session.store.get(Kind.MEMBER, 40)
    assert record is not None
    session.store.save(
        Kind.MEMBER,
        {**record.values, "id_number": made_up.resident_number(500_000)},
        operator="",
        pack=record.pack,
    )
    page.enter(None)
    hands.settled(window)
    assert page.ui.groups.topLevelItemCount() == 2
    other = page.ui.groups.topLevelItem(1)
    assert other.text(0) == "姓名和手机号都相同"
    page.ui.groups.setCurrentItem(other)
    hands.settled(window)
    assert page.found is not None
    number = page.found.item.second
    hands.press(page.ui.fields, Qt.Key.Key_1)
    hands.settled(window)
    gone = session.store.get(Kind.MEMBER, number)
    assert gone is not None
    assert gone.status is Status.INACTIVE


def test_a_merge_that_would_leave_a_fault_is_refused_in_the_page_and_nothing_is_lost(
    page: DuplicatesPage, session: Session, window: MainWindow, hands: Hands
) -> None:
    record = session.store.get(Kind.MEMBER, 40)
    assert record is not None
    number = record.values["id_number"]
    wrong = {**record.values, "id_number": number[:16] + "00", "phone": "1"}
    session.store.save(Kind.MEMBER, wrong, operator="", pack=record.pack)
    page.enter(None)
    hands.settled(window)
    page.ui.groups.setCurrentItem(page.ui.groups.topLevelItem(1))
    hands.settled(window)
    fields = page.ui.fields
    hands.press(fields, Qt.Key.Key_3)
    row = next(i for i, line in enumerate(page.model.lines) if line.field == "phone")
    fields.setCurrentIndex(page.model.index(row, 0))
    hands.press(fields, Qt.Key.Key_Space)
    hands.press(fields, Qt.Key.Key_Return)
    hands.settled(window)
    assert page.ui.ask.isVisibleTo(page)
    assert "会有差错" in page.ui.ask_text.text()
    after = session.store.get(Kind.MEMBER, 40)
    assert after is not None
    assert after.values == record.values
    hands.press(fields, Qt.Key.Key_Escape)
    assert not page.ui.ask.isVisibleTo(page)


def test_a_workspace_without_duplicates_shows_the_green_page(
    empty_window: MainWindow, hands: Hands
) -> None:
    assert empty_window.shell is not None
    page = empty_window.shell.go("duplicates")
    assert isinstance(page, DuplicatesPage)
    hands.settled(empty_window)
    assert page.ui.views.currentWidget() is page.ui.clean_view
    assert page.ui.clean_card.property("tone") == "good"
