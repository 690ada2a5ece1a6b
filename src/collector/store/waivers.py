"""Warnings a person looked into and found right: why, who, when, and for which value."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Kind
from collector.store import journal

Door = Callable[[], AbstractContextManager[sqlite.Connection]]

_RECORD = (
    "CASE WHEN waiver.record <> 0 THEN waiver.record"
    " WHEN parked.state = 'released' THEN CAST(parked.reason AS INTEGER) ELSE 0 END"
)
"""a waiver given to a parked row goes with it"""


@dataclass(frozen=True, slots=True)
class Waiver:
    kind: Kind
    record: int
    """0 while the row is parked"""
    parked: int
    """0 for one given to a record"""
    field: str
    code: str
    value: str
    """what stood there: the waiver ends with it"""
    reason: str
    at: str
    operator: str


class Waivers:
    """The waivers of one workspace."""

    def __init__(self, reading: Door, writing: Door, operator: str) -> None:
        self._reading, self._writing = reading, writing
        self._operator = operator

    def keep(self, given: Waiver) -> None:
        """Keep a waiver, in place of an earlier one for the same cell and code; ``at`` and
        ``operator`` are now and whoever has unlocked the store."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO waiver VALUES (?,?,?,?,?,?,?,?,?)"
                " ON CONFLICT DO UPDATE SET value = ?6, reason = ?7, at = ?8, operator = ?9",
                (
                    given.kind.value,
                    given.record,
                    given.parked,
                    given.field,
                    given.code,
                    given.value,
                    given.reason,
                    journal.now(),
                    self._operator,
                ),
            )
            journal.append(
                connection,
                "warning.waived",
                self._operator,
                {
                    "kind": given.kind.value,
                    "parked": given.parked,
                    "field": given.field,
                    "code": given.code,
                    "reason": given.reason,
                },
                kind=given.kind.value if given.record else "",
                record=given.record,
            )

    def of_kind(self, kind: Kind) -> list[Waiver]:
        """All waivers of records and parked rows of a kind."""
        return self._found("waiver.kind = ?", kind.value)

    def of_record(self, kind: Kind, record: int) -> list[Waiver]:
        return [
            item
            for item in self._found("waiver.kind = ? AND record IN (0, ?)", kind.value, record)
            if item.record == record
        ]

    def of_parked(self) -> list[Waiver]:
        """Those of rows that still wait."""
        return [item for item in self._found("waiver.parked <> 0") if not item.record]

    def _found(self, condition: str, *asked: str | int) -> list[Waiver]:
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT waiver.kind, {_RECORD}, waiver.parked, field, code, value,"
                " waiver.reason, at, operator FROM waiver"
                f" LEFT JOIN parked ON parked.id = waiver.parked WHERE {condition}",
                asked,
            ).fetchall()
        return [Waiver(Kind(row[0]), int(row[1]), *row[2:]) for row in rows]
