"""Check workbooks without a workspace, and say why a finding is one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from collector.model import Finding, Kind, Severity, counts_by_severity
from collector.packs.spec import Pack
from collector.progress import Progress
from collector.rules import messages
from collector.services.judging import Place, judge, places_in_error
from collector.services.pack_signing import open_pack
from collector.sheets import marking, reading
from collector.sheets.reading import Reading
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What reading and checking found; holds places, and the tables for whoever goes on."""

    pack: Pack
    reading: Reading
    findings: list[Finding]
    rows: int
    """rows of the files that hold data; a Hainan row of two records is one"""
    clean_rows: int
    """rows without an error finding"""
    marked: list[Path]
    """copies of the workbooks with the faults marked, where asked for"""

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The document of ``check --json``, format collector.check/1."""
        document: dict[str, Any] = {
            "format": "collector.check/1",
            "pack": {"id": self.pack.id, "version": self.pack.version},
            "files": [
                {
                    "file": file.name,
                    "path": str(file.path),
                    "sha256": file.sha256,
                    "encoding": file.encoding,
                    "sheets": [
                        {
                            "sheet": sheet.sheet,
                            "kind": str(sheet.kind),
                            "kinds": [str(kind) for kind in sheet.kinds],
                            "header_row": sheet.header_row,
                            "rows": sheet.rows,
                            "columns": dict(sheet.columns),
                            "ignored": list(sheet.ignored),
                            "missing_required": list(sheet.missing_required),
                            "skipped": [
                                {"row": row, "reason": reason} for row, reason in sheet.skipped
                            ],
                        }
                        for sheet in file.sheets
                        if sheet.kind is not None
                    ],
                    "other_sheets": [
                        {"sheet": sheet.sheet, "rows": len(sheet.skipped)}
                        for sheet in file.sheets
                        if sheet.kind is None
                    ],
                }
                for file in self.reading.files
            ],
            "findings": [finding_json(finding) for finding in self.findings],
            "counts": counts_by_severity(self.findings),
            "rows": self.rows,
            "clean_rows": self.clean_rows,
        }
        if self.marked:
            document["marked"] = [str(path) for path in self.marked]
        return document


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding in words."""

    sentence: Text
    advice: Text
    source_clause: str
    """the clause the pack gives for the rule (``S-003 三（二）``), "" where it gives none"""
    label: str
    """the pack's header of the field, "" for a finding about a whole sheet"""


def check_files(
    paths: Sequence[Path],
    pack_id: str | Path,
    kind: Kind | None = None,
    progress: Progress | None = None,
    marked_dir: Path | None = None,
    today: date | None = None,
    lang: str = "zh",
) -> CheckResult:
    """Read and check the files; nothing is stored.

    Raises ``InputRefused`` for a file that cannot be read or trusted and ``Cancelled``.
    """
    pack = open_pack(pack_id)
    day = today or datetime.now().astimezone().date()
    read = reading.read_files(paths, pack, kind, progress)
    findings = sorted(
        [*read.findings, *judge(pack, read.tables, None, day, progress)],
        key=lambda finding: finding.order,
    )
    rows, clean = row_counts(read, findings)
    marked: list[Path] = []
    if marked_dir is not None:
        marked = _write_marked(read, findings, pack, marked_dir, progress, lang)
    return CheckResult(pack, read, findings, rows, clean, marked)


def row_counts(read: Reading, findings: Sequence[Finding]) -> tuple[int, int]:
    """Rows of the files, and how many of them have no error finding."""
    rows = sum(map(len, data_rows(read).values()))
    return rows, rows - in_data(read, places_in_error(findings))


def in_data(read: Reading, places: Collection[Place]) -> int:
    """How many of the places are rows read as data."""
    rows = data_rows(read) if places else {}
    return sum(row in rows.get((file, sheet), ()) for file, sheet, row in set(places))


def data_rows(read: Reading) -> dict[tuple[int, str], set[int]]:
    """(file, sheet) -> its rows read as data; a row of two records is one."""
    rows: dict[tuple[int, str], set[int]] = {}
    for table in read.tables:
        rows.setdefault((table.file, table.sheet), set()).update(table.rows)
    return rows


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding as the contract has it: place and code, never a value."""
    document: dict[str, Any] = {
        "file": finding.file,
        "sheet": finding.sheet,
        "row": finding.row,
        "column": finding.column,
        "field": finding.field,
        "code": finding.code,
        "severity": finding.severity.value,
    }
    if finding.params:
        document["params"] = dict(finding.params)
    return document


def explain(finding: Finding, pack: Pack) -> Explanation:
    """What is wrong, what to do, the header of the field and the clause behind the rule."""
    label = ""
    if finding.kind is not None and finding.field:
        field = pack.field_of(finding.kind, finding.field)
        label = " ".join(field.header.split()) if field is not None else ""
    message = messages.message(finding, label)
    clause = next((rule.source for rule in pack.rules if rule.id == finding.rule), "")
    return Explanation(message.sentence, message.advice, clause, label)


def _write_marked(
    read: Reading,
    findings: Sequence[Finding],
    pack: Pack,
    folder: Path,
    progress: Progress | None,
    lang: str,
) -> list[Path]:
    written: list[Path] = []
    for index, file in enumerate(read.files):
        if progress is not None:
            progress.step(Text("写出标注副本", "Writing marked copies"), index, len(read.files))
        own = [finding for finding in findings if finding.file == index]
        said = [explain(finding, pack) for finding in own]
        target = folder / f"{file.path.stem}-标注.xlsx"
        written.append(
            marking.write_marked(
                file.path,
                None,
                own,
                [item.sentence.said(lang) for item in said],
                target,
                {sheet.sheet: sheet.header_row for sheet in file.sheets if sheet.header_row},
            )
        )
    return written
