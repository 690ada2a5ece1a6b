"""Records for looking at: the verbs that show data, and pages for the window."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collector.codes import rare
from collector.errors import InputRefused, WrongUse
from collector.model import FIELDS, KEY_FIELD, Kind, Record, Status
from collector.services.session import Session
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list of records."""

    field: str
    label: str
    masked: bool
    """to be shown masked: a number of a person"""


_PERSONAL = frozenset({"id_number", "phone"})
_NAMES = frozenset({"name", "leader"})


def columns(session: Session, kind: Kind) -> list[Column]:
    """The columns of the pack in its order, then what the records refer by."""
    found = [
        Column(item.id, " ".join(item.header.split()), item.id in _PERSONAL)
        for item in session.pack.fields_of(kind)
    ]
    known = {item.field for item in found}
    return found + [
        Column(field_id, label, False)
        for field_id, label in _REFERENCES.get(kind, ())
        if field_id not in known
    ]


_REFERENCES: dict[Kind, tuple[tuple[str, str], ...]] = {
    Kind.UNIT: (("parent_union", "所属工会"),),
    Kind.MEMBER: (
        ("unit_code", "单位代码"),
        ("unit_name", "单位名称"),
        ("union_code", "工会代码"),
        ("union_name", "工会名称"),
    ),
}


def order(
    session: Session,
    kind: Kind,
    sort: str = "id",
    descending: bool = False,
    search: str = "",
    status: Status | None = None,
    where: Mapping[str, str] | None = None,
) -> array[int]:
    """Ids of the records in the order asked for; ``page`` gives their fields.

    ``search`` is the beginning of a number or a name, whatever middle dot is typed.
    """
    return session.store.order(
        kind,
        sort=sort,
        descending=descending,
        search=rare.searched(search),
        status=status,
        where=dict(where or {}),
    )


def page(
    session: Session, kind: Kind, ids: Sequence[int], fields: Sequence[str]
) -> list[tuple[Any, ...]]:
    """(id, status, revision, *fields) of the records, in the order of ``ids``."""
    return session.store.page(kind, ids, fields)


def get(session: Session, kind: Kind, record_id: int) -> Record | None:
    return session.store.get(kind, record_id)


def listing(
    session: Session,
    kind: Kind,
    where: Mapping[str, str] | None = None,
    status: Status | None = None,
    chunk: int = 500,
) -> Iterator[tuple[Record, ...]]:
    """The records in chunks, by key. Raises ``WrongUse records.no_such_field``."""
    asked = {
        field_id: rare.searched(text) if field_id in _NAMES else text
        for field_id, text in (where or {}).items()
    }
    for field_id in asked:
        if field_id not in field_ids(session, kind):
            raise WrongUse(
                "records.no_such_field",
                Text("没有这个字段。", "There is no such field."),
                Text(
                    "字段名见 collector pack show。", "See collector pack show for the field ids."
                ),
                {"field": field_id},
            )
    session.store.note("records.listed", {"kind": kind.value}, session.operator)
    ids = session.store.order(
        kind, sort=KEY_FIELD[kind], descending=False, search="", status=status, where=asked
    )
    for start in range(0, len(ids), chunk):
        yield tuple(session.store.records(kind, ids[start : start + chunk]))


def field_ids(session: Session, kind: Kind) -> tuple[str, ...]:
    """The national fields and those only the pack knows."""
    own = (item.id for item in session.pack.fields_of(kind))
    return tuple(dict.fromkeys((*FIELDS[kind], *own)))


def show(session: Session, kind: Kind, key: str) -> Record:
    """One record by its key. Raises ``InputRefused records.not_found``."""
    record = session.store.find(kind, key.strip().upper())
    if record is None:
        raise InputRefused(
            "records.not_found",
            Text("没有这条记录。", "There is no such record."),
            Text(
                "请核对号码；待修的行不在记录里，见 collector status。",
                "Check the number; parked rows are no records, see collector status.",
            ),
            {"kind": kind.value},
        )
    session.store.note("records.shown", {"kind": kind.value, "record": record.id}, session.operator)
    return record


def record_json(record: Record) -> dict[str, Any]:
    """One record for ``list --json`` and ``show --json``."""
    return {
        "id": record.id,
        "kind": record.kind.value,
        "status": record.status.value,
        "revision": record.revision,
        "values": {name: text for name, text in record.values.items() if text},
        "pack": record.pack,
        "origin": {
            "batch": record.batch,
            "file": record.file_name,
            "sheet": record.sheet,
            "row": record.row,
        },
        "created_at": record.created_at,
        "changed_at": record.changed_at,
        "changed_by": record.changed_by,
    }
