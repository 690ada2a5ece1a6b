"""A planned sheet into tables of canonical text, with what its structure does wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress

from collector.model import Finding, Kind, Severity, Table
from collector.packs import Pack
from collector.sheets.cells import canonical_column
from collector.sheets.plans import SheetPlan, is_extra, is_helper
from collector.sheets.raw import RawSheet, RawWorkbook, letter, number
from collector.sheets.rows import HELPER, LEFT_OUT, NO_HEADER

_MERGE_WORK = 4_000_000
"""cells looked at for merges; only a hostile sheet has overlapping ones that need more"""


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What became of one sheet. ``rows`` counts the records; every other row that holds anything
    below the header stands in ``skipped`` with its reason."""

    file: int
    sheet: str
    kind: Kind | None
    """of the records; the first of ``kinds``"""
    kinds: tuple[Kind, ...]
    header_row: int
    """0 where no header was found"""
    rows: int
    columns: Mapping[str, str]
    """column letter -> field id"""
    ignored: tuple[str, ...] = ()
    missing_required: tuple[str, ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()
    """(row, reason), reasons as in ``rows``"""
    visible: bool = True
    row_ids: Mapping[int, str] = field(default_factory=dict)
    """row -> the id a marked copy gave it (``row_ids``)"""


@dataclass(slots=True)
class Built:
    tables: list[Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sheets: list[SheetReading] = field(default_factory=list)


def build(
    raw: RawWorkbook,
    plans: Sequence[SheetPlan],
    pack: Pack,
    file_index: int = 0,
    left_out: Collection[int] = (),
) -> Built:
    """The tables of a file, one a kind a sheet, and the findings about its structure.

    Sheets without a plan are accounted for too: helper lists, empty sheets and those ``left_out``
    by a person (indexes) without a word, any other with ``header.missing``.
    """
    built = Built()
    planned = {plan.index: plan for plan in plans}
    for index, sheet in enumerate(raw.sheets):
        plan = planned.get(index)
        if plan is not None:
            _build_sheet(sheet, plan, pack, file_index, built)
        elif sheet.rows_total:
            _leave_out(sheet, pack, file_index, built, alone=not plans, chosen=index in left_out)
    if not any(sheet.rows_total for sheet in raw.sheets):
        name = raw.sheets[0].name if raw.sheets else ""
        built.findings.append(_finding("header.missing", Severity.ERROR, None, file_index, name))
    return built


def _leave_out(
    sheet: RawSheet, pack: Pack, file_index: int, built: Built, *, alone: bool, chosen: bool
) -> None:
    # A hidden sheet, or one of notes, beside sheets of records is part of the template.
    helper = not alone and (is_helper(sheet, pack) or not sheet.visible or is_extra(sheet))
    reason = LEFT_OUT if chosen else HELPER if helper else NO_HEADER
    filled: set[int] = set()
    for cells in sheet.columns:
        filled.update(place for place, cell in enumerate(cells) if cell not in ("", None))
    built.sheets.append(
        SheetReading(
            file=file_index,
            sheet=sheet.name,
            kind=None,
            kinds=(),
            header_row=0,
            rows=0,
            columns={},
            ignored=tuple(
                letter(sheet.first_column + place)
                for place, cells in enumerate(sheet.columns)
                if any(cell not in ("", None) for cell in cells)
            ),
            skipped=tuple((sheet.first_row + place, reason) for place in sorted(filled)),
            visible=sheet.visible,
        )
    )
    if reason == NO_HEADER:
        built.findings.append(
            _finding("header.missing", Severity.ERROR, None, file_index, sheet.name)
        )


def _finding(
    code: str,
    severity: Severity,
    kind: Kind | None,
    file: int,
    sheet: str,
    row: int = 0,
    column: str = "",
    field_id: str = "",
    index: int = -1,
    params: tuple[tuple[str, str | int], ...] = (),
) -> Finding:
    return Finding(code, severity, kind, file, sheet, row, column, field_id, index, params)


def _build_sheet(
    sheet: RawSheet, plan: SheetPlan, pack: Pack, file_index: int, built: Built
) -> None:
    data_row = max(plan.data_row, sheet.first_row)
    rows = [row for row in range(data_row, sheet.last_row + 1) if row not in plan.skipped]
    start = data_row - sheet.first_row
    kept = bytearray(b"\1") * (sheet.last_row + 1 - data_row)
    for row in plan.skipped:
        if row >= data_row:
            kept[row - data_row] = 0
    fields = {(item.kind, item.id): item for item in plan.spec.fields}
    tables = {kind: Table(kind, {}, rows, file_index, plan.sheet) for kind in plan.kinds}
    for name, held in plan.columns.items():
        kind, field_id = held
        item = fields[held]
        cells = list(compress(sheet.column(number(name))[start:], kept))
        done = canonical_column(item, pack.dictionaries.get(item.dictionary), cells)
        table = tables[kind]
        table.columns[field_id] = done.texts
        table.letters[field_id] = name
        if done.originals:
            table.originals[field_id] = done.originals
        if done.faults:
            table.faults[field_id] = done.faults
    _fill_in_only(plan, tables)
    places = _Places(sheet, plan, tables, rows)
    _mark_errors(places)
    _mark_merges(places)
    built.findings += _header_findings(sheet, plan, file_index)
    built.findings += _formula_findings(places)
    built.findings += _hidden_findings(places)
    built.tables += tables.values()
    kinds = tuple(tables)
    built.sheets.append(
        SheetReading(
            file=file_index,
            sheet=plan.sheet,
            kind=kinds[0] if kinds else None,
            kinds=kinds,
            header_row=plan.header_row,
            rows=len(rows),
            columns={name: field_id for name, (_, field_id) in plan.columns.items()},
            ignored=plan.ignored,
            missing_required=tuple(field_id for _, field_id in plan.missing_required),
            skipped=tuple(sorted(plan.skipped.items())),
            visible=sheet.visible,
            row_ids=sheet.row_ids,
        )
    )


def _fill_in_only(plan: SheetPlan, tables: Mapping[Kind, Table]) -> None:
    """A sheet that holds only some records of its kind says by itself which they are."""
    for field_id, value in plan.spec.only.items():
        for table in tables.values():
            table.columns[field_id] = [text or value for text in table.column(field_id)]


class _Places:
    """Finds the table cell for a place in the sheet."""

    def __init__(
        self,
        sheet: RawSheet,
        plan: SheetPlan,
        tables: Mapping[Kind, Table],
        rows: Sequence[int],
    ) -> None:
        self.sheet = sheet
        self.plan = plan
        self.tables = tables
        self.rows = rows
        self.held = {number(name): (name, *held) for name, held in plan.columns.items()}
        self._index: dict[int, int] | None = None

    def index(self, row: int) -> int | None:
        """The row's index in the tables; None for a row that is no record."""
        if self._index is None:
            self._index = {row: index for index, row in enumerate(self.rows)}
        return self._index.get(row)

    def condemn(self, row: int, column: int, code: str) -> None:
        index = self.index(row)
        held = self.held.get(column)
        if index is not None and held is not None:
            _, kind, field_id = held
            self.tables[kind].faults.setdefault(field_id, {}).setdefault(index, code)


def _mark_errors(places: _Places) -> None:
    for (row, column), shown in places.sheet.errors.items():
        index, held = places.index(row), places.held.get(column)
        if index is None or held is None:
            continue
        _, kind, field_id = held
        table = places.tables[kind]
        table.columns[field_id][index] = shown or "#N/A"
        table.faults.setdefault(field_id, {})[index] = "cell.error_value"
    for row, column in places.sheet.uncalculated:
        places.condemn(row, column, "cell.formula")


def _mark_merges(places: _Places) -> None:
    work = 0
    for top, left, bottom, right in places.sheet.merges:
        top, bottom = max(top, places.plan.data_row), min(bottom, places.sheet.last_row)
        columns = [column for column in places.held if left <= column <= right]
        if not columns or bottom < top:
            continue
        work += (bottom - top + 1) * len(columns)
        if work > _MERGE_WORK:
            bottom = top
        for row in range(top, bottom + 1):
            for column in columns:
                places.condemn(row, column, "cell.merged")


def _header_findings(sheet: RawSheet, plan: SheetPlan, file_index: int) -> Iterator[Finding]:
    for kind, field_id in plan.missing_required:
        yield _finding(
            "header.missing",
            Severity.ERROR,
            kind,
            file_index,
            plan.sheet,
            plan.header_row,
            "",
            field_id,
        )
    first = {held: name for name, held in plan.columns.items()}
    for name, (kind, field_id) in plan.duplicates.items():
        yield _finding(
            "header.duplicate",
            Severity.ERROR,
            kind,
            file_index,
            plan.sheet,
            plan.header_row + plan.header_levels - 1,
            name,
            field_id,
            params=(("first_column", first.get((kind, field_id), "")),),
        )
    if not sheet.visible:
        kind = plan.kinds[0] if plan.kinds else plan.spec.kinds[0]
        yield _finding(
            "cell.hidden",
            Severity.WARNING,
            kind,
            file_index,
            plan.sheet,
            params=(("what", "sheet"),),
        )


def _formula_findings(places: _Places) -> Iterator[Finding]:
    for row, column in sorted(places.sheet.formulas):
        index, held = places.index(row), places.held.get(column)
        if index is None or held is None:
            continue
        name, kind, field_id = held
        table = places.tables[kind]
        if index not in table.faults.get(field_id, {}):
            yield _finding(
                "cell.formula",
                Severity.WARNING,
                kind,
                table.file,
                table.sheet,
                row,
                name,
                field_id,
                index,
            )


def _hidden_findings(places: _Places) -> Iterator[Finding]:
    if not places.tables:
        return
    kind, table = next(iter(places.tables.items()))
    for row in sorted(places.sheet.hidden_rows):
        index = places.index(row)
        if index is not None:
            yield _finding(
                "cell.hidden",
                Severity.WARNING,
                kind,
                table.file,
                table.sheet,
                row,
                index=index,
                params=(("what", "row"),),
            )
    for column in sorted(places.sheet.hidden_columns & places.held.keys()):
        name, kind, field_id = places.held[column]
        if any(places.tables[kind].columns[field_id]):
            yield _finding(
                "cell.hidden",
                Severity.WARNING,
                kind,
                table.file,
                table.sheet,
                places.plan.header_row,
                name,
                field_id,
                params=(("what", "column"),),
            )
