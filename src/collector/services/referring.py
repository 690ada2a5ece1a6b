"""Who refers to an organisation, when it is merged into another or given another code."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from collector.model import Kind, Status
from collector.services.session import Session
from collector.store import RecordChange

_REFERRING: Mapping[Kind, tuple[tuple[Kind, str, str], ...]] = {
    Kind.UNIT: ((Kind.MEMBER, "unit_code", "unit_name"),),
    Kind.UNION: (
        (Kind.MEMBER, "union_code", "union_name"),
        (Kind.UNIT, "parent_union", ""),
        (Kind.OFFICER, "union_code", ""),
        (Kind.UNION, "parent_code", "parent_name"),
    ),
}
"""organisation -> (who refers to it, the field of the code, the field of the name)"""
_REASON = "随单位或工会合并"


def keys_of(kind: Kind, values: Mapping[str, str]) -> frozenset[str]:
    """The codes by which others refer to an organisation; none for people."""
    if kind not in _REFERRING:
        return frozenset()
    names = ("uscc", "temporary_code") if kind is Kind.UNION else ("uscc",)
    return frozenset(filter(None, (values.get(name, "") for name in names)))


def moved(
    session: Session,
    kind: Kind,
    before: frozenset[str],
    after: Mapping[str, str],
    except_for: Collection[int],
) -> tuple[RecordChange, ...]:
    """What changes in the records that refer to one of the codes ``before``, now that the
    organisation is ``after``; live records only, and not those ``except_for`` of its own kind."""
    codes = before - keys_of(kind, after)
    code = after.get("uscc", "") or after.get("temporary_code", "")
    if not codes or not code:
        return ()
    return tuple(_each(session, kind, codes, code, after.get("name", ""), except_for))


def _each(
    session: Session,
    kind: Kind,
    codes: frozenset[str],
    code: str,
    name: str,
    except_for: Collection[int],
) -> Iterator[RecordChange]:
    desk = session.store.duplicates
    for who, code_field, name_field in _REFERRING[kind]:
        for number, revision, status in desk.by(who, code_field, codes, ("revision", "status")):
            if who is kind and number in except_for:
                continue
            values = {code_field: code} | ({name_field: name} if name_field else {})
            yield RecordChange(who, number, revision, values, Status(status), _REASON)
