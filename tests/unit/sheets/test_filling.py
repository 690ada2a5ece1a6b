"""Records written into a province's own workbook: its own file, and nothing lost or changed."""

from __future__ import annotations

import re
import shutil
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from collector import packs
from collector.errors import InputRefused
from collector.model import Kind, Table
from collector.packs import FieldType, Pack, Sheet
from collector.services.learning import learn
from collector.services.templates import check_pack
from collector.sheets.archive import Archive
from collector.sheets.building import build
from collector.sheets.learning_lists import validations
from collector.sheets.loading import load
from collector.sheets.plans import propose
from collector.sheets.writing import TableSource, write_blank, write_workbooks
from tests.unit.sheets.learning_kit import Col, Template, draw, draw_together, templates

TEMPLATES = {template.name: template for template in templates()}
_KEPT: list[str] = []


@cache
def drafted(name: str) -> tuple[Path, Pack]:
    """A template of the kit and the pack learned from it; made once."""
    folder = Path(mkdtemp(prefix="filling-"))
    _KEPT.append(str(folder))
    path = draw(TEMPLATES[name], folder)
    learn(path, folder / "own-pack")
    return path, packs.load(folder / "own-pack")


@pytest.fixture(scope="module", autouse=True)
def _swept() -> Iterator[None]:
    yield
    drafted.cache_clear()
    for folder in _KEPT:
        shutil.rmtree(folder, ignore_errors=True)
    _KEPT.clear()


def value(pack: Pack, kind: Kind, number: int) -> dict[str, str]:
    """A made-up record whose every field holds something."""
    found: dict[str, str] = {}
    for item in pack.fields_of(kind):
        if item.type is FieldType.CHOICE:
            labels = pack.dictionaries[item.dictionary].labels
            found[item.id] = labels[number % len(labels)]
        elif item.type is FieldType.DATE:
            found[item.id] = f"20{10 + number % 10}-0{1 + number % 9}-1{number % 9}"
        elif item.type in (FieldType.NUMBER, FieldType.PHONE):
            found[item.id] = str(13_000_000_000 + number)
        else:
            named = item.id.upper().replace("_", "")
            found[item.id] = f"=虚构<{named}>&{number}"
    return found


def tables(pack: Pack, count: int) -> list[Table]:
    made = []
    for kind in {kind for sheet in pack.sheets for kind in sheet.kinds}:
        records = [value(pack, kind, number) for number in range(count)]
        if kind is Kind.UNIT:
            for number, record in enumerate(records):
                record["parent_union"] = value(pack, Kind.UNION, number)["name"]
        made.append(_table(kind, records))
    return made


def _table(kind: Kind, records: list[dict[str, str]]) -> Table:
    names = list(dict.fromkeys(name for record in records for name in record))
    columns = {name: [record[name] for record in records] for name in names}
    return Table(kind, columns, list(range(1, len(records) + 1)))


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_part(path: Path, sheet: Sheet) -> str:
    book = opened(path)
    return f"xl/worksheets/sheet{book.sheetnames.index(sheet.name) + 1}.xml"


def read_back(path: Path, pack: Pack) -> dict[Kind, list[dict[str, str]]]:
    raw = load(path)
    found: dict[Kind, list[dict[str, str]]] = {}
    for table in build(raw, propose(raw, pack), pack).tables:
        found.setdefault(table.kind, []).extend(table.record(row) for row in range(len(table)))
    return found


def fill(pack: Pack, given_tables: list[Table], folder: Path) -> Path:
    [filled] = write_workbooks(pack, TableSource(given_tables), folder)
    return filled


def changed(original: Path, filled: Path) -> set[str]:
    before, after = parts(original), parts(filled)
    assert list(before) == list(after)
    return {part for part in before if before[part] != after[part]}


def opened(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it drops the x14 validations
        return load_workbook(path)


def reads_as(text: str) -> str:
    """The text of a cell as a program shows it."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_only_the_filled_sheets_change_and_every_record_is_read_back(
    name: str, tmp_path: Path
) -> None:
    original, pack = drafted(name)
    touched = {sheet_part(original, sheet) for sheet in pack.sheets}
    if name == "a table of Excel":
        touched.add("xl/tables/table1.xml")
    for count in (3, 40):
        given_tables = tables(pack, count)
        filled = fill(pack, given_tables, tmp_path / str(count))
        assert sheet_part(original, pack.sheets[0]) in changed(original, filled) <= touched
        back = read_back(filled, pack)
        for table in given_tables:
            expected = [table.record(row) for row in range(len(table))]
            for record in expected:
                record.pop("parent_union", None)
            assert back.get(table.kind, []) == expected


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_cells_hold_the_very_texts_and_nothing_is_calculated(name: str, tmp_path: Path) -> None:
    """Read by another reader: every cell of a record is text, in the look of the template."""
    _, pack = drafted(name)
    filled = fill(pack, tables(pack, 12), tmp_path)
    [sheet] = pack.sheets
    page = opened(filled)[sheet.name]
    first = sheet.layout.data_row
    header = next(item.header for item in sheet.fields if item.id == "name")
    column = next(
        cell.column
        for row in page.iter_rows(max_row=first - 1)
        for cell in row
        if cell.value == header
    )
    cells = [page.cell(row, column) for row in range(first, first + 12)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [
        value(pack, sheet.kinds[0], number)["name"] for number in range(12)
    ]
    assert len({cell.style_id for cell in cells}) == 1


def test_a_sheet_without_records_keeps_its_rows_and_loses_its_examples(tmp_path: Path) -> None:
    for name in ("example row", "an example nobody marked", "a row of marks", "note says all"):
        original, pack = drafted(name)
        filled = fill(pack, tables(pack, 0), tmp_path / name)
        [sheet] = pack.sheets
        before, after = opened(original)[sheet.name], opened(filled)[sheet.name]
        assert after.max_row == before.max_row
        assert read_back(filled, pack) == {kind: [] for kind in sheet.kinds}
        assert [cell.value for cell in after[sheet.layout.header_row]] == [
            cell.value for cell in before[sheet.layout.header_row]
        ]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_blank_workbook_is_the_provinces_own_file(name: str, tmp_path: Path) -> None:
    original, pack = drafted(name)
    [blank] = write_blank(pack, tmp_path)
    assert blank.read_bytes() == original.read_bytes()


@pytest.mark.parametrize("name", list(TEMPLATES)[::6])
def test_the_same_records_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    _, pack = drafted(name)
    once, again = (fill(pack, tables(pack, 5), tmp_path / place) for place in "ab")
    assert once.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("count", [2, 30])
def test_drop_downs_cover_every_record_and_no_more_than_one_covers_a_cell(
    count: int, tmp_path: Path
) -> None:
    for name in ("stars", "note says all", "many lists and a note", "lists beside the table"):
        _, pack = drafted(name)
        filled = fill(pack, tables(pack, count), tmp_path / name)
        first = pack.sheets[0].layout.data_row
        with Archive(filled) as archive:
            checks = validations(archive, "xl/worksheets/sheet1.xml")
        listed = [item for item in checks if item.kind == "list"]
        assert listed
        for check in listed:
            [(top, _, bottom, _)] = check.areas
            assert (top, bottom >= first + count - 1) == (first, True)
        if pack.sheets[0].layout.note:
            assert all(check.areas[0][2] == first + count - 1 for check in listed)


@pytest.mark.parametrize("count", [2, 40])
def test_the_note_stays_the_last_row_merged_and_as_high_as_it_was(
    count: int, tmp_path: Path
) -> None:
    original, pack = drafted("many lists and a note")
    filled = fill(pack, tables(pack, count), tmp_path)
    before, after = opened(original)["会员信息"], opened(filled)["会员信息"]
    row = pack.sheets[0].layout.data_row + count
    assert after.max_row == row
    assert after.cell(row, 1).value == before.cell(before.max_row, 1).value
    assert f"A{row}:K{row}" in {str(area) for area in after.merged_cells.ranges}
    assert after.calculate_dimension() == f"A1:K{row}"


def test_formulas_above_and_below_look_at_every_record(tmp_path: Path) -> None:
    _, pack = drafted("totals and a line to sign")
    page = opened(fill(pack, tables(pack, 25), tmp_path))["会员信息"]
    assert page["A1"].value == '="共"&COUNTA(B3:B27)&"人"'
    assert (page["A28"].value, page["B28"].value) == ("合计", "=COUNTA(B3:B27)")
    assert (page["A29"].value, page["E29"].value) == ("填表人：", "审核人：")
    assert page.row_dimensions[29].height == 33
    assert "A29:D29" in {str(area) for area in page.merged_cells.ranges}


def test_the_result_of_a_formula_over_the_blank_rows_is_not_left_standing(tmp_path: Path) -> None:
    _, pack = drafted("totals and a line to sign")
    folder = tmp_path / "pack"
    shutil.copytree(pack.folder, folder)
    [own] = (folder / "original").iterdir()
    rewrite(own, own, lambda text: re.sub(r"</f><v ?(?:/>|></v>)", "</f><v>0</v>", text))
    assert b"</f><v>0</v>" in parts(own)["xl/worksheets/sheet1.xml"]
    filled = fill(packs.load(folder), tables(pack, 3), tmp_path / "out")
    assert b"</f><v>0</v>" not in parts(filled)["xl/worksheets/sheet1.xml"]


def test_filter_colours_and_panes_follow(tmp_path: Path) -> None:
    original, pack = drafted("filter, panes and colours")
    page = opened(fill(pack, tables(pack, 30), tmp_path))["会员信息"]
    assert page.auto_filter.ref == "A2:J32"
    assert page.freeze_panes == opened(original)["会员信息"].freeze_panes
    rules = {str(area.sqref): area.rules[0] for area in page.conditional_formatting}
    assert set(rules) == {"A3:A32", "C3:C32"}
    assert rules["C3:C32"].formula == ["COUNTIF($C$3:$C$32,$C3)>1"]
    assert {page.cell(row, 1).border.top.style for row in range(3, 33)} == {"thin"}
    assert {page.row_dimensions[row].height for row in range(3, 33)} == {21}


def test_a_table_of_excel_reaches_over_every_record(tmp_path: Path) -> None:
    original, pack = drafted("a table of Excel")
    small, large = (fill(pack, tables(pack, n), tmp_path / str(n)) for n in (3, 30))
    assert changed(original, small) == {"xl/worksheets/sheet1.xml"}
    [table] = opened(large)["会员信息"].tables.values()
    assert (table.ref, table.autoFilter.ref) == ("A1:J31", "A1:J31")


def test_lists_beside_the_table_stay_where_the_drop_downs_look(tmp_path: Path) -> None:
    for name in ("lists beside the table", "lists beside the table and a note below"):
        original, pack = drafted(name)
        before = opened(original)["会员信息"]
        after = opened(fill(pack, tables(pack, 60), tmp_path / name))["会员信息"]
        beside = {
            (cell.row, cell.column): cell.value
            for row in before.iter_rows(min_col=12)
            for cell in row
            if cell.value is not None
        }
        assert beside
        assert all(after.cell(*place).value == text for place, text in beside.items())


def test_a_note_with_a_list_beside_it_is_no_record(tmp_path: Path) -> None:
    _, pack = drafted("lists beside the table and a note below")
    for count in (19, 24, 30):  # the note comes to stand beside one label after another
        filled = fill(pack, tables(pack, count), tmp_path / str(count))
        assert len(read_back(filled, pack)[Kind.MEMBER]) == count


def test_a_merged_and_linked_example_leaves_nothing_under_a_record(tmp_path: Path) -> None:
    _, pack = drafted("an example merged and linked")
    page = opened(fill(pack, tables(pack, 4), tmp_path))["会员信息"]
    assert [str(area) for area in page.merged_cells.ranges] == ["A6:J6"]
    assert not any(cell.hyperlink for row in page.iter_rows() for cell in row)


def test_the_sheets_of_one_workbook_are_filled_together(tmp_path: Path) -> None:
    pack = together(tmp_path, "基层以上工会", "基层工会")
    unions = [
        {"name": f"虚构{number}工会", "level": level, "leader": "虚构甲"}
        for number, level in enumerate(["基层工会", "基层以上工会", "基层工会", ""])
    ]
    filled = fill(pack, [_table(Kind.UNION, unions)], tmp_path / "out")
    book = opened(filled)
    assert [book["基层以上工会"].cell(row, 1).value for row in (2, 3)] == ["虚构1工会", None]
    assert [book["基层工会"].cell(row, 1).value for row in (2, 3, 4)] == [
        "虚构0工会",
        "虚构2工会",
        "虚构3工会",
    ]
    back = {record["name"]: record["level"] for record in read_back(filled, pack)[Kind.UNION]}
    assert back == {
        "虚构0工会": "基层工会",
        "虚构1工会": "基层以上工会",
        "虚构2工会": "基层工会",
        "虚构3工会": "基层工会",
    }


def together(folder: Path, *names: str) -> Pack:
    columns = [
        Col("工会名称", "name", "text", required=True, kind="union"),
        Col("工会负责人", "leader", "name", kind="union"),
        Col("上级工会名称", "parent_name", "text", kind="union"),
    ]
    several = [
        Template(f"各级工会{place}", columns, sheet=name) for place, name in enumerate(names)
    ]
    learn(draw_together(several, folder), folder / "own-pack")
    return packs.load(folder / "own-pack")


def test_each_union_gets_the_provinces_own_file(tmp_path: Path) -> None:
    original, drafted_pack = drafted("many lists and a note")
    writer = replace(drafted_pack.writer, one_member_file_per_union=True)
    pack = replace(drafted_pack, writer=writer)
    members_of = [
        {**value(pack, Kind.MEMBER, number), "union_name": f"虚构{number % 2}工会"}
        for number in range(5)
    ]
    paths = write_workbooks(pack, TableSource([_table(Kind.MEMBER, members_of)]), tmp_path)
    assert len(paths) == 2
    assert [len(read_back(path, pack)[Kind.MEMBER]) for path in paths] == [3, 2]
    for path in paths:
        assert changed(original, path) == {"xl/worksheets/sheet1.xml"}


def test_what_does_not_fit_goes_on_in_a_second_file(tmp_path: Path) -> None:
    _, pack = drafted("note says all")
    first = pack.sheets[0].layout.data_row
    source = TableSource(tables(pack, 7))
    paths = write_workbooks(pack, source, tmp_path, rows_most=first + 4)
    assert [len(read_back(path, pack)[Kind.MEMBER]) for path in paths] == [4, 3]


# -- other programs' ways to write the same sheet -------------------------------------------------


def rewrite(path: Path, target: Path, change: Callable[[str], str]) -> None:
    """The workbook with its first sheet written in another way."""
    held = parts(path)
    name = "xl/worksheets/sheet1.xml"
    held[name] = change(held[name].decode()).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in held.items():
            archive.writestr(part, content)


def _prefixed(text: str) -> str:
    text = re.sub(r"<(/?)(?=[A-Za-z])(?![\w]+:)", r"<\1x:", text)
    return text.replace(' xmlns="', ' xmlns:x="', 1)


def _unplaced(text: str) -> str:
    head, rows, tail = re.split(r"(<sheetData>.*</sheetData>)", text, flags=re.DOTALL)
    return head + re.sub(r'(<c) r="[A-Z]+[0-9]+"', r"\1", rows) + tail


@pytest.mark.parametrize(
    "change",
    [
        _prefixed,
        lambda text: re.sub(r'="([^"\']*)"', r"='\1'", text),
        lambda text: text.replace("<row ", "<row\n  ").replace("<c ", "<c\t"),
        lambda text: re.sub(r"<dimension[^>]*>", "", text),
        _unplaced,
    ],
    ids=["prefixes", "single quotes", "white space", "no dimension", "cells without places"],
)
def test_a_sheet_written_in_another_way_is_filled_too(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    _, pack = drafted("stars")
    folder = tmp_path / "pack"
    shutil.copytree(pack.folder, folder)
    [own] = (folder / "original").iterdir()
    rewrite(own, own, change)
    other = packs.load(folder)
    given_tables = tables(other, 12)
    filled = fill(other, given_tables, tmp_path / "out")
    expected = [given_tables[0].record(row) for row in range(12)]
    assert read_back(filled, other)[Kind.MEMBER] == expected
    assert opened(filled)["会员信息"].max_row >= 13


def test_the_chain_of_formulas_follows_them(tmp_path: Path) -> None:
    """Excel asks to repair a file whose chain names a cell without a formula."""
    _, pack = drafted("totals and a line to sign")
    folder = tmp_path / "pack"
    shutil.copytree(pack.folder, folder)
    [own] = (folder / "original").iterdir()
    held = parts(own)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    held["xl/calcChain.xml"] = (
        f'<calcChain xmlns="{space}"><c r="B11" i="1"/><c r="A1"/></calcChain>'.encode()
    )
    with zipfile.ZipFile(own, "w") as archive:
        for part, content in held.items():
            archive.writestr(part, content)
    filled = fill(packs.load(folder), tables(pack, 25), tmp_path / "out")
    assert re.findall(rb'r="(\w+)"', parts(filled)["xl/calcChain.xml"]) == [b"B28", b"A1"]


def test_a_template_that_no_longer_fits_its_pack_is_refused_with_the_place(tmp_path: Path) -> None:
    _, pack = drafted("stars")
    for old, new, code in (
        ("*工作单位", "别的列名", "original.column_missing"),
        ('name = "会员信息"', 'name = "别的表"', "original.sheet_missing"),
    ):
        folder = tmp_path / code
        shutil.copytree(pack.folder, folder)
        said = (folder / "pack.toml").read_text(encoding="utf-8")
        (folder / "pack.toml").write_text(said.replace(old, new), encoding="utf-8")
        [problem] = check_pack(folder)
        assert problem.code == code
        with pytest.raises(InputRefused) as refusal:
            fill(packs.load(folder), tables(pack, 1), tmp_path / "out")
        assert refusal.value.code == code
        assert refusal.value.where["sheet"]
        assert not list((tmp_path / "out").glob("*.xlsx"))


TEXTS = st.one_of(
    st.text(
        st.characters(
            exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"), exclude_characters="\ufffe\uffff"
        ),
        max_size=12,
    ),
    st.sampled_from(
        [
            "=1+1",
            "+1",
            "@x",
            "=cmd|'/c calc'!A1",
            "0001",
            "1E5",
            "<b>&amp;]]>",
            "_x0041_",
            "𠀀𪚥",
            "😀",
            "a\nb",
            "</t></is></c></row></sheetData>",
        ]
    ),
)


@given(st.lists(st.tuples(TEXTS.filter(bool), TEXTS, TEXTS), min_size=1, max_size=30))
@settings(max_examples=40)
def test_any_text_comes_back_as_it_was(rows: list[tuple[str, str, str]]) -> None:
    """Whatever a person typed: no formula, no broken file, not one character lost."""
    original, pack = drafted("totals and a line to sign")
    records = [
        {"name": f"虚构{name}", "native_place": place, "unit_name": unit}
        for name, place, unit in rows
    ]
    with TemporaryDirectory() as folder:
        filled = fill(pack, [_table(Kind.MEMBER, records)], Path(folder))
        assert changed(original, filled) == {"xl/worksheets/sheet1.xml"}
        page = opened(filled)["会员信息"]
        fields = [item.id for item in pack.sheets[0].fields]
        for row, record in enumerate(records, 3):
            for name, text in record.items():
                cell = page.cell(row, fields.index(name) + 1)
                assert (reads_as(cell.value or ""), cell.data_type) == (
                    text,
                    "s" if text else "n",
                )
