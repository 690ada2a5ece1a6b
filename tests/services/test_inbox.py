"""A folder of files in one go: a batch and a line a file, and no file stops the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.errors import InputRefused, SurroundingsFailed
from collector.model import Kind, Outcome
from collector.progress import Progress
from collector.services import gathering, inbox, layouts, made_up, undoing
from collector.services.importing import import_files
from collector.services.inbox_lines import InboxResult, State
from collector.services.session import Session
from collector.wording import Text

Fresh = Callable[..., Session]
Book = Callable[..., Path]
Made = dict[Kind, list[dict[str, Any]]]


def people(session: Session, members: int = 8, units: int = 2) -> Made:
    made = made_up.make(session.pack, members, units=units)
    return {kind: [dict(row) for row in rows] for kind, rows in made.records.items()}


def state(result: InboxResult, name: str) -> State:
    return next(line.state for line in result.lines if line.name.endswith(name))


def spread(book: Book, folder: Path, made: Made) -> Path:
    """Members in a folder that comes before the one of the units they belong to."""
    first, second = folder / "1 会员", folder / "2 单位"
    for place in (first, second):
        place.mkdir(parents=True)
    half = len(made[Kind.MEMBER]) // 2
    for number, rows in enumerate((made[Kind.MEMBER][:half], made[Kind.MEMBER][half:]), 1):
        book(f"会员{number}.xlsx", member=rows).rename(first / f"会员{number}.xlsx")
    book("组织.xlsx", unit=made[Kind.UNIT], union=made[Kind.UNION]).rename(second / "组织.xlsx")
    return folder


def test_a_folder_goes_in_a_batch_a_file_units_before_members(
    workspace: Fresh, book: Book, tmp_path: Path
) -> None:
    session = workspace()
    made = people(session)
    folder = spread(book, tmp_path / "收到", made)
    result = inbox.bring_in(session, [folder])
    assert result.exit_code == 0
    assert [line.name for line in result.lines] == [
        "2 单位/组织.xlsx",
        "1 会员/会员1.xlsx",
        "1 会员/会员2.xlsx",
    ]
    assert [line.batch for line in result.lines] == [1, 2, 3]
    assert session.store.count(Kind.MEMBER) == 8
    assert session.store.parked_count() == 0
    told = result.as_json()
    assert told["rows"] == sum(told[outcome.value] for outcome in Outcome) == 12
    assert [file["batch"] for file in told["files"]] == ["1", "2", "3"]


def test_a_file_that_cannot_be_read_gets_its_sentence_and_the_others_go_in(
    workspace: Fresh, book: Book, tmp_path: Path
) -> None:
    session = workspace()
    folder = spread(book, tmp_path / "收到", people(session))
    (folder / "坏.xlsx").write_bytes(b"no workbook at all")
    (folder / "空.csv").write_text("", encoding="utf-8")
    (folder / "闲话.csv").write_text("今天,天气\n很,好\n", encoding="utf-8")
    result = inbox.bring_in(session, [folder])
    assert state(result, "坏.xlsx") is State.REFUSED
    assert state(result, "空.csv") in (State.REFUSED, State.NO_TABLE)
    assert state(result, "闲话.csv") is State.NO_TABLE
    assert all(line.why() for line in result.files(State.REFUSED, State.NO_TABLE))
    assert session.store.count(Kind.MEMBER) == 8
    assert result.exit_code == 1
    assert inbox.bring_in(session, [folder / "坏.xlsx"]).exit_code == 4


def test_a_file_imported_before_is_passed_over_unless_asked_for_or_taken_back(
    workspace: Fresh, book: Book, tmp_path: Path
) -> None:
    session = workspace()
    folder = spread(book, tmp_path / "收到", people(session))
    inbox.bring_in(session, [folder])
    second = inbox.bring_in(session, [folder])
    assert {line.state for line in second.lines} == {State.SEEN}
    assert "已作为第 1 批导入" in next(
        line.why() for line in second.lines if line.name.endswith("组织.xlsx")
    )
    assert len(session.store.batches()) == 3
    again = inbox.bring_in(session, [folder], again=True)
    assert again.count(Outcome.UNCHANGED) == 12
    undoing.undo(session, 2)
    undoing.undo(session, 5)
    third = inbox.bring_in(session, [folder])
    assert [line.name for line in third.files(State.WRITTEN)] == ["1 会员/会员1.xlsx"]
    assert third.count(Outcome.ADDED) == 4


def test_the_same_file_twice_in_a_folder_goes_in_once(
    workspace: Fresh, book: Book, tmp_path: Path
) -> None:
    session = workspace()
    folder = spread(book, tmp_path / "收到", people(session))
    copied = folder / "副本.xlsx"
    copied.write_bytes((folder / "1 会员" / "会员1.xlsx").read_bytes())
    result = inbox.bring_in(session, [folder])
    assert len(result.files(State.SAME)) == 1
    assert result.rows == 12


def test_members_before_their_units_are_settled_at_the_end(
    workspace: Fresh, book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where memory bids to write before all files are read, the second pass finds the units."""
    session = workspace()
    made = people(session)
    import_files(session, [book("前.xlsx", unit=[dict(made_up.unit(70))])])
    folder = spread(book, tmp_path / "收到", made)
    monkeypatch.setattr(inbox, "AT_ONCE", 1)
    result = inbox.bring_in(session, [folder])
    assert result.count(Outcome.PARKED) == 8
    assert result.released == 8
    assert session.store.count(Kind.MEMBER) == 8
    assert session.store.parked_count() == 0


def test_a_dry_run_says_what_the_import_then_does_and_writes_nothing(
    workspace: Fresh, book: Book, tmp_path: Path
) -> None:
    session = workspace()
    made = people(session)
    made[Kind.MEMBER][1]["phone"] = "12345"
    folder = spread(book, tmp_path / "收到", made)
    twice = dict(made[Kind.MEMBER][2], phone="13800007771")
    twice_differently = dict(made[Kind.MEMBER][3], name="另有其人")
    book("再来.xlsx", member=[twice, twice_differently]).rename(folder / "再来.xlsx")
    head = session.store.journal_head()
    dry = inbox.bring_in(session, [folder], dry_run=True)
    assert session.store.journal_head() == head
    done = inbox.bring_in(session, [folder])
    counts = [{outcome: dry.count(outcome), "then": done.count(outcome)} for outcome in Outcome]
    assert all(each[outcome] == each["then"] for each, outcome in zip(counts, Outcome, strict=True))
    assert done.count(Outcome.UPDATED) == 1
    assert done.count(Outcome.PARKED) == 2


def test_cancelled_on_the_way_what_was_written_stays_and_the_rest_says_so(
    workspace: Fresh, book: Book, tmp_path: Path
) -> None:
    session = workspace()
    folder = spread(book, tmp_path / "收到", people(session))

    def tell(what: Text, done: int, total: int) -> None:
        if "入库第 2" in what.zh:
            progress.cancel()

    progress = Progress(tell)
    result = inbox.bring_in(session, [folder], progress=progress)
    assert result.cancelled
    assert result.exit_code == 130
    assert [line.state for line in result.lines] == [State.WRITTEN, State.WRITTEN, State.LEFT] or [
        line.state for line in result.lines
    ] == [State.WRITTEN, State.LEFT, State.LEFT]
    written = len(result.files(State.WRITTEN))
    assert len(session.store.batches()) == written
    rest = inbox.bring_in(session, [folder])
    assert len(rest.files(State.WRITTEN)) == 3 - written
    assert session.store.count(Kind.MEMBER) == 8


def test_when_the_disk_fills_up_the_rest_is_left_and_the_reason_told(
    workspace: Fresh, book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = workspace()
    folder = spread(book, tmp_path / "收到", people(session))
    real = type(session.store).commit_batch

    def full(store: Any, batch: Any, progress: Any = None) -> Any:
        if store.batches():
            raise SurroundingsFailed("store.full", Text("盘满", "full"), Text("清理", "tidy"))
        return real(store, batch, progress)

    monkeypatch.setattr(type(session.store), "commit_batch", full)
    result = inbox.bring_in(session, [folder])
    assert [line.state for line in result.lines] == [State.WRITTEN, State.LEFT, State.LEFT]
    assert result.exit_code == 5
    assert result.as_json()["stopped"]["code"] == "store.full"


def test_litter_is_passed_over_and_listed(tmp_path: Path) -> None:
    (tmp_path / "内" / ".git").mkdir(parents=True)
    named = {
        "单位2.xlsx": "",
        "单位10.xlsx": "",
        "内/三.CSV": "",
        "~$单位2.xlsx": gathering.LOCK,
        ".~lock.单位2.xlsx#": gathering.LOCK,
        ".DS_Store": gathering.HIDDEN,
        "Thumbs.db": gathering.HIDDEN,
        "~x.tmp": gathering.TEMPORARY,
        "单位2.xlsx.bak": gathering.TEMPORARY,
        "说明.docx": gathering.OTHER_TYPE,
    }
    for name in (*named, "内/.git/config.csv"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "断.xlsx").symlink_to(tmp_path / "没有")
    named["断.xlsx"] = gathering.NO_FILE
    found = gathering.gather([tmp_path])
    assert [found.name(path) for path in found.files] == ["单位2.xlsx", "单位10.xlsx", "内/三.CSV"]
    told = {found.name(path): reason for path, reason in found.passed_over}
    assert told == {name: reason for name, reason in named.items() if reason}


def test_a_folder_without_a_spreadsheet_says_so(workspace: Fresh, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    with pytest.raises(InputRefused) as refused:
        inbox.bring_in(workspace(), [tmp_path / "空"])
    assert refused.value.code == "inbox.no_files"


def test_a_file_named_by_itself_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    odd = tmp_path / ".单位.dat"
    odd.write_bytes(b"x")
    assert gathering.gather([odd, odd]).files == (odd,)


def test_the_layout_a_person_set_right_is_used_for_the_next_file_and_can_be_forgotten(
    workspace: Fresh, book: Book
) -> None:
    from openpyxl import load_workbook

    from collector.sheets import reading

    session = workspace()
    made = people(session, members=4)
    import_files(session, [book("组织.xlsx", unit=made[Kind.UNIT], union=made[Kind.UNION])])

    def odd(name: str, rows: list[dict[str, Any]], above: int = 0) -> Path:
        path = book(name, member=rows)
        workbook = load_workbook(path)
        page = workbook["会员"]
        next(cell for cell in page[1] if cell.value == "姓名").value = "职工"
        for _ in range(above):
            page.insert_rows(1)
            page["A1"] = "某某县工会会员花名册"
        workbook.save(path)
        return path

    first = odd("一月.xlsx", made[Kind.MEMBER][:2])
    assert inbox.bring_in(session, [first], dry_run=True).count(Outcome.PARKED) == 2
    raw = reading.load(first)
    proposed = reading.propose(raw, session.pack)[0]
    letter = next(
        name for name in proposed.ignored if raw.sheets[0].column(ord(name) - 64)[0] == "职工"
    )
    chosen = reading.plan_with_columns(
        raw, proposed, {**proposed.columns, letter: (Kind.MEMBER, "name")}
    )
    assert layouts.remember(session, raw, [chosen]) == 1
    second = odd("二月.xlsx", made[Kind.MEMBER][2:], above=1)
    result = inbox.bring_in(session, [second])
    assert result.count(Outcome.ADDED) == 2
    assert result.lines[0].recalled == ("会员",)
    assert "按上次的列对应" in result.lines[0].why()
    assert import_files(session, [first]).counts[Outcome.ADDED] == 2
    assert layouts.forget(session, layouts.listed(session)[0].id)
    third = odd("三月.xlsx", made[Kind.MEMBER][2:], above=2)
    assert inbox.bring_in(session, [third], dry_run=True).lines[0].lacks_column


def test_a_sheet_left_out_by_hand_is_left_out_of_the_next_file_too(
    workspace: Fresh, book: Book
) -> None:
    from collector.sheets import reading

    session = workspace()
    made = people(session)
    path = book("甲.xlsx", unit=made[Kind.UNIT], union=made[Kind.UNION], member=made[Kind.MEMBER])
    raw = reading.load(path)
    plans = reading.propose(raw, session.pack)
    chosen = [plan if Kind.MEMBER not in plan.kinds else None for plan in plans]
    layouts.remember(session, raw, chosen)
    result = import_files(session, [path])
    assert (result.counts[Outcome.ADDED], session.store.count(Kind.MEMBER)) == (4, 0)
    assert result.counts[Outcome.SKIPPED] == 9
    assert not result.has_errors
    layouts.remember(session, raw, list(plans))
    assert import_files(session, [path]).counts[Outcome.ADDED] == 8
