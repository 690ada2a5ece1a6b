"""导入: files in, columns matched, outcomes previewed and written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QComboBox

from collector.gui.main_window import MainWindow
from collector.gui.pages.importing import ImportPage
from collector.gui.widgets.drop_well import readable
from collector.model import Kind, Outcome

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


def test_a_folder_gives_its_workbooks_and_no_lock_files(tmp_path: Path) -> None:
    for name in ("甲.xlsx", "乙.csv", "~$甲.xlsx", ".hidden.xlsx", "说明.docx"):
        (tmp_path / name).write_bytes(b"x")
    assert {path.name for path in readable([tmp_path])} == {"甲.xlsx", "乙.csv"}
