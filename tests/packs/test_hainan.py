"""Hainan 2019 as its two collection tables have it, column for column."""

from __future__ import annotations

import pytest

from collector import packs
from collector.model import Kind, Severity
from collector.packs import FieldType, Pack, Sheet

MEMBER_HEADERS = [
    "序号",
    "姓名",
    "性别",
    "出生日期（格式：yyyy/MM/dd）",
    "民族",
    "就业状况",
    "有效证件类别",
    "证件号码\n(填写18位身份证)",
    "学历",
    "技术等级",
    "移动电话",
    "户籍类型",
    "户籍所在地",
    "会籍变化类型",
    "会籍变化日期（格式：yyyy/MM/dd）",
    "会籍变化原因",
    "政治面貌",
    "工作单位",
    "籍贯",
    "是否农民工会员\n填写“是”或“否”",
]
ORGANISATION_HEADERS = [
    "序号",
    "单位名称",
    "单位法人和其他组织统一社会信用代码",
    "单位地址",
    "单位所在政区",
    "单位性质类别",
    "经济类型",
    "单位所属行业",
    "职工人数",
    "工会名称",
    "工会法人和其他组织统一社会信用代码",
    "上级工会名称",
    "建会日期（格式：yyyy/MM/dd）",
    "基层工会类型",
    "会员人数",
    "工会负责人",
    "联系电话",
]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return packs.load("hainan-2019")


@pytest.fixture(scope="module")
def sheets(pack: Pack) -> dict[str, Sheet]:
    return {sheet.id: sheet for sheet in pack.sheets}


def test_the_headers_are_the_templates_own_to_the_letter(sheets: dict[str, Sheet]) -> None:
    assert [field.header for field in sheets["member"].fields] == MEMBER_HEADERS
    assert [field.header for field in sheets["organisation"].fields] == ORGANISATION_HEADERS


def test_rows_stand_where_the_importer_looks_for_them(sheets: dict[str, Sheet]) -> None:
    member, organisation = sheets["member"].layout, sheets["organisation"].layout
    assert (member.header_row, member.header_levels, member.data_row) == (4, 1, 5)
    assert (organisation.header_row, organisation.header_levels, organisation.data_row) == (4, 2, 6)
    assert member.note.strip().startswith("填表说明")
    assert organisation.note.strip().startswith("填表说明")
    assert sheets["member"].name == "会员信息"
    assert sheets["organisation"].name == "工会组织信息"


def test_one_organisation_row_is_a_unit_and_its_union(sheets: dict[str, Sheet]) -> None:
    assert sheets["organisation"].kinds == (Kind.UNIT, Kind.UNION)
    groups = {field.group: field.kind for field in sheets["organisation"].fields if field.group}
    assert groups == {"工会组织所在单位信息": Kind.UNIT, "工会组织信息": Kind.UNION}


def test_every_column_but_the_serial_and_the_three_softened_is_required(pack: Pack) -> None:
    soft = {
        field.id
        for sheet in pack.sheets
        for field in sheet.fields
        if not field.required and field.type is not FieldType.SERIAL
    }
    assert soft == {"household_place", "native_place", "migrant_worker"}
    advised = {
        rule.fields[0]: rule.severity
        for rule in pack.rules
        if rule.kind == "required" and rule.id.endswith(".advised")
    }
    assert advised == dict.fromkeys(soft, Severity.WARNING)


def test_the_writer_obeys_the_importer(pack: Pack) -> None:
    writer = pack.writer
    assert writer.text_cells_only
    assert writer.one_member_file_per_union
    assert writer.parents_before_children
    assert writer.serial_numbers
    assert pack.member_union_from_unit
    dates = [
        field for sheet in pack.sheets for field in sheet.fields if field.type is FieldType.DATE
    ]
    assert {field.date_format for field in dates} == {"yyyy/MM/dd"}


def test_the_templates_misspelling_is_understood_and_written_back(pack: Pack) -> None:
    ethnic = pack.dictionaries["ethnic"]
    assert ethnic.canonical("僳僳族") == "傈僳族"
    assert pack.writer.label_spelling["ethnic"] == {"傈僳族": "僳僳族"}
    assert len(ethnic.labels) == 56


def test_the_district_with_the_trailing_space_is_understood(pack: Pack) -> None:
    assert pack.dictionaries["district"].canonical("东方市 ") == "东方市"
    assert pack.dictionaries["district"].canonical("乐东黎族自治县") == "乐东县"


def test_the_only_document_type_is_the_resident_identity_card(pack: Pack) -> None:
    field = pack.field_of(Kind.MEMBER, "id_type")
    assert field is not None
    assert field.constant == "居民身份证"


def test_codes_that_mean_something_else_in_the_provinces_system_are_not_taken(pack: Pack) -> None:
    assert pack.dictionaries["political"].canonical("03") is None
    assert pack.dictionaries["ethnic"].canonical("20") == "傈僳族"


def test_a_joint_union_may_stand_in_several_rows(pack: Pack) -> None:
    (rule,) = [rule for rule in pack.rules if rule.id == "union.uscc.unique"]
    assert rule.params == {"repeats": "same_values"}
