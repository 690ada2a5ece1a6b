"""修正台: the keys for replacing, filling down, going somewhere, and doing again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from collector.codes import resident_id
from collector.gui.main_window import MainWindow
from collector.gui.pages.fixing import FixingPage
from collector.gui.shell import Shell
from collector.model import Kind
from collector.services import made_up, waivers

if TYPE_CHECKING:
    from conftest import Hands

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(window: MainWindow, shell: Shell, hands: Hands) -> FixingPage:
    """The members' rows, all columns."""
    found = shell.go("fix")
    assert isinstance(found, FixingPage)
    hands.settled(window)
    found.ui.kinds.setCurrentIndex(found._kinds.index(Kind.MEMBER))
    found.ui.all_columns.setChecked(True)
    found.ui.grid.setFocus()
    return found


def text(page: FixingPage, row: int, field: str) -> str:
    return page.model.rows[row].text(field)


def at(page: FixingPage, row: int, field: str) -> None:
    page._go(row, page.model.column_of(field))


def test_what_was_taken_back_is_done_again(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    number = page.model.rows[0].id
    at(page, 0, "name")
    hands.press(page.ui.grid, Qt.Key.Key_Y, CTRL)
    page._edited(number, "name", "赵虚构")
    hands.settled(window)
    assert text(page, page.model.row_of(number), "name") == "赵虚构"
    page.ui.grid.setFocus()
    hands.press(page.ui.grid, Qt.Key.Key_Z, CTRL)
    hands.settled(window)
    assert text(page, page.model.row_of(number), "name") != "赵虚构"
    hands.press(page.ui.grid, Qt.Key.Key_Y, CTRL)
    hands.settled(window)
    assert text(page, page.model.row_of(number), "name") == "赵虚构"
    hands.press(page.ui.grid, Qt.Key.Key_Y, CTRL)
    hands.settled(window)
    assert not window.desk.session.redo


def test_an_edit_ends_what_could_be_done_again(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    number = page.model.rows[0].id
    page._edited(number, "name", "赵虚构")
    hands.settled(window)
    page.undo()
    hands.settled(window)
    assert len(window.desk.session.redo) == 1
    page._edited(number, "name", "钱虚构")
    hands.settled(window)
    assert window.desk.session.redo == []


def test_the_cell_above_is_filled_down(page: FixingPage, window: MainWindow, hands: Hands) -> None:
    rows = [row.id for row in page.model.rows]
    above = text(page, 0, "join_date")
    at(page, 1, "join_date")
    page._edited(rows[1], "join_date", "")
    hands.settled(window)
    at(page, page.model.row_of(rows[1]), "join_date")
    assert page.model.row_of(rows[1]) == 1
    page.ui.grid.setFocus()
    hands.press(page.ui.grid, Qt.Key.Key_D, CTRL)
    hands.settled(window)
    assert text(page, page.model.row_of(rows[1]), "join_date") == above


def test_a_column_is_replaced_in_the_rows_shown_and_nowhere_else(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    old = text(page, 0, "political_status")
    same = [row.id for row in page.model.rows if row.text("political_status") == old]
    assert len(same) > 1
    page.model.show(Kind.MEMBER, page.model.rows[:-1], True)
    left_out = page._rows[-1].id
    at(page, 0, "political_status")
    hands.press(page.ui.grid, Qt.Key.Key_H, CTRL)
    assert page.bar.isVisible()
    assert page.bar.first.text() == old
    hands.type(page.bar.second, "中共党员")
    assert page.bar.said.text().startswith(f"{len(set(same) - {left_out})}")
    hands.press(page.bar.second, Qt.Key.Key_Return)
    hands.settled(window)
    assert not page.bar.isVisible()
    for row in page._rows:
        if row.id in same:
            wanted = old if row.id == left_out else "中共党员"
            assert row.text("political_status") == wanted


def test_a_part_of_a_text_is_replaced_only_when_asked(page: FixingPage, hands: Hands) -> None:
    at(page, 0, "phone")
    hands.press(page.ui.grid, Qt.Key.Key_H, CTRL)
    page.bar.first.setText("139")
    page.bar.second.setText("138")
    assert page.bar.edits() == []
    assert not page.bar.act.isEnabled()
    page.bar.whole.setChecked(False)
    edits = page.bar.edits()
    assert edits
    assert all(edit.value.startswith("138") for edit in edits)
    hands.press(page.bar.first, Qt.Key.Key_Escape)
    assert not page.bar.isVisible()
    hands.until(page.ui.grid.hasFocus)


def test_a_row_and_a_column_are_gone_to(page: FixingPage, hands: Hands) -> None:
    at(page, 0, "name")
    hands.press(page.ui.grid, Qt.Key.Key_G, CTRL)
    row = page.model.rows[-1]
    number = row.held.table.rows[row.index]
    hands.type(page.bar.first, f"{number} ")
    hands.type(page.bar.first, "联系")
    hands.press(page.bar.first, Qt.Key.Key_Return)
    here = page.ui.grid.currentIndex()
    assert page.model.fields[here.column()].id == "phone"
    found = page.model.rows[here.row()]
    assert found.held.table.rows[found.index] == number
    hands.press(page.ui.grid, Qt.Key.Key_G, CTRL)
    hands.type(page.bar.first, "99999")
    assert not page.bar.act.isEnabled()
    assert page.bar.said.text()


def test_f2_keeps_why_a_warning_is_right_and_never_lets_an_error_pass(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    row, column = next(iter(page.model.error_cells()))
    page._go(row, column)
    hands.press(page.ui.grid, Qt.Key.Key_F2)
    assert not page.bar.isVisible()
    number = page.model.rows[0].id
    page._edited(number, "id_number", odd_number())
    hands.settled(window)
    at = page.model.row_of(number)
    page._go(at, page.model.column_of("id_number"))
    assert page.model.faults_at(at, page.model.column_of("id_number"))[0].severity == "warning"
    page.ui.grid.setFocus()
    hands.press(page.ui.grid, Qt.Key.Key_F2)
    assert page.bar.isVisible()
    assert not page.bar.act.isEnabled()
    hands.type(page.bar.first, "已对照户口簿")
    hands.press(page.bar.first, Qt.Key.Key_Return)
    hands.settled(window)
    assert "已对照户口簿" in page.ui.others.text()
    (given,) = waivers.of_parked(page.desk.session).values()
    assert (given.parked, given.field) == (number, "id_number")


def odd_number() -> str:
    first = "999999" + made_up.resident_number(3)[6:17]
    return first + resident_id.check_digit(first)
