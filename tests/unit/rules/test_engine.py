"""The engine: one finding a cell, condemned cells, order, progress, and who is asked first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from collector.errors import Cancelled
from collector.model import Kind, Severity, Table, form_table
from collector.progress import Progress
from collector.rules.base import Rule
from collector.rules.engine import BatchLookup, check

TODAY = date(2026, 5, 1)


def rule(kind: str, *fields: str, severity: Severity = Severity.ERROR, **params: Any) -> Rule:
    return Rule(f"{kind}.rule", kind, Kind.MEMBER, fields, params, severity)


def test_a_condemned_cell_becomes_one_error_and_is_asked_of_no_rule(ask: Any, sheet: Any) -> None:
    table = sheet(Kind.MEMBER, id_number=["4.2E+17", "4.2E+17"], gender=["男", "女"])
    table.faults["id_number"] = {
        0: "resident_id.damaged_by_excel",
        1: "resident_id.damaged_by_excel",
    }
    findings = ask(
        [
            rule("resident_id_or_document", "id_number"),
            rule("unique", "id_number"),
            rule("match_gender", "gender", "id_number"),
        ],
        table,
    )
    assert [(item.row, item.column, item.code, item.severity) for item in findings] == [
        (2, "A", "resident_id.damaged_by_excel", Severity.ERROR),
        (3, "A", "resident_id.damaged_by_excel", Severity.ERROR),
    ]


def test_the_first_rule_of_a_cells_form_is_heard_alone(ask: Any, sheet: Any) -> None:
    rules = [
        rule("number", "remark", min=5),
        rule("number", "remark", max=1),
        rule("date", "remark"),
    ]
    (item,) = ask(rules, sheet(Kind.MEMBER, remark=["3"]))
    assert item.param("min") == 5


def test_an_error_is_never_hidden_behind_a_warning_before_it(ask: Any, sheet: Any) -> None:
    rules = [
        rule("text", "remark", severity=Severity.WARNING, max_length=1),
        rule("date", "remark"),
    ]
    (item,) = ask(rules, sheet(Kind.MEMBER, remark=["不详"]))
    assert (item.code, item.severity) == ("date.format", Severity.ERROR)
    (item,) = ask(rules[::-1], sheet(Kind.MEMBER, remark=["不详"]))
    assert item.code == "date.format"


def test_a_rule_across_cells_is_silent_where_the_cell_itself_is_wrong(ask: Any, sheet: Any) -> None:
    number = "110105194912310021"
    rules = [rule("resident_id_or_document", "id_number"), rule("unique", "id_number")]
    findings = ask(rules, sheet(Kind.MEMBER, id_number=[number, number]))
    assert {item.code for item in findings} == {"resident_id.check_digit"}


def test_a_rule_across_cells_speaks_where_the_cell_is_only_doubted(ask: Any, sheet: Any) -> None:
    rules = [rule("name", "name"), rule("unique", "name")]
    findings = ask(rules, sheet(Kind.MEMBER, name=["甲1", "甲1"]))
    assert [(item.row, item.code) for item in findings] == [
        (2, "name.unusual"),
        (3, "name.unusual"),
        (3, "unique.in_file"),
    ]


def test_a_member_without_a_unit_is_both_incomplete_and_attached_to_nothing(
    ask: Any, sheet: Any
) -> None:
    rules = [
        rule("required", "unit_name"),
        rule("reference", "unit_name", to="unit", name_field="unit_name"),
    ]
    units = sheet(Kind.UNIT, title="单位", name=["甲"])
    findings = ask(rules, units, sheet(Kind.MEMBER, title="会员", unit_name=[""]))
    assert [item.code for item in findings] == ["reference.unit_missing", "required.missing"]


def test_findings_come_by_file_sheet_row_column_and_code(ask: Any, sheet: Any) -> None:
    later = sheet(Kind.MEMBER, file=1, name=["甲?"], phone=["x"])
    first = sheet(Kind.MEMBER, name=["甲?", "乙?"], phone=["x", "x"])
    first.letters["phone"] = "AA"
    findings = ask([rule("phone", "phone"), rule("name", "name")], later, first)
    assert [(item.file, item.row, item.column) for item in findings] == [
        (0, 2, "A"),
        (0, 2, "AA"),
        (0, 3, "A"),
        (0, 3, "AA"),
        (1, 2, "A"),
        (1, 2, "B"),
    ]


def test_no_finding_holds_a_value(ask: Any, sheet: Any) -> None:
    marks = ["赵测试甲", "标记9876", "不明13x", "2016.13.1x"]
    table = sheet(
        Kind.MEMBER,
        name=[marks[0] + "?"],
        id_number=[marks[1]],
        phone=[marks[2]],
        join_date=[marks[3]],
    )
    rules = [
        rule("name", "name", max_length=2),
        rule("resident_id_or_document", "id_number"),
        rule("phone", "phone"),
        rule("date", "join_date"),
    ]
    findings = ask(rules, table)
    assert len(findings) == 4
    assert not any(mark in repr(item) for mark in marks for item in findings)


def test_rules_of_another_kind_of_record_are_not_asked(ask: Any, sheet: Any) -> None:
    assert ask([rule("number", "name")], sheet(Kind.UNIT, name=["甲"])) == []


def test_a_form_meets_the_same_rules_as_a_sheet(ask: Any) -> None:
    table = form_table(Kind.MEMBER, {"name": "", "phone": "12"})
    findings = ask([rule("required", "name"), rule("phone", "phone")], table)
    assert [item.code for item in findings] == ["phone.format", "required.missing"]


def run(table: Table, rules: list[Rule], progress: Progress) -> None:
    check(
        [table], rules, BatchLookup([table], None), TODAY, labels={}, choices={}, progress=progress
    )


def test_each_rule_is_a_step_and_the_last_step_is_the_whole(sheet: Any) -> None:
    steps: list[tuple[int, int]] = []
    progress = Progress(lambda _, done, total: steps.append((done, total)))
    rules = [rule("name", "name"), rule("unique", "name"), rule("text", "name")]
    run(sheet(Kind.MEMBER, name=["甲"]), rules, progress)
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_a_cancelled_check_stops(sheet: Any) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        run(sheet(Kind.MEMBER, name=["甲"]), [rule("name", "name")], progress)


def test_the_batch_is_asked_before_the_store_and_the_store_only_for_the_rest(
    sheet: Any, known: Any
) -> None:
    store = known({Kind.UNIT: [{"name": "乙"}]})
    lookup = BatchLookup([sheet(Kind.UNIT, name=["甲", ""])], store)
    assert lookup.known(Kind.UNIT, "name", {"甲"}) == {"甲"}
    assert store.asked == []
    assert lookup.known(Kind.UNIT, "name", {"甲", "乙", "丙", ""}) == {"甲", "乙"}
    assert lookup.known(Kind.UNIT, "name", {"甲", ""}) == {"甲"}
    assert store.asked == [(Kind.UNIT, "name")]


def test_what_is_stored_is_asked_of_the_store_alone(sheet: Any, known: Any) -> None:
    store = known({Kind.UNIT: [{"name": "乙", "uscc": "91B"}]})
    table = sheet(Kind.UNIT, name=["甲"], uscc=["91A"])
    assert BatchLookup([table], store).stored(Kind.UNIT, "name", ["甲", "乙"], ["uscc"]) == {
        "乙": ("91B",)
    }
    assert BatchLookup([table], None).stored(Kind.UNIT, "name", ["甲"], ["uscc"]) == {}
    assert BatchLookup([table], store).stored(Kind.UNIT, "name", [], ["uscc"]) == {}


def test_a_kind_is_judged_where_batch_or_store_has_one(sheet: Any, known: Any) -> None:
    store = known({Kind.UNION: [{"name": "甲工会"}]})
    lookup = BatchLookup([sheet(Kind.UNIT, name=["甲"])], store)
    assert lookup.judges(Kind.UNIT)
    assert lookup.judges(Kind.UNION)
    assert not lookup.judges(Kind.MEMBER)
    assert not BatchLookup([], None).judges(Kind.UNIT)
