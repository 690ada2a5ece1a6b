"""A pack's own workbooks are its tests: the blank ones fit it, the examples come out as it says."""

from __future__ import annotations

from datetime import date

import pytest

from collector import packs
from collector.packs import Pack
from collector.services.pack_proving import prove
from collector.sheets.reading import read_files

TODAY = date(2026, 1, 1)


@pytest.mark.parametrize("pack", packs.installed(), ids=lambda pack: pack.id)
def test_a_shipped_pack_is_proved_by_its_own_workbooks(pack: Pack) -> None:
    for name in ("good.xlsx", "bad.xlsx", "bad.findings.toml"):
        assert (pack.folder / "examples" / name).is_file()
    assert packs.check_folder(pack.folder) == []
    assert prove(pack, TODAY) == []


@pytest.mark.parametrize("pack", packs.installed(), ids=lambda pack: pack.id)
def test_the_good_example_is_no_trifle(pack: Pack) -> None:
    tables = read_files([pack.folder / "examples" / "good.xlsx"], pack).tables
    assert sum(len(table) for table in tables) > 10
