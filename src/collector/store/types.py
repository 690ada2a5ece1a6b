"""What goes into the store and what comes out, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from collector.model import Changes, Finding, Kind, Outcome, Status, Table


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
    answers: Sequence[int | None] = ()
    """beside the rows, where a marked copy came back: the parked row each is the return of"""


@dataclass(frozen=True, slots=True)
class BatchInput:
    files: Sequence[BatchFile]
    pack: str
    operator: str
    entries: Sequence[BatchEntry]
    missing: Sequence[int] = ()
    """parked rows that did not come back with their copy and are to be left out"""


@dataclass(frozen=True, slots=True)
class BatchInfo:
    id: int
    at: str
    operator: str
    pack: str
    files: tuple[BatchFile, ...]
    counts: Mapping[str, int]
    """outcome -> records (a row that is two records counts twice here)"""
    undone_at: str = ""
    """when the import was (last) taken back; "" where it stands"""


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


class KeptWhy(StrEnum):
    """Why a record an undone import had touched is not as it was before."""

    CHANGED = "changed"  # 后来改过
    SUBMITTED = "submitted"  # 已经上报
    REPEATED = "repeated"  # 之后的导入也这样写
    KEY_TAKEN = "key_taken"  # 原来的号码已是别的记录的


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record that stays, wholly or in some fields, when an import is taken back."""

    kind: Kind
    id: int
    why: KeptWhy
    fields: tuple[str, ...]
    """field ids that stay as they are now; none: the whole record"""
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back did (or would do)."""

    batch: int
    removed: Mapping[Kind, int]
    """records that are none any more"""
    moved: int
    """records that stay because a later import has them too"""
    restored: int
    """records that got earlier values back"""
    parked: int
    """its rows that waited to be mended"""
    waking: int
    """rows parked before that wait again"""
    repeated: int
    """records it had found as they were: they stay, for the sake of the import that brought them"""
    kept: tuple[KeptRecord, ...]
    changes: Changes

    @property
    def changed(self) -> bool:
        """Whether there is anything to take back."""
        gone = any(self.removed.values())
        left = self.moved or self.restored or self.parked or self.waking or self.repeated
        return bool(gone or left)


@dataclass(frozen=True, slots=True)
class KeptLayout:
    """What a person decided about sheets of one layout; ``decision`` is the service's own text."""

    id: int
    fingerprint: str
    name: str
    decision: str
    at: str
    operator: str


@dataclass(frozen=True, slots=True)
class KeptAlias:
    """A spelling that stands for a label of a list."""

    list: str
    key: str
    typed: str
    label: str
    at: str
    operator: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A parked row as a search for duplicates needs it."""

    id: int
    texts: Mapping[str, str]
    conflicts: bool
    """it says itself that its number is another's; without that it is an update of that very
    record and waits for something else"""


@dataclass(frozen=True, slots=True)
class RowSide:
    """A parked row as one side of a comparison, with where it came from."""

    id: int
    kind: Kind
    state: str
    texts: Mapping[str, str]
    faulty: frozenset[str]
    """fields with an error of their own, being another's number apart"""
    file_name: str
    sheet: str
    row: int
    batch: int
    at: str
    operator: str


@dataclass(frozen=True, slots=True)
class ListedDuplicate:
    """An item of the queue by places and ids only."""

    id: int
    kind: Kind
    reason: str
    state: str
    first: int
    second: int
    parked: int
    file_name: str
    sheet: str
    row: int
    batch: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """Two that may be one: a record, and a later record or a parked row."""

    kind: Kind
    reason: str
    first: int
    second: int = 0
    """0 where the other side is a parked row"""
    parked: int = 0
    pair: str = ""
    """a hash of what names both sides, the same after another import"""
    content: str = ""
    """a hash of all a parked row says; "" for two records"""


@dataclass(frozen=True, slots=True)
class DuplicateItem:
    """A sighting in the queue. ``state``: waiting, later, decided."""

    id: int
    kind: Kind
    reason: str
    first: int
    second: int
    parked: int
    state: str
    pair: str
    found_at: str


@dataclass(frozen=True, slots=True)
class DuplicateScan:
    """A search: up to which journal entry and member, how many were compared, and how many
    telephones are shared by so many that nobody is suspected."""

    journal: int
    member: int
    compared: int = 0
    offices: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What a decision does to one record; ``revision`` is the one it was decided on."""

    kind: Kind
    id: int
    revision: int
    values: Mapping[str, str]
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a decision does to a parked row: ``state`` released or skipped."""

    id: int
    state: str
    reason: str
    record: tuple[Kind, int] | None = None
    """the record that took ``fields`` of it, and with them what the person had typed"""
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Settlement:
    """One item decided. ``what``: keep, take, merge, different, later."""

    item: int
    what: str
    changes: tuple[RecordChange, ...] = ()
    row: RowChange | None = None
    survivor: int = 0
    """of two records the one that stays"""


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision carried out or taken back; ``kept`` items could not be taken back."""

    decision: int
    items: int
    kept: int
    changes: Changes


@dataclass(frozen=True, slots=True)
class HandedRow:
    """What one parked row said in a marked copy."""

    parked: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HandedSheet:
    """One sheet of a marked copy that went out."""

    code: str
    sheet: str
    fields: Mapping[Kind, Sequence[str]]
    """the fields its columns hold, by which ``digests`` were made"""
    digests: Mapping[int, bytes]
    """row -> 8 bytes that stand for all its texts; every row that was given an id"""
    parked: Mapping[tuple[int, Kind], HandedRow]
    """(row, kind) -> what was parked of it"""


@dataclass(frozen=True, slots=True)
class HandedCopy:
    """A marked copy that went out (or, to be written down, is going out)."""

    code: str
    batch: int
    file_no: int
    name: str
    """of the person's own file"""
    source: str
    """SHA-256 of the file it was made from, "" where it was rebuilt from the parked rows"""
    sheets: Sequence[HandedSheet]
    at: str = ""


@dataclass(frozen=True, slots=True)
class ParkedNow:
    """What has become of a parked row since."""

    waiting: int = 0
    """id under which it waits, 0 where it does not"""
    record: int = 0
    """record it became or was found to be, 0 for none; neither: it was left out"""


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """An imported file that has rows to be mended."""

    batch: int
    at: str
    file_no: int
    name: str
    sha256: str
    rows: int
