"""The page of what is missing: another province's template, answers here and by a list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from collector.gui.pages.missing import MissingPage
from collector.gui.pages.submitting import SubmitPage
from collector.gui.shell import Shell
from collector.gui.widgets.label_matching import LabelMatching
from collector.model import Kind
from collector.services import equivalents

if TYPE_CHECKING:
    from conftest import Hands

HAINAN = "hainan-2019"


def opened(shell: Shell, hands: Hands) -> MissingPage:
    """The page, looking by Hainan's template."""
    page = shell.go("missing", HAINAN)
    assert isinstance(page, MissingPage)
    hands.until(lambda: page.missing is not None and page.missing.pack.id == HAINAN)
    return page


def test_the_own_template_lacks_nothing_and_another_provinces_says_what_and_of_whom(
    shell: Shell, hands: Hands
) -> None:
    page = shell.go("missing")
    assert isinstance(page, MissingPage)
    hands.until(lambda: page.missing is not None)
    assert page.ui.views.currentWidget() is page.ui.clean_view
    assert "没有缺项" in page.ui.clean_title.text()
    page = opened(shell, hands)
    assert page.missing is not None
    assert page.ui.views.currentWidget() is page.ui.desk_view
    assert f"{page.missing.items:,}" in page.ui.count.text()
    assert page.model.rowCount() == page.missing.incomplete[Kind.MEMBER]
    shown = {
        page.model.data(page.model.index(0, column)) for column in range(page.model.columnCount())
    }
    record = shell.desk.session.store.get(Kind.MEMBER, page.model.record_id(0))
    assert record is not None
    assert record.values["name"] in shown
    assert record.values["id_number"] not in shown


def test_a_record_is_completed_by_keyboard_and_the_next_one_comes(
    shell: Shell, hands: Hands
) -> None:
    page = opened(shell, hands)
    place = next(at for at, gap in enumerate(page.missing.gaps) if gap.field == "ethnicity")
    page._gaps = frozenset({place})
    page._show_rows()
    first, count = page.model.record_id(0), page.model.rowCount()
    page.ui.grid.doubleClicked.emit(page.model.index(0, 0))
    editor = page.form.editors["ethnicity"].editor
    hands.until(editor.hasFocus)
    hands.type(editor, "汉族")
    hands.press(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    hands.until(lambda: page.model.rowCount() == count - 1)
    hands.until(lambda: shell.desk.jobs.idle)
    record = shell.desk.session.store.get(Kind.MEMBER, first)
    assert record is not None
    assert record.values["ethnicity"] == "汉族"
    assert page.model.record_id(page.ui.grid.currentIndex().row()) != first
    assert page.missing.counts[place] == count - 1


def test_an_answer_the_list_does_not_have_is_refused_at_its_field(
    shell: Shell, hands: Hands
) -> None:
    page = opened(shell, hands)
    record = page.model.record_id(0)
    editor = page.form.editors["ethnicity"]
    hands.type(editor.editor, "虚构族")
    page.save()
    hands.until(lambda: editor is not page.form.editors["ethnicity"])
    now = page.form.editors["ethnicity"]
    hands.until(lambda: bool(now.remark.text()))
    kept = shell.desk.session.store.get(Kind.MEMBER, record)
    assert kept is not None
    assert kept.values.get("ethnicity", "") == ""
    assert page.model.record_id(page.ui.grid.currentIndex().row()) == record


def test_a_list_goes_out_and_comes_back_filled_in(
    shell: Shell, hands: Hands, tmp_path: Path
) -> None:
    page = opened(shell, hands)
    path = tmp_path / "list.xlsx"
    page.lists.export(path)
    hands.until(path.exists)
    hands.until(lambda: shell.desk.jobs.idle)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["会员"]
    headers = {cell.value: cell.column for cell in sheet[3]}
    for row in range(4, sheet.max_row + 1):
        sheet.cell(row, headers["民族"]).value = "汉族"
    workbook.save(path)
    before = page.missing.items
    people = page.missing.incomplete[Kind.MEMBER]
    page.lists.take(path)
    hands.until(lambda: page.missing.items == before - people)


def test_sex_and_birth_come_from_the_number_on_demand(shell: Shell, hands: Hands) -> None:
    page = opened(shell, hands)
    wanted = page.missing.from_number
    before = page.missing.items
    assert wanted == 2 * page.missing.incomplete[Kind.MEMBER]
    hands.click(page.ui.from_number)
    hands.until(lambda: page.missing.items == before - wanted)
    assert not page.ui.from_number.isVisible()


def test_a_label_the_list_lacks_is_matched_once_for_all_records(shell: Shell, hands: Hands) -> None:
    session = shell.desk.session
    ids = list(session.store.order(Kind.UNION))
    for number in ids:
        session.store.save(
            Kind.UNION, {"union_type": "工会工作委员会"}, id=number, operator="虚构", pack="x/1"
        )
    page = opened(shell, hands)
    assert sum(page.missing.labels[Kind.UNION, "union_type"].values()) == len(ids)
    page.match_labels()
    dialog = page.findChild(LabelMatching)
    assert dialog is not None
    box = dialog.findChild(QComboBox)
    assert box is not None
    box.setCurrentIndex(box.findData("独立基层工会"))
    hands.click(dialog.accept_button)
    hands.until(lambda: (Kind.UNION, "union_type") not in page.missing.labels)
    assert equivalents.agreed(session, HAINAN) == {
        "union.union_type": {"工会工作委员会": "独立基层工会"}
    }
    kept = session.store.get(Kind.UNION, ids[0])
    assert kept is not None
    assert kept.values["union_type"] == "工会工作委员会"


def test_what_forbids_an_export_for_another_province_leads_to_the_page(
    shell: Shell, hands: Hands
) -> None:
    page = shell.go("submit")
    assert isinstance(page, SubmitPage)
    hands.until(lambda: page.gate is not None)
    page.ui.packs.setCurrentIndex(page.ui.packs.findData(HAINAN))
    hands.until(
        lambda: (
            page.gate is not None
            and any(item.code == "required.missing" for item in page.gate.blockers)
        )
    )
    place = next(
        at for at, item in enumerate(page.gate.blockers) if item.code == "required.missing"
    )
    line = page.ui.items.itemAt(place).widget()
    button = next(b for b in line.findChildren(type(page.ui.recheck)))
    assert button.text() == "去补录"
    hands.click(button)
    here = shell.pages["missing"]
    assert isinstance(here, MissingPage)
    hands.until(lambda: here.missing is not None and here.missing.pack.id == HAINAN)
