"""The example of national-2017: nobody in it exists."""

from __future__ import annotations

from collector import packs
from collector.model import Kind
from collector.services.made_up import person_name, union_code, unit_code
from example_people import Planting, person, table
from example_rows import Example

_UNITS = [
    {
        "name": f"示例{name}",
        "uscc": unit_code(number),
        "economic_type": kind,
        "address": f"示例市示例路{number}号",
        "employee_count": str(count),
        "district": "示例市示例区",
        "nature": nature,
        "industry": industry,
        "parent_union": f"示例{union}",
        "remark": "虚构",
    }
    for number, (name, kind, count, nature, industry, union) in enumerate(
        [
            ("甲厂", "国有独资（公司）", 60, "国有独资公司", "制造业", "甲厂工会"),
            ("乙店", "个体经营", 5, "个体经济组织", "住宿和餐饮业", "商圈联合工会"),
            ("丙店", "私营有限责任（公司）", 9, "私营企业", "批发和零售业", "商圈联合工会"),
            ("丁社", "集体全资", 20, "集体企业", "教育", "甲厂工会"),
            ("戊社", "集体全资", 20, "集体企业", "教育", "甲厂工会"),
            ("己社", "集体全资", 20, "集体企业", "教育", "甲厂工会"),
        ],
        1,
    )
]
# A unit may have only a 组织机构代码 yet (S-002: 统一社会信用代码（组织机构代码）).
_UNITS[2]["uscc"] = unit_code(3)[8:17]

_UNIONS = [
    {
        "name": f"示例{name}",
        "uscc": union_code(number),
        "parent_name": parent,
        "founded_date": f"2015-05-{number:02d}",
        "union_type": kind,
        "leader": person_name(number),
        "phone": "010-60000001",
        "member_count": "18",
        "employee_count": "20",
        "remark": "虚构",
    }
    for number, (name, parent, kind) in enumerate(
        [
            ("市总工会", "示例省总工会", "总工会"),
            ("甲厂工会", "示例市总工会", "独立基层工会"),
            ("商圈联合工会", "示例市总工会", "联合基层工会"),
            ("丁社工会", "示例市总工会", "独立基层工会"),
            ("戊社工会", "示例市总工会", "独立基层工会"),
            ("己社工会", "示例市总工会", "独立基层工会"),
        ],
        1,
    )
]
# The third has no code of its own but a 临时赋码.
_UNIONS[2] |= {"uscc": "", "temporary_code": "临时0003"}
_UNIONS[3] |= {"temporary_code": "临时0004"}

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
            ("示例甲厂工会", "工会委员会", "男", "主席"),
            (union_code(2), "工会经费审查委员会", "女", "主任"),
            ("示例甲厂工会", "工会女职工委员会", "女", "主任"),
            ("示例甲厂工会", "工会女职工委员会", "女", "委员"),
            ("示例甲厂工会", "工会委员会", "男", "委员"),
            ("示例甲厂工会", "工会委员会", "男", "委员"),
            ("示例甲厂工会", "工会委员会", "男", "委员"),
        ],
        1,
    )
]

_MEMBERS = [
    person(number)
    | {
        "household_type": "非农业家庭户口" if number % 2 else "农业家庭户口",
        "unit_name": "示例甲厂" if number % 3 else "示例丙店",
        "union_name": "示例甲厂工会" if number % 3 else "示例商圈联合工会",
        "id_type": "" if number % 4 else "居民身份证",
        "ethnicity": "汉族",
        "education": "大学本科教育",
        "political_status": "群众",
        "employment_status": "在岗",
        "skill_level": "无",
        "household_place": "示例省示例市",
        "change_type": "入会",
        "change_date": "2016-09-01",
        "change_reason": "劳动（工作）关系发生变化",
        "unit_code": unit_code(1) if number % 3 == 1 else "",
        "union_code": union_code(2) if number % 3 == 1 else "",
        "remark": "虚构",
    }
    for number in range(1, 13)
]
# Who has no 居民身份证 is a member all the same.
_MEMBERS[4] |= {
    "id_type": "外国护照",
    "id_number": "X0000005",
    "gender": "未说明的性别",
    "birth_date": "",
}
_MEMBERS[6] |= {"change_type": "除名", "change_reason": "因犯罪被开除会籍"}
for _row in (-1, -2):
    _MEMBERS[_row] |= {"unit_code": unit_code(1), "union_code": union_code(2)}
_MEMBERS[-2] |= {"unit_code": "", "union_code": ""}

_PLANT = Planting(
    packs.load("national-2017"),
    {
        "单位": len(_UNITS),
        "工会": len(_UNIONS),
        "委员会成员": len(_OFFICERS),
        "会员": len(_MEMBERS),
    },
)

NATIONAL = Example(
    (
        table(Kind.UNIT, *_UNITS),
        table(Kind.UNION, *_UNIONS),
        table(Kind.OFFICER, *_OFFICERS),
        table(Kind.MEMBER, *_MEMBERS),
    ),
    (
        *_PLANT.by_field(("会员", "id_type")),
        _PLANT.at("单位", 1, "employee_count", "0", "number.out_of_range", "warning"),
        _PLANT.at("单位", 3, "parent_union", "没有的工会", "reference.union_missing", "warning"),
        _PLANT.at("单位", 4, "uscc", unit_code(2), "unique.in_file"),
        _PLANT.at("工会", 4, "uscc", union_code(2), "unique.in_file"),
        _PLANT.at("工会", 4, "temporary_code", "临时0003", "unique.in_file", "warning"),
        _PLANT.at("工会", 2, "founded_date", "2099-05-02", "date.out_of_range"),
        _PLANT.at("工会", 2, "member_count", "21", "ratio.too_high", "warning"),
        _PLANT.at("委员会成员", 4, "name", person_name(3), "unique.in_file", "warning"),
        _PLANT.at(
            "委员会成员", 5, "union_code", "没有的工会", "reference.union_missing", "warning"
        ),
        _PLANT.at("委员会成员", 3, "gender", "男", "match.implied", "warning"),
        _PLANT.at("会员", 2, "id_type", "学生证", "choice.unknown", "warning"),
        _PLANT.at(
            "会员", 3, "gender", "男" if person(3)["gender"] == "女" else "女", "match.gender"
        ),
        _PLANT.at("会员", 5, "id_number", person(4)["id_number"], "unique.in_file"),
        _PLANT.at("会员", 6, "birth_date", "1966-01-01", "match.birth_date"),
        _PLANT.at("会员", 8, "unit_name", "没有的单位", "reference.unit_missing"),
        _PLANT.at("会员", 8, "union_name", "没有的工会", "reference.union_missing"),
        _PLANT.at("会员", 9, "change_type", "除名", "match.implied", "warning", "change_reason"),
        *(
            _PLANT.at("会员", row, field, "", "")  # the writer found the codes
            for row in (8, 11)
            for field in ("unit_code", "union_code")
        ),
        _PLANT.told("委员会成员", 6, "union_code", "reference.union_missing", "warning"),
        _PLANT.told("会员", 11, "unit_name", "reference.unit_missing"),
        _PLANT.told("会员", 11, "union_name", "reference.union_missing"),
    ),
)
