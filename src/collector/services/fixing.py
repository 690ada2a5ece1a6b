"""The fixing desk: parked rows, edits, second looks, undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from collector.errors import WrongUse
from collector.model import Changes, Finding, Kind
from collector.rules.suggestions import Suggestion, suggest
from collector.services import parking, relinking
from collector.services.judging import judge
from collector.services.parking import Held
from collector.services.session import Session
from collector.sheets import cells
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell of one parked row set to what a person typed."""

    parked_id: int
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class FixResult:
    released: int
    """rows that are in order now and became records"""
    still_parked: int
    """edited rows that still have an error"""
    changes: Changes


@dataclass(frozen=True, slots=True)
class UndoResult:
    restored: int
    """cells set back"""
    kept: int
    """cells of rows that became records meanwhile: those are changed on their form"""
    changes: Changes


def parked(session: Session, kind: Kind | None = None, batch: int | None = None) -> list[Held]:
    """Parked rows with their places and findings, oldest import first."""
    return parking.load(session, kind, batch)


def recheck(session: Session, edits: Sequence[CellEdit] = ()) -> list[Finding]:
    """Findings of all parked rows as they would be with these edits; nothing is written.

    ``file`` of a finding is ``Held.table.file`` of its row.
    """
    held = parking.load(session)
    _edit(session, held, edits)
    for each in held:
        parking.complete(each.table, session.pack)
    return judge(session.pack, [each.table for each in held], session.store.lookup(), session.today)


def apply(session: Session, edits: Sequence[CellEdit]) -> FixResult:
    """Write the edits, judge the rows again, make records of those in order.

    An edit that changes nothing asks for a second look at its row.
    Raises ``WrongUse fixing.not_parked`` for a row that no longer waits.
    """
    held = parking.load(session)
    before = _edit(session, held, edits)
    touched = {edit.parked_id for edit in edits}
    done = parking.recheck(session, held, touched, session.today)
    if done.released:
        freed = relinking.settle(session)
        done = replace(
            done,
            released=done.released + freed.released,
            changes=Changes(
                done.changes.kinds | freed.changes.kinds,
                done.changes.ids + freed.changes.ids,
                parked=True,
            ),
        )
    session.undo.append(tuple(before))
    return FixResult(done.released, done.still_parked, done.changes)


def undo(session: Session) -> UndoResult:
    """Take back the newest ``apply`` since the workspace was unlocked, newest first.

    Rows that became records through it stay records. Raises ``WrongUse fixing.nothing_to_undo``.
    """
    if not session.undo:
        raise WrongUse(
            "fixing.nothing_to_undo",
            Text("没有可撤销的修改。", "There is nothing to take back."),
            Text("锁定或重新打开后，以前的修改不能再撤销。", "Locking forgets earlier edits."),
        )
    before = session.undo.pop()
    held = parking.load(session)
    waiting = {number for each in held for number in each.ids}
    back = [edit for edit in before if edit.parked_id in waiting]
    _edit(session, held, back, canonical=True)
    done = parking.recheck(
        session, held, {edit.parked_id for edit in back}, session.today, release=False
    )
    return UndoResult(len(back), len(before) - len(back), done.changes)


def discard(session: Session, parked_ids: Sequence[int], reason: str) -> Changes:
    """Leave parked rows out for good, with a reason; the store keeps them as skipped."""
    if not reason.strip():
        raise WrongUse(
            "fixing.no_reason",
            Text("没有写明不收这些行的原因。", "Why these rows are left out is not said."),
            Text("请写一句原因。", "Give a short reason."),
        )
    return session.store.discard_parked(list(parked_ids), reason.strip(), session.operator)


def suggestions(session: Session, parked_id: int, field_id: str) -> list[Suggestion]:
    """Values that would fit a faulty cell, best first; never applied by themselves."""
    for each in parking.load(session):
        if parked_id in each.ids:
            index = each.ids.index(parked_id)
            return suggestions_at(session, each, index, field_id)
    raise _not_parked()


def suggestions_at(session: Session, held: Held, index: int, field_id: str) -> list[Suggestion]:
    """The same for a row already at hand."""
    spec = session.pack.field_of(held.table.kind, field_id)
    if spec is None:
        return []
    row = held.table.rows[index]
    dictionary = session.pack.dictionaries.get(spec.dictionary)
    found: dict[str, Suggestion] = {}
    for finding in held.findings:
        if finding.row == row and finding.field == field_id:
            for item in suggest(
                finding.code,
                spec.type.value,
                held.table.column(field_id)[index],
                dictionary.labels if dictionary is not None else (),
                session.today,
            ):
                found.setdefault(item.value, item)
    return list(found.values())


def _edit(
    session: Session,
    held: Sequence[Held],
    edits: Sequence[CellEdit],
    canonical: bool = False,
) -> list[CellEdit]:
    """Put the edits into the tables as canonical text; gives what stood there before, last
    first, so that taking them back in that order restores every cell."""
    where = {number: (each, index) for each in held for index, number in enumerate(each.ids)}
    before: list[CellEdit] = []
    for edit in edits:
        if edit.parked_id not in where:
            raise _not_parked()
        each, index = where[edit.parked_id]
        spec = session.pack.field_of(each.table.kind, edit.field)
        if spec is None:
            raise WrongUse(
                "fixing.no_such_field",
                Text("规则包里没有这一项。", "The pack has no such field."),
                Text("请选择表中已有的列。", "Choose a column of the sheet."),
                {"field": edit.field},
            )
        texts = list(each.table.column(edit.field))
        before.append(CellEdit(edit.parked_id, edit.field, texts[index]))
        texts[index] = (
            edit.value
            if canonical
            else cells.canonical_text(
                spec, session.pack.dictionaries.get(spec.dictionary), edit.value
            )
        )
        each.table.columns[edit.field] = texts
        each.table.faults.get(edit.field, {}).pop(index, None)
    return before[::-1]


def _not_parked() -> WrongUse:
    return WrongUse(
        "fixing.not_parked",
        Text("这一行已经不在待修之列。", "This row is no longer parked."),
        Text("请刷新修正台。", "Refresh the list."),
    )
