"""Reading the structure of a province's own workbook: what ``pack learn`` looks at.

Values only: no formula is calculated and no macro runs. Rows people have filled in are counted
and their content left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from collector.errors import InputRefused
from collector.packs.observed import (
    ObservedColumn,
    ObservedLimit,
    ObservedSheet,
    ObservedWorkbook,
)
from collector.sheets.archive import Archive
from collector.sheets.learning_headers import (
    Header,
    find_header,
    is_red,
    mark_rows,
    marks,
    text_at,
)
from collector.sheets.learning_lists import Validation, read_list, validations
from collector.sheets.learning_rows import filled_rows, find_footer, open_book
from collector.sheets.preflight import Examined, examine, scan
from collector.sheets.raw import Format, letter
from collector.wording import Text

MAX_CELLS = 400_000
"""of the rectangles around everything: a template is small, and every cell is looked at"""
FILLED_MOST = 20
"""filled rows a blank template may hold; beyond that it is somebody's data"""
_NOTE_SHEET = re.compile(r"说明|须知|要求|注意")
_LIST_SHEET = re.compile(r"下拉|字典|选项|清单|菜单|代码表|数据源|码表")


def observe(path: Path, known: Callable[[str], bool]) -> ObservedWorkbook:
    """The structure of a template; ``known`` tells whether a text is the name of a column.

    Raises ``InputRefused``: ``workbook.*`` as every reader, ``learn.not_xlsx``,
    ``learn.too_large``, ``learn.filled`` (the workbook holds records) and ``learn.no_table``.
    """
    examined = examine(path)
    if examined.format is not Format.XLSX:
        raise _refused(
            "learn.not_xlsx",
            path,
            Text("表样必须是 .xlsx 文件。", "A template must be an .xlsx workbook."),
            Text("请用 Excel 或 WPS 另存为 .xlsx 后再试。", "Save it as .xlsx in Excel or WPS."),
        )
    scans = scan(examined)
    cells = sum(found.last_row * found.last_column for found in scans if found is not None)
    if cells > MAX_CELLS:
        raise _refused(
            "learn.too_large",
            path,
            Text("文件太大，不像一份空白表样。", "The file is too large for a blank template."),
            Text("请使用省里下发的空白表样。", "Use the blank template as the province issued it."),
        )
    book = open_book(path)
    with Archive(path) as archive:
        return _observed(path, examined, book, archive, known)


def _observed(
    path: Path,
    examined: Examined,
    book: Workbook,
    archive: Archive,
    known: Callable[[str], bool],
) -> ObservedWorkbook:
    pages: list[tuple[Worksheet, list[Validation], Header]] = []
    notes: list[str] = []
    helpers: list[str] = []
    unread: list[str] = []
    for part in examined.sheets:
        if not part.part or part.name not in book.sheetnames:
            unread.append(part.name)
            continue
        page = book[part.name]
        header = find_header(page, known)
        if _NOTE_SHEET.search(part.name) and not (header and _known(header, known) > 2):
            notes.append(_all_text(page))
        elif header is None or (_known(header, known) < 2 and not part.visible):
            (helpers if page.max_row > 1 else unread).append(part.name)
        else:
            pages.append((page, validations(archive, part.part), header))
    lists = _list_sheets(book, pages, known)
    helpers += [page.title for page, _, _ in pages if page.title in lists]
    sheets = tuple(
        _sheet(path, book, page, checks, header, notes)
        for page, checks, header in pages
        if page.title not in lists
    )
    if not sheets:
        raise _refused(
            "learn.no_table",
            path,
            Text("文件里没有找到表头。", "No header was found in the workbook."),
            Text(
                "请确认选对了文件：前 20 行里要有一行（或两行）列名。",
                "One (or two) of the first 20 rows must name the columns.",
            ),
        )
    return ObservedWorkbook(
        path.name,
        examined.sha256,
        sheets,
        tuple(notes),
        tuple(helpers),
        tuple(unread),
        ((path.name, examined.sha256),),
    )


def _known(header: Header, known: Callable[[str], bool]) -> int:
    return sum(known(text) for text in header.texts.values())


def _list_sheets(
    book: Workbook,
    pages: list[tuple[Worksheet, list[Validation], Header]],
    known: Callable[[str], bool],
) -> set[str]:
    """Sheets without validations that hold what the others choose from."""
    formulas = [check.first for _, checks, _ in pages for check in checks]
    formulas += [name.attr_text or "" for name in book.defined_names.values()]
    named = " ".join(formulas).replace("'", "")
    table = any(_known(header, known) > 2 for _, checks, header in pages if checks)
    return {
        page.title
        for page, checks, header in pages
        if not checks
        and header.row == 1
        and (
            f"{page.title.replace(chr(39), '')}!" in named
            or _LIST_SHEET.search(page.title)
            or (table and _known(header, known) < 2)
        )
    }


def _all_text(page: Worksheet) -> str:
    rows = page.iter_rows(max_row=min(page.max_row, 500), max_col=50, values_only=True)
    return "\n".join(
        "".join(str(value) for value in row if value is not None)
        for row in rows
        if any(value is not None for value in row)
    )


def _sheet(
    path: Path,
    book: Workbook,
    page: Worksheet,
    checks: list[Validation],
    header: Header,
    notes: list[str],
) -> ObservedSheet:
    data_row, said = mark_rows(page, header)
    titles = tuple(
        " ".join(
            text
            for column in range(1, page.max_column + 1)
            if (text := text_at(page, row, column).strip())
        )
        for row in range(1, header.row)
    )
    note_row, note = find_footer(page, header, data_row)
    last = note_row - 1 if note_row else page.max_row
    example_row, example, filled = filled_rows(page, header, data_row, last)
    if len(filled) > FILLED_MOST:
        raise _refused(
            "learn.filled",
            path,
            Text(
                f"工作表“{page.title}”已经填了 {len(filled)} 行，不是空白表样。",
                f"The sheet {page.title!r} holds {len(filled)} filled rows: it is no blank form.",
            ),
            Text(
                "请用省里下发的空白表样，不要用填好的表（其中有人员信息）。",
                "Use the blank template; a filled one holds people's data.",
            ),
        )
    over = max(last, data_row)
    mine = {
        column: [check for check in checks if check.covers(column, data_row, over)]
        for column in header.texts
    }
    hints = {
        column: "\n".join(dict.fromkeys(check.prompt for check in mine[column] if check.prompt))
        for column in header.texts
    }
    comments = {column: _comment(page, header, column) for column in header.texts}
    found = marks(
        header.texts,
        said,
        {column: f"{hints[column]}\n{comments[column]}" for column in header.texts},
        {column: _red(page, header, column) for column in header.texts},
        [*titles, note, *notes],
    )
    columns = []
    for column, text in header.texts.items():
        lists = [check for check in mine[column] if check.kind == "list"]
        place = page.column_dimensions[letter(column)]
        columns.append(
            ObservedColumn(
                column,
                letter(column),
                text,
                found[column],
                header.groups.get(column, ""),
                read_list(book, page, lists[0]) if lists else None,
                tuple(
                    ObservedLimit(check.kind, check.operator, check.first, check.second)
                    for check in mine[column]
                    if check.kind not in ("list", "none")
                ),
                page.cell(data_row, column).number_format,
                hints[column],
                comments[column],
                max(2, min(100, round(place.width or 16))),
                bool(place.hidden),
            )
        )
    return ObservedSheet(
        page.title,
        page.sheet_state == "visible",
        titles,
        header.row,
        header.levels,
        data_row,
        tuple(columns),
        note,
        note_row,
        example_row,
        example,
        filled,
        path.name,
    )


def _header_cells(header: Header) -> range:
    return range(header.row, header.row + header.levels)


def _comment(page: Worksheet, header: Header, column: int) -> str:
    texts = [
        comment.text.strip()
        for row in _header_cells(header)
        if (comment := page.cell(row, column).comment) is not None
    ]
    return "\n".join(texts)


def _red(page: Worksheet, header: Header, column: int) -> bool:
    rows = [row for row in _header_cells(header) if text_at(page, row, column).strip()]
    return bool(rows) and is_red(page, max(rows), column)


def _refused(code: str, path: Path, sentence: Text, advice: Text) -> InputRefused:
    return InputRefused(code, sentence, advice, {"file": path.name})
