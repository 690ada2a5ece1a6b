"""What came back of marked copies, as data: one fate a row, and what its file lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from collector.model import Finding, Outcome, Severity, Table
from collector.services.judging import Place
from collector.sheets.reading import Reading
from collector.store import HandedCopy
from collector.wording import Text


class Fate(StrEnum):
    """What became of one row of a returned file; the counts add up to its rows."""

    FIXED = "fixed"
    """waited, is in order now"""
    STILL_FAULTY = "still_faulty"
    """changed, and still faulty"""
    UNCHANGED = "unchanged"
    """waits as before"""
    SETTLED = "settled"
    """had been mended or left out meanwhile, and says nothing new"""
    SOUND = "sound"
    """needed nothing and was not touched"""
    EDITED = "edited"
    """a record's row that was changed: an update, or parked if it is faulty now"""
    NEW = "new"
    """was not in the copy"""
    COPIED = "copied"
    """another row of the file once more"""
    SKIPPED = "skipped"
    """no record: blank, a note"""


FATE_WORDS: MappingProxyType[Fate, Text] = MappingProxyType(
    {
        Fate.FIXED: Text("改好", "mended"),
        Fate.STILL_FAULTY: Text("改了仍有错", "changed, still faulty"),
        Fate.UNCHANGED: Text("没有改", "not mended"),
        Fate.SETTLED: Text("此前已处理", "dealt with before"),
        Fate.SOUND: Text("本来合格", "needed nothing"),
        Fate.EDITED: Text("合格行有改动", "sound rows changed"),
        Fate.NEW: Text("新增", "new"),
        Fate.COPIED: Text("重复", "copied"),
        Fate.SKIPPED: Text("非数据", "no data"),
    }
)


@dataclass(slots=True)
class FileReturn:
    """A file that is a marked copy (or several joined) come back."""

    file: int
    copies: list[HandedCopy]
    counts: dict[Fate, int] = field(default_factory=dict)
    missing: list[tuple[str, int, int]] = field(default_factory=list)
    """(sheet, row in the copy, parked id) of rows that wait and did not come back"""
    missing_sound: int = 0
    """rows that needed nothing and did not come back; their records stay"""
    faults: dict[str, int] = field(default_factory=dict)
    """finding code -> ids that lead to no row"""
    discarded: int = 0

    def told(self) -> Text:
        """One line: what came back, and what became of it."""
        names = list(dict.fromkeys((copy.name, copy.at[:10], copy.batch) for copy in self.copies))
        of_zh = "、".join(f"{name}（{day} 退回，第 {batch} 批）" for name, day, batch in names)
        of_en = ", ".join(f"{name} (sent {day}, import {batch})" for name, day, batch in names)
        counted = [fate for fate in Fate if self.counts.get(fate)]
        zh = "，".join(f"{FATE_WORDS[fate].zh} {self.counts[fate]} 行" for fate in counted)
        en = ", ".join(f"{FATE_WORDS[fate].en} {self.counts[fate]}" for fate in counted)
        if self.missing:
            zh += f"；{len(self.missing)} 行没有交回"
            en += f"; {len(self.missing)} did not come back"
            if not self.discarded:
                zh += "，仍在修正台"
                en += " and still wait"
        return Text(
            f"退回件 {of_zh or '（不是本工作区发出的）'}：{zh}。",
            f"A marked copy of {of_en or 'elsewhere'}: {en}.",
        )

    def as_json(self, name: str) -> dict[str, Any]:
        """The object under ``returned`` in collector.import/1 and collector.inbox/1."""
        return {
            "file": name,
            "copies": [
                {"copy": copy.code, "batch": str(copy.batch), "at": copy.at, "file": copy.name}
                for copy in self.copies
            ],
            "rows": {fate.value: self.counts.get(fate, 0) for fate in Fate},
            "missing": {
                "parked": [{"sheet": sheet, "row": row} for sheet, row, _ in self.missing],
                "sound": self.missing_sound,
                "discarded": self.discarded,
            },
            "ids_unknown": dict(self.faults),
        }


@dataclass(slots=True)
class Recognised:
    """What is known about returned rows before the rules are asked."""

    files: dict[int, FileReturn] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    quiet: set[Place] = field(default_factory=set)
    """rows that say nothing new: what is wrong in them was dealt with before"""
    answers: dict[int, list[int | None]] = field(default_factory=dict)
    """table number -> beside its rows, the parked row each is the return of"""
    forced: dict[int, dict[int, tuple[Outcome, int | None]]] = field(default_factory=dict)
    """table number -> row index -> what becomes of it whatever its key says"""
    updates: dict[int, dict[int, int]] = field(default_factory=dict)
    """table number -> row index -> the record it changes, should its key be a new one"""
    fates: dict[Place, Fate] = field(default_factory=dict)
    """of recognised rows; ``FIXED`` and ``EDITED`` may turn out otherwise"""

    def loud(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that concern rows still in question."""
        if not self.quiet:
            return list(findings)
        return [item for item in findings if (item.file, item.sheet, item.row) not in self.quiet]

    def apply(self, number: int, fates: list[Outcome], ids: list[int | None]) -> None:
        """Correct what the keys alone led to."""
        for index, (outcome, target) in self.forced.get(number, {}).items():
            fates[index], ids[index] = outcome, target
        for index, record in self.updates.get(number, {}).items():
            if fates[index] is Outcome.ADDED:
                fates[index], ids[index] = Outcome.UPDATED, record

    def account(
        self,
        read: Reading,
        by_file: Sequence[Mapping[Outcome, int]],
        outcomes: Sequence[Sequence[Outcome]],
    ) -> None:
        """Count every row of the returned files, once what becomes of them is known."""
        for number, returned in self.files.items():
            became: dict[str, dict[int, frozenset[Outcome]]] = {}
            for table, fates in zip(read.tables, outcomes, strict=True):
                if table.file == number:
                    of_sheet = became.setdefault(table.sheet, {})
                    for row, outcome in zip(table.rows, fates, strict=True):
                        of_sheet[row] = _with(of_sheet.get(row, _NONE), outcome)
            counts = Counter(
                _settled(self.fates.get((number, sheet, row), Fate.NEW), of_row)
                for sheet, of_sheet in became.items()
                for row, of_row in of_sheet.items()
            )
            counts[Fate.SKIPPED] = sum(by_file[number].values()) - counts.total()
            returned.counts = {fate: counts[fate] for fate in Fate}

    def as_json(self, read: Reading) -> list[dict[str, Any]]:
        """One object a returned file; under ``returned`` of collector.import/1."""
        return [each.as_json(read.files[number].name) for number, each in self.files.items()]

    def discard(self) -> None:
        """The rows that did not come back were left out."""
        for each in self.files.values():
            each.discarded = len(each.missing)

    def missing(self) -> list[int]:
        """Parked rows that did not come back with their copies."""
        return [number for each in self.files.values() for _, _, number in each.missing]


_NONE: frozenset[Outcome] = frozenset()


@cache
def _with(outcomes: frozenset[Outcome], outcome: Outcome) -> frozenset[Outcome]:
    """Shared: a hundred thousand rows have a handful of such sets."""
    return outcomes | {outcome}


def _settled(fate: Fate, outcomes: frozenset[Outcome]) -> Fate:
    """The fate of a row, now that it is known what becomes of its records."""
    if fate is Fate.FIXED and Outcome.PARKED in outcomes:
        return Fate.STILL_FAULTY
    if fate is Fate.FIXED and Outcome.SKIPPED in outcomes:
        return Fate.UNCHANGED
    if fate is Fate.UNCHANGED and not outcomes & {Outcome.PARKED, Outcome.SKIPPED}:
        return Fate.FIXED
    if fate is Fate.EDITED and outcomes <= {Outcome.UNCHANGED, Outcome.SKIPPED}:
        return Fate.SETTLED
    return fate


def finding_at(code: str, severity: Severity, table: Table, index: int) -> Finding:
    """A finding about a whole row."""
    return Finding(
        code, severity, table.kind, table.file, table.sheet, table.rows[index], "", "", index
    )
