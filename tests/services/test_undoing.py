"""A whole import taken back: what leaves, what gets its earlier values, what stays and is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.errors import Cancelled, WrongUse
from collector.model import Kind, Outcome, Status
from collector.progress import Progress
from collector.services import editing, fixing, journaling, made_up, undoing
from collector.services.fixing import CellEdit
from collector.services.importing import import_files
from collector.services.session import Session
from collector.store import KeptWhy

Fresh = Callable[..., Session]
Book = Callable[..., Path]
Made = dict[Kind, list[dict[str, Any]]]


def people(session: Session, members: int = 12, seed: int = 0) -> Made:
    made = made_up.make(session.pack, members, units=2, seed=seed)
    return {kind: [dict(row) for row in rows] for kind, rows in made.records.items()}


def bring(session: Session, book: Book, name: str, made: Made) -> int:
    path = book(name, **{kind.value: rows for kind, rows in made.items() if rows})
    return int(import_files(session, [path]).batch)


def key(made: Made, number: int) -> str:
    return str(made[Kind.MEMBER][number]["id_number"])


def member(session: Session, number: str) -> dict[str, str]:
    found = session.store.find(Kind.MEMBER, number)
    assert found is not None
    return dict(found.values)


def test_what_an_import_added_is_gone_from_lists_and_counts_and_may_come_again(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session)
    made[Kind.MEMBER][3]["phone"] = "12345"
    batch = bring(session, book, "a.xlsx", made)
    done = undoing.undo(session, batch)
    assert dict(done.removed) == {Kind.UNIT: 2, Kind.UNION: 2, Kind.MEMBER: 11}
    assert done.parked == 1
    assert not done.kept
    assert not any(session.store.counts().values())
    assert session.store.parked_count() == 0
    assert session.store.find(Kind.MEMBER, key(made, 0)) is None
    assert list(session.store.order(Kind.MEMBER)) == []
    assert undoing.past(session)[0].undone_at
    again = import_files(session, [book("a.xlsx", **{k.value: r for k, r in made.items()})])
    assert again.staged.seen_before == []
    assert again.counts[Outcome.ADDED] == 15
    assert again.counts[Outcome.PARKED] == 1
    assert session.store.count(Kind.MEMBER) == 11
    assert journaling.verify(session).ok


def test_no_number_of_a_record_taken_back_is_given_to_another(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session)
    batch = bring(session, book, "a.xlsx", made)
    before = set(session.store.order(Kind.MEMBER))
    undoing.undo(session, batch)
    bring(session, book, "a.xlsx", made)
    assert before.isdisjoint(session.store.order(Kind.MEMBER))


def test_what_an_import_changed_has_its_earlier_values_again(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session)
    bring(session, book, "a.xlsx", made)
    before = [member(session, key(made, n)) for n in range(12)]
    changed = {kind: [dict(row) for row in rows] for kind, rows in made.items()}
    for row in changed[Kind.MEMBER][:5]:
        row["phone"] = "13800007771"
    batch = bring(session, book, "b.xlsx", changed)
    assert member(session, key(made, 0))["phone"] == "13800007771"
    done = undoing.undo(session, batch)
    assert done.restored == 5
    assert not any(done.removed.values())
    assert [member(session, key(made, n)) for n in range(12)] == before


def test_later_edits_are_kept_and_named_field_by_field(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session)
    bring(session, book, "a.xlsx", made)
    changed = {kind: [dict(row) for row in rows] for kind, rows in made.items()}
    row = changed[Kind.MEMBER][0]
    row["phone"], row["join_date"] = "13800007771", "2019-05-06"
    batch = bring(session, book, "b.xlsx", changed)
    record = session.store.find(Kind.MEMBER, key(made, 0))
    assert record is not None
    editing.save_form(
        session, Kind.MEMBER, {**record.values, "phone": "13800007772"}, record.id, record.revision
    )
    done = undoing.undo(session, batch)
    assert [(kept.why, kept.fields) for kept in done.kept] == [(KeptWhy.CHANGED, ("phone",))]
    told = undoing.kept_told(session, done)[0]
    assert key(made, 0) not in told.key
    assert told.labels == ("手机号码",) or len(told.labels) == 1
    now = member(session, key(made, 0))
    assert now["phone"] == "13800007772"
    assert now["join_date"] == made[Kind.MEMBER][0]["join_date"]


def test_an_added_record_that_was_edited_stays_whole(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session)
    batch = bring(session, book, "a.xlsx", made)
    record = session.store.find(Kind.MEMBER, key(made, 4))
    assert record is not None
    editing.save_form(
        session, Kind.MEMBER, {**record.values, "phone": "13800007772"}, record.id, record.revision
    )
    done = undoing.undo(session, batch)
    assert done.removed[Kind.MEMBER] == 11
    assert [(kept.id, kept.fields) for kept in done.kept] == [(record.id, ("phone",))]
    assert session.store.count(Kind.MEMBER) == 1
    with pytest.raises(WrongUse) as refused:
        undoing.undo(session, batch)
    assert refused.value.code == "undo.nothing_left"


def test_an_edit_that_was_itself_taken_back_does_not_keep_the_record(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session)
    first = bring(session, book, "a.xlsx", made)
    changed = {kind: [dict(row) for row in rows] for kind, rows in made.items()}
    changed[Kind.MEMBER][0]["phone"] = "13800007771"
    second = bring(session, book, "b.xlsx", changed)
    undoing.undo(session, second)
    done = undoing.undo(session, first)
    assert not done.kept
    assert not any(session.store.counts().values())


def test_a_record_that_a_later_import_has_too_stays_as_that_ones(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session)
    first = bring(session, book, "a.xlsx", made)
    part: Made = {Kind.MEMBER: made[Kind.MEMBER][:4]}
    second = bring(session, book, "b.xlsx", part)
    done = undoing.undo(session, first)
    assert done.moved == 4
    assert done.removed[Kind.MEMBER] == 8
    record = session.store.find(Kind.MEMBER, key(made, 2))
    assert record is not None
    assert (record.batch, record.file_name, record.row) == (str(second), "b.xlsx", 4)
    assert undoing.undo(session, second).removed[Kind.MEMBER] == 4


def test_what_was_submitted_is_not_taken_back_but_named(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session)
    batch = bring(session, book, "a.xlsx", made)
    record = session.store.find(Kind.MEMBER, key(made, 1))
    assert record is not None
    session.store.set_status(Kind.MEMBER, [record.id], Status.SUBMITTED, "", session.operator)
    done = undoing.undo(session, batch)
    assert [(kept.id, kept.why) for kept in done.kept] == [(record.id, KeptWhy.SUBMITTED)]
    assert session.store.count(Kind.MEMBER) == 1


def test_rows_mended_after_the_import_go_with_it(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session)
    made[Kind.MEMBER][3]["phone"] = "12345"
    batch = bring(session, book, "a.xlsx", made)
    waiting = fixing.parked(session)[0].ids[0]
    assert fixing.apply(session, [CellEdit(waiting, "phone", "13800007779")]).released == 1
    done = undoing.undo(session, batch)
    assert done.removed[Kind.MEMBER] == 12
    assert not any(session.store.counts().values())


def test_rows_the_import_had_answered_wait_again(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session)
    made[Kind.MEMBER][3]["phone"] = "12345"
    bring(session, book, "a.xlsx", made)
    made[Kind.MEMBER][3]["phone"] = "13800007779"
    second = bring(session, book, "a.xlsx", made)
    assert session.store.parked_count() == 0
    done = undoing.undo(session, second)
    assert done.waking == 1
    assert session.store.parked_count() == 1


def test_a_cancelled_undo_changes_nothing(workspace: Fresh, book: Book) -> None:
    session = workspace()
    batch = bring(session, book, "a.xlsx", people(session))
    before, head = session.store.counts(), session.store.journal_head()
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        undoing.undo(session, batch, progress)
    assert session.store.counts() == before
    assert session.store.journal_head() == head


def test_a_preview_says_what_the_undo_then_does(workspace: Fresh, book: Book) -> None:
    session = workspace()
    batch = bring(session, book, "a.xlsx", people(session))
    head = session.store.journal_head()
    told = undoing.as_json(undoing.preview(session, batch))
    assert session.store.journal_head() == head
    assert undoing.as_json(undoing.undo(session, batch)) == told
    with pytest.raises(WrongUse) as refused:
        undoing.undo(session, 77)
    assert refused.value.code == "undo.no_such_batch"
