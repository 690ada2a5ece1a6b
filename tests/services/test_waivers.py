"""经核实无误: warnings that were looked into, on records and on rows that wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collector.errors import WrongUse
from collector.model import Finding, Kind, Severity
from collector.services import exporting, fixing, importing, made_up, waivers
from collector.services.editing import check_form
from collector.services.fixing import CellEdit
from collector.services.session import Session

Workspace = Callable[[str], Session]
Book = Callable[..., Path]
UNKNOWN_REGION = "999999"


def odd_number(number: int) -> str:
    """A sound number of a county no table has: a warning, never an error."""
    from collector.codes import resident_id

    first = UNKNOWN_REGION + made_up.resident_number(number)[6:17]
    return first + resident_id.check_digit(first)


@pytest.fixture
def session(workspace: Workspace, book: Book) -> Session:
    """Two members with a warning each; the second waits, for her name is missing."""
    made = workspace("hubei-2023")
    people = made_up.make(made.pack, 2, 1).records
    rows: list[dict[str, Any]] = [dict(row) for row in people[Kind.MEMBER]]
    for at, row in enumerate(rows):
        row["id_number"] = odd_number(at)
    rows[1]["name"] = ""
    path = book("a.xlsx", unit=people[Kind.UNIT], union=people[Kind.UNION], member=rows)
    importing.import_files(made, [path])
    return made


def warning_of(session: Session, record: int) -> tuple[Finding, dict[str, str]]:
    kept = session.store.get(Kind.MEMBER, record)
    assert kept is not None
    values = dict(kept.values)
    found = [
        item
        for item in check_form(session, Kind.MEMBER, values, record)
        if item.severity is Severity.WARNING
    ]
    assert [item.code for item in found] == ["resident_id.region_unknown"]
    return found[0], values


def gate_codes(session: Session) -> dict[str, int]:
    gate = exporting.gate(session, leave_parked=True)
    return {item.code: item.count for item in gate.warnings}


def test_a_waived_warning_is_counted_apart_before_an_export(session: Session) -> None:
    before = gate_codes(session)
    assert before["resident_id.region_unknown"] == 1
    finding, values = warning_of(session, 1)
    waivers.waive(session, finding, Kind.MEMBER, values["id_number"], "已对照户口簿", record=1)
    after = gate_codes(session)
    assert "resident_id.region_unknown" not in after
    assert after["export.waived"] == 1
    (given,) = waivers.of_record(session, Kind.MEMBER, 1).values()
    assert (given.reason, given.operator) == ("已对照户口簿", session.operator)
    assert session.store.journal_verify().ok


def test_a_waiver_ends_with_the_value_it_was_given_for(session: Session) -> None:
    finding, values = warning_of(session, 1)
    waivers.waive(session, finding, Kind.MEMBER, values["id_number"], "已核对", record=1)
    known = waivers.of_record(session, Kind.MEMBER, 1)
    assert waivers.stands(finding, values, known) is not None
    session.store.save(Kind.MEMBER, {"id_number": odd_number(9)}, id=1, operator="虚构", pack="x/1")
    changed, now = warning_of(session, 1)
    assert waivers.stands(changed, now, known) is None
    assert waivers.without([changed], now, known) == [changed]
    assert gate_codes(session)["resident_id.region_unknown"] == 1


def test_a_waiver_of_a_row_that_waits_goes_in_with_it(session: Session) -> None:
    (held,) = [each for each in fixing.parked(session) if each.table.kind is Kind.MEMBER]
    (parked,) = held.ids
    finding = next(item for item in held.findings if item.severity is Severity.WARNING)
    value = held.table.column("id_number")[0]
    waivers.waive(session, finding, Kind.MEMBER, value, "已核对", parked=parked)
    assert set(waivers.of_parked(session)) == {(parked, "id_number", "resident_id.region_unknown")}
    assert fixing.apply(session, [CellEdit(parked, "name", "虚构人")]).released == 1
    assert waivers.of_parked(session) == {}
    record = session.store.find(Kind.MEMBER, value)
    assert record is not None
    assert set(waivers.of_records(session, Kind.MEMBER)) == {
        (record.id, "id_number", "resident_id.region_unknown")
    }
    assert gate_codes(session)["export.waived"] == 1


def test_errors_empty_reasons_and_unsaved_records_are_not_waived(session: Session) -> None:
    finding, _ = warning_of(session, 1)
    for wrong, given, reason, record in (
        ("waivers.error", replace(finding, severity=Severity.ERROR), "已核对", 1),
        ("waivers.no_reason", finding, " 无 ", 1),
        ("waivers.unsaved", finding, "已核对", 0),
    ):
        with pytest.raises(WrongUse, match=wrong):
            waivers.waive(session, given, Kind.MEMBER, "", reason, record=record)
    assert waivers.of_records(session, Kind.MEMBER) == {}
