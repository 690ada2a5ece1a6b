"""What became of every row of an import, on a list the person may keep: places and codes only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from collector.model import Finding, Outcome, Severity
from collector.packs import Pack
from collector.services.checking import explain
from collector.services.staging import STRENGTH, Staged
from collector.sheets.listing import ListSheet, write_lists
from collector.sheets.rows import LEFT_OUT, NO_HEADER
from collector.wording import Text

OUTCOME_WORDS: Mapping[Outcome, Text] = {
    Outcome.ADDED: Text("新增", "added"),
    Outcome.UPDATED: Text("更新", "updated"),
    Outcome.UNCHANGED: Text("不变", "unchanged"),
    Outcome.PARKED: Text("待修", "parked"),
    Outcome.SKIPPED: Text("跳过", "skipped"),
}

_COUNTED = (NO_HEADER, LEFT_OUT)
"""rows of sheets that are not read count as skipped"""


class RowResult(NamedTuple):
    """One row of one file."""

    sheet: str
    row: int
    outcome: Outcome
    findings: tuple[Finding, ...]
    why_not: str = ""
    """why a row is no record (``sheets.rows``), where it was never one"""


class Told(Protocol):
    """A file with the results of its rows."""

    @property
    def name(self) -> str: ...
    @property
    def results(self) -> Sequence[RowResult]: ...
    def why(self, lang: str = "zh") -> str: ...


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file of an import of several."""

    name: str
    results: Sequence[RowResult]

    def why(self, lang: str = "zh") -> str:
        return ""


def of_files(staged: Staged) -> list[FileResult]:
    """The files of an import with their rows."""
    return [
        FileResult(file.name, of(staged, number))
        for number, file in enumerate(staged.reading.files)
    ]


def of(staged: Staged, number: int = 0) -> list[RowResult]:
    """The rows of one file of a staged import, by sheet and row."""
    rank = {outcome: number for number, outcome in enumerate(STRENGTH)}
    fates: dict[tuple[str, int], Outcome] = {}
    for table, outcomes in zip(staged.reading.tables, staged.outcomes, strict=True):
        if table.file != number:
            continue
        for row, outcome in zip(table.rows, outcomes, strict=True):
            place = (table.sheet, row)
            known = fates.get(place)
            if known is None or rank[outcome] < rank[known]:
                fates[place] = outcome
    reasons: dict[tuple[str, int], list[Finding]] = {}
    for finding in staged.findings:
        if finding.file == number:
            reasons.setdefault((finding.sheet, finding.row), []).append(finding)
    found = [
        RowResult(sheet, row, outcome, tuple(reasons.get((sheet, row), ())))
        for (sheet, row), outcome in fates.items()
    ]
    for read in staged.reading.files[number].sheets:
        found += [
            RowResult(read.sheet, row, Outcome.SKIPPED, (), reason)
            for row, reason in read.skipped
            if (read.sheet, row) not in fates and (read.kind is not None or reason in _COUNTED)
        ]
    return sorted(found, key=lambda item: (item.sheet, item.row))


def write(files: Sequence[Told], pack: Pack, folder: Path, now: datetime) -> Path:
    """A workbook with a line a row, in ``folder`` (made where it is not there).

    Raises ``SurroundingsFailed workbook.not_written``.
    """
    target = folder / f"导入结果-{now:%Y%m%d-%H%M%S}.xlsx"
    sheets = [
        ListSheet(
            "文件",
            ("文件", "行数", *(text.zh for text in OUTCOME_WORDS.values()), "说明"),
            (44, 10, 10, 10, 10, 10, 10, 60),
            _files(files),
        ),
        ListSheet(
            "逐行结果",
            ("文件", "工作表", "行", "结果", "位置", "程度", "代码", "原因", "怎么办"),
            (36, 16, 8, 8, 8, 8, 26, 56, 56),
            _rows(files, pack),
        ),
    ]
    write_lists(target, sheets)
    return target


def _files(files: Sequence[Told]) -> Iterator[tuple[str | int, ...]]:
    for file in files:
        counted = dict.fromkeys(OUTCOME_WORDS, 0)
        for result in file.results:
            if not result.why_not or result.why_not in _COUNTED:
                counted[result.outcome] += 1
        yield (file.name, sum(counted.values()), *counted.values(), file.why())


def _rows(files: Sequence[Told], pack: Pack) -> Iterator[tuple[str | int, ...]]:
    said: dict[tuple[object, ...], tuple[str, str]] = {}
    for file in files:
        for result in file.results:
            head = (file.name, result.sheet, result.row, OUTCOME_WORDS[result.outcome].zh)
            if not result.findings:
                yield (*head, "", "", "", NOT_DATA.get(result.why_not, result.why_not), "")
            for finding in result.findings:
                key = (finding.code, finding.kind, finding.field, finding.params, finding.severity)
                if key not in said:
                    told = explain(finding, pack)
                    said[key] = (told.sentence.zh, told.advice.zh)
                sentence, advice = said[key]
                place = f"{finding.column}{finding.row}" if finding.column else ""
                yield (
                    *head,
                    place,
                    SEVERITY_WORDS[finding.severity].zh,
                    finding.code,
                    sentence,
                    advice,
                )


SEVERITY_WORDS: Mapping[Severity, Text] = {
    Severity.ERROR: Text("差错", "error"),
    Severity.WARNING: Text("提醒", "warning"),
    Severity.INFO: Text("说明", "info"),
}
NOT_DATA: Mapping[str, str] = {
    "blank": "空行",
    "no_data": "读入的列都空着",
    "example": "样例",
    "note": "填表说明",
    "total": "合计",
    "header_again": "重复的表头",
    "column_numbers": "列号",
    NO_HEADER: "没有表头",
    LEFT_OUT: "没有选读这张表",
}
