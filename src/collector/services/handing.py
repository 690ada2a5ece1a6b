"""退回原单位: the parked rows of an import go back to whoever can mend them.

Each gets the person's own workbook again with the faults marked, or, where that file is not at
hand, a workbook of the pack with the parked rows only. ``services.returning`` takes it back in.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from collector.errors import InputRefused, WrongUse
from collector.model import Finding, Kind, Severity, Table
from collector.progress import Progress
from collector.services import layouts, row_digests, value_matching
from collector.services.checking import explain
from collector.services.laying_out import Place, laid_out, letter_of
from collector.services.session import UNIT_SETTING, Session, instance
from collector.sheets import marking, reading, row_ids, writing
from collector.sheets.raw import RawWorkbook
from collector.sheets.reading import Built, SheetPlan
from collector.store import (
    BatchInfo,
    HandedCopy,
    HandedRow,
    HandedSheet,
    ParkedTable,
    WaitingFile,
)
from collector.wording import Text

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WrittenCopy:
    """One marked copy that may go out."""

    path: Path
    file_name: str
    """of the file that was imported"""
    code: str
    rebuilt: bool
    """made from the parked rows, for the file itself was not given"""
    rows: int
    """rows to be mended"""
    sound: int
    """rows in it that need nothing"""


@dataclass(frozen=True, slots=True)
class HandResult:
    batch: int
    """0 for copies of several imports"""
    copies: list[WrittenCopy]

    def as_json(self) -> dict[str, Any]:
        """The document of ``marked --json``, format collector.marked/1."""
        return {
            "format": "collector.marked/1",
            "batch": str(self.batch or ""),
            "copies": [
                {
                    "file": copy.file_name,
                    "path": str(copy.path),
                    "copy": copy.code,
                    "from": "parked_rows" if copy.rebuilt else "source",
                    "rows": copy.rows,
                    "sound": copy.sound,
                }
                for copy in self.copies
            ],
        }


@dataclass(slots=True)
class _Waiting:
    """The parked rows of one file of the import."""

    file_no: int
    name: str
    sha256: str
    tables: list[ParkedTable]

    @property
    def places(self) -> set[Place]:
        return {(held.table.sheet, row) for held in self.tables for row in held.table.rows}


def hand_back(
    session: Session,
    batch: int,
    folder: Path,
    sources: Sequence[Path] = (),
    progress: Progress | None = None,
    files: Collection[int] | None = None,
    taken: set[str] | None = None,
) -> HandResult:
    """Write a marked copy of every file of the import (of these numbers) with rows to be mended.

    ``sources`` are the imported files again, known by their content whatever they are called now;
    a file not among them is rebuilt from its parked rows. ``taken`` are names (in small letters)
    not to be used again; those used are added. What went out is kept in the store before a file
    is written, so that no copy is ever unknown. No file in the folder is written over.

    Raises ``WrongUse`` (``handing.no_such_batch``, ``handing.nothing_parked``), ``InputRefused``
    (``handing.other_file`` for a source that was not in this import, and as reading does),
    ``SurroundingsFailed`` and ``Cancelled``.
    """
    info = next((each for each in session.store.batches() if each.id == batch), None)
    if info is None:
        raise WrongUse(
            "handing.no_such_batch",
            Text(f"没有第 {batch} 批导入。", f"There is no import {batch}."),
            Text(
                "用 collector undo（不写批号）列出各批。",
                "collector undo without a number lists the imports.",
            ),
        )
    waiting = [each for each in _waiting(session, info) if files is None or each.file_no in files]
    if not waiting:
        raise nothing_waits(batch)
    given = _matched(sources, info)
    ids = row_ids.RowIds(instance(session), session.store.handed.secret())
    taken = set() if taken is None else taken
    copies: list[WrittenCopy] = []
    for number, each in enumerate(waiting):
        if progress is not None:
            progress.step(Text("写出退回件", "Writing marked copies"), number, len(waiting))
        target = folder / _free_name(each.name, folder, taken)
        source = given.get(each.sha256)
        if source is None:
            copies.append(_rebuilt(session, batch, each, target, ids))
        else:
            copies.append(_from_source(session, batch, each, source, target, ids, progress))
    log.info("marked copies written: files=%d", len(copies))
    return HandResult(batch, copies)


def hand_back_files(
    session: Session,
    files: Sequence[WaitingFile],
    folder: Path,
    sources: Mapping[str, Path],
    progress: Progress | None = None,
) -> HandResult:
    """Write a marked copy of each of these files, of whatever import it is.

    ``sources`` are the imported files again, by the SHA-256 of their content. Raises as
    ``hand_back`` does.
    """
    by_batch: dict[int, list[WaitingFile]] = {}
    for file in files:
        by_batch.setdefault(file.batch, []).append(file)
    taken: set[str] = set()
    copies: list[WrittenCopy] = []
    for batch, own in by_batch.items():
        given = [sources[file.sha256] for file in own if file.sha256 in sources]
        numbers = {file.file_no for file in own}
        copies += hand_back(session, batch, folder, given, progress, numbers, taken).copies
    return HandResult(next(iter(by_batch)) if len(by_batch) == 1 else 0, copies)


def waiting_files(session: Session) -> list[WaitingFile]:
    """The imported files that have rows to be mended, newest import first."""
    return session.store.parked_files()


def nothing_waits(batch: int = 0) -> WrongUse:
    """Of one import, or of all of them."""
    zh, en = (f"第 {batch} 批", f" of import {batch}") if batch else ("", "")
    return WrongUse(
        "handing.nothing_parked",
        Text(f"{zh}没有待修的行。", f"No row{en} waits to be mended."),
        Text("不需要退回。", "Nothing has to go back."),
    )


def _waiting(session: Session, info: BatchInfo) -> list[_Waiting]:
    found: dict[int, _Waiting] = {}
    for held in session.store.parked_tables(None, info.id):
        number = held.table.file
        file = info.files[number]
        of_file = found.setdefault(number, _Waiting(number, file.name, file.sha256, []))
        of_file.tables.append(held)
    return [found[number] for number in sorted(found)]


def _matched(sources: Sequence[Path], info: BatchInfo) -> dict[str, Path]:
    wanted = {file.sha256 for file in info.files}
    found: dict[str, Path] = {}
    for path in sources:
        digest = fingerprint(path)
        if digest not in wanted:
            raise InputRefused(
                "handing.other_file",
                Text(
                    f"“{path.name}”不是第 {info.id} 批导入的那份文件（内容不同）。",
                    f"“{path.name}” is not a file of import {info.id}: its content differs.",
                ),
                Text(
                    "请给当时导入的原文件；找不到就不要给，程序用省模板把待修的行重新排成一份。",
                    "Give the very file that was imported; without it a workbook of the pack"
                    " with the parked rows is written.",
                ),
                {"file": path.name},
            )
        found[digest] = path
    return found


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, by which an imported one is known again.

    Raises ``InputRefused workbook.unreadable``.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise InputRefused(
            "workbook.unreadable",
            Text("文件读不出来。", "The file cannot be read."),
            Text("请确认文件还在、没有被占用。", "Make sure it is there and not in use."),
            {"file": path.name},
        ) from None


def _free_name(name: str, folder: Path, taken: set[str]) -> str:
    """A name no file in the folder has: an earlier copy may lie there, mended."""
    stem = Path(name).stem.partition("-退回")[0]
    wanted, again = f"{stem}-退回.xlsx", 2
    while wanted.casefold() in taken or (folder / wanted).exists():
        wanted, again = f"{stem}-退回{again}.xlsx", again + 1
    taken.add(wanted.casefold())
    return wanted


def _from_source(
    session: Session,
    batch: int,
    waiting: _Waiting,
    source: Path,
    target: Path,
    ids: row_ids.RowIds,
    progress: Progress | None,
) -> WrittenCopy:
    raw = reading.load(source, progress)
    built = _read(session, raw, waiting.tables)
    known = {(table.sheet, row) for table in built.tables for row in table.rows}
    if not waiting.places <= known:
        # its header was pointed out by hand and not remembered: no ids could be given
        return _rebuilt(session, batch, waiting, target, ids)
    findings = [item for held in waiting.tables for item in held.findings]
    places = {
        (held.table.sheet, row, held.table.kind): number
        for held in waiting.tables
        for row, number in zip(held.table.rows, held.ids, strict=True)
    }
    return _write(session, batch, waiting, source, raw, built, target, ids, findings, places, False)


def _rebuilt(
    session: Session, batch: int, waiting: _Waiting, target: Path, ids: row_ids.RowIds
) -> WrittenCopy:
    """A workbook of the pack with the parked rows, then marked like any other."""
    sheets, rows, moved = laid_out(session.pack, waiting.tables)
    findings = [
        replace(item, sheet=place[0], row=place[1], column=letter_of(session.pack, place[0], item))
        for held in waiting.tables
        for item in held.findings
        if (place := moved.get((held.table.sheet, item.row))) is not None
    ]
    places = {
        (*moved[held.table.sheet, row], held.table.kind): number
        for held in waiting.tables
        for row, number in zip(held.table.rows, held.ids, strict=True)
    }
    draft = target.with_name(f"{target.stem}.draft.xlsx")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        feed = {name: iter(texts) for name, texts in rows.items()}
        writing.write_rows(session.pack, sheets, feed, draft)
        raw = reading.load(draft)
        built = _read(session, raw, ())
        return _write(
            session, batch, waiting, draft, raw, built, target, ids, findings, places, True
        )
    finally:
        draft.unlink(missing_ok=True)


def _write(
    session: Session,
    batch: int,
    waiting: _Waiting,
    source: Path,
    raw: RawWorkbook,
    built: Built,
    target: Path,
    ids: row_ids.RowIds,
    findings: list[Finding],
    places: Mapping[tuple[str, int, Kind], int],
    rebuilt: bool,
) -> WrittenCopy:
    code = row_ids.copy_id(ids.workspace, secrets.token_bytes(8))
    sheets: list[HandedSheet] = []
    given: dict[str, dict[int, str]] = {}
    by_sheet: dict[str, list[Table]] = {}
    for table in built.tables:
        by_sheet.setdefault(table.sheet, []).append(table)
    for name, tables in by_sheet.items():
        fields = row_digests.fields_of(tables)
        sheet = HandedSheet(
            _free_code(session),
            name,
            fields,
            row_digests.digests(tables, fields),
            _baseline(name, tables, places),
        )
        sheets.append(sheet)
        given[name] = ids.make(sheet.code, tables[0].rows)
    copy = HandedCopy(
        code, batch, waiting.file_no, waiting.name, "" if rebuilt else waiting.sha256, sheets
    )
    session.store.handed.keep([copy])
    shown = _unrepeated(findings)
    messages = [_message(item, session) for item in shown]
    headers = {sheet.sheet: sheet.header_row for sheet in built.sheets if sheet.header_row}
    rows = len(waiting.places)
    handed = marking.Handed(given, _explanation(session, waiting.name, rows, code, rebuilt))
    marking.write_marked(source, raw, shown, messages, target, headers, handed)
    total = sum(len(sheet.digests) for sheet in sheets)
    return WrittenCopy(target, waiting.name, code, rebuilt, rows, max(total - rows, 0))


def _read(session: Session, raw: RawWorkbook, parked: Sequence[ParkedTable]) -> Built:
    """The file as it was read when it was imported: columns as the parked rows have them."""
    pack = value_matching.reading_pack(session)
    planned = layouts.plan(raw, pack, layouts.known(session))
    columns: dict[str, dict[str, tuple[Kind, str]]] = {}
    for held in parked:
        of_sheet = columns.setdefault(held.table.sheet, {})
        of_sheet |= {name: (held.table.kind, item) for item, name in held.table.letters.items()}
    plans = [_as_then(raw, plan, columns.get(plan.sheet, {})) for plan in planned.plans]
    lists = value_matching.with_spellings(pack, planned.values)
    return reading.build(raw, plans, lists)


def _as_then(
    raw: RawWorkbook, plan: SheetPlan, columns: Mapping[str, tuple[Kind, str]]
) -> SheetPlan:
    if not columns or all(plan.columns.get(name) == held for name, held in columns.items()):
        return plan
    chosen = {
        name: held for name, held in plan.columns.items() if held not in columns.values()
    } | dict(columns)
    known = {(item.kind, item.id) for item in plan.spec.fields}
    fitting = {name: held for name, held in chosen.items() if held in known}
    return reading.plan_with_columns(raw, plan, fitting)


def _baseline(
    name: str,
    tables: Sequence[Table],
    places: Mapping[tuple[str, int, Kind], int],
) -> dict[tuple[int, Kind], HandedRow]:
    """What the copy says in each parked row, by which changes are told when it comes back."""
    found: dict[tuple[int, Kind], HandedRow] = {}
    for table in tables:
        for index, row in enumerate(table.rows):
            held = places.get((name, row, table.kind))
            if held is not None:
                found[row, table.kind] = HandedRow(held, table.record(index))
    return found


def _free_code(session: Session) -> str:
    while True:
        code = row_ids.code(secrets.token_bytes(8), 5)
        if not session.store.handed.of_sheets([code]):
            return code


def _unrepeated(findings: Sequence[Finding]) -> list[Finding]:
    """What concerns a whole sheet is kept with each of its rows and told once; errors first."""
    seen: dict[tuple[object, ...], Finding] = {}
    for item in findings:
        key = (item.sheet, item.row, item.column, item.field, item.kind, item.code, item.params)
        seen.setdefault(key, item)
    rank = list(Severity)
    return sorted(seen.values(), key=lambda item: (item.order, rank.index(item.severity)))


def _message(finding: Finding, session: Session) -> str:
    said = explain(finding, session.pack)
    return f"{said.sentence.said(session.lang)}{said.advice.said(session.lang)}"


def _explanation(session: Session, name: str, rows: int, code: str, rebuilt: bool) -> list[str]:
    unit = session.store.settings().get(UNIT_SETTING, "")
    kept = "只列出要改的行" if rebuilt else "其余的行已经收下，不用改"
    return [
        "退回说明",
        f"“{name}”里有 {rows} 行需要改正，{kept}。" + (f"退回单位：{unit}。" if unit else ""),
        "一、怎么改",
        "1. 红色的格子必须改，黄色的请核对；原因和改法见批注和行末的“错误说明”，全部见“错误清单”。",
        "2. 直接在原来的格子里改。可以排序、移动、插入、删除整行；排序请选中整张表，不要只选几列。",
        "3. 表里有一列隐藏的“行编号”，程序靠它认出每一行，请不要改动或删除。",
        "4. 不该报的人请删除整行；漏报的人加在最后一行之后。",
        "二、怎么交回",
        "1. 用 Excel 或 WPS 保存后把本文件发回，文件名可以改。最好是 .xlsx，.xls、.csv 也收。",
        "2. 表里有个人信息：请用单位规定的渠道传送，不要用公开网盘和聊天群。",
        f"退回件编号：{code}（请勿改动）",
    ]
