"""A pack's own examples are its tests: read and judged, they come out as the pack says."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from collector import packs
from collector.model import Severity
from collector.packs import Pack
from collector.rules.engine import BatchLookup, check
from collector.sheets.reading import read_files

TODAY = date(2026, 1, 1)
WITH_EXAMPLES = [pack for pack in packs.installed() if (pack.folder / "examples").is_dir()]

Place = tuple[str, int, str, str, str]


def _found(pack: Pack, file: Path) -> tuple[list[Place], int]:
    """Errors and warnings as (sheet, row, column, code, severity), and the rows read."""
    reading = read_files([file], pack)
    findings = [
        *reading.findings,
        *check(
            reading.tables,
            pack.rules,
            BatchLookup(reading.tables),
            TODAY,
            labels=packs.labels(pack),
            choices=packs.choices(pack),
        ),
    ]
    told = [
        (item.sheet, item.row, item.column, item.code, item.severity.value)
        for item in findings
        if item.severity is not Severity.INFO
    ]
    return sorted(told), sum(len(table) for table in reading.tables)


@pytest.mark.parametrize("pack", WITH_EXAMPLES, ids=lambda pack: pack.id)
def test_the_good_example_has_no_error_and_no_warning(pack: Pack) -> None:
    told, rows = _found(pack, pack.folder / "examples" / "good.xlsx")
    assert told == []
    assert rows > 10


@pytest.mark.parametrize("pack", WITH_EXAMPLES, ids=lambda pack: pack.id)
def test_the_bad_example_has_every_planted_fault_and_no_other(pack: Pack) -> None:
    examples = pack.folder / "examples"
    planted = tomllib.loads((examples / "bad.findings.toml").read_text("utf-8"))["finding"]
    wanted = sorted(
        (item["sheet"], item["row"], item["column"], item["code"], item["severity"])
        for item in planted
    )
    told, _ = _found(pack, examples / "bad.xlsx")
    assert told == wanted


@pytest.mark.parametrize("pack", packs.installed(), ids=lambda pack: pack.id)
def test_a_blank_workbook_is_recognised_and_holds_nobody(pack: Pack) -> None:
    for name in dict.fromkeys(sheet.workbook for sheet in pack.sheets):
        reading = read_files([pack.folder / name], pack)
        assert sum(len(table) for table in reading.tables) == 0
        known = {sheet.name for sheet in pack.sheets if sheet.workbook == name}
        read = {sheet.sheet: sheet for file in reading.files for sheet in file.sheets}
        for sheet in known:
            assert read[sheet].kinds
            assert list(read[sheet].missing_required) == []
