"""Files out to the units and back: import, marked copies, made-up corrections, return, import.

``python -m tests.reliability.round_trip [--files N] [--seed N]`` prints the figures; the tests
beside run a few files always and 300 before a release. What the units do to their copies: mend
most faults, some wrongly, some not at all; sort, delete and add rows; save with openpyxl (another
dialect of the format) or leave the file's own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import load_workbook

from collector import packs
from collector.model import KEY_FIELD, Kind, Outcome, Status
from collector.packs.spec import Pack
from collector.services import handing, inbox, made_up
from collector.services.inbox_lines import Line
from collector.services.made_up import MadeUp, Values
from collector.services.session import Session, init_workspace
from collector.sheets import writing
from collector.sheets.plain import inline_cell

PACK = "hubei-2023"
PASSPHRASE = "a round trip of nobody"
_PEOPLE_A_FILE = 1000
"""numbers kept apart for each file, some of them for people added on the way"""
_FAULTY = 0.06
_ROW = re.compile(r"<row\b[^>]*>.*?</row>", re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
_TEXT = re.compile(r"<t[^>]*>(.*?)</t>", re.DOTALL)

Spoil = Callable[[Values], tuple[str, str]]
"""gives field and wrong text"""

SPOILS: list[Spoil] = [
    lambda row: ("phone", "12345"),
    lambda row: ("name", ""),
    lambda row: (
        "id_number",
        row["id_number"][:-1] + ("1" if row["id_number"][-1] != "1" else "2"),
    ),
    lambda row: ("id_number", f"{row['id_number'][0]}.{row['id_number'][1:14]}E+17"),
    lambda row: ("id_number", row["id_number"][:-1]),
    lambda row: ("political_status", "不在清单里的写法"),
    lambda row: ("join_date", "2020年13月"),
    lambda row: ("phone", ""),
]
STILL_WRONG = {
    "phone": "99",
    "name": "虚" * 60,
    "id_number": "42010619",
    "political_status": "还是不在清单里",
    "join_date": "去年",
}


@dataclass
class UnitFile:
    """One unit's workbook, its truth, and what its people do with the copy."""

    number: int
    path: Path
    truth: dict[str, Values]
    """true number of each member -> the member as they are"""
    faults: dict[str, tuple[str, str]]
    """true number -> field and text in the file"""
    mended: set[str] = field(default_factory=set)
    wrong_again: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    added: dict[str, Values] = field(default_factory=dict)


@dataclass
class Figures:
    files: int
    rows: int
    faulty: int
    seconds: dict[str, float]
    processor: float
    """seconds of processor of all steps together: steadier where other work shares the machine"""
    peak_mib: float
    fates: dict[str, int]

    def said(self) -> str:
        return json.dumps(self.__dict__, ensure_ascii=False)


def make_file(pack: Pack, folder: Path, number: int, chance: random.Random, rows: int) -> UnitFile:
    made = made_up.make(pack, _PEOPLE_A_FILE, units=1, seed=0)
    people = _people(pack, made, number, rows)
    truth = {row["id_number"]: dict(row) for row in people.records[Kind.MEMBER]}
    faults: dict[str, tuple[str, str]] = {}
    for row in people.records[Kind.MEMBER]:
        if chance.random() < _FAULTY:
            true_number = row["id_number"]
            name, text = chance.choice(SPOILS)(row)
            row[name] = text
            faults[true_number] = (name, text)
    path = folder / f"虚构第{number + 1}单位.xlsx"
    writing.write_together(pack, writing.TableSource(people.tables()), path)
    return UnitFile(number, path, truth, faults)


def _people(pack: Pack, pattern: MadeUp, number: int, rows: int) -> MadeUp:
    """One unit, its union and its members, with numbers no other file has."""
    unit, union = made_up.unit(number), made_up.union(number)
    unit |= {"parent_union": union["uscc"]}
    union |= {"parent_name": "虚构省总工会"}
    records: dict[Kind, list[Values]] = {Kind.UNIT: [], Kind.UNION: [], Kind.MEMBER: []}
    records[Kind.UNIT].append({**pattern.records[Kind.UNIT][0], **unit})
    records[Kind.UNION].append({**pattern.records[Kind.UNION][0], **union})
    for index in range(rows):
        records[Kind.MEMBER].append(_member(pattern, number, index, unit, union))
    return MadeUp(records)


def _member(pattern: MadeUp, number: int, index: int, unit: Values, union: Values) -> Values:
    fresh = made_up.member(number * _PEOPLE_A_FILE + index)
    own = {**pattern.records[Kind.MEMBER][index % 50]}
    own |= {name: text for name, text in fresh.items() if name in own}
    own |= {"unit_code": unit["uscc"], "unit_name": unit["name"]}
    return own | {"union_code": union["uscc"], "union_name": union["name"]}


def decide(file: UnitFile, pattern: MadeUp, chance: random.Random) -> None:
    """What the unit's people will do."""
    for number in file.faults:
        luck = chance.random()
        if luck < 0.8:
            file.mended.add(number)
        elif luck < 0.88:
            file.wrong_again.add(number)
        elif luck < 0.92:
            file.deleted.add(number)
    sound = sorted(file.truth.keys() - file.faults.keys())
    if file.number % 2 and sound:
        file.deleted.add(sound[chance.randrange(len(sound))])
    some = next(iter(file.truth.values()))
    unit = {"uscc": some["unit_code"], "name": some["unit_name"]}
    union = {"uscc": some["union_code"], "name": some["union_name"]}
    for index in range(chance.randrange(4)):
        fresh = _member(pattern, file.number, _PEOPLE_A_FILE - 1 - index, unit, union)
        file.added[fresh["id_number"]] = fresh


class Rows:
    """The member rows of a copy as lists of texts, to be changed and written again."""

    def __init__(self, pack: Pack, header: list[str], rows: list[list[str]]) -> None:
        said = [" ".join(text.split()) for text in header]
        self.at = {
            item.id: said.index(" ".join(item.header.split()))
            for item in pack.fields_of(Kind.MEMBER)
            if " ".join(item.header.split()) in said
        }
        self.rows = rows

    def change(self, file: UnitFile, chance: random.Random) -> None:
        in_file = {
            (text if name == "id_number" else true): true
            for true, (name, text) in file.faults.items()
        }
        kept: list[list[str]] = []
        pattern: list[str] = []
        for row in self.rows:
            written = row[self.at["id_number"]]
            true = in_file.get(written, written)
            if true in file.deleted:
                continue
            if true in file.mended:
                name, _ = file.faults[true]
                row[self.at[name]] = file.truth[true][name]
            elif true in file.wrong_again:
                name, _ = file.faults[true]
                row[self.at[name]] = STILL_WRONG[name]
            pattern = pattern or list(row)
            kept.append(row)
        for values in file.added.values():
            row = ["" if text.startswith("GHR") else text for text in pattern]
            row[-1] = ""
            for name, place in self.at.items():
                row[place] = values.get(name, "")
            kept.insert(chance.randrange(len(kept) + 1), row)
        if file.number % 3 == 0:
            kept.sort(key=lambda row: row[self.at["phone"]][::-1] + row[self.at["id_number"]])
        elif file.number % 3 == 1:
            chance.shuffle(kept)
        self.rows = kept


def correct_with_openpyxl(pack: Pack, file: UnitFile, path: Path, chance: random.Random) -> None:
    book = load_workbook(path)
    page = book[_member_sheet(pack)]
    first = _data_row(pack)
    cells = [["" if v is None else str(v) for v in row] for row in page.iter_rows(values_only=True)]
    count = next(
        (i for i, row in enumerate(cells[first - 1 :]) if not any(row)), len(cells) - first + 1
    )
    rows = Rows(pack, cells[first - 2], cells[first - 1 : first - 1 + count])
    rows.change(file, chance)
    page.delete_rows(first, count)
    for number, row in enumerate(rows.rows, first):
        for column, text in enumerate(row, 1):
            cell = page.cell(number, column)
            cell.value = text or None
            cell.number_format = "@"
    book.save(path)


def correct_in_place(pack: Pack, file: UnitFile, path: Path, chance: random.Random) -> None:
    """The same without another program's touch: the sheet's XML with its rows written anew."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    place = [sheet.name for sheet in pack.sheets].index(_member_sheet(pack)) + 1
    part = f"xl/worksheets/sheet{place}.xml"
    xml = parts[part].decode()
    first = _data_row(pack)
    found = list(_ROW.finditer(xml))
    data = [row for row in found if int(re.search(r'r="(\d+)"', row[0])[1]) >= first]  # type: ignore[index]
    letters: list[str] = sorted(
        {cell[1] for row in found for cell in _CELL.finditer(row[0])}, key=lambda c: (len(c), c)
    )
    header = _texts(next(r[0] for r in found if f'r="{first - 1}"' in r[0][:40]), letters)
    rows = Rows(pack, header, [_texts(row[0], letters) for row in data])
    rows.change(file, chance)
    written = "".join(
        f'<row r="{number}">'
        + "".join(
            inline_cell(f"{letter}{number}", text, "")
            for letter, text in zip(letters, row, strict=True)
            if text
        )
        + "</row>"
        for number, row in enumerate(rows.rows, first)
    )
    xml = xml[: data[0].start()] + written + xml[data[-1].end() :]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, xml if name == part else content)


def _texts(row: str, letters: list[str]) -> list[str]:
    held = {cell[1]: "".join(_TEXT.findall(cell[0])) for cell in _CELL.finditer(row)}
    return [held.get(letter, "") for letter in letters]


def _member_sheet(pack: Pack) -> str:
    return next(sheet.name for sheet in pack.sheets if Kind.MEMBER in sheet.kinds)


def _data_row(pack: Pack) -> int:
    return next(sheet.layout.data_row for sheet in pack.sheets if Kind.MEMBER in sheet.kinds)


def run(folder: Path, files: int, seed: int = 1, rows: tuple[int, int] = (50, 500)) -> Figures:
    """The whole round trip; raises AssertionError where a row is lost or a value differs."""
    pack = packs.load(PACK)
    chance = random.Random(seed)
    pattern = made_up.make(pack, 50, units=1)
    sources, out = folder / "收到", folder / "退回"
    sources.mkdir(parents=True)
    units = [make_file(pack, sources, n, chance, chance.randint(*rows)) for n in range(files)]
    session = init_workspace(folder / "工作区", PASSPHRASE, PACK, "虚构采集员", "虚构县").session
    seconds: dict[str, float] = {}
    _forget_peak()
    used = _processor()
    with Timed(seconds, "import"):
        first = inbox.bring_in(session, [sources])
    faulty = sum(len(unit.faults) for unit in units)
    assert first.rows == sum(len(unit.truth) + 2 for unit in units)
    assert session.store.parked_count() == faulty
    with Timed(seconds, "marked"):
        copies = _hand_back(session, first.lines, {unit.path.name: unit for unit in units}, out)
    with Timed(seconds, "corrections"):
        for unit in units:
            decide(unit, pattern, chance)
            path = copies.get(unit.number)
            if path is None:
                unit.deleted.clear()
                unit.added.clear()
                continue
            change = correct_with_openpyxl if unit.number % 4 == 0 else correct_in_place
            change(pack, unit, path, chance)
    with Timed(seconds, "return"):
        second = inbox.bring_in(session, [out])
    used = round(_processor() - used, 1)
    fates = check(session, units, second.lines)
    peak = _peak_mib()
    session.close()
    return Figures(files, first.rows, faulty, seconds, used, peak, fates)


def _hand_back(
    session: Session, lines: list[Line], units: dict[str, UnitFile], out: Path
) -> dict[int, Path]:
    found: dict[int, Path] = {}
    for line in lines:
        unit = units[Path(line.name).name]
        if line.counts.get(Outcome.PARKED):
            (copy,) = handing.hand_back(session, line.batch, out, [unit.path]).copies
            assert copy.rows == len(unit.faults)
            found[unit.number] = copy.path
    return found


def check(session: Session, units: list[UnitFile], lines: list[Line]) -> dict[str, int]:
    """Every row of every copy is accounted for, and what is stored is the truth."""
    total: Counter[str] = Counter()
    by_name = {f"{unit.path.stem}-退回.xlsx": unit for unit in units}
    assert len(lines) == sum(bool(unit.faults) for unit in units)
    for line in lines:
        unit = by_name[Path(line.name).name]
        assert line.returned is not None
        counts = {fate.value: count for fate, count in line.returned.counts.items()}
        total.update(counts)
        assert sum(counts.values()) == sum(line.counts.values())
        gone = unit.deleted & unit.faults.keys()
        waiting = unit.faults.keys() - unit.mended - unit.wrong_again - gone
        assert counts["fixed"] == len(unit.mended), unit.number
        assert counts["still_faulty"] == len(unit.wrong_again), unit.number
        assert counts["unchanged"] == len(waiting), unit.number
        assert counts["new"] == len(unit.added), unit.number
        assert counts["edited"] == counts["copied"] == counts["settled"] == 0, unit.number
        assert len(line.returned.missing) == len(gone), unit.number
        assert line.returned.missing_sound == len(unit.deleted - gone), unit.number
    expected = {
        number: values
        for unit in units
        for number, values in (unit.truth | unit.added).items()
        if number not in unit.faults or number in unit.mended
    }
    fields = [
        item.id for item in session.pack.fields_of(Kind.MEMBER) if item.id != KEY_FIELD[Kind.MEMBER]
    ]
    stored = {
        row[0]: dict(zip(fields, row[1:], strict=True))
        for chunk in session.store.stream(
            Kind.MEMBER, (KEY_FIELD[Kind.MEMBER], *fields), {}, [Status.VALID]
        )
        for row in chunk
    }
    assert stored.keys() == expected.keys()
    for number, values in expected.items():
        for name in fields:
            assert stored[number][name] == values.get(name, ""), name
    left = sum(len(unit.faults.keys() - unit.mended) for unit in units)
    assert session.store.parked_count() == left
    assert session.store.journal_verify().ok
    return dict(total)


class Timed:
    def __init__(self, into: dict[str, float], name: str) -> None:
        self._into, self._name = into, name

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._into[self._name] = round(time.perf_counter() - self._began, 2)


def _processor() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _forget_peak() -> None:
    """Begin counting memory anew (Linux): making the workspace's key takes 256 MiB by itself."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")


def _peak_mib() -> float:
    """The most memory of this process since then, MiB."""
    status = Path("/proc/self/status")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if status.exists():
        lines = status.read_text().splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return round(own / 1024, 1)


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--files", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        sys.stdout.write(run(Path(temporary), given.files, given.seed).said() + "\n")
