"""What a decision on two that may be one would do: judged by the pack's rules, nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from collector.codes import dates
from collector.errors import WrongUse
from collector.model import KEY_FIELD, Kind, Severity, Status, form_table
from collector.services import editing, linking, referring
from collector.services.duplicates import NEW, STORED, Comparison, gone
from collector.services.records import field_ids
from collector.services.session import Session
from collector.store import DuplicateItem, RecordChange, RowChange, Settlement
from collector.wording import Text

MERGED = "重复合并"
KEPT = "重复：保留库内"
TRANSFERRED = "转入"
"""会籍变化类型 of the national list (domain tables: membership_change_type)"""
MOVED = "劳动（工作）关系发生变化"
"""会籍变化原因 of the national list"""
_PLACES = (("unit_code", "unit_name"), ("union_code", "union_name"))


class What(StrEnum):
    KEEP = "keep"
    TAKE = "take"
    MERGE = "merge"
    DIFFERENT = "different"
    LATER = "later"


def plan(
    session: Session, found: Comparison, what: What, sides: Mapping[str, str], when: str
) -> Settlement:
    """What a decision would do to one item. Raises ``WrongUse duplicates.would_be_faulty``."""
    item = found.item
    if what in (What.DIFFERENT, What.LATER):
        return Settlement(item.id, what.value)
    if item.parked:
        return _plan_row(session, found, what, sides, when)
    return _plan_records(session, found, what, sides)


def closed(session: Session, item: DuplicateItem) -> Settlement:
    """The record stays as it is and the parked row waits no longer. Raises ``WrongUse
    duplicates.gone``."""
    if not session.store.duplicates.is_open(item):
        raise gone()
    row = RowChange(item.parked, "skipped", KEPT)
    return Settlement(item.id, What.KEEP.value, row=row)


def _plan_row(
    session: Session, found: Comparison, what: What, sides: Mapping[str, str], when: str
) -> Settlement:
    """A record and a parked row: the row is closed, the record may take of it."""
    item = found.item
    if what is What.KEEP:
        return closed(session, item)
    chosen = (
        {line.field: NEW for line in found.lines if line.adoptable}
        if what is What.TAKE
        else {**found.default_sides(), **sides}
    )
    _may_take(found, {name for name, side in sides.items() if side == NEW})
    chosen = _coupled(chosen)
    values = {
        line.field: line.new
        for line in found.lines
        if chosen.get(line.field) == NEW and line.adoptable
    }
    taken = frozenset(values)
    if item.kind is Kind.MEMBER and _moves(found, values):
        values = {**values, **_transfer(session, values, when)}
    if item.kind is Kind.MEMBER:
        values = {**values, **_place(session, found, values)}
    status = Status.VALID if values or found.stored.status is Status.INACTIVE else None
    changes: tuple[RecordChange, ...] = ()
    if status is not None:
        _must_be_sound(session, found, {**found.stored.values, **values}, item.first)
        changes = (
            RecordChange(
                item.kind, item.first, found.stored.revision, values, status, "重复：采用新来的一行"
            ),
        )
        key_before = referring.keys_of(item.kind, found.stored.values)
        after = {**found.stored.values, **values}
        changes += referring.moved(session, item.kind, key_before, after, except_for={item.first})
    row = RowChange(item.parked, "released", str(item.first), (item.kind, item.first), taken)
    return Settlement(item.id, what.value, changes, row)


def _plan_records(
    session: Session, found: Comparison, what: What, sides: Mapping[str, str]
) -> Settlement:
    """Two records: one stays, the other becomes 非正常; who referred to it refers to the other."""
    item = found.item
    key = KEY_FIELD[item.kind]
    chosen: Mapping[str, str] = {}
    if what is What.MERGE:
        chosen = _coupled({**found.default_sides(), **sides})
        stays_new = chosen.get(key, STORED) == NEW
    else:
        stays_new = what is What.TAKE
    stays, goes = (found.new, found.stored) if stays_new else (found.stored, found.new)
    other_side = STORED if stays_new else NEW
    values = {
        line.field: line.stored if stays_new else line.new
        for line in found.lines
        if chosen.get(line.field) == other_side and line.field != key
    }
    if item.kind is Kind.UNION and values.get("temporary_code"):
        # it stays with the record that goes, where it must remain unique
        del values["temporary_code"]
    changes: list[RecordChange] = []
    if values:
        _must_be_sound(session, found, {**stays.values, **values}, stays.record)
        changes.append(
            RecordChange(item.kind, stays.record, stays.revision, values, Status.VALID, MERGED)
        )
    changes.append(RecordChange(item.kind, goes.record, goes.revision, {}, Status.INACTIVE, MERGED))
    changes.extend(
        referring.moved(
            session,
            item.kind,
            referring.keys_of(item.kind, goes.values),
            {**stays.values, **values},
            except_for={goes.record, stays.record},
        )
    )
    return Settlement(item.id, what.value, tuple(changes), survivor=stays.record)


def _coupled(sides: Mapping[str, str]) -> dict[str, str]:
    """A code and the name that goes with it come from one side."""
    found = dict(sides)
    for pair in _PLACES:
        if any(sides.get(name) == NEW for name in pair):
            found.update(dict.fromkeys(pair, NEW))
    return found


def _moves(found: Comparison, values: Mapping[str, str]) -> bool:
    """Whether somebody who was in one unit or union is now in another."""
    return any(
        name in values and found.stored.values.get(name) for pair in _PLACES for name in pair
    )


def _transfer(session: Session, values: Mapping[str, str], when: str) -> dict[str, str]:
    """会籍接转: what changed, when and why, unless the row itself says so."""
    written: dict[str, str] = {}
    for name, value in (
        ("change_type", TRANSFERRED),
        ("change_date", when),
        ("change_reason", MOVED),
    ):
        spec = session.pack.field_of(Kind.MEMBER, name)
        dictionary = None if spec is None else session.pack.dictionaries.get(spec.dictionary)
        label = value if dictionary is None else dictionary.canonical(value)
        if label and name not in values:
            written[name] = label
    return written


def _place(session: Session, found: Comparison, values: Mapping[str, str]) -> dict[str, str]:
    """Code and name of one place: where the new side has only one of them, the other one of the
    stored side must not stay beside it, and is looked up."""
    left = [
        other
        for code, name in _PLACES
        for one, other in ((code, name), (name, code))
        if one in values and other not in values and found.stored.values.get(other)
    ]
    if not left:
        return {}
    blank = dict.fromkeys(left, "")
    table = form_table(Kind.MEMBER, {**found.stored.values, **values, **blank})
    linking.link([table], linking.stored_index(session.store), session.pack)
    return {name: table.column(name)[0] for name in left}


def _must_be_sound(
    session: Session, found: Comparison, values: Mapping[str, str], record: int
) -> None:
    """Raises ``WrongUse duplicates.would_be_faulty``; faults the record has already are no
    reason."""
    kind = found.item.kind
    labels = {line.field: line.label for line in found.lines}
    faults = {
        (finding.field, finding.code)
        for finding in editing.check_form(session, kind, values, record)
        if finding.severity is Severity.ERROR
    }
    if not faults:
        return
    held = session.store.get(kind, record)
    had = (
        {
            (finding.field, finding.code)
            for finding in editing.check_form(session, kind, held.values, record)
        }
        if held is not None
        else set()
    )
    new = faults - had
    if new:
        named = "、".join(dict.fromkeys(labels.get(name, name) for name, _ in sorted(new)))
        raise WrongUse(
            "duplicates.would_be_faulty",
            Text(
                f"这样处理以后，“{named}”会有差错，没有照办。",
                f"“{named}” would be faulty then; nothing was done.",
            ),
            Text(
                "请按 3 逐项合并，这几项选库内的；或者先到修正台把新来的一行改好。",
                "Merge field by field and keep those stored; or mend the new row first.",
            ),
            {"field": " ".join(sorted({name for name, _ in new}))},
        )


def _may_take(found: Comparison, fields: set[str]) -> None:
    for line in found.lines:
        if line.field in fields and line.blocked is not None:
            raise WrongUse(
                "duplicates.would_be_faulty",
                Text(f"“{line.label}”{line.blocked.zh}。", f"“{line.label}”: {line.blocked.en}."),
                Text("这一项请选库内的。", "Keep the stored one."),
                {"field": line.field},
            )


def known_fields(session: Session, kind: Kind, sides: Mapping[str, str]) -> None:
    """Raises ``WrongUse duplicates.no_such_field``."""
    for name, side in sides.items():
        if name not in field_ids(session, kind) or side not in (STORED, NEW):
            raise WrongUse(
                "duplicates.no_such_field",
                Text("没有这一项，或没有这一边。", "There is no such field or side."),
                Text(
                    "写成 --field 字段=stored 或 --field 字段=new；字段名见 collector pack show。",
                    "Write --field NAME=stored or NAME=new; see collector pack show.",
                ),
                {"field": name},
            )


def transfer_day(session: Session, given: str) -> str:
    """The day of a transfer, today where none is given. Raises ``WrongUse``."""
    if not given.strip():
        return session.today.isoformat()
    day, _ = dates.read_date(given.strip())
    if day is None or date.fromisoformat(day) > session.today:
        raise WrongUse(
            "duplicates.transfer_date",
            Text("接转日期看不懂，或在今天之后。", "The transfer date is unreadable or to come."),
            Text("请写成 2026-03-01 的样子。", "Write it like 2026-03-01."),
        )
    return day
