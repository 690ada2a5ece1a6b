"""Made-up people, units and unions: numbers with right check digits from plain sequences.

For the demonstration, the self-test, tests and benchmarks. Nobody's data: names are built of
the ten heavenly stems, numbers count upwards, and the same seed gives the same people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from collector.codes import resident_id, uscc
from collector.model import Kind, Table
from collector.packs.spec import Field, FieldType, Pack

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_REGION = "420106"
_FIRST_BIRTH = date(1966, 1, 1)
_BIRTHS = 13_000
"""days: the youngest is born in 2001, of age before anyone here joins"""
_FIRST_JOINED = date(2018, 1, 1)

_LABELS: dict[str, tuple[str, ...]] = {
    "id_type": ("居民身份证",),
    "new_employment": ("否",),
    "union_post": ("无",),
    "post_capacity": ("无",),
    "change_type": ("入会",),
    "change_reason": ("劳动（工作）关系发生变化", "劳动(工作)关系发生变化"),
    "employment_status": ("在岗", "在职"),
    "union_type": ("独立基层工会", "单独基层工会", "基层工会"),
    "political_status": ("群众",),
    "committee": ("工会委员会",),
}
"""choices that other fields or rules depend on; every other list is gone through in turn"""

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Records in national fields with canonical text, ready to be written or stored."""

    records: dict[Kind, list[Values]]

    def tables(self) -> list[Table]:
        """One table a kind, rows counted from 1."""
        made: list[Table] = []
        for kind, rows in self.records.items():
            if rows:
                names = list(dict.fromkeys(name for row in rows for name in row))
                columns = {name: [row.get(name, "") for row in rows] for name in names}
                made.append(Table(kind, columns, list(range(1, len(rows) + 1))))
        return made


def make(pack: Pack, members: int, units: int = 0, seed: int = 0) -> MadeUp:
    """So many members in so many units, each with its union, filled in as the pack asks.

    ``units`` 0: one for every 50 members. ``seed`` moves the sequences, so that two seeds share
    no number.
    """
    count = units or max(1, members // 50)
    start = seed * 1_000_000
    unit_rows = [unit(start + number) for number in range(count)]
    union_rows = [union(start + number) for number in range(count)]
    for number in range(count):
        unit_rows[number]["parent_union"] = union_rows[number]["uscc"]
        union_rows[number]["parent_name"] = union_rows[0]["name"] if number else "虚构省总工会"
    member_rows = [member(start + number) for number in range(members)]
    for number, row in enumerate(member_rows):
        of = number % count
        row["unit_code"], row["unit_name"] = unit_rows[of]["uscc"], unit_rows[of]["name"]
        row["union_code"], row["union_name"] = union_rows[of]["uscc"], union_rows[of]["name"]
    records = {Kind.UNIT: unit_rows, Kind.UNION: union_rows, Kind.MEMBER: member_rows}
    for kind, rows in records.items():
        _fill(pack, kind, rows)
    return MadeUp(records)


def resident_number(number: int) -> str:
    """The ``number``-th made-up 居民身份证 number; odd ones are women's."""
    born = _FIRST_BIRTH + timedelta(days=number % _BIRTHS)
    sequence = 1 + 2 * (number // _BIRTHS % 499) + number % 2
    first = f"{_REGION}{born:%Y%m%d}{sequence:03d}"
    return first + resident_id.check_digit(first)


def unit_code(number: int) -> str:
    """The ``number``-th made-up enterprise's 统一社会信用代码."""
    return _code("91", "MA", number)


def union_code(number: int) -> str:
    """The ``number``-th made-up union's 统一社会信用代码."""
    return _code("81", "MC", number)


def person_name(number: int) -> str:
    """A name of three characters; the next thousand numbers have others."""
    surname = _SURNAMES[number % len(_SURNAMES)]
    rest = number // len(_SURNAMES)
    return surname + _STEMS[rest % 10] + _STEMS[rest // 10 % 10]


def unit(number: int) -> Values:
    return {
        "name": f"虚构第{number + 1}单位",
        "uscc": unit_code(number),
        "address": f"虚构路{number % 900 + 1}号",
        "employee_count": "60",
    }


def union(number: int) -> Values:
    return {
        "name": f"虚构第{number + 1}单位工会委员会",
        "uscc": union_code(number),
        "founded_date": "2015-05-01",
        "term_years": "5",
        "term_number": "1",
        "term_start": "2023-05-01",
        "term_end": "2028-04-30",
        "leader": person_name(number * 7),
        "phone": f"138{number % 10**8:08d}",
        "address": f"虚构路{number % 900 + 1}号",
        "employee_count": "60",
        "member_count": "50",
    }


def member(number: int) -> Values:
    identity = resident_number(number)
    born = resident_id.birth_date(identity)
    joined = _FIRST_JOINED + timedelta(days=number % 1500)
    return {
        "name": person_name(number),
        "id_number": identity,
        "gender": resident_id.gender(identity),
        "birth_date": born.isoformat() if born is not None else "",
        "phone": f"139{number % 10**8:08d}",
        "join_date": joined.isoformat(),
        "hire_date": joined.isoformat(),
        "change_date": joined.isoformat(),
        "household_place": "虚构省虚构市",
        "native_place": "虚构省",
        "address": f"虚构路{number % 900 + 1}号",
        "id_valid_from": "2018-01-01",
        "id_valid_until": "2038-01-01",
    }


def _code(kind: str, letters: str, number: int) -> str:
    organisation = f"{letters}{number % 10**6:06d}"
    first = f"{kind}420000{organisation}{uscc.organisation_check(organisation)}"
    return first + uscc.check_character(first)


def _fill(pack: Pack, kind: Kind, rows: Sequence[Values]) -> None:
    """Give every row what the pack asks for, and nothing the pack has no column for but keys."""
    for item in pack.fields_of(kind):
        value = _source(pack, item)
        if value is None:
            continue
        for number, row in enumerate(rows):
            row.setdefault(item.id, value(number))


def _source(pack: Pack, item: Field) -> Callable[[int], str] | None:
    if item.type is FieldType.CHOICE:
        labels = pack.dictionaries[item.dictionary].labels
        wanted = _LABELS.get(item.id, ())
        fixed = next((label for label in wanted if label in labels), "")
        if item.id in _LABELS:
            return lambda number: fixed or labels[0]
        return lambda number: labels[number % len(labels)]
    if item.constant:
        return lambda number: item.constant
    if not item.required:
        return None
    if item.type is FieldType.DATE:
        return lambda number: "2020-01-01"
    if item.type is FieldType.NUMBER:
        return lambda number: "1"
    if item.type is FieldType.PHONE:
        return lambda number: f"139{number % 10**8:08d}"
    if item.type is FieldType.NAME:
        return person_name
    return lambda number: f"虚构{number + 1}"
