"""Decisions on those who may be there twice: keep, take, merge, different, later; and undo.

A decision is planned from what stands in the store, judged by the pack's rules, then carried out
in one transaction with what stood before it. Records are never deleted: of two the one that goes
becomes 非正常 with the reason 重复合并; a parked row is closed and kept.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from collector.errors import CollectorError, WrongUse
from collector.model import Changes, Kind
from collector.progress import Progress
from collector.services import duplicates, parking, planning, relinking
from collector.services.duplicates import Comparison
from collector.services.planning import What
from collector.services.session import Session
from collector.services.suspicions import REASONS
from collector.store import Settlement
from collector.wording import Text

log = logging.getLogger(__name__)

_TOGETHER = 200
"""items settled in one transaction"""
_SETTLING = Text("处理疑似重复", "Settling duplicates")


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision led to."""

    settled: int
    left: dict[str, int]
    """items of the kind that could not be settled so: code -> how many"""
    changes: Changes
    released: int = 0
    """parked rows that are in order because of it"""
    notice: Text | None = None
    """what is still to be done by hand"""
    faults: list[CollectorError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Undone:
    decision: int
    restored: int
    kept: int
    """items whose records were changed since: those stay as they are"""
    changes: Changes


def decide(
    session: Session,
    number: int,
    what: What,
    *,
    sides: Mapping[str, str] | None = None,
    all_of_kind: bool = False,
    transfer_date: str = "",
    progress: Progress | None = None,
) -> Decided:
    """Decide one item, or with ``all_of_kind`` every waiting item of its reason.

    ``sides``: for a merge, field -> ``stored`` or ``new``; where nothing is said the stored value
    stays and a gap is filled. ``transfer_date`` (yyyy-MM-dd, today where empty) is when somebody
    who is taken into another unit was transferred.
    Raises ``WrongUse``: ``duplicates.gone``, ``duplicates.would_be_faulty``,
    ``duplicates.no_such_field``, ``duplicates.transfer_date``; of many the others are carried
    out and those are counted. ``Cancelled`` leaves what was settled before.
    """
    when = planning.transfer_day(session, transfer_date)
    first = duplicates.compare(session, number)
    planning.known_fields(session, first.item.kind, sides or {})
    if not all_of_kind:
        plan = planning.plan(session, first, what, sides or {}, when)
        done = session.store.duplicates.settle(
            [plan], session.operator, duplicates.pack_name(session)
        )
        return _after(session, [plan], Decided(1, {}, done.changes, notice=_notice(first, what)))
    others = duplicates.items(session, first.item.kind, first.reason.id)
    return _all(session, others, what, sides or {}, when, progress)


def undo(session: Session) -> Undone:
    """Take the newest decision back. Raises ``WrongUse duplicates.nothing_to_undo`` and
    ``duplicates.changed_since``."""
    number = session.store.duplicates.last_decision()
    done = None if number is None else session.store.duplicates.undo(session.operator)
    if done is None:
        raise WrongUse(
            "duplicates.nothing_to_undo",
            Text("没有可撤销的查重决定。", "There is no decision to take back."),
            Text("决定过的才能撤销。", "Decide something first."),
        )
    log.info("duplicates: decision undone, %d items", done.items)
    return Undone(done.decision, done.items, done.kept, done.changes)


# -- many ------------------------------------------------------------------------------------


def _all(
    session: Session,
    numbers: Sequence[int],
    what: What,
    sides: Mapping[str, str],
    when: str,
    progress: Progress | None,
) -> Decided:
    """All of one kind as one decision; records met twice wait for the transaction before."""
    desk, pack = session.store.duplicates, duplicates.pack_name(session)
    left: dict[str, int] = {}
    faults: list[CollectorError] = []
    changes = Changes()
    settled: list[Settlement] = []
    group: int | None = None
    waiting: list[Settlement] = []
    touched: set[tuple[Kind, int]] = set()
    notice: Text | None = None

    def flush() -> None:
        nonlocal group, changes
        if waiting:
            done = desk.settle(waiting, session.operator, pack, group)
            group = done.decision
            changes = _together(changes, done.changes)
            settled.extend(waiting)
            waiting.clear()
            touched.clear()

    for place, number in enumerate(numbers):
        if progress is not None:
            progress.step(_SETTLING, place, len(numbers))
        item = desk.item(number)
        if item is None:
            continue
        sidekick = {(item.kind, item.first), (item.kind, item.second)}
        if sidekick & touched or len(waiting) >= _TOGETHER:
            flush()
        try:
            if what in (What.DIFFERENT, What.LATER):
                plan = Settlement(number, what.value)
                notice = notice or _notice_of(item.reason, what)
            elif what is What.KEEP and item.parked:
                plan = planning.closed(session, item)
            else:
                found = duplicates.compare(session, number)
                plan = planning.plan(session, found, what, sides, when)
        except WrongUse as fault:
            left[fault.code] = left.get(fault.code, 0) + 1
            faults.append(fault)
            continue
        waiting.append(plan)
        touched |= {(change.kind, change.id) for change in plan.changes}
    flush()
    gone = left.pop("duplicates.gone", 0)  # settled along with another
    log.info("duplicates: %d settled, %d gone", len(settled), gone)
    return _after(session, settled, Decided(len(settled), left, changes, 0, notice, faults))


def _after(session: Session, plans: Sequence[Settlement], done: Decided) -> Decided:
    """Parked rows that a decision has set right become records."""
    changes, released = done.changes, 0
    rows = [plan.row.id for plan in plans if plan.row is not None]
    others = session.store.duplicates.siblings(rows) if rows else []
    if others:
        held = parking.load(session)
        again = parking.recheck(session, held, set(others), session.today)
        released += again.released
        changes = _together(changes, again.changes)
    if changes.kinds & {Kind.UNIT, Kind.UNION}:
        freed = relinking.settle(session)
        released += freed.released
        changes = _together(changes, freed.changes)
    return replace(done, changes=changes, released=released)


def _notice(found: Comparison, what: What) -> Text | None:
    return _notice_of(found.reason.id, what) if found.item.parked else None


def _notice_of(reason: str, what: What) -> Text | None:
    if what is What.DIFFERENT and REASONS[reason].one_number:
        return Text(
            "一个号码不会是两个人的：新来的一行仍留在修正台，请对照证件把抄错的号码改正。",
            "One number cannot be two people's: the new row stays on the fixing desk until the"
            " miscopied number is mended.",
        )
    return None


def _together(first: Changes, second: Changes) -> Changes:
    return Changes(
        first.kinds | second.kinds,
        first.ids + second.ids,
        first.parked or second.parked,
    )
