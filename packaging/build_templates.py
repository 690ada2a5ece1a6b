"""Writes what can be made from the packs into their folders: blank workbooks and examples.

    python packaging/build_templates.py

Run it after changing a pack; a test fails while the committed files are not what it would write.
The pinyin column of a list is filled where it is empty, if pypinyin is installed.
"""

from __future__ import annotations

import csv
import importlib
import io
import shutil
import sys
import tempfile
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

sys.path.insert(0, str(Path(__file__).resolve().parent))

from collector import data_files, packs
from collector.packs import Pack
from collector.sheets.packing import parts_of, write_parts
from collector.sheets.writing import TableSource, write_blank, write_together
from example_hainan import HAINAN_WHOLE
from example_hubei import HUBEI_WHOLE
from example_huizhou import HUIZHOU
from example_national import NATIONAL
from example_qinhuangdao import QINHUANGDAO
from example_rows import Example

_EXAMPLES = {
    "hainan-2019": HAINAN_WHOLE,
    "hubei-2023": HUBEI_WHOLE,
    "national-2017": NATIONAL,
    "huizhou-2018": HUIZHOU,
    "qinhuangdao-2022": QINHUANGDAO,
}


def build(pack: Pack, folder: Path) -> list[Path]:
    """The blank workbooks and the examples of one pack, into ``folder``; their paths."""
    written = write_blank(pack, folder)
    example = _EXAMPLES.get(pack.id)
    if example is None:
        return written
    examples = folder / "examples"
    good = write_together(pack, TableSource(example.tables), examples / "good.xlsx")
    return [*written, good, _write_bad(example, good, examples), _write_expected(example, examples)]


def _write_bad(example: Example, good: Path, folder: Path) -> Path:
    book = load_workbook(good)
    for fault in example.faults:
        page = book[fault.sheet]
        assert isinstance(page, Worksheet)  # the packs have no chart sheets
        cell = page[f"{fault.column}{fault.row}"]
        cell.value = fault.value
        if isinstance(fault.value, str):
            cell.data_type = "s"
        else:
            cell.number_format = "General"
    bad = folder / "bad.xlsx"
    write_parts(bad, parts_of(book), {})
    return bad


def _write_expected(example: Example, folder: Path) -> Path:
    lines = [
        "# Every error and warning the program must find in bad.xlsx, and no others.",
        'format = "collector.findings/1"',
        "today = 2026-01-01",
    ]
    for fault in example.faults:
        if not fault.code:
            continue
        row, _, column = fault.reported.partition(" ")
        lines += [
            "",
            "[[finding]]",
            f'sheet = "{fault.sheet}"',
            f"row = {row or fault.row}",
            f'column = "{column or fault.column}"',
            f'code = "{fault.code}"',
            f'severity = "{fault.severity}"',
        ]
    path = folder / "bad.findings.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def fill_pinyin(file: Path) -> bool:
    """Fills the empty pinyin cells of a list; whether anything was filled."""
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    label, pinyin = rows[0].index("label"), rows[0].index("pinyin")
    empty = [row for row in rows[1:] if row[label] and not row[pinyin]]
    if not empty:
        return False
    pypinyin = importlib.import_module("pypinyin")
    for row in empty:
        initials = pypinyin.lazy_pinyin(row[label], style=pypinyin.Style.FIRST_LETTER, errors=list)
        row[pinyin] = "".join(text[0] for text in initials if text[0].isalnum()).lower()
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    return True


def main() -> None:
    shipped = data_files.folder("templates/xlsx")
    for file in sorted(shipped.glob("*/dictionaries/*.csv")):
        if fill_pinyin(file):
            print(f"pinyin: {file.relative_to(shipped)}")
    for pack in packs.installed():
        with tempfile.TemporaryDirectory() as draft:
            for path in build(pack, Path(draft)):
                target = pack.folder / path.relative_to(draft)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
                print(target.relative_to(shipped))


if __name__ == "__main__":
    main()
