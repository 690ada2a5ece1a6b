"""The scoreboard of many files: a line each, what became of it, and the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from collector.errors import CollectorError
from collector.model import (
    KIND_NAMES,
    Changes,
    Finding,
    Kind,
    Outcome,
    Severity,
    counts_by_severity,
)
from collector.services.gathering import Gathered
from collector.services.returned import FileReturn
from collector.services.row_results import RowResult
from collector.services.staging import Staged
from collector.sheets.reading import Reading
from collector.store import BatchInfo
from collector.wording import Text


class State(StrEnum):
    """What became of a file."""

    READY = "ready"  # read, not yet written
    WRITTEN = "imported"
    SEEN = "already_imported"
    SAME = "same_as_another"
    REFUSED = "refused"
    NO_TABLE = "no_table"
    LEFT = "not_reached"


STATE_WORDS: Mapping[State, Text] = {
    State.READY: Text("可以入库", "ready"),
    State.WRITTEN: Text("已入库", "imported"),
    State.SEEN: Text("以前导入过", "imported before"),
    State.SAME: Text("与另一个文件相同", "same as another file"),
    State.REFUSED: Text("读不出来", "refused"),
    State.NO_TABLE: Text("没有认出表头", "no header found"),
    State.LEFT: Text("没有轮到", "not reached"),
}


@dataclass(frozen=True, slots=True)
class SheetTold:
    name: str
    kinds: tuple[Kind, ...]
    rows: int
    missing: tuple[str, ...] = ()
    """required fields no column holds"""
    fields: frozenset[tuple[Kind, str]] = frozenset()


@dataclass(slots=True)
class Line:
    """One file. Holds places and counts; tables only until they are written."""

    path: Path
    name: str
    state: State = State.READY
    sha256: str = ""
    read: Reading | None = field(default=None, repr=False)
    sheets: tuple[SheetTold, ...] = ()
    rows: int = 0
    """rows of data and rows passed over in sheets without a header"""
    counts: dict[Outcome, int] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    results: Sequence[RowResult] = ()
    staged: Staged | None = field(default=None, repr=False)
    """as last previewed"""
    batch: int = 0
    error: CollectorError | None = None
    seen: BatchInfo | None = None
    same_as: str = ""
    recalled: tuple[str, ...] = ()
    """sheets read as a person decided for an earlier file of the layout"""
    layouts: Mapping[str, str] = field(default_factory=dict)
    returned: FileReturn | None = None
    """where the file is a marked copy come back"""

    def told(self, read: Reading) -> None:
        """What the sheets are, before anything is checked."""
        self.sheets = tuple(
            SheetTold(
                sheet.sheet,
                sheet.kinds,
                sheet.rows,
                sheet.missing_required,
                frozenset(
                    (table.kind, name)
                    for table in read.tables
                    if table.sheet == sheet.sheet
                    for name in table.columns
                ),
            )
            for file in read.files
            for sheet in file.sheets
            if sheet.kind is not None
        )
        self.rows = sum(sheet.rows for sheet in self.sheets)

    def show(self, staged: Staged) -> None:
        """What would become, or became, of its rows."""
        self.staged, self.findings = staged, staged.findings
        self.counts, self.rows = dict(staged.counts), staged.rows
        self.returned = staged.back.files.get(0)

    @property
    def sound(self) -> int:
        """Rows that are in order."""
        kept = (Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED)
        return sum(self.counts.get(outcome, 0) for outcome in kept)

    @property
    def errors(self) -> int:
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def lacks_column(self) -> bool:
        return any(sheet.missing for sheet in self.sheets)

    def why(self, lang: str = "zh") -> str:
        """One sentence on what became of the file, where it is not the usual."""
        said: list[str] = []
        if self.error is not None:
            said.append(self.error.sentence.said(lang))
            said.append(self.error.advice.said(lang))
        elif self.returned is not None:
            said.append(self.returned.told().said(lang))
        elif self.state is State.SEEN and self.seen is not None:
            said.append(_seen(self.seen, lang))
        elif self.state is State.SAME:
            said.append(
                f"内容与“{self.same_as}”一模一样。" if lang == "zh" else f"Same as {self.same_as}."
            )
        elif self.state is State.NO_TABLE:
            said.append(_NO_TABLE.said(lang))
        elif self.state is State.LEFT:
            said.append(_LEFT.said(lang))
        if self.recalled:
            said.append(_RECALLED.said(lang))
        if self.lacks_column:
            said.append(_LACKS.said(lang))
        return ("" if lang == "zh" else " ").join(said)

    def what(self, lang: str = "zh") -> str:
        """Its sheets in a few words: ``会员 120、单位 3``."""
        kinds: Counter[Kind] = Counter()
        for sheet in self.sheets:
            for kind in sheet.kinds:
                kinds[kind] += sheet.rows
        joint = "、" if lang == "zh" else ", "
        return joint.join(
            f"{KIND_NAMES[kind].said(lang)} {kinds[kind]:,}" for kind in Kind if kind in kinds
        )

    def as_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "file": self.name,
            "sha256": self.sha256,
            "state": self.state.value,
            "batch": str(self.batch) if self.batch else "",
            "sheets": [
                {
                    "sheet": sheet.name,
                    "kinds": [kind.value for kind in sheet.kinds],
                    "rows": sheet.rows,
                    "missing_required": list(sheet.missing),
                }
                for sheet in self.sheets
            ],
            "rows": self.rows if self.counts else 0,
            **{outcome.value: self.counts.get(outcome, 0) for outcome in Outcome},
            "findings": counts_by_severity(self.findings),
            "recalled": list(self.recalled),
        }
        if self.returned is not None:
            document["returned"] = self.returned.as_json(self.name)
        if self.seen is not None:
            document["seen_before"] = {"batch": str(self.seen.id), "at": self.seen.at}
        if self.same_as:
            document["same_as"] = self.same_as
        if self.error is not None:
            document["error"] = {
                "code": self.error.code,
                "sentence": self.error.sentence.zh,
                "advice": self.error.advice.zh,
                "where": self.error.where,
            }
        return document


@dataclass(slots=True)
class InboxResult:
    """What became of many files."""

    lines: list[Line]
    gathered: Gathered
    dry_run: bool = False
    released: int = 0
    cancelled: bool = False
    stopped: CollectorError | None = None
    """the surroundings failed on the way: what was written before stays"""
    changes: Changes = field(default_factory=Changes)

    def add(self, other: InboxResult) -> None:
        """A further wave."""
        self.lines += other.lines
        self.released += other.released
        self.cancelled |= other.cancelled
        self.stopped = other.stopped or self.stopped

    def count(self, outcome: Outcome) -> int:
        return sum(line.counts.get(outcome, 0) for line in self.lines)

    def files(self, *states: State) -> list[Line]:
        return [line for line in self.lines if line.state in states]

    @property
    def rows(self) -> int:
        return sum(line.rows for line in self.lines if line.counts)

    @property
    def findings(self) -> list[Finding]:
        return [finding for line in self.lines for finding in line.findings]

    @property
    def exit_code(self) -> int:
        """0 all sound; 1 faults in rows, or some files not taken; 4 no file could be read."""
        if self.stopped is not None:
            return self.stopped.exit_code
        if self.cancelled:
            return 130
        bad = self.files(State.REFUSED, State.NO_TABLE)
        if bad and len(bad) == len(self.lines):
            return 4
        return int(bool(bad) or any(line.errors for line in self.lines))

    def as_json(self) -> dict[str, Any]:
        """The document of ``import DIR --json``, format collector.inbox/1."""
        return {
            "format": "collector.inbox/1",
            "dry_run": self.dry_run,
            "cancelled": self.cancelled,
            "rows": self.rows,
            **{outcome.value: self.count(outcome) for outcome in Outcome},
            "released": self.released,
            "findings": counts_by_severity(self.findings),
            "states": {
                state.value: count
                for state in State
                if (count := len(self.files(state))) or state is State.WRITTEN
            },
            "files": [line.as_json() for line in self.lines],
            "passed_over": [
                {"file": self.gathered.name(path), "reason": reason}
                for path, reason in self.gathered.passed_over
            ],
            **(
                {"stopped": {"code": self.stopped.code, "sentence": self.stopped.sentence.zh}}
                if self.stopped is not None
                else {}
            ),
        }


def _seen(info: BatchInfo, lang: str) -> str:
    try:
        at = datetime.fromisoformat(info.at).astimezone()
    except ValueError:
        return f"已作为第 {info.id} 批导入。" if lang == "zh" else f"Imported as batch {info.id}."
    if lang == "zh":
        return f"{at.month}月{at.day}日已作为第 {info.id} 批导入。"
    return f"Imported on {at:%Y-%m-%d} as batch {info.id}."


_NO_TABLE = Text("没有一张表认得出表头：请核对表头行和列。", "No sheet has a header that is known.")
_LEFT = Text("停下时还没有轮到，没有写入。", "Not reached when it stopped; nothing written.")
_RECALLED = Text("按上次的列对应。", "Columns as decided last time.")
_LACKS = Text("缺必填的列。", "A required column is missing.")
