"""One import, one transaction: records, parked rows, what was typed, provenance, journal."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from functools import partial

from sqlcipher3 import dbapi2 as sqlite

from collector.model import FIELDS, Finding, Kind, Outcome, Severity, Status, Table
from collector.store import (
    bulk,
    handed,
    indexing,
    journal,
    links,
    originals,
    stamps,
    undoing,
    writing,
)
from collector.store.layout import TABLES, extras
from collector.store.types import (
    BatchEntry,
    BatchFile,
    BatchInfo,
    BatchInput,
    ParkedTable,
)


def write(
    connection: sqlite.Connection, batch: BatchInput, step: Callable[[int], None]
) -> tuple[int, Counter[Outcome], dict[Kind, list[int]]]:
    """Inside the caller's transaction; gives the batch's id, counts and the ids touched.

    ``step`` is called with the number of tables done and may raise ``Cancelled``.
    """
    now = journal.now()
    number = int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM batch").fetchone()[0])
    counts: Counter[Outcome] = Counter()
    for entry in batch.entries:
        counts.update(entry.outcomes)
    digest = _digest(batch)
    journal.append(
        connection, "control_point", batch.operator, {"before": "import", "batch": number}
    )
    connection.execute(
        "INSERT INTO batch VALUES (?,?,?,?,?,?)",
        (
            number,
            now,
            batch.operator,
            batch.pack,
            json.dumps({outcome.value: counts[outcome] for outcome in Outcome}),
            digest,
        ),
    )
    connection.executemany(
        "INSERT INTO batch_file VALUES (?,?,?,?)",
        [(number, place, file.name, file.sha256) for place, file in enumerate(batch.files)],
    )
    touched: dict[Kind, list[int]] = {}
    for done, entry in enumerate(batch.entries):
        step(done)
        ids = touched.setdefault(entry.table.kind, [])
        added = _add(connection, entry, batch, number)
        ids.extend(added)
        ids.extend(_update(connection, entry, batch, number, partial(step, done)))
        waiting = park(connection, entry.table, entry.outcomes, entry.findings, number)
        handed.answer(connection, entry, added, waiting, number)
        undoing.note_repeated(connection, entry, number)
    handed.leave_out(connection, batch.missing, number)
    step(len(batch.entries))
    journal.append(
        connection,
        "import",
        batch.operator,
        {
            "batch": number,
            "pack": batch.pack,
            "digest": digest,
            **{outcome.value: counts[outcome] for outcome in Outcome},
        },
    )
    return number, counts, touched


def _digest(batch: BatchInput) -> str:
    """SHA-256 over every text of the import, so that the journal stands for all of it."""
    digest = hashlib.sha256()
    for file in batch.files:
        digest.update(f"{file.name}\0{file.sha256}\0".encode())
    for entry in batch.entries:
        table = entry.table
        digest.update(f"{table.kind}\0{table.file}\0{table.sheet}\0".encode())
        digest.update("\0".join(entry.outcomes).encode())
        for name in sorted(table.columns):
            digest.update(f"\1{name}\0".encode())
            digest.update("\0".join(table.columns[name]).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _add(connection: sqlite.Connection, entry: BatchEntry, batch: BatchInput, number: int) -> range:
    table = entry.table
    kind = table.kind
    added = [i for i, outcome in enumerate(entry.outcomes) if outcome is Outcome.ADDED]
    if not added:
        return range(0)
    first = writing.next_id(connection, kind)
    origin = stamps.add(
        connection,
        batch.operator,
        batch.pack,
        batch=number,
        file_no=table.file,
        sheet=table.sheet,
    )
    # a column that is empty is not bound: the table's own default is cheaper
    names = [name for name in FIELDS[kind] if any(table.columns.get(name, ()))]
    columns: list[Sequence[object]] = [table.rows, *(table.columns[name] for name in names)]
    extra = extras(kind, table.columns, len(table))
    if any(extra):
        names.append("extra")
        columns.append(extra)
    if len(added) < len(table):
        columns = [[texts[i] for i in added] for texts in columns]
    listed = "".join(f', "{name}"' for name in names)
    marks = ", ?" * len(names)
    with indexing.put_off(connection, TABLES[kind], len(added)):
        connection.executemany(
            f"INSERT INTO {TABLES[kind]} (origin, id, row{listed}) VALUES ({origin}, ?, ?{marks})",
            zip(range(first, first + len(added)), *columns, strict=True),
        )
    ids = dict(zip(added, range(first, first + len(added)), strict=True))
    originals.keep_many(connection, kind, number, ids, table.originals)
    return range(first, first + len(added))


def _update(
    connection: sqlite.Connection,
    entry: BatchEntry,
    batch: BatchInput,
    number: int,
    step: Callable[[], None],
) -> list[int]:
    table = entry.table
    filled = {name: texts for name, texts in table.columns.items() if any(texts)}
    # an empty cell never erases what is known
    wanted = [
        (target, {name: texts[index] for name, texts in filled.items() if texts[index]})
        for index, (outcome, target) in enumerate(zip(entry.outcomes, entry.targets, strict=True))
        if outcome is Outcome.UPDATED and target is not None
    ]
    bulk.update(
        connection,
        table.kind,
        wanted,
        operator=batch.operator,
        pack=batch.pack,
        action="record.updated_by_import",
        reason=f"batch {number}",
        status=Status.VALID,
        step=step,
    )
    return [target for target, _ in wanted]


def park(
    connection: sqlite.Connection,
    table: Table,
    outcomes: Sequence[Outcome],
    findings: Sequence[Finding],
    batch: int,
) -> dict[int, int]:
    """Keep the parked rows whole, each with its reasons; gives row index -> parked id."""
    indexes = [index for index, outcome in enumerate(outcomes) if outcome is Outcome.PARKED]
    if not indexes:
        return {}
    reasons: dict[int, list[Finding]] = {}
    of_sheet = [item for item in findings if item.index < 0]
    for item in findings:
        if item.index >= 0:
            reasons.setdefault(item.index, []).append(item)
    letters = json.dumps(table.letters)
    first = int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM parked").fetchone()[0])
    ids = {index: number for number, index in enumerate(indexes, first)}
    connection.executemany(
        "INSERT INTO parked (id, kind, batch, file_no, sheet, row, texts, originals, faults,"
        " letters, findings) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            (
                number,
                table.kind.value,
                batch,
                table.file,
                table.sheet,
                table.rows[index],
                _json(table.record(index)),
                _json(_of_row(table.originals, index)),
                _json(_of_row(table.faults, index)),
                letters,
                findings_text([*of_sheet, *reasons.get(index, ())]),
            )
            for index, number in ids.items()
        ),
    )
    links.add(
        connection, ((number, table.kind, table.record(index)) for index, number in ids.items())
    )
    return ids


def _of_row(cells: Mapping[str, dict[int, str]], index: int) -> dict[str, str]:
    return {name: held[index] for name, held in cells.items() if index in held}


def _json(value: Mapping[str, str]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def findings_text(findings: Sequence[Finding]) -> str:
    return json.dumps(
        [
            {name: value for name, value in asdict(item).items() if name not in ("file", "index")}
            for item in findings
        ],
        ensure_ascii=False,
    )


def read_findings(text: str, file: int, index: int) -> list[Finding]:
    return [
        Finding(
            item["code"],
            Severity(item["severity"]),
            Kind(item["kind"]) if item["kind"] else None,
            file,
            item["sheet"],
            item["row"],
            item["column"],
            item["field"],
            index,
            tuple((name, value) for name, value in item["params"]),
            item["rule"],
        )
        for item in json.loads(text)
    ]


def infos(connection: sqlite.Connection) -> list[BatchInfo]:
    files: dict[int, list[BatchFile]] = {}
    for batch, name, sha256 in connection.execute(
        "SELECT batch, name, sha256 FROM batch_file ORDER BY batch, file_no"
    ):
        files.setdefault(batch, []).append(BatchFile(name, sha256))
    undone = undoing.times(connection)
    return [
        BatchInfo(
            row[0],
            row[1],
            row[2],
            row[3],
            tuple(files.get(row[0], ())),
            json.loads(row[4]),
            undone.get(row[0], ""),
        )
        for row in connection.execute(
            "SELECT id, at, operator, pack, counts FROM batch ORDER BY id"
        )
    ]


def parked_tables(
    connection: sqlite.Connection,
    kind: Kind | None,
    batch: int | None,
    ids: Collection[int] | None = None,
) -> list[ParkedTable]:
    """Waiting rows (of these ids), a table for each kind, import, file and sheet, oldest first."""
    sql = (
        "SELECT batch, file_no, sheet, kind, id, row, texts, originals, faults, letters, findings"
        " FROM parked WHERE state = 'waiting'"
    )
    asked: list[str | int] = []
    if kind is not None:
        sql += " AND kind = ?"
        asked.append(kind.value)
    if batch is not None:
        sql += " AND batch = ?"
        asked.append(batch)
    if ids is not None:
        sql += " AND id IN (SELECT value FROM json_each(?))"
        asked.append(json.dumps(sorted(ids)))
    names: dict[int, tuple[str, ...]] = {}
    for number, name in connection.execute(
        "SELECT batch, name FROM batch_file ORDER BY batch, file_no"
    ):
        names[number] = (*names.get(number, ()), name)
    groups: dict[tuple[int, int, str, str], list[tuple[object, ...]]] = {}
    for row in connection.execute(sql + " ORDER BY batch, file_no, sheet, kind, row, id", asked):
        groups.setdefault(row[:4], []).append(row[4:])
    return [_parked_table(key, rows, names.get(key[0], ())) for key, rows in groups.items()]


def _parked_table(
    key: tuple[int, int, str, str], rows: Sequence[Sequence[object]], names: tuple[str, ...]
) -> ParkedTable:
    batch, file_no, sheet, kind = key
    records = [json.loads(str(row[2])) for row in rows]
    fields = dict.fromkeys(name for record in records for name in record)
    table = Table(
        Kind(kind),
        {name: [record.get(name, "") for record in records] for name in fields},
        [int(str(row[1])) for row in rows],
        file_no,
        sheet,
        json.loads(str(rows[0][5])),
    )
    findings: list[Finding] = []
    for index, row in enumerate(rows):
        for name, typed in json.loads(str(row[3])).items():
            table.originals.setdefault(name, {})[index] = typed
        for name, code in json.loads(str(row[4])).items():
            table.faults.setdefault(name, {})[index] = code
        findings.extend(read_findings(str(row[6]), file_no, index))
    return ParkedTable(table, [int(str(row[0])) for row in rows], findings, names, batch)
