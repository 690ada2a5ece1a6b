"""The audit chain: every write is in it, and no change of it stays unseen."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import store
from collector.errors import SurroundingsFailed
from collector.model import Kind, Outcome, Status
from collector.store import Created, Store
from tests.unit.store.store_kit import CHEAP, OPERATOR, PACK, PASSPHRASE, batch, members

MEMBER = Kind.MEMBER
FIELDS = ["name", "phone", "address", "remark"]

Tamper = Callable[[Store, random.Random], None]


def worked(opened: Store) -> None:
    """A day's work."""
    opened.commit_batch(batch(members(6), *[Outcome.ADDED] * 5, Outcome.PARKED))
    opened.save(MEMBER, {"phone": "19900001111"}, id=2, operator=OPERATOR, pack=PACK)
    opened.set_status(MEMBER, [3], Status.INACTIVE, "调出", OPERATOR)
    opened.note("backup.made", {"label": "x"}, OPERATOR)
    opened.save(MEMBER, {"name": "虚构新人"}, operator=OPERATOR, pack=PACK)


def run(opened: Store, sql: str, *values: object) -> None:
    """What one who has the key could do behind the program's back."""
    opened._doors.writer.execute(sql, values)


def count(opened: Store) -> int:
    return opened.journal_verify().entries


def delete_one(opened: Store, chance: random.Random) -> None:
    run(opened, "DELETE FROM journal WHERE number = ?", chance.randint(1, count(opened)))


def cut_the_tail(opened: Store, chance: random.Random) -> None:
    run(opened, "DELETE FROM journal WHERE number > ?", chance.randrange(count(opened)))


def edit_one(opened: Store, chance: random.Random) -> None:
    column = chance.choice(["at", "operator", "action", "kind", "details", "changes", "hash"])
    number = chance.randint(1, count(opened))
    run(opened, f"UPDATE journal SET {column} = {column} || ' ' WHERE number = ?", number)


def move_one(opened: Store, chance: random.Random) -> None:
    run(
        opened,
        "UPDATE journal SET record = record + 1 WHERE number = ?",
        chance.randint(1, count(opened)),
    )


def swap_two(opened: Store, chance: random.Random) -> None:
    one, other = chance.sample(range(1, count(opened) + 1), 2)
    for before, after in ((one, -1), (other, one), (-1, other)):
        run(opened, "UPDATE journal SET number = ? WHERE number = ?", after, before)


@pytest.mark.parametrize("tamper", [delete_one, cut_the_tail, edit_one, move_one, swap_two])
def test_a_journal_that_was_tampered_with_is_never_called_sound(
    opened: Store, tamper: Tamper
) -> None:
    worked(opened)
    assert opened.journal_verify().ok
    chance = random.Random(11)
    for _ in range(40):
        run(opened, "SAVEPOINT before")
        tamper(opened, chance)
        report = _seen_by_writer(opened)
        assert not report.ok
        assert report.first_bad is not None
        run(opened, "ROLLBACK TO before")
        run(opened, "RELEASE before")
    assert opened.journal_verify().ok


def _seen_by_writer(opened: Store) -> store.JournalReport:
    """Verify through the connection in which the tampering is not yet committed."""
    reader = opened._doors.reader
    opened._doors.reader = opened._doors.writer
    try:
        return opened.journal_verify()
    finally:
        opened._doors.reader = reader


def test_a_tail_cut_behind_the_programs_back_is_seen_when_opening(
    created: Created, home: Path
) -> None:
    worked(created.store)
    run(created.store, "DELETE FROM journal WHERE number > 3")
    created.store.close()
    with pytest.raises(SurroundingsFailed) as caught:
        store.open_store(home, PASSPHRASE)
    assert caught.value.code == "store.other_history"


def test_the_head_in_hand_is_that_of_the_last_entry(opened: Store) -> None:
    worked(opened)
    entries = opened.journal_entries(limit=1)
    assert opened.journal_head() == entries[0].hash == opened.journal_verify().head


def test_an_import_is_one_entry_with_its_digest_after_a_control_point(opened: Store) -> None:
    opened.commit_batch(batch(members(50)))
    last, before = opened.journal_entries(limit=2)
    assert (last.action, last.details["added"]) == ("import", 50)
    assert len(str(last.details["digest"])) == 64
    assert before.action == "control_point"


def test_the_digest_of_an_import_changes_with_any_text(opened: Store) -> None:
    from collector.store.batches import _digest

    plain = members(3)
    other = members(3)
    other.columns["phone"][1] += "0"
    moved = members(3)
    moved.columns["phone"] = [*plain.columns["phone"][1:], plain.columns["phone"][0]]
    digests = {_digest(batch(table)) for table in (plain, other, moved)}
    assert len(digests) == 3
    assert _digest(batch(members(3))) in digests


def test_what_is_shown_of_an_entry_names_fields_and_holds_no_value(opened: Store) -> None:
    worked(opened)
    shown = repr(opened.journal_entries())
    for secret in ("19900001111", "虚构新人", "19900000001", "TEST00000000000001"):
        assert secret not in shown
    (edited,) = [one for one in opened.journal_entries() if one.action == "record.changed"]
    assert (edited.record, edited.details["fields"]) == (2, "phone")


def test_old_and_new_are_kept_for_an_edit(opened: Store) -> None:
    worked(opened)
    with opened._reading() as connection:
        (changes,) = connection.execute(
            "SELECT changes FROM journal WHERE action = 'record.changed'"
        ).fetchone()
        (before,) = connection.execute("SELECT before FROM revision WHERE record = 2").fetchone()
    assert changes == '{"phone":["19900000001","19900001111"]}'
    assert '"phone": "19900000001"' in before


def test_the_entries_of_one_record_are_found_by_its_number(opened: Store) -> None:
    worked(opened)
    found = opened.journal_entries("test00000000000001")
    assert [one.action for one in found] == ["record.changed"]
    assert opened.journal_entries("nobody") == []


edits = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(FIELDS), st.sampled_from(["", "a", "b", "c"])),
    max_size=12,
)


@given(edits)
def test_every_change_of_a_field_is_in_exactly_one_entry(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[tuple[int, str, str]]
) -> None:
    made = store.create(tmp_path_factory.mktemp("j") / "w", "p", "某", {}, kdf=CHEAP)
    opened = made.store
    try:
        opened.commit_batch(batch(members(3)))
        held = {number: members(3).record(number - 1) for number in (1, 2, 3)}
        expected = []
        for number, field, text in sequence:
            opened.save(MEMBER, {field: text}, id=number, operator=OPERATOR, pack=PACK)
            if held[number].get(field, "") != text:
                expected.append((number, field))
                held[number][field] = text
        changed = [
            (one.record, str(one.details["fields"]))
            for one in reversed(opened.journal_entries())
            if one.action == "record.changed"
        ]
        assert changed == expected
        assert opened.journal_verify().ok
        for number, values in held.items():
            record = opened.get(MEMBER, number)
            assert record is not None
            assert {name: record.values[name] for name in values} == values
    finally:
        made.store.close()
