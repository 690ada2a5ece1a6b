"""What becomes of each row of an import, and that all of them are accounted for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from collector.model import Kind, Outcome, Severity, Status
from collector.services import fixing, made_up, parking
from collector.services.importing import ImportResult, import_files
from collector.services.session import Session
from collector.services.status import status

Fresh = Callable[..., Session]
Book = Callable[..., Path]


def people(session: Session, members: int, units: int = 3) -> dict[Kind, list[dict[str, Any]]]:
    made = made_up.make(session.pack, members, units=units)
    return {kind: [dict(row) for row in rows] for kind, rows in made.records.items()}


def all_of(book: Book, name: str, made: dict[Kind, list[dict[str, Any]]]) -> Path:
    return book(name, unit=made[Kind.UNIT], union=made[Kind.UNION], member=made[Kind.MEMBER])


def accounted(result: ImportResult) -> bool:
    told = result.as_json()
    return bool(
        told["rows"]
        == told["added"] + told["updated"] + told["unchanged"] + told["parked"] + told["skipped"]
    )


def errors(result: ImportResult) -> dict[str, int]:
    found: dict[str, int] = result.as_json()["findings"]["error"]
    return found


def test_sound_rows_go_in_and_faulty_rows_are_parked(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 30)
    made[Kind.MEMBER][4]["phone"] = "12345"
    made[Kind.MEMBER][9]["name"] = ""
    result = import_files(session, [all_of(book, "a.xlsx", made)])
    assert result.counts[Outcome.ADDED] == 3 + 3 + 28
    assert result.counts[Outcome.PARKED] == 2
    assert errors(result) == {"phone.format": 1, "required.missing": 1}
    assert accounted(result)
    assert session.store.count(Kind.MEMBER) == 28
    assert session.store.parked_count() == 2


def test_a_dry_run_counts_the_same_and_writes_nothing(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 20)
    made[Kind.MEMBER][4]["phone"] = "12345"
    path = all_of(book, "a.xlsx", made)
    head = session.store.journal_head()
    dry = import_files(session, [path], dry_run=True)
    assert dry.batch == ""
    assert not any(session.store.counts().values())
    assert session.store.parked_count() == 0
    assert session.store.journal_head() == head
    assert import_files(session, [path]).counts == dry.counts


def test_the_same_file_twice_is_recognised_and_harmless(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 20)
    made[Kind.MEMBER][4]["phone"] = "12345"
    path = all_of(book, "a.xlsx", made)
    import_files(session, [path])
    again = import_files(session, [path])
    assert [info.files[0].name for info in again.staged.seen_before] == ["a.xlsx"]
    assert again.counts[Outcome.UNCHANGED] == 25
    assert again.counts[Outcome.SKIPPED] == 1
    assert again.counts[Outcome.ADDED] == again.counts[Outcome.PARKED] == 0
    assert accounted(again)
    assert session.store.parked_count() == 1


def test_a_changed_value_updates_and_an_empty_cell_erases_nothing(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session, 5)
    import_files(session, [all_of(book, "a.xlsx", made)])
    made[Kind.MEMBER][1]["phone"] = "13700000001"
    made[Kind.MEMBER][2]["unit_code"] = ""
    result = import_files(session, [book("b.xlsx", member=made[Kind.MEMBER])])
    assert result.counts[Outcome.UPDATED] == 1
    assert result.counts[Outcome.UNCHANGED] == 4
    changed = session.store.find(Kind.MEMBER, made[Kind.MEMBER][1]["id_number"])
    assert changed is not None
    assert changed.values["phone"] == "13700000001"
    assert changed.revision == 2
    kept = session.store.find(Kind.MEMBER, made[Kind.MEMBER][2]["id_number"])
    assert kept is not None
    assert kept.values["unit_code"]


def test_a_number_that_is_anothers_in_the_store_is_parked(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 5)
    import_files(session, [all_of(book, "a.xlsx", made)])
    other = dict(made[Kind.MEMBER][1]) | {"name": "虚构丙丁"}
    moved = dict(made[Kind.MEMBER][2]) | {
        "union_code": made[Kind.UNION][0]["uscc"],
        "union_name": made[Kind.UNION][0]["name"],
    }
    result = import_files(session, [book("b.xlsx", member=[other, moved])])
    assert errors(result) == {"unique.in_store": 2}
    assert result.counts[Outcome.PARKED] == 2
    assert result.duplicates == 2
    assert accounted(result)


def test_a_number_twice_in_the_file_goes_in_once(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 6)
    made[Kind.MEMBER].append(dict(made[Kind.MEMBER][2]))
    result = import_files(session, [all_of(book, "a.xlsx", made)])
    assert errors(result) == {"unique.in_file": 1}
    assert result.counts[Outcome.ADDED] == 12
    assert result.counts[Outcome.PARKED] == 1
    assert result.duplicates == 1


def test_members_come_before_their_units_and_are_attached_when_those_come(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session, 8)
    for row in made[Kind.MEMBER]:
        row["unit_code"] = row["union_code"] = ""
    import_files(session, [book("members.xlsx", member=made[Kind.MEMBER])])
    assert status(session).unattached == 8
    import_files(
        session, [book("organisations.xlsx", unit=made[Kind.UNIT], union=made[Kind.UNION])]
    )
    assert status(session).unattached == 0


def test_rows_parked_for_a_missing_unit_are_released_when_the_unit_comes(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session, 9)
    late = [made[Kind.UNIT].pop(), made[Kind.UNION].pop()]
    first = import_files(session, [all_of(book, "a.xlsx", made)])
    assert errors(first) == {"reference.union_missing": 3, "reference.unit_missing": 3}
    assert first.counts[Outcome.PARKED] == 3
    second = import_files(session, [book("b.xlsx", unit=[late[0]], union=[late[1]])])
    assert second.released == 3
    assert session.store.parked_count() == 0
    assert session.store.count(Kind.MEMBER) == 9
    assert status(session).unattached == 0


def test_a_name_borne_by_two_units_attaches_nobody(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 4, units=2)
    for row in made[Kind.UNIT]:
        row["name"] = "同名的虚构单位"
    for row in made[Kind.MEMBER]:
        row["unit_code"], row["unit_name"] = "", "同名的虚构单位"
    import_files(session, [all_of(book, "a.xlsx", made)])
    assert status(session).unattached == 4


def test_a_sheet_without_a_required_column_parks_its_rows_and_tells_it_once(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session, 5)
    path = book("a.xlsx", leave_out=["join_date"], member=made[Kind.MEMBER])
    result = import_files(session, [path])
    assert errors(result) == {"header.missing": 1}
    assert result.counts[Outcome.PARKED] == 5
    assert accounted(result)
    ids = [number for held in fixing.parked(session) for number in held.ids]
    fixed = fixing.apply(
        session, [fixing.CellEdit(number, "join_date", "2020.9.1") for number in ids]
    )
    assert (fixed.released, fixed.still_parked) == (5, 0)
    assert session.store.count(Kind.MEMBER, Status.VALID) == 5


def test_a_file_without_any_header_is_skipped_row_by_row(workspace: Fresh, tmp_path: Path) -> None:
    session = workspace()
    from openpyxl import Workbook

    workbook = Workbook()
    for number in range(12):
        workbook.active.append([f"没有表头{number}", number])
    workbook.save(tmp_path / "none.xlsx")
    result = import_files(session, [tmp_path / "none.xlsx"])
    assert errors(result) == {"header.missing": 1}
    assert result.counts[Outcome.SKIPPED] == 12
    assert result.rows == 12
    assert accounted(result)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_text_file_goes_the_same_way(workspace: Fresh, tmp_path: Path, encoding: str) -> None:
    session = workspace()
    made = people(session, 12)
    made[Kind.MEMBER][3]["phone"] = "12345"
    fields = session.pack.fields_of(Kind.MEMBER)
    lines = [",".join(item.header for item in fields)]
    lines += [",".join(row.get(item.id, "") for item in fields) for row in made[Kind.MEMBER]]
    path = tmp_path / "members.csv"
    path.write_text("\r\n".join(lines), encoding=encoding)
    result = import_files(session, [path], Kind.MEMBER)
    assert result.counts[Outcome.ADDED] == 11
    assert result.counts[Outcome.PARKED] == 1
    assert result.rows == 12


def test_an_organisation_row_of_hainan_is_one_row_and_two_records(
    workspace: Fresh, book: Book
) -> None:
    session = workspace("hainan-2019")
    made = people(session, 12, units=4)
    made[Kind.UNION][2]["phone"] = "12"
    rows = list(zip(made[Kind.UNIT], made[Kind.UNION], strict=True))
    organisations = book("a.xlsx", "hainan-2019", unit_union=rows)
    result = import_files(session, [organisations])
    assert result.rows == 4
    assert result.counts[Outcome.ADDED] == 3
    assert result.counts[Outcome.PARKED] == 1
    assert session.store.count(Kind.UNIT) == session.store.count(Kind.UNION) == 3
    assert session.store.parked_count() == 2
    again = import_files(session, [organisations])
    assert again.counts[Outcome.UNCHANGED] == 3
    assert again.counts[Outcome.SKIPPED] == 1
    members = import_files(session, [book("b.xlsx", "hainan-2019", member=made[Kind.MEMBER])])
    assert members.counts[Outcome.PARKED] == 3
    assert accounted(members)
    member = session.store.find(Kind.MEMBER, made[Kind.MEMBER][0]["id_number"])
    assert member is not None
    assert member.values["unit_code"] == made[Kind.UNIT][0]["uscc"]
    assert member.values["union_code"] == made[Kind.UNION][0]["uscc"]


def test_both_records_of_a_hainan_row_are_released_when_one_is_mended(
    workspace: Fresh, book: Book
) -> None:
    session = workspace("hainan-2019")
    made = people(session, 8, units=4)
    made[Kind.UNION][2]["phone"] = "12"
    rows = list(zip(made[Kind.UNIT], made[Kind.UNION], strict=True))
    import_files(session, [book("a.xlsx", "hainan-2019", unit_union=rows)])
    import_files(session, [book("b.xlsx", "hainan-2019", member=made[Kind.MEMBER])])
    assert session.store.parked_counts()[Kind.MEMBER] == 2
    (held,) = fixing.parked(session, Kind.UNION)
    fixed = fixing.apply(session, [fixing.CellEdit(held.ids[0], "phone", "13800000009")])
    assert session.store.parked_count() == 0
    assert fixed.released == 2 + 2
    assert status(session).unattached == 0


def test_a_union_over_several_units_is_one_record(workspace: Fresh, book: Book) -> None:
    session = workspace("hainan-2019")
    made = people(session, 4, units=4)
    union = made[Kind.UNION][0]
    result = import_files(
        session, [book("a.xlsx", "hainan-2019", unit_union=[(u, union) for u in made[Kind.UNIT]])]
    )
    assert result.counts[Outcome.ADDED] == 4
    assert session.store.count(Kind.UNIT) == 4
    assert session.store.count(Kind.UNION) == 1


def test_a_mended_workbook_answers_the_rows_parked_before(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 10)
    good = made[Kind.MEMBER][3]["phone"]
    made[Kind.MEMBER][3]["phone"] = "12345"
    import_files(session, [all_of(book, "a.xlsx", made)])
    assert session.store.parked_count() == 1
    made[Kind.MEMBER][3]["phone"] = good
    result = import_files(session, [all_of(book, "a.xlsx", made)])
    assert result.counts[Outcome.ADDED] == 1
    assert session.store.parked_count() == 0


def test_a_row_can_be_left_out_with_a_reason(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 4)
    made[Kind.MEMBER][1]["phone"] = "1"
    import_files(session, [all_of(book, "a.xlsx", made)])
    (held,) = parking.load(session)
    fixing.discard(session, held.ids, "已调出")
    assert session.store.parked_count() == 0
    assert session.store.count(Kind.MEMBER) == 3


def test_an_edit_that_does_not_help_leaves_the_row_parked_and_can_be_taken_back(
    workspace: Fresh, book: Book
) -> None:
    session = workspace()
    made = people(session, 4)
    made[Kind.MEMBER][1]["phone"] = "1"
    import_files(session, [all_of(book, "a.xlsx", made)])
    (held,) = parking.load(session)
    edit = fixing.CellEdit(held.ids[0], "phone", "２２")
    assert {f.code for f in fixing.recheck(session, [edit])} == {"phone.format"}
    fixed = fixing.apply(session, [edit])
    assert (fixed.released, fixed.still_parked) == (0, 1)
    assert parking.load(session)[0].table.columns["phone"] == ["22"]
    undone = fixing.undo(session)
    assert (undone.restored, undone.kept) == (1, 0)
    assert parking.load(session)[0].table.columns["phone"] == ["1"]


def test_suggestions_are_offered_for_a_wrong_number(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 4)
    right = made[Kind.MEMBER][1]["id_number"]
    made[Kind.MEMBER][1]["id_number"] = right[:10] + right[11] + right[10] + right[12:]
    import_files(session, [all_of(book, "a.xlsx", made)])
    (held,) = parking.load(session)
    if held.table.columns["id_number"][0] != right:
        offered = fixing.suggestions(session, held.ids[0], "id_number")
        assert right in {item.value for item in offered}


def test_what_was_parked_keeps_its_place_in_the_persons_file(workspace: Fresh, book: Book) -> None:
    session = workspace()
    made = people(session, 7)
    made[Kind.MEMBER][5]["phone"] = "1"
    path = all_of(book, "a.xlsx", made)
    import_files(session, [path])
    (held,) = parking.load(session)
    assert held.file_name == "a.xlsx"
    assert held.table.rows == [7]
    finding = next(item for item in held.findings if item.severity is Severity.ERROR)
    cell = load_workbook(path)["会员"][f"{finding.column}{finding.row}"]
    assert cell.value == "1"
