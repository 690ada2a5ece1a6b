"""单位, 工会, 会员: looking, searching, editing."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester

from collector.codes import resident_id
from collector.gui.main_window import MainWindow
from collector.gui.models.records import PAGE, RecordsModel
from collector.gui.pages.records import RecordsPage
from collector.gui.shell import Shell
from collector.gui.widgets.choice_edit import ChoiceEdit
from collector.gui.widgets.deactivate import DeactivateDialog
from collector.gui.widgets.record_form import CARRIED
from collector.model import Changes, Kind, Status
from collector.services import made_up, records
from collector.services.records import Column

if TYPE_CHECKING:
    from conftest import Hands


@pytest.fixture
def page(window: MainWindow, shell: Shell, hands: Hands) -> RecordsPage:
    found = shell.go("member")
    assert isinstance(found, RecordsPage)
    hands.settled(window)
    return found


def _column(page: RecordsPage, field_id: str) -> int:
    return 1 + [column.field for column in page.model.columns].index(field_id)


def _shown(page: RecordsPage, row: int, field_id: str) -> str:
    return str(page.model.index(row, _column(page, field_id)).data())


def _fill(page: RecordsPage, hands: Hands, values: dict[str, str]) -> None:
    for name, text in values.items():
        if name in page.form.editors:
            hands.type(page.form.editors[name].editor, text)
    page.ui.save.setFocus()


def test_numbers_of_people_are_masked_in_the_list(page: RecordsPage) -> None:
    assert page.model.rowCount() > 10
    for row in range(10):
        assert "****" in _shown(page, row, "id_number")
        assert "****" in _shown(page, row, "phone")


def test_searching_narrows_the_list_and_an_empty_answer_says_so(
    page: RecordsPage, window: MainWindow, hands: Hands
) -> None:
    name = _shown(page, 4, "name")
    everyone = page.model.rowCount()
    hands.type(page.ui.search, name)
    hands.press(page.ui.search, Qt.Key.Key_Return)
    hands.settled(window)
    assert 0 < page.model.rowCount() < everyone
    assert {_shown(page, row, "name") for row in range(page.model.rowCount())} == {name}
    hands.type(page.ui.search, "没有这个人")
    page.reload()
    hands.settled(window)
    assert page.ui.views.currentWidget() is page.ui.empty_view
    hands.click(page.ui.empty_act)
    hands.settled(window)
    assert page.model.rowCount() == everyone


def test_a_header_sorts_and_a_second_click_turns_the_order(
    page: RecordsPage, window: MainWindow, hands: Hands
) -> None:
    column = _column(page, "id_number")
    numbers: list[list[str]] = []
    for _ in range(2):
        page.ui.table.horizontalHeader().sectionClicked.emit(column)
        hands.settled(window)
        session = page.desk.session
        found = [
            records.get(session, Kind.MEMBER, page.model.record_id(row) or 0)
            for row in range(page.model.rowCount())
        ]
        numbers.append([record.values["id_number"] for record in found if record is not None])
    assert numbers[0] == sorted(numbers[0])
    assert numbers[1] == sorted(numbers[0], reverse=True)


def test_the_status_filter_leaves_records_of_that_state(
    page: RecordsPage, window: MainWindow, hands: Hands
) -> None:
    everyone = page.model.rowCount()
    page.ui.status.setCurrentIndex(page.ui.status.findData(Status.SUBMITTED.value))
    hands.settled(window)
    assert page.model.rowCount() == 0
    page.ui.status.setCurrentIndex(page.ui.status.findData(Status.VALID.value))
    hands.settled(window)
    assert page.model.rowCount() == everyone


def test_enter_opens_a_record_and_a_changed_one_is_saved_with_ctrl_s(
    page: RecordsPage, window: MainWindow, hands: Hands
) -> None:
    page.ui.table.setFocus()
    hands.press(page.ui.table, Qt.Key.Key_Return)
    assert page.ui.form_side.isVisible()
    number = page.form.record_id
    assert number is not None
    phone = page.form.editors["phone"].editor
    phone.selectAll()
    hands.type(phone, "13900099999")
    page.save()
    hands.settled(window)
    kept = records.get(page.desk.session, Kind.MEMBER, number)
    assert kept is not None
    assert kept.values["phone"] == "13900099999"
    assert kept.status is Status.VALID
    assert not page.form.is_changed
    assert "139****9999" in [_shown(page, row, "phone") for row in range(page.model.rowCount())]


def test_a_fault_is_told_under_its_field_while_typing_and_goes_when_mended(
    page: RecordsPage, hands: Hands
) -> None:
    page.open_form(None)
    field = page.form.editors["id_number"]
    sound = made_up.resident_number(5_000)
    wrong = sound[:-1] + ("0" if sound[-1] != "0" else "1")
    hands.type(page.form.editors["id_type"].editor, "居民身份证")
    hands.type(field.editor, wrong[:7])
    assert "已输入 7 位" in field.remark.text()
    hands.type(field.editor, wrong[7:])
    assert field.remark.text().startswith("✕")
    assert field.editor.property("state") == "error"
    assert wrong not in field.remark.text()
    field.editor.clear()
    hands.type(field.editor, sound)
    assert field.editor.property("state") == ""
    assert field.remark.isHidden()
    assert ("男" in field.derived.text()) or ("女" in field.derived.text())
    page.form.load({}, None)


def test_enter_goes_from_field_to_field_and_up_goes_back(page: RecordsPage, hands: Hands) -> None:
    page.open_form(None)
    names = list(page.form.editors)
    first, second = (page.form.editors[name].editor for name in names[:2])
    first.setFocus()
    hands.press(first, Qt.Key.Key_Return)
    assert second.hasFocus()
    hands.press(second, Qt.Key.Key_Up)
    assert first.hasFocus()


def test_a_choice_is_found_by_pinyin_initials_and_enter_takes_the_first(
    page: RecordsPage, hands: Hands
) -> None:
    page.open_form(None)
    editor = page.form.editors["political_status"].editor
    assert isinstance(editor, ChoiceEdit)
    hands.type(editor, "qz")
    assert editor.list_is_open
    hands.press(editor, Qt.Key.Key_Return)
    assert editor.text() == "群众"
    assert not editor.list_is_open
    assert not editor.hasFocus()
    page.form.load({}, None)


def test_a_unit_picked_by_name_brings_its_code(page: RecordsPage, hands: Hands) -> None:
    page.open_form(None)
    editor = page.form.editors["unit_name"].editor
    assert isinstance(editor, ChoiceEdit)
    hands.type(editor, made_up.unit(0)["name"])
    if editor.list_is_open:
        hands.press(editor, Qt.Key.Key_Return)
    else:
        editor.open_list()
        hands.press(editor, Qt.Key.Key_Return)
    assert page.form.editors["unit_name"].text == made_up.unit(0)["name"]
    assert page.form.editors["unit_code"].text == made_up.unit(0)["uscc"]
    page.form.load({}, None)


def test_a_new_member_is_kept_as_a_draft_only_when_asked_twice(
    page: RecordsPage, window: MainWindow, hands: Hands
) -> None:
    before = page.desk.session.store.count(Kind.MEMBER)
    page.open_form(None)
    _fill(page, hands, {"name": "虚构新人"})
    page.save()
    hands.settled(window)
    assert page.desk.session.store.count(Kind.MEMBER) == before
    assert "草稿" in page.ui.verdict.text()
    page.save()
    hands.settled(window)
    assert page.desk.session.store.count(Kind.MEMBER, Status.DRAFT) == 1


def test_escape_warns_once_of_unsaved_work(page: RecordsPage, hands: Hands) -> None:
    page.open_form(None)
    hands.type(page.form.editors["name"].editor, "虚构新人")
    page.close_form()
    assert page.ui.form_side.isVisible()
    page.close_form()
    assert page.ui.form_side.isHidden()


def test_a_record_becomes_inactive_with_a_reason_and_stays(
    page: RecordsPage, window: MainWindow, hands: Hands
) -> None:
    number = page.model.record_id(0)
    assert number is not None
    page.open_form(number)
    hands.click(page.ui.deactivate)
    dialog = page.findChild(DeactivateDialog)
    assert dialog is not None
    dialog.ui.reason.setCurrentText("退休")
    dialog.ui.accept.click()
    hands.settled(window)
    kept = records.get(page.desk.session, Kind.MEMBER, number)
    assert kept is not None
    assert kept.status is Status.INACTIVE


def test_every_field_shows_whether_an_official_document_names_it(page: RecordsPage) -> None:
    page.open_form(None)
    marks = {name: editor.mark.text() for name, editor in page.form.editors.items()}
    assert set(marks.values()) <= {"官方", "推定"}
    assert marks["name"] == "官方"
    assert "出处" in page.form.editors["name"].mark.toolTip()


def test_a_narrow_window_shows_the_form_alone(
    page: RecordsPage, window: MainWindow, hands: Hands
) -> None:
    window.resize(820, 600)
    page.open_form(None)
    hands.until(lambda: page.ui.list_side.isHidden())
    page.close_form()
    assert not page.ui.list_side.isHidden()


# -- the model -----------------------------------------------------------------------------------

COLUMNS = (Column("name", "姓名", False), Column("id_number", "证件号", True))


class _Fetched:
    """Pages as a store would give them, counted."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, ids: Sequence[int]) -> list[tuple[Any, ...]]:
        self.asked.append(len(ids))
        return [(number, "valid", 1, f"虚构{number}", "420106190001010000") for number in ids]


def test_a_million_rows_are_fetched_page_by_page_as_they_are_looked_at() -> None:
    fetched = _Fetched()
    model = RecordsModel(Kind.MEMBER, COLUMNS, fetched)
    model.show(array("q", range(1_000_000)))
    assert model.rowCount() == 1_000_000
    assert fetched.asked == []
    for row in range(999_960, 1_000_000):
        for column in range(model.columnCount()):
            model.index(row, column).data()
    assert fetched.asked == [PAGE]
    assert model.index(999_999, 1).data() == "虚构999999"
    assert "*" in model.index(999_999, 2).data()


def test_the_page_cache_stays_small() -> None:
    fetched = _Fetched()
    model = RecordsModel(Kind.MEMBER, COLUMNS, fetched)
    model.show(array("q", range(100_000)))
    for row in range(0, 100_000, PAGE):
        model.index(row, 0).data()
    assert len(model._pages) <= 64


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester) -> None:
    model = RecordsModel(Kind.MEMBER, COLUMNS, _Fetched())
    model.show(array("q", range(500)))
    qtmodeltester.check(model)


def test_a_character_no_font_has_is_told_by_its_code_point(
    page: RecordsPage, shell: Shell, window: MainWindow, hands: Hands
) -> None:
    session = shell.desk.session
    session.store.save(Kind.MEMBER, {"name": "虚\ue81e"}, operator="", pack=session.pack.id)
    shell.desk.announce(Changes(frozenset({Kind.MEMBER})))
    hands.settled(window)
    hands.type(page.ui.search, "虚\ue81e")
    hands.until(lambda: page.model.rowCount() == 1)
    index = page.model.index(0, _column(page, "name"))
    tip = page.model.data(index, Qt.ItemDataRole.ToolTipRole)
    assert "U+E81E" in tip
    assert "龴 U+9FB4" in tip


def test_unit_union_and_dates_stay_for_the_next_member_and_f9_repeats_a_field(
    page: RecordsPage, window: MainWindow, hands: Hands
) -> None:
    first = page.desk.session.store.get(Kind.MEMBER, page.model.record_id(0) or 0)
    assert first is not None
    page.open_form(None)
    assert not any(page.form.values.values())
    sound = {**first.values, "id_number": made_up.resident_number(700_001), "name": "虚构新人"}
    for name, editor in page.form.editors.items():
        editor.set_text(sound.get(name, ""))
    page.save()
    hands.settled(window)
    assert page.form.record_id is not None
    page.open_form(None)
    carried = {name: text for name, text in page.form.values.items() if text}
    assert carried == {name: sound[name] for name in CARRIED if sound.get(name)}
    assert page.form.editors["unit_name"].mark.text() == "沿用"
    assert not page.form.is_changed
    phone = page.form.editors["phone"].editor
    phone.setFocus()
    hands.press(phone, Qt.Key.Key_F9)
    assert page.form.editors["phone"].text == sound["phone"]
    assert not phone.hasFocus()
    assert page.form.is_changed
    unit = page.form.editors["unit_name"]
    hands.type(unit.editor, "另")
    assert unit.mark.text() != "沿用"


def test_f9_does_nothing_where_nobody_was_keyed_before(page: RecordsPage, hands: Hands) -> None:
    page.open_form(None)
    name = page.form.editors["name"].editor
    name.setFocus()
    hands.press(name, Qt.Key.Key_F9)
    assert page.form.editors["name"].text == ""
    assert name.hasFocus()


def test_a_warning_is_found_right_with_a_reason_and_comes_back_with_another_value(
    page: RecordsPage, window: MainWindow, hands: Hands
) -> None:
    session, number = page.desk.session, page.model.record_id(0) or 0
    first = "999999" + made_up.resident_number(3)[6:17]
    odd = first + resident_id.check_digit(first)
    session.store.save(Kind.MEMBER, {"id_number": odd}, id=number, operator="虚构", pack="x/1")
    page.open_form(number)
    field = page.form.editors["id_number"]
    assert "提醒" in page.ui.verdict.text()
    field.editor.setFocus()
    hands.press(field.editor, Qt.Key.Key_F2)
    assert field.reason.isVisible()
    hands.press(field.reason, Qt.Key.Key_Escape)
    assert not field.reason.isVisible()
    hands.press(field.editor, Qt.Key.Key_F2)
    hands.type(field.reason, "已对照户口簿")
    hands.press(field.reason, Qt.Key.Key_Return)
    hands.settled(window)
    assert "已对照户口簿" in field.remark.text()
    assert page.ui.verdict.text() == "✓ 没有差错"
    name = page.form.editors["name"].editor
    name.setFocus()
    hands.press(name, Qt.Key.Key_F2)
    assert not page.form.editors["name"].reason.isVisible()
    other = "999998" + made_up.resident_number(3)[6:17]
    field.set_text(other + resident_id.check_digit(other))
    page.form.check()
    assert "已对照户口簿" not in field.remark.text()


def test_a_number_is_whole_only_while_a_key_is_held_and_the_journal_says_so(
    page: RecordsPage, window: MainWindow, hands: Hands
) -> None:
    store = page.desk.session.store
    page.ui.table.setFocus()
    page._select(2)
    before = len(store.journal_entries(limit=100_000))
    QTest.keyPress(page.ui.table, Qt.Key.Key_F4)
    record = store.get(Kind.MEMBER, page.model.record_id(2) or 0)
    assert record is not None
    assert _shown(page, 2, "id_number") == record.values["id_number"]
    assert "*" in _shown(page, 1, "id_number")
    QTest.keyRelease(page.ui.table, Qt.Key.Key_F4)
    assert "*" in _shown(page, 2, "id_number")
    hands.settled(window)
    entries = store.journal_entries(limit=100_000)
    assert len(entries) == before + 1
    (noted,) = [entry for entry in entries if entry.action == "number.revealed"]
    assert dict(noted.details) == {"kind": "member", "record": record.id}
    QTest.keyPress(page.ui.table, Qt.Key.Key_F4)
    page.ui.search.setFocus()
    assert "*" in _shown(page, 2, "id_number")
    QTest.keyRelease(page.ui.search, Qt.Key.Key_F4)
    hands.settled(window)
