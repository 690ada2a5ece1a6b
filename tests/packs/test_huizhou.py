"""Huizhou 2018: the columns of the document in its order, and what it prescribes for them."""

from __future__ import annotations

import pytest

from collector import packs
from collector.model import Kind, Severity
from collector.packs import Pack, Provenance, Sheet
from collector.sheets.reading import read_files

OFFICIAL = {
    "基层以上工会": (
        "工会名称 工会类型 联系电话 行政区域 自主审批 工会性质 上级工会 文号格式 通讯地址 备注"
    ),
    "基层工会": (
        "工会名称 上级工会 批准成立时间 联系电话 行政区域 任期 届数 本届日期 选举形式 工会地址"
        " 所属行业 职工人数 会员人数"
    ),
    "单位": "单位名称 上级工会 行政区域 单位地址 实际职工数",
    "会员": (
        "姓名 性别 身份证号 手机号码 是否申请工会会员卡 联系地址 身份证起始日期 身份证结束日期"
    ),
}

DEMANDED = {
    ("union", "name"),
    ("union", "founded_date"),
    ("unit", "name"),
    ("unit", "uscc"),
    ("member", "name"),
    ("member", "gender"),
    ("member", "id_number"),
    ("member", "phone"),
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return packs.load("huizhou-2018")


@pytest.fixture(scope="module")
def sheets(pack: Pack) -> dict[str, Sheet]:
    return {sheet.name: sheet for sheet in pack.sheets}


@pytest.mark.parametrize("name", OFFICIAL)
def test_the_columns_of_the_document_stand_first_and_in_its_order(
    sheets: dict[str, Sheet], name: str
) -> None:
    wanted = OFFICIAL[name].split()
    assert [field.header for field in sheets[name].fields][: len(wanted)] == wanted


def test_only_what_the_national_plan_demands_everywhere_is_an_error_where_it_lacks(
    pack: Pack,
) -> None:
    required = [field for sheet in pack.sheets for field in sheet.fields if field.required]
    official = [item for item in required if item.required_provenance is Provenance.OFFICIAL]
    assert all("全总" in item.source for item in official)
    assert {(item.kind.value, item.id) for item in official} == DEMANDED
    assert len(official) < len(required)
    for rule in pack.rules:
        if rule.kind == "required":
            demanded = (rule.record.value, rule.fields[0]) in DEMANDED
            assert rule.severity is (Severity.ERROR if demanded else Severity.WARNING)


def test_the_lists_of_the_base_data_are_held_to_the_letter(pack: Pack) -> None:
    for name in ("ethnicity", "education", "political_status"):
        field = pack.field_of(Kind.MEMBER, name)
        assert field is not None
        (rule,) = [rule for rule in pack.rules if rule.id == f"member.{name}.form"]
        assert rule.severity is Severity.ERROR
        assert "基础数据" in field.source


def test_unions_come_before_their_members(pack: Pack) -> None:
    kinds = [sheet.kinds[0] for sheet in pack.sheets]
    assert kinds.index(Kind.UNION) < kinds.index(Kind.MEMBER)
    assert pack.writer.parents_before_children
    (rule,) = [rule for rule in pack.rules if rule.id == "member.union.reference"]
    assert rule.severity is Severity.ERROR


def test_the_two_sheets_of_unions_are_told_apart(pack: Pack) -> None:
    tables = read_files([pack.folder / "examples" / "good.xlsx"], pack).tables
    levels = {
        table.sheet: set(table.columns["level"]) for table in tables if table.kind is Kind.UNION
    }
    assert levels == {"基层以上工会": {"基层以上工会"}, "基层工会": {"基层工会"}}


def test_one_person_may_sit_in_two_committees(pack: Pack) -> None:
    tables = read_files([pack.folder / "examples" / "good.xlsx"], pack).tables
    (officers,) = [table for table in tables if table.kind is Kind.OFFICER]
    assert len(set(officers.columns["name"])) < len(officers)
    assert "id_number" not in officers.columns


def test_a_long_term_card_ends_in_2099(pack: Pack) -> None:
    field = pack.field_of(Kind.MEMBER, "id_valid_until")
    assert field is not None
    assert "2099-12-31" in field.hint
    dates = [field for field in pack.fields_of(Kind.MEMBER) if field.type.value == "date"]
    assert {field.date_format for field in dates} == {"yyyy-MM-dd"}
