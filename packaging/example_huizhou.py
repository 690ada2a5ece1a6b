"""The example of huizhou-2018: nobody in it exists."""

from __future__ import annotations

from collector import packs
from collector.model import Kind
from collector.services.made_up import person_name, union_code, unit_code
from example_people import Planting, person, table
from example_rows import Example

_UPPER = [
    {
        "name": f"示例{name}",
        "level": "基层以上工会",
        "union_type": kind,
        "phone": "0752-2000001",
        "district": "惠州市示例区",
        "self_approval": "是",
        "huizhou-2018.union_nature": "地方工会",
        "parent_name": parent,
        "document_number_form": "示工总〔年份〕序号号",
        "address": f"示例路{number}号",
        "remark": "虚构",
        "uscc": union_code(number),
    }
    for number, (name, kind, parent) in enumerate(
        [
            ("区总工会", "总工会", "惠州市总工会"),
            ("镇总工会", "总工会", "示例区总工会"),
            ("街道工会工委", "工会工作委员会", "示例区总工会"),
            ("系统工会", "产业（系统）工会", "示例区总工会"),
            ("园区工会联合会", "工会联合会", "示例区总工会"),
        ],
        11,
    )
]
_UPPER[2] |= {"uscc": "", "temporary_code": "临时0013"}
_UPPER[4] |= {"temporary_code": "临时0015"}

_BASIC = [
    {
        "name": f"示例{name}工会",
        "level": "基层工会",
        "parent_name": "示例镇总工会",
        "founded_date": f"2010-09-{number:02d}",
        "phone": "13800000001",
        "district": "惠州市示例区",
        "term_years": "5" if number % 2 else "3",
        "term_number": "3",
        "term_start": f"2023-09-{number:02d}",
        "election_form": "会员代表大会选举",
        "address": f"示例路{number}号",
        "industry": "制造业",
        "employee_count": "20",
        "member_count": "20",
        "uscc": union_code(number),
    }
    for number, name in enumerate(["甲厂", "乙厂", "丙厂", "丁厂", "戊厂", "己厂"], 1)
]
_BASIC[2] |= {"uscc": "", "temporary_code": "临时0003"}
for _row in (3, 5):
    _BASIC[_row] |= {"temporary_code": f"临时000{_row + 1}"}

_UNITS = [
    {
        "name": f"示例{name}",
        "parent_union": f"示例{name}工会" if 1 < number < 5 else union_code(1),
        "district": "惠州市示例区",
        "address": f"示例路{number}号",
        "employee_count": "20",
        "uscc": unit_code(number) if number != 3 else unit_code(3)[8:17],
    }
    for number, name in enumerate(["甲厂", "乙厂", "丙厂", "丁厂", "戊厂", "己厂"], 1)
]

_OFFICERS = [
    {
        "union_code": union,
        "committee": committee,
        "name": person_name(number),
        "gender": gender,
        "post": post,
        "term_number": "3",
    }
    for number, (union, committee, gender, post) in enumerate(
        [
            ("示例区总工会", "工会委员会", "男", "工会主席"),
            ("示例区总工会", "工会经费审查委员会", "女", "经审委主任"),
            ("示例区总工会", "工会女职工委员会", "女", "女工委主任"),
            (union_code(1), "工会委员会", "男", "工会主席"),
            ("示例甲厂工会", "工会委员会", "女", "委员"),
            ("示例甲厂工会", "工会女职工委员会", "女", "女工委主任"),
            ("示例甲厂工会", "工会女职工委员会", "女", "女工委委员"),
            ("示例甲厂工会", "工会经费审查委员会", "男", "经审委委员"),
            ("示例甲厂工会", "工会经费审查委员会", "男", "经审委委员"),
        ],
        1,
    )
]
# One person may sit in two committees.
_OFFICERS[4] |= {"name": person_name(6)}

_MEMBERS = [
    {
        **{name: text for name, text in person(number).items() if name != "birth_date"},
        "apply_card": "是" if number % 2 else "否",
        "address": f"示例路{number}号" if number % 2 or number > 12 else "",
        "id_valid_from": "2016-09-01" if number % 2 or number > 12 else "",
        "id_valid_until": ("2036-09-01" if number % 3 else "2099-12-31")
        if number % 2 or number > 12
        else "",
        "join_date": "2016-09-01",
        "hire_date": "2016-08-01",
        "ethnicity": "汉族",
        "education": "本科",
        "political_status": "群众",
        "union_name": "示例甲厂工会" if number % 4 else "示例丙厂工会",
        "union_code": union_code(1) if number % 4 == 1 else "",
        "unit_name": "示例甲厂" if number % 4 else "示例丙厂",
        "unit_code": unit_code(1) if number % 4 == 1 else "",
    }
    for number in range(1, 15)
]

_PLANT = Planting(
    packs.load("huizhou-2018"),
    {
        "基层以上工会": len(_UPPER),
        "基层工会": len(_BASIC),
        "单位": len(_UNITS),
        "委员会成员": len(_OFFICERS),
        "会员": len(_MEMBERS),
    },
)

_BY_HAND = (
    # An empty level is no fault: the sheet says which it is.
    ("基层以上工会", "level"),
    ("基层工会", "level"),
    # The same wrong code in both sheets of unions would be a repeat.
    ("基层工会", "uscc"),
    ("基层工会", "temporary_code"),
    # A row in which everything is empty is no record.
    ("委员会成员", "name"),
)

HUIZHOU = Example(
    (
        table(Kind.UNION, *_UPPER, *_BASIC),
        table(Kind.UNIT, *_UNITS),
        table(Kind.OFFICER, *_OFFICERS),
        table(Kind.MEMBER, *_MEMBERS),
    ),
    (
        *_PLANT.by_field(*_BY_HAND),
        _PLANT.at("基层工会", 5, "uscc", "", "required.missing", "warning"),
        _PLANT.at("基层工会", 6, "uscc", "81420000MC0001", "uscc.length", "warning"),
        _PLANT.at("委员会成员", 2, "name", "", "required.missing", "warning"),
        _PLANT.at("委员会成员", 9, "name", "示例１？", "name.unusual", "warning"),
        _PLANT.at("基层以上工会", 1, "level", "", ""),
        _PLANT.at("基层工会", 1, "level", "街道级", "choice.unknown"),
        _PLANT.at("基层以上工会", 2, "uscc", union_code(11), "unique.in_file", "warning"),
        _PLANT.at("基层工会", 4, "temporary_code", "临时0003", "unique.in_file", "warning"),
        _PLANT.at("基层工会", 1, "founded_date", "2099-09-01", "date.out_of_range"),
        _PLANT.at("基层工会", 1, "term_start", "", ""),
        _PLANT.at("基层工会", 2, "term_years", "50", "number.out_of_range", "warning"),
        _PLANT.at("基层工会", 2, "term_number", "0", "number.out_of_range", "warning"),
        _PLANT.at("基层工会", 2, "term_start", "2009-09-01", "order.dates", "warning"),
        _PLANT.at("基层工会", 2, "member_count", "21", "ratio.too_high", "warning"),
        _PLANT.at("单位", 2, "uscc", unit_code(1), "unique.in_file", "warning"),
        _PLANT.at("单位", 3, "parent_union", "没有的工会", "reference.union_missing", "warning"),
        _PLANT.at(
            "委员会成员", 1, "union_code", "没有的工会", "reference.union_missing", "warning"
        ),
        _PLANT.at("委员会成员", 3, "gender", "男", "match.implied", "warning"),
        _PLANT.at("委员会成员", 4, "term_number", "0", "number.out_of_range", "warning"),
        _PLANT.at("委员会成员", 7, "name", person_name(6), "unique.in_file", "warning"),
        _PLANT.told("委员会成员", 8, "union_code", "reference.union_missing", "warning"),
        _PLANT.at("会员", 1, "address", "", "match.implied_present", "warning"),
        _PLANT.at("会员", 1, "id_valid_from", "", "match.implied_present", "warning"),
        _PLANT.at("会员", 1, "id_valid_until", "", "match.implied_present", "warning"),
        _PLANT.at(
            "会员", 2, "gender", "男" if person(2)["gender"] == "女" else "女", "match.gender"
        ),
        _PLANT.at("会员", 3, "id_valid_from", "1960-01-01", "order.dates", "warning"),
        _PLANT.at("会员", 5, "id_valid_until", "2018-09-01", "order.dates", "warning"),
        _PLANT.at("会员", 4, "join_date", "1980-09-01", "order.dates", "warning"),
        _PLANT.at("会员", 8, "id_number", person(6)["id_number"], "unique.in_file"),
        _PLANT.at("会员", 10, "union_name", "没有的工会", "reference.union_missing"),
        _PLANT.at("会员", 10, "unit_name", "没有的单位", "reference.unit_missing"),
        *(
            _PLANT.at("会员", row, field, "", "")  # the writer found the codes
            for row in (10, 13)
            for field in ("unit_code", "union_code")
        ),
        _PLANT.told("会员", 13, "union_name", "reference.union_missing"),
        _PLANT.told("会员", 13, "unit_name", "reference.unit_missing"),
    ),
)
