"""Made-up workbooks and workspaces for the figures."""

from __future__ import annotations

import re
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from collector import packs
from collector.model import Kind, Outcome, Table
from collector.packs.spec import Pack
from collector.services import importing, made_up
from collector.services.session import Session, init_workspace
from collector.sheets import writing
from collector.store import BatchEntry, BatchFile, BatchInput

PACK = "hainan-2019"
"""its member sheet has 20 columns"""
PASSPHRASE = "benchmark-of-nobody"
_CHUNK = 50_000
_DAY = re.compile(r"\d{4}/\d{2}/\d{2}")


def pack() -> Pack:
    return packs.load(PACK)


def workbooks(folder: Path, rows: int) -> tuple[Path, Path]:
    """(organisations, members): the province's own two workbooks, all members in one file."""
    organisations, members = folder / f"organisations-{rows}.xlsx", folder / f"members-{rows}.xlsx"
    if organisations.exists() and members.exists():
        return organisations, members
    of = pack()
    # the province wants a member file for each union, the figures want one file
    of = replace(of, writer=replace(of.writer, one_member_file_per_union=False))
    people = made_up.make(of, rows)
    folder.mkdir(parents=True, exist_ok=True)
    source = writing.TableSource(people.tables())
    first, *others = writing.write_workbooks(of, source, folder / f"made-{rows}")
    (only,) = others
    first.replace(organisations)
    only.replace(members)
    return organisations, members


def as_excel_saves(members: Path) -> Path:
    """The same rows with texts kept once for the workbook, days as numbers, 序号 as a number."""
    target = members.with_name(f"excel-{members.name}")
    if not target.exists():
        rows = CalamineWorkbook.from_path(str(members)).get_sheet_by_index(0).to_python()
        with xlsxwriter.Workbook(target) as book:
            day = book.add_format({"num_format": "yyyy/m/d"})
            sheet = book.add_worksheet("会员")
            for place, row in enumerate(rows):
                for column, text in enumerate(row):
                    if _DAY.fullmatch(text):
                        when = date.fromisoformat(text.replace("/", "-"))
                        sheet.write_datetime(place, column, when, day)
                    elif column == 0 and text.isdigit():
                        sheet.write_number(place, column, int(text))
                    elif text:
                        sheet.write_string(place, column, text)
    return target


def for_the_reader(members: Path) -> Path:
    """The same workbook with a text in its last row that is escaped in two ways: all of it is left
    to the reader's process, as late as can be."""
    target = members.with_name(f"reader-{members.name}")
    if not target.exists():
        with zipfile.ZipFile(members) as told, zipfile.ZipFile(target, "w", 8) as made:
            for name in told.namelist():
                data = told.read(name)
                if name == "xl/worksheets/sheet1.xml":
                    data = b"_x0020_&#10;</t>".join(data.rsplit(b"</t>", 1))
                made.writestr(name, data)
    return target


def workspace(home: Path) -> Session:
    return init_workspace(
        home, PASSPHRASE, PACK, "测速", "虚构测速工会", made_up.union_code(900_000)
    ).session


def with_organisations(home: Path, organisations: Path) -> Session:
    """A workspace that knows the units and unions, so that members' references are judged."""
    session = workspace(home)
    importing.import_files(session, [organisations])
    return session


def filled(home: Path, members: int) -> Session:
    """A workspace of so many members, put in through the store's own door."""
    session = workspace(home)
    people = made_up.make(session.pack, _CHUNK, units=2_000)
    for kind in (Kind.UNIT, Kind.UNION):
        _put(session, [table for table in people.tables() if table.kind is kind])
    units, unions = people.records[Kind.UNIT], people.records[Kind.UNION]
    for start in range(0, members, _CHUNK):
        count = min(_CHUNK, members - start)
        some = made_up.make(session.pack, _CHUNK, units=1).records[Kind.MEMBER][:count]
        for number, row in enumerate(some):
            fresh = made_up.member(start + number)
            row.update({name: fresh[name] for name in fresh})
            of = (start + number) % len(units)
            row["unit_code"], row["unit_name"] = units[of]["uscc"], units[of]["name"]
            row["union_code"], row["union_name"] = unions[of]["uscc"], unions[of]["name"]
        names = list(some[0])
        columns = {name: [row.get(name, "") for row in some] for name in names}
        _put(session, [Table(Kind.MEMBER, columns, list(range(1, count + 1)))])
    return session


def _put(session: Session, tables: list[Table]) -> None:
    entries = [
        BatchEntry(table, [Outcome.ADDED] * len(table), [None] * len(table), ()) for table in tables
    ]
    files = [BatchFile("made-up.xlsx", f"{session.store.journal_head():.64s}")]
    session.store.commit_batch(BatchInput(files, session.pack.id, session.operator, entries))


if __name__ == "__main__":
    filled(Path(sys.argv[1]), int(sys.argv[2])).close()
