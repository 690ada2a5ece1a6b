"""Which row of a returned sheet is which row of the copy that went out.

The id decides where it agrees with what the row says. Where somebody sorted a few columns only,
the ids stayed behind: then the content decides. Nothing is guessed: a row that fits nothing is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from collector.model import Kind, Table
from collector.services import parking, row_digests
from collector.store import HandedRow, HandedSheet

_ALIKE = 0.5
"""share of the filled cells that must be the same where neither key nor name is"""


@dataclass(frozen=True, slots=True)
class Origin:
    """The row of a copy a returned row is."""

    sheet: HandedSheet
    row: int
    untouched: bool
    """every text is as it went out"""


@dataclass(slots=True)
class Matches:
    """What became clear about the rows of one returned sheet."""

    origins: dict[int, Origin] = field(default_factory=dict)
    """row in the returned file -> what it was"""
    copied: set[int] = field(default_factory=set)
    """rows that are another row once more, every text the same"""


def match(
    tables: Sequence[Table],
    claims: Mapping[int, tuple[str, int]],
    sheets: Sequence[HandedSheet],
) -> Matches:
    """``tables`` are those of one sheet, ``claims`` row -> (sheet code, row) by its id, ``sheets``
    those it may have come from. A row is given away once, the uppermost first."""
    found = Matches()
    if not tables or not sheets:
        return found
    search = _Search(tables, claims, sheets)
    rows = tables[0].rows
    for step in (search.by_id_untouched, search.by_content, search.by_id, search.by_likeness):
        for index, row in enumerate(rows):
            if row in found.origins or row in found.copied:
                continue
            place = step(index, row)
            if place is not None:
                code, was = place
                search.taken[place] = row
                sheet = search.sheets[code]
                same = search.digests[code][row] == sheet.digests.get(was)
                found.origins[row] = Origin(sheet, was, same)
        if step == search.by_id_untouched:
            continue
        if step == search.by_id:
            found.copied |= search.copies(found)
    return found


class _Search:
    def __init__(
        self,
        tables: Sequence[Table],
        claims: Mapping[int, tuple[str, int]],
        sheets: Sequence[HandedSheet],
    ) -> None:
        self.tables = tables
        self.claims = claims
        self.sheets = {sheet.code: sheet for sheet in sheets}
        self.digests = {sheet.code: row_digests.digests(tables, sheet.fields) for sheet in sheets}
        self.taken: dict[tuple[str, int], int] = {}
        """place in a copy -> the returned row it is"""
        self._by_digest: dict[tuple[str, bytes], list[int]] | None = None
        self._by_text: dict[tuple[Kind, str], list[tuple[str, int]]] = {}
        for sheet in sheets:
            for (row, kind), held in sheet.parked.items():
                for text in _telling(kind, held.texts):
                    self._by_text.setdefault((kind, text), []).append((sheet.code, row))

    def by_id_untouched(self, index: int, row: int) -> tuple[str, int] | None:
        claim = self.claims.get(row)
        if claim is None or claim in self.taken:
            return None
        code, was = claim
        return claim if self.digests[code][row] == self.sheets[code].digests.get(was) else None

    def by_content(self, index: int, row: int) -> tuple[str, int] | None:
        """The id is lost, or stands beside another row: every text says which row this was."""
        by_digest = self._by_digest
        if by_digest is None:  # only what is left is looked through: mostly a handful
            by_digest = self._by_digest = {}
            for sheet in self.sheets.values():
                for was, digest in sheet.digests.items():
                    if (sheet.code, was) not in self.taken:
                        by_digest.setdefault((sheet.code, digest), []).append(was)
        for code, digests in self.digests.items():
            for was in by_digest.get((code, digests[row]), ()):
                if (code, was) not in self.taken:
                    return code, was
        return None

    def by_id(self, index: int, row: int) -> tuple[str, int] | None:
        """A changed row; where it says who it is, that must be who the id says."""
        claim = self.claims.get(row)
        if claim is None or claim in self.taken:
            return None
        if self._agrees(index, claim):
            return claim
        other = self._alike(index)
        return claim if other is None else other

    def by_likeness(self, index: int, row: int) -> tuple[str, int] | None:
        """A changed row whose id is lost, or stands beside another row."""
        return self._alike(index)

    def copies(self, found: Matches) -> set[int]:
        """Rows whose place is taken by a row that says exactly the same."""
        copied: set[int] = set()
        for row, claim in self.claims.items():
            if row in found.origins or claim not in self.taken:
                continue
            code = claim[0]
            if self.digests[code].get(row) == self.digests[code][self.taken[claim]]:
                copied.add(row)
        return copied

    def _agrees(self, index: int, place: tuple[str, int]) -> bool:
        code, was = place
        held = self.sheets[code].parked
        rows = [
            (table, held[was, table.kind]) for table in self.tables if (was, table.kind) in held
        ]
        # of a sound row only a sum is kept: its id is believed
        return not rows or any(_alike(table, index, row) for table, row in rows)

    def _alike(self, index: int) -> tuple[str, int] | None:
        for table in self.tables:
            texts = table.record(index)
            for text in _telling(table.kind, texts):
                free = [
                    place
                    for place in self._by_text.get((table.kind, text), ())
                    if place not in self.taken
                ]
                if len(free) == 1 and _alike(
                    table, index, self.sheets[free[0][0]].parked[free[0][1], table.kind]
                ):
                    return free[0]
        return None


def _telling(kind: Kind, texts: Mapping[str, str]) -> Iterable[str]:
    """The texts by which a row is known, the surest first."""
    fields = ("uscc", "temporary_code", "name")
    if kind not in (Kind.UNIT, Kind.UNION):
        fields = ("id_number", "phone", "name")
    return [text for name in fields if (text := texts.get(name, ""))]


def _alike(table: Table, index: int, held: HandedRow) -> bool:
    texts = table.record(index)
    one = Table(table.kind, {name: [text] for name, text in texts.items()}, [1])
    other = Table(table.kind, {name: [text] for name, text in held.texts.items()}, [1])
    key, was = parking.key_column(one)[0], parking.key_column(other)[0]
    if key and key == was:
        return True
    filled = [name for name, text in held.texts.items() if text]
    same = sum(texts.get(name, "") == held.texts[name] for name in filled)
    named = bool(texts.get("name")) and texts.get("name") == held.texts.get("name")
    return named or same >= len(filled) * _ALIKE
