"""经核实无误: a warning that a person looked into, with the reason; an error cannot be waived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from collector.errors import WrongUse
from collector.model import Finding, Kind, Severity
from collector.services.session import Session
from collector.store.waivers import Waiver
from collector.wording import Text

Key = tuple[int, str, str]
"""record (or parked row), field, finding code"""

SHORTEST = 2
"""characters of a reason"""


def waive(
    session: Session,
    finding: Finding,
    kind: Kind,
    value: str,
    reason: str,
    *,
    record: int = 0,
    parked: int = 0,
) -> None:
    """Keep that a warning about this value was looked into and is right.

    Raises ``WrongUse`` (``waivers.error``, ``waivers.no_reason``, ``waivers.unsaved``).
    """
    if finding.severity is Severity.ERROR:
        raise WrongUse(
            "waivers.error",
            Text("差错不能放过，只有提醒可以。", "An error cannot be waived, a warning can."),
            Text("请改正这一格。", "Mend the cell."),
        )
    if len(reason.strip()) < SHORTEST:
        raise WrongUse(
            "waivers.no_reason",
            Text("没有写明核实的情况。", "What was found is not said."),
            Text("请写一句，如“已对照户口簿”。", "Say it in a few words."),
        )
    if bool(record) == bool(parked):
        raise WrongUse(
            "waivers.unsaved",
            Text("这一条还没有保存。", "The record is not saved yet."),
            Text("请先保存，再核实。", "Save it first."),
        )
    session.store.waivers.keep(
        Waiver(
            kind, record, parked, finding.field, finding.code, value, reason.strip(), "",
            session.operator,
        )
    )  # fmt: skip


def of_record(session: Session, kind: Kind, record: int) -> dict[tuple[str, str], Waiver]:
    """(field, code) -> waiver of one record."""
    found = session.store.waivers.of_record(kind, record)
    return {(item.field, item.code): item for item in found}


def of_records(session: Session, kind: Kind) -> dict[Key, Waiver]:
    """Those of all records of a kind."""
    found = session.store.waivers.of_kind(kind)
    return {(item.record, item.field, item.code): item for item in found if item.record}


def of_parked(session: Session) -> dict[Key, Waiver]:
    """Those of rows that wait."""
    found = session.store.waivers.of_parked()
    return {(item.parked, item.field, item.code): item for item in found}


def stands(
    finding: Finding, values: Mapping[str, str], known: Mapping[tuple[str, str], Waiver]
) -> Waiver | None:
    """The waiver of a finding, as long as the value is the one it was given for."""
    given = known.get((finding.field, finding.code))
    if given is None or finding.severity is Severity.ERROR:
        return None
    return given if values.get(finding.field, "") == given.value else None


def without(
    findings: Iterable[Finding],
    values: Mapping[str, str],
    known: Mapping[tuple[str, str], Waiver],
) -> list[Finding]:
    return [item for item in findings if stands(item, values, known) is None]
