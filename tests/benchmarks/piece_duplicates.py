"""A search for duplicates among so many members, against reading them; with one in a hundred
planted, then around a few hundred new ones. Processor time: steadier on a shared machine."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import making
import measuring
from collector.model import Kind, Outcome, Status, Table
from collector.services import duplicates, made_up
from collector.services.session import Session
from collector.store import BatchEntry, BatchFile, BatchInput

_CHUNK = 50_000
_FIELDS = ("name", "id_type", "id_number", "birth_date", "phone", "unit_code", "union_code")
_HUNDRED = 100


def put(session: Session, rows: list[dict[str, str]], digest: str) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name, "") for row in rows] for name in names}
    table = Table(Kind.MEMBER, columns, list(range(1, len(rows) + 1)))
    entry = BatchEntry(table, [Outcome.ADDED] * len(rows), [None] * len(rows), ())
    files = [BatchFile("made-up.xlsx", digest * 64)]
    session.store.commit_batch(BatchInput(files, session.pack.id, session.operator, [entry]))


def person(number: int, storm: bool) -> dict[str, str]:
    """As real lists are: a name is borne by some dozens, not by one in two thousand; in a storm
    it is, and namesakes were born on one day in one unit."""
    row = made_up.member(number)
    if not storm:
        row["name"] += made_up.person_name(number // 37 * 11)[1]
    row["unit_code"] = made_up.unit_code(number % 2000 if storm else number % 1993)
    return row


def twin(number: int) -> dict[str, str]:
    """The same person once more, one digit miscopied."""
    row = person(number, False)
    row["id_number"] = row["id_number"][:5] + "9" + row["id_number"][6:]
    return row


def used(work: object) -> float:
    began = measuring.processor()
    assert callable(work)
    work()
    return measuring.processor() - began


def main(members: str, *options: str) -> None:
    count, storm = int(members), "storm" in options
    with tempfile.TemporaryDirectory() as folder:
        session = making.workspace(Path(folder) / "home")
        for start in range(0, count, _CHUNK):
            numbers = range(start, min(count, start + _CHUNK))
            put(session, [person(number, storm) for number in numbers], f"{start % 10}")
        if not storm:
            put(session, [twin(number) for number in range(0, count, _HUNDRED)], "a")

        def read() -> None:
            for _ in session.store.stream(Kind.MEMBER, _FIELDS, {}, tuple(Status)):
                pass

        reading = used(read)
        measuring.forget_peak()
        whole = used(lambda: duplicates.scan(session, full=True))
        peak = measuring.peak_mib()
        found = duplicates.waiting(session)
        put(session, [twin(number) for number in range(7, 30_007, _HUNDRED) if number < count], "b")
        around = used(lambda: duplicates.scan(session))
        listed = used(lambda: duplicates.as_json(session))
        found_around = duplicates.waiting(session) - found
        session.close()
    measuring.tell(
        members=count,
        reading_cpu_s=reading,
        search_cpu_s=whole,
        ratio=whole / reading,
        found=found,
        around_300_cpu_s=around,
        found_around=found_around,
        list_cpu_s=listed,
        peak_mib=peak,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
