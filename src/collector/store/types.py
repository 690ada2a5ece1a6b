"""What goes into the store and what comes out, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from collector.model import Changes, Finding, Outcome, Table


@dataclass(frozen=True, slots=True)
class BatchFile:
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """One table of an import with what becomes of each of its rows."""

    table: Table
    outcomes: Sequence[Outcome]
    targets: Sequence[int | None]
    """the record an UPDATED or UNCHANGED row is about"""
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class BatchInput:
    files: Sequence[BatchFile]
    pack: str
    operator: str
    entries: Sequence[BatchEntry]


@dataclass(frozen=True, slots=True)
class BatchInfo:
    id: int
    at: str
    operator: str
    pack: str
    files: tuple[BatchFile, ...]
    counts: Mapping[str, int]
    """outcome -> records (a row that is two records counts twice here)"""


@dataclass(frozen=True, slots=True)
class BatchResult:
    batch_id: int
    counts: Mapping[Outcome, int]
    changes: Changes


@dataclass(frozen=True, slots=True)
class ParkedTable:
    """Parked rows of one kind from one sheet of one import."""

    table: Table
    ids: list[int]
    findings: list[Finding]
    file_names: tuple[str, ...]
    batch: int


@dataclass(frozen=True, slots=True)
class Submission:
    id: str
    sequence: int
    payload_sha256: str
    short_code: str
    path: str
    pack: str
    counts: Mapping[str, int]
    operator: str


@dataclass(frozen=True, slots=True)
class SubmissionInfo:
    id: str
    sequence: int
    at: str
    payload_sha256: str
    short_code: str
    path: str
    pack: str
    counts: Mapping[str, int]
    operator: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry of the audit chain: who, when, what; places and counts, and old and new values
    only under ``changes``, which no command prints."""

    number: int
    at: str
    operator: str
    action: str
    kind: str
    record: int
    details: Mapping[str, str | int] = field(default_factory=dict)
    hash: str = ""


@dataclass(frozen=True, slots=True)
class JournalReport:
    ok: bool
    entries: int
    first_bad: int | None
    head: str


@dataclass(frozen=True, slots=True)
class HeaderInfo:
    """What can be told of a workspace without a key."""

    version: int
    operators: tuple[str, ...]
    instance: str
