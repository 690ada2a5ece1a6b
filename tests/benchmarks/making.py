"""Made-up workbooks and workspaces for the figures."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

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
