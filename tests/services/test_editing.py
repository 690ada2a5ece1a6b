"""One record on a form."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collector.errors import SurroundingsFailed, WrongUse
from collector.model import Kind, Outcome, Status
from collector.services import editing, made_up
from collector.services.importing import import_files
from collector.services.session import Session

Fresh = Callable[..., Session]


def filled(session: Session, number: int = 0) -> dict[str, str]:
    made = made_up.make(session.pack, number + 1)
    fields = {item.id for item in session.pack.fields_of(Kind.MEMBER)}
    row = made.records[Kind.MEMBER][number]
    return {name: text for name, text in row.items() if name in fields}


def test_what_is_typed_becomes_canonical_and_is_saved(workspace: Fresh) -> None:
    session = workspace()
    typed = filled(session) | {"join_date": "2020.9.1", "name": " 赵 甲甲"}
    saved = editing.save_form(session, Kind.MEMBER, typed)
    assert saved.saved
    record = session.store.get(Kind.MEMBER, saved.id or 0)
    assert record is not None
    assert record.values["join_date"] == "2020-09-01"
    assert record.values["name"] == "赵甲甲"
    assert record.status is Status.VALID


def test_a_form_with_an_error_is_kept_only_as_a_draft(workspace: Fresh) -> None:
    session = workspace()
    typed = filled(session) | {"phone": "12"}
    refused = editing.save_form(session, Kind.MEMBER, typed)
    assert not refused.saved
    assert {item.code for item in refused.findings} == {"phone.format"}
    draft = editing.save_form(session, Kind.MEMBER, typed, draft=True)
    record = session.store.get(Kind.MEMBER, draft.id or 0)
    assert record is not None
    assert record.status is Status.DRAFT


def test_a_field_the_form_never_reached_is_asked_for(workspace: Fresh) -> None:
    session = workspace()
    findings = editing.check_form(session, Kind.MEMBER, {"name": "虚构甲"})
    assert "required.missing" in {item.code for item in findings}


def test_a_record_is_no_duplicate_of_itself_but_a_new_one_is(workspace: Fresh) -> None:
    session = workspace()
    typed = filled(session)
    saved = editing.save_form(session, Kind.MEMBER, typed)
    renamed = typed | {"name": "虚构改名"}
    assert not [
        item
        for item in editing.check_form(session, Kind.MEMBER, renamed, saved.id)
        if item.code == "unique.in_store"
    ]
    again = editing.save_form(session, Kind.MEMBER, typed)
    assert {item.code for item in again.findings} == {"unique.in_store"}


def test_a_record_changed_meanwhile_is_not_overwritten(workspace: Fresh) -> None:
    session = workspace()
    typed = filled(session)
    saved = editing.save_form(session, Kind.MEMBER, typed)
    editing.save_form(session, Kind.MEMBER, typed | {"phone": "13700000001"}, saved.id, 1)
    with pytest.raises(SurroundingsFailed) as refused:
        editing.save_form(session, Kind.MEMBER, typed | {"phone": "13700000002"}, saved.id, 1)
    assert refused.value.code == "store.changed_meanwhile"


def test_who_leaves_needs_a_reason_and_does_not_come_back_by_an_import(
    workspace: Fresh, book: Callable[..., object]
) -> None:
    session = workspace()
    row = filled(session)
    saved = editing.save_form(session, Kind.MEMBER, row)
    with pytest.raises(WrongUse):
        editing.set_status(session, Kind.MEMBER, [saved.id or 0], Status.INACTIVE, " ")
    editing.set_status(session, Kind.MEMBER, [saved.id or 0], Status.INACTIVE, "退休")
    same = import_files(session, [book("same.xlsx", member=[row])])
    assert same.counts[Outcome.UNCHANGED] == 1
    other = import_files(session, [book("other.xlsx", member=[row | {"phone": "13700000009"}])])
    assert other.counts[Outcome.PARKED] == 1
    assert other.as_json()["findings"]["error"] == {"record.inactive": 1}
    again = editing.save_form(session, Kind.MEMBER, row)
    assert not again.saved
    assert session.store.count(Kind.MEMBER) == 1
