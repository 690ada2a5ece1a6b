"""A record as it stands in the store, and what a write did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from collector.model.kinds import Kind, Status


class Outcome(StrEnum):
    """What became of one row of an import; the five add up to the rows."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    PARKED = "parked"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Record:
    """One stored record with its provenance."""

    id: int
    kind: Kind
    status: Status
    revision: int
    values: Mapping[str, str]
    pack: str
    """``id/version`` of the pack it was last checked with"""
    batch: str = ""
    file_name: str = ""
    sheet: str = ""
    row: int = 0
    created_at: str = ""
    changed_at: str = ""
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write touched, so that whoever shows it knows what to show again."""

    kinds: frozenset[Kind] = frozenset()
    ids: tuple[int, ...] = ()
    parked: bool = False
    batches: bool = False
    submissions: bool = False
