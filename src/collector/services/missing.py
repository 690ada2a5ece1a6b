"""What the records still lack before they meet a province's template: person by person, field by
field, found by that template's own rules; nothing is made up and nothing is written."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from collector.codes import resident_id
from collector.model import Finding, Kind, Severity, Status, Table
from collector.packs.spec import Pack, Sheet
from collector.packs.translating import translate
from collector.progress import Progress
from collector.rules.base import Rule
from collector.services import equivalents, gating, linking
from collector.services.checking import explain
from collector.services.gaps import EMPTY, UNKNOWN_LABEL, Gap, Lacking, Missing
from collector.services.gating import Scope
from collector.services.judging import Sparing, judge
from collector.services.pack_signing import open_pack
from collector.services.session import Session
from collector.wording import Text

FROM_NUMBER = ("gender", "birth_date")
"""what a 居民身份证 number says by itself (GB 11643); never typed where the number is known"""
_PAGE = 2000
_DIGITS = 18
"""of a 居民身份证 number"""


def find(
    session: Session,
    pack_id: str | Path,
    progress: Progress | None = None,
    today: date | None = None,
) -> Missing:
    """Judge every record that would be sent by another pack's rules. Raises ``Cancelled``."""
    pack = open_pack(pack_id)
    index = linking.stored_index(session.store)
    lookup = Sparing(session.store.lookup())
    day = today or session.today
    found = _Collector(Missing(pack), day)
    total = sum(session.store.count(kind, status) for kind in Kind for status in gating.SENT)
    done = 0
    for kind in Kind:
        rules = _rules(pack, kind)
        found.missing.looked_at[kind] = 0
        for table in records(session, kind, pack, index):
            if progress is not None:
                progress.step(Text("对照模板查找缺项", "Looking for gaps"), done, total)
            found.missing.looked_at[kind] += len(table)
            done += len(table)
            if rules:
                blank = _blank(table, rules)
                found.take(
                    table,
                    # a column that is wholly empty is asked about in one row and told of all
                    judge(pack, [_first_row(table)], lookup, day, rules=blank) if blank else (),
                    judge(
                        pack,
                        [table],
                        lookup,
                        day,
                        rules=[rule for rule in rules if rule not in blank],
                    ),
                    index,
                )
    return found.finished()


def records(
    session: Session,
    kind: Kind,
    pack: Pack,
    index: linking.Index,
    ids: Sequence[int] | None = None,
) -> Iterator[Table]:
    """The records (or those of ``ids``) as they would go out under this pack; ``rows`` are their
    ids in the store."""
    for table in (
        gating.records_sent(session, kind, pack, Scope(), index, ("id",))
        if ids is None
        else _picked(session, kind, pack, index, ids)
    ):
        numbers = table.columns.pop("id")
        table.rows = [int(number) for number in numbers]
        for item in pack.fields_of(kind):
            table.columns.setdefault(item.id, [""] * len(table))
        yield table


def _picked(
    session: Session, kind: Kind, pack: Pack, index: linking.Index, ids: Sequence[int]
) -> Iterator[Table]:
    agreed = equivalents.agreed(session, pack.id)
    wanted = tuple(dict.fromkeys((*gating.columns_sent(pack, kind), *linking.REFERRING[kind])))
    for start in range(0, len(ids), _PAGE):
        page = [
            row
            for row in session.store.page(kind, ids[start : start + _PAGE], wanted)
            if Status(row[1]) in gating.SENT
        ]
        columns = {name: [row[at] for row in page] for at, name in enumerate(wanted, 3)}
        table = Table(kind, columns, list(range(1, len(page) + 1)))
        linking.fill_in(table, index, session.pack)
        translate(table, pack, agreed)
        table.columns["id"] = [row[0] for row in page]
        if page:
            yield table


def answer_of_number(field_id: str, id_number: str, today: date) -> str:
    """性别 or 出生日期 as a sound 居民身份证 number states it, "" where it does not."""
    if field_id not in FROM_NUMBER or len(id_number) != _DIGITS:
        return ""
    if resident_id.fault(id_number, today) is not None:
        return ""
    if field_id == "gender":
        return resident_id.gender(id_number)
    born = resident_id.birth_date(id_number)
    return born.isoformat() if born is not None else ""


def _rules(pack: Pack, kind: Kind) -> list[Rule]:
    """Keys are unique in the store by its own constraint."""
    return [rule for rule in pack.rules if rule.record is kind and rule.kind != "unique"]


def counts_as_lacking(finding: Finding) -> bool:
    """Every error, and what a pack only assumes to be required."""
    return (
        finding.index >= 0
        and bool(finding.field)
        and (finding.severity is Severity.ERROR or finding.code in (EMPTY, UNKNOWN_LABEL))
        and finding.severity is not Severity.INFO
    )


def _blank(table: Table, rules: Sequence[Rule]) -> list[Rule]:
    """Rules that only ask for a cell to be filled, of columns in which no cell is."""
    return [
        rule
        for rule in rules
        if rule.kind == "required" and not rule.params and not any(table.column(rule.fields[0]))
    ]


def _first_row(table: Table) -> Table:
    columns = {name: texts[:1] for name, texts in table.columns.items()}
    return Table(table.kind, columns, table.rows[:1])


def _columns_of(pack: Pack, table: Table) -> Callable[[int, str], bool]:
    """Whether the sheet a record goes to has a column: several sheets of a kind differ."""
    sheets = [sheet for sheet in pack.sheets if table.kind in sheet.kinds]
    if len(sheets) < 2:
        return lambda index, field_id: True
    ((apart_by, _),) = sheets[0].only.items()
    held = {
        sheet.only[apart_by]: {item.id for item in sheet.fields if item.kind is table.kind}
        for sheet in sheets
    }
    claims, last = table.column(apart_by), held[sheets[-1].only[apart_by]]
    return lambda index, field_id: field_id in held.get(claims[index], last)


class _Collector:
    """Takes chunk after chunk; a hundred thousand people who lack the same share one entry."""

    def __init__(self, missing: Missing, today: date) -> None:
        self.missing = missing
        self._today = today
        self._gap_at: dict[tuple[Kind, str, str, Severity], int] = {}
        self._set_at: dict[tuple[int, ...], int] = {}
        self._unit_at: dict[str, int] = {}
        self._order = {
            (kind, item.id): place
            for kind in Kind
            for place, item in enumerate(missing.pack.fields_of(kind))
        }

    def take(
        self,
        table: Table,
        of_all: Sequence[Finding],
        findings: Sequence[Finding],
        index: linking.Index,
    ) -> None:
        """``of_all`` are findings about the empty cells of whole columns, ``findings`` the rest."""
        has_column = _columns_of(self.missing.pack, table)
        everyones = [item for item in of_all if counts_as_lacking(item)]
        told = {item.field for item in everyones}
        own: dict[int, list[int]] = {}
        for finding in findings:
            if (
                counts_as_lacking(finding)
                and finding.field not in told
                and has_column(finding.index, finding.field)
            ):
                gap = self._gap(finding)
                held = own.setdefault(finding.index, [])
                if gap not in held:
                    held.append(gap)
                    self._count(table, finding, gap)
        rows: Iterable[int] = sorted(own)
        shared: list[int] = []
        if everyones:
            rows = range(len(table))
            for item in everyones:
                gap = self._gap(item)
                if len(self._sheets(table.kind)) > 1:
                    for row in rows:
                        if has_column(row, item.field):
                            own.setdefault(row, []).append(gap)
                            self.missing.counts[gap] += 1
                else:
                    shared.append(gap)
                    self.missing.counts[gap] += len(table)
        self._count_from_number(table, told, findings)
        self._keep(table, rows, own, shared, unit_names(table, index))

    def _sheets(self, kind: Kind) -> list[Sheet]:
        return [sheet for sheet in self.missing.pack.sheets if kind in sheet.kinds]

    def _count(self, table: Table, finding: Finding, gap: int) -> None:
        self.missing.counts[gap] += 1
        if finding.code == UNKNOWN_LABEL:
            of_field = self.missing.labels.setdefault((table.kind, finding.field), Counter())
            of_field[table.column(finding.field)[finding.index]] += 1

    def _count_from_number(
        self, table: Table, told: Collection[str], findings: Sequence[Finding]
    ) -> None:
        if table.kind is not Kind.MEMBER:
            return
        asked = {
            (item.index, item.field)
            for item in findings
            if item.code == EMPTY and item.field in FROM_NUMBER
        }
        blank = [name for name in FROM_NUMBER if name in told]
        if not asked and not blank:
            return
        rows = range(len(table)) if blank else sorted({row for row, _ in asked})
        numbers = table.column("id_number")
        for row in rows:
            number = numbers[row]
            if len(number) == _DIGITS and resident_id.fault(number, self._today) is None:
                self.missing.from_number += sum(
                    name in told or (row, name) in asked for name in FROM_NUMBER
                )

    def _keep(
        self,
        table: Table,
        rows: Iterable[int],
        own: Mapping[int, list[int]],
        shared: Sequence[int],
        names: Sequence[str],
    ) -> None:
        lacking = self.missing.records.setdefault(table.kind, Lacking())
        place_of: dict[tuple[int, ...], int] = {}
        for row in rows:
            gaps = tuple(own.get(row, ()))
            place = place_of.get(gaps)
            if place is None:
                whole = tuple(sorted((*gaps, *shared), key=self._place))
                if not whole:
                    continue
                place = place_of[gaps] = self._set(whole)
            unit = self._unit(names[row])
            self.missing.unit_counts[unit] += len(self.missing.sets[place])
            lacking.ids.append(table.rows[row])
            lacking.units.append(unit)
            lacking.sets.append(place)

    def finished(self) -> Missing:
        """By unit, so that a list reads as the people who fill it in are found."""
        missing = self.missing
        names = missing.units
        for kind, held in missing.records.items():
            rank = {
                place: at
                for at, place in enumerate(sorted(range(len(names)), key=lambda at: names[at]))
            }
            order = sorted(
                range(len(held.ids)), key=[rank[unit] for unit in held.units].__getitem__
            )
            missing.records[kind] = Lacking(
                array("q", (held.ids[at] for at in order)),
                array("l", (held.units[at] for at in order)),
                array("l", (held.sets[at] for at in order)),
            )
        return missing

    def _place(self, gap: int) -> int:
        known = self.missing.gaps[gap]
        return self._order.get((known.kind, known.field), len(self._order))

    def _gap(self, finding: Finding) -> int:
        assert finding.kind is not None
        key = (finding.kind, finding.field, finding.code, finding.severity)
        place = self._gap_at.get(key)
        if place is None:
            said = explain(finding, self.missing.pack)
            place = self._gap_at[key] = len(self.missing.gaps)
            self.missing.gaps.append(
                Gap(
                    finding.kind,
                    finding.field,
                    finding.code,
                    finding.severity,
                    said.label or finding.field,
                    said.sentence,
                )
            )
            self.missing.counts.append(0)
        return place

    def _set(self, gaps: tuple[int, ...]) -> int:
        place = self._set_at.get(gaps)
        if place is None:
            place = self._set_at[gaps] = len(self.missing.sets)
            self.missing.sets.append(gaps)
        return place

    def _unit(self, name: str) -> int:
        place = self._unit_at.get(name)
        if place is None:
            place = self._unit_at[name] = len(self.missing.units)
            self.missing.units.append(name)
            self.missing.unit_counts.append(0)
        return place


def unit_names(table: Table, index: linking.Index) -> list[str]:
    """The unit of each record by name (of a union its own, of an officer the union's)."""
    if table.kind in (Kind.UNIT, Kind.UNION):
        return table.column("name")
    if table.kind is Kind.OFFICER:
        known = index.names[Kind.UNION]
        return [known.get(code, code) for code in table.column("union_code")]
    return [
        unit or union
        for unit, union in zip(table.column("unit_name"), table.column("union_name"), strict=True)
    ]
