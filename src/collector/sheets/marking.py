"""A copy of the person's own workbook with the faults marked and explained.

The workbook is patched, not written anew: styles, drop-down lists, drawings and printer settings
stay (openpyxl drops x14 validations and drawings when it saves a file it loaded).
"""

from __future__ import annotations

import os
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collector.errors import SurroundingsFailed, WrongUse
from collector.model import Finding, Severity
from collector.sheets import notes
from collector.sheets.archive import Archive
from collector.sheets.loading import load
from collector.sheets.marked_lists import explaining_sheet, fault_list
from collector.sheets.marked_rows import RowMarks, SheetMarks, marked_sheet
from collector.sheets.package import (
    WORKSHEET,
    Styles,
    Unpatchable,
    with_relation,
    with_sheet,
    with_type,
    with_wider_filter,
)
from collector.sheets.plain import write_plain
from collector.sheets.preflight import Examined, SheetPart, examine
from collector.sheets.raw import Format, RawSheet, RawWorkbook, letter
from collector.sheets.row_ids import EXPLAINING_NAME, HEADER, REASON_HEADER
from collector.sheets.scan import scan_sheet
from collector.wording import Text

LIST_NAME = "错误清单"
"""the sheet that lists every fault; a returned copy is read without it"""
_HINT = "（改好后把本文件发回，见“退回说明”）"
_COLOURS = {Severity.ERROR: "FFC7CD", Severity.WARNING: "FFEB9B", Severity.INFO: "DDEBF6"}
"""One off from the colours Excel offers, so that those of an earlier marking can be told."""
_RANK = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}
_SMALL_PART = 32 << 20
_LEVEL = 3
"""of compression: level 6 takes twice the time for a tenth of the size"""
_BOOK, _STYLES = "xl/workbook.xml", "xl/styles.xml"
_RELATED, _TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Handed:
    """What makes a marked copy one that can come back."""

    ids: Mapping[str, Mapping[int, str]]
    """sheet -> row -> id (``row_ids``)"""
    explanation: Sequence[str]
    """lines of the sheet that says how to return it; one of them holds the copy's id"""


def write_marked(
    source: Path,
    raw: RawWorkbook | None,
    findings: Sequence[Finding],
    messages: Sequence[str],
    target: Path,
    header_rows: Mapping[str, int] | None = None,
    handed: Handed | None = None,
) -> Path:
    """Writes ``source`` again as ``target`` (.xlsx) with the faults marked; returns ``target``.

    Each faulty cell gets a coloured ground and a comment, each faulty row its reasons behind the
    data, and a last sheet lists everything. ``messages[i]`` says what ``findings[i]`` is.
    ``raw`` saves reading an .xls or .csv again, and tells of an earlier marking, which is taken
    off; ``header_rows`` (sheet -> row) names the column of reasons. With ``handed`` the rows get
    ids in a hidden column and the file a sheet of instructions. The target is whole or not there.

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
    marks = _Marks(findings, messages, header_rows or {}, handed)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        examined = examine(source)
        try:
            if examined.format is not Format.XLSX:
                raise Unpatchable
            earlier = {sheet.name: sheet for sheet in raw.sheets if sheet.id_column} if raw else {}
            _Copy(examined, marks, earlier).write(draft)
        except Unpatchable:
            write_plain(raw or load(source), plain)
            _Copy(examine(plain), marks, {}).write(draft)
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


@dataclass(slots=True)
class _Marks:
    """What is to be put where, whatever file it goes into."""

    findings: Sequence[Finding]
    messages: Sequence[str]
    header_rows: Mapping[str, int]
    handed: Handed | None
    rows: dict[str, dict[int, RowMarks]] = field(default_factory=dict)
    notes: dict[str, dict[tuple[int, str], str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The gravest finding gives a cell its colour."""
        rows: dict[str, dict[int, RowMarks]] = defaultdict(dict)
        reasons: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
        rank: dict[tuple[str, int, str], int] = {}
        said: dict[str, dict[tuple[int, str], str]] = defaultdict(dict)
        for finding, message in zip(self.findings, self.messages, strict=True):
            if finding.row < 1:
                continue
            sheet, row, column = finding.sheet, finding.row, finding.column
            marks = rows[sheet].setdefault(row, RowMarks())
            reasons[sheet, row][f"{column}列：{message}" if column else message] = None
            if not column:
                continue
            before = said[sheet].get((row, column), "")
            if message not in before:
                said[sheet][row, column] = f"{before}\n{message}".strip()
            if _RANK[finding.severity] >= rank.get((sheet, row, column), -1):
                rank[sheet, row, column] = _RANK[finding.severity]
                marks.cells[column] = _COLOURS[finding.severity]
        for (sheet, row), lines in reasons.items():
            rows[sheet][row].reason = "\n".join(lines)
        header = REASON_HEADER + (_HINT if self.handed is not None else "")
        for sheet, row in self.header_rows.items():
            if sheet in rows and row > 0:
                head = rows[sheet].setdefault(row, RowMarks())
                head.reason = f"{header}\n{head.reason}" if head.reason else header
        self.rows, self.notes = dict(rows), dict(said)

    def ids(self, sheet: str) -> dict[int, str]:
        """The texts of the hidden column, its header among them."""
        given = dict(self.handed.ids.get(sheet, {})) if self.handed is not None else {}
        if given and self.header_rows.get(sheet):
            given[self.header_rows[sheet]] = HEADER
        return given


class _Copy:
    """One .xlsx written again with the marks put into its parts."""

    def __init__(self, examined: Examined, marks: _Marks, earlier: Mapping[str, RawSheet]) -> None:
        self._examined = examined
        self._marks = marks
        self._earlier = earlier
        """sheets of a marked copy that came back"""
        self._parts: dict[str, str] = {}
        """text parts that are changed or new"""
        self._notes = 0

    def write(self, target: Path) -> None:
        """Raises ``Unpatchable`` where a part is written in an unknown way."""
        with (
            Archive(self._examined.path) as archive,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as out,
        ):
            names = {key: entry.filename.lstrip("/") for key, entry in archive.parts.items()}
            if not {_BOOK, _STYLES, _RELATED} <= names.keys():
                raise Unpatchable
            for part in (_BOOK, _RELATED, _TYPES):
                self._parts[names[part.lower()]] = _text(archive, part)
            styles = Styles(_text(archive, _STYLES))
            sheets = self._sheets(archive, names, styles)
            lists = self._lists(names, styles)
            for key, name in names.items():
                if name in self._parts or name in lists or key == _STYLES:
                    continue
                marks = sheets.get(key)
                chunks: Iterable[bytes] = archive.chunks(key)
                if marks is not None:
                    chunks = marked_sheet(chunks, marks)
                with out.open(name, "w", force_zip64=archive.size(key) > 1 << 30) as written:
                    for chunk in chunks:
                        written.write(chunk)
            for name, pieces in lists.items():
                with out.open(name, "w") as written:
                    for piece in pieces:
                        written.write(piece.encode())
            for name, text in self._parts.items():
                out.writestr(name, text)
            out.writestr(names[_STYLES], styles.xml())

    def _sheets(
        self, archive: Archive, names: Mapping[str, str], styles: Styles
    ) -> dict[str, SheetMarks]:
        """Sheet part (in small letters) -> what is put into it."""
        found: dict[str, SheetMarks] = {}
        plain = styles.bare(_COLOURS.values()) if self._earlier else {}
        for index, sheet in enumerate(self._examined.sheets):
            rows, ids = self._marks.rows.get(sheet.name, {}), self._marks.ids(sheet.name)
            earlier = self._earlier.get(sheet.name)
            if not sheet.part or not (rows or ids or earlier):
                continue
            scanned = scan_sheet(archive, sheet.part)
            if not scanned.patchable:
                raise Unpatchable
            # a formula nobody has calculated yet holds nothing, but is not to be written over
            last = max([scanned.last_column, *(column for _, column in scanned.formulas)])
            id_column = last + 1 if ids else 0
            reason_column = last + (2 if ids else 1)
            emptied: frozenset[int] = frozenset()
            if earlier is not None:
                emptied = frozenset({earlier.id_column, *earlier.reason_columns})
                id_column = earlier.id_column if ids else 0
                reason_column = min(earlier.reason_columns, default=last + 1)
            if id_column:
                self._parts[names[_BOOK]] = with_wider_filter(
                    self._parts[names[_BOOK]], index, letter(id_column)
                )
            found[sheet.part.lower()] = SheetMarks(
                rows,
                lambda style, colour, wrapped: styles.filled(style, colour, wrapped=wrapped),
                reason_column,
                ids,
                id_column,
                emptied,
                plain if earlier is not None else {},
                self._place_notes(archive, names, sheet),
            )
        return found

    def _place_notes(self, archive: Archive, names: Mapping[str, str], sheet: SheetPart) -> bytes:
        """Lays the sheet's comments among the parts; what its XML must say of them."""
        related = notes.relations_of(sheet.part)
        relations = _text(archive, related) if related.lower() in names else None
        known = notes.target_of(sheet.part, relations or "", "comments")
        comments = _text(archive, known) if known.lower() in names else None
        said = self._marks.notes.get(sheet.name, {})
        if not said and comments is None:
            return b""
        free = 1
        while any(
            name.endswith((f"comments{free}.xml", f"vmldrawing{free}.vml"))
            for name in (*names, *(part.lower() for part in self._parts))
        ):
            free += 1
        placed = notes.place(sheet.part, relations, free, comments)
        if placed is None:
            return b""
        self._notes += 1
        types = names[_TYPES.lower()]
        self._parts[names.get(placed.comments.lower(), placed.comments)] = notes.comments_xml(said)
        drawing = names.get(placed.drawing.lower(), placed.drawing)
        self._parts[drawing] = notes.drawing_xml(said, 900 + self._notes)
        self._parts[names.get(related.lower(), related)] = placed.relations
        text = with_type(self._parts[types], placed.comments, notes.COMMENTS_TYPE)
        if not _has_default(text, "vml"):
            text = with_type(text, placed.drawing, notes.VML_TYPE)
        self._parts[types] = text
        return placed.element.encode()

    def _lists(self, names: Mapping[str, str], styles: Styles) -> dict[str, Iterator[str]]:
        """The sheets beside the person's own, each with its part; those of an earlier marking
        are written over."""
        wanted: dict[str, Iterator[str]] = {}
        if self._marks.handed is not None:
            wanted[EXPLAINING_NAME] = explaining_sheet(self._marks.handed.explanation, styles)
        wanted[LIST_NAME] = fault_list(self._marks.findings, self._marks.messages, styles)
        taken = {sheet.name: sheet.part for sheet in self._examined.sheets}
        book, related, types = (names[part.lower()] for part in (_BOOK, _RELATED, _TYPES))
        lists: dict[str, Iterator[str]] = {}
        for title, pieces in wanted.items():
            if self._earlier and taken.get(title):
                lists[names[taken[title].lower()]] = pieces
                continue
            part = _free_part({*names.values(), *lists})
            lists[part] = pieces
            self._parts[related], identity = with_relation(
                self._parts[related], part.removeprefix("xl/")
            )
            name = _free_name(title, taken)
            self._parts[book] = with_sheet(self._parts[book], name, identity)
            self._parts[types] = with_type(self._parts[types], part, WORKSHEET)
        return lists


def _text(archive: Archive, part: str) -> str:
    try:
        return archive.read(part, _SMALL_PART).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unpatchable from None


def _has_default(types: str, extension: str) -> bool:
    return f'Extension="{extension}"' in types


def _free_part(taken: set[str]) -> str:
    number = 1
    while f"xl/worksheets/sheet{number}.xml" in taken:
        number += 1
    return f"xl/worksheets/sheet{number}.xml"


def _free_name(wanted: str, taken: Mapping[str, str]) -> str:
    name, again = wanted, 2
    while name in taken:
        name, again = f"{wanted}{again}", again + 1
    return name
