"""Records, imports, parked rows and submissions: what goes in comes out, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.errors import Cancelled, CollectorError
from collector.model import FIELDS, Kind, Outcome, Status, form_table
from collector.progress import Progress
from collector.store import BatchInput, Store, Submission, writing
from tests.unit.store.store_kit import OPERATOR, PACK, batch, members

MEMBER = Kind.MEMBER


def save(opened: Store, kind: Kind = MEMBER, **values: str) -> int:
    return opened.save(kind, values, operator=OPERATOR, pack=PACK)[0]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_national_field_comes_back_as_it_went_in(opened: Store, kind: Kind) -> None:
    values = {name: f"虚构 {name} ' \" ; -- 文" for name in FIELDS[kind]}
    number = opened.save(kind, values, operator=OPERATOR, pack=PACK)[0]
    found = opened.get(kind, number)
    assert found is not None
    assert dict(found.values) == values
    assert (found.status, found.revision, found.pack) == (Status.VALID, 1, PACK)
    assert (found.changed_by, found.batch) == (OPERATOR, "")


def test_a_field_only_one_pack_knows_travels_with_the_record(opened: Store) -> None:
    number = save(opened, **{"name": "虚构", "hubei-2023.hobby": "象棋"})
    found = opened.get(MEMBER, number)
    assert found is not None
    assert found.values["hubei-2023.hobby"] == "象棋"
    assert list(opened.order(MEMBER, where={"hubei-2023.hobby": "象棋"})) == [number]
    assert opened.page(MEMBER, [number], ["hubei-2023.hobby"])[0][3] == "象棋"


def test_an_edit_raises_the_revision_and_leaves_other_fields_alone(opened: Store) -> None:
    number = save(opened, name="虚构", phone="19900000001")
    opened.save(MEMBER, {"phone": ""}, id=number, revision=1, operator=OPERATOR, pack=PACK)
    found = opened.get(MEMBER, number)
    assert found is not None
    assert (found.revision, found.values["name"], found.values["phone"]) == (2, "虚构", "")


def test_an_edit_of_a_revision_that_is_gone_is_refused_and_changes_nothing(opened: Store) -> None:
    number = save(opened, name="虚构")
    opened.save(MEMBER, {"phone": "1"}, id=number, revision=1, operator=OPERATOR, pack=PACK)
    before = opened.journal_head()
    with pytest.raises(CollectorError) as caught:
        opened.save(MEMBER, {"phone": "2"}, id=number, revision=1, operator=OPERATOR, pack=PACK)
    assert (caught.value.code, caught.value.exit_code) == ("store.changed_meanwhile", 5)
    assert opened.journal_head() == before


def test_a_number_that_is_there_already_is_refused_without_quoting_it(opened: Store) -> None:
    save(opened, name="虚构甲", id_number="TEST1")
    with pytest.raises(CollectorError) as caught:
        save(opened, name="虚构乙", id_number="TEST1")
    assert caught.value.code == "store.duplicate_key"
    assert "TEST1" not in str(caught.value) + str(caught.value.where)
    assert caught.value.__suppress_context__
    assert opened.count(MEMBER) == 1


def test_members_without_a_number_do_not_collide(opened: Store) -> None:
    assert save(opened, name="虚构甲") != save(opened, name="虚构乙")


def test_a_union_is_found_by_its_temporary_code_too(opened: Store) -> None:
    number = save(opened, Kind.UNION, name="虚构工会", temporary_code="TEMP1")
    found = opened.find(Kind.UNION, "TEMP1")
    assert found is not None
    assert found.id == number
    assert opened.by_keys(Kind.UNION, ["TEMP1", "none"], ["name"]) == {
        "TEMP1": (number, "虚构工会")
    }
    assert opened.find(Kind.UNION, "") is None


def test_a_record_is_never_deleted_only_given_a_state(opened: Store) -> None:
    number = save(opened, name="虚构", id_number="TEST1")
    changes = opened.set_status(MEMBER, [number], Status.INACTIVE, "退休", OPERATOR)
    assert changes.ids == (number,)
    assert opened.counts()[MEMBER, Status.INACTIVE] == 1
    assert opened.count(MEMBER, Status.VALID) == 0
    again = opened.set_status(MEMBER, [number], Status.INACTIVE, "退休", OPERATOR)
    assert again.ids == ()
    assert opened.lookup().known(MEMBER, "id_number", ["TEST1"]) == set()
    assert not opened.lookup().judges(MEMBER)


# -- imports ----------------------------------------------------------------------------


def test_an_import_keeps_every_row_its_place_and_its_file(opened: Store) -> None:
    result = opened.commit_batch(batch(members(5)))
    assert result.counts == {Outcome.ADDED: 5}
    found = opened.find(MEMBER, "TEST00000000000003")
    assert found is not None
    assert (found.file_name, found.sheet, found.row) == ("虚构名册.xlsx", "会员", 5)
    assert found.batch == str(result.batch_id)
    (info,) = opened.batches()
    assert (info.files[0].sha256, info.pack, info.operator) == ("ab" * 32, PACK, OPERATOR)


def test_rows_are_added_parked_or_left_as_they_are_told(opened: Store) -> None:
    told = [Outcome.ADDED, Outcome.PARKED, Outcome.SKIPPED, Outcome.UNCHANGED, Outcome.ADDED]
    result = opened.commit_batch(batch(members(5), *told))
    assert sum(result.counts.values()) == 5
    assert opened.count(MEMBER) == 2
    assert opened.parked_counts() == {MEMBER: 1}
    assert opened.find(MEMBER, "TEST00000000000004") is not None


def test_an_import_updates_what_it_has_and_never_erases(opened: Store) -> None:
    number = save(opened, name="虚构", id_number="TEST00000000000000", address="旧址")
    table = members(1)
    table.columns["address"] = [""]
    opened.commit_batch(batch(table, Outcome.UPDATED, targets=[number]))
    found = opened.get(MEMBER, number)
    assert found is not None
    assert (found.values["address"], found.values["phone"]) == ("旧址", "19900000000")
    assert found.revision == 2


def test_an_import_with_a_number_twice_is_refused_whole(opened: Store) -> None:
    table = members(3)
    table.columns["id_number"][2] = table.columns["id_number"][0]
    head = opened.journal_head()
    with pytest.raises(CollectorError) as caught:
        opened.commit_batch(batch(table))
    assert caught.value.code == "store.duplicate_key"
    assert (opened.count(MEMBER), opened.batches(), opened.journal_head()) == (0, [], head)


def test_a_cancelled_import_leaves_nothing(opened: Store) -> None:
    progress = Progress()
    whole = batch(members(3))
    two = BatchInput(whole.files, PACK, OPERATOR, [*whole.entries, *batch(members(3, 9)).entries])
    seen: list[int] = []

    def report(_: object, done: int, __: int) -> None:
        seen.append(done)
        if done == 1:
            progress.cancel()

    progress._report = report
    with pytest.raises(Cancelled):
        opened.commit_batch(two, progress)
    assert seen == [0, 1]
    assert (opened.count(MEMBER), opened.batches()) == (0, [])
    opened.commit_batch(two)
    assert opened.count(MEMBER) == 6


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=6))
def test_whatever_text_a_sheet_holds_comes_back_from_the_parked_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    from collector import store
    from tests.unit.store.store_kit import CHEAP

    made = store.create(tmp_path_factory.mktemp("t") / "w", "p", "某", {}, kdf=CHEAP)
    try:
        table = members(len(rows))
        table.columns["name"] = [name for name, _ in rows]
        table.columns["hubei-2023.note"] = [note for _, note in rows]
        made.store.commit_batch(batch(table, *[Outcome.PARKED] * len(rows)))
        (back,) = made.store.parked_tables()
        assert back.table.columns == table.columns
        assert back.table.rows == table.rows
    finally:
        made.store.close()


# -- parked rows ------------------------------------------------------------------------


def test_a_parked_row_keeps_its_reasons_its_place_and_what_was_typed(opened: Store) -> None:
    table = members(4)
    table.originals = {"phone": {1: "１９９"}}
    table.faults = {"id_number": {3: "cell.formula"}}
    told = [Outcome.ADDED, Outcome.PARKED, Outcome.ADDED, Outcome.PARKED]
    result = opened.commit_batch(batch(table, *told))
    (parked,) = opened.parked_tables(MEMBER, result.batch_id)
    assert parked.table.rows == [3, 5]
    assert parked.table.letters == table.letters
    assert parked.table.originals == {"phone": {0: "１９９"}}
    assert parked.table.faults == {"id_number": {1: "cell.formula"}}
    assert [(f.code, f.index, f.row) for f in parked.findings] == [
        ("phone.format", 0, 3),
        ("phone.format", 1, 5),
    ]
    assert parked.file_names[parked.table.file] == "虚构名册.xlsx"


def test_a_mended_row_becomes_a_record_with_the_place_it_came_from(opened: Store) -> None:
    opened.commit_batch(batch(members(2), Outcome.PARKED, Outcome.PARKED))
    (parked,) = opened.parked_tables()
    parked.table.columns["phone"][0] = "19900009999"
    opened.rewrite_parked(parked.ids, parked.table, [], OPERATOR)
    (again,) = opened.parked_tables()
    assert again.table.columns["phone"][0] == "19900009999"
    assert again.findings == []
    one = form_table(MEMBER, again.table.record(0))
    changes = opened.release_parked([again.ids[0]], one, [Outcome.ADDED], [None], OPERATOR)
    assert changes.parked
    found = opened.find(MEMBER, "TEST00000000000000")
    assert found is not None
    assert (found.row, found.file_name, found.values["phone"]) == (
        2,
        "虚构名册.xlsx",
        "19900009999",
    )
    assert opened.parked_count() == 1


def test_a_discarded_row_waits_no_longer(opened: Store) -> None:
    opened.commit_batch(batch(members(2), Outcome.PARKED, Outcome.PARKED))
    (parked,) = opened.parked_tables()
    opened.discard_parked(parked.ids[:1], "重复", OPERATOR)
    assert opened.parked_count() == 1
    with opened._reading() as connection:
        assert connection.execute("SELECT count(*) FROM parked").fetchone()[0] == 2


# -- submissions, settings --------------------------------------------------------------


def test_a_submission_marks_what_went_with_it(opened: Store) -> None:
    opened.commit_batch(batch(members(4)))
    given = Submission("id-1", 1, "cd" * 32, "ABCD", "out.p7m", PACK, {"member": 3}, OPERATOR)
    opened.record_submission(given, {MEMBER: [1, 2, 3]})
    assert opened.count(MEMBER, Status.SUBMITTED) == 3
    assert [opened.get(MEMBER, number).revision for number in (1, 2, 3, 4)] == [2, 2, 2, 1]
    (kept,) = opened.submissions()
    assert (kept.id, kept.sequence, dict(kept.counts)) == ("id-1", 1, {"member": 3})


def test_what_stood_before_each_revision_is_known_of_every_way_to_change(opened: Store) -> None:
    opened.commit_batch(batch(members(3)))
    opened.save(MEMBER, {"phone": "1"}, id=1, operator=OPERATOR, pack=PACK)
    given = Submission("id-1", 1, "cd" * 32, "ABCD", "out.p7m", PACK, {"member": 2}, "虚构乙")
    opened.record_submission(given, {MEMBER: [1, 2]})
    changes = opened.set_status(MEMBER, [1, 2, 3], Status.RETURNED, "退回", OPERATOR)
    assert changes.ids == (1, 2, 3)
    opened.save(MEMBER, {"phone": "2"}, id=1, operator=OPERATOR, pack=PACK)
    row = opened.get(MEMBER, 1)
    assert row is not None
    with opened._reading() as connection:
        now = {**row.values, "status": "valid", "pack": PACK}
        held = writing.history(connection, MEMBER, 1, now)
    told = [(number, one["phone"], one["status"]) for number, one in held.items()]
    assert told == [
        (1, "19900000000", "valid"),
        (2, "1", "valid"),
        (3, "1", "submitted"),
        (4, "1", "returned"),
    ]
    assert {one["name"] for one in held.values()} == {"虚构0号"}
    said = [one.action for one in reversed(opened.journal_entries("TEST00000000000001"))]
    assert said == ["submission", "record.status"]
    assert opened.journal_verify().ok
    third = opened.get(MEMBER, 3)
    assert third is not None
    assert (third.changed_by, third.pack, third.revision) == (OPERATOR, PACK, 2)


def test_settings_and_attachments_come_back(opened: Store) -> None:
    opened.set_setting("unit", "虚构县总工会")
    opened.set_setting("unit", "虚构市总工会")
    opened.set_blob("identity", b"\0\1\2")
    assert opened.settings()["unit"] == "虚构市总工会"
    assert opened.blob("identity") == b"\0\1\2"
    assert opened.blob("none") is None


# -- what was typed, and indexes made late -----------------------------------------------


def test_what_was_typed_is_told_of_each_record_of_an_import(opened: Store) -> None:
    table = members(5000)
    table.originals = {"phone": {index: f"原{index}" for index in range(0, 5000, 3)}}
    told = [Outcome.PARKED if index == 3 else Outcome.ADDED for index in range(5000)]
    opened.commit_batch(batch(table, *told))
    for index in (0, 6, 7, 2001, 4998):
        record = opened.find(MEMBER, f"TEST{index:014}")
        assert record is not None
        wanted = {} if index % 3 else {"phone": f"原{index}"}
        assert opened.typed(MEMBER, record.id) == wanted
    (parked,) = opened.parked_tables()
    changes = opened.release_parked(parked.ids, parked.table, [Outcome.ADDED], [None], OPERATOR)
    assert opened.typed(MEMBER, changes.ids[0]) == {"phone": "原3"}


def indexes(opened: Store) -> list[tuple[str, str]]:
    with opened._reading() as connection:
        return connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"
        ).fetchall()


def test_a_large_import_leaves_every_index_as_it_was_and_whole(opened: Store) -> None:
    before = indexes(opened)
    opened.commit_batch(batch(members(6000)))
    opened.commit_batch(batch(members(7000, 6000)))
    assert indexes(opened) == before
    opened.check_integrity(full=True)
    assert opened.find(MEMBER, "TEST00000000012999") is not None


def test_a_large_import_with_a_number_twice_is_refused_whole_too(opened: Store) -> None:
    before = indexes(opened)
    table = members(6000)
    table.columns["id_number"][5999] = table.columns["id_number"][0]
    with pytest.raises(CollectorError) as caught:
        opened.commit_batch(batch(table))
    assert caught.value.code == "store.duplicate_key"
    assert caught.value.__suppress_context__
    assert (opened.count(MEMBER), opened.batches(), indexes(opened)) == (0, [], before)
    opened.commit_batch(batch(members(6000)))


def test_a_record_says_who_changed_it_last_and_with_which_pack(opened: Store) -> None:
    opened.commit_batch(batch(members(2)))
    opened.save(MEMBER, {"phone": "1"}, id=1, operator="虚构乙", pack="hainan-2019/2")
    first, second = opened.get(MEMBER, 1), opened.get(MEMBER, 2)
    assert first is not None
    assert second is not None
    assert (first.changed_by, first.pack) == ("虚构乙", "hainan-2019/2")
    assert (second.changed_by, second.pack) == (OPERATOR, PACK)
    assert (first.batch, first.sheet, first.row) == ("1", "会员", 2)
    assert first.created_at <= first.changed_at
    fields = ["pack", "changed_by", "sheet", "batch"]
    assert opened.page(MEMBER, [1], fields)[0][3:] == ("hainan-2019/2", "虚构乙", "会员", 1)


def test_whole_records_come_in_the_order_asked_each_with_its_file(opened: Store) -> None:
    opened.commit_batch(batch(members(4)))
    new, _ = opened.save(
        MEMBER, {"name": "虚构", "huizhou.籍贯": "某地"}, operator=OPERATOR, pack=PACK
    )
    opened.save(MEMBER, {"phone": "1"}, id=3, operator="虚构乙", pack="hubei-2023/2")
    found = opened.records(MEMBER, [3, 99, new, 1])
    assert [record.id for record in found] == [3, new, 1]
    assert found == [opened.get(MEMBER, number) for number in (3, new, 1)]
    assert [record.file_name for record in found] == ["虚构名册.xlsx", "", "虚构名册.xlsx"]
    assert [record.row for record in found] == [4, 0, 2]
    assert [record.changed_by for record in found] == ["虚构乙", OPERATOR, OPERATOR]
    assert found[1].values["huizhou.籍贯"] == "某地"
    assert opened.records(MEMBER, []) == []
