"""What becomes of places in a sheet when the rows between its header and its note grow in number.

Rows and columns count from 1, ends included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collector.sheets.raw import letter, number

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

Area = tuple[int, int, int, int]
"""(first row, first column, last row, last column)"""

_CELLS = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?::(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7}))?")
_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")
_TOKEN = re.compile(
    r'"(?:[^"]|"")*"'
    r"|(?P<sheet>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
    r"(?P<place>(?<![\w.!'$])\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?"
    r"|(?<=!)\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?)(?![\w(.!])"
)


def areas_of(reference: str) -> Iterator[tuple[str, Area | None]]:
    """Each piece of a reference list (``C3 C5:C13 D:D``) and its area; None where it is neither."""
    for piece in reference.split():
        yield piece, area_of(piece)


def area_of(piece: str) -> Area | None:
    if cells := _CELLS.fullmatch(piece):
        left, top = number(cells[2]), int(cells[4])
        return top, left, int(cells[8] or top), number(cells[6]) if cells[6] else left
    if columns := _COLUMNS.fullmatch(piece):
        return 1, number(columns[1]), LAST_ROW, number(columns[2])
    return None


def said(area: Area) -> str:
    top, left, bottom, right = area
    first, last = f"{letter(left)}{top}", f"{letter(right)}{bottom}"
    return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, slots=True)
class Shift:
    """The rows from ``first`` on hold records; what stands from ``below`` on gives way.

    Only the columns of the table (``left`` to ``right``) move: lists people keep beside a table
    stay where the drop-downs look for them.
    """

    first: int
    anchor: int
    """the first row under the template's own examples: a range that covers it covers the table"""
    below: int
    """0 where nothing stands under the rows"""
    rows: int
    """records"""
    left: int = 1
    right: int = LAST_COLUMN

    @property
    def shown(self) -> int:
        """Rows left for records: without any, those the template has."""
        return self.rows or (self.below - self.first if self.below else 0)

    @property
    def last(self) -> int:
        return self.first + self.shown - 1

    @property
    def delta(self) -> int:
        return self.shown - (self.below - self.first) if self.below else 0

    @property
    def is_still(self) -> bool:
        """Whether no place changes, though the table may reach further down."""
        return self.delta == 0

    def holds(self, area: Area) -> bool:
        """Whether an area has a cell among the records."""
        top, left, bottom, right = area
        end = self.below - 1 if self.below else LAST_ROW
        return top <= end and bottom >= self.first and left <= self.right and right >= self.left

    def row(self, row: int) -> int | None:
        """Where a row of the table's columns goes; None where it is gone."""
        if row < self.first or (row <= self.last and (not self.below or row < self.below)):
            return row
        if not self.below:
            return row
        if row < self.below:
            return None
        return row if row >= LAST_ROW else min(row + self.delta, LAST_ROW)

    def area(self, area: Area, others: Sequence[Area] = ()) -> Area | None:
        """Where an area goes; one that covers the records covers all of them.

        ``others`` are those it must not reach into: two validations of one cell make Excel call
        the file damaged.
        """
        top, left, bottom, right = area
        if right < self.left or left > self.right or bottom < self.first:
            return area
        if self.below and top >= self.below:
            moved_top, moved_bottom = self.row(top), self.row(bottom)
            assert moved_top is not None
            assert moved_bottom is not None
            return moved_top, left, moved_bottom, right
        if self.below and bottom >= self.below:
            moved = self.row(bottom)
            assert moved is not None
            start = self._top(top) if self.row(top) is not None else self.last + 1
            return start, left, moved, right
        near = [one for one in others if self.holds(one) and one[1] <= right and one[3] >= left]
        follows = [one[0] for one in near if one[0] > bottom]
        leads = any(one[2] < top for one in near)
        stretches = not follows and (top <= self.anchor or leads)
        if top > self.last:
            return None if self.below else area
        if not self.rows:
            return area
        if stretches:
            end = self.last if self.below else max(bottom, self.last)
        else:
            end = min(bottom, self.last) if self.below else bottom
        return self._top(top), left, end, right

    def _top(self, top: int) -> int:
        return self.first if self.rows and self.first < top <= self.anchor else top

    def references(self, reference: str, others: Sequence[Area] = ()) -> str:
        """A reference list after the shift; empty where nothing of it is left."""
        pieces = []
        for piece, area in areas_of(reference):
            moved = self.area(area, others) if area is not None else None
            if area is None or moved == area:
                pieces.append(piece)
            elif moved is not None:
                pieces.append(said(moved))
        return " ".join(pieces)

    def formula(self, text: str, sheet: str) -> str:
        """A formula of the sheet of this name after the shift."""

        def moved(found: re.Match[str]) -> str:
            place = found["place"]
            if place is None:
                return found[0]
            named = (found["sheet"] or "").rstrip("!").strip("'").replace("''", "'")
            if named and named != sheet:
                return found[0]
            return (found["sheet"] or "") + self._place(place)

        return _TOKEN.sub(moved, text)

    def _place(self, place: str) -> str:
        cells = _CELLS.fullmatch(place)
        area = area_of(place)
        if cells is None or area is None:
            return place
        top, left, _, right = area
        if right < self.left or left > self.right:
            return place
        if cells[8]:
            moved = self.area(area) or area
            start = f"{cells[1]}{cells[2]}{cells[3]}{moved[0]}"
            return f"{start}:{cells[5]}{cells[6]}{cells[7]}{moved[2]}"
        return f"{cells[1]}{cells[2]}{cells[3]}{self.row(top) or top}"

    def touches(self, text: str) -> bool:
        """Whether a formula looks at the records."""
        return any(
            found["place"] is not None
            and (area := area_of(found["place"].replace("$", ""))) is not None
            and self.holds(area)
            for found in _TOKEN.finditer(text)
        )
