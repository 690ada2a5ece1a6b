"""What each sheet of a file is taken for, before anything is read out of it.

A plan is a proposal: a person may move the header row or give a column another field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from collector.model import Kind
from collector.packs import Field, FieldType, Pack, Sheet
from collector.sheets.headers import Matched, find_header, header_texts, match
from collector.sheets.raw import Cell, RawSheet, RawWorkbook, letter
from collector.sheets.rows import skipped_rows

_HELPER_NAME = re.compile(r"下拉|字典|代码表|选项|数据源|参照|(?:错误清单|退回说明)\d*$")
_EXTRA_NAME = re.compile(r"填[表写报]说明|说明书?$|样例|示例|样表")
"""left out only beside a sheet of records: people do fill in the sample sheet"""
_LISTED = 0.8
"""share of a helper list's cells that are labels of the pack"""


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How one sheet is to be read. Rows count from 1; columns go by their letters."""

    sheet: str
    index: int
    """the sheet's place in the file, from 0"""
    spec: Sheet
    header_row: int
    header_levels: int
    data_row: int
    columns: Mapping[str, tuple[Kind, str]]
    """column letter -> the field it holds, 序号 left out"""
    ignored: tuple[str, ...] = ()
    """letters of columns that hold something and are not read"""
    missing_required: tuple[tuple[Kind, str], ...] = ()
    duplicates: Mapping[str, tuple[Kind, str]] = field(default_factory=dict)
    """letter -> the field an earlier column already holds; the column is not read"""
    serial: str = ""
    """letter of the 序号 column"""
    skipped: Mapping[int, str] = field(default_factory=dict)
    """row -> why it is no record (``rows``)"""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        held = {kind for kind, _ in self.columns.values()}
        return tuple(kind for kind in self.spec.kinds if kind in held)


def propose(raw: RawWorkbook, pack: Pack, kind: Kind | None = None) -> list[SheetPlan]:
    """A plan for each sheet in which a header was found; ``kind`` narrows the sheets considered."""
    plans: list[SheetPlan] = []
    for index, sheet in enumerate(raw.sheets):
        if not sheet.rows_total or is_helper(sheet, pack):
            continue
        matched = find_header(sheet, pack, kind)
        if matched is not None:
            plans.append(_plan(sheet, index, matched))
    if any(not _EXTRA_NAME.search(plan.sheet) for plan in plans):
        plans = [plan for plan in plans if not _EXTRA_NAME.search(plan.sheet)]
    return plans


def plan_with_header(
    raw: RawWorkbook, index: int, spec: Sheet, header_row: int, header_levels: int = 1
) -> SheetPlan:
    """The plan for a sheet whose header row a person has pointed out."""
    sheet = raw.sheets[index]
    texts = header_texts(sheet, header_row, header_levels)
    return _plan(sheet, index, match(texts, spec, header_row, header_levels))


def plan_with_columns(
    raw: RawWorkbook, plan: SheetPlan, columns: Mapping[str, tuple[Kind, str]]
) -> SheetPlan:
    """The plan with the columns a person has chosen: letter -> (kind, field id)."""
    sheet = raw.sheets[plan.index]
    known = {(item.kind, item.id): item for item in plan.spec.fields}
    numbers = {letter(place): place for place in _columns_of(sheet)}
    fields = {numbers[name]: known[held] for name, held in columns.items() if name in numbers}
    serial = next((item for item in plan.spec.fields if item.type is FieldType.SERIAL), None)
    if serial is not None and plan.serial in numbers and plan.serial not in columns:
        fields[numbers[plan.serial]] = serial
    matched = Matched(plan.spec, plan.header_row, plan.header_levels, fields, {})
    return _plan(sheet, plan.index, matched)


def is_helper(sheet: RawSheet, pack: Pack) -> bool:
    """Whether a sheet only holds the lists or notes other sheets refer to."""
    if _HELPER_NAME.search(sheet.name):
        return True
    if len(sheet.columns) > 8:
        return False
    known = {label for item in pack.dictionaries.values() for label in item.labels}
    filled = listed = 0
    for cells in sheet.columns:
        texts = [str(cell).strip() for cell in cells[:1000] if cell not in ("", None)]
        filled += max(len(texts) - 1, 0)  # the list's own title
        listed += sum(text in known for text in texts[1:])
    return filled > 0 and listed >= filled * _LISTED


def is_extra(sheet: RawSheet) -> bool:
    """Whether a sheet's name says that it holds notes or samples."""
    return _EXTRA_NAME.search(sheet.name) is not None


def _columns_of(sheet: RawSheet) -> range:
    return range(sheet.first_column, sheet.first_column + len(sheet.columns))


def _plan(sheet: RawSheet, index: int, matched: Matched) -> SheetPlan:
    data_row = matched.row + matched.levels
    held: dict[str, tuple[Kind, str]] = {}
    serial = ""
    for column in sorted(matched.fields):
        item: Field = matched.fields[column]
        if item.type is FieldType.SERIAL:
            serial = serial or letter(column)
        else:
            held[letter(column)] = (item.kind, item.id)
    ignored = tuple(
        letter(column)
        for column, cells in zip(_columns_of(sheet), sheet.columns, strict=True)
        if column not in matched.fields and _anything(cells, matched.row - sheet.first_row)
    )
    return SheetPlan(
        sheet=sheet.name,
        index=index,
        spec=matched.sheet,
        header_row=matched.row,
        header_levels=matched.levels,
        data_row=data_row,
        columns=held,
        ignored=ignored,
        missing_required=tuple((item.kind, item.id) for item in matched.missing),
        duplicates={
            letter(column): (item.kind, item.id) for column, item in matched.duplicates.items()
        },
        serial=serial,
        skipped=skipped_rows(sheet, matched, data_row),
    )


def _anything(cells: Sequence[Cell], start: int) -> bool:
    return any(cell not in ("", None) for cell in cells[max(start, 0) :])
