"""No file ends the program, fills its memory or loses a row without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.errors import InputRefused
from collector.sheets.loading import load
from collector.sheets.preflight import preflight
from tests.reliability.hostile_workbooks import READ, REFUSED, book


def written(folder: Path, name: str, suffix: str, data: bytes) -> Path:
    path = folder / f"{name}{suffix}"
    path.write_bytes(data)
    return path


def test_the_kit_holds_at_least_fifty_files() -> None:
    assert len(REFUSED) + len(READ) >= 50


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    suffix, code, make = REFUSED[name]
    path = written(tmp_path, name, suffix, make())
    with pytest.raises(InputRefused) as refusal:
        load(path)
    assert refusal.value.code == code
    assert refusal.value.where["file"] == path.name
    assert refusal.value.sentence.zh
    assert refusal.value.advice.zh


@pytest.mark.parametrize("name", READ)
def test_an_odd_but_sound_file_is_read_whole(name: str, tmp_path: Path) -> None:
    people, make = READ[name]
    sheet = load(written(tmp_path, name, ".xlsx", make())).sheets[0]
    numbers = [
        cell
        for cells in sheet.columns
        for cell in cells
        if isinstance(cell, str) and len(cell) == 18 and cell.isdigit()
    ]
    assert len(numbers) == people


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        load(tmp_path)
    assert refusal.value.code == "workbook.not_a_file"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        load(tmp_path / "没有.xlsx")
    assert refusal.value.code == "workbook.not_found"


def test_a_temporary_file_of_an_office_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        load(written(tmp_path, "~$会员", ".xlsx", book()))
    assert refusal.value.code == "workbook.lock_file"


def test_a_sound_file_passes_the_preflight(tmp_path: Path) -> None:
    preflight(written(tmp_path, "会员", ".xlsx", book()))
