"""Who may be there twice: found by every reason, decided, remembered, taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from collector import packs, store
from collector.codes import resident_id
from collector.errors import Cancelled, WrongUse
from collector.model import Kind, Status
from collector.progress import Progress
from collector.services import (
    deciding,
    duplicates,
    exporting,
    made_up,
    parking,
    searching,
    undoing,
)
from collector.services.deciding import What
from collector.services.importing import import_files
from collector.services.session import Session
from collector.sheets import writing

Fresh = Callable[..., Session]
Book = Callable[..., Path]
Row = dict[str, Any]
OPERATOR = "虚构采集员"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Fresh]:
    """A fresh workspace of a pack, behind a key that only tests may have."""
    opened: list[Session] = []

    def fresh(pack_id: str = "hubei-2023") -> Session:
        home = tmp_path / f"workspace-{len(opened)}"
        made = store.create(home, "虚构口令", OPERATOR, {}, kdf=store.KdfCost(64, 1, 1))
        opened.append(Session(home, made.store, packs.load(pack_id), OPERATOR))
        return opened[-1]

    yield fresh
    for session in opened:
        session.close()


def people(session: Session, members: int = 6) -> dict[Kind, list[Row]]:
    made = made_up.make(session.pack, members, units=2)
    return {kind: [dict(row) for row in rows] for kind, rows in made.records.items()}


def brought(
    session: Session, book: Book, made: dict[Kind, list[Row]], name: str = "a.xlsx"
) -> Path:
    path = book(name, unit=made[Kind.UNIT], union=made[Kind.UNION], member=made[Kind.MEMBER])
    import_files(session, [path])
    return path


def kept(session: Session, kind: Kind = Kind.MEMBER, **values: str) -> int:
    """A record put in by hand."""
    return session.store.save(
        kind, values, operator=session.operator, pack=duplicates.pack_name(session)
    )[0]


def reasons(session: Session) -> dict[str, int]:
    duplicates.scan(session, full=True)
    return {group.reason.id: group.count for group in duplicates.groups(session)}


def only(session: Session, reason: str, kind: Kind = Kind.MEMBER) -> int:
    (number,) = duplicates.items(session, kind, reason)
    return number


def whole(session: Session, kind: Kind, number: int) -> tuple[Status, Mapping[str, str]]:
    record = session.store.get(kind, number)
    assert record is not None
    return record.status, {name: text for name, text in record.values.items() if text}


def rows_left(session: Session) -> list[tuple[int, Row]]:
    return [
        (number, held.table.record(index))
        for held in parking.load(session)
        for index, number in enumerate(held.ids)
    ]


def number_of(first17: str) -> str:
    return first17 + resident_id.check_digit(first17)


# -- finding -----------------------------------------------------------------------------------


def test_people_who_share_nothing_are_not_suspected(workspace: Fresh, book: Book) -> None:
    session = workspace()
    brought(session, book, people(session, 40))
    assert reasons(session) == {}


@pytest.fixture
def crowd(workspace: Fresh) -> Session:
    return workspace("national-2017")


FIRST = {
    "name": "赵甲乙",
    "id_number": number_of("42010619900307123"),
    "unit_code": made_up.unit_code(1),
}


@pytest.mark.parametrize(
    ("reason", "second"),
    [
        ("one_slip", {"name": "赵甲乙", "id_number": number_of("42010619900807123")}),
        ("one_slip", {"name": "赵甲乙", "id_number": number_of("42010619900307132")}),
        ("old_15", {"name": "赵甲乙", "id_number": "420106900307123"}),
        (
            "same_phone_same_name",
            {"name": "赵甲乙", "phone": "13900000001", "id_number": number_of("42010619700101001")},
        ),
        (
            "other_document",
            {
                "name": "赵甲乙",
                "id_type": "护照",
                "id_number": "E00000001",
                "birth_date": "1990-03-07",
                "unit_code": made_up.unit_code(1),
            },
        ),
        (
            "name_birth_unit",
            {
                "name": "赵甲乙",
                "id_number": number_of("51010119900307555"),
                "unit_code": made_up.unit_code(1),
            },
        ),
        (
            "same_phone_other_name",
            {"name": "钱甲乙", "phone": "13900000001", "id_number": number_of("42010619700101001")},
        ),
    ],
)
def test_two_records_are_found_by(crowd: Session, reason: str, second: Row) -> None:
    kept(crowd, **FIRST, phone="13900000001")
    kept(crowd, **second)
    assert reasons(crowd) == {reason: 1}


@pytest.mark.parametrize(
    "second",
    [
        {"name": "赵甲乙", "id_number": number_of("51010119700101001")},
        {
            "name": "赵甲乙",
            "id_number": number_of("51010119900307555"),
            "unit_code": made_up.unit_code(2),
        },
        {"name": "钱甲乙", "id_number": number_of("42010619900807123")},
        {"name": "钱甲乙", "id_number": number_of("51010119700101001"), "phone": "027-80000000"},
    ],
    ids=["same name", "same name and birthday elsewhere", "slip, other name", "shared landline"],
)
def test_two_records_are_left_alone_for(crowd: Session, second: Row) -> None:
    kept(crowd, **FIRST, phone="027-80000000")
    kept(crowd, **second)
    assert reasons(crowd) == {}


def test_the_telephone_of_an_office_makes_nobody_suspect(crowd: Session) -> None:
    for number in range(8):
        kept(
            crowd,
            name=made_up.person_name(number),
            id_number=made_up.resident_number(number * 40_007),
            phone="13900000001",
        )
    assert duplicates.scan(crowd).offices == 1
    assert duplicates.groups(crowd) == []


def test_many_of_one_kind_are_paired_with_the_first_not_each_with_each(crowd: Session) -> None:
    for number in range(12):
        kept(
            crowd,
            name="赵甲乙",
            id_number=made_up.resident_number(number * 40_007),
            phone="13900000001",
        )
    assert reasons(crowd)["same_phone_same_name"] <= 11


def test_units_and_unions_of_one_name_are_found(crowd: Session) -> None:
    kept(crowd, Kind.UNION, name="虚构（一）厂工会", temporary_code="T1")
    kept(crowd, Kind.UNION, name="虚构(一)厂工会", uscc=made_up.union_code(1))
    kept(crowd, Kind.UNIT, name="虚构二厂", uscc=made_up.unit_code(1))
    kept(crowd, Kind.UNIT, name="虚构三厂", uscc=made_up.unit_code(2))
    assert reasons(crowd) == {"same_name_other_code": 1}


def parked_rows(session: Session, book: Book, *rows: Row) -> Path:
    path = book("new.xlsx", member=list(rows))
    import_files(session, [path])
    return path


def test_parked_rows_are_held_against_the_records(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 8)
    brought(session, book, made)
    members = made[Kind.MEMBER]
    elsewhere = members[0] | {
        name: members[1][name] for name in ("unit_code", "unit_name", "union_code", "union_name")
    }
    renamed = members[2] | {"name": "虚构丙丁"}
    old = members[3] | {"id_number": members[3]["id_number"][:6] + members[3]["id_number"][8:17]}
    slipped = members[4] | {"id_number": members[4]["id_number"][:16] + "00"}
    faulty = members[5] | {"phone": "12"}
    parked_rows(session, book, elsewhere, renamed, old, slipped, faulty)
    assert session.store.parked_count() == 5
    assert reasons(session) == {
        "same_number_other_place": 1,
        "same_number_other_name": 1,
        "old_15": 1,
        "one_slip": 1,
    }


def test_a_search_around_what_is_new_finds_what_a_whole_one_finds(crowd: Session) -> None:
    for number in range(30):
        kept(
            crowd,
            name=made_up.person_name(number),
            id_number=made_up.resident_number(number),
            phone=f"139000000{number:02}",
        )
    duplicates.scan(crowd)
    kept(
        crowd,
        name=made_up.person_name(3),
        id_number=number_of("51010119700101001"),
        phone="13900000003",
    )
    kept(crowd, name="钱丙丁", id_number=number_of("51010119700101003"), phone="13900000004")
    changed = crowd.store.get(Kind.MEMBER, 9)
    assert changed is not None
    crowd.store.save(Kind.MEMBER, {"phone": "13900000001"}, id=9, operator="", pack=changed.pack)
    assert duplicates.refresh(crowd) is not None
    around = sorted(crowd.store.duplicates.known())
    duplicates.scan(crowd, full=True)
    assert sorted(crowd.store.duplicates.known()) == around
    assert len(around) == 3
    assert duplicates.refresh(crowd) is None


def test_more_people_than_are_held_at_once_are_searched_in_parts(
    crowd: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        kept(
            crowd,
            name=made_up.person_name(number % 15),
            id_number=made_up.resident_number(number * 40_007),
            phone=f"139000000{number % 25:02}",
        )
    duplicates.scan(crowd, full=True)
    whole_pass = sorted(crowd.store.duplicates.known())
    monkeypatch.setattr(searching, "_PART", 7)
    seen = searching.search(crowd, full=True).sightings
    assert whole_pass
    assert sorted((o.kind.value, o.first, o.second, o.parked) for o in seen) == whole_pass


def test_what_was_mended_is_no_longer_asked_about(crowd: Session) -> None:
    kept(crowd, **FIRST, phone="13900000001")
    other = kept(
        crowd, name="钱甲乙", id_number=number_of("51010119700101001"), phone="13900000001"
    )
    assert reasons(crowd) == {"same_phone_other_name": 1}
    crowd.store.save(
        Kind.MEMBER,
        {"phone": "13900000002"},
        id=other,
        operator="",
        pack=duplicates.pack_name(crowd),
    )
    assert duplicates.refresh(crowd) is not None
    assert duplicates.groups(crowd) == []


# -- deciding ----------------------------------------------------------------------------------


@pytest.fixture
def two(crowd: Session) -> tuple[Session, int, int]:
    """Two records one slip apart, the second with more known of it."""
    first = kept(crowd, **FIRST, phone="13900000001")
    second = kept(
        crowd,
        name="赵甲乙",
        id_number=number_of("42010619900807123"),
        phone="13900000002",
        education="大专",
    )
    duplicates.scan(crowd)
    return crowd, first, second


@pytest.mark.parametrize(("what", "stays", "goes"), [(What.KEEP, 0, 1), (What.TAKE, 1, 0)])
def test_of_two_records_one_stays_and_the_other_becomes_inactive(
    two: tuple[Session, int, int], what: What, stays: int, goes: int
) -> None:
    session, *both = two
    before = [whole(session, Kind.MEMBER, number) for number in both]
    deciding.decide(session, only(session, "one_slip"), what)
    assert whole(session, Kind.MEMBER, both[stays]) == before[stays]
    assert whole(session, Kind.MEMBER, both[goes]) == (Status.INACTIVE, before[goes][1])
    assert reasons(session) == {}


def test_a_merge_takes_each_field_from_the_side_chosen(two: tuple[Session, int, int]) -> None:
    session, first, second = two
    sides = {"id_number": "new", "phone": "stored"}
    deciding.decide(session, only(session, "one_slip"), What.MERGE, sides=sides)
    status, values = whole(session, Kind.MEMBER, second)
    assert status is Status.VALID
    assert values["phone"] == "13900000001"
    assert values["education"] == "大专"
    assert whole(session, Kind.MEMBER, first)[0] is Status.INACTIVE


@pytest.mark.parametrize("what", list(What))
def test_every_decision_is_taken_back_exactly(two: tuple[Session, int, int], what: What) -> None:
    session, *both = two
    before = [whole(session, Kind.MEMBER, number) for number in both]
    deciding.decide(session, only(session, "one_slip"), what, sides={"phone": "new"})
    done = deciding.undo(session)
    assert (done.restored, done.kept) == (1, 0)
    assert [whole(session, Kind.MEMBER, number) for number in both] == before
    assert reasons(session) == {"one_slip": 1}
    assert session.store.journal_verify().ok
    with pytest.raises(WrongUse, match="nothing_to_undo"):
        deciding.undo(session)


def test_a_record_changed_since_is_not_overwritten_by_an_undo(
    two: tuple[Session, int, int],
) -> None:
    session, first, second = two
    deciding.decide(session, only(session, "one_slip"), What.MERGE)
    session.store.save(
        Kind.MEMBER,
        {"phone": "13900000009"},
        id=first,
        operator="",
        pack=duplicates.pack_name(session),
    )
    done = deciding.undo(session)
    assert (done.restored, done.kept) == (0, 1)
    assert whole(session, Kind.MEMBER, first)[1]["phone"] == "13900000009"
    assert whole(session, Kind.MEMBER, second)[0] is Status.INACTIVE


def test_two_people_are_never_asked_about_again(two: tuple[Session, int, int]) -> None:
    session, first, _ = two
    deciding.decide(session, only(session, "one_slip"), What.DIFFERENT)
    session.store.save(
        Kind.MEMBER,
        {"address": "虚构路1号"},
        id=first,
        operator="",
        pack=duplicates.pack_name(session),
    )
    assert reasons(session) == {}
    duplicates.refresh(session)
    assert duplicates.waiting(session) == 0


def test_what_is_put_off_waits_behind_the_others(crowd: Session) -> None:
    for number in range(3):
        name = made_up.person_name(number)
        kept(
            crowd, name=name, id_number=made_up.resident_number(number), phone=f"1390000000{number}"
        )
        kept(
            crowd,
            name=name,
            id_number=made_up.resident_number(number + 40_007),
            phone=f"1390000000{number}",
        )
    duplicates.scan(crowd)
    first, *others = duplicates.items(crowd, Kind.MEMBER, "same_phone_same_name")
    deciding.decide(crowd, first, What.LATER)
    assert duplicates.items(crowd, Kind.MEMBER, "same_phone_same_name") == [*others, first]
    (group,) = duplicates.groups(crowd)
    assert (group.waiting, group.later) == (2, 1)


def test_a_decision_for_all_of_a_kind_is_one_decision(crowd: Session) -> None:
    for number in range(42):
        phone = f"139000001{number:02}"
        kept(
            crowd,
            name=made_up.person_name(number),
            id_number=made_up.resident_number(number),
            phone=phone,
        )
        kept(
            crowd,
            name="虚构" + made_up.person_name(number),
            id_number=made_up.resident_number(number + 40_007),
            phone=phone,
        )
    duplicates.scan(crowd)
    first, *_ = duplicates.items(crowd, Kind.MEMBER, "same_phone_other_name")
    done = deciding.decide(crowd, first, What.DIFFERENT, all_of_kind=True)
    assert done.settled == 42
    assert reasons(crowd) == {}
    assert deciding.undo(crowd).restored == 42
    assert reasons(crowd) == {"same_phone_other_name": 42}


def test_a_cancelled_decision_for_all_is_taken_back_as_far_as_it_went(
    crowd: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "_TOGETHER", 3)
    for number in range(12):
        name = made_up.person_name(number)
        phone = f"139000001{number:02}"
        for far in (0, 40_007):
            kept(crowd, name=name, id_number=made_up.resident_number(number + far), phone=phone)
    duplicates.scan(crowd)
    before = [whole(crowd, Kind.MEMBER, number) for number in range(1, 25)]
    first, *_ = duplicates.items(crowd, Kind.MEMBER, "same_phone_same_name")
    progress = Progress(lambda what, done, total: progress.cancel() if done == 7 else None)
    with pytest.raises(Cancelled):
        deciding.decide(crowd, first, What.KEEP, all_of_kind=True, progress=progress)
    assert duplicates.waiting(crowd) == 6
    assert deciding.undo(crowd).restored == 6
    assert [whole(crowd, Kind.MEMBER, number) for number in range(1, 25)] == before
    assert duplicates.waiting(crowd) == 12


def test_three_of_one_person_are_settled_in_one_go_and_taken_back(crowd: Session) -> None:
    numbers = [
        kept(
            crowd,
            name="赵甲乙",
            id_number=made_up.resident_number(number * 40_007),
            phone="13900000001",
            address=f"虚构路{number}号",
        )
        for number in range(3)
    ]
    duplicates.scan(crowd)
    before = [whole(crowd, Kind.MEMBER, number) for number in numbers]
    first, *_ = duplicates.items(crowd, Kind.MEMBER, "same_phone_same_name")
    sides = {"address": "new"}
    done = deciding.decide(crowd, first, What.MERGE, sides=sides, all_of_kind=True)
    assert done.settled == 2
    assert whole(crowd, Kind.MEMBER, numbers[0])[1]["address"] == "虚构路2号"
    assert deciding.undo(crowd).restored == 2
    assert [whole(crowd, Kind.MEMBER, number) for number in numbers] == before


# -- parked rows -------------------------------------------------------------------------------


@pytest.fixture
def moved(workspace: Fresh, book: Book) -> tuple[Session, list[Row], Path]:
    """A member whose row comes again from another unit and union."""
    session = workspace()
    made = people(session, 6)
    brought(session, book, made)
    members = made[Kind.MEMBER]
    elsewhere = members[0] | {
        name: members[1][name] for name in ("unit_code", "unit_name", "union_code", "union_name")
    }
    path = parked_rows(session, book, elsewhere | {"phone": "13700000007"})
    duplicates.scan(session)
    return session, [members[0], elsewhere], path


def test_taking_the_row_of_another_union_is_a_transfer(
    moved: tuple[Session, list[Row], Path],
) -> None:
    session, (_, elsewhere), _ = moved
    number = only(session, "same_number_other_place")
    assert duplicates.compare(session, number).across
    deciding.decide(session, number, What.TAKE, transfer_date="2024-03-01")
    record = session.store.find(Kind.MEMBER, elsewhere["id_number"])
    assert record is not None
    assert record.values["union_code"] == elsewhere["union_code"]
    assert record.values["union_name"] == elsewhere["union_name"]
    assert record.values["phone"] == "13700000007"
    assert record.values["change_type"] == "转入"
    assert record.values["change_date"] == "2024-03-01"
    assert session.store.parked_count() == 0


def test_keeping_the_stored_one_closes_the_row_and_is_repeated_for_the_same_file(
    moved: tuple[Session, list[Row], Path],
) -> None:
    session, (stored, _), path = moved
    deciding.decide(session, only(session, "same_number_other_place"), What.KEEP)
    record = session.store.find(Kind.MEMBER, stored["id_number"])
    assert record is not None
    assert record.values["union_code"] == stored["union_code"]
    assert session.store.parked_count() == 0
    import_files(session, [path])
    assert session.store.parked_count() == 1
    assert duplicates.scan(session).repeated == 1
    assert session.store.parked_count() == 0
    assert duplicates.waiting(session) == 0
    deciding.undo(session)
    assert session.store.parked_count() == 2
    assert duplicates.waiting(session) == 2


def test_one_number_cannot_be_two_people(moved: tuple[Session, list[Row], Path]) -> None:
    session, _, _ = moved
    done = deciding.decide(session, only(session, "same_number_other_place"), What.DIFFERENT)
    assert done.notice is not None
    assert "修正台" in done.notice.zh
    assert session.store.parked_count() == 1
    assert reasons(session) == {}


@pytest.mark.parametrize("what", [What.KEEP, What.TAKE, What.MERGE])
def test_a_row_and_its_record_come_back_exactly(
    moved: tuple[Session, list[Row], Path], what: What
) -> None:
    session, (stored, _), _ = moved
    record = session.store.find(Kind.MEMBER, stored["id_number"])
    assert record is not None
    before = whole(session, Kind.MEMBER, record.id), rows_left(session)
    number = only(session, "same_number_other_place")
    deciding.decide(session, number, what, sides={"phone": "new"})
    deciding.undo(session)
    assert (whole(session, Kind.MEMBER, record.id), rows_left(session)) == before
    assert duplicates.compare(session, number).item.state == "waiting"


def test_the_old_number_is_never_put_into_the_record(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 4)
    brought(session, book, made)
    member = made[Kind.MEMBER][0]
    old = member["id_number"][:6] + member["id_number"][8:17]
    parked_rows(session, book, member | {"id_number": old, "phone": "13700000007"})
    duplicates.scan(session)
    number = only(session, "old_15")
    (line,) = [x for x in duplicates.compare(session, number).lines if x.field == "id_number"]
    assert line.blocked is not None
    with pytest.raises(WrongUse, match="would_be_faulty"):
        deciding.decide(session, number, What.MERGE, sides={"id_number": "new"})
    deciding.decide(session, number, What.TAKE)
    record = session.store.find(Kind.MEMBER, member["id_number"])
    assert record is not None
    assert record.values["phone"] == "13700000007"
    assert session.store.parked_count() == 0


def test_a_decision_that_would_leave_a_fault_is_refused(two: tuple[Session, int, int]) -> None:
    session, first, _ = two
    session.store.save(
        Kind.MEMBER, {"phone": "1"}, id=first, operator="", pack=duplicates.pack_name(session)
    )
    duplicates.refresh(session)
    number = only(session, "one_slip")
    with pytest.raises(WrongUse, match="would_be_faulty"):
        deciding.decide(session, number, What.MERGE, sides={"id_number": "new", "phone": "stored"})


def test_somebody_who_came_back_is_a_record_again(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 4)
    brought(session, book, made)
    member = made[Kind.MEMBER][0]
    record = session.store.find(Kind.MEMBER, member["id_number"])
    assert record is not None
    session.store.set_status(Kind.MEMBER, [record.id], Status.INACTIVE, "离职", session.operator)
    parked_rows(session, book, member | {"phone": "13700000007"})
    duplicates.scan(session)
    deciding.decide(session, only(session, "same_number_inactive"), What.TAKE)
    status, values = whole(session, Kind.MEMBER, record.id)
    assert status is Status.VALID
    assert values["phone"] == "13700000007"


def test_the_row_of_a_merged_record_is_held_against_the_one_it_lives_on_in(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session, 4)
    brought(session, book, made)
    member = made[Kind.MEMBER][0]
    body = member["id_number"][:16] + ("1" if member["id_number"][16] != "1" else "3")
    twin = member | {"id_number": number_of(body)}
    import_files(session, [book("twin.xlsx", member=[twin])])
    duplicates.scan(session)
    deciding.decide(session, only(session, "one_slip"), What.KEEP)
    parked_rows(session, book, twin | {"phone": "13700000007"})
    duplicates.scan(session)
    stays = session.store.find(Kind.MEMBER, member["id_number"])
    assert stays is not None
    number = only(session, "same_number")
    assert duplicates.compare(session, number).stored.record == stays.id
    deciding.decide(session, number, What.TAKE)
    after = session.store.get(Kind.MEMBER, stays.id)
    assert after is not None
    assert after.values["phone"] == "13700000007"
    assert after.values["id_number"] == member["id_number"]


def test_the_members_of_a_merged_union_move_along_and_back(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 6)
    brought(session, book, made)
    union = made[Kind.UNION][1]
    session.store.save(
        Kind.UNION,
        {**union, "uscc": "", "temporary_code": "T0001"},
        operator=session.operator,
        pack=duplicates.pack_name(session),
    )
    duplicates.scan(session)
    number = only(session, "same_name_other_code", Kind.UNION)
    before = [whole(session, Kind.MEMBER, place) for place in range(1, 7)]
    deciding.decide(session, number, What.TAKE)
    moved_codes = {whole(session, Kind.MEMBER, place)[1]["union_code"] for place in range(1, 7)}
    assert moved_codes == {made[Kind.UNION][0]["uscc"], "T0001"}
    deciding.undo(session)
    assert [whole(session, Kind.MEMBER, place) for place in range(1, 7)] == before


def test_the_other_record_of_the_same_row_goes_in_when_its_fellow_is_settled(
    workspace: Fresh, tmp_path: Path
) -> None:
    """A Hainan row is a unit and its union: a renamed unit keeps both waiting."""
    session = workspace("hainan-2019")
    made = made_up.make(session.pack, 4, units=2)
    for name in ("first", "second"):
        source = writing.TableSource(made.tables())
        import_files(session, writing.write_workbooks(session.pack, source, tmp_path / name)[:1])
        made.records[Kind.UNIT][0]["name"] = "虚构新名单位"
        made.records[Kind.UNION][0]["leader"] = "赵新"
    assert session.store.parked_count() == 2
    duplicates.scan(session)
    number = only(session, "same_code_other_name", Kind.UNIT)
    done = deciding.decide(session, number, What.TAKE)
    assert done.released == 1
    assert session.store.parked_count() == 0
    unit = session.store.find(Kind.UNIT, made.records[Kind.UNIT][0]["uscc"])
    union = session.store.find(Kind.UNION, made.records[Kind.UNION][0]["uscc"])
    assert unit is not None
    assert union is not None
    assert unit.values["name"] == "虚构新名单位"
    assert union.values["leader"] == "赵新"


def test_an_import_taken_back_takes_its_suspicions_along(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 4)
    brought(session, book, made)
    member = made[Kind.MEMBER][0]
    twin = member | {"id_number": number_of(member["id_number"][:16] + "9")}
    result = import_files(session, [book("twin.xlsx", member=[twin])])
    assert reasons(session) == {"one_slip": 1}
    undoing.undo(session, int(result.batch))
    assert duplicates.groups(session) == []
    assert reasons(session) == {}


def test_the_gate_only_mentions_what_nobody_looked_at(two: tuple[Session, int, int]) -> None:
    session, _, _ = two
    found = exporting.gate(session)
    assert {item.code: item.count for item in found.warnings}["export.duplicates"] == 1
    assert "export.duplicates" not in {item.code for item in found.blockers}
    deciding.decide(session, only(session, "one_slip"), What.DIFFERENT)
    assert "export.duplicates" not in {item.code for item in exporting.gate(session).warnings}


def test_the_list_and_the_journal_name_nobody(
    moved: tuple[Session, list[Row], Path],
) -> None:
    session, (stored, elsewhere), _ = moved
    told = json.dumps(duplicates.as_json(session), ensure_ascii=False)
    deciding.decide(session, only(session, "same_number_other_place"), What.TAKE)
    told += repr([entry.details for entry in session.store.journal_entries()])
    for value in (stored["name"], stored["id_number"], stored["phone"], elsewhere["union_name"]):
        assert value not in told
