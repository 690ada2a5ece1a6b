"""One record on a form: canonical text, the rules as one types, saving."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from collector.errors import WrongUse
from collector.model import (
    KEY_FIELD,
    Changes,
    Finding,
    Kind,
    Severity,
    Status,
    Table,
    form_table,
)
from collector.rules.base import Lookup
from collector.services import linking, parking, relinking
from collector.services.judging import judge
from collector.services.session import Session
from collector.sheets import cells
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class SaveResult:
    """``id`` is None where the record has errors and was not asked to be kept as a draft."""

    id: int | None
    findings: list[Finding]
    changes: Changes
    released: int = 0
    """parked rows that are in order now that this record is known"""

    @property
    def saved(self) -> bool:
        return self.id is not None


def canonical_form(session: Session, kind: Kind, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed as the store keeps it, field by field; what cannot be read stays as typed."""
    values: dict[str, str] = {}
    for field_id, text in typed.items():
        spec = session.pack.field_of(kind, field_id)
        values[field_id] = (
            text.strip()
            if spec is None
            else cells.canonical_text(spec, session.pack.dictionaries.get(spec.dictionary), text)
        )
    return values


def check_form(
    session: Session, kind: Kind, values: Mapping[str, str], record_id: int | None = None
) -> list[Finding]:
    """Findings of a record as it stands on the form; ``values`` are canonical.

    ``record_id`` names the stored record that is being changed: it is no duplicate of itself.
    A record that would be new and has a key the store knows is ``unique.in_store``.
    """
    table = form_table(kind, {**_empty(session, kind), **values})
    own = ""
    if record_id is not None:
        record = session.store.get(kind, record_id)
        own = record.values.get(KEY_FIELD[kind], "") if record is not None else ""
    lookup = _Apart(session.store.lookup(), kind, own)
    findings = judge(session.pack, [table], lookup, session.today)
    return _with_duplicate(session, kind, table, own, findings)


def save_form(
    session: Session,
    kind: Kind,
    typed: Mapping[str, str],
    record_id: int | None = None,
    revision: int | None = None,
    draft: bool = False,
    reason: str = "",
) -> SaveResult:
    """Save a form that has no error finding; with ``draft`` keep it whatever it has (草稿).

    Raises ``SurroundingsFailed store.changed_meanwhile`` where someone changed it meanwhile.
    """
    values = canonical_form(session, kind, typed)
    findings = check_form(session, kind, values, record_id)
    faulty = any(finding.severity is Severity.ERROR for finding in findings)
    if faulty and not draft:
        return SaveResult(None, findings, Changes())
    table = form_table(kind, values)
    linking.link([table], linking.stored_index(session.store), session.pack)
    number, changes = session.store.save(
        kind,
        table.record(0),
        id=record_id,
        revision=revision,
        status=Status.DRAFT if draft else Status.VALID,
        reason=reason,
        operator=session.operator,
        pack=f"{session.pack.id}/{session.pack.version}",
    )
    arrived = parking.names_of(table)
    freed = relinking.settle(session, arrived=arrived) if arrived else None
    if freed is None or not freed.released:
        return SaveResult(number, findings, changes)
    return SaveResult(
        number,
        findings,
        Changes(changes.kinds | freed.changes.kinds, changes.ids, parked=True),
        freed.released,
    )


def set_status(
    session: Session, kind: Kind, ids: Sequence[int], status: Status, reason: str
) -> Changes:
    """Give records another state. 非正常 needs a reason (调出 退休 离职 死亡 除名 退会 ...).

    Raises ``WrongUse editing.no_reason``.
    """
    if status is Status.INACTIVE and not reason.strip():
        raise WrongUse(
            "editing.no_reason",
            Text("没有写明转为非正常的原因。", "Why the records become inactive is not said."),
            Text(
                "请写明原因，如调出、退休、离职、死亡、除名、退会。",
                "Give the reason: moved, retired, left, died, expelled, withdrew.",
            ),
        )
    return session.store.set_status(kind, list(ids), status, reason.strip(), session.operator)


def _empty(session: Session, kind: Kind) -> dict[str, str]:
    """Every field of the pack, so that one the form has not sent is asked for all the same."""
    return {item.id: "" for item in session.pack.fields_of(kind)}


class _Apart:
    """The store as if the record being changed were not in it."""

    def __init__(self, lookup: Lookup, kind: Kind, own: str) -> None:
        self._lookup = lookup
        self._kind = kind
        self._own = own

    def judges(self, kind: Kind) -> bool:
        return self._lookup.judges(kind)

    def known(self, kind: Kind, field_id: str, values: Collection[str]) -> set[str]:
        return self._lookup.known(kind, field_id, values)

    def stored(
        self, kind: Kind, field_id: str, values: Collection[str], wanted: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        found = self._lookup.stored(kind, field_id, values, wanted)
        if kind is self._kind and field_id == KEY_FIELD[kind]:
            found = {key: kept for key, kept in found.items() if key != self._own}
        return found


def _with_duplicate(
    session: Session, kind: Kind, table: Table, own: str, findings: list[Finding]
) -> list[Finding]:
    field_id = KEY_FIELD[kind]
    key = table.column(field_id)[0]
    if (
        not key
        or key == own
        or any(finding.field == field_id for finding in findings)
        or session.store.find(kind, key) is None
    ):
        return findings
    twice = Finding("unique.in_store", Severity.ERROR, kind, 0, "", 1, "", field_id, 0)
    return sorted([*findings, twice], key=lambda finding: finding.order)
