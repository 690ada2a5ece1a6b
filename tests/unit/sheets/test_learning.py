"""The structure of a province's own workbook is read as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from collector import packs
from collector.errors import InputRefused
from collector.packs.observed import ObservedWorkbook
from collector.packs.vocabulary import vocabulary
from collector.sheets.learning import observe
from tests.unit.sheets.learning_kit import Template, draw, members, templates

KNOWN = vocabulary(packs.installed())
TEMPLATES = templates()


def named(name: str) -> Template:
    return next(template for template in TEMPLATES if template.name == name)


def seen(template: Template, folder: Path) -> ObservedWorkbook:
    return observe(draw(template, folder), KNOWN.knows)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_headers_marks_and_lists_of_every_habit_are_read(
    template: Template, tmp_path: Path
) -> None:
    [sheet] = seen(template, tmp_path).sheets
    assert [(item.header, item.group) for item in sheet.columns] == [
        (item.header, item.group) for item in template.columns
    ]
    for item, true in zip(sheet.columns, template.columns, strict=True):
        if true.type != "serial":
            assert item.mark.required == true.required, item.header
        if true.labels and template.readable_lists:
            assert item.choices is not None
            assert item.choices.labels == tuple(true.labels)
        elif not true.labels:
            assert item.choices is None


def test_there_are_at_least_twenty_templates() -> None:
    assert len({template.name for template in TEMPLATES}) >= 20


def test_a_calculated_list_is_named_as_not_understood(tmp_path: Path) -> None:
    [sheet] = seen(named("INDIRECT"), tmp_path).sheets
    lists = [item.choices for item in sheet.columns if item.choices]
    assert {found.fault for found in lists} == {"indirect"}
    assert not any(found.labels for found in lists)


def test_a_list_of_the_extension_is_read(tmp_path: Path) -> None:
    [sheet] = seen(named("x14 lists"), tmp_path).sheets
    assert any(item.choices and item.choices.extension for item in sheet.columns)


def test_red_alone_is_not_called_sure(tmp_path: Path) -> None:
    [sheet] = seen(named("red alone"), tmp_path).sheets
    assert not any(item.mark.sure for item in sheet.columns)


def test_a_template_without_marks_is_not_called_sure(tmp_path: Path) -> None:
    [sheet] = seen(named("bare header"), tmp_path).sheets
    assert {item.mark.reason for item in sheet.columns} == {"silent"}
    assert not any(item.mark.sure for item in sheet.columns)


def test_the_explanation_below_the_rows_is_no_row(tmp_path: Path) -> None:
    [sheet] = seen(named("note says all"), tmp_path).sheets
    assert sheet.note.startswith("填表说明")
    assert sheet.filled_rows == ()
    assert sheet.titles[1] == "某省工会会员信息采集表"


def test_a_marked_example_is_kept_with_its_place(tmp_path: Path) -> None:
    [sheet] = seen(named("example row"), tmp_path).sheets
    assert sheet.example_row == sheet.data_row
    assert sheet.example[3] == "男"
    assert sheet.filled_rows == ()


def test_rows_people_filled_in_are_counted_and_not_kept(tmp_path: Path) -> None:
    path = draw(Template("filled", members()), tmp_path)
    book = load_workbook(path)
    for row in (2, 3):
        book.worksheets[0].cell(row, 1, "王某某")
        book.worksheets[0].cell(row, 2, "女")
    book.save(path)
    [sheet] = observe(path, KNOWN.knows).sheets
    assert sheet.filled_rows == (2, 3)
    assert "王某某" not in repr(sheet)


def test_a_filled_workbook_is_refused(tmp_path: Path) -> None:
    path = draw(Template("full", members()), tmp_path)
    book = load_workbook(path)
    for row in range(2, 40):
        book.worksheets[0].cell(row, 1, "王某某")
        book.worksheets[0].cell(row, 2, "女")
    book.save(path)
    with pytest.raises(InputRefused) as refusal:
        observe(path, KNOWN.knows)
    assert refusal.value.code == "learn.filled"


def test_a_helper_sheet_is_not_taken_for_a_table(tmp_path: Path) -> None:
    for name in ("titles above", "hidden list sheet", "x14 lists"):
        assert seen(named(name), tmp_path).helpers == ("下拉菜单表",)


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,性别\n", encoding="utf-8")
    with pytest.raises(InputRefused) as refusal:
        observe(path, KNOWN.knows)
    assert refusal.value.code == "learn.not_xlsx"


def test_a_workbook_without_a_header_is_refused(tmp_path: Path) -> None:
    path = draw(Template("empty", []), tmp_path)
    with pytest.raises(InputRefused) as refusal:
        observe(path, KNOWN.knows)
    assert refusal.value.code == "learn.no_table"
