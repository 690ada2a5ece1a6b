"""Pull the plug on an import: whatever was acknowledged is there, and nothing is half-done."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collector import packs, store
from collector.services import made_up
from collector.services.session import init_workspace, unlock
from collector.sheets import writing

PASSPHRASE = "made-up passphrase 1"
ROWS = 3000
EVERYDAY_KILLS = 8
RELEASE_KILLS = 200


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, float]:
    """An empty workspace, a workbook, and how long an import of it takes undisturbed."""
    folder = tmp_path_factory.mktemp("kill")
    home = folder / "home"
    # a passphrase of no cost: the moments of the kills fall on the import, not on the unlocking
    cost = store.KdfCost(64, 1, 1)
    init_workspace(home, PASSPHRASE, "hubei-2023", "测试采集员", kdf=cost).session.close()
    pack = packs.load("hubei-2023")
    people = writing.TableSource(made_up.make(pack, ROWS, seed=7).tables())
    (workbook,) = writing.write_workbooks(pack, people, folder)
    trial = folder / "trial"
    shutil.copytree(home, trial)
    started = time.monotonic()
    done = _run(trial, workbook).communicate(timeout=120)
    assert json.loads(done[0])["rows"] > ROWS
    return home, workbook, time.monotonic() - started


def _run(home: Path, workbook: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "collector", "--home", str(home), "import", str(workbook), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "COLLECTOR_PASSPHRASE": PASSPHRASE},
        start_new_session=True,
    )


def _kill_and_look(prepared: tuple[Path, Path, float], moment: float, folder: Path) -> bool:
    """Kill one import at a moment; True where it had been committed by then."""
    home, workbook, _ = prepared
    shutil.copytree(home, folder)
    job = _run(folder, workbook)
    try:
        out, _ = job.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        os.killpg(job.pid, signal.SIGKILL)
        out, _ = job.communicate()
    session = unlock(folder, PASSPHRASE)
    try:
        records = sum(session.store.counts().values())
        parked = sum(session.store.parked_counts().values())
        batches = session.store.batches()
        assert session.store.journal_verify().ok
        session.store.check_integrity(full=True)
        if out.strip().endswith(b"}"):
            acknowledged = json.loads(out)
            assert len(batches) == 1
            assert records + parked >= acknowledged["rows"]
        assert len(batches) in (0, 1)
        assert (records + parked == 0) == (not batches)
        if batches:
            assert records + parked > ROWS
        return bool(batches)
    finally:
        session.close()


def _kill_often(prepared: tuple[Path, Path, float], times: int, folder: Path) -> None:
    chance = random.Random(20261121)
    committed = 0
    for number in range(times):
        # reading ends and writing begins in the second half; some fall after the end
        moment = prepared[2] * chance.uniform(0.3, 1.3)
        one = folder / f"kill-{number}"
        committed += _kill_and_look(prepared, moment, one)
        shutil.rmtree(one)
    print(f"{times} kills, {committed} of them after the commit")


def test_a_killed_import_is_there_wholly_or_not_at_all(
    prepared: tuple[Path, Path, float], tmp_path: Path
) -> None:
    _kill_often(prepared, EVERYDAY_KILLS, tmp_path)


@pytest.mark.release
@pytest.mark.timeout(7200)
def test_two_hundred_killed_imports_are_there_wholly_or_not_at_all(
    prepared: tuple[Path, Path, float], tmp_path: Path
) -> None:
    _kill_often(prepared, RELEASE_KILLS, tmp_path)
