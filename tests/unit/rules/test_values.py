"""Rules about one cell: what each calls wrong, and what it lets pass."""

from __future__ import annotations

from typing import Any

import pytest

from collector.codes import resident_id, uscc
from collector.model import Kind, Severity
from collector.rules.base import Rule
from collector.rules.kinds import KINDS

SOUND_ID = "11010519491231002X"
SOUND_UNIT = "91350100M000100Y43"


def rule(kind: str, *fields: str, record: Kind = Kind.MEMBER, **params: Any) -> Rule:
    return Rule("r", kind, record, fields or ("name",), params)


def code(first17: str) -> str:
    return first17 + uscc.check_character(first17)


UNION = code("81420106" + "12345678" + uscc.organisation_check("12345678"))
UNIT = code("91420106" + "12345678" + uscc.organisation_check("12345678"))


@pytest.mark.parametrize(
    ("params", "kind", "value", "found"),
    [
        ({"max_length": 3}, "text", "甲乙丙", None),
        ({"max_length": 3}, "text", "甲乙丙丁", "text.too_long"),
        ({}, "text", "甲" * 900, None),
        ({}, "text", "甲\ufffd", "text.forbidden_character"),
        ({"max_length": 2}, "name", "甲乙丙", "text.too_long"),
        ({}, "name", "甲\x00", "text.forbidden_character"),
        ({}, "name", "甲?", "name.unusual"),
        ({}, "name", "甲1", "name.unusual"),
        ({}, "name", "古丽·测试", None),
        ({}, "name", "·测试", "name.unusual"),
        ({}, "name", "测", None),
        ({}, "name", "阿卜杜热合曼·麦麦提吐尔逊·阿布都克热木", None),
        ({}, "name", "Anna-María de la Cruz", None),
        ({}, "name", "测𠮷", "name.rare_character"),
        ({"max_length": 2}, "name", "𠮷𠮷", "name.rare_character"),
        ({"max_length": 2}, "name", "𠮷𠮷𠮷", "text.too_long"),
        ({}, "name", "𠮷\ue81e", "name.private_use"),
        ({}, "name", "⽥测", "name.radical"),
        ({}, "name", "测\u0308试", "name.combining_mark"),
        ({}, "name", "lǐ míng", "name.tone_letters"),
        ({}, "name", "测O试", "name.mixed_letters"),
        ({}, "phone", "13800000000", None),
        ({}, "phone", "027-87650000", None),
        ({}, "phone", "4001230000", None),
        ({}, "phone", "12351", "phone.format"),
        ({}, "phone", "1380000000", "phone.format"),
        ({}, "phone", "12000000000", "phone.unusual"),
        ({"mobile_only": True}, "phone", "027-87650000", "phone.format"),
        ({"mobile_only": True}, "phone", "+85251230000", "phone.unusual"),
        ({}, "date", "2016-09-01", None),
        ({}, "date", "2016-02-30", "date.not_a_date"),
        ({}, "date", "03/04/2016", "date.ambiguous"),
        ({}, "date", "2016.9", "date.format"),
        ({}, "date", "1016-09-01", "date.out_of_range"),
        ({}, "date", "2026-05-02", None),
        ({"not_after_today": True}, "date", "2026-05-01", None),
        ({"not_after_today": True}, "date", "2026-05-02", "date.out_of_range"),
        ({"earliest": "2000-01-01"}, "date", "1999-12-31", "date.out_of_range"),
        ({"latest": "2000-01-01"}, "date", "2000-01-02", "date.out_of_range"),
        ({}, "number", "50", None),
        ({}, "number", "50人", "number.format"),
        ({}, "number", "-1", "number.format"),
        ({}, "number", "1" * 19, "number.format"),
        ({"min": 1}, "number", "0", "number.out_of_range"),
        ({"max": 5}, "number", "6", "number.out_of_range"),
        ({"min": 1, "max": 5}, "number", "5", None),
    ],
)
def test_a_value_is_judged_by_its_kind(
    ask: Any, sheet: Any, params: dict[str, Any], kind: str, value: str, found: str | None
) -> None:
    findings = ask([rule(kind, **params)], sheet(Kind.MEMBER, name=["", value, ""]))
    assert [(item.code, item.row) for item in findings] == ([(found, 3)] if found else [])


def test_a_service_number_is_right_for_a_union_but_is_no_members_own(ask: Any, sheet: Any) -> None:
    asked = rule("phone", "phone", record=Kind.UNION)
    assert ask([asked], sheet(Kind.UNION, phone=["12351"])) == []


def test_doubts_are_warnings_even_where_the_rule_is_an_error(ask: Any, sheet: Any) -> None:
    table = sheet(Kind.MEMBER, name=["甲?"], phone=["12000000000"])
    findings = ask([rule("name"), rule("phone", "phone")], table)
    assert {item.severity for item in findings} == {Severity.WARNING}


def test_a_pack_may_soften_a_rule_to_a_warning(ask: Any, sheet: Any) -> None:
    soft = Rule("r", "number", Kind.UNIT, ("employee_count",), {}, Severity.WARNING)
    (item,) = ask([soft], sheet(Kind.UNIT, employee_count=["约50"]))
    assert item.severity is Severity.WARNING


def test_limits_are_told_and_the_value_never_is(ask: Any, sheet: Any) -> None:
    (item,) = ask([rule("number", min=1, max=5)], sheet(Kind.MEMBER, name=["6"]))
    assert item.params == (("min", 1), ("max", 5))


@pytest.mark.parametrize("kind", ["text", "choice", "uscc", "resident_id_or_document", "required"])
def test_a_column_the_sheet_does_not_have_is_left_to_the_reader(
    ask: Any, sheet: Any, kind: str
) -> None:
    asked = rule(kind, "absent", dictionary="d")
    table = sheet(Kind.MEMBER, name=["甲"])
    assert ask([asked], table, choices={"d": frozenset({"男"})}) == []


def test_a_label_that_is_not_in_the_list_is_named_and_an_empty_cell_is_not(
    ask: Any, sheet: Any
) -> None:
    asked = rule("choice", "gender", dictionary="gender")
    table = sheet(Kind.MEMBER, gender=["男", "", "男性"])
    (item,) = ask([asked], table, choices={"gender": frozenset({"男", "女"})})
    assert (item.code, item.row, item.column, item.field) == ("choice.unknown", 4, "A", "gender")


def test_an_empty_required_cell_is_named_unless_another_field_stands_in(
    ask: Any, sheet: Any
) -> None:
    table = sheet(Kind.MEMBER, unit_name=["", "", "甲单位"], unit_code=["", SOUND_UNIT, ""])
    (item,) = ask([rule("required", "unit_name", unless_field="unit_code")], table)
    assert (item.code, item.row) == ("required.missing", 2)
    assert len(ask([rule("required", "unit_name")], table)) == 2
    assert len(ask([rule("required", "unit_name", unless_field="absent")], table)) == 2


ID_RULE = rule("resident_id_or_document", "id_number", type_field="id_type")


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (SOUND_ID, None),
        ("11010519491231002", "resident_id.length"),
        ("110105491231002", "resident_id.old_15"),
        ("11010519491231O02X", "resident_id.alphabet"),
        ("110105194902300028", "resident_id.birth_date"),
        ("110105194912310021", "resident_id.check_digit"),
        (
            "42010620990101001" + resident_id.check_digit("42010620990101001"),
            "resident_id.future_birth",
        ),
        (
            "99010119900101001" + resident_id.check_digit("99010119900101001"),
            "resident_id.region_unknown",
        ),
    ],
)
def test_an_id_has_one_finding_the_first_that_applies(
    ask: Any, sheet: Any, number: str, found: str | None
) -> None:
    for columns in (
        {"id_number": [number, ""]},
        {"id_type": ["居民身份证", ""], "id_number": [number, ""]},
        {"id_type": ["", ""], "id_number": [number, ""]},
    ):
        findings = ask([ID_RULE], sheet(Kind.MEMBER, **columns))
        assert [(item.code, item.row, item.field) for item in findings] == (
            [(found, 2, "id_number")] if found else []
        )


def test_an_unknown_region_is_a_warning_only(ask: Any, sheet: Any) -> None:
    number = "99010119900101001" + resident_id.check_digit("99010119900101001")
    (item,) = ask([ID_RULE], sheet(Kind.MEMBER, id_number=[number]))
    assert item.severity is Severity.WARNING


def test_the_type_beside_it_decides_how_a_number_is_judged(ask: Any, sheet: Any) -> None:
    table = sheet(
        Kind.MEMBER,
        id_type=[
            "港澳居民来往内地通行证",
            "港澳居民来往内地通行证",
            "外国护照",
            "居民身份证",
            "外国护照",
        ],
        id_number=["H00000001", SOUND_ID, SOUND_ID, "H00000001", "X-1"],
    )
    findings = ask([ID_RULE], table)
    assert [(item.row, item.code, item.severity.value) for item in findings] == [
        (3, "document.format", "error"),
        (5, "resident_id.length", "error"),
        (6, "document.format", "warning"),
    ]


def test_the_packs_usual_type_is_taken_where_none_is_given(ask: Any, sheet: Any) -> None:
    asked = rule(
        "resident_id_or_document", "id_number", type_field="id_type", default_type="中国护照"
    )
    assert ask([asked], sheet(Kind.MEMBER, id_number=["E00000001", ""])) == []


@pytest.mark.parametrize(
    ("value", "expects", "found"),
    [
        (UNIT, "unit", None),
        (UNION, "union", None),
        (UNION, "unit", "uscc.kind"),
        (UNIT, "union", "uscc.kind"),
        (UNION, "", None),
        (UNIT[:17], "unit", "uscc.length"),
        (UNIT[:17] + "I", "unit", "uscc.alphabet"),
        (UNIT[:8] + UNIT[9] + UNIT[8] + UNIT[10:], "unit", "uscc.check_digit"),
        (code("91420106123456780"), "unit", "uscc.inner_code"),
        ("临时0001", "union", None),
        ("临时0001", "unit", "uscc.length"),
    ],
)
def test_an_organisations_code_is_judged_by_whose_it_is(
    ask: Any, sheet: Any, value: str, expects: str, found: str | None
) -> None:
    asked = rule("uscc", "uscc", record=Kind.UNIT, expects=expects)
    findings = ask([asked], sheet(Kind.UNIT, uscc=[value, ""]))
    assert [item.code for item in findings] == ([found] if found else [])
    for item in findings:
        doubt = item.code in ("uscc.kind", "uscc.inner_code")
        assert item.severity is (Severity.WARNING if doubt else Severity.ERROR)


def test_a_nine_character_code_is_taken_only_where_the_pack_says_so(ask: Any, sheet: Any) -> None:
    table = sheet(Kind.UNIT, uscc=["D2143569X", "D21435690"])
    takes = rule("uscc", "uscc", record=Kind.UNIT, organisation_code=True)
    assert [(item.code, item.row) for item in ask([takes], table)] == [("uscc.length", 3)]
    assert len(ask([rule("uscc", "uscc", record=Kind.UNIT)], table)) == 2


def test_a_temporary_code_beside_it_excuses_the_same_text(ask: Any, sheet: Any) -> None:
    asked = rule(
        "uscc", "uscc", record=Kind.UNION, expects="union", temporary_field="temporary_code"
    )
    table = sheet(Kind.UNION, uscc=["L001", "L002"], temporary_code=["L001", ""])
    assert [item.row for item in ask([asked], table)] == [3]
    del table.columns["temporary_code"]
    assert [item.row for item in ask([asked], table)] == [2, 3]


MEMBERS_UNION = rule("uscc", "union_code", expects="union", max_length=30)


def test_a_members_union_may_be_named_by_a_known_temporary_code(ask: Any, sheet: Any) -> None:
    unions = sheet(Kind.UNION, name=["甲工会"], temporary_code=["L001"])
    members = sheet(Kind.MEMBER, union_code=["L001", "L009"])
    findings = ask([MEMBERS_UNION], unions, members)
    assert [(item.row, item.code, item.severity) for item in findings] == [
        (3, "uscc.length", Severity.ERROR)
    ]


def test_where_no_union_is_known_a_short_code_may_be_a_temporary_one(ask: Any, sheet: Any) -> None:
    members = sheet(Kind.MEMBER, union_code=["L001", "L" * 31, UNION[:17] + "I"])
    findings = ask([MEMBERS_UNION], members)
    assert [item.severity for item in findings] == [
        Severity.WARNING,
        Severity.ERROR,
        Severity.ERROR,
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        rule("text", max_length="3"),
        rule("text", max_length=True),
        rule("phone", mobile_only="yes"),
        rule("choice", dictionary=1),
        rule("uscc", expects="party"),
        rule("match_gender", "gender"),
        rule("order_dates", "join_date", earlier="birth_date"),
        rule("implies", when_field="a", when_values="除名", then_field="b", then_empty=True),
        rule("implies", when_field="a", when_values=["除名"], then_field="b"),
        rule("implies", when_field="a", then_field="b", then_empty=True, then_present=True),
        rule("implies", then_field="b", then_empty=True),
        rule("unique", scope="world"),
        rule("unique", repeats="always"),
        rule("reference", to="member", name_field="a"),
        rule("reference", to="unit"),
    ],
    ids=lambda wrong: wrong.kind,
)
def test_a_rule_that_makes_no_sense_is_refused_before_any_table(wrong: Rule) -> None:
    with pytest.raises(ValueError, match="r: "):
        KINDS[wrong.kind](wrong)


def test_a_field_may_be_required_of_some_rows_only(ask: Any, sheet: Any) -> None:
    asked = Rule(
        "r",
        "required",
        Kind.UNION,
        ("leader",),
        {"when_field": "level", "when_values": ["基层"]},
    )
    table = sheet(Kind.UNION, leader=["", "", "", "示例"], level=["基层", "上级", "", "基层"])
    assert [item.row for item in ask([asked], table)] == [2]
    assert ask([asked], sheet(Kind.UNION, leader=[""])) == []


def test_what_is_told_of_a_name_is_a_place_never_the_character(ask: Any, sheet: Any) -> None:
    (found,) = ask([rule("name")], sheet(Kind.MEMBER, name=["测𠮷"]))
    assert found.severity is Severity.WARNING
    assert found.params == (("place", 2), ("block", "CJK-B"))


def test_a_required_field_on_a_condition_names_both_halves_of_it() -> None:
    with pytest.raises(ValueError, match="belong together"):
        KINDS["required"](Rule("r", "required", Kind.MEMBER, ("name",), {"when_field": "phone"}))


def test_a_mobile_number_typed_at_full_width_is_one(ask: Any, sheet: Any) -> None:
    assert ask([rule("phone", "phone")], sheet(Kind.MEMBER, phone=["１３８０００００００１"])) == []


def test_a_number_too_short_to_be_a_persons_is_an_error(ask: Any, sheet: Any) -> None:
    (item,) = ask([rule("phone", "phone")], sheet(Kind.MEMBER, phone=["12351"]))
    assert (item.code, item.severity) == ("phone.format", Severity.ERROR)


def test_only_a_wrong_length_tells_of_the_column_for_temporary_codes(ask: Any, sheet: Any) -> None:
    labels = {(Kind.UNION, "temporary_code"): "省总编号"}
    found = ask(
        [rule("uscc", "uscc", record=Kind.UNION, expects="union")],
        sheet(Kind.UNION, uscc=["8142", "8142010666000000?X"]),
        labels=labels,
    )
    told = {item.code: dict(item.params).get("temporary") for item in found}
    assert told.pop("uscc.length") == "省总编号"
    assert told
    assert set(told.values()) == {None}
