"""The example of hubei-2023: a few faults as they happen, then one for every rule there is."""

from __future__ import annotations

from collector import packs
from collector.model import Kind, Table
from collector.services.made_up import union_code, unit_code
from example_people import Planting, joined, person, table
from example_rows import HUBEI, Example, Fault

_NAMES = ((21, "戊"), (22, "己"), (23, "庚"), (24, "辛"), (25, "壬"))
"""the last two of each sheet are spoilt cell by cell"""
_UNITS = [
    {"name": f"示例{name}有限公司", "uscc": unit_code(number), "parent_union": "示例园区联合工会"}
    for number, name in _NAMES
]
_UNIONS = [
    {
        "name": f"示例{name}工会",
        "union_type": "单独基层工会",
        "uscc": union_code(number),
        "founded_date": "2015-03-08",
        "term_end": "2028-03-07",
        "hubei-2023.unit_name": "示例戊有限公司",
        "parent_name": "示例市总工会",
    }
    for number, name in _NAMES
]
_UNIONS[2] |= {"uscc": "", "temporary_code": "临时〔2023〕0002"}
_MEMBERS = [
    {
        **{name: text for name, text in person(number).items() if name in ("name", "id_number")},
        "id_type": "居民身份证",
        "phone": f"139{number:08d}",
        "join_date": "2016-09-01",
        "new_employment": "否",
        "political_status": "群众",
        "union_post": "无",
        "post_capacity": "无",
        "unit_name": "示例戊有限公司",
        "unit_code": unit_code(21),
        "union_name": "示例戊工会",
        "union_code": union_code(21),
    }
    for number in range(31, 36)
]

_TABLES: tuple[Table, ...] = tuple(
    joined(first, table(first.kind, *more))
    for first, more in zip(HUBEI.tables, (_UNITS, _UNIONS, _MEMBERS), strict=True)
)
_AT = {each.kind: len(each) for each in _TABLES}
_PLANT = Planting(
    packs.load("hubei-2023"),
    {"单位": _AT[Kind.UNIT], "工会": _AT[Kind.UNION], "会员": _AT[Kind.MEMBER]},
)


def _emptied(*fields: str) -> list[Fault]:
    """Cells that would stand in for the one emptied beside them."""
    return [_PLANT.at("会员", _AT[Kind.MEMBER] - 1, field, "", "") for field in fields]


HUBEI_WHOLE = Example(
    _TABLES,
    (
        *HUBEI.faults,
        *_PLANT.by_field(("会员", "id_type")),
        *_emptied("unit_code", "union_code"),
        _PLANT.at("单位", 6, "uscc", unit_code(21), "unique.in_file"),
        _PLANT.at("工会", 6, "uscc", union_code(21), "unique.in_file"),
        _PLANT.at("工会", 7, "temporary_code", "临时〔2023〕0001", "unique.in_file"),
        _PLANT.at(
            "工会", 5, "hubei-2023.unit_name", "没有的单位", "reference.unit_missing", "warning"
        ),
        # the name and the superior of the last are the same endless text
        _PLANT.at("工会", 9, "parent_name", "长" * 101, "reference.parent_loop"),
        _PLANT.told("会员", _AT[Kind.MEMBER] - 1, "unit_code", "reference.unit_missing"),
        _PLANT.told("会员", _AT[Kind.MEMBER] - 1, "union_code", "reference.union_missing"),
        _PLANT.at("会员", 13, "union_code", union_code(99), "reference.union_missing"),
        _PLANT.at("会员", 14, "id_type", "", "required.missing"),
        _PLANT.at("会员", 15, "id_type", "清单里没有的一项", "choice.unknown"),
    ),
)
