"""补录清单 as sheets to print, sign and fill in: one workbook a unit and one that sums up; and
the numbers filled in, taken back to the parked rows they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector import places
from collector.errors import InputRefused, WrongUse
from collector.model import Changes, Kind
from collector.progress import Progress
from collector.services import fixing
from collector.services.fixing import CellEdit
from collector.services.list_marks import marks
from collector.services.session import Session
from collector.services.supplement import FIELD, WAY_NAMES, Damaged, Supplement, Way
from collector.sheets import cells, listings, reading
from collector.sheets.listings import Column, Listing, write_lists
from collector.sheets.raw import RawWorkbook
from collector.wording import Text

MARK = "清单标识"
_PARKED = "parked"
"""what the marks of the lists are about"""
_ANSWER = "正确证件号"
_NO_UNIT = "未写单位"
_BAD_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_NAME_MOST = 40
_TWO_LINES = 33.0
"""points: a sentence takes two lines of its column, and a number is written by hand"""
_FOOT = "填表人（签字）：＿＿＿＿＿＿　单位负责人（签字、盖章）：＿＿＿＿＿＿　日期：＿＿＿＿＿＿"


@dataclass(slots=True)
class Taken:
    """What came of the numbers filled in."""

    filled: int = 0
    released: int = 0
    """rows that are in order now and became records"""
    still_parked: int = 0
    unmarked: int = 0
    """rows that belong to no waiting row of this workspace"""
    changes: Changes = field(default_factory=Changes)

    def as_json(self) -> dict[str, Any]:
        """The document of ``supplement --take --json``, format collector.supplemented/1."""
        return {
            "format": "collector.supplemented/1",
            "filled": self.filled,
            "released": self.released,
            "still_parked": self.still_parked,
            "unmarked_rows": self.unmarked,
        }


def write(
    session: Session,
    found: Supplement,
    folder: Path,
    with_numbers: bool = False,
    progress: Progress | None = None,
) -> list[Path]:
    """A workbook for each unit, and 汇总 with the counts of all; the files written.

    ``with_numbers`` prints the numbers known from elsewhere into the column of answers.
    Raises ``WrongUse supplement.nothing``, ``SurroundingsFailed`` and ``Cancelled``.
    """
    if not found.rows:
        raise WrongUse(
            "supplement.nothing",
            Text("待修的行里没有证件号的问题。", "No parked row has a faulty number."),
            Text("不需要补录清单。", "No list is needed."),
        )
    places.make_folder(folder)
    told = {"rows": len(found.rows), "numbers": int(with_numbers)}
    session.store.note("supplement.listed", told, session.operator)
    written: list[Path] = []
    taken: set[str] = set()
    units = found.by_unit()
    names: dict[str, str] = {}
    for number, (unit, rows) in enumerate(units.items()):
        if progress is not None:
            progress.step(Text("写补录清单", "Writing the lists"), number, len(units))
        names[unit] = _file_name(unit, taken)
        listing = _listing(session, unit, rows, with_numbers)
        written += write_lists(session.pack, [listing], folder / names[unit])
    summary = _summary(units, names)
    return [*write_lists(session.pack, [summary], folder / "补录清单_汇总.xlsx"), *written]


def _file_name(unit: str, taken: set[str]) -> str:
    stem = _BAD_IN_NAMES.sub("_", unit).strip(" ._")[:_NAME_MOST].strip(" ._") or _NO_UNIT
    name, number = f"补录清单_{stem}.xlsx", 1
    while name.casefold() in taken:
        number += 1
        name = f"补录清单_{stem}_{number}.xlsx"
    taken.add(name.casefold())
    return name


def _listing(session: Session, unit: str, rows: Sequence[Damaged], with_numbers: bool) -> Listing:
    counts = {way: sum(item.way is way for item in rows) for way in Way}
    summed = "，".join(f"{WAY_NAMES[way].zh} {count}" for way, count in counts.items() if count)
    return Listing(
        "补录清单",
        Kind.MEMBER,
        (
            f"证件号补录清单　{unit or _NO_UNIT}",
            f"共 {len(rows)} 人：{summed}。请在黄色的“{_ANSWER}”一栏填写，填好后在修正台收回。",
        ),
        (
            Column(MARK, 12, hidden=True),
            Column("序号", 6),
            Column("文件", 24),
            Column("行", 7),
            Column("姓名", 11),
            Column("问题", 28),
            Column("类别", 11),
            Column("要做什么", 38),
            Column(_ANSWER, 24, to_fill=True),
        ),
        _rows(session, rows, with_numbers),
        row_height=_TWO_LINES,
        footer=_FOOT,
    )


def _rows(session: Session, rows: Sequence[Damaged], with_numbers: bool) -> Iterator[list[str]]:
    own = marks(session)
    for number, item in enumerate(rows, 1):
        yield [
            own.of(_PARKED, item.parked_id),
            str(number),
            f"{item.file_name}　{item.sheet}",
            str(item.row),
            item.name,
            item.problem.zh,
            WAY_NAMES[item.way].zh,
            item.todo.zh,
            item.answer if with_numbers else "",
        ]


def _summary(units: dict[str, list[Damaged]], names: dict[str, str]) -> Listing:
    def rows() -> Iterator[list[str]]:
        for number, (unit, found) in enumerate(units.items(), 1):
            counts = [sum(item.way is way for item in found) for way in Way]
            yield [
                str(number),
                unit or _NO_UNIT,
                *(str(count) if count else "" for count in counts),
                str(len(found)),
                names[unit],
            ]
        every = [item for found in units.values() for item in found]
        totals = [str(sum(item.way is way for item in every) or "") for way in Way]
        yield ["", "合计", *totals, str(len(every)), ""]

    return Listing(
        "汇总",
        Kind.MEMBER,
        ("证件号补录清单　汇总",),
        (
            Column("序号", 6),
            Column("单位", 40),
            *(Column(WAY_NAMES[way].zh, 12) for way in Way),
            Column("合计", 9),
            Column("清单", 40),
        ),
        rows(),
        footer=_FOOT,
    )


def take(session: Session, path: Path, progress: Progress | None = None) -> Taken:
    """Put the numbers filled in into their parked rows; those in order become records.

    Raises ``InputRefused`` (``supplement.no_list``, ``workbook.*``) and ``Cancelled``.
    """
    raw = reading.load(path, progress)
    sheets = listings.read_lists(raw, MARK)
    if not sheets:
        raise InputRefused(
            "supplement.no_list",
            Text("这不是本程序写出的补录清单。", "This is no list of numbers to fill in."),
            Text(
                "请选择填好的补录清单；它最左边隐藏的一列不能删。",
                "Choose the list written earlier; its hidden first column must be kept.",
            ),
            {"file": path.name},
        )
    done = Taken()
    own = marks(session)
    waiting = {
        number
        for each in fixing.parked(session)
        if each.table.kind in (Kind.MEMBER, Kind.OFFICER)
        for number in each.ids
    }
    edits: list[CellEdit] = []
    for sheet in sheets:
        for _, mark, found in sheet.rows:
            typed = cells.typed_text(found.get(_ANSWER)).strip()
            _, number = own.read(mark) or (_PARKED, -1)
            if number not in waiting:
                done.unmarked += bool(typed) or not mark
            elif typed:
                edits.append(CellEdit(number, FIELD, typed))
    if edits:
        result = fixing.apply(session, edits)
        done.filled, done.released = len(edits), result.released
        done.still_parked, done.changes = result.still_parked, result.changes
    return done


def refuse(raw: RawWorkbook) -> None:
    """Raises ``InputRefused import.is_supplement_list`` for a list that is to be taken back:
    its rows are not people, and read as such the numbers filled in would be passed over."""
    if listings.is_list(raw, MARK):
        raise InputRefused(
            "import.is_supplement_list",
            Text(
                "这是证件号补录清单，不能当作名单导入。",
                "This is a list of numbers to be filled in.",
            ),
            Text(
                "请在修正台收回，或用 collector supplement --take 收回这一个文件。",
                "Take it back at the fixing desk, or with collector supplement --take.",
            ),
            {"file": raw.name},
        )
