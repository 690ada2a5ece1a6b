"""The blank workbooks people fill in."""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from xml.etree.ElementTree import canonicalize

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from collector import packs
from collector.errors import SurroundingsFailed
from collector.model import Kind
from collector.packs import Dictionary, Entry, FieldType, Pack, Sheet
from collector.sheets.writing import write_blank

PACKS = packs.installed()
SHEETS = [(pack, sheet) for pack in PACKS for sheet in pack.sheets]
NAMES = [f"{pack.id}-{sheet.id}" for pack, sheet in SHEETS]


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """packaging/build_templates.py, which is a script and no part of the program."""
    return _script("build_templates")


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    """packaging/check_blanks.py, the release command."""
    return _script("check_blanks")


def _script(name: str) -> ModuleType:
    path = Path(__file__).parents[2] / "packaging" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _page(pack: Pack, sheet: Sheet) -> Worksheet:
    page = load_workbook(pack.folder / sheet.workbook)[sheet.name]
    assert isinstance(page, Worksheet)
    return page


def _content(path: Path) -> dict[str, str]:
    """The parts, however their XML was spelt: openpyxl spells it by way of lxml if there is one."""
    with zipfile.ZipFile(path) as archive:
        return {name: canonicalize(archive.read(name).decode()) for name in archive.namelist()}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_the_committed_workbooks_and_examples_are_what_the_pack_gives_today(
    pack: Pack, builder: ModuleType, tmp_path: Path
) -> None:
    for made in builder.build(pack, tmp_path):
        committed = pack.folder / made.relative_to(tmp_path)
        if made.suffix == ".xlsx":
            assert _content(committed) == _content(made), committed.name
        else:
            assert committed.read_text("utf-8") == made.read_text("utf-8"), committed.name


@pytest.mark.parametrize(("pack", "sheet"), SHEETS, ids=NAMES)
def test_the_header_stands_where_the_pack_says(pack: Pack, sheet: Sheet) -> None:
    page = _page(pack, sheet)
    row = sheet.layout.header_row
    for column, field in enumerate(sheet.fields, 1):
        own = row + sheet.layout.header_levels - 1 if field.group else row
        assert page.cell(own, column).value == field.header
    assert page.freeze_panes == f"A{sheet.layout.data_row}"


@pytest.mark.parametrize(("pack", "sheet"), SHEETS, ids=NAMES)
def test_every_column_is_text_so_that_no_number_loses_digits(pack: Pack, sheet: Sheet) -> None:
    page = _page(pack, sheet)
    for column in range(1, len(sheet.fields) + 1):
        assert page.column_dimensions[get_column_letter(column)].number_format == "@"
        if sheet.layout.note:
            assert page.cell(sheet.layout.data_row, column).number_format == "@"


@pytest.mark.parametrize(("pack", "sheet"), SHEETS, ids=NAMES)
def test_every_list_is_an_ordinary_validation_with_all_its_labels(pack: Pack, sheet: Sheet) -> None:
    book = load_workbook(pack.folder / sheet.workbook)
    page = _page(pack, sheet)
    rules = {
        rule.sqref.ranges.copy().pop().min_col: rule
        for rule in page.data_validations.dataValidation
    }
    for column, field in enumerate(sheet.fields, 1):
        rule = rules[column]
        assert rule.sqref.ranges.copy().pop().min_row == sheet.layout.data_row
        assert rule.prompt
        if field.type is not FieldType.CHOICE:
            assert rule.type != "list"
            continue
        formula = rule.formula1
        if formula.startswith('"'):
            assert len(formula) <= 257
            labels = formula.strip('"').split(",")
        else:
            helper, cells = formula.replace("$", "").split("!")
            labels = [row[0].value for row in book[helper.strip("'")][cells]]
        own = pack.writer.label_spelling.get(field.dictionary, {})
        assert labels == [own.get(x, x) for x in pack.dictionaries[field.dictionary].labels]


@pytest.mark.parametrize(("pack", "sheet"), SHEETS, ids=NAMES)
def test_nothing_is_merged_among_the_rows_to_be_filled(pack: Pack, sheet: Sheet) -> None:
    page = _page(pack, sheet)
    first = sheet.layout.data_row
    below = [str(area) for area in page.merged_cells.ranges if area.max_row >= first]
    if sheet.layout.note:
        last = first + sheet.layout.blank_rows
        assert below == [f"A{last}:{get_column_letter(len(sheet.fields))}{last}"]
        assert page.max_row == last
    else:
        assert below == []


@pytest.mark.parametrize(
    "labels",
    [
        [f"第{number}类" for number in range(31)],
        [f"名称很长很长很长很长的一类{number:02}" for number in range(20)],
        ["甲,乙", "丙"],
        ['甲"乙', "丙"],
        ["=1+1", *(f"第{number}类" for number in range(31))],
    ],
    ids=["many", "long", "comma", "quote", "like a formula"],
)
def test_a_list_that_does_not_fit_a_validation_stands_on_the_helper_sheet(
    tmp_path: Path, labels: list[str]
) -> None:
    hubei = packs.load("hubei-2023")
    lists = {**hubei.dictionaries}
    lists["union_post"] = Dictionary("union_post", "职务", tuple(Entry("", x) for x in labels))
    (path,) = write_blank(replace(hubei, dictionaries=lists), tmp_path)
    book = load_workbook(path)
    page = book["会员"]
    assert isinstance(page, Worksheet)
    (rule,) = [
        rule for rule in page.data_validations.dataValidation if "H2" in str(rule.sqref).split(":")
    ]
    assert book.sheetnames[-1] == "下拉菜单表"
    assert rule.formula1 == f"'下拉菜单表'!$A$2:$A${len(labels) + 1}"
    helper = book["下拉菜单表"]
    assert isinstance(helper, Worksheet)
    assert [cell.value for cell in helper["A"]] == ["职务", *labels]
    assert {cell.data_type for cell in helper["A"]} == {"s"}


def test_a_workbook_tells_which_pack_it_was_made_from() -> None:
    for pack, sheet in SHEETS:
        book = load_workbook(pack.folder / sheet.workbook)
        assert book.custom_doc_props["collector.pack"].value == f"{pack.id}/{pack.version}"


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_bytes(b"")
    with pytest.raises(SurroundingsFailed) as failed:
        write_blank(PACKS[0], occupied)
    assert failed.value.code == "workbook.not_written"
    assert occupied.read_bytes() == b""


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_what_the_release_command_asks_of_libre_office_the_committed_workbooks_have(
    pack: Pack, checker: ModuleType
) -> None:
    for workbook in {sheet.workbook for sheet in pack.sheets}:
        assert checker.faults(pack.folder / workbook, pack, workbook, 1_000_000) == []


def test_the_release_command_sees_a_lost_drop_down_and_a_column_of_numbers(
    checker: ModuleType, tmp_path: Path
) -> None:
    pack = packs.load("hainan-2019")
    sheet = next(sheet for sheet in pack.sheets if sheet.kinds == (Kind.MEMBER,))
    book = load_workbook(pack.folder / sheet.workbook)
    page = book[sheet.name]
    page.data_validations.dataValidation = [
        rule for rule in page.data_validations.dataValidation if not str(rule.sqref).startswith("C")
    ]
    page.cell(sheet.layout.data_row, 8).number_format = "0"
    book.save(tmp_path / sheet.workbook)
    found = checker.faults(tmp_path / sheet.workbook, pack, sheet.workbook)
    assert [line.partition(":")[0] for line in found] == [f"{sheet.name} C", f"{sheet.name} H"]
