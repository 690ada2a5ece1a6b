"""The marked copy of a workbook, against the time XlsxWriter takes to write those cells.

Both in one process and in turns; every tenth row has a fault. XlsxWriter streams
(``constant_memory``), the quicker of its two ways. Needs XlsxWriter, which is a peer only.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

import measuring
from collector.model import Finding, Kind, Severity
from collector.sheets import marking, row_ids
from collector.sheets.loading import load
from collector.sheets.raw import RawSheet, letter

_MESSAGE = "“证件号”的校验位不对，至少有一位抄错了。请对照身份证原件逐位核对，改正抄错的一位。"
_EVERY = 10


def main(members: str, turns: str) -> None:
    source = Path(members)
    raw = load(source)
    sheet = max(raw.sheets, key=lambda each: each.rows_total)
    first = 6
    rows = range(first, sheet.last_row + 1)
    ids = row_ids.RowIds("0123456789abcdef", b"s" * 32)
    findings = [
        Finding(
            "resident_id.check_digit",
            Severity.ERROR,
            Kind.MEMBER,
            0,
            sheet.name,
            row,
            letter(1 + row // _EVERY % len(sheet.columns)),
            "id_number",
            row - first,
        )
        for row in rows[::_EVERY]
    ]
    said = [_MESSAGE] * len(findings)
    figures: dict[str, list[float]] = {"marked": [], "written": [], "ratio": []}
    with tempfile.TemporaryDirectory() as folder:

        def mark() -> None:
            handed = marking.Handed({sheet.name: ids.make("ABCDE", rows)}, ["退回说明"])
            target = Path(folder) / "marked.xlsx"
            marking.write_marked(
                source, raw, findings, said, target, {sheet.name: first - 1}, handed
            )

        def write() -> None:
            _write(sheet, Path(folder) / "written.xlsx")

        for _ in range(int(turns)):
            figures["marked"].append(_processor(mark))
            figures["written"].append(_processor(write))
            figures["ratio"].append(figures["marked"][-1] / figures["written"][-1])
        sizes = {path.stem: path.stat().st_size for path in Path(folder).glob("*.xlsx")}
    middle = {name: sorted(values)[len(values) // 2] for name, values in figures.items()}
    measuring.tell(
        rows=len(rows),
        columns=len(sheet.columns),
        marked_cpu_s=middle["marked"],
        xlsxwriter_cpu_s=middle["written"],
        ratio=middle["ratio"],
        marked_bytes=sizes["marked"],
        xlsxwriter_bytes=sizes["written"],
    )


def _processor(work: Callable[[], object]) -> float:
    began, clock = measuring.processor(), time.process_time()
    work()
    return max(measuring.processor() - began, time.process_time() - clock)


def _write(sheet: RawSheet, target: Path) -> None:
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True})
    page = book.add_worksheet()
    for row, cells in enumerate(zip(*sheet.columns, strict=True)):
        page.write_row(row, 0, cells)
    book.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
