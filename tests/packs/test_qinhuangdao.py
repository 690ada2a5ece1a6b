"""Qinhuangdao 2022: a drive with administrators, applications by QR code, review, and a share."""

from __future__ import annotations

import pytest

from collector import packs
from collector.model import Kind, Severity
from collector.packs import Pack, Provenance

DEMANDED = {
    *(("unit", name) for name in "name uscc economic_type address employee_count".split()),
    *(("union", name) for name in "name founded_date union_type leader phone".split()),
    *(("member", name) for name in "name id_number phone".split()),
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return packs.load("qinhuangdao-2022")


def test_nine_in_ten_members_is_a_goal_of_the_document_and_no_fault_of_the_data(
    pack: Pack,
) -> None:
    (rule,) = [rule for rule in pack.rules if rule.id == "union.registered.share"]
    assert rule.params["least_percent"] == 90
    assert rule.severity is Severity.WARNING
    assert "90%" in rule.source


def test_there_are_administrators_of_every_level(pack: Pack) -> None:
    (sheet,) = [sheet for sheet in pack.sheets if sheet.kinds == (Kind.OFFICER,)]
    assert [field.header for field in sheet.fields] == [
        "级别",
        "单位",
        "工会",
        "姓名",
        "手机",
        "账号",
    ]
    assert pack.dictionaries["admin_level"].labels == ("县区", "系统", "产业", "基层")
    assert not any("密码" in field.header for field in sheet.fields)


def test_a_member_has_a_source_and_a_state_of_review(pack: Pack) -> None:
    found = {field.header: field for field in pack.fields_of(Kind.MEMBER)}
    assert found["来源"].id == "qinhuangdao-2022.channel"
    assert found["审核状态"].id == "qinhuangdao-2022.approval"
    assert pack.dictionaries["channel"].labels == ("扫码", "代录")
    assert pack.dictionaries["approval"].canonical("未通过") == "退回"


def test_only_what_the_national_plan_demands_everywhere_is_an_error_where_it_lacks(
    pack: Pack,
) -> None:
    required = [field for sheet in pack.sheets for field in sheet.fields if field.required]
    official = [item for item in required if item.required_provenance is Provenance.OFFICIAL]
    assert all("全总" in item.source for item in official)
    assert {(item.kind.value, item.id) for item in official} == DEMANDED
    assert len(official) < len(required)
