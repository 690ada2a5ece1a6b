"""表样: a province's own workbook is read, settled at the keyboard, and becomes a pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from collector import packs, places
from collector.gui.main_window import MainWindow
from collector.gui.pages.first_run import FirstRunPage
from collector.gui.pages.learning import LearningPage
from collector.gui.widgets.learning_pane import LearningPane
from collector.model import Kind
from collector.packs import FieldType
from tests.unit.sheets.learning_kit import Template, draw, draw_together, members, templates

if TYPE_CHECKING:
    from conftest import Hands, OpenWindow


def named(name: str) -> Template:
    return next(template for template in templates() if template.name == name)


@pytest.fixture
def page(empty_window: MainWindow, hands: Hands) -> LearningPane:
    assert empty_window.shell is not None
    found = empty_window.shell.go("learn")
    assert isinstance(found, LearningPage)
    hands.settled(empty_window)
    return found.pane


def read(page: LearningPane, path: Path, window: MainWindow, hands: Hands) -> None:
    page.open([path])
    hands.settled(window)
    assert page.ui.steps.currentWidget() is page.ui.settle_step


def test_what_is_unsure_stands_first_and_is_counted(
    page: LearningPane, empty_window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    read(page, draw(named("columns nobody knows"), tmp_path), empty_window, hands)
    assert "2 列要您确定" in page.ui.verdict.text()
    assert [line.column.observed.letter for line in page.model.lines] == [*"DEABCF"]
    assert [line.is_sure for line in page.model.lines] == [False, False, True, True, True, True]
    assert page.ui.columns.currentIndex().row() == 0
    assert page.ui.header.text() == "最喜欢的活动"
    assert page.ui.labels.toPlainText() == "甲类\n乙类\n丙类"


def test_a_column_is_settled_at_the_keyboard_and_the_next_one_comes(
    page: LearningPane, empty_window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    read(page, draw(named("columns nobody knows"), tmp_path), empty_window, hands)
    box = page.ui.field
    box.setFocus()
    box.lineEdit().selectAll()
    hands.type(box.lineEdit(), "职业资格")
    wanted = next(row for row in range(box.count()) if box.itemData(row)[1] == "skill_level")
    box.lineEdit().selectAll()
    hands.type(box.lineEdit(), box.itemText(wanted))
    hands.press(box.lineEdit(), Qt.Key.Key_Return)
    assert page.model.lines[0].column.field == "skill_level"
    assert page.model.lines[0].column.sure("field")
    hands.press(page.ui.columns, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.model.lines[0].is_sure
    assert page.ui.header.text() == "工号"
    hands.press(page.ui.columns, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "都确定了" in page.ui.verdict.text()


def test_what_is_typed_that_is_no_field_is_put_back(
    page: LearningPane, empty_window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    read(page, draw(named("columns nobody knows"), tmp_path), empty_window, hands)
    before, line = page.ui.field.currentText(), page.ui.field.lineEdit()
    line.selectAll()
    hands.type(line, "没有这样的字段")
    hands.press(line, Qt.Key.Key_Return)
    assert page.ui.field.currentText() == before
    assert page.model.lines[0].column.field == ""


def test_two_columns_cannot_have_one_field_and_the_page_says_so(
    page: LearningPane, empty_window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    read(page, draw(named("columns nobody knows"), tmp_path), empty_window, hands)
    for row in (0, 1):
        page.ui.columns.selectRow(row)
        box = page.ui.field
        at = next(place for place in range(box.count()) if box.itemData(place)[1] == "remark")
        box.setCurrentIndex(at)
        box.activated.emit(at)
    assert not page.ui.fault.isHidden()
    assert "只能有一列" in page.ui.fault.text()
    assert [line.column.field for line in page.model.lines[:2]] == ["remark", ""]


def test_a_changed_list_a_type_and_a_column_left_out_reach_the_pack(
    page: LearningPane, empty_window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    read(page, draw(named("columns nobody knows"), tmp_path), empty_window, hands)
    page.ui.labels.setPlainText("甲类\n乙类\n丁类")
    hands.press(page.ui.required, Qt.Key.Key_Space)
    page.ui.columns.selectRow(1)
    hands.click(page.ui.left_out)
    page.ui.pack_id.setText("xu-2026")
    page.ui.province.setText("虚构省")
    hands.click(page.ui.finish)
    hands.settled(empty_window)
    assert page.ui.steps.currentWidget() is page.ui.done_step
    assert str(places.packs_folder()) in page.ui.done_text.text()
    pack = packs.load("xu-2026")
    item = pack.field_of(Kind.MEMBER, "xu-2026.column_d")
    assert item is not None
    assert (item.required, item.type) == (True, FieldType.CHOICE)
    assert pack.dictionaries[item.dictionary].labels == ("甲类", "乙类", "丁类")
    assert "工号" not in {one.header for one in pack.sheets[0].fields}
    assert pack.province == "虚构省"


def test_all_the_rest_is_confirmed_at_once(
    page: LearningPane, empty_window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    read(page, draw(named("bare header"), tmp_path), empty_window, hands)
    assert "10 列要您确定" in page.ui.verdict.text()
    hands.click(page.ui.all_so)
    assert "都确定了" in page.ui.verdict.text()
    assert not page.ui.all_so.isEnabled()


def test_two_sheets_alike_must_be_told_apart_before_the_pack_is_made(
    page: LearningPane, empty_window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    several = [Template("两张", members(), sheet=name) for name in ("会员表1", "会员表2")]
    read(page, draw_together(several, tmp_path), empty_window, hands)
    assert page.ui.sheets_card.isVisible()
    hands.click(page.ui.finish)
    box = hands.failure()
    assert "会员表1" in box.text()
    box.close()
    line = page._sheet_lines["会员表2"]
    hands.click(line.left_out)
    hands.click(page.ui.finish)
    hands.settled(empty_window)
    assert page.ui.steps.currentWidget() is page.ui.done_step


def test_a_wrong_file_is_refused_with_a_way_out(
    page: LearningPane, empty_window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    path = tmp_path / "旧版.xls"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    page.open([path])
    box = hands.failure()
    assert "另存为 .xlsx" in box.text() + box.informativeText()
    box.close()
    hands.settled(empty_window)
    assert page.ui.steps.currentWidget() is page.ui.choose_step


def test_what_was_settled_outlives_a_lock(
    page: LearningPane, empty_window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    read(page, draw(named("columns nobody knows"), tmp_path), empty_window, hands)
    hands.click(page.ui.left_out)
    page.ui.issuer.setText("虚构省总工会")
    kept = page.draft()
    assert kept is not None
    page._start_again()
    assert page.draft() is None
    page.restore(kept)
    hands.settled(empty_window)
    left = [line.column.observed.letter for line in page.model.lines if line.column.left_out]
    assert left == ["D"]
    assert page.ui.issuer.text() == "虚构省总工会"


def test_a_first_workspace_can_be_made_with_the_provinces_own_workbook(
    open_window: OpenWindow, hands: Hands, tmp_path: Path
) -> None:
    window = open_window(tmp_path / "new")
    page = window.centralWidget().findChild(FirstRunPage)
    assert isinstance(page, FirstRunPage)
    hands.click(page.ui.own)
    pane = page.findChild(LearningPane)
    assert isinstance(pane, LearningPane)
    pane.open([draw(named("note says all"), tmp_path)])
    hands.settled(window)
    pane.ui.pack_id.setText("xu-2026")
    hands.click(pane.ui.finish)
    hands.settled(window)
    assert page.ui.pack.currentData() == "xu-2026"
    assert page.findChild(LearningPane) is None
