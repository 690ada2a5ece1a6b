"""Units and unions that may be there twice: of one code, or of one name under two codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from collector.codes import similarity
from collector.model import Kind, Status
from collector.services.likeness import Found
from collector.store import Duplicates, WaitingRow


class Organisation(NamedTuple):
    """A record, or a parked row where ``row`` is set."""

    id: int
    name: str
    code: str
    temporary: str
    status: str
    row: WaitingRow | None = None

    @property
    def name_key(self) -> str:
        return similarity.organisation_key(self.name)

    @property
    def key(self) -> str:
        """What names it again after another import."""
        return f"{self.code or self.temporary}|{self.name_key}"


def look(desk: Duplicates, kind: Kind, found: Found) -> int:
    """Note the pairs of one kind; gives how many organisations and parked rows there are."""
    named: dict[str, Organisation] = {}
    count = 0
    for chunk in desk.everyone(kind, _columns(kind)):
        count += len(chunk)
        for values in chunk:
            one = _record(kind, values)
            if one.name_key:
                first = named.setdefault(one.name_key, one)
                if first is not one:
                    _note(found, kind, "same_name_other_code", first, one)
    waiting = [_parked(kind, row) for row in desk.rows(kind)]
    stored = _by_code(desk, kind, waiting)
    for one in waiting:
        codes = (one.code, one.temporary)
        known = next((stored[code] for code in codes if code and code in stored), None)
        if known is None:
            known = named.get(one.name_key)
            if known is not None:
                _note(found, kind, "same_name_other_code", known, one)
        elif one.row is not None and one.row.conflicts:
            _note(found, kind, _reason(known, one), known, one)
    return count + len(waiting)


def _reason(stored: Organisation, row: Organisation) -> str:
    if stored.status == Status.INACTIVE.value:
        return "same_code_inactive"
    return "same_code" if stored.name_key == row.name_key else "same_code_other_name"


def _columns(kind: Kind) -> tuple[str, ...]:
    temporary = ("temporary_code",) if kind is Kind.UNION else ()
    return ("name", "uscc", *temporary, "status")


def _record(kind: Kind, values: Sequence[str]) -> Organisation:
    if kind is Kind.UNION:
        number, name, code, temporary, status = values
        return Organisation(int(number), name, code, temporary, status)
    number, name, code, status = values
    return Organisation(int(number), name, code, "", status)


def _parked(kind: Kind, row: WaitingRow) -> Organisation:
    return Organisation(
        row.id,
        row.texts.get("name", ""),
        row.texts.get("uscc", ""),
        row.texts.get("temporary_code", "") if kind is Kind.UNION else "",
        Status.PARKED.value,
        row,
    )


def _by_code(
    desk: Duplicates, kind: Kind, waiting: Sequence[Organisation]
) -> dict[str, Organisation]:
    """Code -> the record that has it, or the one it was merged into."""
    codes = {code for one in waiting for code in (one.code, one.temporary) if code}
    if not codes:
        return {}
    merged = desk.merged(kind)
    found: dict[str, Organisation] = {}
    fields = ("uscc", "temporary_code") if kind is Kind.UNION else ("uscc",)
    for field in fields:
        for values in desk.by(kind, field, codes, _columns(kind), inactive=True):
            one = _record(kind, values)
            code = one.code if field == "uscc" else one.temporary
            stays = merged.get(one.id, one.id)
            if stays != one.id:
                one = _record(kind, desk.pick(kind, [stays], _columns(kind))[0])
            found[code] = one
    return found


def _note(found: Found, kind: Kind, reason: str, first: Organisation, second: Organisation) -> None:
    found.note(kind, reason, first.id, second.id, second.row, (first.key, second.key))
