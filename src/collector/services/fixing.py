"""The fixing desk: parked rows, edits, second looks, undo."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from collector.errors import WrongUse
from collector.model import Changes, Finding, Kind, Outcome
from collector.rules.suggestions import Suggestion, Surroundings, suggest
from collector.services import parking, relinking
from collector.services.judging import judge
from collector.services.parking import Held
from collector.services.session import Session
from collector.sheets import cells
from collector.wording import Text

_REPEATED = frozenset({"unique.in_file", "unique.in_store"})


_NEAR = 2000
"""rows of the same sheet whose numbers tell which counties are likely"""


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
    near: frozenset[int] = frozenset()
    """rows looked at again: those edited, released, and those that shared a key with them"""


@dataclass(frozen=True, slots=True)
class UndoResult:
    restored: int
    """cells set back"""
    kept: int
    """cells of rows that became records which were changed or submitted since"""
    changes: Changes
    near: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Done:
    """What one ``apply`` did, to be taken back."""

    before: tuple[CellEdit, ...]
    released: Mapping[int, Outcome]
    edits: tuple[CellEdit, ...] = ()
    """to do it again"""


def parked(
    session: Session,
    kind: Kind | None = None,
    batch: int | None = None,
    ids: Collection[int] | None = None,
) -> list[Held]:
    """Parked rows (of these ids) with their places and findings, oldest import first."""
    return parking.load(session, kind, batch, ids)


def recheck(
    session: Session, edits: Sequence[CellEdit] = (), held: Sequence[Held] | None = None
) -> list[Finding]:
    """Findings of all parked rows as they would be with these edits; nothing is written.

    ``file`` of a finding is ``Held.table.file`` of its row. ``held`` are the rows, where they
    are at hand.
    """
    held = parking.load(session) if held is None else held
    _edit(session, held, edits)
    for each in held:
        parking.complete(each.table, session.pack)
    return judge(session.pack, [each.table for each in held], session.store.lookup(), session.today)


def around(session: Session, ids: Collection[int]) -> tuple[list[Held], list[Finding]]:
    """These rows with whatever is needed to judge them, and their findings as of now."""
    held, _ = parking.load_around(session, ids)
    return held, recheck(session, (), held)


def apply(session: Session, edits: Sequence[CellEdit]) -> FixResult:
    """Write the edits, judge the rows again, make records of those in order.

    Rows that shared a key with an edited one before or share one now are judged too. An edit that
    changes nothing asks for a second look at its row.
    Raises ``WrongUse fixing.not_parked`` for a row that no longer waits.
    """
    done = _apply(session, edits)
    session.redo.clear()
    return done


def redo(session: Session) -> FixResult:
    """Do again what ``undo`` took back last, as long as nothing else was edited since.

    Rows that wait no longer are left out. Raises ``WrongUse fixing.nothing_to_redo``.
    """
    if not session.redo:
        raise WrongUse(
            "fixing.nothing_to_redo",
            Text("没有可重做的修改。", "There is nothing to do again."),
            Text("重做只能接在撤销之后。", "Only what was just taken back can be done again."),
        )
    edits: tuple[CellEdit, ...] = session.redo.pop()
    waiting = {
        number
        for each in parking.load(session, ids={edit.parked_id for edit in edits})
        for number in each.ids
    }
    return _apply(session, [edit for edit in edits if edit.parked_id in waiting])


def _apply(session: Session, edits: Sequence[CellEdit]) -> FixResult:
    touched = {edit.parked_id for edit in edits}
    held, near = parking.load_around(session, touched)
    before = _edit(session, held, edits)
    joined = parking.sharing_keys(session, held, touched)
    if joined - {number for each in held for number in each.ids}:
        held, near = parking.load_around(session, near | joined)
        before = _edit(session, held, edits)
    freed_by_it = {
        number
        for each in held
        for number in parking.ids_with_only(each, _REPEATED)
        if number in near
    }
    done = parking.recheck(session, held, touched | freed_by_it, session.today)
    still = done.still_parked - len(freed_by_it - touched - done.outcomes.keys())
    released, changes, outcomes = done.released, done.changes, dict(done.outcomes)
    if done.organisations:
        freed = relinking.settle(session, arrived=done.organisations)
        released += freed.released
        outcomes |= freed.outcomes
        changes = Changes(
            changes.kinds | freed.changes.kinds, changes.ids + freed.changes.ids, parked=True
        )
    session.undo.append((_Done(tuple(before), outcomes, tuple(edits)),))
    return FixResult(released, still, changes, frozenset(near | touched | outcomes.keys()))


def undo(session: Session) -> UndoResult:
    """Take back the newest ``apply`` since the workspace was unlocked, newest first.

    Rows that became records through it wait again; the record it added leaves, the one it updated
    gets its earlier values. Where a record was changed or submitted since, it stays.
    Raises ``WrongUse fixing.nothing_to_undo``.
    """
    if not session.undo:
        raise WrongUse(
            "fixing.nothing_to_undo",
            Text("没有可撤销的修改。", "There is nothing to take back."),
            Text("锁定或重新打开后，以前的修改不能再撤销。", "Locking forgets earlier edits."),
        )
    (step,) = session.undo.pop()
    session.redo.append(step.edits)
    kinds: frozenset[Kind] = frozenset()
    if step.released:
        _, changes = session.store.take_back_released(step.released, session.operator)
        kinds = changes.kinds
    edited = {edit.parked_id for edit in step.before}
    held, near = parking.load_around(session, edited)
    waiting = {number for each in held for number in each.ids}
    back = [edit for edit in step.before if edit.parked_id in waiting]
    _edit(session, held, back, canonical=True)
    joined = parking.sharing_keys(session, held, edited & waiting)
    if joined - waiting:
        held, near = parking.load_around(session, near | joined)
        _edit(session, held, back, canonical=True)
    done = parking.recheck(
        session, held, {edit.parked_id for edit in back}, session.today, release=False
    )
    changes = Changes(kinds | done.changes.kinds, done.changes.ids, parked=True)
    return UndoResult(
        len(back),
        len(step.before) - len(back),
        changes,
        frozenset(near | edited | step.released.keys()),
    )


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
    for each in parking.load(session, ids=[parked_id]):
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
                Surroundings(held.table.record(index), held.table.column(field_id)[:_NEAR]),
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
                Text("模板包里没有这一项。", "The pack has no such field."),
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
