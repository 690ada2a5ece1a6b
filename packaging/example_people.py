"""What the examples of several packs are made of: made-up people, and faults planted by rule.

For every rule a field implies there is a fault: in the last row but one of a sheet each required
cell is emptied, in the last row each cell is given a form that is wrong for its type. What the
rules across cells must find is planted by hand, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collector.codes import resident_id
from collector.model import Kind, Severity, Table
from collector.packs import Field, FieldType, Pack, Sheet
from collector.services import made_up
from collector.sheets.raw import letter
from example_rows import Fault

_WRONG_FORM = {
    FieldType.NAME: ("示例１？", "name.unusual"),
    FieldType.ID_NUMBER: ("42010619660101001", "resident_id.length"),
    FieldType.USCC: ("91420000MA000", "uscc.length"),
    FieldType.UNION_CODE: ("81420000MC000", "uscc.length"),
    FieldType.PHONE: ("1380000000", "phone.format"),
    FieldType.DATE: ("2015-02-30", "date.not_a_date"),
    FieldType.NUMBER: ("约十", "number.format"),
    FieldType.CHOICE: ("清单里没有的一项", "choice.unknown"),
}
_ONLY_A_DOUBT = ("name.unusual",)


def table(kind: Kind, *records: Mapping[str, str]) -> Table:
    """Records as a table; a field a record lacks is empty."""
    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: [record.get(name, "") for record in records] for name in names}
    return Table(kind, columns, list(range(1, len(records) + 1)))


def joined(first: Table, second: Table) -> Table:
    """The rows of both, one after another."""
    names = dict.fromkeys([*first.columns, *second.columns])
    columns = {name: [*first.column(name), *second.column(name)] for name in names}
    return Table(first.kind, columns, list(range(1, len(first) + len(second) + 1)))


def person(number: int) -> dict[str, str]:
    """Name, ID number, and what the number tells of the person."""
    identity = made_up.resident_number(number)
    born = resident_id.birth_date(identity)
    return {
        "name": made_up.person_name(number),
        "id_number": identity,
        "gender": resident_id.gender(identity),
        "birth_date": born.isoformat() if born is not None else "",
        "phone": f"139{number:08d}",
    }


@dataclass(frozen=True, slots=True)
class Planting:
    """Where the records of a pack's good example stand, to plant faults by sheet and field."""

    pack: Pack
    counts: Mapping[str, int]
    """sheet name -> its rows"""

    def at(
        self,
        sheet: str,
        number: int,
        field: str | Field,
        value: str,
        code: str,
        severity: str = "error",
        told_at: str = "",
    ) -> Fault:
        """A fault in the ``number``-th record (from 1); ``told_at``: the field it is told at."""
        spec = self._sheet(sheet)
        row = spec.layout.data_row + number - 1
        reported = f"{row} {_letter(spec, told_at)}" if told_at else ""
        return Fault(sheet, row, _letter(spec, field), value, code, severity, reported)

    def told(
        self, sheet: str, number: int, field: str, code: str, severity: str = "error"
    ) -> Fault:
        """What else is told at a cell that another fault has emptied."""
        spec = self._sheet(sheet)
        row = spec.layout.data_row + number - 1
        return Fault(sheet, row, _letter(spec, field), "", code, severity)

    def by_field(self, *but: tuple[str, str]) -> Iterator[Fault]:
        """The faults of every field's own rules; ``but``: (sheet, field) planted by hand."""
        for sheet in self.pack.sheets:
            last = self.counts[sheet.name]
            for field in sheet.fields:
                if (sheet.name, field.id) in but or field.type is FieldType.SERIAL:
                    continue
                if field.required:
                    known = self._severity(field, "required")
                    yield self.at(sheet.name, last - 1, field, "", "required.missing", known)
                value, code = _wrong(field)
                if value:
                    known = self._severity(field, "form")
                    doubted = "warning" if code in _ONLY_A_DOUBT else known
                    yield self.at(sheet.name, last, field, value, code, doubted)

    def _severity(self, field: Field, what: str) -> str:
        names = f"{field.kind}.{field.id}.{what}"
        found = [rule.severity for rule in self.pack.rules if rule.id.startswith(names)]
        return (found[0] if found else Severity.ERROR).value

    def _sheet(self, name: str) -> Sheet:
        return next(sheet for sheet in self.pack.sheets if sheet.name == name)


def _letter(sheet: Sheet, field: str | Field) -> str:
    """The first column of a field id, or that of the very field: a row of two records may have
    both by one name."""
    if isinstance(field, str):
        field = next(item for item in sheet.fields if item.id == field)
    return letter(sheet.fields.index(field) + 1)


def _wrong(field: Field) -> tuple[str, str]:
    if field.type is FieldType.TEXT:
        return ("长" * (field.max_length + 1), "text.too_long") if field.max_length else ("", "")
    return _WRONG_FORM.get(field.type, ("", ""))
