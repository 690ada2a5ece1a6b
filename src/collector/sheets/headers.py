"""Which row is the header, which sheet of the pack it fits, and which column is what field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import IntEnum

from collector.model import Kind
from collector.packs import Field, FieldType, Pack, Sheet, header_key
from collector.sheets.raw import RawSheet

SEARCHED_ROWS = 20
_BRACKETS = re.compile(r"[(<{][^()<>{}]*[)>}]")
_CLOSE = 0.82
"""联系电话2 passes for 联系电话 (0.89); 入职日期 for 入会日期 (0.75) and 上级工会名称 for 工会名称
(0.8) do not"""
_CLOSE_LEAD = 0.05


class Match(IntEnum):
    """How well a header text names a field; the value is what it weighs."""

    CLOSE = 2
    BARE = 3
    ALIAS = 4
    EXACT = 5


@dataclass(frozen=True, slots=True)
class HeaderText:
    """The texts over one column, line breaks and all, and what is left of them to compare."""

    column: int
    text: str
    group: str = ""
    key: str = field(init=False)
    group_key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", header_key(self.text))
        object.__setattr__(self, "group_key", header_key(self.group) if self.group else "")


@dataclass(frozen=True, slots=True)
class Matched:
    """A header row set against one sheet of the pack."""

    sheet: Sheet
    row: int
    levels: int
    fields: Mapping[int, Field]
    """column number -> the field it holds"""
    strengths: Mapping[int, Match]
    duplicates: Mapping[int, Field] = field(default_factory=dict)
    """column number -> the field an earlier column already holds"""

    @property
    def score(self) -> int:
        return sum(self.strengths.values())

    @property
    def missing(self) -> tuple[Field, ...]:
        """Required fields no column holds and nothing stands in for."""
        held = {(item.kind, item.id) for item in self.fields.values()}
        return tuple(
            item
            for item in self.sheet.fields
            if item.required
            and item.type is not FieldType.SERIAL
            and not item.constant
            and item.id not in self.sheet.only
            and (item.kind, item.id) not in held
            and (not item.alternative or (item.kind, item.alternative) not in held)
        )


def find_header(raw: RawSheet, pack: Pack, kind: Kind | None = None) -> Matched | None:
    """The best header in the first 20 rows over the pack's sheets, None where there is none.

    A header names at least two fields that hold data. ``kind`` leaves only sheets of that kind.
    """
    best: tuple[tuple[int, int, int, int], list[HeaderText], Matched] | None = None
    sheets = [
        (sheet, _names_of(sheet)) for sheet in pack.sheets if kind is None or kind in sheet.kinds
    ]
    last = min(raw.last_row, SEARCHED_ROWS)
    for row in range(raw.first_row, last + 1):
        for levels in (1, 2):
            if row + levels - 1 > last:
                continue
            texts = header_texts(raw, row, levels)
            if len(texts) < 2:
                continue
            for sheet, names in sheets:
                matched = _match(texts, sheet, names, row, levels)
                data = sum(item.type is not FieldType.SERIAL for item in matched.fields.values())
                rank = (
                    matched.score,
                    -len(matched.missing),
                    int(header_key(sheet.name) in header_key(raw.name)),
                    -levels,
                )
                if data > 1 and (best is None or rank > best[0]):
                    best = rank, texts, matched
    if best is None:
        return None
    _, texts, matched = best
    return match(texts, matched.sheet, matched.row, matched.levels)


def header_texts(raw: RawSheet, row: int, levels: int) -> list[HeaderText]:
    """The texts over each column, an upper header spread over the columns it stands for."""
    upper = _row_texts(raw, row)
    if levels == 1:
        return [HeaderText(column, text) for column, text in upper.items() if text.strip()]
    lower = _row_texts(raw, row + 1)
    upper |= _reaching_down(raw, row)
    merged_down = {
        (top, column)
        for top, left, bottom, right in raw.merges
        if bottom > top
        for column in range(left, min(right, raw.first_column + len(raw.columns)) + 1)
    }
    merged_down |= {(row, column) for column in _reaching_down(raw, row)}
    spread = _spread(raw, row, upper, lower)
    found: list[HeaderText] = []
    for column in upper:
        below, above = lower[column].strip(), upper[column].strip()
        if below:
            found.append(HeaderText(column, lower[column], spread.get(column, "")))
        elif above and ((row, column) in merged_down or not raw.merges):
            found.append(HeaderText(column, upper[column]))
    # An upper header must stand over something, or this is one header row and a row of data.
    return found if any(text.group for text in found) else []


def _reaching_down(raw: RawSheet, row: int) -> dict[int, str]:
    """Column -> the name that begins above these two rows and is merged down through them: of
    three levels the lower two name the columns."""
    found: dict[int, str] = {}
    for top, left, bottom, right in raw.merges:
        if left == right and raw.first_row <= top < row < bottom:
            text = _row_texts(raw, top).get(left, "")
            if text.strip():
                found[left] = text
    return found


def _row_texts(raw: RawSheet, row: int) -> dict[int, str]:
    index = row - raw.first_row
    return {
        raw.first_column + place: cells[index] if isinstance(cells[index], str) else ""  # type: ignore[misc]
        for place, cells in enumerate(raw.columns)
    }


def _spread(
    raw: RawSheet, row: int, upper: Mapping[int, str], lower: Mapping[int, str]
) -> dict[int, str]:
    spread: dict[int, str] = {}
    for top, left, bottom, right in raw.merges:
        if top == bottom == row and upper.get(left, "").strip():
            for column in range(left, min(right, max(upper)) + 1):
                spread[column] = upper[left]
    if spread:
        return spread
    group = ""  # text files and unmerged headers: a group reaches to the next one
    for column in sorted(upper):
        if upper[column].strip():
            group = upper[column] if lower[column].strip() else ""
        spread[column] = group
    return spread


def match(texts: Sequence[HeaderText], sheet: Sheet, row: int, levels: int) -> Matched:
    """Gives each column at most one field and each field at most one column, best first."""
    names = _names_of(sheet)
    matched = _match(texts, sheet, names, row, levels)
    fields, strengths = dict(matched.fields), dict(matched.strengths)
    held = {(item.kind, item.id) for item in fields.values()}
    for text in texts:
        if text.column not in fields and text.column not in matched.duplicates:
            close = _closest(
                text, [one for one in names if (one.item.kind, one.item.id) not in held]
            )
            if close is not None:
                fields[text.column], strengths[text.column] = close, Match.CLOSE
                held.add((close.kind, close.id))
    return Matched(sheet, row, levels, fields, strengths, matched.duplicates)


def _match(
    texts: Sequence[HeaderText], sheet: Sheet, names: Sequence[_Names], row: int, levels: int
) -> Matched:
    """As ``match``, without the search for texts that are only close."""
    fields: dict[int, Field] = {}
    strengths: dict[int, Match] = {}
    duplicates: dict[int, Field] = {}
    holders: dict[tuple[Kind, str], int] = {}
    for strength in (Match.EXACT, Match.ALIAS, Match.BARE):
        for text in texts:
            if text.column in fields or text.column in duplicates:
                continue
            candidates = [known.item for known in names if known.holds(text, strength)]
            free = next((item for item in candidates if (item.kind, item.id) not in holders), None)
            if free is not None:
                fields[text.column], strengths[text.column] = free, strength
                holders[free.kind, free.id] = text.column
            elif candidates:
                taken = candidates[0]
                if strengths[holders[taken.kind, taken.id]] is strength:
                    duplicates[text.column] = taken
    return Matched(sheet, row, levels, fields, strengths, duplicates)


@dataclass(frozen=True, slots=True)
class _Names:
    item: Field
    group: str
    exact: frozenset[str]
    alias: frozenset[str]
    bare: frozenset[str]

    def holds(self, text: HeaderText, strength: Match) -> bool:
        key, group = text.key, text.group_key
        if group and self.group and group != self.group:
            return False
        if strength is Match.EXACT:
            return key in self.exact
        if strength is Match.ALIAS:
            return key in self.alias or (bool(group) and group + key in self.alias)
        return _bare(key) in self.bare


def _names_of(sheet: Sheet) -> list[_Names]:
    names: list[_Names] = []
    fields = sheet.fields
    if not any(item.type is FieldType.SERIAL for item in fields):
        # People number their rows whether the template does or not.
        fields = (*fields, Field(sheet.kinds[0], "serial", "序号", FieldType.SERIAL))
    for item in fields:
        header, group = header_key(item.header), header_key(item.group)
        alias = frozenset(map(header_key, item.aliases))
        bare = frozenset(map(_bare, (header, *alias))) - {""}
        names.append(_Names(item, group, frozenset((header, group + header)), alias, bare))
    return names


def _bare(key: str) -> str:
    """A header key without what stands in brackets."""
    while (shorter := _BRACKETS.sub("", key)) != key:
        key = shorter
    return key


def _closest(text: HeaderText, names: Sequence[_Names]) -> Field | None:
    key = _bare(text.key)
    if len(key) < 4:
        return None
    ranked = sorted(
        (
            (max(_likeness(key, name) for name in known.bare), place)
            for place, known in enumerate(names)
            if known.bare and not (text.group_key and known.group != text.group_key)
        ),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if not ranked or ranked[0][0] < _CLOSE:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _CLOSE_LEAD:
        return None
    return names[ranked[0][1]].item


def _likeness(one: str, other: str) -> float:
    if len(other) < 4:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _CLOSE else 0.0
