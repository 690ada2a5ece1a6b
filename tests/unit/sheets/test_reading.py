from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from collector.errors import Cancelled
from collector.model import Kind, Severity
from collector.progress import Progress
from collector.sheets.building import Built, build
from collector.sheets.loading import load
from collector.sheets.plans import plan_with_columns, plan_with_header, propose
from collector.sheets.preflight import examine
from collector.sheets.process import Reader
from collector.sheets.raw import Format, RawSheet, RawWorkbook, letter, number
from collector.sheets.reading import read_files
from tests.unit.sheets.workbook_kit import (
    HEADERS,
    MEMBERS,
    ORGANISATIONS,
    PACK,
    person,
    workbook,
)


def read(path: Path) -> Built:
    raw = load(path)
    return build(raw, propose(raw, PACK), PACK)


def raw_of(*rows: tuple[object, ...], name: str = "会员") -> RawWorkbook:
    width = max(map(len, rows))
    columns = [[row[i] if i < len(row) else "" for row in rows] for i in range(width)]
    sheet = RawSheet(name, rows_total=len(rows), columns=columns)  # type: ignore[arg-type]
    return RawWorkbook(Path("x.xlsx"), "x.xlsx", "", Format.XLSX, None, [sheet])


def built_of(*rows: tuple[object, ...], name: str = "会员") -> Built:
    raw = raw_of(*rows, name=name)
    return build(raw, propose(raw, PACK), PACK)


def codes(built: Built) -> list[tuple[str, int, str]]:
    return [(item.code, item.row, item.column) for item in built.findings]


def test_a_table_keeps_the_row_numbers_and_letters_of_the_file(tmp_path: Path) -> None:
    built = read(workbook(tmp_path, [(), ("附件",), HEADERS, person(1), person(2)]))
    table = built.tables[0]
    assert table.rows == [4, 5]
    assert table.letters["id_number"] == "D"
    assert table.columns["id_number"] == [f"{1:018d}", f"{2:018d}"]
    assert table.columns["name"] == ["试验一", "试验丁"] or len(table.columns["name"]) == 2
    assert "serial" not in table.columns
    assert built.sheets[0].header_row == 3
    assert built.sheets[0].rows == 2
    assert built.findings == []


def test_columns_may_stand_in_any_order_and_under_other_names() -> None:
    table = built_of(
        ("手机号", "备 注", "*会员姓名（必填）", "身份证号：", "性　别"),
        ("19900000001", "", "试验甲", "000000000000000001", "女性"),
    ).tables[0]
    assert table.letters == {
        "phone": "A",
        "remark": "B",
        "name": "C",
        "id_number": "D",
        "gender": "E",
    }
    assert table.columns["gender"] == ["女"]
    assert table.originals["gender"] == {0: "女性"}


def test_a_name_that_is_only_close_is_matched_where_nothing_fits_better() -> None:
    plan = propose(raw_of(("姓名", "联系电话2", "身份证号"), ("试验甲", "1", "2")), PACK)[0]
    assert plan.columns["B"] == (Kind.MEMBER, "phone")


def test_a_close_name_never_takes_the_place_of_the_right_one() -> None:
    plan = propose(
        raw_of(("姓名", "联系电话2", "联系电话", "身份证号"), ("试验甲", "1", "2", "3")), PACK
    )[0]
    assert plan.columns["C"] == (Kind.MEMBER, "phone")
    assert "B" in plan.ignored


def test_a_column_twice_is_an_error_at_the_second() -> None:
    built = built_of(("姓名", "身份证号", "联系电话", "姓名"), ("试验甲", "1", "2", "试验乙"))
    assert ("header.duplicate", 1, "D") in codes(built)
    assert built.tables[0].columns["name"] == ["试验甲"]
    assert built.sheets[0].ignored == ("D",)


def test_a_missing_required_column_is_said_once() -> None:
    built = built_of(("姓名", "身份证号", "性别"), ("试验甲", "1", "男"), ("试验乙", "2", "男"))
    assert [item.field for item in built.findings if item.code == "header.missing"] == ["phone"]
    assert built.sheets[0].missing_required == ("phone",)


def test_two_level_headers_are_flattened_and_give_two_tables(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "工会组织信息"
    sheet["A1"] = "附件一"
    sheet["A2"] = "工会组织信息采集表"
    sheet.merge_cells("A2:F2")
    sheet["A4"] = "序号"
    sheet.merge_cells("A4:A5")
    sheet["B4"] = "所在单位信息"
    sheet.merge_cells("B4:D4")
    sheet["E4"] = "工会组织信息"
    sheet.merge_cells("E4:F4")
    for column, text in zip(
        "BCDEF",
        ("单位名称", "统一社会信用代码", "职工人数", "工会名称", "统一社会信用代码"),
        strict=True,
    ):
        sheet[f"{column}5"] = text
    for column, value in zip(
        "ABCDEF",
        (1, "试验单位", "91420100MA00000001", 1200, "试验工会", "81420100MC00000001"),
        strict=True,
    ):
        sheet[f"{column}6"] = value
    path = tmp_path / "组织.xlsx"
    book.save(path)
    built = read(path)
    unit, union = built.tables
    assert (unit.kind, union.kind) == (Kind.UNIT, Kind.UNION)
    assert unit.rows == union.rows == [6]
    assert unit.columns == {
        "name": ["试验单位"],
        "uscc": ["91420100MA00000001"],
        "employee_count": ["1200"],
    }
    assert union.columns == {"name": ["试验工会"], "uscc": ["81420100MC00000001"]}
    assert union.letters["uscc"] == "F"
    assert built.findings == []


def test_the_stand_in_of_a_required_field_makes_its_column_unneeded() -> None:
    built = built_of(
        ("单位名称", "临时赋码", "工会名称"),
        ("试验单位", "L0001", "试验工会"),
        name="工会组织信息",
    )
    missing = {(item.kind, item.field) for item in built.findings}
    assert missing == {(Kind.UNIT, "uscc")}


def test_a_header_is_not_searched_for_beyond_the_twentieth_row() -> None:
    rows: list[tuple[object, ...]] = [("x", "y")] * 20
    built = built_of(*rows, HEADERS, person(1))
    assert built.tables == []
    assert codes(built) == [("header.missing", 0, "")]


def test_every_row_is_accounted_for() -> None:
    rows: list[tuple[object, ...]] = [
        HEADERS,
        ("1", "2", "3", "4", "5", "6"),
        ("例", "张三", "男", "000000000000000009", "19900000009", ""),
        person(1),
        (),
        (2, "", "", "", "", ""),
        person(3),
        HEADERS,
        ("合计", "2", "", "", "", ""),
        ("", "", "", "", "", "", "旁注"),
        ("填表说明：1、所列项目均为必填项；", "", "", "", "", ""),
        ("2、“工作单位”需填写完整的单位全称，不得简写。", "", "", "", "", ""),
        ("填表人：试验甲", "", "审核人：", "", "", "填报日期："),
    ]
    built = built_of(*rows)
    reading = built.sheets[0]
    assert built.tables[0].rows == [4, 7]
    assert dict(reading.skipped) == {
        2: "column_numbers",
        3: "example",
        5: "blank",
        6: "blank",
        8: "header_again",
        9: "total",
        10: "no_data",
        11: "note",
        12: "note",
        13: "note",
    }
    assert reading.rows + len(reading.skipped) == len(rows) - 1


@pytest.mark.parametrize(
    "name", ["例某", "注海", "合计明", "示例红", "说明", "备注", "小计", "总计", "样表", "填表人"]
)
def test_a_real_person_is_never_taken_for_something_else(name: str) -> None:
    row = (1, name, "男", "000000000000000001", "19900000001", "2020-01-02")
    assert built_of(HEADERS, row, person(2)).tables[0].rows == [2, 3]


def test_a_person_with_only_a_name_is_still_a_person() -> None:
    assert built_of(HEADERS, (1, "试验甲"), person(2)).tables[0].rows == [2, 3]


def test_rows_are_numbered_in_a_column_of_their_own_even_where_the_pack_has_none() -> None:
    spec = replace(MEMBERS, fields=MEMBERS.fields[1:])
    raw = raw_of(HEADERS, person(1), (2, "", "", "", "", ""), person(3))
    pack = replace(PACK, sheets=(spec,))
    built = build(raw, propose(raw, pack), pack)
    assert built.sheets[0].ignored == ()
    assert built.sheets[0].skipped == ((3, "blank"),)


def test_a_line_of_signatures_is_a_note_wherever_its_cells_stand() -> None:
    signatures = ("负责人：", "", "", "审核人（签字）：", "填表人：", "")
    built = built_of(HEADERS, person(1), signatures)
    assert built.sheets[0].skipped == ((3, "note"),)


def test_the_packs_own_example_line_is_left_out_only_when_it_is_that_line() -> None:
    rows = [("", "张三", "", "", "11", ""), ("", "张三", "", "000000000000000001", "11", "")]
    built = built_of(HEADERS, *rows)
    assert dict(built.sheets[0].skipped) == {2: "example"}
    assert built.tables[0].rows == [3]


def test_damage_is_named_and_never_repaired() -> None:
    built = built_of(
        ("姓名", "身份证号", "联系电话", "单位代码"),
        ("试验甲", 420106199001011000.0, 19900000001.0, 914201000000000000.0),
        ("试验乙", "4.2E+17", "19900000002", "9.14201E+17"),
        ("试验丙", 420106900101001.0, 19900000003, "91420100MA00000001"),
    )
    table = built.tables[0]
    assert table.faults["id_number"] == {
        0: "resident_id.damaged_by_excel",
        1: "resident_id.damaged_by_excel",
    }
    assert table.faults["unit_code"] == {0: "uscc.damaged_by_excel", 1: "uscc.damaged_by_excel"}
    assert table.columns["id_number"][2] == "420106900101001"
    assert table.columns["phone"] == ["19900000001", "19900000002", "19900000003"]
    assert "phone" not in table.faults


def test_structure_faults_are_found_where_they_are(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADERS))
    for i in range(1, 8):
        sheet.append(list(person(i)))
    sheet["B3"] = "=1/0"
    sheet["C4"] = "#N/A"
    sheet.merge_cells("E5:E6")
    sheet.row_dimensions[7].hidden = True
    sheet.column_dimensions["F"].hidden = True
    path = tmp_path / "表.xlsx"
    book.save(path)
    built = read(path)
    table = built.tables[0]
    assert table.faults["name"] == {1: "cell.formula"}
    assert table.faults["gender"] == {2: "cell.error_value"}
    assert table.faults["phone"] == {3: "cell.merged", 4: "cell.merged"}
    assert ("cell.hidden", 7, "") in codes(built)
    assert ("cell.hidden", 1, "F") in codes(built)
    assert len(table) == 7
    assert all(item.severity is Severity.WARNING for item in built.findings)


def test_a_calculated_cell_gives_its_result_and_a_warning(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEADERS, person(1)])
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet["F2"] = "=DATE(2020,1,2)"
    book.save(path)
    data = {}
    import zipfile

    with zipfile.ZipFile(path) as archive:
        data = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    data[part] = data[part].replace(b"<v></v>", b"<v>43832</v>").replace(b"<v />", b"<v>43832</v>")
    assert b"43832" in data[part]
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in data.items():
            archive.writestr(name, body)
    built = read(path)
    assert codes(built) == [("cell.formula", 2, "F")]
    assert built.tables[0].columns["join_date"] == ["2020-01-02"]


def test_helper_lists_are_left_out_and_listed() -> None:
    raw = raw_of(HEADERS, person(1))
    raw.sheets.append(RawSheet("下拉菜单表", rows_total=3, columns=[["性别", "男", "女"]]))
    built = build(raw, propose(raw, PACK), PACK)
    assert built.findings == []
    assert built.sheets[1].skipped == ((1, "helper_list"), (2, "helper_list"), (3, "helper_list"))


def test_a_sheet_without_a_header_is_an_error_and_its_rows_are_listed() -> None:
    raw = raw_of(HEADERS, person(1))
    raw.sheets.append(RawSheet("另一张", rows_total=2, columns=[["甲", "乙"], ["丙", ""]]))
    built = build(raw, propose(raw, PACK), PACK)
    assert [(item.code, item.sheet) for item in built.findings] == [("header.missing", "另一张")]
    assert built.sheets[1].skipped == ((1, "no_header"), (2, "no_header"))


def test_kind_narrows_the_sheets_that_are_considered() -> None:
    raw = raw_of(HEADERS, person(1))
    assert propose(raw, PACK, Kind.UNION) == []
    assert propose(raw, PACK, Kind.MEMBER)[0].spec is MEMBERS


def test_a_person_may_point_out_the_header_and_choose_the_columns() -> None:
    raw = raw_of(("代号甲", "代号乙", "姓名"), ("试验甲", "000000000000000001", "x"))
    plan = plan_with_header(raw, 0, MEMBERS, 1)
    assert plan.columns == {"C": (Kind.MEMBER, "name")}
    chosen = {"A": (Kind.MEMBER, "name"), "B": (Kind.MEMBER, "id_number")}
    changed = plan_with_columns(raw, plan, chosen)
    table = build(raw, [changed], PACK).tables[0]
    assert table.columns["name"] == ["试验甲"]
    assert changed.ignored == ("C",)


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_file_is_read_in_each_encoding_and_says_which(
    codec: str, name: str, separator: str, tmp_path: Path
) -> None:
    lines = [("姓名", "身份证号", "联系电话"), ("试验甲", "000000000000000001", "19900000001")]
    path = tmp_path / "会员.csv"
    path.write_bytes("\r\n".join(separator.join(line) for line in lines).encode(codec))
    reading = read_files([path], PACK)
    assert reading.files[0].encoding == name
    assert reading.tables[0].columns["name"] == ["试验甲"]
    assert reading.tables[0].columns["id_number"] == ["000000000000000001"]


def test_an_old_xls_is_read_with_its_errors_and_hidden_rows() -> None:
    path = Path(__file__).parents[2] / "data" / "sheets" / "people.xls"
    built = read(path)
    table = built.tables[0]
    assert len(table) == 9
    assert table.faults["id_number"] == {6: "resident_id.damaged_by_excel"}
    assert table.columns["join_date"][0] == "2020-01-01"
    found = codes(built)
    assert ("cell.hidden", 4, "") in found
    assert ("cell.hidden", 1, "D") in found


@pytest.mark.parametrize("name", ["名册.xlsx", "名册.et", "名册.csv", "名册"])
def test_an_old_xls_that_was_renamed_is_read_for_what_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes((Path(__file__).parents[2] / "data" / "sheets" / "people.xls").read_bytes())
    assert len(read(path).tables[0]) == 9


def test_a_new_workbook_under_an_old_ones_name_is_read_for_what_it_is(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEADERS, person(1)]).rename(tmp_path / "名册.xls")
    with Reader(examine(path)) as reader:
        _, sheets = reader.sheets(None)
    assert sheets[0].rows_total == 2


def test_a_cancelled_job_stops_reading(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEADERS, person(1)])
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        load(path, progress)


def test_findings_hold_no_value_of_any_cell() -> None:
    built = built_of(
        ("姓名", "身份证号", "联系电话", "联系电话"),
        ("试验甲", 420106199001011000.0, "", "19900000001"),
    )
    for item in built.findings:
        said = repr(item)
        assert "试验甲" not in said
        assert "4201061990" not in said
        assert "19900000001" not in said


@given(st.integers(1, 16_384))
def test_column_letters_go_there_and_back(column: int) -> None:
    assert number(letter(column)) == column


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.just(""),
                st.sampled_from(["合计", "注：", "例", "姓名", "联系电话", "试验甲", "1"]),
                st.text(max_size=6),
                st.floats(allow_nan=False, allow_infinity=False),
                st.integers(0, 10**18),
                st.booleans(),
                st.dates(),
            ),
            min_size=6,
            max_size=6,
        ),
        max_size=12,
    )
)
def test_whatever_stands_in_the_rows_none_is_lost(rows: list[list[object]]) -> None:
    built = built_of(HEADERS, *map(tuple, rows))
    reading = built.sheets[0]
    below = set(range(reading.header_row + 1, len(rows) + 2))
    if built.tables:
        start = min([*built.tables[0].rows, *(row for row, _ in reading.skipped), len(rows) + 2])
        counted = sorted([*built.tables[0].rows, *(row for row, _ in reading.skipped)])
        assert counted == list(range(start, len(rows) + 2))
        assert set(counted) >= below - {reading.header_row + 1}
        for table in built.tables:
            for texts in table.columns.values():
                assert len(texts) == len(table.rows)


def test_an_organisation_sheet_is_known_by_its_name_where_headers_tie() -> None:
    raw = raw_of(("单位名称", "工会名称"), ("试验单位", "试验工会"), name="工会组织信息")
    assert propose(raw, PACK)[0].spec is ORGANISATIONS
