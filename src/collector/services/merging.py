"""Returned rows of one sheet put together with what stands in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from collector.model import Kind, Outcome, Severity, Table
from collector.services import linking, parking
from collector.services.judging import Place
from collector.services.returned import Fate, Recognised, finding_at
from collector.services.row_matching import Matches, Origin
from collector.services.session import Session
from collector.sheets.reading import Reading
from collector.store import HandedCopy, ParkedNow


@dataclass(slots=True)
class ReturnedSheet:
    session: Session
    read: Reading
    found: Recognised
    numbers: Sequence[int]
    copies: Sequence[HandedCopy]

    def take(self, matches: Matches) -> None:
        tables = [self.read.tables[number] for number in self.numbers]
        file, sheet = tables[0].file, tables[0].sheet
        at = {row: index for index, row in enumerate(tables[0].rows)}
        for row in sorted(matches.copied):
            place = (file, sheet, row)
            self.found.quiet.add(place)
            self.found.fates[place] = Fate.COPIED
            self.found.findings.append(
                finding_at("returned.copied_row", Severity.INFO, tables[0], at[row])
            )
            for number in self.numbers:
                self._force(number, at[row], Outcome.SKIPPED, None)
        waiting = self._parked_now(matches)
        current = _current(self.session, waiting.values())
        for number, table in zip(self.numbers, tables, strict=True):
            merge = _Merge(table)
            sound: dict[int, Origin] = {}
            for row, origin in matches.origins.items():
                held = origin.sheet.parked.get((origin.row, table.kind))
                if held is None:
                    sound[row] = origin
                    continue
                now = waiting[held.parked]
                changed = merge.changed(at[row], held.texts)
                place = (file, sheet, row)
                if now.waiting:
                    self._answer(number, len(table), at[row], now.waiting)
                    merge.take(at[row], held.texts, changed, current.get(now.waiting, {}))
                    fate = Fate.FIXED if changed else Fate.UNCHANGED
                elif now.record:
                    fate = self._of_record(number, merge, at[row], held.texts, changed, now.record)
                elif changed:
                    fate = Fate.EDITED
                else:
                    fate = Fate.SETTLED
                    self._force(number, at[row], Outcome.SKIPPED, None)
                self._set_fate(place, fate)
            self._take_sound(number, table, at, sound)
        forced = [self.found.forced.get(number, {}) for number in self.numbers]
        self.found.quiet.update(
            place
            for place, fate in self.found.fates.items()
            if fate in (Fate.SETTLED, Fate.SOUND)
            and place[:2] == (file, sheet)
            and all(at[place[2]] in of_table for of_table in forced)
        )

    def _parked_now(self, matches: Matches) -> dict[int, ParkedNow]:
        kinds = {self.read.tables[number].kind for number in self.numbers}
        asked = {
            held.parked
            for origin in matches.origins.values()
            for kind in kinds
            if (held := origin.sheet.parked.get((origin.row, kind))) is not None
        }
        return self.session.store.handed.now(asked)

    def _of_record(
        self,
        number: int,
        merge: _Merge,
        index: int,
        baseline: Mapping[str, str],
        changed: frozenset[str],
        record_id: int,
    ) -> Fate:
        """A row that became a record meanwhile."""
        kind = self.read.tables[number].kind
        record = self.session.store.get(kind, record_id)
        if record is None:
            return Fate.EDITED if changed else Fate.UNCHANGED
        if not changed:
            self._force(number, index, Outcome.UNCHANGED, record_id)
            return Fate.SETTLED
        merge.take(index, baseline, changed, record.values)
        self.found.updates.setdefault(number, {})[index] = record_id
        return Fate.EDITED

    def _take_sound(
        self, number: int, table: Table, at: Mapping[int, int], sound: Mapping[int, Origin]
    ) -> None:
        """Rows that needed nothing: left alone where untouched, else an ordinary update."""
        keys = parking.key_column(table)
        known = self.session.store.by_keys(
            table.kind, {keys[at[row]] for row in sound if keys[at[row]]}, ()
        )
        lost: dict[tuple[str, int], int] = {}
        for row, origin in sound.items():
            place = (table.file, table.sheet, row)
            self._set_fate(place, Fate.SOUND if origin.untouched else Fate.EDITED)
            found = known.get(keys[at[row]])
            if found is None:
                lost[origin.sheet.code, origin.row] = row
            elif origin.untouched:
                self._force(number, at[row], Outcome.UNCHANGED, int(found[0]))
        if not lost:
            return
        names = table.column("name")
        for (code, was), record_id in self._came_from(table.kind, lost).items():
            row = lost[code, was]
            if sound[row].untouched:
                self._force(number, at[row], Outcome.UNCHANGED, record_id)
                continue
            record = self.session.store.get(table.kind, record_id)
            if record is not None and record.values.get("name") == names[at[row]] != "":
                self.found.updates.setdefault(number, {})[at[row]] = record_id

    def _came_from(
        self, kind: Kind, places: Iterable[tuple[str, int]]
    ) -> dict[tuple[str, int], int]:
        """(sheet code, row of the copy) -> the record that row became when it was imported."""
        found: dict[tuple[str, int], int] = {}
        by_code: dict[str, list[int]] = {}
        for code, row in places:
            by_code.setdefault(code, []).append(row)
        for copy in self.copies:
            for sheet in copy.sheets if copy.source else ():
                if sheet.code in by_code:
                    records = self.session.store.handed.records_at(
                        kind, copy.batch, copy.file_no, sheet.sheet, by_code[sheet.code]
                    )
                    found |= {(sheet.code, row): number for row, number in records.items()}
        return found

    def _set_fate(self, place: Place, fate: Fate) -> None:
        """Of a row that is two records the one in which more happened counts."""
        rank = (Fate.FIXED, Fate.EDITED, Fate.UNCHANGED, Fate.SETTLED, Fate.SOUND)
        before = self.found.fates.get(place)
        if before is None or rank.index(fate) < rank.index(before):
            self.found.fates[place] = fate

    def _answer(self, number: int, rows: int, index: int, parked: int) -> None:
        self.found.answers.setdefault(number, [None] * rows)[index] = parked

    def _force(self, number: int, index: int, outcome: Outcome, target: int | None) -> None:
        self.found.forced.setdefault(number, {})[index] = (outcome, target)


class _Merge:
    """Puts into a table what stands in the store where the returned row says nothing new."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._own: set[str] = set()

    def changed(self, index: int, baseline: Mapping[str, str]) -> frozenset[str]:
        """The fields in which the row is not as it went out."""
        return frozenset(
            name
            for name, texts in self._table.columns.items()
            if texts[index] != baseline.get(name, "")
        )

    def take(
        self,
        index: int,
        baseline: Mapping[str, str],
        changed: frozenset[str],
        current: Mapping[str, str],
    ) -> None:
        """``current`` is the row as it stands now. Codes and names of organisations belong
        together: where one was changed the row's own stand."""
        table = self._table
        referring = set(linking.REFERRING[table.kind])
        kept = changed | (referring if changed & referring else set())
        for name in table.columns.keys() - kept:
            text = current.get(name, "")
            if text and text != table.columns[name][index]:
                self._column(name)[index] = text
                self._clean(name, index)
        for name in current.keys() - table.columns.keys() - referring - kept:
            if current[name] and current[name] != baseline.get(name, ""):
                self._column(name)[index] = current[name]

    def _column(self, name: str) -> list[str]:
        """The column, its own copy: the same reading may be considered again."""
        if name not in self._own:
            self._own.add(name)
            self._table.columns[name] = list(self._table.column(name))
        return self._table.columns[name]

    def _clean(self, name: str, index: int) -> None:
        table = self._table
        table.faults = {field: dict(held) for field, held in table.faults.items()}
        table.originals = {field: dict(held) for field, held in table.originals.items()}
        table.faults.get(name, {}).pop(index, None)
        table.originals.get(name, {}).pop(index, None)


def _current(session: Session, now: Iterable[ParkedNow]) -> dict[int, Mapping[str, str]]:
    """parked id -> the texts it has now."""
    ids = {each.waiting for each in now if each.waiting}
    found: dict[int, Mapping[str, str]] = {}
    for held in session.store.parked_tables(ids=ids) if ids else ():
        for index, number in enumerate(held.ids):
            found[number] = held.table.record(index)
    return found
