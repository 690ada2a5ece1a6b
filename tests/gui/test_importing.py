"""导入: files in, columns matched, outcomes previewed and written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from collector import packs
from collector.gui.main_window import MainWindow
from collector.gui.pages.importing import ImportPage
from collector.gui.widgets.remembered import RememberedDialog
from collector.gui.widgets.undo_import import UndoImportDialog
from collector.model import Kind, Outcome
from collector.services import inbox, layouts, made_up, value_matching

if TYPE_CHECKING:
    from conftest import Hands, Template


@pytest.fixture
def page(empty_window: MainWindow) -> ImportPage:
    assert empty_window.shell is not None
    found = empty_window.shell.go("import")
    assert isinstance(found, ImportPage)
    return found


def _open(page: ImportPage, window: MainWindow, hands: Hands, *files: Path) -> None:
    page.add_files(list(files))
    hands.click(page.ui.open)
    hands.settled(window)


def test_a_good_workbook_goes_in_and_the_counts_add_up(
    page: ImportPage, empty_window: MainWindow, hands: Hands, template: Template
) -> None:
    _open(page, empty_window, hands, template.good)
    assert page.ui.steps.currentWidget() is page.ui.match_step
    hands.click(page.ui.check)
    hands.settled(empty_window)
    assert page.ui.steps.currentWidget() is page.ui.preview_step
    staged = page.staged
    assert staged is not None
    assert page.desk.session.store.count(Kind.MEMBER) == 0
    assert sum(staged.counts.values()) == staged.rows
    assert staged.counts[Outcome.PARKED] == 0
    hands.click(page.ui.commit)
    hands.settled(empty_window)
    assert page.ui.steps.currentWidget() is page.ui.result_step
    assert page.desk.session.store.count(Kind.MEMBER) == 60
    assert f"新增 {staged.rows:,}" in page.ui.result_text.text()
    assert page.ui.to_fix.isHidden()


def test_faulty_rows_are_announced_before_writing_and_parked_by_it(
    page: ImportPage, empty_window: MainWindow, hands: Hands, template: Template
) -> None:
    _open(page, empty_window, hands, template.bad)
    hands.click(page.ui.check)
    hands.settled(empty_window)
    assert page.ui.steps.currentWidget() is page.ui.values_step
    hands.click(page.ui.values_step.ui.go_on)
    assert page.ui.steps.currentWidget() is page.ui.preview_step
    assert page.ui.parked_count.text() == "7"
    assert page.ui.faults.rowCount() >= 7
    hands.click(page.ui.commit)
    hands.settled(empty_window)
    assert page.desk.session.store.parked_count(None, None) == 7
    hands.click(page.ui.to_fix)
    hands.settled(empty_window)
    assert empty_window.shell is not None
    assert empty_window.shell.ui.pages.currentWidget() is empty_window.shell.pages["fix"]
    assert empty_window.shell.buttons["fix"]._count == 7


def test_the_same_file_again_is_recognised_and_changes_nothing(
    window: MainWindow, hands: Hands, template: Template
) -> None:
    assert window.shell is not None
    page = window.shell.go("import")
    assert isinstance(page, ImportPage)
    _open(page, window, hands, template.bad)
    hands.click(page.ui.check)
    hands.settled(window)
    hands.click(page.ui.values_step.ui.go_on)
    assert not page.ui.seen_bar.isHidden()
    assert page.staged is not None
    assert page.staged.counts[Outcome.ADDED] == 0


def test_what_is_no_workbook_is_refused_with_a_sentence_and_nothing_is_written(
    page: ImportPage, empty_window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    wrong = tmp_path / "报名表.xlsx"
    wrong.write_bytes(b"this is no workbook at all")
    _open(page, empty_window, hands, wrong)
    box = hands.failure()
    assert box.text()
    assert "workbook." in box.informativeText()
    box.close()
    assert page.ui.steps.currentWidget() is page.ui.choose_step


def test_a_column_with_an_unknown_header_is_matched_by_hand(
    page: ImportPage, empty_window: MainWindow, hands: Hands, template: Template, tmp_path: Path
) -> None:
    book = load_workbook(template.good)
    sheet = book["会员"]
    place = next(cell for cell in sheet[1] if cell.value == "姓名")
    place.value = "甲乙丙丁"
    changed = tmp_path / "改过表头.xlsx"
    book.save(changed)
    _open(page, empty_window, hands, changed)
    row = next(
        row
        for row in range(page.ui.sheets.count())
        if page.ui.sheets.item(row).text().startswith("会员\n")
    )
    page.ui.sheets.setCurrentRow(row)
    assert "姓名" in page.ui.missing.text()
    line = next(
        line
        for line in range(page.ui.columns.rowCount())
        if page.ui.columns.item(line, 1).text() == "甲乙丙丁"
    )
    combo = page.ui.columns.cellWidget(line, 3)
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(combo.findText("姓名 *"))
    assert page.ui.missing_bar.isHidden()
    hands.click(page.ui.check)
    hands.settled(empty_window)
    assert page.staged is not None
    assert page.staged.counts[Outcome.PARKED] == 0


def test_a_sheet_can_be_left_out(
    page: ImportPage, empty_window: MainWindow, hands: Hands, template: Template
) -> None:
    _open(page, empty_window, hands, template.good)
    row = next(
        row
        for row in range(page.ui.sheets.count())
        if page.ui.sheets.item(row).text().startswith("会员\n")
    )
    page.ui.sheets.setCurrentRow(row)
    page.ui.spec.setCurrentIndex(0)
    hands.click(page.ui.check)
    hands.settled(empty_window)
    assert page.staged is not None
    assert all(table.kind is not Kind.MEMBER for table in page.staged.reading.tables)


def _drop(widget: QWidget, *paths: Path) -> None:
    """What a file manager does when a person lets go over the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    enter = QDragEnterEvent(
        QPoint(20, 20), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, _NONE
    )
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    drop = QDropEvent(
        QPointF(20, 20), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, _NONE
    )
    QApplication.sendEvent(widget, drop)


_NONE = Qt.KeyboardModifier.NoModifier
FIELD = "political_status"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight units' files; in every other one three members have a label outside the list."""
    pack = packs.load("hubei-2023")
    made = made_up.make(pack, 32, units=8)
    found = tmp_path / "各单位"
    found.mkdir()
    for number in range(8):
        workbook = Workbook()
        workbook.remove(workbook.active)
        for kind in (Kind.UNIT, Kind.UNION, Kind.MEMBER):
            page = workbook.create_sheet(next(s.name for s in pack.sheets if kind in s.kinds))
            fields = pack.fields_of(kind)
            page.append([" ".join(item.header.split()) for item in fields])
            for place, row in enumerate(made.records[kind][number::8]):
                text = "党员同志" if number % 2 and place < 3 and kind is Kind.MEMBER else ""
                row = {**row, FIELD: text} if text else row
                page.append([row.get(item.id, "") for item in fields])
        workbook.save(found / f"单位{number}.xlsx")
    (found / "~$单位0.xlsx").write_bytes(b"x")
    (found / "坏.xlsx").write_bytes(b"no workbook")
    return found


def test_a_folder_dropped_anywhere_goes_in_after_one_label_is_matched_for_all_its_files(
    empty_window: MainWindow, hands: Hands, folder: Path
) -> None:
    shell = empty_window.shell
    assert shell is not None
    _drop(shell, folder)
    hands.settled(empty_window)
    page = shell.pages["import"]
    assert isinstance(page, ImportPage)
    assert page.ui.files.count() == 9
    assert "~$单位0.xlsx" in page.ui.passed_over.text()
    hands.click(page.ui.open)
    hands.settled(empty_window)
    step = page.ui.values_step
    assert page.ui.steps.currentWidget() is step
    assert [(item.text, item.count, item.files) for item in step.labels] == [("党员同志", 12, 4)]
    (edit,) = step.edits
    assert edit.hasFocus()
    hands.type(edit, "中共党员")
    hands.press(edit, Qt.Key.Key_Return)
    hands.click(step.ui.go_on)
    hands.settled(empty_window)
    assert page.ui.steps.currentWidget() is page.ui.preview_step
    assert page.ui.parked_count.text() == "0"
    assert page.ui.added_count.text() == "48"
    assert page.ui.by_file.rowCount() == 9
    told = {
        page.ui.by_file.item(row, 0).text(): page.ui.by_file.item(row, 1).text() for row in range(9)
    }
    assert told["坏.xlsx"].startswith("✗")
    assert page.ui.units.rowCount() == 9
    assert value_matching.remembered(page.desk.session) == []
    hands.click(page.ui.commit)
    hands.settled(empty_window)
    assert page.ui.steps.currentWidget() is page.ui.result_step
    assert page.desk.session.store.count(Kind.MEMBER) == 32
    assert len(page.desk.session.store.batches()) == 8
    assert [alias.label for alias in value_matching.remembered(page.desk.session)] == ["中共党员"]
    assert "8 个文件已入库" in page.ui.result_title.text()


def test_a_folder_imported_before_is_recognised_and_read_again_only_when_asked(
    empty_window: MainWindow, hands: Hands, folder: Path
) -> None:
    shell = empty_window.shell
    assert shell is not None
    page = shell.go("import", [folder])
    assert isinstance(page, ImportPage)
    hands.settled(empty_window)
    inbox.bring_in(page.desk.session, [folder])
    hands.click(page.ui.open)
    hands.settled(empty_window)
    assert not page.ui.commit.isEnabled()
    assert "已作为第 1 批导入" in page.ui.by_file.item(1, 8).text()
    hands.click(page.ui.take_seen)
    hands.settled(empty_window)
    if page.ui.steps.currentWidget() is page.ui.values_step:
        hands.click(page.ui.values_step.ui.go_on)
    assert page.ui.unchanged_count.text() == "36"


def test_an_import_is_taken_back_after_its_effects_were_shown(
    window: MainWindow, hands: Hands
) -> None:
    assert window.shell is not None
    page = window.shell.go("import")
    assert isinstance(page, ImportPage)
    store = page.desk.session.store
    before = store.count(Kind.MEMBER)
    assert before
    assert store.parked_count() == 7
    past = page.ui.past
    past.ui.batches.selectRow(0)
    hands.click(past.ui.undo)
    hands.settled(window)
    dialog = next(
        box for box in QApplication.topLevelWidgets() if isinstance(box, UndoImportDialog)
    )
    assert f"会员 {before}" in dialog.ui.told.text()
    assert store.count(Kind.MEMBER) == before
    hands.click(dialog.ui.accept)
    hands.settled(window)
    assert store.count(Kind.MEMBER) == 0
    assert store.parked_count() == 0
    assert "已撤销" in past.ui.batches.item(0, 8).text()
    past.ui.batches.selectRow(0)
    assert not past.ui.undo.isEnabled()


def test_the_import_just_made_is_taken_back_from_its_result_and_its_rows_are_saved(
    page: ImportPage, empty_window: MainWindow, hands: Hands, template: Template, tmp_path: Path
) -> None:
    _open(page, empty_window, hands, template.good)
    hands.click(page.ui.check)
    hands.settled(empty_window)
    hands.click(page.ui.commit)
    hands.settled(empty_window)
    page.outcome.save(tmp_path / "结果")
    hands.settled(empty_window)
    (written,) = (tmp_path / "结果").iterdir()
    assert len(load_workbook(written)["逐行结果"]["A"]) > 60
    hands.click(page.ui.undo_now)
    hands.settled(empty_window)
    dialog = next(
        box for box in QApplication.topLevelWidgets() if isinstance(box, UndoImportDialog)
    )
    hands.click(dialog.ui.accept)
    hands.settled(empty_window)
    assert page.desk.session.store.count(Kind.MEMBER) == 0
    assert not page.ui.undo_now.isEnabled()


def test_a_column_set_right_by_hand_is_remembered_for_the_next_file_and_can_be_forgotten(
    page: ImportPage, empty_window: MainWindow, hands: Hands, template: Template, tmp_path: Path
) -> None:
    book = load_workbook(template.good)
    sheet = book["会员"]
    next(cell for cell in sheet[1] if cell.value == "姓名").value = "甲乙丙丁"
    changed = tmp_path / "一月.xlsx"
    book.save(changed)
    for again in range(2):
        _open(page, empty_window, hands, changed)
        row = next(
            row
            for row in range(page.ui.sheets.count())
            if page.ui.sheets.item(row).text().startswith("会员\n")
        )
        page.ui.sheets.setCurrentRow(row)
        assert ("按上次的列对应" in page.ui.sheets.item(row).text()) == bool(again)
        assert page.ui.missing_bar.isHidden() == bool(again)
        if not again:
            line = next(
                line
                for line in range(page.ui.columns.rowCount())
                if page.ui.columns.item(line, 1).text() == "甲乙丙丁"
            )
            combo = page.ui.columns.cellWidget(line, 3)
            assert isinstance(combo, QComboBox)
            combo.setCurrentIndex(combo.findText("姓名 *"))
        hands.click(page.ui.check)
        hands.settled(empty_window)
        hands.click(page.ui.commit)
        hands.settled(empty_window)
        hands.click(page.ui.again)
    assert page.desk.session.store.count(Kind.MEMBER) == 60
    hands.click(page.ui.past.ui.layouts)
    dialog = next(
        box for box in QApplication.topLevelWidgets() if isinstance(box, RememberedDialog)
    )
    dialog.ui.kept.selectRow(0)
    hands.click(dialog.ui.forget)
    hands.settled(empty_window)
    assert layouts.listed(page.desk.session) == []
    dialog.close()


def test_of_many_files_the_columns_set_right_in_one_hold_for_all_of_its_layout(
    empty_window: MainWindow, hands: Hands, folder: Path
) -> None:
    for path in sorted(folder.glob("单位*.xlsx")):
        book = load_workbook(path)
        next(cell for cell in book["会员"][1] if cell.value == "姓名").value = "甲乙丙丁"
        book.save(path)
    shell = empty_window.shell
    assert shell is not None
    page = shell.go("import", [folder])
    assert isinstance(page, ImportPage)
    hands.settled(empty_window)
    hands.click(page.ui.open)
    hands.settled(empty_window)
    if page.ui.steps.currentWidget() is page.ui.values_step:
        hands.click(page.ui.values_step.ui.go_on)
    assert page.ui.parked_count.text() == "32"
    assert "缺必填的列" in page.ui.by_file.item(1, 8).text()
    assert not page.ui.columns_of.isEnabled()
    page.ui.by_file.selectRow(1)
    hands.click(page.ui.columns_of)
    hands.settled(empty_window)
    assert page.ui.steps.currentWidget() is page.ui.match_step
    line = next(
        line
        for line in range(page.ui.columns.rowCount())
        if page.ui.columns.item(line, 1).text() == "甲乙丙丁"
    )
    combo = page.ui.columns.cellWidget(line, 3)
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(combo.findText("姓名 *"))
    hands.click(page.ui.check)
    hands.settled(empty_window)
    hands.click(page.ui.values_step.ui.go_on)
    hands.settled(empty_window)
    assert page.ui.parked_count.text() == "12"
    assert "按上次的列对应" in page.ui.by_file.item(1, 8).text()
