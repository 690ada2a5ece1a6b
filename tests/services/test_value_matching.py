"""Labels no list knows: matched once for all rows, remembered on request, forgotten on request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.errors import WrongUse
from collector.model import Kind, Outcome
from collector.services import gathering, inbox, made_up, value_matching
from collector.services.importing import import_files
from collector.services.session import Session
from collector.services.value_matching import Match

Fresh = Callable[..., Session]
Book = Callable[..., Path]
FIELD = "political_status"


def files(session: Session, book: Book, *texts: str) -> list[Path]:
    """A workbook for each text: units, unions, and four members of whom three have the text."""
    count = len(texts)
    made = made_up.make(session.pack, 4 * count, units=count)
    written = []
    for number, text in enumerate(texts):
        rows: dict[str, list[dict[str, Any]]] = {
            kind.value: [dict(row) for row in records[number::count]]
            for kind, records in made.records.items()
        }
        for row in rows["member"][:3]:
            row[FIELD] = text
        written.append(book(f"{number}.xlsx", **rows))
    return written


def test_unknown_labels_are_grouped_over_all_files_with_guesses(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    box = inbox.read(
        session, gathering.gather(files(session, book, "党员同志", "党员 同志", "普通群众"))
    )
    inbox.preview(session, box)
    found = {item.text: item for item in inbox.unknown_labels(session, box)}
    assert {text.replace(" ", ""): item.count for text, item in found.items()} == {
        "党员同志": 6,
        "普通群众": 3,
    }
    grouped = next(item for text, item in found.items() if text.startswith("党员"))
    assert (grouped.kind, grouped.field, grouped.files) == (Kind.MEMBER, FIELD, 2)
    assert "群众" in found["普通群众"].guesses


def test_a_match_makes_every_row_sound_and_keeps_what_was_typed(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    box = inbox.read(session, gathering.gather(files(session, book, "党员同志", "普通群众")))
    inbox.preview(session, box)
    assert sum(line.counts[Outcome.PARKED] for line in box.lines) == 6
    box.matches = (
        Match(Kind.MEMBER, FIELD, "党员同志", "群众"),
        Match(Kind.MEMBER, FIELD, "普通群众", "群众"),
    )
    inbox.preview(session, box)
    box.matches = (
        Match(Kind.MEMBER, FIELD, "党员同志", "中共党员", remember=True),
        Match(Kind.MEMBER, FIELD, "普通群众", "群众"),
    )
    inbox.preview(session, box)
    assert inbox.unknown_labels(session, box) == []
    assert sum(line.counts[Outcome.PARKED] for line in box.lines) == 0
    result = inbox.commit(session, box)
    assert result.count(Outcome.PARKED) == 0
    assert session.store.count(Kind.MEMBER) == 8
    labels = {row[3] for row in session.store.page(Kind.MEMBER, range(1, 9), [FIELD])}
    assert {"中共党员", "群众"} <= labels


def test_a_remembered_spelling_is_read_by_every_later_import_until_forgotten(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    first, second = files(session, book, "党员同志", "党员 同志")
    import_files(session, [first])
    assert session.store.parked_count() == 3
    match = Match(Kind.MEMBER, FIELD, "党员同志", "中共党员", remember=True)
    done = value_matching.apply_parked(session, [match])
    assert (done.released, session.store.parked_count()) == (3, 0)
    assert value_matching.remember(session, [match]) == 1
    assert import_files(session, [second]).counts[Outcome.PARKED] == 0
    (kept,) = value_matching.remembered(session)
    assert (kept.typed, kept.label) == ("党员同志", "中共党员")
    assert value_matching.forget(session, kept.list, "党员 同志")
    assert not value_matching.forget(session, kept.list, "党员 同志")
    again = import_files(session, [second], dry_run=True)
    assert again.counts[Outcome.PARKED] == 3


def test_a_match_that_is_not_remembered_holds_for_files_of_the_same_layout_only(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    first, second = files(session, book, "普通群众", "普通群众")
    box = inbox.read(session, gathering.gather([first]))
    inbox.preview(session, box)
    box.matches = (Match(Kind.MEMBER, FIELD, "普通群众", "群众"),)
    inbox.commit(session, box)
    assert value_matching.remembered(session) == []
    assert inbox.bring_in(session, [second]).count(Outcome.PARKED) == 0
    made = made_up.make(session.pack, 3, units=1, seed=0)
    rows = [
        dict(row, political_status="普通群众", phone="13800007771")
        for row in made.records[Kind.MEMBER]
    ]
    other = book("别的表样.xlsx", leave_out=("union_post",), member=rows)
    assert inbox.bring_in(session, [other], dry_run=True).count(Outcome.PARKED) == 3


def test_a_label_may_be_told_by_its_text_code_or_initials_and_nothing_else(
    workspace: Fresh,
) -> None:
    session = workspace()
    item = session.pack.field_of(Kind.MEMBER, FIELD)
    assert item is not None
    entry = session.pack.dictionaries[item.dictionary].entries[0]
    assert value_matching.resolve(session, Kind.MEMBER, FIELD, entry.label) == entry.label
    if entry.code:
        assert value_matching.resolve(session, Kind.MEMBER, FIELD, entry.code) == entry.label
    with pytest.raises(WrongUse) as refused:
        value_matching.resolve(session, Kind.MEMBER, FIELD, "没有这一项")
    assert refused.value.code == "values.no_such_label"
    with pytest.raises(WrongUse) as refused:
        value_matching.resolve(session, Kind.MEMBER, "name", "群众")
    assert refused.value.code == "values.no_such_field"


def test_a_spelling_the_pack_knows_itself_stays_the_packs(workspace: Fresh) -> None:
    session = workspace()
    item = session.pack.field_of(Kind.MEMBER, FIELD)
    assert item is not None
    listed = session.pack.dictionaries[item.dictionary]
    first, other = listed.labels[0], listed.labels[1]
    spelt = value_matching.with_spellings(
        session.pack, {listed.id: {first: other, "全新写法": other}}
    )
    assert spelt.dictionaries[listed.id].canonical(first) == first
    assert spelt.dictionaries[listed.id].canonical("全新写法") == other
    assert listed.canonical("全新写法") is None
