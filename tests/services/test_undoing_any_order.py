"""Whatever is imported, taking it back in order leads through every earlier state, and taking it
back in any order, as long as anything is left, leads to an empty store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.model import Kind, Table
from collector.services import importing, made_up, staging, undoing
from collector.services.session import Session
from collector.sheets.reading import FileReading, Reading

PHONES = ("13800007701", "13800007702", "")
People = dict[int, str]

_imports = st.lists(
    st.dictionaries(st.integers(0, 3), st.sampled_from(PHONES), min_size=1),
    min_size=1,
    max_size=4,
)
_quick = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def bring(session: Session, number: int, told: People) -> None:
    """An import of the units and unions of all, and of some members with these telephones."""
    made = made_up.make(session.pack, 4, units=1)
    made.records[Kind.MEMBER] = [
        {**row, "phone": told[place]}
        for place, row in enumerate(made.records[Kind.MEMBER])
        if place in told
    ]
    tables = [
        Table(table.kind, table.columns, table.rows, 0, str(table.kind)) for table in made.tables()
    ]
    file = FileReading(Path(f"{number}.xlsx"), f"{number}.xlsx", f"{number:064d}", None, ())
    importing.commit(session, staging.consider(session, Reading([file], tables, [])))


def state(session: Session) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in Kind:
        for row in session.store.page(
            kind, session.store.order(kind), [item.id for item in session.pack.fields_of(kind)]
        ):
            found[f"{kind}:{row[3:]}"] = row[1]
    return found


@_quick
@given(told=_imports)
def test_the_newest_taken_back_first_each_earlier_state_comes_again(
    workspace: Callable[..., Session], told: list[People]
) -> None:
    session = workspace()
    states = [state(session)]
    for number, people in enumerate(told):
        bring(session, number, people)
        states.append(state(session))
    for number in range(len(told), 0, -1):
        if undoing.preview(session, number).changed:
            undoing.undo(session, number)
        assert state(session) == states[number - 1]
    assert session.store.journal_verify().ok


@_quick
@given(told=_imports, order=st.randoms(use_true_random=False))
def test_taken_back_in_any_order_nothing_is_left(
    workspace: Callable[..., Session], told: list[People], order: Any
) -> None:
    session = workspace()
    for number, people in enumerate(told):
        bring(session, number, people)
    waiting = list(range(1, len(told) + 1))
    order.shuffle(waiting)
    for _ in waiting:
        for number in waiting:
            if undoing.preview(session, number).changed:
                undoing.undo(session, number)
    assert state(session) == {}
    assert session.store.journal_verify().ok
