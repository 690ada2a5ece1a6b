"""The open store: every question and every write, safe to share by threads."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from collector.model import Changes, Finding, Kind, Outcome, Record, Status, Table
from collector.progress import Progress
from collector.store import (
    batches,
    checked,
    journal,
    links,
    originals,
    paging,
    parked,
    records,
    submissions,
    undoing,
    writing,
)
from collector.store.aliases import Aliases
from collector.store.doors import Doors
from collector.store.duplicates import Duplicates
from collector.store.handed import HandedCopies
from collector.store.holding import Hold
from collector.store.layouts import Layouts
from collector.store.lookup import StoreLookup
from collector.store.types import (
    BatchInfo,
    BatchInput,
    BatchResult,
    JournalEntry,
    JournalReport,
    ParkedTable,
    Submission,
    SubmissionInfo,
    Undone,
    WaitingFile,
)
from collector.store.waivers import Waivers
from collector.wording import Text

_SAVING = Text("写入工作区", "Writing to the workspace")
_UNDOING = Text("撤销导入", "Taking the import back")
_CHUNK = 1000


class Store:
    """Every question and every write. Made by ``create`` and ``open_store`` only."""

    def __init__(
        self,
        home: Path,
        writer: sqlite.Connection,
        reader: sqlite.Connection,
        secret: bytes,
        operator: str,
        hold: Hold,
    ) -> None:
        self.home = home
        self.operator = operator
        """who unlocked it; ``keys.BY_RECOVERY`` where the recovery code did"""
        self._doors = Doors(home, writer, reader, secret, hold)
        self._reading = self._doors.reading
        self._writing = self._doors.writing

    # -- the open file ---------------------------------------------------------------

    @property
    def has_log(self) -> bool:
        """Whether something committed is not folded in yet."""
        return self._doors.has_log

    def checkpoint(self) -> None:
        """Fold the WAL into the database: at idle, at lock, at close. A commit does not wait for
        it, unless its log has grown very long."""
        self._doors.checkpoint()

    def close(self) -> None:
        """Fold the WAL in and forget the key; nothing can be asked afterwards."""
        self._doors.close()

    def check_integrity(self, full: bool = False) -> None:
        """Raises ``SurroundingsFailed store.damaged``. Page seals; with ``full`` the structure."""
        self._doors.check_integrity(full)

    # -- settings and blobs ----------------------------------------------------------

    def settings(self) -> dict[str, str]:
        with self._reading() as connection:
            return dict(connection.execute("SELECT name, value FROM setting"))

    def set_setting(self, name: str, value: str) -> None:
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?2",
                (name, value),
            )
            journal.append(connection, "setting.changed", self.operator, {"name": name})

    @property
    def layouts(self) -> Layouts:
        """What was decided about the columns of each layout."""
        return Layouts(self._reading, self._writing, self.operator)

    @property
    def aliases(self) -> Aliases:
        """Spellings that stand for labels."""
        return Aliases(self._reading, self._writing, self.operator)

    @property
    def handed(self) -> HandedCopies:
        """Marked copies that went out."""
        return HandedCopies(self._reading, self._writing, self.operator)

    @property
    def waivers(self) -> Waivers:
        """Warnings that were looked into and found right."""
        return Waivers(self._reading, self._writing, self.operator)

    def blob(self, name: str) -> bytes | None:
        with self._reading() as connection:
            row = connection.execute("SELECT content FROM blob WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def set_blob(self, name: str, content: bytes) -> None:
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO blob VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET content = ?2",
                (name, content),
            )

    # -- records ---------------------------------------------------------------------

    def lookup(self) -> StoreLookup:
        return StoreLookup(self._reading)

    def save(
        self,
        kind: Kind,
        values: Mapping[str, str],
        *,
        id: int | None = None,  # noqa: A002 - the word everyone uses for it
        revision: int | None = None,
        status: Status = Status.VALID,
        reason: str = "",
        operator: str,
        pack: str,
    ) -> tuple[int, Changes]:
        """Add a record, or change one; fields not among ``values`` stay as they are.

        Raises ``SurroundingsFailed store.changed_meanwhile`` for another revision.
        """
        with self._writing() as connection:
            number = id
            if number is None:
                number = writing.insert(
                    connection, kind, values, status=status, pack=pack, operator=operator
                )
            else:
                writing.update(
                    connection,
                    kind,
                    number,
                    values,
                    operator=operator,
                    pack=pack,
                    status=status,
                    revision=revision,
                    reason=reason,
                )
        return number, Changes(frozenset({kind}), (number,))

    def checked_otherwise(self, pack: str) -> dict[Kind, int]:
        """How many live records were last checked with another pack than ``id/version``."""
        with self._reading() as connection:
            return checked.otherwise(connection, pack)

    def mark_checked(self, kind: Kind, ids: Sequence[int], pack: str, operator: str) -> int:
        """Keep that these records were checked with ``pack``; how many were not before."""
        with self._writing() as connection:
            return checked.mark(connection, kind, ids, pack, operator)

    def set_status(
        self, kind: Kind, ids: Sequence[int], status: Status, reason: str, operator: str
    ) -> Changes:
        with self._writing() as connection:
            changed = writing.set_status(connection, kind, ids, status, reason, operator)
        return Changes(frozenset({kind}), tuple(changed))

    def get(self, kind: Kind, id: int) -> Record | None:  # noqa: A002 - as in save
        return next(iter(self.records(kind, [id])), None)

    def records(self, kind: Kind, ids: Sequence[int]) -> list[Record]:
        """Whole records in the order of ``ids``; one that is gone is left out."""
        with self._reading() as connection:
            return records.whole(connection, kind, ids)

    def typed(self, kind: Kind, id: int) -> dict[str, str]:  # noqa: A002 - as in save
        """field -> what the person typed, of the fields where it was not the canonical text."""
        with self._reading() as connection:
            return originals.typed(connection, kind, id)

    def find(self, kind: Kind, key: str) -> Record | None:
        """The record of this key; of a union also by its 临时赋码."""
        with self._reading() as connection:
            return records.of_key(connection, kind, key)

    def by_keys(
        self, kind: Kind, keys: Collection[str], fields: Sequence[str]
    ) -> dict[str, tuple[Any, ...]]:
        """key -> (id, *fields) of the records that have one of these keys."""
        with self._reading() as connection:
            return records.by_keys(connection, kind, keys, fields)

    def count(self, kind: Kind, status: Status | None = None) -> int:
        with self._reading() as connection:
            counted = paging.counts(connection, kind)
        return sum(counted.values()) if status is None else counted.get(status, 0)

    def counts(self) -> dict[tuple[Kind, Status], int]:
        found: dict[tuple[Kind, Status], int] = {}
        with self._reading() as connection:
            for kind in Kind:
                for status, count in paging.counts(connection, kind).items():
                    found[kind, status] = count
        return found

    def order(
        self,
        kind: Kind,
        *,
        sort: str = "id",
        descending: bool = False,
        search: str = "",
        status: Status | None = None,
        where: Mapping[str, str] | None = None,
    ) -> array[int]:
        orders = self._doors.orders  # an order made before a write that comes meanwhile is not kept
        with self._reading() as connection:

            def whole(by: str) -> array[int]:
                known = orders.get((kind, by))
                if known is None:
                    known = orders[kind, by] = paging.everyone(connection, kind, by)
                return known

            ids = paging.order(
                connection, kind, sort, descending, search, status, where or {}, whole
            )
        return array("q", ids)

    def page(self, kind: Kind, ids: Sequence[int], fields: Sequence[str]) -> list[tuple[Any, ...]]:
        with self._reading() as connection:
            return paging.page(connection, kind, ids, fields)

    def stream(
        self,
        kind: Kind,
        fields: Sequence[str],
        where: Mapping[str, str],
        statuses: Sequence[Status],
        *,
        by_key: bool = True,
    ) -> Iterator[list[tuple[Any, ...]]]:
        """The fields of all such records in chunks, by key or, which reads faster, as they came;
        no lock is held between chunks."""
        with self._reading() as connection:
            ids = paging.streamed_ids(connection, kind, where, statuses, by_key)
        for start in range(0, len(ids), _CHUNK):
            rows = self.page(kind, ids[start : start + _CHUNK], fields)
            if rows:
                yield [row[3:] for row in rows]

    # -- imports ---------------------------------------------------------------------

    def commit_batch(self, batch: BatchInput, progress: Progress | None = None) -> BatchResult:
        """One import in one transaction. Raises ``Cancelled``; nothing is written then."""

        def step(done: int) -> None:
            if progress is not None:
                progress.step(_SAVING, done, len(batch.entries))

        with self._writing(much=True) as connection:
            number, counts, touched = batches.write(connection, batch, step)
        return BatchResult(
            number,
            dict(counts),
            Changes(
                frozenset(kind for kind, ids in touched.items() if ids),
                tuple(one for ids in touched.values() for one in ids),
                parked=counts[Outcome.PARKED] > 0,
                batches=True,
            ),
        )

    def plan_undoing(self, batch: int) -> Undone:
        """What taking an import back would do; nothing is written."""
        with self._reading() as connection:
            return undoing.plan(connection, batch).told()

    def undo_batch(self, batch: int, operator: str, progress: Progress | None = None) -> Undone:
        """Take an import back in one transaction. Raises ``Cancelled``; nothing is changed then."""

        def step(done: int, total: int) -> None:
            if progress is not None:
                progress.step(_UNDOING, done, total)

        with self._writing() as connection:
            plan = undoing.plan(connection, batch)
            if plan.does_anything:
                undoing.carry_out(connection, plan, operator, step)
        return plan.told(done=True)

    def batches(self) -> list[BatchInfo]:
        with self._reading() as connection:
            return batches.infos(connection)

    # -- parked rows -----------------------------------------------------------------

    def parked_count(self, kind: Kind | None = None, batch: str | int | None = None) -> int:
        with self._reading() as connection:
            return parked.count(connection, kind, batch)

    def parked_counts(self) -> dict[Kind, int]:
        with self._reading() as connection:
            return parked.counts(connection)

    def parked_tables(
        self,
        kind: Kind | None = None,
        batch: str | int | None = None,
        ids: Collection[int] | None = None,
    ) -> list[ParkedTable]:
        with self._reading() as connection:
            return parked.tables(connection, kind, batch, ids)

    def parked_files(self) -> list[WaitingFile]:
        """The imported files that have waiting rows, newest import first."""
        with self._reading() as connection:
            return parked.files(connection)

    def parked_together(self, ids: Collection[int]) -> set[int]:
        """The waiting rows among these and their siblings: other records of the same rows."""
        with self._reading() as connection:
            return links.together(connection, ids)

    def parked_linked(self, values: Collection[str]) -> set[int]:
        """Waiting rows that share one of these values (``links``)."""
        with self._reading() as connection:
            return links.waiting(connection, values)

    def rewrite_parked(
        self, ids: Sequence[int], table: Table, findings: Sequence[Finding], operator: str
    ) -> Changes:
        """Put edited rows back with what is wrong with them now."""
        with self._writing() as connection:
            parked.rewrite(connection, ids, table, findings, operator)
        return Changes(parked=True)

    def release_parked(
        self,
        ids: Sequence[int],
        table: Table,
        outcomes: Sequence[Outcome],
        targets: Sequence[int | None],
        operator: str,
        pack: str = "",
    ) -> Changes:
        """Parked rows that are sound become records; ``Changes.ids`` stand beside ``ids``.

        ``pack`` is what found them sound, where it is not the one of their import.
        """
        with self._writing() as connection:
            records = parked.release(connection, ids, table, outcomes, targets, operator)
            if pack:
                checked.mark(connection, table.kind, records, pack, operator)
        return Changes(frozenset({table.kind}), tuple(records), parked=True)

    def take_back_released(
        self, released: Mapping[int, Outcome], operator: str
    ) -> tuple[list[int], Changes]:
        """Make released rows wait again; gives those that cannot, and what changed."""
        with self._writing() as connection:
            kept = parked.take_back(connection, released, operator)
        return kept, Changes(frozenset(Kind), parked=True)

    def discard_parked(self, ids: Sequence[int], reason: str, operator: str) -> Changes:
        """Rows that wait no longer; they are kept."""
        with self._writing() as connection:
            parked.discard(connection, ids, reason, operator)
        return Changes(parked=True)

    @property
    def duplicates(self) -> Duplicates:
        """Who may be there twice, and what was decided."""
        return Duplicates(self._reading, self._writing)

    # -- journal and submissions -----------------------------------------------------

    def note(self, action: str, details: Mapping[str, str | int], operator: str) -> None:
        """Write down something that was done but changed no record."""
        with self._writing() as connection:
            journal.append(connection, action, operator, details)

    def journal_verify(self) -> JournalReport:
        """Recompute the chain, and hold it against the mark outside: a cut tail is seen too."""
        with self._doors.marked() as (connection, mark):
            report = journal.verify(connection)
            marked = journal.hash_of(connection, mark.entries)
        if report.ok and marked != mark.head:
            first_bad = min(mark.entries, report.entries + 1)
            return JournalReport(False, report.entries, first_bad, report.head)
        return report

    def journal_entries(
        self, record_key: str | None = None, limit: int = 1000
    ) -> list[JournalEntry]:
        """The newest entries, or those of the record with this key."""
        if record_key is None:
            with self._reading() as connection:
                return journal.entries(connection, "", 0, limit)
        for kind in Kind:
            record = self.find(kind, record_key.strip().upper())
            if record is not None:
                with self._reading() as connection:
                    return journal.entries(connection, kind.value, record.id, limit)
        return []

    def journal_head(self) -> str:
        with self._reading() as connection:
            return journal.head(connection)

    def submissions(self) -> list[SubmissionInfo]:
        with self._reading() as connection:
            return submissions.infos(connection)

    def record_submission(
        self, submission: Submission, ids: Mapping[Kind, Sequence[int]]
    ) -> Changes:
        """Keep that a bundle went out, and mark its records as submitted."""
        with self._writing() as connection:
            submissions.submit(connection, submission, ids)
        return Changes(frozenset(kind for kind in ids if ids[kind]), submissions=True)
