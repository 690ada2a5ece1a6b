"""What a rule is, what may be asked of the store, and what a rule kind must be able to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from collector.model import Finding, Kind, Severity, Table


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack, as data. ``kind`` names a module of ``rules.kinds``.

    ``fields`` are the field ids it reads, the one a finding points at first.
    ``source`` is the clause the pack gives (``S-003 三（二）``), shown with the message.
    """

    id: str
    kind: str
    record: Kind
    fields: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    source: str = ""


class Lookup(Protocol):
    """What the rules may ask about records outside the table (the batch and the store)."""

    def judges(self, kind: Kind) -> bool:
        """Whether references to ``kind`` can be judged at all (some such record is known)."""
        ...

    def known(self, kind: Kind, field_id: str, values: Collection[str]) -> set[str]:
        """Those of ``values`` that some live record of ``kind`` has in ``field_id``."""
        ...

    def stored(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """Of the records in the store (not the batch): value -> its ``wanted`` fields."""
        ...


@dataclass(slots=True)
class Context:
    """What a rule kind is given beside the table."""

    tables: Sequence[Table]
    """all tables of the job, so that a key is seen across sheets and files"""
    lookup: Lookup
    today: date
    labels: Mapping[tuple[Kind, str], str]
    """(kind, field id) -> the header text of the pack, for messages"""
    choices: Mapping[str, frozenset[str]]
    """dictionary id -> its canonical labels"""


class Checker(Protocol):
    """A rule made ready: asked about a whole table at once."""

    def check(self, table: Table, context: Context) -> Iterator[Finding]: ...
