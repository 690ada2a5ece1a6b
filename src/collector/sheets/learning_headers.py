"""Finding the header of a template nobody described, and the marks of what must be filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.worksheet.worksheet import Worksheet

from collector.packs.observed import Mark

SEARCHED_ROWS = 20
MAX_COLUMNS = 200
_HEADER_MOST = 80
_FORM_LINE = re.compile(
    r"盖章|签字|签名|填表|填报|制表|[:：]\s*_*\s*$|(?:^|[:：_\s])年[_\s]*月[_\s]*日"
)
_NUMBER = re.compile(r"[0-9.\-/]+")

_OPTIONAL = re.compile(r"选填|非必填|不必填|可不填|可为空|可空")
_REQUIRED = re.compile(r"必填|必须填写|不能为空|不得为空|必采")
_STAR = re.compile(r"[*＊★※]")
_MARK_CELL = re.compile(r"[（(【\[]?(?:必填项?|选填项?|非必填|可不填|必采)[)）】\]]?")
_COUNT_CELL = re.compile(r"[（(]?[0-9]{1,3}[)）]?")
_ALL = re.compile(
    r"(?:均为|全部为?|都是?|均须?|一律)\s*(?:必填|必须填写|必采)"
    r"|(?:所有|全部|各)(?:项目?|列|字段|栏目?|内容)[^。；\n]{0,6}(?:必填|必须填写)"
)
_BY_COLOUR = re.compile(r"红(?:色|字)[^。；\n]{0,14}必填|必填[^。；\n]{0,10}红(?:色|字)")


@dataclass(frozen=True, slots=True)
class Header:
    row: int
    levels: int
    texts: Mapping[int, str]
    """column number -> header, exactly as it stands"""
    groups: Mapping[int, str] = field(default_factory=dict)


def text_at(sheet: Worksheet, row: int, column: int) -> str:
    value = sheet.cell(row, column).value
    return "" if value is None else str(value)


def find_header(sheet: Worksheet, known: Callable[[str], bool]) -> Header | None:
    """The row (or two) that names most columns; a name a pack knows counts three times more."""
    best: tuple[tuple[int, int, int], Header] | None = None
    last = min(sheet.max_row, SEARCHED_ROWS)
    for row in range(1, last + 1):
        for levels in (1, 2):
            header = header_at(sheet, row, levels)
            if header is None:
                continue
            score = len(header.texts) + 3 * sum(known(text) for text in header.texts.values())
            rank = (score, len(set(header.groups.values())), -row)
            if best is None or rank > best[0]:
                best = rank, header
    return best[1] if best else None


def header_at(sheet: Worksheet, row: int, levels: int) -> Header | None:
    """The header in this row (or these two); None where the texts cannot name columns."""
    width = min(sheet.max_column, MAX_COLUMNS)
    upper = {column: text_at(sheet, row, column) for column in range(1, width + 1)}
    if levels == 1:
        texts = {column: text for column, text in upper.items() if text.strip()}
        return Header(row, 1, texts) if _names_columns(texts) else None
    lower = {column: text_at(sheet, row + 1, column) for column in range(1, width + 1)}
    upper |= _reaching_down(sheet, row)
    groups, over = _groups(sheet, row, upper, lower)
    if not groups:
        return None
    texts = {}
    for column in upper:
        if lower.get(column, "").strip():
            texts[column] = lower[column]
        elif upper[column].strip() and column not in over:
            texts[column] = upper[column]
    return Header(row, 2, texts, groups) if _names_columns(texts) else None


def _reaching_down(sheet: Worksheet, row: int) -> dict[int, str]:
    """Column -> the name that begins above these two rows and is merged down through them: of
    three levels the lower two name the columns."""
    return {
        left: text_at(sheet, top, left)
        for left, top, right, bottom in (area.bounds for area in sheet.merged_cells.ranges)
        if left == right and top < row and bottom >= row + 1 and text_at(sheet, top, left).strip()
    }


def _names_columns(texts: Mapping[int, str]) -> bool:
    return len(texts) >= 2 and not any(
        len(text) > _HEADER_MOST or _NUMBER.fullmatch(text.strip()) or _FORM_LINE.search(text)
        for text in texts.values()
    )


def _groups(
    sheet: Worksheet, row: int, upper: Mapping[int, str], lower: Mapping[int, str]
) -> tuple[dict[int, str], set[int]]:
    """(column -> upper header, where one cell is merged over several names; all columns under
    such a cell, named or not)."""
    groups: dict[int, str] = {}
    over: set[int] = set()
    for area in sheet.merged_cells.ranges:
        left, top, right, bottom = area.bounds
        text = upper.get(left, "").strip()
        if top != row or bottom != row or right == left or not text:
            continue
        under = [column for column in range(left, right + 1) if lower.get(column, "").strip()]
        if len(under) < 2 or _FORM_LINE.search(text):
            continue
        groups |= dict.fromkeys(under, upper[left])
        over |= set(range(left, right + 1))
    for column, text in upper.items():  # a group of one column has nothing to be merged over
        if groups and column not in over and text.strip() and lower.get(column, "").strip():
            groups[column] = text
            over.add(column)
    named = [column for column, text in lower.items() if text.strip()]
    title = len(set(groups.values())) == 1 and len(groups) == len(named) and len(named) > 1
    above_nothing = not any(
        text.strip() and column not in over and not lower.get(column, "").strip()
        for column, text in upper.items()
    )
    return ({}, set()) if title and above_nothing else (groups, over)


def is_red(sheet: Worksheet, row: int, column: int) -> bool:
    colour = sheet.cell(row, column).font.color
    if colour is None:
        return False
    if colour.type == "indexed":
        return colour.indexed in (2, 10)
    if colour.type != "rgb" or not isinstance(colour.rgb, str) or len(colour.rgb) < 6:
        return False
    red, green, blue = (int(colour.rgb[-6:][at : at + 2], 16) for at in (0, 2, 4))
    return red >= 0xC0 and green <= 0x40 and blue <= 0x40


def mark_rows(sheet: Worksheet, header: Header) -> tuple[int, dict[int, str]]:
    """(first row of data, column -> what a row under the header says: 必填 or 选填)."""
    said: dict[int, str] = {}
    row = header.row + header.levels
    while row <= sheet.max_row:
        cells = {column: text_at(sheet, row, column).strip() for column in header.texts}
        filled = {column: text for column, text in cells.items() if text}
        most = max(2, len(cells) // 2)
        if sum(bool(_MARK_CELL.fullmatch(text)) for text in filled.values()) >= most:
            said |= filled
        elif not (
            len(filled) >= most
            and all(_COUNT_CELL.fullmatch(text) for text in filled.values())
            and len(set(filled.values())) == len(filled)
        ):
            break
        row += 1
    return row, said


def marks(
    texts: Mapping[int, str],
    rows: Mapping[int, str],
    hints: Mapping[int, str],
    red: Mapping[int, bool],
    notes: Sequence[str],
) -> dict[int, Mark]:
    """Which columns must be filled: what the template says of each, then of all of them."""
    own = {
        column: _own(text, rows.get(column, ""), hints[column]) for column, text in texts.items()
    }
    together = "\n".join(notes)
    everything = bool(_ALL.search(together))
    red_means = bool(_BY_COLOUR.search(together))
    red_tells = any(red.values()) and not all(red.values())
    marked = any(mark and mark.required and mark.reason != "hint" for mark in own.values())
    found: dict[int, Mark] = {}
    for column, mark in own.items():
        if mark is not None:
            found[column] = mark
        elif red[column] and (red_means or red_tells):
            found[column] = Mark(True, red_means, "red")
        elif everything:
            found[column] = Mark(True, True, "note_all")
        elif marked or red_means:
            found[column] = Mark(False, True, "unmarked")
        elif red_tells or any(own.values()):
            found[column] = Mark(False, False, "unmarked")
        else:
            found[column] = Mark(False, False, "silent")
    return found


def _own(header: str, row: str, hint: str) -> Mark | None:
    for text, reason in ((row, "row"), (header, "word"), (hint, "hint")):
        if _OPTIONAL.search(text):
            return Mark(False, True, reason)
        if _REQUIRED.search(text):
            return Mark(True, True, reason)
    return Mark(True, True, "star") if _STAR.search(header) else None
