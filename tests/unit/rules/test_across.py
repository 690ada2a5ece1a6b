"""Rules across the cells of a row, the rows of the files, and the records behind them."""

from __future__ import annotations

from typing import Any

import pytest

from collector.codes import resident_id
from collector.model import Kind, Severity
from collector.rules.base import Rule
from collector.rules.kinds import KINDS

WOMAN = "11010519491231002X"
MAN = "440524188001010014"


def whole(first17: str) -> str:
    return first17 + resident_id.check_digit(first17)


def rule(kind: str, *fields: str, record: Kind = Kind.MEMBER, **params: Any) -> Rule:
    return Rule("r", kind, record, fields, params)


GENDER = rule("match_gender", "gender", "id_number")
BIRTH = rule("match_birth_date", "birth_date", "id_number")


def test_a_sex_that_the_id_gainsays_is_named_at_the_sex(ask: Any, sheet: Any) -> None:
    table = sheet(
        Kind.MEMBER, gender=["女", "男", "女", "", "未知"], id_number=[WOMAN, WOMAN, MAN, MAN, MAN]
    )
    found = [(item.code, item.row, item.field) for item in ask([GENDER], table)]
    assert found == [("match.gender", 3, "gender"), ("match.gender", 4, "gender")]


def test_a_birth_date_that_the_id_gainsays_is_named_at_the_birth_date(ask: Any, sheet: Any) -> None:
    table = sheet(
        Kind.MEMBER,
        birth_date=["1949-12-31", "1949-12-30", "", "49.12.31"],
        id_number=[WOMAN] * 4,
    )
    assert [(item.code, item.row) for item in ask([BIRTH], table)] == [("match.birth_date", 3)]


@pytest.mark.parametrize(
    "number", ["", "H00000001", "110105194912310021", whole("91112419900101001")]
)
def test_a_number_that_tells_nothing_gainsays_nothing(ask: Any, sheet: Any, number: str) -> None:
    table = sheet(Kind.MEMBER, gender=["男"], birth_date=["2001-01-01"], id_number=[number])
    assert ask([GENDER, BIRTH], table) == []
    table.columns["gender"] = ["女"]
    assert ask([GENDER, BIRTH], table) == []


def test_without_one_of_the_two_columns_nothing_is_matched(ask: Any, sheet: Any) -> None:
    assert ask([GENDER, BIRTH], sheet(Kind.MEMBER, id_number=[WOMAN])) == []
    assert ask([GENDER, BIRTH], sheet(Kind.MEMBER, gender=["男"], birth_date=["2001-01-01"])) == []


@pytest.mark.parametrize(
    ("params", "start", "end", "wrong"),
    [
        ({}, "2020-01-01", "2020-01-01", False),
        ({}, "2020-01-02", "2020-01-01", True),
        ({"strict": True}, "2020-01-01", "2020-01-01", True),
        ({"strict": True}, "2020-01-01", "2020-01-02", False),
        ({"years": 16}, "2000-02-29", "2016-02-29", False),
        ({"years": 16}, "2000-02-29", "2016-02-28", True),
        ({}, "", "2020-01-01", False),
        ({}, "2020-01-02", "", False),
        ({}, "2020.1", "2019-01-01", False),
    ],
)
def test_dates_must_come_in_their_order(
    ask: Any, sheet: Any, params: dict[str, Any], start: str, end: str, wrong: bool
) -> None:
    asked = rule(
        "order_dates",
        "term_end",
        "term_start",
        record=Kind.UNION,
        earlier="term_start",
        later="term_end",
        **params,
    )
    table = sheet(Kind.UNION, term_start=[start], term_end=[end])
    labels = {(Kind.UNION, "term_start"): "起", (Kind.UNION, "term_end"): "止"}
    findings = ask([asked], table, labels=labels)
    assert [(item.code, item.field) for item in findings] == (
        [("order.dates", "term_end")] if wrong else []
    )
    for item in findings:
        assert (item.param("earlier"), item.param("later")) == ("起", "止")
        assert item.param("years") == params.get("years")


def test_the_birth_date_in_an_id_can_be_the_earlier_one(ask: Any, sheet: Any) -> None:
    asked = rule(
        "order_dates", "join_date", "id_number", earlier="id_number", later="join_date", years=16
    )
    table = sheet(
        Kind.MEMBER,
        id_number=[WOMAN, WOMAN, "H00000001"],
        join_date=["1965-12-31", "1965-12-30", "1900-01-01"],
    )
    assert [item.row for item in ask([asked], table)] == [3]
    assert ask([asked], sheet(Kind.MEMBER, join_date=["1900-01-01"])) == []


@pytest.mark.parametrize(
    ("demand", "then", "code"),
    [
        ({"then_values": ["无"]}, "专职", "match.implied"),
        ({"then_values": ["无"]}, "无", None),
        ({"then_values": ["无"]}, "", None),
        ({"then_empty": True}, "专职", "match.implied_empty"),
        ({"then_empty": True}, "", None),
        ({"then_present": True}, "", "match.implied_present"),
        ({"then_present": True}, "专职", None),
    ],
)
def test_one_cell_may_call_for_what_another_holds(
    ask: Any, sheet: Any, demand: dict[str, Any], then: str, code: str | None
) -> None:
    asked = rule(
        "implies",
        "post_capacity",
        "union_post",
        when_field="union_post",
        when_values=["无", "会员"],
        then_field="post_capacity",
        **demand,
    )
    table = sheet(Kind.MEMBER, union_post=["无", "主席"], post_capacity=[then, then])
    findings = ask([asked], table)
    assert [(item.code, item.row, item.field) for item in findings] == (
        [(code, 2, "post_capacity")] if code else []
    )
    assert ask([asked], sheet(Kind.MEMBER, union_post=["无"])) == []


UNIQUE = rule("unique", "id_number")


def test_a_second_row_with_a_key_names_the_row_of_the_first(ask: Any, sheet: Any) -> None:
    first = sheet(Kind.MEMBER, title="一", id_number=["", MAN, ""])
    other = sheet(Kind.MEMBER, title="二", file=1, id_number=[WOMAN, MAN, WOMAN])
    findings = ask([UNIQUE], first, other)
    assert [(item.file, item.row, item.code) for item in findings] == [
        (1, 3, "unique.in_file"),
        (1, 4, "unique.in_file"),
    ]
    assert dict(findings[0].params) == {"first_row": 3, "first_sheet": "一", "first_file": 0}
    assert dict(findings[1].params) == {"first_row": 2, "first_sheet": "二", "first_file": 1}


def test_keys_of_other_kinds_and_absent_columns_are_not_compared(ask: Any, sheet: Any) -> None:
    members = sheet(Kind.MEMBER, id_number=[MAN])
    assert ask([UNIQUE], members, sheet(Kind.OFFICER, id_number=[MAN])) == []
    assert ask([UNIQUE], members, sheet(Kind.MEMBER, name=["甲"])) == []


def test_several_fields_make_one_key_together(ask: Any, sheet: Any) -> None:
    asked = rule("unique", "name", "committee", record=Kind.OFFICER)
    table = sheet(
        Kind.OFFICER, name=["甲", "甲", "甲", "", ""], committee=["会", "经", "会", "会", "会"]
    )
    assert [item.row for item in ask([asked], table)] == [4]


def test_a_union_may_stand_twice_where_all_its_cells_are_the_same(ask: Any, sheet: Any) -> None:
    asked = rule("unique", "uscc", record=Kind.UNION, repeats="same_values")
    table = sheet(Kind.UNION, uscc=["81A", "81A", "81A"], name=["甲工会", "甲工会", "乙工会"])
    assert [item.row for item in ask([asked], table)] == [4]


def test_a_stored_record_of_another_person_or_organisation_is_told(
    ask: Any, sheet: Any, known: Any
) -> None:
    store = known(
        {
            Kind.MEMBER: [
                {"id_number": MAN, "name": "甲", "unit_code": "91A", "union_name": "甲工会"}
            ]
        }
    )
    table = sheet(
        Kind.MEMBER,
        id_number=[MAN, MAN, MAN, MAN, WOMAN, ""],
        name=["甲", "乙", "甲", "甲", "丙", "丁"],
        unit_code=["91A", "91A", "91B", "", "91A", ""],
        union_name=["甲工会", "甲工会", "", "乙工会", "", ""],
    )
    in_store = [
        item for item in ask([UNIQUE], table, store=store) if item.code == "unique.in_store"
    ]
    assert [item.row for item in in_store] == [3, 4, 5]
    only_file = rule("unique", "id_number", scope="file")
    assert {item.code for item in ask([only_file], table, store=store)} == {"unique.in_file"}
    assert ask([UNIQUE], sheet(Kind.MEMBER, name=["甲"]), store=store) == []


TO_UNIT = rule(
    "reference", "unit_code", "unit_name", to="unit", code_field="unit_code", name_field="unit_name"
)
TO_UNION = rule("reference", "union_name", to="union", name_field="union_name")


def test_a_member_whose_unit_is_known_by_code_or_name_belongs(ask: Any, sheet: Any) -> None:
    units = sheet(Kind.UNIT, title="单位", uscc=["91A", "91B"], name=["甲", "乙"])
    members = sheet(
        Kind.MEMBER,
        title="会员",
        unit_code=["91A", "91X", "", "", ""],
        unit_name=["甲", "甲", "乙", "丙", ""],
    )
    findings = ask([TO_UNIT], units, members)
    assert [(item.row, item.field, item.code) for item in findings] == [
        (3, "unit_code", "reference.unit_missing"),
        (5, "unit_name", "reference.unit_missing"),
        (6, "unit_code", "reference.unit_missing"),
    ]


def test_without_any_unit_among_files_and_store_references_are_not_judged(
    ask: Any, sheet: Any
) -> None:
    members = sheet(Kind.MEMBER, unit_code=["91X"], unit_name=[""])
    assert ask([TO_UNIT], members) == []


def test_units_in_the_store_count_and_so_do_temporary_codes_of_unions(
    ask: Any, sheet: Any, known: Any
) -> None:
    store = known(
        {
            Kind.UNIT: [{"uscc": "91A", "name": "甲"}],
            Kind.UNION: [{"uscc": "", "temporary_code": "L001", "name": "甲工会"}],
        }
    )
    by_code = rule("reference", "union_code", to="union", code_field="union_code")
    members = sheet(
        Kind.MEMBER, unit_code=["91A"], unit_name=[""], union_code=["L001"], union_name=["甲工会"]
    )
    assert ask([TO_UNIT, TO_UNION, by_code], members, store=store) == []


def test_where_every_member_names_a_known_unit_nothing_is_found(ask: Any, sheet: Any) -> None:
    units = sheet(Kind.UNIT, uscc=["91A"], name=["甲"])
    assert ask([TO_UNIT], units, sheet(Kind.MEMBER, unit_code=["91A"])) == []
    assert ask([TO_UNIT], units, sheet(Kind.MEMBER, name=["甲"])) == []


def test_a_union_that_names_no_unit_is_not_an_orphan(ask: Any, sheet: Any) -> None:
    asked = rule("reference", "unit_name", record=Kind.UNION, to="unit", name_field="unit_name")
    units = sheet(Kind.UNIT, uscc=["91A"], name=["甲"])
    unions = sheet(Kind.UNION, title="工会", unit_name=["", "丙"])
    assert [(item.row, item.code) for item in ask([asked], units, unions)] == [
        (3, "reference.unit_missing")
    ]


PARENT = Rule(
    "r",
    "reference",
    Kind.UNION,
    ("parent_name",),
    {"to": "union", "name_field": "parent_name"},
    Severity.INFO,
)


def test_an_upper_union_outside_the_workspace_is_told_and_never_a_fault(
    ask: Any, sheet: Any
) -> None:
    unions = sheet(Kind.UNION, uscc=["81A", "81B"], name=["甲", "乙"], parent_name=["省总", "甲"])
    (item,) = ask([PARENT], unions)
    assert (item.code, item.severity) == ("reference.parent_missing", Severity.INFO)


def test_a_union_above_itself_is_a_loop_however_long(ask: Any, sheet: Any) -> None:
    unions = sheet(
        Kind.UNION,
        uscc=["81A", "81B", "81C", "81D", "81E"],
        name=["甲", "乙", "丙", "丁", "戊"],
        parent_name=["乙", "丙", "甲", "甲", "戊"],
    )
    findings = ask([PARENT], unions)
    assert [item.row for item in findings] == [2, 3, 4, 6]
    assert {item.code for item in findings} == {"reference.parent_loop"}
    assert {item.severity for item in findings} == {Severity.ERROR}


def test_a_loop_through_stored_unions_is_found_by_code_and_by_name(
    ask: Any, sheet: Any, known: Any
) -> None:
    asked = rule(
        "reference",
        "parent_code",
        record=Kind.UNION,
        to="union",
        code_field="parent_code",
        name_field="parent_name",
    )
    store = known(
        {
            Kind.UNION: [
                {"uscc": "81S", "name": "库", "parent_name": "甲"},
                {"uscc": "81T", "name": "上", "parent_code": ""},
            ]
        }
    )
    unions = sheet(
        Kind.UNION,
        uscc=["81A", "81B", "81C"],
        name=["甲", "乙", "丙"],
        parent_code=["81S", "", "81T"],
        parent_name=["", "库", ""],
    )
    findings = ask([asked], unions, store=store)
    assert [(item.row, item.code, item.field) for item in findings] == [
        (2, "reference.parent_loop", "parent_code")
    ]


def test_a_name_borne_by_two_unions_leads_to_no_loop(ask: Any, sheet: Any) -> None:
    unions = sheet(
        Kind.UNION, uscc=["81A", "81B", "81C"], name=["甲", "甲", "丙"], parent_name=["", "甲", ""]
    )
    assert ask([PARENT], unions) == []


def test_the_rows_of_one_union_are_one_bearer_of_its_name(ask: Any, sheet: Any) -> None:
    unions = sheet(Kind.UNION, uscc=["81A", "81A"], name=["甲", "甲"], parent_name=["甲", "甲"])
    findings = ask([PARENT], unions)
    assert "reference.parent_loop" in {item.code for item in findings}


def test_only_as_many_levels_of_stored_unions_are_followed_as_there_can_be(
    ask: Any, sheet: Any, known: Any
) -> None:
    store = known(
        {
            Kind.UNION: [
                {"uscc": f"81{n:03}", "name": f"{n}", "parent_code": f"81{n + 1:03}"}
                for n in range(40)
            ]
        }
    )
    asked = rule(
        "reference", "parent_code", record=Kind.UNION, to="union", code_field="parent_code"
    )
    unions = sheet(Kind.UNION, uscc=["81A"], name=["甲"], parent_code=["81000"])
    assert ask([asked], unions, store=store) == []


def test_rings_reach_across_sheets_and_unions_without_a_name_are_in_none(
    ask: Any, sheet: Any
) -> None:
    units = sheet(Kind.UNIT, title="单位", name=["甲"])
    first = sheet(Kind.UNION, title="一", name=["甲", ""], parent_name=["乙", "丁"])
    second = sheet(Kind.UNION, title="二", name=["乙", "丁"], parent_name=["甲", ""])
    rings = [item for item in ask([PARENT], units, first, second) if "loop" in item.code]
    assert [(item.sheet, item.row) for item in rings] == [("一", 2), ("二", 2)]


@pytest.mark.parametrize(
    ("part", "whole", "code"),
    [
        ("90", "100", None),
        ("89", "100", "ratio.too_low"),
        ("8", "9", "ratio.too_low"),
        ("9", "10", None),
        ("100", "100", None),
        ("101", "100", "ratio.too_high"),
        ("0", "0", None),
        ("", "100", None),
        ("5", "", None),
        ("五", "100", None),
        ("²", "100", None),
    ],
)
def test_a_share_is_judged_only_where_both_numbers_are_there(
    ask: Any, sheet: Any, part: str, whole: str, code: str | None
) -> None:
    asked = rule(
        "ratio",
        "member_count",
        "employee_count",
        record=Kind.UNION,
        part="member_count",
        whole="employee_count",
        least_percent=90,
        most_percent=100,
    )
    table = sheet(Kind.UNION, member_count=[part], employee_count=[whole])
    assert [(item.code, item.field) for item in ask([asked], table)] == (
        [(code, "member_count")] if code else []
    )


def test_a_share_without_a_limit_or_a_field_is_refused() -> None:
    for params in ({"part": "a", "whole": "b"}, {"part": "a", "most_percent": 1}):
        with pytest.raises(ValueError, match="must be given"):
            KINDS["ratio"](rule("ratio", "a", record=Kind.UNION, **params))


def test_one_field_may_name_a_union_by_its_code_or_by_its_name(ask: Any, sheet: Any) -> None:
    asked = rule(
        "reference",
        "union_code",
        record=Kind.OFFICER,
        to="union",
        code_field="union_code",
        name_field="union_code",
    )
    unions = sheet(Kind.UNION, name=["示例工会"], uscc=["81420100MC0000012B"])
    officers = sheet(Kind.OFFICER, union_code=["示例工会", "81420100MC0000012B", "没有的工会", ""])
    found = [(item.code, item.row) for item in ask([asked], officers, unions)]
    assert found == [("reference.union_missing", 4), ("reference.union_missing", 5)]
