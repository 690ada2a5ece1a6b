"""What stands under the header of a template: its examples, and where its rows end."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from collector.sheets.learning_headers import Header, text_at
from collector.sheets.refusals import refused

_NOTE = re.compile(
    r"(?:填表|填写|填报|采集表?)(?:说明|须知|要求)|^\s*(?:说明|备注|附?注|注意)(?:事项)?[:：]"
)
_SIGNED = re.compile(
    r"(?:填表|制表|填报|审核|审批|经办|单位负责|负责|信息采集|采集|联系)人?"
    r"(?:电话|日期|时间)?(?:[（(][^（）()]*[)）])?[:：]"
    r"|(?:单位|工会)?[（(]?(?:盖章|公章)[)）]?[:：]?"
)
_TOTAL = re.compile(r"(?:本页|本表)?(?:合|总|小|共)\s*计[:：]?")
_EXAMPLE = re.compile(
    r"[（(【\[]?(?:示例|样例|例|例如|举例|范例)[)）】\]]?[0-9]*[:：]?"
    r"|.*[（(【\[](?:示例|样例|例|范例)[)）】\]].*|(?:示例|样例|例|例如)[:：].*",
    re.DOTALL,
)
_NOTE_LEAST = 12


def open_book(path: Path, *, values: bool = True) -> Workbook:
    """A template for looking at; ``values`` for results instead of formulas.

    Raises ``InputRefused workbook.damaged``.
    """
    try:
        with warnings.catch_warnings():
            # It says that it drops the x14 validations; those are read from the XML.
            warnings.simplefilter("ignore")
            return load_workbook(path, data_only=values)
    except Exception:  # openpyxl raises whatever a strange part provokes
        raise refused("workbook.damaged", path) from None


def find_footer(page: Worksheet, header: Header, first: int) -> tuple[int, str]:
    """(row of what stands under the records or 0, its text with that of the rows below it).

    填表说明, a line to sign, a total: none of them is a record.
    """
    columns = range(1, page.max_column + 1)
    within = [column for column in columns if column <= max(header.texts, default=1)]
    for row in range(first, page.max_row + 1):
        cells = [text for column in within if (text := text_at(page, row, column).strip())]
        if not cells:
            continue
        if (
            (len(cells) <= 2 and _NOTE.search(cells[0]))
            or (len(cells) == 1 and len(cells[0]) >= _NOTE_LEAST and _is_wide(page, row, header))
            or all(_SIGNED.match(text) for text in cells)
            or _TOTAL.fullmatch(cells[0])
        ):
            rest = page.iter_rows(row, page.max_row, values_only=True)
            return row, "\n".join(
                str(value).strip() for line in rest for value in line if value is not None
            )
    return 0, ""


def _is_wide(page: Worksheet, row: int, header: Header) -> bool:
    """Whether a cell of the row is merged over at least half of the table."""
    return any(
        top <= row <= bottom and right - left + 1 >= max(2, len(header.texts) // 2)
        for left, top, right, bottom in (area.bounds for area in page.merged_cells.ranges)
    )


def filled_rows(
    page: Worksheet, header: Header, first: int, last: int
) -> tuple[int, dict[int, str], tuple[int, ...]]:
    """(row the template marks as its example, that row, other rows that hold something)."""
    filled: list[int] = []
    found, example = 0, {}
    for row in range(first, last + 1):
        cells = {
            column: text for column in header.texts if (text := text_at(page, row, column).strip())
        }
        if not found and any(_EXAMPLE.fullmatch(text) for text in cells.values()):
            found, example = row, cells
        elif len(cells) > 1 or (cells and not _counted(cells)):
            filled.append(row)
    return found, example, tuple(filled)


def _counted(cells: dict[int, str]) -> bool:
    """Whether the row holds no more than its own number."""
    return all(text.removesuffix(".0").isdecimal() and len(text) < 6 for text in cells.values())
