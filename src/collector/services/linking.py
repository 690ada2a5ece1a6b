"""Who belongs to whom: units and unions named by name only are given their codes.

A name that several organisations bear is left as it is: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from collector.model import Kind, Status, Table
from collector.packs.spec import Pack
from collector.services.judging import Place
from collector.store import Store

LIVE = tuple(status for status in Status if status not in (Status.INACTIVE, Status.PARKED))

REFERRING: dict[Kind, tuple[str, ...]] = {
    Kind.UNIT: ("parent_union",),
    Kind.UNION: ("parent_code", "parent_name"),
    Kind.OFFICER: ("union_code",),
    Kind.MEMBER: ("unit_code", "unit_name", "union_code", "union_name"),
}
"""the fields by which a kind refers to organisations"""

_AMBIGUOUS = "\0"


@dataclass(slots=True)
class Index:
    """Names and codes of units and unions; a name borne twice resolves to nothing."""

    codes: dict[Kind, dict[str, str]] = field(
        default_factory=lambda: {Kind.UNIT: {}, Kind.UNION: {}}
    )
    """name -> code"""
    names: dict[Kind, dict[str, str]] = field(
        default_factory=lambda: {Kind.UNIT: {}, Kind.UNION: {}}
    )
    """code -> name"""
    over: dict[str, str] = field(default_factory=dict)
    """code of a unit -> code (else name) of the union over it"""

    def add(self, kind: Kind, name: str, code: str) -> None:
        if not name or not code:
            return
        known = self.codes[kind].get(name)
        self.codes[kind][name] = code if known in (None, code) else _AMBIGUOUS
        self.names[kind].setdefault(code, name)

    def code(self, kind: Kind, name: str) -> str:
        """The code of the one organisation of that name, "" if none or several bear it."""
        found = self.codes[kind].get(name, "")
        return "" if found == _AMBIGUOUS else found


def stored_index(store: Store) -> Index:
    """Names and codes of the organisations in the store."""
    index = Index()
    for chunk in store.stream(Kind.UNION, ("name", "uscc", "temporary_code"), {}, LIVE):
        for name, uscc, temporary in chunk:
            index.add(Kind.UNION, name, uscc or temporary)
    for chunk in store.stream(Kind.UNIT, ("name", "uscc", "parent_union"), {}, LIVE):
        for name, uscc, union in chunk:
            index.add(Kind.UNIT, name, uscc)
            if uscc and union:
                index.over[uscc] = union
    return index


def stream(
    store: Store,
    kind: Kind,
    fields: Sequence[str],
    index: Index,
    pack: Pack,
    statuses: Sequence[Status] = LIVE,
    *,
    by_key: bool = False,
) -> Iterator[Table]:
    """Stored records in chunks, as they came or by key, with codes and names as known by now.

    A member collected before its unit refers to it by name; the code is found here.
    """
    wanted = tuple(dict.fromkeys((*fields, *REFERRING.get(kind, ()))))
    for chunk in store.stream(kind, wanted, {}, statuses, by_key=by_key):
        columns = [list(texts) for texts in zip(*chunk, strict=True)]
        table = Table(
            kind,
            dict(zip(wanted, columns, strict=True)),
            list(range(1, len(chunk) + 1)),
        )
        fill_in(table, index, pack)
        yield table


def attached(members: Table, index: Index) -> list[bool]:
    """Whether each member's unit and union are both among the known ones."""
    units, unions = index.names[Kind.UNIT], index.names[Kind.UNION]
    return [
        unit in units and union in unions
        for unit, union in zip(
            members.column("unit_code"), members.column("union_code"), strict=True
        )
    ]


def link(
    tables: Sequence[Table],
    index: Index,
    pack: Pack,
    faulty: Collection[Place] = frozenset(),
) -> None:
    """Fill codes and names of organisations in the tables from one another and the index.

    In place, after the rules were asked (they judge what the person wrote): only empty cells
    are filled, and a column the sheet does not have is made where something is known for it.
    Nothing is learned from an organisation in a ``faulty`` row: its code may be wrong.
    """
    _join_composite(tables)
    for table in tables:
        _learn(table, index, faulty)
    for table in tables:
        if table.kind is Kind.UNIT:
            _to_code(table, "parent_union", index)
    for table in tables:
        if table.kind is Kind.UNIT:
            _learn_over(table, index, faulty)
    for table in tables:
        fill_in(table, index, pack)


def fill_in(table: Table, index: Index, pack: Pack) -> None:
    """Fill codes and names of one table from the index alone."""
    if table.kind is Kind.UNIT:
        _to_code(table, "parent_union", index)
    elif table.kind is Kind.UNION:
        _pair(table, Kind.UNION, "parent_code", "parent_name", index)
    elif table.kind is Kind.OFFICER:
        _to_code(table, "union_code", index)
    elif table.kind is Kind.MEMBER:
        _pair(table, Kind.UNIT, "unit_code", "unit_name", index)
        if pack.member_union_from_unit:
            _union_from_unit(table, index)
        _pair(table, Kind.UNION, "union_code", "union_name", index)


def _join_composite(tables: Sequence[Table]) -> None:
    """A row that is a unit and its union: the union stands over the unit."""
    unions = {(table.file, table.sheet): table for table in tables if table.kind is Kind.UNION}
    for unit in tables:
        if unit.kind is not Kind.UNIT:
            continue
        union = unions.get((unit.file, unit.sheet))
        if union is None or union.rows != unit.rows:
            continue
        codes, temporary = union.column("uscc"), union.column("temporary_code")
        names = union.column("name")
        _fill(
            unit,
            "parent_union",
            (
                code or held or name
                for code, held, name in zip(codes, temporary, names, strict=True)
            ),
        )


def _learn(table: Table, index: Index, faulty: Collection[Place]) -> None:
    if table.kind not in (Kind.UNIT, Kind.UNION):
        return
    for row, name, code, temporary in zip(
        table.rows,
        table.column("name"),
        table.column("uscc"),
        table.column("temporary_code"),
        strict=True,
    ):
        if (table.file, table.sheet, row) not in faulty:
            index.add(table.kind, name, code or temporary)


def _learn_over(table: Table, index: Index, faulty: Collection[Place]) -> None:
    for row, code, union in zip(
        table.rows, table.column("uscc"), table.column("parent_union"), strict=True
    ):
        if code and union and (table.file, table.sheet, row) not in faulty:
            index.over[code] = union


def _to_code(table: Table, field_id: str, index: Index) -> None:
    """Replace a union's name by its code where the name is known and borne once."""
    cells = table.columns.get(field_id)
    if cells is not None:
        codes = index.codes[Kind.UNION]
        table.columns[field_id] = [
            cell if codes.get(cell, _AMBIGUOUS) == _AMBIGUOUS else codes[cell] for cell in cells
        ]


def _pair(table: Table, kind: Kind, code_field: str, name_field: str, index: Index) -> None:
    """Fill whichever of code and name is empty from the other."""
    if code_field not in table.columns and name_field not in table.columns:
        return
    known = index.names[kind]
    names = table.column(name_field)
    code_of = {name: index.code(kind, name) for name in set(names)}
    _fill(table, code_field, map(code_of.__getitem__, names))
    codes = table.column(code_field)
    name_of = {code: known.get(code, "") for code in set(codes)}
    _fill(table, name_field, map(name_of.__getitem__, codes))


def _union_from_unit(table: Table, index: Index) -> None:
    known = index.names[Kind.UNION]
    units = table.column("unit_code")
    over = {unit: index.over.get(unit, "") for unit in set(units)}
    code_of = {unit: union if union in known else "" for unit, union in over.items()}
    name_of = {unit: union if union not in known else "" for unit, union in over.items()}
    _fill(table, "union_code", map(code_of.__getitem__, units))
    _fill(table, "union_name", map(name_of.__getitem__, units))


def _fill(table: Table, field_id: str, values: Iterable[str]) -> None:
    cells = table.columns.get(field_id)
    if cells is None:
        given = list(values)
        if any(given):
            table.columns[field_id] = given
    elif "" in cells:
        table.columns[field_id] = [cell or value for cell, value in zip(cells, values, strict=True)]
