"""What a template finds lacking, as data: gaps, the records that have them, counts by unit."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from collector.model import Kind, Severity
from collector.packs.spec import Pack
from collector.wording import Text

EMPTY = "required.missing"
UNKNOWN_LABEL = "choice.unknown"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is lacking in one field, and of how many records."""

    kind: Kind
    field: str
    code: str
    severity: Severity
    label: str
    """the province's header of the field"""
    text: Text
    """what is wrong, in words"""

    @property
    def is_empty(self) -> bool:
        return self.code == EMPTY

    @property
    def can_be_filled(self) -> bool:
        """Whether a person can answer it by writing something into this field; any other fault
        is mended in the record itself."""
        return self.code in (EMPTY, UNKNOWN_LABEL)


@dataclass(slots=True)
class Lacking:
    """The records of one kind that lack something, in the order of units: columns side by side."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    units: array[int] = field(default_factory=lambda: array("l"))
    """places in ``Missing.units``"""
    sets: array[int] = field(default_factory=lambda: array("l"))
    """places in ``Missing.sets``"""


@dataclass(slots=True)
class Missing:
    pack: Pack
    gaps: list[Gap] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    """beside ``gaps``: records that have it"""
    sets: list[tuple[int, ...]] = field(default_factory=list)
    """which gaps a record has, in the pack's order of fields: places in ``gaps``"""
    units: list[str] = field(default_factory=list)
    """names of units (and unions, for those that belong to no unit)"""
    unit_counts: list[int] = field(default_factory=list)
    """beside ``units``: items"""
    records: dict[Kind, Lacking] = field(default_factory=dict)
    looked_at: dict[Kind, int] = field(default_factory=dict)
    from_number: int = 0
    """items that the person's own 居民身份证 number answers"""
    labels: dict[tuple[Kind, str], Counter[str]] = field(default_factory=dict)
    """(kind, field) -> label without equivalent in the province's list -> records; data"""

    @property
    def items(self) -> int:
        return sum(self.counts)

    @property
    def required(self) -> int:
        """Items without which the province does not take the records."""
        return sum(
            count
            for gap, count in zip(self.gaps, self.counts, strict=True)
            if gap.severity is Severity.ERROR
        )

    @property
    def incomplete(self) -> dict[Kind, int]:
        """Records that lack something."""
        return {kind: len(self.records[kind].ids) if kind in self.records else 0 for kind in Kind}

    def ids_of(self, gap: int) -> list[int]:
        """The records that have one gap."""
        held = self.records.get(self.gaps[gap].kind, Lacking())
        with_it = {place for place, gaps in enumerate(self.sets) if gap in gaps}
        return [
            number for number, place in zip(held.ids, held.sets, strict=True) if place in with_it
        ]

    def settle(self, kind: Kind, at: int, fields: Collection[str]) -> None:
        """These fields of the record at this place were answered: it lacks them no longer."""
        held = self.records[kind]
        before = self.sets[held.sets[at]]
        left = tuple(gap for gap in before if self.gaps[gap].field not in fields)
        for gap in before:
            if gap not in left:
                self.counts[gap] -= 1
        self.unit_counts[held.units[at]] -= len(before) - len(left)
        if left:
            if left not in self.sets:
                self.sets.append(left)
            held.sets[at] = self.sets.index(left)
        else:
            for column in (held.ids, held.units, held.sets):
                del column[at]

    def as_json(self) -> dict[str, Any]:
        """The document of ``missing --json``, format collector.missing/1: counts and record ids."""
        return {
            "format": "collector.missing/1",
            "pack": f"{self.pack.id}/{self.pack.version}",
            "records": {kind.value: self.looked_at.get(kind, 0) for kind in Kind},
            "incomplete": {kind.value: count for kind, count in self.incomplete.items()},
            "items": self.items,
            "required": self.required,
            "from_id_number": self.from_number,
            "units": len([count for count in self.unit_counts if count]),
            "fields": [
                {
                    "kind": gap.kind.value,
                    "field": gap.field,
                    "label": gap.label,
                    "code": gap.code,
                    "severity": gap.severity.value,
                    "count": count,
                    "labels": len(self.labels.get((gap.kind, gap.field), ()))
                    if gap.code == UNKNOWN_LABEL
                    else 0,
                    "records": self.ids_of(place),
                }
                for place, (gap, count) in enumerate(zip(self.gaps, self.counts, strict=True))
            ],
        }
