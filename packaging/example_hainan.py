"""The example of hainan-2019: a few faults as they happen, then one for every rule there is."""

from __future__ import annotations

from collector import packs
from collector.model import Kind, Table
from collector.services.made_up import union_code, unit_code
from example_people import Planting, joined, person, table
from example_rows import HAINAN, Example

_NAMES = ((31, "戊"), (32, "己"), (33, "庚"), (34, "辛"), (35, "壬"))
"""the last two of each sheet are spoilt cell by cell"""
_UNITS = [
    {
        "name": f"示例{name}商店",
        "uscc": unit_code(number),
        "address": f"海口市示例路{number}号",
        "district": "海口市",
        "nature": "国有企业",
        "economic_type": "国有经济",
        "industry": "制造业",
        "employee_count": "20",
        "parent_union": union_code(number),
    }
    for number, name in _NAMES
]
_UNIONS = [
    {
        "name": f"示例{name}商店工会",
        "uscc": union_code(number),
        "parent_name": "海口市总工会",
        "founded_date": "2015-03-08",
        "union_type": "独立基层工会",
        "member_count": "18",
        "leader": f"示例{name}一",
        "phone": "0898-60000001",
    }
    for number, name in _NAMES
]
_MEMBERS = [
    person(number)
    | {
        "ethnicity": "汉族",
        "employment_status": "在岗",
        "id_type": "居民身份证",
        "education": "本科",
        "skill_level": "无",
        "household_type": "农业户口",
        "household_place": "海南省海口市",
        "change_type": kind,
        "change_date": "2016-09-01",
        "change_reason": reason,
        "political_status": "群众",
        "unit_name": "示例戊商店",
        "native_place": "海南海口",
        "migrant_worker": "是",
    }
    for number, (kind, reason) in enumerate(
        [
            ("除名", "因犯罪被开除会籍"),
            ("退会", "个人要求退会"),
            ("转出", "劳动（工作）关系发生变化"),
            *[("入会", "劳动（工作）关系发生变化")] * 12,
        ],
        31,
    )
]
_MEMBERS[2]["employment_status"] = "退休"

_TABLES: tuple[Table, ...] = tuple(
    joined(first, table(first.kind, *more))
    for first, more in zip(HAINAN.tables, (_UNITS, _UNIONS, _MEMBERS), strict=True)
)
_AT = {each.kind: len(each) for each in _TABLES}
_ORGANISATIONS, _PEOPLE = _AT[Kind.UNIT], _AT[Kind.MEMBER]
_PLANT = Planting(packs.load("hainan-2019"), {"工会组织信息": _ORGANISATIONS, "会员信息": _PEOPLE})

HAINAN_WHOLE = Example(
    _TABLES,
    (
        *HAINAN.faults,
        # a row without one cell left would be a blank row
        *_PLANT.by_field(("会员信息", "id_type"), ("工会组织信息", "phone")),
        _PLANT.at("工会组织信息", 6, "phone", "1380000000", "phone.format"),
        _PLANT.at("工会组织信息", 7, "phone", "", "required.missing"),
        _PLANT.told("会员信息", _PEOPLE - 1, "unit_name", "reference.unit_missing"),
        _PLANT.at("工会组织信息", 5, "employee_count", "0", "number.out_of_range", "warning"),
        _PLANT.at("工会组织信息", 6, "uscc", unit_code(31), "unique.in_file"),
        _PLANT.at(
            "会员信息", 13, "change_type", "除名", "match.implied", "warning", "change_reason"
        ),
        _PLANT.at(
            "会员信息",
            14,
            "change_reason",
            "因犯罪被开除会籍",
            "match.implied",
            "warning",
            "change_type",
        ),
        _PLANT.at(
            "会员信息", 15, "change_type", "退会", "match.implied", "warning", "change_reason"
        ),
        _PLANT.at(
            "会员信息", 16, "employment_status", "退休", "match.implied", "warning", "change_type"
        ),
        _PLANT.at("会员信息", 17, "change_date", "2099/01/01", "date.out_of_range", "warning"),
        _PLANT.at("会员信息", 18, "change_date", "1970/01/01", "order.dates", "warning"),
        *(
            _PLANT.at("会员信息", 19, field, text, code)
            for field, text, code in (
                ("id_number", _MEMBERS[8]["id_number"], "unique.in_file"),
                ("birth_date", _MEMBERS[8]["birth_date"].replace("-", "/"), ""),
                ("gender", _MEMBERS[8]["gender"], ""),
            )
        ),
        _PLANT.at("会员信息", 20, "household_place", "", "required.missing", "warning"),
        _PLANT.at("会员信息", 20, "migrant_worker", "", "required.missing", "warning"),
        _PLANT.at("会员信息", 21, "id_type", "", "required.missing"),
        _PLANT.at("会员信息", 22, "id_type", "学生证", "choice.unknown"),
    ),
)
