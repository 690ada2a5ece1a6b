"""补录清单: parked rows whose 证件号 cannot be used, unit by unit, with what has to be done about
each: it can be mended, it stands elsewhere, its digits are lost, or it was copied wrongly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from collector.codes import resident_id
from collector.model import Finding, Kind, Severity
from collector.progress import Progress
from collector.rules.suggestions import suggest
from collector.services import parking
from collector.services.checking import explain
from collector.services.gating import SENT
from collector.services.parking import Held
from collector.services.session import Session
from collector.wording import Text

FIELD = "id_number"
_DAMAGE = ("resident_id.", "document.")
_KEPT = 14
"""leading digits that tell region and birth day; Excel keeps 15 of 18"""
_DIGITS = 18
"""of a 居民身份证 number"""
_PERSONS = (Kind.OFFICER, Kind.MEMBER)


class Way(StrEnum):
    """What can be done about a number."""

    MENDABLE = "mendable"
    ELSEWHERE = "elsewhere"
    LOST = "lost"
    MISTYPED = "mistyped"


WAY_NAMES: dict[Way, Text] = {
    Way.MENDABLE: Text("可修", "can be mended"),
    Way.ELSEWHERE: Text("可从别处补", "stands elsewhere"),
    Way.LOST: Text("必须补录", "has to be asked for"),
    Way.MISTYPED: Text("录入错", "mistyped"),
}
_DO: dict[Way, Text] = {
    Way.MENDABLE: Text(
        "只有一个号码说得通：对照身份证原件核对后，在修正台采用建议。",
        "One number alone makes sense: compare it with the card, then take the suggestion.",
    ),
    Way.ELSEWHERE: Text("同一个人的号码在{place}，核对后填入。", "The number stands in {place}."),
    Way.LOST: Text(
        "号码不完整，丢失的几位找不回来：请向本人要身份证，补录完整的 18 位。",
        "Digits are lost for good: ask the person for the card and fill in all 18.",
    ),
    Way.MISTYPED: Text(
        "抄写有误：请对照证件原件，重新录入整个号码。",
        "It was copied wrongly: compare it with the card and type the whole number.",
    ),
}


@dataclass(frozen=True, slots=True)
class Damaged:
    """One row with a number nobody can use. Holds a person's data: for the list, never a log."""

    parked_id: int
    kind: Kind
    file_name: str
    sheet: str
    row: int
    unit: str
    name: str
    code: str
    problem: Text
    way: Way
    todo: Text
    answer: str = ""
    """the number it would become; printed only where asked for"""


@dataclass(slots=True)
class Supplement:
    rows: list[Damaged] = field(default_factory=list)
    """by unit, then file and row"""

    @property
    def counts(self) -> dict[Way, int]:
        counted = Counter(item.way for item in self.rows)
        return {way: counted[way] for way in Way}

    def by_unit(self) -> dict[str, list[Damaged]]:
        found: dict[str, list[Damaged]] = defaultdict(list)
        for item in self.rows:
            found[item.unit].append(item)
        return dict(found)

    def as_json(self) -> dict[str, Any]:
        """The document of ``supplement --json``, format collector.supplement/1."""
        return {
            "format": "collector.supplement/1",
            "rows": len(self.rows),
            "units": len({item.unit for item in self.rows}),
            **{way.value: count for way, count in self.counts.items()},
            "codes": dict(sorted(Counter(item.code for item in self.rows).items())),
        }


@dataclass(frozen=True, slots=True)
class _Sound:
    """Where a person with a sound number stands."""

    number: str
    phone: str
    units: frozenset[str]
    """code and name of the unit"""
    place: Text


def find(
    session: Session, batch: int | None = None, progress: Progress | None = None
) -> Supplement:
    """The rows (of one import, or all) whose number is damaged, and what can be done."""
    held = [each for each in parking.load(session) if each.table.kind in _PERSONS]
    asked = list(_damaged(held, batch))
    names = {each.table.column("name")[index] for each, index, _ in asked} - {""}
    elsewhere = _in_parked(held, names)
    found: list[Damaged] = []
    stored: dict[str, list[_Sound]] = {}
    for number, (each, index, finding) in enumerate(asked):
        if progress is not None:
            progress.step(Text("整理补录清单", "Sorting the list"), number, len(asked))
        table = each.table
        name = table.column("name")[index]
        if name and name not in stored:
            stored[name] = list(_in_store(session, table.kind, name))
        way, todo, answer = _way(
            session, each, index, finding, [*stored.get(name, ()), *elsewhere.get(name, ())]
        )
        found.append(
            Damaged(
                each.ids[index],
                table.kind,
                each.file_name,
                table.sheet,
                table.rows[index],
                _unit(each, index),
                name,
                finding.code,
                explain(finding, session.pack).sentence,
                way,
                todo,
                answer,
            )
        )
    found.sort(key=lambda item: (item.unit, item.file_name, item.sheet, item.row))
    return Supplement(found)


def _damaged(held: Sequence[Held], batch: int | None) -> Iterator[tuple[Held, int, Finding]]:
    for each in held:
        if batch is not None and each.batch != batch:
            continue
        at = {row: index for index, row in enumerate(each.table.rows)}
        met: set[int] = set()
        for finding in each.findings:
            index = at.get(finding.row, -1)
            if index >= 0 and index not in met and _is_damage(finding, each.table.kind):
                met.add(index)
                yield each, index, finding


def _is_damage(finding: Finding, kind: Kind) -> bool:
    return (
        finding.severity is Severity.ERROR
        and finding.field == FIELD
        and finding.kind in (kind, None)
        and finding.code.startswith(_DAMAGE)
    )


def _way(
    session: Session, each: Held, index: int, finding: Finding, elsewhere: Sequence[_Sound]
) -> tuple[Way, Text, str]:
    table = each.table
    text = table.column(FIELD)[index]
    birth = table.column("birth_date")[index].replace("-", "")
    kept = _leading(text, table.originals.get(FIELD, {}).get(index, ""))
    offered = [item.value for item in suggest(finding.code, "id_number", text, (), session.today)]
    fitting = [
        number
        for number in offered
        if (not birth or number[6:14] == birth)
        and _fits_gender(number, table.column("gender")[index])
    ]
    same = {
        sound.number: sound
        for sound in elsewhere
        if _same_person(each, index, sound, birth, kept)
        and (not fitting or len(fitting) != 1 or sound.number == fitting[0])
    }
    if len(same) == 1:
        (sound,) = same.values()
        return Way.ELSEWHERE, _DO[Way.ELSEWHERE].filled(place=sound.place.zh), sound.number
    if len(fitting) == 1:
        return Way.MENDABLE, _DO[Way.MENDABLE], fitting[0]
    lost = finding.code == "resident_id.damaged_by_excel" or (
        finding.code.startswith("resident_id.") and len(text) < _DIGITS
    )
    way = Way.LOST if lost else Way.MISTYPED
    return way, _DO[way], ""


def _fits_gender(number: str, gender: str) -> bool:
    return gender not in ("男", "女") or resident_id.gender(number) == gender


def _leading(text: str, original: str) -> str:
    """The digits of region and birth day as far as the damage left them."""
    for candidate in (text, original):
        digits = candidate.strip()[:_KEPT]
        if len(digits) == _KEPT and digits.isascii() and digits.isdigit():
            return digits
    return ""


def _same_person(each: Held, index: int, sound: _Sound, birth: str, kept: str) -> bool:
    """Name and unit agree, and so does the birth day or the telephone; nothing contradicts."""
    table = each.table
    units = {table.column("unit_code")[index], table.column("unit_name")[index]}
    if table.kind is Kind.OFFICER:
        units = {table.column("union_code")[index]}
    if not (units - {""}) & sound.units:
        return False
    if kept and sound.number[:_KEPT] != kept:
        return False
    if birth and sound.number[6:14] != birth:
        return False
    phone = table.column("phone")[index]
    return bool(birth or kept or (phone and phone == sound.phone))


def _in_parked(held: Sequence[Held], names: set[str]) -> dict[str, list[_Sound]]:
    """People of these names whose row waits for another reason, and whose number is sound."""
    found: dict[str, list[_Sound]] = defaultdict(list)
    for each in held:
        table = each.table
        faulty = {
            finding.row
            for finding in each.findings
            if finding.field == FIELD and finding.severity is Severity.ERROR
        }
        for index, name in enumerate(table.column("name")):
            number = table.column(FIELD)[index]
            if (
                name in names
                and number
                and table.rows[index] not in faulty
                and len(number) == _DIGITS
            ):
                row = table.rows[index]
                found[name].append(
                    _Sound(
                        number,
                        table.column("phone")[index],
                        _units(table.kind, table.record(index)),
                        Text(
                            f"“{each.file_name}”的“{table.sheet}”第 {row} 行",
                            f"{each.file_name}, {table.sheet}, row {row}",
                        ),
                    )
                )
    return found


def _in_store(session: Session, kind: Kind, name: str) -> Iterator[_Sound]:
    wanted: tuple[str, ...] = ("name", FIELD, "phone", "unit_code", "unit_name")
    if kind is Kind.OFFICER:
        wanted = ("name", FIELD, "phone", "union_code")
    ids = [
        row[0]
        for row in session.store.page(
            kind, list(session.store.order(kind, search=name)), ("name", FIELD)
        )
        if row[3] == name and len(row[4]) == _DIGITS and row[1] in {status.value for status in SENT}
    ]
    for row in session.store.page(kind, ids, wanted):
        record = session.store.get(kind, row[0])
        values = dict(zip(wanted, row[3:], strict=True))
        where = Text("库内记录", "the records")
        if record is not None and record.file_name:
            where = Text(
                f"库内记录（来自“{record.file_name}”第 {record.row} 行）",
                f"the records (from {record.file_name}, row {record.row})",
            )
        yield _Sound(values[FIELD], values["phone"], _units(kind, values), where)


def _units(kind: Kind, values: dict[str, str]) -> frozenset[str]:
    names = ("union_code",) if kind is Kind.OFFICER else ("unit_code", "unit_name")
    return frozenset(values.get(name, "") for name in names) - {""}


def _unit(each: Held, index: int) -> str:
    table = each.table
    for name in ("unit_name", "unit_code", "union_name", "union_code"):
        if table.column(name)[index]:
            return table.column(name)[index]
    return ""
