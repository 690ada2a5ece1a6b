"""Opens every blank workbook with LibreOffice and looks at what is left of it.

    python packaging/check_blanks.py [--soffice PROGRAM]

A release command: each blank workbook of the packs is converted to .xlsx by LibreOffice, which
reads and writes it anew, and read back. Every drop-down must still offer its labels over all rows
to be filled, and every column of numbers that Excel would spoil (identity numbers, codes,
telephones) must still be text. Ends with 1 where something is lost, with 2 without LibreOffice.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from collector import packs
from collector.packs import Field, FieldType, Pack, Sheet
from collector.sheets.archive import Archive
from collector.sheets.frames import is_open_ended, spelled
from collector.sheets.learning_lists import Validation, read_list, validations
from collector.sheets.learning_rows import open_book
from collector.sheets.preflight import examine

TEXT_TYPES = (FieldType.ID_NUMBER, FieldType.USCC, FieldType.UNION_CODE, FieldType.PHONE)
KEPT_ROWS = 1000
"""rows below the last filled one for which LibreOffice 7.4 keeps the drop-downs of a whole column
when it writes .xlsx"""
PATIENCE = 180
"""seconds LibreOffice may take for one workbook"""


def faults(path: Path, pack: Pack, workbook: str, open_rows: int = KEPT_ROWS) -> list[str]:
    """What a blank workbook has lost: a line each, empty where it is sound.

    ``open_rows`` is how many rows an open-ended sheet must offer its drop-downs for.
    """
    book = open_book(path)
    found: list[str] = []
    parts = {part.name: part.part for part in examine(path).sheets}
    with Archive(path) as archive:
        for sheet in pack.sheets:
            if sheet.workbook != workbook:
                continue
            if sheet.name not in parts:
                found.append(f"{sheet.name}: the sheet is gone")
                continue
            page: Worksheet = book[sheet.name]
            checks = [one for one in validations(archive, parts[sheet.name]) if one.kind == "list"]
            for column, item in enumerate(sheet.fields, 1):
                place = f"{sheet.name} {get_column_letter(column)}"
                if item.type is FieldType.CHOICE:
                    labels = {
                        read_list(book, page, check).labels
                        for check in checks
                        if _covers(check, column, sheet, open_rows)
                    }
                    if labels != {_labels(pack, item)}:
                        found.append(f"{place}: the drop-down is lost or offers other labels")
                if item.type in TEXT_TYPES:
                    rows = _rows(page, sheet)
                    if any(_format(page, row, column) != "@" for row in rows):
                        found.append(f"{place}: a column of numbers is no text")
    return found


def _labels(pack: Pack, item: Field) -> tuple[str, ...]:
    listed = pack.dictionaries[item.dictionary].labels
    return tuple(spelled(pack, item.dictionary, label) for label in listed)


def _covers(check: Validation, column: int, sheet: Sheet, open_rows: int) -> bool:
    """Whether one area of the validation reaches over every row to be filled."""
    first = sheet.layout.data_row
    rows = open_rows if is_open_ended(sheet) else sheet.layout.blank_rows
    return any(
        left <= column <= right and top <= first and bottom >= first + rows - 1
        for top, left, bottom, right in check.areas
    )


def _rows(page: Worksheet, sheet: Sheet) -> Iterator[int]:
    first = sheet.layout.data_row
    yield first
    if not is_open_ended(sheet):
        yield first + sheet.layout.blank_rows - 1


def _format(page: Worksheet, row: int, column: int) -> str:
    """The number format a text typed there would get: the cell's own, else its column's."""
    cell = page.cell(row, column)
    if cell.has_style:
        return str(cell.number_format)
    for place in page.column_dimensions.values():
        if (place.min or 0) <= column <= (place.max or 0):
            return str(place.number_format)
    return str(cell.number_format)


def converted(soffice: str, path: Path, folder: Path) -> Path:
    """The workbook as LibreOffice writes it anew; raises ``SystemExit`` where it does not."""
    target = folder / "out"
    profile = (folder / "profile").as_uri()
    done = subprocess.run(
        [
            soffice,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(target),
            str(path),
        ],
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    made = target / path.name
    if done.returncode or not made.is_file():
        raise SystemExit(f"{path.name}: LibreOffice wrote nothing ({done.returncode})")
    return made


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--soffice", default=shutil.which("soffice") or "")
    given = asked.parse_args()
    if not given.soffice:
        print("LibreOffice (soffice) is not installed; nothing was tried", file=sys.stderr)
        return 2
    lost = 0
    with tempfile.TemporaryDirectory() as name:
        for pack in packs.installed():
            for workbook in dict.fromkeys(sheet.workbook for sheet in pack.sheets):
                made = converted(given.soffice, pack.folder / workbook, Path(name))
                found = faults(made, pack, workbook)
                lost += len(found)
                print(f"{'x' if found else 'ok'}  {pack.id}  {workbook}")
                for line in found:
                    print(f"    {line}")
    return int(bool(lost))


if __name__ == "__main__":
    raise SystemExit(main())
