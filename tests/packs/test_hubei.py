"""Hubei 2023 as 鄂工办发〔2023〕15号 states it."""

from __future__ import annotations

from datetime import date

import pytest

from collector import packs
from collector.model import Kind, Severity, Table
from collector.packs import Pack, Provenance
from collector.rules.engine import BatchLookup, check


@pytest.fixture(scope="module")
def pack() -> Pack:
    return packs.load("hubei-2023")


def test_the_nine_member_fields_stand_first_and_in_the_documents_order(pack: Pack) -> None:
    required = pack.fields_of(Kind.MEMBER)[:9]
    assert [field.header for field in required] == [
        "姓名",
        "证件类型",
        "证件号",
        "联系电话",
        "入会时间",
        "新就业形态劳动者",
        "政治面貌",
        "工会职务",
        "专兼职工会职务标识",
    ]
    for field in required:
        assert field.required
        assert field.required_provenance is Provenance.OFFICIAL
        assert "鄂工办发〔2023〕15号 三（二）" in field.source


def test_the_five_union_and_two_unit_fields_are_required(pack: Pack) -> None:
    def official(kind: Kind) -> list[str]:
        return [field.header for field in pack.fields_of(kind) if field.required]

    assert official(Kind.UNION) == [
        "工会名称",
        "基层工会类型",
        "社团法人和其他组织统一社会信用代码",
        "建会日期",
        "届期",
    ]
    assert official(Kind.UNIT) == ["单位名称", "单位法人和其他组织统一社会信用代码"]


def test_a_member_names_its_unit_and_union_by_name_or_code(pack: Pack) -> None:
    for name, code in (("unit_name", "unit_code"), ("union_name", "union_code")):
        field = pack.field_of(Kind.MEMBER, name)
        assert field is not None
        assert (field.required, field.alternative) == (True, code)
        rules = [rule for rule in pack.rules if rule.kind == "reference" and name in rule.fields]
        assert [rule.severity for rule in rules] == [Severity.ERROR]


def test_a_temporary_code_may_stand_in_for_a_unions_code(pack: Pack) -> None:
    field = pack.field_of(Kind.UNION, "uscc")
    assert field is not None
    assert field.alternative == "temporary_code"


def test_a_temporary_code_is_taken_in_its_own_column_or_where_it_says_so(pack: Pack) -> None:
    unions = Table(
        Kind.UNION,
        {
            "name": ["示例一工会", "示例二工会", "示例三工会"],
            "uscc": ["", "临时2023-0002", "2023-0003"],
            "temporary_code": ["2023-0001", "", ""],
        },
        [2, 3, 4],
    )
    members = Table(
        Kind.MEMBER,
        {"name": ["甲", "乙"], "union_code": ["2023-0001", "临时2023-0002"]},
        [2, 3],
    )
    told = check(
        [unions, members],
        [rule for rule in pack.rules if rule.kind in ("uscc", "required", "reference")],
        BatchLookup([unions, members]),
        date(2026, 1, 1),
        labels=packs.labels(pack),
        choices=packs.choices(pack),
    )
    assert [(each.kind, each.row, each.field, each.code) for each in told] == [
        (Kind.UNION, 4, "uscc", "uscc.length")
    ]


def test_what_is_assumed_never_makes_an_error_but_for_labels_and_standard_numbers(
    pack: Pack,
) -> None:
    stated = {"choice", "uscc", "phone", "resident_id_or_document"}
    for rule in pack.rules:
        if "推断" in rule.source and rule.kind not in (*stated, "required"):
            assert rule.severity is not Severity.ERROR, rule.id


def test_the_meaning_of_term_end_is_marked_as_assumed(pack: Pack) -> None:
    field = pack.field_of(Kind.UNION, "term_end")
    assert field is not None
    assert field.header == "届期"
    assert field.provenance is Provenance.ASSUMED
    assert field.required_provenance is Provenance.OFFICIAL


def test_the_usual_ways_to_head_a_column_are_known(pack: Pack) -> None:
    def named(kind: Kind, header: str) -> set[str]:
        wanted = packs.header_key(header)
        return {
            field.id
            for field in pack.fields_of(kind)
            if wanted in {packs.header_key(text) for text in (field.header, *field.aliases)}
        }

    for header in ("身份证号", "身份证号码", "证件号码", "公民身份号码"):
        assert named(Kind.MEMBER, header) == {"id_number"}
    for header in ("手机号码", "手机", "联系方式", "移动电话"):
        assert named(Kind.MEMBER, header) == {"phone"}
    assert named(Kind.MEMBER, "入会日期") == {"join_date"}
    assert named(Kind.MEMBER, "单位统一社会信用代码") == {"unit_code"}
    assert named(Kind.MEMBER, "工会统一社会信用代码") == {"union_code"}
    assert named(Kind.MEMBER, "统一社会信用代码") == set()
    assert named(Kind.UNIT, "统一社会信用代码") == {"uscc"}
    assert named(Kind.UNION, "统一社会信用代码") == {"uscc"}


def test_the_lists_hold_what_people_must_be_able_to_choose(pack: Pack) -> None:
    lists = pack.dictionaries
    assert len(lists["political"].labels) == 13
    assert lists["political"].canonical("13") == "群众"
    assert "未建会" not in lists["base_union_type"].labels
    assert {"是", "否"} <= set(lists["new_employment"].labels)
    assert {"无", "会员"} <= set(lists["union_post"].labels)
    assert lists["full_part_time"].labels == ("专职", "兼职", "无")
    assert lists["id_doc_type"].canonical("身份证") == "居民身份证"


def test_an_ambiguous_label_is_not_converted_silently(pack: Pack) -> None:
    assert pack.dictionaries["political"].canonical("中共党员（含预备党员）") is None
    assert pack.dictionaries["id_doc_type"].canonical("护照") is None
