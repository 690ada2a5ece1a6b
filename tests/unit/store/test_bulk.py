"""Many records changed at once: nothing may be told less of them than of one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector import store
from collector.errors import Cancelled, SurroundingsFailed
from collector.model import Kind, Outcome, Status, Table
from collector.store import BatchEntry, BatchFile, BatchInput, Store, bulk, writing
from tests.unit.store.store_kit import CHEAP, OPERATOR, PACK, batch, members

MEMBER = Kind.MEMBER
NEWER = "hubei-2023/2"
FIELDS = ("phone", "remark", "qinhuangdao.地址")


def answered(opened: Store, columns: dict[str, list[str]], targets: list[int]) -> None:
    """An import that changes these records."""
    table = Table(MEMBER, columns, list(range(2, 2 + len(targets))), 0, "补录")
    entry = BatchEntry(table, [Outcome.UPDATED] * len(targets), list(targets), [])
    opened.commit_batch(BatchInput([BatchFile("虚构.xlsx", "ab" * 32)], NEWER, OPERATOR, [entry]))


def told(opened: Store, numbers: range) -> list[object]:
    """All that can be asked of records, but for the times."""
    found: list[object] = []
    for number in numbers:
        row = opened.get(MEMBER, number)
        assert row is not None
        now = {**row.values, "status": row.status.value, "pack": row.pack}
        with opened._reading() as connection:
            history = writing.history(connection, MEMBER, number, now)
        lean = {
            revision: {name: text for name, text in held.items() if text}
            for revision, held in history.items()
        }
        values = {name: text for name, text in row.values.items() if text}
        found.append((values, row.status, row.revision, row.pack, row.changed_by, lean))
    return found


changes = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["", "甲", '乙"', "'丙"])),
    ),
    max_size=8,
)


@settings(max_examples=20)
@given(st.lists(changes, max_size=3), st.sampled_from([None, Status.VALID, Status.RETURNED]))
def test_many_at_once_become_what_they_become_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
    rounds: list[list[tuple[int, dict[str, str]]]],
    status: Status | None,
) -> None:
    outcomes = []
    for at_once in (True, False):
        made = store.create(tmp_path_factory.mktemp("bulk") / "w", "p", "某", {}, kdf=CHEAP).store
        try:
            made.commit_batch(batch(members(4)))
            made.set_status(MEMBER, [2], Status.RETURNED, "退回", OPERATOR)
            for wanted in rounds:
                with made._writing() as connection:
                    if at_once:
                        bulk.update(
                            connection,
                            MEMBER,
                            wanted,
                            operator="某乙",
                            pack=NEWER,
                            action="record.changed",
                            status=status,
                        )
                    else:
                        for number, values in wanted:
                            writing.update(
                                connection,
                                MEMBER,
                                number,
                                values,
                                operator="某乙",
                                pack=NEWER,
                                action="record.changed",
                                status=status,
                            )
            assert made.journal_verify().ok
            outcomes.append(told(made, range(1, 5)))
        finally:
            made.close()
    assert outcomes[0] == outcomes[1]


def test_one_entry_stands_for_many_and_is_found_by_each_of_them(opened: Store) -> None:
    opened.commit_batch(batch(members(5)))
    answered(opened, {"remark": ["虚构甲", "虚构乙", ""], "phone": ["", "1", "2"]}, [1, 2, 4])
    for number in (0, 1, 3):
        (entry,) = opened.journal_entries(f"TEST{number:014}")
        assert entry.action == "record.updated_by_import"
        assert (entry.details["count"], entry.details["fields"]) == (3, "phone remark")
        assert (entry.details["pack"], entry.details["reason"]) == (NEWER, "batch 2")
        assert len(str(entry.details["records"])) == 64
        assert not any(text in repr(entry) for text in ("虚构甲", "虚构乙"))
    assert opened.journal_entries("TEST00000000000002") == []
    assert opened.journal_verify().ok


def test_the_digest_of_an_entry_for_many_changes_with_any_text_before_or_after(
    opened: Store,
) -> None:
    opened.commit_batch(batch(members(4)))
    digests = set()
    for remarks in (["甲", "乙"], ["丙", "乙"], ["甲", "乙"]):
        answered(opened, {"remark": remarks, "phone": [*remarks[::-1]]}, [1, 2])
        digests.add(opened.journal_entries(limit=2)[1].details["records"])
    assert len(digests) == 3


def test_a_key_given_up_may_be_taken_by_the_next_record(opened: Store) -> None:
    opened.commit_batch(batch(members(3)))
    numbers = ["TEST-NEW", "TEST00000000000000", "TEST00000000000001"]
    answered(opened, {"id_number": numbers, "remark": ["甲", "", ""]}, [1, 2, 3])
    found = [opened.find(MEMBER, number) for number in numbers]
    assert [record.id for record in found if record is not None] == [1, 2, 3]


def test_more_records_than_one_part_all_change_and_go_back_with_the_import(opened: Store) -> None:
    count = 4003
    opened.commit_batch(batch(members(count)))
    before = told(opened, range(1999, 2003))
    answered(opened, {"remark": [f"虚构{n}" for n in range(count)]}, list(range(1, count + 1)))
    rows = opened.page(MEMBER, range(1, count + 1), ["remark"])
    assert [row[2:] for row in rows] == [(2, f"虚构{n}") for n in range(count)]
    said = [one for one in opened.journal_entries() if one.action == "record.updated_by_import"]
    assert [one.details["count"] for one in said] == [3, 2000, 2000]
    assert len(opened.plan_undoing(2).kept) == 0
    assert opened.undo_batch(2, OPERATOR).restored == count
    rows = opened.page(MEMBER, range(1, count + 1), ["remark"])
    assert {row[2:] for row in rows} == {(3, "")}
    assert [one[0] for one in told(opened, range(1999, 2003))] == [one[0] for one in before]


def test_an_import_of_changes_that_is_stopped_half_way_changes_nothing(opened: Store) -> None:
    opened.commit_batch(batch(members(2500)))

    class Stop:
        """Stops at the second part of the only table."""

        calls = 0

        def step(self, what: object, done: int, total: int) -> None:
            self.calls += 1
            if self.calls == 3:
                raise Cancelled

    table = Table(MEMBER, {"remark": ["甲"] * 2500}, list(range(2500)), 0, "补录")
    entry = BatchEntry(table, [Outcome.UPDATED] * 2500, list(range(1, 2501)), [])
    given = BatchInput([BatchFile("虚构.xlsx", "ab" * 32)], NEWER, OPERATOR, [entry])
    with pytest.raises(Cancelled):
        opened.commit_batch(given, Stop())
    assert {row[2:] for row in opened.page(MEMBER, range(1, 2501), ["remark"])} == {(1, "")}


def test_a_record_that_is_gone_stops_the_whole_change(opened: Store) -> None:
    opened.commit_batch(batch(members(3)))
    with pytest.raises(SurroundingsFailed, match=r"store\.changed_meanwhile"):
        answered(opened, {"remark": ["甲", "乙"]}, [1, 99])
    record = opened.get(MEMBER, 1)
    assert record is not None
    assert record.revision == 1


def test_records_keep_who_and_when_while_they_are_marked_as_checked(opened: Store) -> None:
    opened.commit_batch(batch(members(6)))
    for number in (1, 2):
        opened.save(MEMBER, {"remark": "甲"}, id=number, operator=f"虚构{number}", pack=PACK)
    before = [opened.get(MEMBER, number) for number in range(1, 7)]
    assert opened.mark_checked(MEMBER, [1, 2, 3, 5], NEWER, OPERATOR) == 4
    assert opened.mark_checked(MEMBER, [1, 2, 3, 5], NEWER, OPERATOR) == 0
    for number, was in enumerate(before, 1):
        now = opened.get(MEMBER, number)
        assert now is not None
        assert was is not None
        assert (now.changed_by, now.changed_at) == (was.changed_by, was.changed_at)
        assert (now.revision, now.pack) == (was.revision, PACK if number in (4, 6) else NEWER)


def test_records_changed_without_a_pack_keep_the_one_each_was_checked_with(opened: Store) -> None:
    opened.commit_batch(batch(members(4)))
    opened.mark_checked(MEMBER, [2, 3], NEWER, OPERATOR)
    with opened._writing() as connection:
        wanted = [(number, {"remark": "甲"}) for number in (1, 2, 3, 4)]
        changed = bulk.update(
            connection, MEMBER, wanted, operator="虚构乙", pack=None, action="record.restored"
        )
    assert sorted(changed) == [1, 2, 3, 4]
    found = opened.records(MEMBER, [1, 2, 3, 4])
    assert [record.pack for record in found] == [PACK, NEWER, NEWER, PACK]
    assert {(record.revision, record.changed_by) for record in found} == {(2, "虚构乙")}
    assert opened.journal_verify().ok
