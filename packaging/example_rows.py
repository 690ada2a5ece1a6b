"""The made-up organisations and people of the packs' examples, and the faults planted in them.

Nobody here exists: names are numerals, numbers are counted up, check digits are right.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from collector.model import Kind, Table


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell of the good example made bad, and what the program must say about it."""

    sheet: str
    row: int
    column: str
    value: str | int | float
    code: str
    severity: str = "error"
    reported: str = ""
    """``row column`` where the finding stands, if not at the cell itself"""


@dataclass(frozen=True, slots=True)
class Example:
    tables: tuple[Table, ...]
    faults: tuple[Fault, ...] = field(default=())


def _table(kind: Kind, fields: str, *rows: str) -> Table:
    """Rows of ``|``-separated texts under blank-separated field ids."""
    names = fields.split()
    cells = [[text.strip() for text in row.split("|")] for row in rows]
    return Table(
        kind,
        {name: [row[place] for row in cells] for place, name in enumerate(names)},
        list(range(1, len(rows) + 1)),
    )


HUBEI = Example(
    (
        _table(
            Kind.UNIT,
            "name uscc parent_union",
            "示例甲制造有限公司 | 91420100MA0000015F | 81420100MC0000012B",
            "示例乙运输有限公司 | 91420100MA0000023A | 示例园区联合工会",
            "示例丙快递有限公司 | 91420100MA00000315 | 示例园区联合工会",
            "示例丁商贸有限公司 | 91420100MA000004XW | ",
        ),
        _table(
            Kind.UNION,
            "name union_type uscc founded_date term_end temporary_code"
            " hubei-2023.unit_name parent_name",
            "示例市总工会 | 总工会 | 81420100MC00000393 | 1990-05-01 | 2027-04-30 | | |",
            "示例甲制造有限公司工会 | 单独基层工会 | 81420100MC0000012B | 2010-03-08 | 2028-03-07"
            " | | 示例甲制造有限公司 | 示例市总工会",
            "示例园区联合工会 | 联合基层工会 | | 2019-07-01 | 2029-06-30 | 临时〔2023〕0001 | "
            " | 示例市总工会",
            "示例村工会小组 | 工会小组 | 81420100MC0000047X | 2021-01-01 | 2026-12-31 | | "
            " | 示例市总工会",
        ),
        _table(
            Kind.MEMBER,
            "name id_type id_number phone join_date new_employment political_status union_post"
            " post_capacity unit_name unit_code union_name union_code",
            *(
                f"{row} | 示例甲制造有限公司 | 91420100MA0000015F | 示例甲制造有限公司工会"
                " | 81420100MC0000012B"
                for row in (
                    (
                        "示例甲一 | 居民身份证 | 420100199001010011 | 13800000001 | 2015-01-01"
                        " | 否 | 群众 | 工会主席 | 专职"
                    ),
                    (
                        "示例甲二 | 居民身份证 | 420100199001020025 | 13800000002 | 2015-01-02"
                        " | 否 | 中共党员 | 工会委员 | 兼职"
                    ),
                    (
                        "示例甲三 | 居民身份证 | 420100199001030039 | 13800000003 | 2015-01-03"
                        " | 否 | 群众 | 无 | 无"
                    ),
                    (
                        "示例甲四 | 居民身份证 | 420100199001040042 | 13800000004 | 2015-01-04"
                        " | 否 | 共青团员 | 无 | 无"
                    ),
                    (
                        "示例甲五 | 居民身份证 | 420100199001050056 | 13800000005 | 2015-01-05"
                        " | 否 | 群众 | 会员 | 无"
                    ),
                    (
                        "示例甲六 | 居民身份证 | 42010019900106006X | 13800000006 | 2015-01-06"
                        " | 否 | 群众 | 无 | 无"
                    ),
                    (
                        "古丽·示例 | 居民身份证 | 420100199001070073 | 027-80000007 | 2015-01-07"
                        " | 否 | 群众 | 女工委主任 | 兼职"
                    ),
                    (
                        "EXAMPLE EIGHT | 外国护照 | X0000008 | 13800000008 | 2015-01-08"
                        " | 否 | 群众 | 无 | 无"
                    ),
                )
            ),
            "示例乙一 | 居民身份证 | 420100199001080087 | 13800000009 | 2020-01-01 | 货车司机"
            " | 群众 | 无 | 无 | 示例乙运输有限公司 | 91420100MA0000023A | 示例园区联合工会 | ",
            "示例丙一 | 居民身份证 | 420100199001090090 | 13800000010 | 2020-01-02 | 快递员 | 群众"
            " | 无 | 无 | 示例丙快递有限公司 | | 示例园区联合工会 | ",
            "示例丙二 | 居民身份证 | 420100199002101003 | 13800000011 | 2020-01-03"
            " | 外卖配送员（网约送餐员） | 群众 | 无 | 无 | 示例丙快递有限公司 | "
            " | 示例园区联合工会 | ",
            "示例丙三 | 居民身份证 | 420100199002111113 | 13800000012 | 2020-01-04 | 是 | 群众"
            " | 无 | 无 | 示例丙快递有限公司 | 91420100MA00000315 | 示例园区联合工会 | ",
        ),
    ),
    (
        Fault("单位", 5, "B", "91420100MA000004X", "uscc.length"),
        Fault("工会", 2, "D", "2099-05-01", "date.out_of_range"),
        Fault("工会", 2, "E", "2027-04-30", "order.dates", "warning"),
        Fault("工会", 3, "E", "2009-03-07", "order.dates", "warning"),
        Fault("工会", 5, "B", "村民小组", "choice.unknown"),
        Fault("会员", 2, "A", "", "required.missing"),
        Fault("会员", 3, "C", "420100199001020024", "resident_id.check_digit"),
        Fault("会员", 4, "C", 420100199001030000, "resident_id.damaged_by_excel"),
        Fault("会员", 5, "C", "420100900104004", "resident_id.old_15"),
        Fault("会员", 6, "D", "1380000000", "phone.format"),
        Fault("会员", 7, "E", "2015-02-30", "date.not_a_date"),
        Fault("会员", 8, "G", "退役军人", "choice.unknown"),
        Fault("会员", 9, "C", "X?", "document.format", "warning"),
        Fault("会员", 10, "I", "专职", "match.implied", "warning"),
        Fault("会员", 11, "K", "91420100MA00000908", "reference.unit_missing"),
        Fault("会员", 12, "E", "2003-01-01", "order.dates", "warning"),
        Fault("会员", 13, "C", "420100199002101003", "unique.in_file"),
    ),
)

HAINAN = Example(
    (
        _table(
            Kind.UNIT,
            "name uscc address district nature economic_type industry employee_count parent_union",
            "示例甲农场有限公司 | 91460100MA00000150 | 海口市示例路1号 | 海口市 | 国有独资公司"
            " | 国有经济 | 农、林、牧、渔业 | 120 | 81460100MC0000012U",
            "示例乙酒店有限公司 | 91460100MA0000023T | 东方市示例路2号 | 东方市 | 私营企业"
            " | 私营经济 | 住宿、餐饮业 | 30 | 81460100MC0000020N",
            "示例丙酒店有限公司 | 91460100MA0000031M | 东方市示例路3号 | 东方市 | 私营企业"
            " | 私营经济 | 住宿、餐饮业 | 20 | 81460100MC0000020N",
            "示例丁商店 | 91460100MA000004XD | 乐东县示例路4号 | 乐东县 | 个体经济组织"
            " | 个体经济 | 批发和零售业 | 5 | 81460100MC0000039K",
        ),
        _table(
            Kind.UNION,
            "name uscc parent_name founded_date union_type member_count leader phone",
            "示例甲农场有限公司工会 | 81460100MC0000012U | 海口市总工会 | 2009-05-01"
            " | 独立基层工会 | 100 | 示例甲一 | 0898-60000001",
            "示例酒店联合工会 | 81460100MC0000020N | 海口市总工会 | 2016-09-01"
            " | 联合基层工会 | 40 | 示例乙一 | 13800000002",
            "示例丁商店工会 | 81460100MC0000039K | 示例酒店联合工会 | 2018-01-15"
            " | 独立基层工会 | 4 | 示例丁一 | 13800000003",
        ),
        _table(
            Kind.MEMBER,
            "name id_number gender birth_date ethnicity employment_status id_type education"
            " skill_level phone household_type household_place change_type change_date"
            " change_reason political_status unit_name native_place migrant_worker",
            *(
                f"{name} | {number} | {gender} | {number[6:10]}-{number[10:12]}-{number[12:14]}"
                f" | {people} | 在岗 | 居民身份证 | 本科 | 无 | {phone} | 非农业户口 | 海南省海口市"
                f" | 入会 | 2016-09-01 | 劳动（工作）关系发生变化 | 群众 | {unit} | 海南海口 | 否"
                for name, number, gender, people, phone, unit in (
                    (
                        "示例甲一",
                        "460100199001150011",
                        "男",
                        "汉族",
                        "13900000001",
                        "示例甲农场有限公司",
                    ),
                    (
                        "示例甲二",
                        "460100199002150021",
                        "女",
                        "黎族",
                        "13900000002",
                        "示例甲农场有限公司",
                    ),
                    (
                        "示例甲三",
                        "460100199003150031",
                        "男",
                        "傈僳族",
                        "13900000003",
                        "示例甲农场有限公司",
                    ),
                    (
                        "示例乙一",
                        "460100199004150041",
                        "女",
                        "苗族",
                        "13900000004",
                        "示例乙酒店有限公司",
                    ),
                    (
                        "示例乙二",
                        "460100199005150051",
                        "男",
                        "汉族",
                        "13900000005",
                        "示例乙酒店有限公司",
                    ),
                    (
                        "示例丙一",
                        "460100199006150061",
                        "女",
                        "汉族",
                        "13900000006",
                        "示例丙酒店有限公司",
                    ),
                    (
                        "示例丙二",
                        "460100199007150071",
                        "男",
                        "汉族",
                        "13900000007",
                        "示例丙酒店有限公司",
                    ),
                    ("示例丁一", "460100199008150081", "女", "回族", "13900000008", "示例丁商店"),
                    ("示例丁二", "460100199009150091", "男", "汉族", "13900000009", "示例丁商店"),
                )
            ),
        ),
    ),
    (
        Fault("工会组织信息", 6, "E", "海口", "", ""),
        Fault("工会组织信息", 6, "I", "一百二十", "number.format"),
        Fault("工会组织信息", 8, "O", "50", "unique.in_file", reported="8 K"),
        Fault("工会组织信息", 9, "H", "小卖部", "choice.unknown"),
        Fault("工会组织信息", 9, "M", "2018年13月1日", "date.not_a_date"),
        Fault("会员信息", 5, "B", "", "required.missing"),
        Fault("会员信息", 6, "C", "男", "match.gender"),
        Fault("会员信息", 7, "D", "1990/03/16", "match.birth_date"),
        Fault("会员信息", 8, "E", "示例族", "choice.unknown"),
        Fault("会员信息", 9, "K", "0898-60000005", "phone.format"),
        Fault("会员信息", 10, "H", "46010019900615006", "resident_id.length"),
        Fault("会员信息", 11, "P", "个人要求退会", "match.implied", "warning", "11 N"),
        Fault("会员信息", 12, "R", "没有登记的单位", "reference.unit_missing"),
        Fault("会员信息", 13, "S", "", "required.missing", "warning"),
    ),
)
