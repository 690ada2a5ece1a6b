"""The desk looks only at what an edit concerns, and takes everything of an edit back."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.errors import WrongUse
from collector.model import Kind, Outcome, Status
from collector.services import editing, fixing, made_up, parking
from collector.services.fixing import CellEdit
from collector.services.importing import import_files
from collector.services.session import Session

Fresh = Callable[..., Session]
Book = Callable[..., Path]


def people(session: Session, members: int, units: int = 2) -> dict[Kind, list[dict[str, Any]]]:
    made = made_up.make(session.pack, members, units=units)
    return {kind: [dict(row) for row in rows] for kind, rows in made.records.items()}


def bring(session: Session, book: Book, name: str, made: dict[Kind, list[dict[str, Any]]]) -> None:
    import_files(session, [book(name, **{kind.value: rows for kind, rows in made.items()})])


def waiting(session: Session, kind: Kind = Kind.MEMBER) -> dict[int, int]:
    """Row of the file -> parked id."""
    return {
        row: number
        for held in parking.load(session, kind)
        for row, number in zip(held.table.rows, held.ids, strict=True)
    }


def test_taking_an_edit_back_takes_back_the_record_it_made(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 5)
    made[Kind.MEMBER][2]["phone"] = "1"
    bring(session, book, "a.xlsx", made)
    at = waiting(session)
    done = fixing.apply(session, [CellEdit(at[4], "phone", "13912345678")])
    assert (done.released, session.store.count(Kind.MEMBER)) == (1, 5)
    undone = fixing.undo(session)
    assert (undone.restored, undone.kept) == (1, 0)
    assert session.store.count(Kind.MEMBER) == 4
    assert waiting(session) == at
    assert parking.load(session)[0].table.column("phone") == ["1"]
    assert session.store.journal_verify().ok
    before = max(session.store.order(Kind.MEMBER))
    assert fixing.apply(session, [CellEdit(at[4], "phone", "13912345678")]).released == 1
    assert max(session.store.order(Kind.MEMBER)) > before + 1  # no number is given twice
    session.close()


def test_taking_an_edit_back_gives_an_updated_record_its_earlier_values(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session, 3)
    bring(session, book, "a.xlsx", made)
    number = made[Kind.MEMBER][1]["id_number"]
    made[Kind.MEMBER][1] |= {"phone": "1", "join_date": "2021-02-03"}
    bring(session, book, "b.xlsx", made)
    was = session.store.find(Kind.MEMBER, number)
    (parked,) = waiting(session).values()
    assert fixing.apply(session, [CellEdit(parked, "phone", "13912345678")]).released == 1
    now = session.store.find(Kind.MEMBER, number)
    assert was is not None
    assert now is not None
    assert now.values["phone"] == "13912345678"
    fixing.undo(session)
    back = session.store.find(Kind.MEMBER, number)
    assert back is not None
    assert back.values == was.values
    assert list(waiting(session).values()) == [parked]


def test_a_record_changed_or_left_since_is_not_taken_back(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 4)
    for row in (1, 2):
        made[Kind.MEMBER][row]["phone"] = "1"
    bring(session, book, "a.xlsx", made)
    edits = [CellEdit(n, "phone", f"1391234567{r}") for r, n in waiting(session).items()]
    assert fixing.apply(session, edits).released == 2
    record = session.store.find(Kind.MEMBER, made[Kind.MEMBER][1]["id_number"])
    assert record is not None
    editing.set_status(session, Kind.MEMBER, [record.id], Status.INACTIVE, "调出")
    undone = fixing.undo(session)
    assert (undone.restored, undone.kept) == (1, 1)
    assert len(waiting(session)) == 1
    assert session.store.get(Kind.MEMBER, record.id) is not None
    with pytest.raises(WrongUse):
        fixing.undo(session)


def test_taking_a_unit_back_takes_back_the_members_it_had_let_in(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session, 6, units=2)
    code = made[Kind.UNIT][1]["uscc"]
    made[Kind.UNIT][1]["uscc"] = code[:-1]
    bring(session, book, "a.xlsx", {Kind.UNIT: made[Kind.UNIT], Kind.UNION: made[Kind.UNION]})
    bring(session, book, "b.xlsx", {Kind.MEMBER: made[Kind.MEMBER]})
    assert len(waiting(session)) == 3
    (unit,) = waiting(session, Kind.UNIT).values()
    done = fixing.apply(session, [CellEdit(unit, "uscc", code)])
    assert done.released == 4
    assert (session.store.count(Kind.UNIT), session.store.count(Kind.MEMBER)) == (2, 6)
    fixing.undo(session)
    assert (session.store.count(Kind.UNIT), session.store.count(Kind.MEMBER)) == (1, 3)
    assert (len(waiting(session)), len(waiting(session, Kind.UNIT))) == (3, 1)


def test_a_number_given_up_by_one_row_lets_the_other_in(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 5)
    first, second = made[Kind.MEMBER][1], made[Kind.MEMBER][3]
    own = first["id_number"]
    first["id_number"], first["phone"] = second["id_number"], "1"
    bring(session, book, "a.xlsx", made)
    at = waiting(session)
    assert sorted(at) == [3, 5]  # row 5 repeats the number of row 3
    done = fixing.apply(session, [CellEdit(at[3], "id_number", own)])
    assert (done.released, done.still_parked) == (1, 1)
    assert {at[3], at[5]} <= done.near
    assert sorted(waiting(session)) == [3]
    fixing.undo(session)
    assert sorted(waiting(session)) == [3, 5]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_said_after_an_edit_is_what_judging_everything_would_say(
    workspace: Fresh, book: Book, seed: int
) -> None:
    session, chance = workspace(), random.Random(seed)
    made = people(session, 24, units=3)
    for row in made[Kind.MEMBER]:
        row["phone"] = "1"
        if chance.random() < 0.3:
            row["id_number"] = made[Kind.MEMBER][chance.randrange(6)]["id_number"]
        if chance.random() < 0.2:
            row["unit_name"], row["unit_code"] = "没有登记的单位", ""
    for row in made[Kind.UNION]:
        row["term_years"] = "不清楚"
    bring(session, book, "a.xlsx", made)
    for _ in range(4):
        at = waiting(session)
        numbers = [row["id_number"] for row in made[Kind.MEMBER]]
        chosen = chance.sample(sorted(at.values()), 2)
        done = fixing.apply(
            session, [CellEdit(n, "id_number", chance.choice(numbers)) for n in chosen]
        )
        told = {
            (held.batch, held.table.kind, number, item.field, item.code)
            for held in parking.load(session)
            for number, row in zip(held.ids, held.table.rows, strict=True)
            for item in held.findings
            if item.row == row and number in chosen
        }
        assert done.released == 0
        everything = parking.load(session)
        full = fixing.recheck(session, (), everything)
        wanted = {
            (held.batch, held.table.kind, number, item.field, item.code)
            for held in everything
            for number, row in zip(held.ids, held.table.rows, strict=True)
            for item in full
            if number in chosen
            and (item.file, item.sheet, item.row, item.kind)
            == (held.table.file, held.table.sheet, row, held.table.kind)
        }
        assert told == wanted


def test_only_rows_that_wait_for_what_came_are_looked_at_again(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session, 9, units=3)
    bring(session, book, "u.xlsx", {k: made[k][:1] for k in (Kind.UNIT, Kind.UNION)})
    bring(session, book, "m.xlsx", {Kind.MEMBER: made[Kind.MEMBER]})
    assert len(waiting(session)) == 6
    result = import_files(
        session, [book("v.xlsx", unit=made[Kind.UNIT][1:2], union=made[Kind.UNION][1:2])]
    )
    assert (result.counts[Outcome.ADDED], result.released) == (2, 3)
    assert len(waiting(session)) == 3
