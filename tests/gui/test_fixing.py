"""修正台: rows with faults mended by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from collector.gui.main_window import MainWindow
from collector.gui.models import facets
from collector.gui.models.parked import FINDINGS
from collector.gui.pages.fixing import FixingPage
from collector.gui.pages.importing import ImportPage
from collector.gui.shell import Shell
from collector.gui.widgets.discard import DiscardDialog
from collector.gui.widgets.hand_back import HandBackDialog
from collector.gui.widgets.why_card import difference
from collector.model import Kind
from collector.services import handing, importing, made_up
from collector.services.fixing import CellEdit

if TYPE_CHECKING:
    from conftest import Hands

PLANTED = 7


@pytest.fixture
def page(window: MainWindow, shell: Shell, hands: Hands) -> FixingPage:
    found = shell.go("fix")
    assert isinstance(found, FixingPage)
    hands.settled(window)
    hands.until(lambda: found.model.rowCount() > 0)
    return found


def _go_to(page: FixingPage, code: str) -> tuple[int, int]:
    for row, column in page.model.error_cells():
        if page.model.faults_at(row, column)[0].code == code:
            page._go(row, column)
            return row, column
    raise AssertionError(code)


def _editor(page: FixingPage) -> QLineEdit:
    editor = page.ui.grid.findChild(QLineEdit, "cell_editor")
    assert isinstance(editor, QLineEdit)
    return editor


def _right_number(page: FixingPage, row: int) -> str:
    """The made-up member's own number: workbook row 2 holds member 0."""
    held = page.model.rows[row]
    return made_up.resident_number(held.held.table.rows[held.index] - 2)


def test_every_parked_row_stands_there_with_its_faults_marked(page: FixingPage) -> None:
    assert page.model.rowCount() == PLANTED
    cells = list(page.model.error_cells())
    assert len(cells) >= PLANTED
    for row, column in cells:
        assert page.model.index(row, column).data(FINDINGS)


def test_f8_goes_round_through_all_faults_and_shift_f8_back(page: FixingPage, hands: Hands) -> None:
    seen = []
    for _ in range(len(list(page.model.error_cells()))):
        hands.press(page.ui.grid, Qt.Key.Key_F8)
        index = page.ui.grid.currentIndex()
        seen.append((index.row(), index.column()))
    assert sorted(seen) == list(page.model.error_cells())
    hands.press(page.ui.grid, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    index = page.ui.grid.currentIndex()
    assert (index.row(), index.column()) == seen[-2]


def test_the_card_says_why_what_to_do_and_by_which_clause(page: FixingPage) -> None:
    _go_to(page, "resident_id.check_digit")
    assert "校验" in page.ui.sentence.text()
    assert page.ui.advice.text()
    assert "第" in page.ui.place.text()
    assert page.ui.why_mark.text().startswith("✕")


def test_a_row_is_mended_by_keyboard_and_goes_in(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    row, _ = _go_to(page, "resident_id.check_digit")
    parked, right = page.model.rows[row].id, _right_number(page, row)
    members = page.desk.session.store.count(Kind.MEMBER)
    page.ui.grid.setFocus()
    hands.press(page.ui.grid, Qt.Key.Key_Return)
    editor = _editor(page)
    editor.clear()
    hands.type(editor, right)
    hands.press(editor, Qt.Key.Key_Return)
    hands.settled(window)
    hands.until(lambda: page.model.row_of(parked) < 0)
    assert page.desk.session.store.count(Kind.MEMBER) == members + 1
    assert page.model.rowCount() == PLANTED - 1
    assert page.model.faults_at(
        page.ui.grid.currentIndex().row(), page.ui.grid.currentIndex().column()
    ), "the next fault is current"
    assert window.shell is not None
    assert window.shell.buttons["fix"]._count == PLANTED - 1


def test_a_suggestion_says_which_place_it_changes() -> None:
    assert difference("420106", "410106") == "第 2 位 2→1"
    assert difference("420106", "402106") == "第 2、3 位互换"
    assert difference("420106", "410107") == ""
    assert difference("没有", "群众党员") == ""


def test_a_number_key_takes_a_suggestion(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    row, _ = _go_to(page, "resident_id.check_digit")
    parked = page.model.rows[row].id
    offered = [item.value for item in page.why.suggestions]
    assert len(offered) > 1
    page.ui.grid.setFocus()
    hands.press(page.ui.grid, Qt.Key.Key_2)
    hands.settled(window)
    hands.until(lambda: page.model.row_of(parked) < 0)
    assert page.desk.session.store.find(Kind.MEMBER, offered[1]) is not None


def test_a_wrong_edit_stays_parked_and_undo_brings_the_old_text_back(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    row, column = _go_to(page, "phone.format")
    this, field = page.model.rows[row], page.model.fields[column].id
    before = this.text(field)
    page._write([CellEdit(this.id, field, "12")])
    hands.settled(window)
    hands.until(lambda: page.model.rows[page.model.row_of(this.id)].text(field) == "12")
    hands.press(page.ui.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hands.settled(window)
    hands.until(lambda: page.model.rows[page.model.row_of(this.id)].text(field) == before)
    assert not page.ui.undo.isEnabled()


def test_ctrl_enter_writes_to_every_identical_cell(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    rows = page.model.rows[:3]
    page._write([CellEdit(row.id, "new_employment", "没有这一项") for row in rows])
    hands.settled(window)
    hands.until(lambda: sum(r.text("new_employment") == "没有这一项" for r in page.model.rows) == 3)
    row = page.model.row_of(rows[0].id)
    column = page.model.column_of("new_employment")
    page._go(row, column)
    assert "3 个相同" in page.ui.same.text()
    page.ui.grid.setFocus()
    hands.press(page.ui.grid, Qt.Key.Key_Return)
    editor = _editor(page)
    editor.setText("否")
    hands.press(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hands.settled(window)
    hands.until(lambda: not any(r.text("new_employment") == "没有这一项" for r in page.model.rows))


def test_a_facet_narrows_the_rows_and_its_count_is_true(
    page: FixingPage, window: MainWindow
) -> None:
    for facet, _ in facets.FACETS:
        for choice in facets.choices(page._rows, facet, page.desk.session.pack):
            assert len(facets.narrowed(page._rows, choice)) == choice.count
    tree = page.ui.facets
    heading = tree.topLevelItem(1)
    assert heading is not None
    tree.setCurrentItem(heading.child(0))
    assert page.model.rowCount() == int(heading.child(0).text(1))
    assert page.model.rowCount() < PLANTED


def test_all_columns_can_be_shown(page: FixingPage, hands: Hands) -> None:
    few = page.model.columnCount()
    hands.press(page.ui.grid, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert page.model.columnCount() > few


def test_a_row_left_out_needs_a_reason_and_is_gone_from_the_desk(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    page.ui.grid.setFocus()
    hands.press(page.ui.grid, Qt.Key.Key_Delete)
    dialog = page.findChild(DiscardDialog)
    assert dialog is not None
    dialog.ui.accept.click()
    hands.settled(window)
    hands.until(lambda: page.model.rowCount() == PLANTED - 1)


def test_no_fault_left_is_a_green_page_that_says_what_was_checked(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    session = page.desk.session
    ids = [row.id for rows in page._all.values() for row in rows]
    from collector.services import fixing

    page.desk.announce(fixing.discard(session, ids, "重复"))
    hands.settled(window)
    hands.until(lambda: page.ui.views.currentWidget() is page.ui.clean_view)
    assert "0 处差错" in page.ui.clean_title.text()
    assert str(len(session.pack.rules)) in page.ui.clean_text.text()
    assert session.pack.id in page.ui.clean_stamp.text()


def test_lists_of_numbers_to_be_asked_for_go_out_and_come_back(
    page: FixingPage, shell: Shell, hands: Hands, tmp_path: Path
) -> None:
    assert page.ui.supplement.isVisible()
    page.supplement.write(tmp_path)
    hands.until(lambda: shell.desk.jobs.idle and len(list(tmp_path.glob("补录清单_*.xlsx"))) > 1)
    waiting = shell.desk.session.store.parked_count()
    listed = next(path for path in tmp_path.glob("*.xlsx") if "汇总" not in path.name)
    book = openpyxl.load_workbook(listed)
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[3] if cell.value == "正确证件号")
    sheet.cell(4, column).value = made_up.resident_number(5_000)
    book.save(listed)
    page.supplement.take(listed)
    hands.until(lambda: shell.desk.session.store.parked_count() == waiting - 1)
    hands.until(lambda: shell.desk.jobs.idle)


def test_undo_brings_back_the_row_that_had_gone_in(
    page: FixingPage, window: MainWindow, hands: Hands
) -> None:
    session = page.desk.session
    before = session.store.count(Kind.MEMBER)
    row, column = _go_to(page, "phone.format")
    this, field = page.model.rows[row], page.model.fields[column].id
    page._write([CellEdit(this.id, field, "13912345678")])
    hands.settled(window)
    hands.until(lambda: page.model.row_of(this.id) < 0)
    assert session.store.count(Kind.MEMBER) == before + 1
    hands.press(page.ui.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hands.settled(window)
    hands.until(lambda: page.model.row_of(this.id) == row)
    assert session.store.count(Kind.MEMBER) == before


def test_rows_to_be_mended_go_back_to_their_unit_and_come_in_again(
    page: FixingPage, window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    session = page.desk.session
    page.ui.hand_back.click()
    dialog = page.findChild(HandBackDialog)
    assert dialog is not None
    hands.until(lambda: dialog.ui.files.rowCount() > 0)
    assert sum(file.rows for file in dialog.chosen()) == session.store.parked_count()
    first = dialog.ui.files.item(0, 0)
    assert first is not None
    dialog.ui.files.setFocus()
    hands.press(dialog.ui.files, Qt.Key.Key_Space)
    assert len(dialog.chosen()) == dialog.ui.files.rowCount() - 1
    hands.press(dialog.ui.files, Qt.Key.Key_Space)
    wrong = tmp_path / "别的.xlsx"
    wrong.write_bytes(b"made up")
    dialog.take_sources([wrong])
    hands.settled(window)
    assert dialog.sources == {}
    folder = tmp_path / "退回"
    dialog.write(folder)
    hands.settled(window)
    (copy,) = folder.glob("*.xlsx")
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames[-2:] == ["退回说明", "错误清单"]
    for sheet in book.worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.comment and "手机" in cell.comment.text:
                    cell.value = "13912345678"
    book.save(copy)
    waiting = session.store.parked_count()
    done = importing.import_files(session, [copy])
    assert done.staged.back.files
    assert session.store.parked_count() < waiting


def test_the_import_page_says_before_writing_that_a_file_is_a_copy_come_back(
    page: FixingPage, shell: Shell, window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    session = page.desk.session
    (file,) = handing.waiting_files(session)
    (copy,) = handing.hand_back(session, file.batch, tmp_path).copies
    coming = shell.go("import")
    assert isinstance(coming, ImportPage)
    coming.add_files([copy.path])
    hands.settled(window)
    coming.open_chosen()
    hands.settled(window)
    coming.check()
    hands.settled(window)
    if coming.ui.steps.currentWidget() is not coming.ui.preview_step:
        coming._matched(())
        hands.settled(window)
    assert coming.ui.seen_bar.isVisibleTo(coming)
    said = coming.ui.seen.text()
    assert f"第 {file.batch} 批" in said
    assert f"没有改 {file.rows} 行" in said
