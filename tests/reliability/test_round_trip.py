"""Files out and back: every row accounted for, and what is sound equal to the truth."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.reliability import round_trip


@pytest.mark.parametrize("seed", [1, 2])
def test_a_few_files_go_out_and_come_back_whole(tmp_path: Path, seed: int) -> None:
    figures = round_trip.run(tmp_path, 3, seed, (20, 80))
    assert figures.fates["fixed"] > 0
    assert figures.fates["new"] > 0


@pytest.mark.release
@pytest.mark.timeout(1800)
def test_three_hundred_files_go_out_and_come_back_whole(tmp_path: Path) -> None:
    figures = round_trip.run(tmp_path, 300)
    sys.stdout.write(figures.said() + "\n")
    assert figures.fates["fixed"] > 3000
