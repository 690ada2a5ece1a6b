"""From one store any province's workbooks: what lacks is listed, filled in, and goes out right."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

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
from collector.services.judging import judge
from collector.services.missing import EMPTY, UNKNOWN_LABEL
from collector.services.session import Session
from collector.sheets import reading, writing

PACKS = ("hubei-2023", "hainan-2019", "national-2017", "huizhou-2018", "qinhuangdao-2022")
IN_CI = [(PACKS[at], PACKS[(at + step) % 5]) for at, step in enumerate((1, 2, 3, 4, 1))]
"""each pack once as what the people were collected with; every pair in a release"""
MEMBERS = 6
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
        head = next((r for r in range(1, 9) if str(page.cell(r, 1).value).startswith("补录标识")), 0)
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
