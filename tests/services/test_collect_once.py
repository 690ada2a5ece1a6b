"""From one store any province's workbooks: what lacks is listed, filled in, and goes out right."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collector import packs
from collector.errors import GateRefused, InputRefused, WrongUse
from collector.model import Kind, Severity, Status
from collector.packs.translating import own_field
from collector.services import (
    completing,
    equivalents,
    exporting,
    importing,
    made_up,
    missing,
    missing_list,
)
from collector.services.gaps import EMPTY, UNKNOWN_LABEL, Missing
from collector.services.judging import judge
from collector.services.session import Session
from collector.sheets import reading, writing

PACKS = ("hubei-2023", "hainan-2019", "national-2017", "huizhou-2018", "qinhuangdao-2022")
IN_CI = [
    ("hubei-2023", "hainan-2019"),
    ("hainan-2019", "national-2017"),
    ("huizhou-2018", "qinhuangdao-2022"),
]
"""each pack once; every pair of the five in a release"""
MEMBERS = 4
Workspace = Callable[[str], Session]


def collected(workspace: Workspace, pack_id: str, folder: Path, members: int = MEMBERS) -> Session:
    """A workspace with made-up people who came by the pack's own workbook."""
    session = workspace(pack_id)
    people = made_up.make(session.pack, members, 2)
    books = writing.write_workbooks(
        session.pack, writing.TableSource(people.tables()), folder / f"from-{pack_id}"
    )
    result = importing.import_files(session, books)
    assert not result.has_errors
    return session


def fill_in(book: Path, truth: made_up.MadeUp, pack_id: str) -> int:
    """What a person does: answers in every yellow cell; gives how many."""
    pack = packs.load(pack_id)
    workbook = openpyxl.load_workbook(book)
    filled = 0
    for page in workbook.worksheets:
        head = next(
            (r for r in range(1, 9) if str(page.cell(r, 1).value).startswith("补录标识")), 0
        )
        if not head:
            continue
        kind = Kind(str(page.cell(head + 1, 1).value).split("-")[0])
        fields = missing_list.fields_by_header(pack, kind)
        headers = {cell.value: cell.column for cell in page[head]}
        named = headers.get("姓名") or headers["名称"]
        known = {row["name"]: row for row in truth.records[kind]}
        for row in range(head + 1, page.max_row + 1):
            record = known[page.cell(row, named).value]
            for header, item in fields.items():
                if header not in headers:
                    continue
                cell = page.cell(row, headers[header])
                answer = record.get(item.id, "")
                if cell.value in (None, "") or str(cell.value).startswith("〔"):
                    cell.value = answer or None
                    filled += bool(answer)
    workbook.save(book)
    return filled


def round_trip(workspace: Workspace, folder: Path, source: str, target: str) -> None:
    session = collected(workspace, source, folder)
    pack = packs.load(target)
    truth = made_up.make(pack, MEMBERS, 2)
    before = missing.find(session, target)
    lacking = {
        (gap.kind, number, gap.field)
        for place, gap in enumerate(before.gaps)
        for number in before.ids_of(place)
        if gap.can_be_filled
    }
    if lacking:
        listed = missing_list.write_list(session, before, folder / "list.xlsx")
        answers = fill_in(listed[0], truth, target)
        done = completing.take_list(session, listed[0])
        assert (done.refused, done.unmarked) == ([], 0)
        assert done.filled == answers
    left = missing.find(session, target)
    assert left.required == 0, [gap for gap in left.gaps if gap.severity is Severity.ERROR]
    if source == target:
        assert not lacking
    done_export = exporting.export(session, folder / "out", pack_id=target, workbooks=True)
    back = reading.read_files(done_export.workbooks, pack)
    assert not [
        item
        for item in (*back.findings, *judge(pack, back.tables, None, session.today))
        if item.severity is Severity.ERROR
    ]
    for kind, rows in truth.records.items():
        tables = [table for table in back.tables if table.kind is kind]
        came = {
            table.column("name")[at]: table.record(at)
            for table in tables
            for at in range(len(table))
        }
        assert set(came) == {row["name"] for row in rows}
        wanted = {row["name"]: row for row in rows}
        for of, number, field_id in lacking:
            record = session.store.get(of, number)
            assert record is not None
            name = record.values["name"]
            if of is kind and field_id in came[name]:
                assert came[name][field_id] == wanted[name].get(field_id, ""), field_id


@pytest.mark.parametrize(("source", "target"), IN_CI)
def test_people_collected_for_one_province_go_out_in_the_workbooks_of_another(
    source: str, target: str, workspace: Workspace, tmp_path: Path
) -> None:
    round_trip(workspace, tmp_path, source, target)


@pytest.mark.release
@pytest.mark.parametrize("source", PACKS)
@pytest.mark.parametrize("target", PACKS)
def test_every_pack_serves_every_other(
    source: str, target: str, workspace: Workspace, tmp_path: Path
) -> None:
    round_trip(workspace, tmp_path, source, target)


def national_for_hainan(workspace: Workspace, folder: Path) -> tuple[Session, Missing]:
    session = collected(workspace, "national-2017", folder, 2)
    return session, missing.find(session, "hainan-2019")


def test_a_label_without_equivalent_is_listed_and_neither_dropped_nor_invented(
    workspace: Workspace, tmp_path: Path
) -> None:
    session, found = national_for_hainan(workspace, tmp_path)
    assert found.labels[Kind.MEMBER, "household_type"] == {"未落常住户口": 1, "非农业家庭户口": 1}
    with pytest.raises(GateRefused):
        exporting.export(session, tmp_path / "out", pack_id="hainan-2019")
    source = exporting._Source(
        session, packs.load("hainan-2019"), exporting.gating.scope(session, None)
    )
    assert {row["household_type"] for row in source.rows(Kind.MEMBER)} == {
        "未落常住户口",
        "非农业家庭户口",
    }


def test_a_label_settled_once_serves_every_record_and_leaves_it_as_it_is(
    workspace: Workspace, tmp_path: Path
) -> None:
    session, _ = national_for_hainan(workspace, tmp_path)
    pack = packs.load("hainan-2019")
    equivalents.agree(session, pack, Kind.MEMBER, "household_type", "非农业家庭户口", "非农业户口")
    found = missing.find(session, "hainan-2019")
    assert found.labels[Kind.MEMBER, "household_type"] == {"未落常住户口": 1}
    assert [record.values["household_type"] for record in members(session)] == [
        "未落常住户口",
        "非农业家庭户口",
    ]
    assert not missing.find(session, "national-2017").required
    equivalents.agree(session, pack, Kind.MEMBER, "household_type", "非农业家庭户口", "")
    again = missing.find(session, "hainan-2019")
    assert len(again.labels[Kind.MEMBER, "household_type"]) == 2
    with pytest.raises(WrongUse, match="no_such_label"):
        equivalents.agree(session, pack, Kind.MEMBER, "household_type", "非农业家庭户口", "虚构")


def test_an_answer_to_another_list_stands_beside_the_records_own_label_and_ends_with_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    session, _ = national_for_hainan(workspace, tmp_path)
    pack = packs.load("hainan-2019")
    record = next(r for r in members(session) if r.values["household_type"] == "非农业家庭户口")
    done = completing.answer(
        session, pack, Kind.MEMBER, record.id, {"household_type": "非农业户口"}
    )
    assert (done.filled, done.refused) == (1, [])
    now = session.store.get(Kind.MEMBER, record.id)
    assert now is not None
    assert now.values["household_type"] == "非农业家庭户口"
    assert now.values[own_field(pack, "household_type")] == "非农业家庭户口 → 非农业户口"
    left = missing.find(session, "hainan-2019")
    assert left.labels[Kind.MEMBER, "household_type"] == {"未落常住户口": 1}
    session.store.save(
        Kind.MEMBER, {"household_type": "农业集体户口"}, id=record.id, operator="虚构", pack="x/1"
    )
    changed = missing.find(session, "hainan-2019")
    assert set(changed.labels[Kind.MEMBER, "household_type"]) == {"未落常住户口", "农业集体户口"}


def members(session: Session) -> list[Any]:
    found = (session.store.get(Kind.MEMBER, n) for n in session.store.order(Kind.MEMBER))
    return sorted((r for r in found if r is not None), key=lambda r: r.id)


@pytest.fixture
def listed(workspace: Workspace, tmp_path: Path) -> tuple[Session, Path]:
    """A workspace of Hubei, and the list of what it lacks for Hainan."""
    session = collected(workspace, "hubei-2023", tmp_path, 4)
    found = missing.find(session, "hainan-2019")
    return session, missing_list.write_list(session, found, tmp_path / "list.xlsx")[0]


def change(path: Path, do: Callable[[Any, dict[str, int]], None]) -> None:
    book = openpyxl.load_workbook(path)
    page = book["会员"]
    do(page, {str(cell.value): int(cell.column or 0) for cell in page[3]})
    book.save(path)


def test_rows_sorted_moved_and_deleted_find_their_records_again(
    listed: tuple[Session, Path],
) -> None:
    session, path = listed

    def shuffle(page: Any, headers: dict[str, int]) -> None:
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=4)]
        for row in rows:
            row[headers["籍贯"] - 1] = f"虚构{row[headers['姓名'] - 1]}"
        page.delete_rows(4, 10)
        for place, row in enumerate([rows[3], rows[0], rows[2]]):
            for column, text in enumerate(row, 1):
                page.cell(6 + place, column, text)

    change(path, shuffle)
    done = completing.take_list(session, path)
    assert (done.filled, done.records, done.unmarked, done.refused) == (3, 3, 0, [])
    kept = {r.values["name"]: r.values.get("native_place", "") for r in members(session)}
    assert sorted(bool(text) for text in kept.values()) == [False, True, True, True]
    assert all(text in ("", f"虚构{name}") for name, text in kept.items())


def test_a_list_never_replaces_what_a_record_knows_by_now(listed: tuple[Session, Path]) -> None:
    session, path = listed
    first = members(session)[0]
    session.store.save(Kind.MEMBER, {"ethnicity": "满族"}, id=first.id, operator="虚构", pack="x/1")

    def fill(page: Any, headers: dict[str, int]) -> None:
        for row in range(4, 8):
            page.cell(row, headers["民族"], "汉族")

    change(path, fill)
    done = completing.take_list(session, path)
    assert (done.filled, done.known) == (3, 1)
    assert [r.values["ethnicity"] for r in members(session)].count("满族") == 1
    again = completing.take_list(session, path)
    assert (again.filled, again.known) == (0, 4)


def test_answers_that_break_a_rule_are_named_with_their_row_and_the_others_go_in(
    listed: tuple[Session, Path],
) -> None:
    session, path = listed

    def fill(page: Any, headers: dict[str, int]) -> None:
        page.cell(4, headers["民族"], "虚构族")
        page.cell(4, headers["籍贯"], "虚构省")
        page.cell(5, headers["出生日期（格式：yyyy/MM/dd）"], "2001-13-45")

    change(path, fill)
    done = completing.take_list(session, path)
    assert done.filled == 1
    assert [(item.field, item.sheet, item.row) for item in done.refused] == [
        ("ethnicity", "会员", 4),
        ("birth_date", "会员", 5),
    ]
    said = json.dumps(done.as_json(), ensure_ascii=False)
    assert "虚构族" not in said
    assert "2001" not in said


def test_a_list_of_another_workspace_and_a_forged_row_change_nothing(
    listed: tuple[Session, Path], workspace: Workspace, tmp_path: Path
) -> None:
    session, path = listed

    def forge(page: Any, headers: dict[str, int]) -> None:
        for row in range(4, 8):
            page.cell(row, headers["籍贯"], "虚构省")
        page.cell(4, 1, "member-2-0000000000")

    change(path, forge)
    done = completing.take_list(session, path)
    assert (done.filled, done.unmarked) == (3, 1)
    other = collected(workspace, "national-2017", tmp_path / "other", 4)
    there = completing.take_list(other, path)
    assert (there.filled, there.unmarked) == (0, 4 + 4)


def test_a_workbook_that_is_no_list_is_told_so(workspace: Workspace, tmp_path: Path) -> None:
    session = workspace("hubei-2023")
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    assert not missing_list.is_list(tmp_path / "other.xlsx")
    assert not missing_list.is_list(tmp_path)
    assert not missing_list.is_list(tmp_path / "none.xlsx")
    with pytest.raises(InputRefused, match="no_list"):
        completing.take_list(session, tmp_path / "other.xlsx")


def test_the_number_says_sex_and_birth_and_nothing_is_asked_twice(
    listed: tuple[Session, Path],
) -> None:
    session, _ = listed
    before = missing.find(session, "hainan-2019")
    assert before.from_number == 8
    done = completing.fill_from_number(session, "hainan-2019")
    assert (done.filled, done.refused) == (8, [])
    for record in members(session):
        number = record.values["id_number"]
        assert record.values["birth_date"].replace("-", "") == number[6:14]
        assert record.values["gender"] == ("男" if int(number[16]) % 2 else "女")
        assert record.status is Status.VALID
    assert missing.find(session, "hainan-2019").items == before.items - 8
    assert completing.fill_from_number(session, "hainan-2019").filled == 0


def test_the_document_holds_counts_and_record_numbers_and_nobodys_data(
    listed: tuple[Session, Path],
) -> None:
    session, _ = listed
    found = missing.find(session, "hainan-2019")
    document = json.dumps(found.as_json(), ensure_ascii=False)
    for record in members(session):
        for text in ("name", "id_number", "phone", "unit_name"):
            assert record.values[text] not in document
    assert found.as_json()["items"] == sum(
        len(item["records"]) for item in found.as_json()["fields"]
    )
    assert {gap.code for gap in found.gaps} == {EMPTY}
    assert UNKNOWN_LABEL not in document
