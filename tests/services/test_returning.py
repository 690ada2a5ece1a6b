"""Marked copies that go out to be mended, and every way in which they come back."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from collector import packs
from collector.errors import InputRefused, WrongUse
from collector.model import Kind, Outcome
from collector.services import fixing, handing, importing, made_up, parking, staging, undoing
from collector.services.fixing import CellEdit
from collector.services.handing import HandResult
from collector.services.importing import ImportResult, import_files
from collector.services.returned import Fate
from collector.services.session import Session, instance
from collector.sheets import reading, row_ids

Fresh = Callable[..., Session]
Book = Callable[..., Path]

PACK = packs.load("hubei-2023")
PHONE, NAME, ID = "phone", "name", "id_number"


class Case:
    """30 members of whom three have a wrong phone (rows 5, 12, 21) and one no name (row 8)."""

    def __init__(self, session: Session, book: Book, folder: Path) -> None:
        self.session, self.folder = session, folder
        made = made_up.make(session.pack, 30, units=2)
        self.members = [dict(row) for row in made.records[Kind.MEMBER]]
        self.truth = [dict(row) for row in self.members]
        for row in (5, 12, 21):
            self.members[row - 2]["phone"] = "12345"
        self.members[8 - 2]["name"] = ""
        rows = {kind.value: made.records[kind] for kind in (Kind.UNIT, Kind.UNION)}
        self.source = book("花名册.xlsx", **rows, member=self.members)
        self.first = import_files(session, [self.source])
        assert self.first.counts[Outcome.PARKED] == 4

    def hand(self, *, rebuilt: bool = False) -> Path:
        result = self.handed(rebuilt=rebuilt)
        (copy,) = result.copies
        assert copy.rebuilt is rebuilt
        return copy.path

    def handed(self, *, rebuilt: bool = False) -> HandResult:
        sources = () if rebuilt else (self.source,)
        return handing.hand_back(self.session, int(self.first.batch), self.folder / "退回", sources)

    def bring(self, path: Path, discard: bool = False) -> ImportResult:
        result = import_files(self.session, [path], discard_missing=discard)
        told = result.as_json()
        assert told["rows"] == sum(told[outcome.value] for outcome in Outcome)
        for returned in told.get("returned", ()):
            assert sum(returned["rows"].values()) == told["rows"]
        return result

    def right(self, page: Worksheet, *rows: int) -> None:
        """Put the truth into these rows (of the source) wherever they stand now."""
        at = columns(page)
        for cells in page.iter_rows(min_row=2):
            number = cells[at[ID]].value
            for row in rows:
                if number == self.truth[row - 2]["id_number"]:
                    cells[at[PHONE]].value = self.truth[row - 2]["phone"]
                    cells[at[NAME]].value = self.truth[row - 2]["name"]

    @property
    def stored(self) -> dict[str, dict[str, str]]:
        store = self.session.store
        found: dict[str, dict[str, str]] = {}
        for number in store.order(Kind.MEMBER):
            record = store.get(Kind.MEMBER, number)
            assert record is not None
            found[record.values["id_number"]] = dict(record.values)
        return found

    def is_whole(self) -> bool:
        """Everyone is stored as they truly are, and nobody else."""
        stored = self.stored
        return len(stored) == len(self.truth) and all(
            stored[row["id_number"]][name] == row[name]
            for row in self.truth
            for name in ("name", "phone", "join_date")
        )


def columns(page: Worksheet) -> dict[str, int]:
    """Field -> place in the row."""
    row = [" ".join(str(cell.value or "").split()) for cell in page[header_row(page)]]
    return {
        item.id: row.index(" ".join(item.header.split()))
        for item in PACK.fields_of(Kind.MEMBER)
        if " ".join(item.header.split()) in row
    }


def header_row(page: Worksheet) -> int:
    header = next(item.header for item in PACK.fields_of(Kind.MEMBER) if item.id == ID)
    return next(
        (
            cell.row
            for row in page.iter_rows(max_row=6)
            for cell in row
            if " ".join(str(cell.value or "").split()) == " ".join(header.split())
        ),
        0,
    )


def members_of(path: Path) -> tuple[Workbook, Worksheet]:
    book = load_workbook(path)
    return book, next(page for page in book.worksheets if header_row(page))


def fates(result: ImportResult) -> dict[Fate, int]:
    (returned,) = result.staged.back.files.values()
    return {fate: count for fate, count in returned.counts.items() if count}


@pytest.fixture
def case(workspace: Fresh, book: Book, tmp_path: Path) -> Case:
    return Case(workspace(), book, tmp_path)


def test_a_copy_keeps_the_workbook_and_says_what_to_do(case: Case) -> None:
    path = case.hand()
    assert path.name == "花名册-退回.xlsx"
    book, page = members_of(path)
    assert "退回说明" in book.sheetnames
    assert "错误清单" in book.sheetnames
    hidden = [name for name, column in page.column_dimensions.items() if column.hidden]
    assert len(hidden) == 1
    ids = [cell.value for cell in page[hidden[0]]]
    assert ids[0] == row_ids.HEADER
    assert len(set(ids)) == 31
    last = page.max_column
    assert str(page.cell(1, last).value).startswith("错误说明")
    assert [row for row in range(2, 32) if page.cell(row, last).value] == [5, 8, 12, 21]
    phone = page.cell(5, columns(page)[PHONE] + 1)
    assert phone.fill.start_color.rgb == "FFFFC7CD"
    assert phone.comment is not None
    assert "手机" in phone.comment.text
    text = "".join(str(cell.value) for cell in book["退回说明"]["A"])
    assert "4 行需要改正" in text
    for row in case.truth:
        assert row["id_number"] not in "".join(map(str, ids))


def test_what_was_mended_goes_in_and_the_rest_still_waits(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    case.right(page, 5, 12)
    page.cell(21, columns(page)[PHONE] + 1).value = "999"
    book.save(path)
    result = case.bring(path)
    assert fates(result) == {
        Fate.FIXED: 2,
        Fate.STILL_FAULTY: 1,
        Fate.UNCHANGED: 1,
        Fate.SOUND: 30,
    }
    assert result.counts[Outcome.ADDED] == 2
    assert result.counts[Outcome.UNCHANGED] == 30
    assert case.session.store.parked_count() == 2
    held = parking.load(case.session, Kind.MEMBER)
    assert [(each.table.rows, each.file_name) for each in held] == [([8, 21], path.name)]
    assert held[0].table.column("phone")[1] == "999"


def test_a_copy_sorted_moved_deleted_and_added_to_is_matched_row_by_row(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    case.right(page, 5, 8, 12)
    at = columns(page)
    rows = [[cell.value for cell in cells] for cells in page.iter_rows(min_row=2, max_row=31)]
    gone = case.truth[21 - 2]["id_number"]
    rows = sorted((row for row in rows if row[at[ID]] != gone), key=lambda row: row[at[ID]][::-1])
    new = made_up.member(77)
    added = list(rows[0])
    for name, value in ((ID, new["id_number"]), (NAME, new["name"]), (PHONE, new["phone"])):
        added[at[name]] = value
    for name in ("birth_date", "gender"):
        if name in at:
            added[at[name]] = new[name]
    added = [None if str(value).startswith("GHR") else value for value in added]
    rows.insert(3, added)
    page.delete_rows(2, 30)
    for row, values in enumerate(rows, 2):
        for column, value in enumerate(values, 1):
            page.cell(row, column).value = value
    page.insert_rows(2)  # a blank line on top
    book.save(path)
    result = case.bring(path)
    assert fates(result) == {Fate.FIXED: 3, Fate.SOUND: 30, Fate.NEW: 1}
    (returned,) = result.staged.back.files.values()
    assert [(row, sheet) for sheet, row, _ in returned.missing] == [(21, page.title)]
    assert new["id_number"] in case.stored
    assert case.session.store.parked_count() == 1


def test_rows_sorted_without_their_ids_are_known_by_what_they_say(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    case.right(page, 5, 8, 12, 21)
    width = page.max_column - 2
    rows = [[cell.value for cell in cells[:width]] for cells in page.iter_rows(min_row=2)]
    for row, values in enumerate(reversed(rows), 2):
        for column, value in enumerate(values, 1):
            page.cell(row, column).value = value
    book.save(path)
    result = case.bring(path)
    assert fates(result) == {Fate.FIXED: 4, Fate.SOUND: 30}
    assert case.is_whole()


def test_columns_moved_and_reasons_and_sheets_deleted_do_no_harm(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    case.right(page, 5, 8, 12, 21)
    page.delete_cols(page.max_column)
    page.insert_cols(2)
    page.cell(1, 2).value = "车间"
    del book["退回说明"]
    del book["错误清单"]
    book.save(path)
    assert fates(case.bring(path)) == {Fate.FIXED: 4, Fate.SOUND: 30}
    assert case.is_whole()


def test_without_any_id_the_copy_is_known_by_its_sheet_of_instructions(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    case.right(page, 5, 8, 12, 21)
    page.delete_cols(page.max_column - 1)
    book.save(path)
    assert fates(case.bring(path)) == {Fate.FIXED: 4, Fate.SOUND: 30}
    assert case.is_whole()


def test_the_same_copy_twice_changes_nothing(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    case.right(page, 5, 12)
    book.save(path)
    case.bring(path)
    before, waiting = case.stored, case.session.store.parked_count()
    again = case.bring(path)
    assert again.counts[Outcome.ADDED] == again.counts[Outcome.UPDATED] == 0
    assert again.counts[Outcome.PARKED] == 0
    assert fates(again) == {Fate.SETTLED: 2, Fate.UNCHANGED: 2, Fate.SOUND: 30}
    assert (case.stored, case.session.store.parked_count()) == (before, waiting)


def test_a_row_copied_is_taken_once_and_a_copy_with_other_content_is_new(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    case.right(page, 5)
    at = columns(page)
    values = [cell.value for cell in page[5]]
    page.append(values)
    values[at[ID]] = made_up.member(88)["id_number"]
    page.append(values)
    book.save(path)
    result = case.bring(path)
    counted = fates(result)
    assert counted[Fate.COPIED] == 1
    assert counted[Fate.NEW] == 1
    assert counted[Fate.FIXED] == 1
    assert [f.row for f in result.findings if f.code == "returned.copied_row"] == [32]


def test_ids_changed_by_hand_or_from_elsewhere_are_named(
    case: Case,
) -> None:
    path = case.hand()
    written, page = members_of(path)
    last = page.max_column - 1
    case.right(page, 5, 8, 12, 21)
    page.cell(5, last).value = str(page.cell(5, last).value)[:-1] + "*"
    page.append([None] * (last - 1) + ["GHR0000000000000000"])
    written.save(path)
    result = case.bring(path)
    assert fates(result) == {Fate.FIXED: 4, Fate.SOUND: 30}


def test_a_copy_of_another_workspace_comes_in_as_an_ordinary_file(
    case: Case, workspace: Fresh
) -> None:
    path = case.hand()
    session = workspace()
    session.store.set_setting("instance", "0123456789abcdef")
    result = import_files(session, [path])
    assert {f.code for f in result.findings if f.code.startswith("returned.")} == {
        "returned.other_workspace"
    }
    assert result.counts[Outcome.ADDED] == 30
    assert result.counts[Outcome.PARKED] == 4


def test_a_sound_row_that_was_changed_is_an_update_even_of_its_number(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    at = columns(page)
    page.cell(3, at[PHONE] + 1).value = "13912345678"
    number = made_up.member(99)["id_number"]
    case.truth[4 - 2]["id_number"], was = number, case.truth[4 - 2]["id_number"]
    page.cell(4, at[ID] + 1).value = number
    for name in ("birth_date", "gender"):
        if name in at:
            page.cell(4, at[name] + 1).value = made_up.member(99)[name]
    book.save(path)
    result = case.bring(path)
    assert fates(result) == {Fate.UNCHANGED: 4, Fate.SOUND: 28, Fate.EDITED: 2}
    assert result.counts[Outcome.UPDATED] == 2
    stored = case.stored
    assert number in stored
    assert was not in stored
    assert stored[case.truth[3 - 2]["id_number"]]["phone"] == "13912345678"


def test_what_was_mended_at_the_desk_meanwhile_is_not_undone(case: Case) -> None:
    path = case.hand()
    waiting = {
        row: number
        for held in parking.load(case.session, Kind.MEMBER)
        for row, number in zip(held.table.rows, held.ids, strict=True)
    }
    fixing.apply(
        case.session,
        [
            CellEdit(waiting[5], "phone", case.truth[5 - 2]["phone"]),
            CellEdit(waiting[12], "join_date", "2021-05-06"),
        ],
    )
    book, page = members_of(path)
    case.right(page, 12)
    book.save(path)
    result = case.bring(path)
    assert fates(result) == {Fate.FIXED: 1, Fate.SETTLED: 1, Fate.UNCHANGED: 2, Fate.SOUND: 30}
    stored = case.stored
    assert stored[case.truth[5 - 2]["id_number"]]["phone"] == case.truth[5 - 2]["phone"]
    assert stored[case.truth[12 - 2]["id_number"]]["join_date"] == "2021-05-06"
    assert stored[case.truth[12 - 2]["id_number"]]["phone"] == case.truth[12 - 2]["phone"]


def test_rows_that_did_not_come_back_are_left_out_only_when_asked(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    case.right(page, 5, 8, 12)
    page.delete_rows(21)
    book.save(path)
    kept = case.bring(path)
    assert kept.as_json()["returned"][0]["missing"] == {
        "parked": [{"sheet": page.title, "row": 21}],
        "sound": 0,
        "discarded": 0,
    }
    assert case.session.store.parked_count() == 1
    done = case.bring(path, discard=True)
    assert done.as_json()["returned"][0]["missing"]["discarded"] == 1
    assert case.session.store.parked_count() == 0


def test_a_return_can_be_undone_and_the_rows_wait_as_before(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    case.right(page, 5, 12)
    page.delete_rows(21)
    book.save(path)
    before = {number: list(h.table.rows) for h in parking.load(case.session) for number in h.ids}
    people = case.stored
    result = case.bring(path, discard=True)
    undoing.undo(case.session, int(result.batch))
    after = {number: list(h.table.rows) for h in parking.load(case.session) for number in h.ids}
    assert after == before
    assert case.stored == people
    assert fates(case.bring(path))[Fate.FIXED] == 2


def test_a_copy_comes_back_as_csv(case: Case, tmp_path: Path) -> None:
    path = case.hand()
    _, page = members_of(path)
    case.right(page, 5, 8, 12, 21)
    target = tmp_path / "退回.csv"
    with target.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        for cells in page.iter_rows(values_only=True):
            writer.writerow(["" if value is None else value for value in cells])
    result = case.bring(target)
    assert fates(result)[Fate.FIXED] == 4
    assert case.is_whole()


def test_without_the_source_a_workbook_of_the_pack_holds_the_rows_to_be_mended(
    case: Case,
) -> None:
    path = case.hand(rebuilt=True)
    book, page = members_of(path)
    at = columns(page)
    assert len([row for row in page.iter_rows(min_row=2) if row[at[ID]].value]) == 4
    case.right(page, 5, 8, 12, 21)
    book.save(path)
    assert fates(case.bring(path)) == {Fate.FIXED: 4}
    assert case.is_whole()
    assert not list(path.parent.glob("*draft*"))


def test_rows_still_faulty_go_out_a_second_time_in_the_file_that_came_back(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    case.right(page, 5, 12)
    book.save(path)
    second = case.bring(path)
    back = case.folder / "收到" / path.name
    back.parent.mkdir()
    shutil.copy(path, back)
    result = handing.hand_back(case.session, int(second.batch), case.folder / "再退", [back])
    (copy,) = result.copies
    assert (copy.rebuilt, copy.rows, copy.path.name) == (False, 2, "花名册-退回.xlsx")
    book, page = members_of(copy.path)
    hidden = [name for name, column in page.column_dimensions.items() if column.hidden]
    assert len(hidden) == 1
    assert [name for name in book.sheetnames if name.startswith(("退回", "错误"))] == [
        "退回说明",
        "错误清单",
    ]
    last = page.max_column
    assert [row for row in range(2, 32) if page.cell(row, last).value] == [8, 21]
    red = {
        row for row in range(2, 32) for cell in page[row] if cell.fill.start_color.rgb == "FFFFC7CD"
    }
    assert red == {8, 21}
    case.right(page, 8, 21)
    for row in (8, 21):
        assert page.cell(row, columns(page)[ID] + 1).value == case.truth[row - 2]["id_number"]
    page.cell(8, columns(page)[NAME] + 1).value = case.truth[6]["name"]
    book.save(copy.path)
    assert fates(case.bring(copy.path)) == {Fate.FIXED: 2, Fate.SOUND: 32}
    assert case.is_whole()


def test_an_older_copy_finds_its_rows_after_they_came_back_with_another(case: Case) -> None:
    older = case.hand()
    kept = case.folder / "older.xlsx"
    shutil.copy(older, kept)
    newer = case.hand()
    book, page = members_of(newer)
    case.right(page, 5)
    book.save(newer)
    case.bring(newer)
    book, page = members_of(kept)
    case.right(page, 5, 12)
    book.save(kept)
    assert fates(case.bring(kept)) == {
        Fate.SETTLED: 1,
        Fate.FIXED: 1,
        Fate.UNCHANGED: 2,
        Fate.SOUND: 30,
    }


def test_a_file_whose_header_was_pointed_out_by_hand_goes_back_laid_out_anew(
    workspace: Fresh, book: Book, tmp_path: Path
) -> None:
    session = workspace()
    made = made_up.make(session.pack, 6, units=1)
    rows = [dict(row) for row in made.records[Kind.MEMBER]]
    rows[2]["phone"] = "12345"
    import_files(
        session, [book("u.xlsx", unit=made.records[Kind.UNIT], union=made.records[Kind.UNION])]
    )
    source = book("m.xlsx", member=rows)
    written = load_workbook(source)
    page = written.active
    assert page is not None
    for place, cell in enumerate(page[1], 1):
        cell.value = f"栏{place}"
    written.save(source)
    raw = reading.load(source)
    sheet = next(s for s in session.pack.sheets if s.kinds == (Kind.MEMBER,))
    plan = reading.plan_with_header(raw, 0, sheet, 1)
    letters = {get_column_letter(n): (Kind.MEMBER, f.id) for n, f in enumerate(sheet.fields, 1)}
    plans = {source: [reading.plan_with_columns(raw, plan, letters)]}
    first = importing.commit(session, staging.stage(session, [source], plans=plans))
    assert (first.counts[Outcome.ADDED], first.counts[Outcome.PARKED]) == (5, 1)
    (copy,) = handing.hand_back(session, int(first.batch), tmp_path / "退回", [source]).copies
    assert (copy.rebuilt, copy.rows) == (True, 1)
    back, page = members_of(copy.path)
    for cells in page.iter_rows():
        for cell in cells:
            if cell.value == "12345":
                cell.value = "13912345678"
    back.save(copy.path)
    assert fates(import_files(session, [copy.path])) == {Fate.FIXED: 1}


def test_nothing_that_lies_in_the_folder_is_written_over(case: Case) -> None:
    first = case.hand()
    content = first.read_bytes()
    second = case.hand()
    assert (first.name, second.name) == ("花名册-退回.xlsx", "花名册-退回2.xlsx")
    assert first.read_bytes() == content
    book, page = members_of(first)
    case.right(page, 5)
    book.save(first)
    batch = int(case.bring(first).batch)
    (copy,) = handing.hand_back(case.session, batch, first.parent, [first]).copies
    assert copy.path.name == "花名册-退回3.xlsx"


def test_ids_of_a_copy_nobody_here_knows_are_named_and_their_rows_are_new(case: Case) -> None:
    path = case.hand()
    book, page = members_of(path)
    ids = row_ids.RowIds(instance(case.session), case.session.store.handed.secret())
    unknown = ids.make("ZZZZZ", range(1, 32))
    column = page.max_column - 1
    for row in range(2, 32):
        page.cell(row, column).value = unknown[row]
    del book["退回说明"]
    book.save(path)
    result = case.bring(path)
    assert {f.code for f in result.findings if f.code.startswith("returned.")} == {
        "returned.unknown_copy"
    }
    assert fates(result) == {Fate.NEW: 30, Fate.SOUND: 4}
    assert result.counts[Outcome.UNCHANGED] == 30


def test_only_the_very_file_imported_is_taken_for_a_copy(case: Case, tmp_path: Path) -> None:
    other = tmp_path / "另一份.xlsx"
    book = load_workbook(case.source)
    book.active["A3"] = "改过"
    book.save(other)
    with pytest.raises(InputRefused) as refused:
        handing.hand_back(case.session, 1, tmp_path, [other])
    assert refused.value.code == "handing.other_file"
    with pytest.raises(WrongUse) as wrong:
        handing.hand_back(case.session, 99, tmp_path)
    assert wrong.value.code == "handing.no_such_batch"
    fixing.discard(case.session, [n for h in parking.load(case.session) for n in h.ids], "退休")
    with pytest.raises(WrongUse) as wrong:
        handing.hand_back(case.session, 1, tmp_path)
    assert wrong.value.code == "handing.nothing_parked"


def test_a_unit_and_its_union_in_one_row_come_back_as_one(
    workspace: Fresh, book: Book, tmp_path: Path
) -> None:
    session = workspace("hainan-2019")
    made = made_up.make(session.pack, 4, units=3)
    pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]] = [
        (dict(unit), dict(union))
        for unit, union in zip(made.records[Kind.UNIT], made.records[Kind.UNION], strict=True)
    ]
    good = pairs[1][0]["uscc"]
    pairs[1][0]["uscc"] = good[:-1]
    source = book("单位.xlsx", "hainan-2019", unit_union=pairs)
    first = import_files(session, [source])
    assert (first.rows, first.counts[Outcome.PARKED]) == (3, 1)
    (copy,) = handing.hand_back(session, int(first.batch), tmp_path / "退回", [source]).copies
    written = load_workbook(copy.path)
    page = written.worksheets[0]
    for cells in page.iter_rows():
        for cell in cells:
            if cell.value == good[:-1]:
                cell.value = good
    written.save(copy.path)
    back = import_files(session, [copy.path])
    assert fates(back) == {Fate.FIXED: 1, Fate.SOUND: 2}
    assert (session.store.count(Kind.UNIT), session.store.count(Kind.UNION)) == (3, 3)
    assert session.store.parked_count() == 0
