"""补录清单: damaged numbers unit by unit, what can be done about each, and their return."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collector.codes import resident_id
from collector.errors import InputRefused, WrongUse
from collector.model import Kind
from collector.services import importing, made_up, supplement, supplement_lists
from collector.services.session import Session
from collector.services.supplement import Way

PACK = "hubei-2023"
Workspace = Callable[[str], Session]
Book = Callable[..., Path]


def person(session: Session, number: int, unit: int = 0, **changed: str) -> dict[str, Any]:
    people = made_up.make(session.pack, number + 1, 2)
    row: dict[str, Any] = dict(people.records[Kind.MEMBER][number])
    of = people.records[Kind.UNIT][unit]
    union = people.records[Kind.UNION][unit]
    row |= {"unit_code": of["uscc"], "unit_name": of["name"]}
    row |= {"union_code": union["uscc"], "union_name": union["name"]}
    return row | changed


def wrong_check(number: str) -> str:
    return number[:17] + ("1" if number[17] == "0" else "0")


@pytest.fixture
def session(workspace: Workspace, book: Book) -> Session:
    """Six damaged numbers in two units; one of the people stands in the records already."""
    made = workspace(PACK)
    records = made_up.make(made.pack, 1, 2).records
    known = person(made, 3)
    sound = book("a.xlsx", unit=records[Kind.UNIT], union=records[Kind.UNION], member=[known])
    assert importing.import_files(made, [sound]).counts["added"] == 5
    short = made_up.resident_number(4)
    rows = [
        person(made, 3, id_number=float(known["id_number"][:15] + "000")),
        person(made, 4, id_number=short[:6] + short[8:17]),
        person(made, 5, id_number=float(made_up.resident_number(5)[:15] + "000")),
        person(made, 6, 1, id_number=wrong_check(made_up.resident_number(6))),
        person(made, 7, 1, id_number=made_up.resident_number(7)[:12]),
    ]
    bad = book("b.xlsx", member=rows)
    assert importing.import_files(made, [bad]).counts["parked"] == 5
    return made


def ways(found: supplement.Supplement) -> dict[str, Way]:
    return {item.name: item.way for item in found.rows}


def test_each_number_is_put_to_what_can_be_done_about_it(session: Session) -> None:
    found = supplement.find(session)
    assert [(item.code, item.way) for item in sorted(found.rows, key=lambda i: i.row)] == [
        ("resident_id.damaged_by_excel", Way.ELSEWHERE),
        ("resident_id.old_15", Way.MENDABLE),
        ("resident_id.damaged_by_excel", Way.LOST),
        ("resident_id.check_digit", Way.MISTYPED),
        ("resident_id.length", Way.LOST),
    ]
    elsewhere = next(item for item in found.rows if item.way is Way.ELSEWHERE)
    assert "a.xlsx" in elsewhere.todo.zh
    assert elsewhere.answer == made_up.resident_number(3)
    assert elsewhere.answer not in elsewhere.todo.zh


def test_somebody_of_the_same_name_in_another_unit_or_with_another_birthday_is_not_the_same(
    session: Session, book: Book
) -> None:
    stranger = person(session, 3, 1, id_number=made_up.resident_number(20))
    stranger["phone"] = "13900000099"
    importing.import_files(session, [book("c.xlsx", member=[stranger])])
    lost = person(session, 3, 1, id_number="4201")
    lost["phone"] = "13900000098"
    importing.import_files(session, [book("d.xlsx", member=[lost])])
    found = next(item for item in supplement.find(session).rows if item.file_name == "d.xlsx")
    assert (found.way, found.answer) == (Way.LOST, "")


def test_a_candidate_is_offered_only_where_the_rows_own_birthday_and_sex_leave_one(
    workspace: Workspace, book: Book
) -> None:
    session = workspace("national-2017")
    people = made_up.make(session.pack, 8, 1)
    row = dict(people.records[Kind.MEMBER][6])
    right = row["id_number"]
    row["id_number"] = wrong_check(right)
    path = book(
        "n.xlsx",
        "national-2017",
        unit=people.records[Kind.UNIT],
        union=people.records[Kind.UNION],
        member=[row],
    )
    importing.import_files(session, [path])
    (found,) = supplement.find(session).rows
    fitting = {
        number
        for number in resident_id.candidates(row["id_number"], session.today)
        if number[6:14] == right[6:14] and resident_id.gender(number) == row["gender"]
    }
    assert right in fitting
    assert found.way is (Way.MENDABLE if fitting == {right} else Way.MISTYPED)


def test_the_lists_are_one_a_unit_ready_to_print_and_hold_no_number(
    session: Session, tmp_path: Path
) -> None:
    found = supplement.find(session)
    written = supplement_lists.write(session, found, tmp_path / "out")
    assert len(written) == 1 + len(found.by_unit()) == 3
    for path in written:
        page = openpyxl.load_workbook(path).worksheets[0]
        assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
        assert page.print_title_rows
        assert "签字" in str(page.oddFooter.left.text)
        text = " ".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value)
        assert made_up.resident_number(3) not in text
        assert "42010" not in text
    lists = openpyxl.load_workbook(written[1]).worksheets[0]
    head = {cell.value: cell.column_letter for cell in lists[3]}
    assert lists.column_dimensions[head["清单标识"]].hidden
    assert lists[f"{head['正确证件号']}4"].number_format == "@"
    with_numbers = supplement_lists.write(session, found, tmp_path / "numbers", True)
    assert made_up.resident_number(3) in {
        cell.value
        for path in with_numbers
        for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()
        for cell in row
    }


def test_numbers_filled_in_go_to_their_rows_and_those_in_order_become_records(
    session: Session, tmp_path: Path
) -> None:
    written = supplement_lists.write(session, supplement.find(session), tmp_path / "out")
    answers = {made_up.person_name(n): made_up.resident_number(n) for n in (4, 5, 6, 7)}
    answers[made_up.person_name(7)] = "420"
    for path in written[1:]:
        book = openpyxl.load_workbook(path)
        page = book.worksheets[0]
        head = {cell.value: cell.column for cell in page[3]}
        for row in range(4, page.max_row + 1):
            name = page.cell(row, head["姓名"]).value
            page.cell(row, head["正确证件号"]).value = answers.get(str(name))
        book.save(path)
    done = [supplement_lists.take(session, path) for path in written[1:]]
    assert sum(item.filled for item in done) == 4
    assert sum(item.released for item in done) == 3
    assert sum(item.still_parked for item in done) == 1
    assert session.store.parked_count(None, None) == 2
    for number in (4, 5, 6):
        assert session.store.find(Kind.MEMBER, made_up.resident_number(number)) is not None
    again = supplement_lists.take(session, written[1])
    assert (again.filled, again.unmarked) == (0, 2)


def test_a_file_that_is_no_list_and_a_store_without_faults_are_told_so(
    session: Session, workspace: Workspace, book: Book, tmp_path: Path
) -> None:
    with pytest.raises(InputRefused, match="no_list"):
        supplement_lists.take(session, book("e.xlsx", member=[]))
    with pytest.raises(WrongUse, match="nothing"):
        supplement_lists.write(session, supplement.Supplement(), tmp_path)


def test_the_document_counts_and_names_nobody(session: Session) -> None:
    found = supplement.find(session)
    document = json.dumps(found.as_json(), ensure_ascii=False)
    assert found.as_json()["rows"] == 5
    for item in found.rows:
        assert item.name not in document
        assert item.unit not in document
