"""Whole made-up sheets under a pack's worth of rules: sound rows pass, each planted fault is
found at its cell under its code, and at no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.codes import resident_id, uscc
from collector.model import Kind, Severity, Table
from collector.rules.base import Rule
from collector.rules.engine import BatchLookup, check

TODAY = date(2026, 5, 1)
CHOICES = {"gender": frozenset({"男", "女"}), "capacity": frozenset({"专职", "兼职", "无"})}


def organisation(start: str, number: int) -> str:
    inner = f"{number:08}"
    first17 = f"{start}420106{inner}{uscc.organisation_check(inner)}"
    return first17 + uscc.check_character(first17)


def rule(kind: str, *fields: str, **params: Any) -> Rule:
    return Rule(".".join((kind, *fields)), kind, Kind.MEMBER, fields, params)


RULES = [
    rule("required", "name"),
    rule("name", "name", max_length=50),
    rule("required", "id_number"),
    rule("resident_id_or_document", "id_number", type_field="id_type"),
    rule("choice", "gender", dictionary="gender"),
    rule("date", "birth_date"),
    rule("required", "phone"),
    rule("phone", "phone"),
    rule("date", "join_date", not_after_today=True),
    rule("choice", "post_capacity", dictionary="capacity"),
    rule("uscc", "unit_code", expects="unit"),
    rule("unique", "id_number"),
    rule("match_gender", "gender", "id_number"),
    rule("match_birth_date", "birth_date", "id_number"),
    rule("order_dates", "join_date", "id_number", earlier="id_number", later="join_date", years=16),
    rule(
        "implies",
        "post_capacity",
        "union_post",
        when_field="union_post",
        when_values=["无"],
        then_field="post_capacity",
        then_values=["无"],
    ),
    rule(
        "reference",
        "unit_code",
        "unit_name",
        to="unit",
        code_field="unit_code",
        name_field="unit_name",
    ),
    rule("reference", "union_name", to="union", name_field="union_name"),
]

UNITS = Table(
    Kind.UNIT,
    {"name": ["甲单位", "乙单位"], "uscc": [organisation("91", 1), organisation("N2", 2)]},
    [2, 3],
    sheet="单位",
)
UNIONS = Table(Kind.UNION, {"name": ["甲工会"], "uscc": [organisation("81", 3)]}, [2], sheet="工会")


@st.composite
def sound_rows(draw: st.DrawFn) -> list[dict[str, str]]:
    counties = ["420106", "460400", "110101", "652701", "810000"]
    names = ["测试甲", "古丽·测试", "样本乙", "JOHN DOE", "欧阳测试"]
    rows = []
    for number in range(draw(st.integers(2, 12))):
        born = draw(st.dates(date(1950, 1, 1), date(2005, 12, 31)))
        joined = draw(st.dates(date(2022, 1, 1), TODAY))
        odd = draw(st.booleans())
        first17 = f"{draw(st.sampled_from(counties))}{born:%Y%m%d}{2 * number + odd:03}"
        at = draw(st.integers(0, 1))
        post, capacity = draw(
            st.sampled_from([("无", "无"), ("工会主席", "专职"), ("工会委员", "兼职")])
        )
        rows.append(
            {
                "name": draw(st.sampled_from(names)),
                "id_type": "居民身份证",
                "id_number": first17 + resident_id.check_digit(first17),
                "gender": "男" if odd else "女",
                "birth_date": born.isoformat(),
                "phone": draw(
                    st.sampled_from(["13800000000", "19900000000", "027-87650000", "0716-8120000"])
                ),
                "join_date": joined.isoformat(),
                "union_post": post,
                "post_capacity": capacity,
                "unit_code": UNITS.columns["uscc"][at],
                "unit_name": UNITS.columns["name"][at],
                "union_name": "甲工会",
            }
        )
    return rows


WRONG_UNIT = organisation("91", 1)[:17] + "0"


class Plant(NamedTuple):
    field: str
    code: str
    spoil: Callable[[dict[str, str]], dict[str, str]]


def wrong_check(number: str) -> str:
    return number[:17] + ("1" if number[17] != "1" else "2")


def with_birth(number: str, digits: str) -> str:
    return number[:6] + digits + number[14:]


PLANTS = [
    Plant("name", "required.missing", lambda row: {"name": ""}),
    Plant("name", "text.forbidden_character", lambda row: {"name": row["name"] + "\ufffd"}),
    Plant("name", "text.too_long", lambda row: {"name": "测" * 51}),
    Plant("id_number", "required.missing", lambda row: {"id_number": ""}),
    Plant("id_number", "resident_id.length", lambda row: {"id_number": row["id_number"][:17]}),
    Plant(
        "id_number", "resident_id.alphabet", lambda row: {"id_number": "O" + row["id_number"][1:]}
    ),
    Plant(
        "id_number",
        "resident_id.check_digit",
        lambda row: {"id_number": wrong_check(row["id_number"])},
    ),
    Plant(
        "id_number",
        "resident_id.birth_date",
        lambda row: {"id_number": with_birth(row["id_number"], "19900230")},
    ),
    Plant("id_number", "resident_id.old_15", lambda row: {"id_number": row["id_number"][:15]}),
    Plant("id_number", "document.format", lambda row: {"id_type": "港澳居民来往内地通行证"}),
    Plant("gender", "choice.unknown", lambda row: {"gender": "先生"}),
    Plant(
        "gender", "match.gender", lambda row: {"gender": "女" if row["gender"] == "男" else "男"}
    ),
    Plant("birth_date", "match.birth_date", lambda row: {"birth_date": "1949-01-01"}),
    Plant("birth_date", "date.not_a_date", lambda row: {"birth_date": "1990-02-30"}),
    Plant("birth_date", "date.ambiguous", lambda row: {"birth_date": "90.1.2"}),
    Plant("phone", "phone.format", lambda row: {"phone": "1380000000"}),
    Plant("join_date", "date.format", lambda row: {"join_date": "2016.9"}),
    Plant("join_date", "date.out_of_range", lambda row: {"join_date": "2026-05-02"}),
    Plant("join_date", "order.dates", lambda row: {"join_date": "1951-01-01"}),
    Plant(
        "post_capacity", "match.implied", lambda row: {"union_post": "无", "post_capacity": "专职"}
    ),
    Plant(
        "unit_code", "uscc.check_digit", lambda row: {"unit_code": organisation("91", 1)[:17] + "0"}
    ),
    Plant("unit_code", "uscc.length", lambda row: {"unit_code": row["unit_code"][1:]}),
    Plant("unit_code", "reference.unit_missing", lambda row: {"unit_code": organisation("91", 9)}),
    Plant("union_name", "reference.union_missing", lambda row: {"union_name": "丙工会"}),
    Plant("union_name", "reference.union_missing", lambda row: {"union_name": ""}),
]


def asked(rows: list[dict[str, str]]) -> list[tuple[int, str, str, Severity]]:
    members = Table(
        Kind.MEMBER,
        {name: [row[name] for row in rows] for name in rows[0]},
        list(range(5, 5 + len(rows))),
        sheet="会员",
    )
    tables = [UNITS, UNIONS, members]
    findings = check(tables, RULES, BatchLookup(tables, None), TODAY, labels={}, choices=CHOICES)
    return [(item.row, item.field, item.code, item.severity) for item in findings]


@given(sound_rows())
def test_sound_rows_pass_without_any_finding(rows: list[dict[str, str]]) -> None:
    assert asked(rows) == []


@settings(max_examples=300)
@given(sound_rows(), st.data())
def test_each_planted_fault_is_found_at_its_cell_and_nothing_else_is(
    rows: list[dict[str, str]], data: st.DataObject
) -> None:
    """One fault a row, in as many rows as chance wants."""
    expected = []
    for index, row in enumerate(rows):
        plant = data.draw(st.sampled_from([None, *PLANTS]))
        if plant is not None:
            row.update(plant.spoil(row))
            expected.append((index + 5, plant.field, plant.code, Severity.ERROR))
    assert asked(rows) == expected


@given(sound_rows(), st.data())
def test_a_repeated_number_is_found_at_the_later_row(
    rows: list[dict[str, str]], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(rows) - 1))
    rows.append(dict(rows[first]))
    assert asked(rows) == [(4 + len(rows), "id_number", "unique.in_file", Severity.ERROR)]
