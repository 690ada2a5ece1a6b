"""The example of qinhuangdao-2022: nobody in it exists."""

from __future__ import annotations

from collector import packs
from collector.model import Kind
from collector.services.made_up import person_name, union_code, unit_code
from example_people import Planting, person, table
from example_rows import Example

_OWN = "qinhuangdao-2022"

_UNITS = [
    {
        "name": f"示例{name}",
        "uscc": unit_code(number) if number != 3 else unit_code(3)[8:17],
        "economic_type": "国有独资（公司）",
        "address": f"秦皇岛市示例路{number}号",
        "employee_count": "60",
        "district": "秦皇岛市示例区",
        "nature": "国有独资公司",
        "industry": "制造业",
        "parent_union": "示例甲厂工会" if number > 2 else f"示例{name}工会",
        "remark": "虚构",
    }
    for number, name in enumerate(["甲厂", "乙厂", "丙厂", "丁厂", "戊厂", "己厂"], 1)
]

_UNIONS = [
    {
        "name": f"示例{name}",
        "uscc": union_code(number),
        "parent_name": "示例区总工会" if number > 1 else "秦皇岛市总工会",
        "founded_date": f"2015-05-{number:02d}",
        "union_type": "独立基层工会" if number > 1 else "总工会",
        "leader": person_name(number),
        "phone": "0335-3000001",
        "member_count": "50",
        f"{_OWN}.registered_count": str(44 + number),
        "remark": "虚构",
    }
    for number, name in enumerate(
        ["区总工会", "甲厂工会", "乙厂工会", "丁厂工会", "戊厂工会", "己厂工会"], 1
    )
]
_UNIONS[2] |= {"uscc": "", "temporary_code": "临时0003"}
_UNIONS[3] |= {"temporary_code": "临时0004"}

_ADMINISTRATORS = [
    {
        f"{_OWN}.admin_level": level,
        f"{_OWN}.unit_name": unit,
        "union_code": union,
        "name": person_name(number),
        "phone": f"138{number:08d}",
        f"{_OWN}.account": f"示例账号{number}",
    }
    for number, (level, unit, union) in enumerate(
        [
            ("县区", "示例区总工会", "示例区总工会"),
            ("基层", "示例甲厂", union_code(2)),
            ("基层", "示例乙厂", "示例乙厂工会"),
            ("系统", "", "示例区总工会"),
            ("产业", "", "示例区总工会"),
            ("基层", "示例甲厂", "示例甲厂工会"),
        ],
        1,
    )
]

_MEMBERS = [
    person(number)
    | {
        "union_name": "示例甲厂工会" if number % 3 else "示例乙厂工会",
        "unit_name": "示例甲厂" if number % 3 else "示例乙厂",
        f"{_OWN}.channel": "扫码" if number % 4 else "代录",
        f"{_OWN}.approval": ("通过", "待审核", "退回")[number % 3],
        "household_type": "非农业家庭户口",
        "id_type": "" if number % 4 else "居民身份证",
        "ethnicity": "汉族",
        "education": "大学本科教育",
        "political_status": "群众",
        "unit_code": unit_code(1) if number % 3 == 1 else "",
        "union_code": union_code(2) if number % 3 == 1 else "",
        "remark": "虚构",
    }
    for number in range(1, 13)
]

_PLANT = Planting(
    packs.load(_OWN),
    {
        "单位": len(_UNITS),
        "工会": len(_UNIONS),
        "管理员": len(_ADMINISTRATORS),
        "会员": len(_MEMBERS),
    },
)

QINHUANGDAO = Example(
    (
        table(Kind.UNIT, *_UNITS),
        table(Kind.UNION, *_UNIONS),
        table(Kind.OFFICER, *_ADMINISTRATORS),
        table(Kind.MEMBER, *_MEMBERS),
    ),
    (
        # The same long text as the name would make the union its own parent.
        *_PLANT.by_field(("会员", "id_type"), ("工会", "parent_name")),
        _PLANT.at("工会", 5, "parent_name", "", "required.missing", "warning"),
        _PLANT.at("工会", 6, "parent_name", "高" * 101, "text.too_long", "warning"),
        _PLANT.at("单位", 1, "employee_count", "0", "number.out_of_range", "warning"),
        _PLANT.at("单位", 3, "parent_union", "没有的工会", "reference.union_missing", "warning"),
        _PLANT.at("单位", 4, "uscc", unit_code(2), "unique.in_file"),
        # 44 of 50 are 88 %; the 45 of the first union are 90 % and enough.
        _PLANT.at("工会", 2, f"{_OWN}.registered_count", "44", "ratio.too_low", "warning"),
        _PLANT.at("工会", 3, f"{_OWN}.registered_count", "51", "ratio.too_high", "warning"),
        _PLANT.at("工会", 4, "uscc", union_code(2), "unique.in_file"),
        _PLANT.at("工会", 4, "temporary_code", "临时0003", "unique.in_file", "warning"),
        _PLANT.at("管理员", 2, f"{_OWN}.account", "示例账号1", "unique.in_file", "warning"),
        _PLANT.at("管理员", 3, "union_code", "没有的工会", "reference.union_missing", "warning"),
        _PLANT.told("管理员", 5, "union_code", "reference.union_missing", "warning"),
        _PLANT.at("会员", 2, "id_type", "学生证", "choice.unknown", "warning"),
        _PLANT.at(
            "会员", 3, "gender", "男" if person(3)["gender"] == "女" else "女", "match.gender"
        ),
        _PLANT.at("会员", 6, "birth_date", "1966-01-01", "match.birth_date"),
        _PLANT.at("会员", 7, "birth_date", "", ""),
        _PLANT.at("会员", 7, "id_number", person(5)["id_number"], "unique.in_file"),
        _PLANT.at("会员", 8, "unit_name", "没有的单位", "reference.unit_missing"),
        _PLANT.at("会员", 8, "union_name", "没有的工会", "reference.union_missing"),
        *(
            _PLANT.at("会员", row, field, "", "")  # the writer found the codes
            for row in (8, 11)
            for field in ("unit_code", "union_code")
        ),
        _PLANT.told("会员", 11, "unit_name", "reference.unit_missing"),
        _PLANT.told("会员", 11, "union_name", "reference.union_missing"),
    ),
)
