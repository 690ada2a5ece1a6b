"""Parked rows of one kind as a grid, with the findings of every cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from collector.codes import text
from collector.model import Finding, Kind, Severity
from collector.packs import Field, FieldType, Pack
from collector.services import fixing
from collector.services.parking import Held
from collector.services.session import Session

Index = QModelIndex | QPersistentModelIndex

FINDINGS = int(Qt.ItemDataRole.UserRole) + 1
"""the cell's findings, weightiest first"""
PENDING = FINDINGS + 1
"""True while an edit of the cell is being written"""


@dataclass(slots=True)
class FixRow:
    """One parked row: where it stands among those held, and what is wrong in it."""

    id: int
    held: Held
    index: int
    faults: dict[str, list[Finding]] = field(default_factory=dict)
    """field id ("" = the whole row) -> findings, weightiest first"""

    @property
    def place(self) -> str:
        """Row, sheet and file, the nearest first."""
        table = self.held.table
        return f"第 {table.rows[self.index]} 行　{table.sheet}　{self.held.file_name}"

    @property
    def order(self) -> tuple[int, str, str, int, int]:
        """Oldest import first, then by place."""
        table = self.held.table
        return (self.held.batch, self.held.file_name, table.sheet, table.rows[self.index], self.id)

    def text(self, field_id: str) -> str:
        cells = self.held.table.columns.get(field_id)
        return cells[self.index] if cells is not None else ""

    def original(self, field_id: str) -> str:
        """What the file had where the canonical text differs, else ""."""
        return self.held.table.originals.get(field_id, {}).get(self.index, "")

    @property
    def organisation(self) -> str:
        """The unit (else the union) the row names, for the facet."""
        kind = self.held.table.kind
        if kind in (Kind.UNIT, Kind.UNION):
            return self.text("name")
        return self.text("unit_name") or self.text("union_name") or self.text("unit_code")


Rows = dict[Kind, list[FixRow]]


def load(session: Session) -> Rows:
    """The parked rows with their findings as of now: units and unions may have come since."""
    held = fixing.parked(session)
    return _by_kind(held, fixing.recheck(session, (), held) if held else ())


def refreshed(
    session: Session, rows: Mapping[Kind, Sequence[FixRow]], near: Collection[int]
) -> Rows:
    """The same after a write: only the rows ``near`` it are read and judged again."""
    held, findings = fixing.around(session, near)
    fresh = _by_kind(held, findings)
    found: Rows = {}
    for kind in Kind:
        new = {row.id: row for row in fresh.get(kind, ()) if row.id in near}
        kept: list[FixRow] = []
        for row in rows.get(kind, ()):
            if row.id not in near:
                kept.append(row)
            elif row.id in new:
                kept.append(new.pop(row.id))
        if new:  # rows that wait again
            kept = sorted([*kept, *new.values()], key=lambda row: row.order)
        if kept:
            found[kind] = kept
    return found


def _by_kind(held: Sequence[Held], findings: Iterable[Finding]) -> Rows:
    fresh: dict[tuple[int, str, int, Kind | None], list[Finding]] = {}
    for item in findings:
        fresh.setdefault((item.file, item.sheet, item.row, item.kind), []).append(item)
    for each in held:
        table = each.table
        each.findings = [
            item
            for row in dict.fromkeys(table.rows)
            for item in fresh.get((table.file, table.sheet, row, table.kind), ())
        ]
    return {kind: rows for kind in Kind if (rows := _rows_of(held, kind))}


def _rows_of(held: Sequence[Held], kind: Kind) -> list[FixRow]:
    """The parked rows of one kind, each with its own findings."""
    found: list[FixRow] = []
    rank = {severity: place for place, severity in enumerate(Severity)}
    for each in held:
        if each.table.kind is not kind:
            continue
        at: dict[int, dict[str, list[Finding]]] = {}
        for finding in sorted(each.findings, key=lambda f: rank[f.severity]):
            at.setdefault(finding.row, {}).setdefault(finding.field, []).append(finding)
        for index, (number, row) in enumerate(zip(each.ids, each.table.rows, strict=True)):
            found.append(FixRow(number, each, index, at.get(row, {})))
    return found


class ParkedModel(QAbstractTableModel):
    """``edited`` asks for a write; the cell shows the new text until the answer comes."""

    edited = Signal(int, str, str)
    """parked id, field id, what was typed"""

    def __init__(self, pack: Pack) -> None:
        super().__init__()
        self.pack = pack
        self.kind = Kind.MEMBER
        self.fields: list[Field] = []
        self.rows: list[FixRow] = []
        self._pending: dict[tuple[int, str], str] = {}
        self._revealed = -1
        self._places: dict[int, int] = {}
        self._same: dict[str, dict[str, list[FixRow]]] = {}
        """field -> text -> rows; made for a field when first asked"""

    def show(self, kind: Kind, rows: Sequence[FixRow], all_columns: bool) -> None:
        """Show these rows; of the columns those with a fault and the name, or all."""
        self.beginResetModel()
        self.kind = kind
        self.rows = list(rows)
        self._places = {row.id: place for place, row in enumerate(self.rows)}
        self._same.clear()
        self._pending.clear()
        self._revealed = -1
        faulty = {name for row in rows for name in row.faults}
        every: dict[str, Field] = {}
        for item in self.pack.fields_of(kind):
            every.setdefault(item.id, item)
        self.fields = [
            item for item in every.values() if all_columns or item.id in faulty or item.id == "name"
        ]
        self.endResetModel()

    def set_pending(self, parked_id: int, field_id: str, typed: str) -> None:
        self._pending[(parked_id, field_id)] = typed
        self.layoutChanged.emit()

    def reveal(self, row: int) -> None:
        """Show the numbers of one row whole; -1: of none."""
        changed = {row, self._revealed} - {-1}
        self._revealed = row
        for each in changed:
            if each < len(self.rows):
                last = self.index(each, max(0, len(self.fields) - 1))
                self.dataChanged.emit(self.index(each, 0), last)

    def clear_pending(self) -> None:
        self._pending.clear()
        self.layoutChanged.emit()

    def column_of(self, field_id: str) -> int:
        return next((i for i, item in enumerate(self.fields) if item.id == field_id), -1)

    def row_of(self, parked_id: int) -> int:
        return self._places.get(parked_id, -1)

    def faults_at(self, row: int, column: int) -> list[Finding]:
        if 0 <= row < len(self.rows) and 0 <= column < len(self.fields):
            return self.rows[row].faults.get(self.fields[column].id, [])
        return []

    def error_cells(self) -> Iterator[tuple[int, int]]:
        """(row, column) of every cell with an error, row by row."""
        for row in range(len(self.rows)):
            yield from ((row, column) for column in self._errors_in(row))

    def next_error(self, row: int, column: int, by: int = 1) -> tuple[int, int] | None:
        """The first cell with an error after this one (``by`` -1: before it), round and round."""
        count = len(self.rows)
        for step in range(count + 1):
            at = (row + by * step) % count
            found = self._errors_in(at)
            if step == 0:
                found = [c for c in found if (c > column if by > 0 else c < column)]
            if found:
                return at, found[0] if by > 0 else found[-1]
        return None

    def _errors_in(self, row: int) -> list[int]:
        faults = self.rows[row].faults
        return [
            column
            for column, item in enumerate(self.fields)
            if (found := faults.get(item.id)) and found[0].severity is Severity.ERROR
        ]

    def identical(self, row: int, field_id: str) -> list[int]:
        """Parked ids of the rows (this one too) with the same text and fault in the field."""
        this = self.rows[row]
        codes = {item.code for item in this.faults.get(field_id, [])}
        by_text = self._same.get(field_id)
        if by_text is None:
            by_text = self._same[field_id] = {}
            for other in self.rows:
                if field_id in other.faults:
                    by_text.setdefault(other.text(field_id), []).append(other)
        return [
            other.id
            for other in by_text.get(this.text(field_id), ())
            if codes & {item.code for item in other.faults[field_id]}
        ]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.fields)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if not (0 <= row < len(self.rows) and 0 <= column < len(self.fields)):
            return None
        item, this = self.fields[column], self.rows[row]
        if role == FINDINGS:
            return this.faults.get(item.id, [])
        pending = self._pending.get((this.id, item.id))
        if role == PENDING:
            return pending is not None
        if role == Qt.ItemDataRole.EditRole:
            return this.text(item.id) if pending is None else pending
        if role == Qt.ItemDataRole.DisplayRole:
            shown = this.text(item.id) if pending is None else pending
            if item.id in this.faults or not shown:
                return shown
            mask = _MASKS.get(item.type)
            return mask(shown) if mask is not None and row != self._revealed else shown
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        this, item = self.rows[index.row()], self.fields[index.column()]
        typed = str(value)
        if typed != this.text(item.id):
            self.edited.emit(this.id, item.id, typed)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole and section < len(self.fields):
                return " ".join(self.fields[section].header.split())
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        elif 0 <= section < len(self.rows):
            row = self.rows[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return str(row.held.table.rows[row.index])
            if role == Qt.ItemDataRole.ToolTipRole:
                return row.place
        return None


_MASKS: dict[FieldType, Callable[[str], str]] = {
    FieldType.ID_NUMBER: text.mask_id,
    FieldType.PHONE: text.mask_phone,
}
