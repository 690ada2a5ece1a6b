from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from collector.errors import SurroundingsFailed, WrongUse
from collector.model import Finding, Kind, Severity
from collector.sheets.loading import load
from collector.sheets.marking import LIST_NAME, REASON_HEADER, Handed, write_marked
from collector.sheets.reading import read_files
from collector.sheets.row_ids import EXPLAINING_NAME, HEADER, RowIds
from tests.unit.sheets.workbook_kit import HEADERS, PACK, person, workbook

RED, YELLOW = "FFFFC7CD", "FFFFEB9B"


def fault(row: int, column: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding("x.y", severity, Kind.MEMBER, 0, "会员", row, column, "name", row - 2)


def rich_workbook(folder: Path) -> Path:
    """Styles, a drop-down list, a comment, a merge, a width and a formula."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "会员"
    sheet.append(list(HEADERS))
    for i in range(1, 4):
        sheet.append(list(person(i)))
    sheet["B2"].font = Font(bold=True, color="FF0000FF")
    sheet["B2"].number_format = "@"
    sheet["H2"] = "=1+1"
    sheet["B3"].comment = Comment("批注", "试验")
    sheet.column_dimensions["B"].width = 33
    sheet.merge_cells("J1:K1")
    choice = DataValidation(type="list", formula1='"男,女"')
    choice.add("C2:C100")
    sheet.add_data_validation(choice)
    path = folder / "表.xlsx"
    book.save(path)
    return path


def test_faulty_cells_are_marked_and_explained(tmp_path: Path) -> None:
    source = workbook(tmp_path, [HEADERS, person(1), person(2)])
    target = write_marked(
        source,
        None,
        [fault(2, "B"), fault(2, "D", Severity.WARNING), fault(3, "")],
        ["姓名有错", "=证件号码 <可疑>", "整行有错"],
        tmp_path / "标注" / "表.xlsx",
        {"会员": 1},
    )
    book = load_workbook(target)
    sheet = book["会员"]
    assert sheet["B2"].fill.fgColor.rgb == RED
    assert sheet["D2"].fill.fgColor.rgb == YELLOW
    assert sheet["B3"].fill.fill_type is None
    assert sheet["G1"].value == REASON_HEADER
    assert sheet["G2"].value == "B列：姓名有错\nD列：=证件号码 <可疑>"
    assert sheet["G3"].value == "整行有错"
    listed = [[cell.value for cell in row] for row in book[LIST_NAME].iter_rows(min_row=2)]
    assert listed[1] == ["会员", "2", "D", "提醒", "=证件号码 <可疑>"]
    assert book[LIST_NAME]["E3"].data_type == "s"


def test_the_rest_of_the_workbook_stays_as_it_was(tmp_path: Path) -> None:
    source = rich_workbook(tmp_path)
    target = write_marked(source, None, [fault(2, "B")], ["有错"], tmp_path / "out.xlsx")
    sheet = load_workbook(target)["会员"]
    assert sheet["B2"].font.b is True
    assert sheet["B2"].font.color.rgb == "FF0000FF"
    assert sheet["B2"].number_format == "@"
    assert sheet["H2"].value == "=1+1"
    assert sheet["B3"].comment.text == "批注"
    assert sheet.column_dimensions["B"].width == 33
    assert [str(item) for item in sheet.merged_cells.ranges] == ["J1:K1"]
    assert sheet.data_validations.dataValidation[0].formula1 == '"男,女"'
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target) as after:
        changed = {
            "[Content_Types].xml",
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
            "xl/worksheets/sheet1.xml",
        }
        for name in set(before.namelist()) - changed:
            assert before.read(name) == after.read(name)


def test_a_cell_that_is_not_there_is_put_where_it_belongs(tmp_path: Path) -> None:
    source = workbook(tmp_path, [HEADERS, (1, "", "", f"{1:018d}", None, "2020-01-02")])
    target = write_marked(
        source, None, [fault(2, "B"), fault(2, "E")], ["空", "空"], tmp_path / "out.xlsx"
    )
    sheet = load_workbook(target)["会员"]
    assert sheet["B2"].fill.fgColor.rgb == RED
    assert sheet["E2"].fill.fgColor.rgb == RED
    assert sheet["D2"].value == f"{1:018d}"
    assert sheet["F2"].value == "2020-01-02"


def test_a_marked_copy_is_read_as_the_original_was(tmp_path: Path) -> None:
    source = rich_workbook(tmp_path)
    findings = [fault(row, column) for row in (2, 3, 4) for column in "BCDEF"]
    target = write_marked(source, None, findings, ["错"] * 15, tmp_path / "out.xlsx", {"会员": 1})
    before, after = read_files([source], PACK), read_files([target], PACK)
    assert [table.columns for table in after.tables] == [table.columns for table in before.tables]
    assert [sheet.sheet for sheet in after.files[0].sheets] == ["会员", LIST_NAME]
    assert after.findings == before.findings


@pytest.mark.parametrize("suffix", [".csv", ".xls"])
def test_other_formats_come_back_as_a_workbook(suffix: str, tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "data" / "sheets" / "people.xls"
    if suffix == ".csv":
        source = tmp_path / "会员.csv"
        source.write_bytes("姓名,证件号,联系电话\n=1+1,000000000000000001,1\n".encode("gb18030"))
    target = write_marked(source, load(source), [fault(2, "B")], ["错"], tmp_path / "out.xlsx")
    sheet = load_workbook(target)["会员"]
    assert sheet["B2"].fill.fgColor.rgb == RED
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_sheet_in_another_dialect_comes_back_as_a_plain_one(tmp_path: Path) -> None:
    source = workbook(tmp_path, [HEADERS, person(1)])
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = parts[part].replace(b"</row>", b"</row><!-- x -->")
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    target = write_marked(source, None, [fault(2, "B")], ["错"], tmp_path / "out.xlsx")
    assert load_workbook(target)["会员"]["B2"].fill.fgColor.rgb == RED


def test_the_original_is_never_overwritten(tmp_path: Path) -> None:
    source = workbook(tmp_path, [HEADERS, person(1)])
    with pytest.raises(WrongUse):
        write_marked(source, None, [fault(2, "B")], ["错"], source)


def test_a_copy_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    source = workbook(tmp_path, [HEADERS, person(1)])
    target = tmp_path / "out.xlsx"
    target.mkdir()
    with pytest.raises(SurroundingsFailed) as failure:
        write_marked(source, None, [fault(2, "B")], ["错"], target)
    assert failure.value.code == "file.not_written"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.xlsx", "表.xlsx"]


def test_a_file_without_faults_is_copied_with_an_empty_list(tmp_path: Path) -> None:
    source = workbook(tmp_path, [HEADERS, person(1)])
    target = write_marked(source, None, [], [], tmp_path / "out.xlsx")
    assert load_workbook(target)[LIST_NAME].max_row == 1


IDS = RowIds("0123456789abcdef", b"s" * 32)


def handed(rows: range) -> Handed:
    return Handed({"会员": IDS.make("ABCDE", rows)}, ["退回说明", "退回件编号：GHCABC123456"])


def test_a_copy_that_may_come_back_has_ids_a_filter_that_reaches_them_and_instructions(
    tmp_path: Path,
) -> None:
    source = rich_workbook(tmp_path)
    book = load_workbook(source)
    book["会员"].auto_filter.ref = "A1:F4"
    book.save(source)
    target = write_marked(
        source, None, [fault(2, "B")], ["错"], tmp_path / "o.xlsx", {"会员": 1}, handed(range(2, 5))
    )
    written = load_workbook(target)
    page = written["会员"]
    assert written.sheetnames[-2:] == [EXPLAINING_NAME, LIST_NAME]
    (hidden,) = [name for name, column in page.column_dimensions.items() if column.hidden]
    assert [cell.value for cell in page[hidden]] == [
        HEADER,
        *IDS.make("ABCDE", range(2, 5)).values(),
    ]
    assert page.auto_filter.ref == f"A1:{hidden}4"
    raw = load(target)
    assert raw.copy_id == "GHCABC123456"
    assert raw.sheets[0].row_ids == IDS.make("ABCDE", range(2, 5))
    assert read_files([target], PACK).tables[0].rows == [2, 3, 4]


def test_a_faulty_cell_has_a_comment_unless_the_sheet_has_comments_of_its_own(
    tmp_path: Path,
) -> None:
    plain = workbook(tmp_path, [HEADERS, person(1), person(2)])
    target = write_marked(plain, None, [fault(2, "B")], ["请核对 <姓名>"], tmp_path / "1.xlsx")
    assert load_workbook(target)["会员"]["B2"].comment.text == "请核对 <姓名>"
    target = write_marked(
        rich_workbook(tmp_path), None, [fault(2, "B")], ["错"], tmp_path / "2.xlsx"
    )
    page = load_workbook(target)["会员"]
    assert page["B3"].comment.text == "批注"
    assert page["B2"].comment is None


def test_a_second_marking_replaces_the_first(tmp_path: Path) -> None:
    source = workbook(tmp_path, [HEADERS, person(1), person(2), person(3)])
    first = write_marked(
        source,
        None,
        [fault(2, "B"), fault(3, "C")],
        ["甲错", "乙错"],
        tmp_path / "1.xlsx",
        {"会员": 1},
        handed(range(2, 5)),
    )
    new = Handed({"会员": IDS.make("FGHJK", range(2, 5))}, ["退回说明"])
    second = write_marked(
        first, load(first), [fault(4, "D")], ["丙错"], tmp_path / "2.xlsx", {"会员": 1}, new
    )
    book = load_workbook(second)
    page = book["会员"]
    assert [name for name in book.sheetnames if name != "会员"] == [EXPLAINING_NAME, LIST_NAME]
    assert {
        cell.coordinate for row in page for cell in row if cell.fill.start_color.rgb == RED
    } == {"D4"}
    assert {cell.coordinate for row in page for cell in row if cell.comment} == {"D4"}
    assert [page.cell(row, page.max_column).value for row in (2, 3, 4)] == [None, None, "D列：丙错"]
    assert load(second).sheets[0].row_ids == IDS.make("FGHJK", range(2, 5))
    assert [row[4].value for row in book[LIST_NAME]][1:] == ["丙错"]
