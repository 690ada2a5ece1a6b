"""The return of a marked copy: its rows are matched with those that went out, and merged.

Only what was changed in the copy is taken from it; what was mended at the desk meanwhile stays.
Every row of the file, and every row that went out, is accounted for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collector.model import Kind, Severity
from collector.services.merging import ReturnedSheet
from collector.services.returned import FileReturn, Recognised, finding_at
from collector.services.row_matching import match
from collector.services.session import Session, instance
from collector.sheets import row_ids
from collector.sheets.reading import FileReading, Reading, SheetReading
from collector.store import HandedSheet

_FAULTS = {
    row_ids.Fault.BROKEN: "returned.broken_id",
    row_ids.Fault.OTHER_WORKSPACE: "returned.other_workspace",
}


def recognise(session: Session, read: Reading) -> Recognised:
    """Find returned rows in what was read, and merge into ``read.tables`` what stood meanwhile.

    Nothing is written.
    """
    found = Recognised()
    known = [
        (number, file)
        for number, file in enumerate(read.files)
        if file.copy_id or any(sheet.row_ids for sheet in file.sheets)
    ]
    if not known:
        return found
    ids = row_ids.RowIds(instance(session), session.store.handed.secret())
    tables: dict[tuple[int, str], list[int]] = {}
    for number, table in enumerate(read.tables):
        tables.setdefault((table.file, table.sheet), []).append(number)
    back: set[tuple[str, int]] = set()
    for number, file in known:
        _File(session, read, found, number, file, tables, ids, back).take()
    _find_missing(session, found, back)
    return found


@dataclass(slots=True)
class _File:
    session: Session
    read: Reading
    found: Recognised
    number: int
    file: FileReading
    tables: Mapping[tuple[int, str], Sequence[int]]
    ids: row_ids.RowIds
    back: set[tuple[str, int]]
    """(sheet code, row) of everything that came back, in all files"""

    def take(self) -> None:
        claims: dict[str, dict[int, tuple[str, int]]] = {}
        faults: list[tuple[SheetReading, int, str]] = []
        for sheet in self.file.sheets:
            of_sheet = claims.setdefault(sheet.sheet, {})
            for row, text in sheet.row_ids.items():
                read = self.ids.read(text)
                if isinstance(read, row_ids.RowId):
                    of_sheet[row] = (read.sheet, read.row)
                else:
                    faults.append((sheet, row, _FAULTS[read]))
        codes = {code for of_sheet in claims.values() for code, _ in of_sheet.values()}
        copies = self.session.store.handed.of_sheets(codes)
        by_id = self.session.store.handed.of_code(self.file.copy_id) if self.file.copy_id else None
        if by_id is not None and all(copy.code != by_id.code for copy in copies):
            copies.append(by_id)
        sheets = {sheet.code: sheet for copy in copies for sheet in copy.sheets}
        returned = FileReturn(self.number, copies)
        if copies or faults or codes:
            self.found.files[self.number] = returned
        for reading in self.file.sheets:
            numbers = self.tables.get((self.number, reading.sheet), ())
            own = {
                row: claim
                for row, claim in claims[reading.sheet].items()
                if claim[0] in sheets and claim[1] in sheets[claim[0]].digests
            }
            lost = [row for row in claims[reading.sheet] if row not in own]
            faults += [(reading, row, "returned.unknown_copy") for row in lost]
            if not numbers:
                continue
            tables = [self.read.tables[number] for number in numbers]
            wanted = {claim[0] for claim in own.values()} or {
                sheet.code
                for sheet in (by_id.sheets if by_id is not None else ())
                if sheet.sheet == reading.sheet
            }
            matches = match(tables, own, [sheets[code] for code in sorted(wanted)])
            ReturnedSheet(self.session, self.read, self.found, numbers, copies).take(matches)
            self.back |= {(origin.sheet.code, origin.row) for origin in matches.origins.values()}
        self._tell(faults, returned)

    def _tell(self, faults: Sequence[tuple[SheetReading, int, str]], returned: FileReturn) -> None:
        """Ids that lead nowhere are named, unless the row was known by what it says."""
        for sheet, row, code in faults:
            numbers = self.tables.get((self.number, sheet.sheet), ())
            if (self.number, sheet.sheet, row) in self.found.fates or not numbers:
                continue
            table = self.read.tables[numbers[0]]
            at = {place: index for index, place in enumerate(table.rows)}
            if row in at:
                self.found.findings.append(finding_at(code, Severity.WARNING, table, at[row]))
                returned.faults[code] = returned.faults.get(code, 0) + 1


def _find_missing(session: Session, found: Recognised, back: set[tuple[str, int]]) -> None:
    """Rows of the copies that no file brought, of sheets that came back at all."""
    seen_codes = {code for code, _ in back}
    told: set[int] = set()
    for returned in found.files.values():
        sheets = [s for copy in returned.copies for s in copy.sheets if s.code in seen_codes]
        gone = [(sheet, row) for sheet in sheets for row in _gone(sheet, back)]
        asked = {
            held.parked
            for sheet, row in gone
            for kind in Kind
            if (held := sheet.parked.get((row, kind))) is not None
        }
        now = session.store.handed.now(asked)
        for sheet, row in gone:
            own = [held for kind in Kind if (held := sheet.parked.get((row, kind))) is not None]
            waiting = {now[held.parked].waiting for held in own} - {0} - told
            told |= waiting
            returned.missing += [(sheet.sheet, row, number) for number in sorted(waiting)]
            returned.missing_sound += not own


def _gone(sheet: HandedSheet, back: set[tuple[str, int]]) -> list[int]:
    return [row for row in sheet.digests if (sheet.code, row) not in back]
