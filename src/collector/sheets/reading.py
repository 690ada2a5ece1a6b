"""The door to reading: files in, tables and findings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collector.model import Finding, Kind, Table
from collector.packs import Pack
from collector.progress import Progress
from collector.sheets.building import Built, SheetReading, build
from collector.sheets.loading import load
from collector.sheets.plans import SheetPlan, plan_with_columns, plan_with_header, propose
from collector.sheets.raw import RawWorkbook

__all__ = [
    "Built",
    "FileReading",
    "Reading",
    "SheetPlan",
    "SheetReading",
    "build",
    "load",
    "plan_with_columns",
    "plan_with_header",
    "propose",
    "read_files",
]


@dataclass(frozen=True, slots=True)
class FileReading:
    path: Path
    name: str
    sha256: str
    encoding: str | None
    """of a text file, to be shown: a wrong one makes unreadable names"""
    sheets: Sequence[SheetReading]
    copy_id: str = ""
    """of a marked copy that came back"""


@dataclass(slots=True)
class Reading:
    """All files of one job; tables and findings point to them by their place in ``files``."""

    files: list[FileReading] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def take(self, raw: RawWorkbook, built: Built) -> None:
        self.files.append(
            FileReading(
                raw.path, raw.name, raw.sha256, raw.encoding, tuple(built.sheets), raw.copy_id
            )
        )
        self.tables += built.tables
        self.findings += built.findings


def read_files(
    paths: Sequence[Path],
    pack: Pack,
    kind: Kind | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Reads every file; the first that cannot be read or trusted raises ``InputRefused``."""
    reading = Reading()
    for index, path in enumerate(paths):
        raw = load(path, progress)
        reading.take(raw, build(raw, propose(raw, pack, kind), pack, index))
    return reading
