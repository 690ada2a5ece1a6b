"""Broken files of every sort go through the import path and never end the program."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from collector.errors import InputRefused
from collector.sheets.loading import load
from collector.sheets.refusals import REFUSALS
from tests.reliability.hostile_workbooks import (
    READ,
    SHEET,
    book,
    packed,
    parts_of,
    people,
    sheet_xml,
)

OLD = Path(__file__).parents[1] / "data" / "sheets" / "people.xls"


def _bytes_changed(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 40))):
        how, place = chance.randrange(4), chance.randrange(max(len(changed), 1))
        if place >= len(changed):
            break
        if how == 0:
            changed[place] = chance.randrange(256)
        elif how == 1:
            changed[place] ^= 1 << chance.randrange(8)
        elif how == 2:
            changed[place : place + 4] = chance.choice(
                (b"\xff\xff\xff\xff", bytes(4), b"\xff\xff\xff\x7f", b"\0\0\1\0")
            )
        else:
            del changed[place : place + chance.randrange(1, 64)]
    return bytes(changed)


def _xlsx(chance: random.Random) -> bytes:
    """A workbook with bytes changed outside, or inside a part that is then packed soundly."""
    if chance.random() < 0.3:
        return _bytes_changed(book(), chance)
    sound = chance.choice((book, *(make for _, make in READ.values())))()
    with zipfile.ZipFile(BytesIO(sound)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice((*parts, SHEET, SHEET, SHEET))
    parts[name] = _bytes_changed(parts[name], chance)
    return packed(parts)


def _xls(chance: random.Random) -> bytes:
    return _bytes_changed(OLD.read_bytes(), chance)


def _csv(chance: random.Random) -> bytes:
    text = "姓名,证件号\n" + "".join(f'试验,"{i:018d}"\n' for i in range(20))
    return _bytes_changed(text.encode(chance.choice(("utf-8", "gb18030", "utf-16"))), chance)


def _survives(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    code = ""
    try:
        raw = load(path)
    except InputRefused as refusal:
        code = refusal.code
    if code:
        assert code in REFUSALS
    else:
        for sheet in raw.sheets:
            assert {len(column) for column in sheet.columns} <= {sheet.rows_total}


@pytest.mark.parametrize("seed", range(12))
def test_a_share_of_the_broken_files_is_read_or_refused(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for _ in range(20):
        _survives(_xlsx(chance), tmp_path / "a.xlsx")
        _survives(_xls(chance), tmp_path / "a.xls")
    _survives(_csv(chance), tmp_path / "a.csv")


@pytest.mark.release
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_twenty_thousand_broken_files_are_read_or_refused(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for _ in range(95):
        _survives(_xlsx(chance), tmp_path / "a.xlsx")
        _survives(_xls(chance), tmp_path / "a.xls")
    for _ in range(10):
        _survives(_csv(chance), tmp_path / "a.csv")


def test_rows_and_cells_are_counted_the_same_by_both_passes(tmp_path: Path) -> None:
    """The scan, which reads no values, and the reader, which sees no rows, must agree; where one
    pass does both (no comment among the rows), too."""
    for count in (1, 7, 300):
        for among in ("", "<!-- -->"):
            path = tmp_path / "a.xlsx"
            path.write_bytes(packed(parts_of({"会员": sheet_xml(people(count) + among)})))
            sheet = load(path).sheets[0]
            assert sheet.rows_total == count + 1
            assert all(len(column) == count + 1 for column in sheet.columns)
