"""A copy of the person's own workbook with the faults marked and explained.

The workbook is patched, not written anew: styles, drop-down lists, drawings and printer settings
stay (openpyxl drops x14 validations and drawings when it saves a file it loaded).
"""

from __future__ import annotations

import os
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from collector.errors import SurroundingsFailed, WrongUse
from collector.model import Finding, Severity
from collector.sheets.archive import Archive
from collector.sheets.loading import load
from collector.sheets.marked_rows import RowMarks, marked_sheet
from collector.sheets.package import Styles, Unpatchable, with_relation, with_sheet, with_type
from collector.sheets.plain import inline_cell, write_plain
from collector.sheets.preflight import Examined, SheetPart, examine
from collector.sheets.raw import Format, RawWorkbook
from collector.sheets.scan import scan_sheet
from collector.wording import Text

LIST_NAME = "错误清单"
"""the sheet that lists every fault; a returned copy is read without it"""
REASON_HEADER = "错误说明"
_COLOURS = {Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C", Severity.INFO: "DDEBF7"}
_RANK = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}
_SEVERITY = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.INFO: "说明"}
_MAX_LISTED = 1_000_000
_SMALL_PART = 32 << 20
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write_marked(
    source: Path,
    raw: RawWorkbook | None,
    findings: Sequence[Finding],
    messages: Sequence[str],
    target: Path,
    header_rows: Mapping[str, int] | None = None,
) -> Path:
    """Writes ``source`` again as ``target`` (.xlsx) with the faults marked; returns ``target``.

    Each faulty cell gets a coloured ground, each faulty row its reasons in the first column behind
    the data, and a last sheet lists everything. ``messages[i]`` says what ``findings[i]`` is.
    ``raw`` saves reading an .xls or .csv again; ``header_rows`` (sheet -> row) names the column of
    reasons. The target is whole or not there.

    Raises ``InputRefused`` as reading does, ``SurroundingsFailed`` (``file.not_written``) and
    ``WrongUse`` (``marking.same_file``).
    """
    if target.exists() and target.samefile(source):
        raise WrongUse(
            "marking.same_file",
            Text("不能覆盖原文件。", "The original cannot be overwritten."),
            Text("请选择另一个文件夹。", "Choose another folder."),
            {"file": source.name},
        )
    draft = target.with_name(target.name + ".part")
    plain = target.with_name(target.name + ".plain")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        examined = examine(source)
        try:
            if examined.format is not Format.XLSX:
                raise Unpatchable
            _patch(examined, findings, messages, header_rows or {}, draft)
        except Unpatchable:
            write_plain(raw or load(source), plain)
            _patch(examine(plain), findings, messages, header_rows or {}, draft)
        os.replace(draft, target)
    except OSError:
        raise SurroundingsFailed(
            "file.not_written",
            Text("写不出文件“{file}”。", "The file “{file}” cannot be written.").filled(
                file=target.name
            ),
            Text(
                "请先关闭同名文件，并确认磁盘有空间、文件夹可以写入。",
                "Close a file of that name, and make sure the folder is writable and has room.",
            ),
            {"file": target.name},
        ) from None
    finally:
        draft.unlink(missing_ok=True)
        plain.unlink(missing_ok=True)
    return target


def _patch(
    examined: Examined,
    findings: Sequence[Finding],
    messages: Sequence[str],
    header_rows: Mapping[str, int],
    target: Path,
) -> None:
    marks = _marks(findings, messages, header_rows)
    with (
        Archive(examined.path) as archive,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as out,
    ):
        names = {key: entry.filename.lstrip("/") for key, entry in archive.parts.items()}
        book, styles_part = "xl/workbook.xml", "xl/styles.xml"
        related = "xl/_rels/workbook.xml.rels"
        if not {book, styles_part, related} <= names.keys():
            raise Unpatchable
        styles = Styles(_text(archive, styles_part))
        sheets = {sheet.part.lower(): sheet for sheet in examined.sheets if sheet.part}
        for key, name in names.items():
            if key in (book, styles_part, related, "[content_types].xml"):
                continue
            sheet = sheets.get(key)
            chunks: Iterable[bytes] = archive.chunks(key)
            if sheet is not None and sheet.name in marks:
                chunks = _marked(archive, sheet, marks[sheet.name], styles)
            with out.open(name, "w", force_zip64=archive.size(key) > 1 << 30) as part:
                for chunk in chunks:
                    part.write(chunk)
        listed = _free_part(names)
        with out.open(listed, "w") as part:
            for piece in _list_sheet(findings, messages, styles):
                part.write(piece.encode())
        relations, identity = with_relation(_text(archive, related), listed.removeprefix("xl/"))
        name = _free_name({sheet.name for sheet in examined.sheets})
        out.writestr(names[related], relations)
        out.writestr(names[book], with_sheet(_text(archive, book), name, identity))
        out.writestr(names[styles_part], styles.xml())
        out.writestr(
            names["[content_types].xml"], with_type(_text(archive, "[content_types].xml"), listed)
        )


def _text(archive: Archive, part: str) -> str:
    try:
        return archive.read(part, _SMALL_PART).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unpatchable from None


def _marked(
    archive: Archive, sheet: SheetPart, marks: Mapping[int, RowMarks], styles: Styles
) -> Iterator[bytes]:
    scanned = scan_sheet(archive, sheet.part)
    if not scanned.patchable:
        raise Unpatchable
    column = scanned.last_column + 1
    return marked_sheet(
        archive.chunks(sheet.part),
        marks,
        column,
        lambda style, colour, wrapped: styles.filled(style, colour, wrapped=wrapped),
    )


def _marks(
    findings: Sequence[Finding], messages: Sequence[str], header_rows: Mapping[str, int]
) -> dict[str, dict[int, RowMarks]]:
    """sheet -> row -> what is to be marked; the gravest finding gives a cell its colour."""
    marks: dict[str, dict[int, RowMarks]] = defaultdict(dict)
    reasons: dict[tuple[str, int], list[str]] = defaultdict(list)
    rank: dict[tuple[str, int, str], int] = {}
    for finding, message in zip(findings, messages, strict=True):
        if finding.row < 1:
            continue
        place = marks[finding.sheet].setdefault(finding.row, RowMarks())
        said = f"{finding.column}列：{message}" if finding.column else message
        if said not in reasons[finding.sheet, finding.row]:
            reasons[finding.sheet, finding.row].append(said)
        if finding.column:
            key = (finding.sheet, finding.row, finding.column)
            if _RANK[finding.severity] >= rank.get(key, -1):
                rank[key] = _RANK[finding.severity]
                place.cells[finding.column] = _COLOURS[finding.severity]
    for (sheet, row), lines in reasons.items():
        marks[sheet][row].reason = "\n".join(lines)
    for sheet, row in header_rows.items():
        if sheet in marks and row > 0:
            head = marks[sheet].setdefault(row, RowMarks())
            head.reason = f"{REASON_HEADER}\n{head.reason}" if head.reason else REASON_HEADER
    return dict(marks)


def _free_part(names: Mapping[str, str]) -> str:
    number = 1
    while f"xl/worksheets/sheet{number}.xml" in names:
        number += 1
    return f"xl/worksheets/sheet{number}.xml"


def _free_name(taken: set[str]) -> str:
    name, again = LIST_NAME, 2
    while name in taken:
        name, again = f"{LIST_NAME}{again}", again + 1
    return name


def _list_sheet(
    findings: Sequence[Finding], messages: Sequence[str], styles: Styles
) -> Iterator[str]:
    wrapped = f' s="{styles.filled(0, "", wrapped=True)}"'
    yield (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        '<cols><col min="1" max="4" width="12" customWidth="1"/><col min="5" max="5" width="80" '
        'customWidth="1"/></cols><sheetData>'
    )
    yield _list_row(1, ("工作表", "行", "列", "程度", "说明"), wrapped)
    row = 1
    for finding, message in zip(findings, messages, strict=True):
        row += 1
        if row > _MAX_LISTED:
            yield _list_row(row, ("", "", "", "", "其余见各行末尾的错误说明。"), wrapped)
            break
        place = (finding.sheet, str(finding.row or ""), finding.column)
        yield _list_row(row, (*place, _SEVERITY[finding.severity], message), wrapped)
    yield "</sheetData></worksheet>"


def _list_row(row: int, texts: Sequence[str], style: str) -> str:
    cells = "".join(
        inline_cell(f"{chr(65 + place)}{row}", text, style) for place, text in enumerate(texts)
    )
    return f'<row r="{row}">{cells}</row>'
