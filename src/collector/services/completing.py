"""What was missing, filled in: by a list that came back, by single answers, by the number.

Only what is lacking is taken: a value that stands in a record is never replaced, and an answer to
another province's list is kept beside the record's own label.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from collector.errors import InputRefused
from collector.model import Changes, Finding, Kind, Outcome, Severity, Status, Table
from collector.packs.spec import Pack
from collector.packs.translating import own_field, own_text
from collector.progress import Progress
from collector.services import linking
from collector.services import missing as finding
from collector.services.checking import explain
from collector.services.gaps import EMPTY, UNKNOWN_LABEL
from collector.services.judging import judge
from collector.services.list_marks import Marks, marks
from collector.services.missing_list import KNOWN, MARK, OPENING, fields_by_header
from collector.services.pack_signing import open_pack
from collector.services.session import Session
from collector.sheets import cells, listings, reading
from collector.sheets.raw import Cell
from collector.store import BatchEntry, BatchFile, BatchInput
from collector.wording import Text

log = logging.getLogger(__name__)

_PAGE = 2000
Answers = Mapping[int, Mapping[str, str]]
"""record id -> {field id: what was typed}"""
Writes = dict[int, dict[str, str]]
"""record id -> {field id: text as the store keeps it}"""


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not taken; where it stands and why, never what it says."""

    kind: Kind
    record: int
    field: str
    label: str
    text: Text
    sheet: str = ""
    row: int = 0


@dataclass(slots=True)
class Completed:
    """What came of answers."""

    filled: int = 0
    """cells that went into the records"""
    records: int = 0
    known: int = 0
    """answers to what is not lacking (any more): the records stay as they are"""
    unmarked: int = 0
    """rows of the list that cannot be traced to a record of this workspace"""
    refused: list[Refused] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)

    def as_json(self) -> dict[str, Any]:
        """The document of ``missing --take --json``, format collector.completed/1."""
        return {
            "format": "collector.completed/1",
            "filled": self.filled,
            "records": self.records,
            "already_known": self.known,
            "unmarked_rows": self.unmarked,
            "refused": [
                {
                    "kind": item.kind.value,
                    "record": item.record,
                    "field": item.field,
                    "sheet": item.sheet,
                    "row": item.row,
                    "reason": item.text.zh,
                }
                for item in self.refused
            ],
        }


def take_list(
    session: Session, path: Path, progress: Progress | None = None, today: date | None = None
) -> Completed:
    """Take the answers of a list that came back; sorted, moved and deleted rows do not matter.

    Raises ``InputRefused`` (``missing.no_list``, ``pack.*``, ``workbook.*``) and ``Cancelled``.
    """
    raw = reading.load(path, progress)
    sheets = listings.read_lists(raw, MARK)
    if not sheets:
        raise InputRefused(
            "missing.no_list",
            Text("这不是本程序写出的补录表。", "This is no list to fill in."),
            Text(
                "请选择导出的补录表；它最左边隐藏的“补录标识”一列不能删。",
                "Choose the list written earlier; its hidden first column must be kept.",
            ),
            {"file": path.name},
        )
    done = Completed()
    batch = BatchFile(path.name, raw.sha256)
    for sheet in sheets:
        pack = open_pack(sheet.mark_header.removeprefix(MARK).strip())
        own = marks(session, pack.id)
        answers: dict[Kind, dict[int, dict[str, str]]] = defaultdict(dict)
        rows: dict[tuple[Kind, int], int] = {}
        for row, marked, found in sheet.rows:
            known = _record_of(marked, own)
            if known is None:
                done.unmarked += 1
                continue
            kind, number = known
            rows[known] = row
            answers[kind].setdefault(number, {}).update(_typed(pack, kind, found))
        for kind, of_kind in answers.items():
            places = {number: row for (of, number), row in rows.items() if of is kind}
            writes = _judged(
                session, pack, kind, of_kind, done, today or session.today, (sheet.name, places)
            )
            _write(session, kind, writes, batch, done, progress)
    log.info("list taken: filled=%d refused=%d", done.filled, len(done.refused))
    return done


def answer(
    session: Session, pack: Pack, kind: Kind, record: int, typed: Mapping[str, str]
) -> Completed:
    """Take what a person typed for one record into fields it lacks."""
    done = Completed()
    for number, values in _judged(
        session, pack, kind, {record: typed}, done, session.today
    ).items():
        _, done.changes = session.store.save(
            kind,
            values,
            id=number,
            status=Status.VALID,
            operator=session.operator,
            pack=f"{session.pack.id}/{session.pack.version}",
        )
        done.filled, done.records = len(values), 1
    return done


def fill_from_number(
    session: Session, pack_id: str | Path, progress: Progress | None = None
) -> Completed:
    """性别 and 出生日期 where they are lacking and the sound 居民身份证 number states them."""
    pack, day = open_pack(pack_id), session.today
    done = Completed()
    index = linking.stored_index(session.store)
    wanted = [name for name in finding.FROM_NUMBER if pack.field_of(Kind.MEMBER, name)]
    answers: dict[int, dict[str, str]] = {}
    for table in finding.records(session, Kind.MEMBER, pack, index):
        for name in wanted:
            texts = zip(table.rows, table.column(name), table.column("id_number"), strict=True)
            for record, text, number in texts:
                said = "" if text else finding.answer_of_number(name, number, day)
                if said:
                    answers.setdefault(record, {})[name] = said
    if answers:
        writes = _judged(session, pack, Kind.MEMBER, answers, done, day)
        _write(session, Kind.MEMBER, writes, BatchFile("由居民身份证号得出", ""), done, progress)
    return done


def _record_of(marked: str, own: Marks) -> tuple[Kind, int] | None:
    read = own.read(marked)
    return None if read is None else (Kind(read[0]), read[1])


def _typed(pack: Pack, kind: Kind, found: Mapping[str, Cell]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for header, item in fields_by_header(pack, kind).items():
        typed = cells.typed_text(found.get(header)).strip()
        if typed and typed != KNOWN and not typed.startswith(OPENING):
            answers[item.id] = typed
    return answers


def _judged(
    session: Session,
    pack: Pack,
    kind: Kind,
    answers: Answers,
    done: Completed,
    today: date,
    origin: tuple[str, Mapping[int, int]] = ("", MappingProxyType({})),
) -> Writes:
    """The answers that stand once each record is judged with them; the others go to ``done``.

    ``origin``: sheet and rows of the list they came from.
    """
    index = linking.stored_index(session.store)
    rules = [rule for rule in pack.rules if rule.record is kind and rule.kind != "unique"]
    lookup = session.store.lookup()
    writes: Writes = {}
    met: set[int] = set()
    for before in finding.records(session, kind, pack, index, sorted(answers)):
        after = _copy(before)
        met.update(after.rows)
        lacking = _weightiest(judge(pack, [before], lookup, today, rules=rules))
        given: list[tuple[int, str]] = []
        for at, number in enumerate(after.rows):
            for name, typed in answers[number].items():
                item, fault = pack.field_of(kind, name), lacking.get((at, name))
                if item is None or fault is None or fault.code not in (EMPTY, UNKNOWN_LABEL):
                    done.known += 1
                    continue
                listed = pack.dictionaries.get(item.dictionary)
                after.columns[name][at] = cells.canonical_text(item, listed, typed)
                given.append((at, name))
        faults = _weightiest(judge(pack, [after], lookup, today, rules=rules))
        for at, name in given:
            number, fault = after.rows[at], faults.get((at, name))
            if fault is not None and _forbids(fault):
                said, row = explain(fault, pack), origin[1].get(number, 0)
                done.refused.append(
                    Refused(kind, number, name, said.label, said.sentence, origin[0], row)
                )
                continue
            kept, now = before.columns[name][at], after.columns[name][at]
            held = writes.setdefault(number, {})
            if kept:
                held[own_field(pack, name)] = own_text(kept, now)
            else:
                held[name] = now
    done.unmarked += len(set(answers) - met)
    return writes


def _forbids(fault: Finding) -> bool:
    return fault.severity is Severity.ERROR or fault.code == UNKNOWN_LABEL


def _write(
    session: Session,
    kind: Kind,
    writes: Writes,
    batch: BatchFile,
    done: Completed,
    progress: Progress | None,
) -> None:
    """One transaction, and a batch that says where the answers came from."""
    if not writes:
        return
    ids = list(writes)
    names = list(dict.fromkeys(name for held in writes.values() for name in held))
    entries: list[BatchEntry] = []
    for start in range(0, len(ids), _PAGE):  # so that one can see how far it is, and stop it
        part = ids[start : start + _PAGE]
        columns = {name: [writes[number].get(name, "") for number in part] for name in names}
        table = Table(kind, columns, list(range(start + 1, start + len(part) + 1)), 0, "补录")
        entries.append(BatchEntry(table, [Outcome.UPDATED] * len(part), list(part), []))
    result = session.store.commit_batch(
        BatchInput(
            files=[batch],
            pack=f"{session.pack.id}/{session.pack.version}",
            operator=session.operator,
            entries=entries,
        ),
        progress,
    )
    done.filled += sum(len(held) for held in writes.values())
    done.records += len(ids)
    done.changes = Changes(
        done.changes.kinds | result.changes.kinds,
        done.changes.ids + result.changes.ids,
        batches=True,
    )


def _weightiest(findings: Sequence[Finding]) -> dict[tuple[int, str], Finding]:
    """The weightiest finding at each cell."""
    found: dict[tuple[int, str], Finding] = {}
    for item in findings:
        key = (item.index, item.field)
        if key not in found or item.severity is Severity.ERROR:
            found[key] = item
    return found


def _copy(table: Table) -> Table:
    columns = {name: list(texts) for name, texts in table.columns.items()}
    return Table(table.kind, columns, list(table.rows))
