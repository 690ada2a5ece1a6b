"""Pull the plug while a workspace is made: it is there and works, or it can be made anew."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collector import store
from collector.errors import SurroundingsFailed
from collector.services import identities
from tests.unit.store.store_kit import CHEAP, OPERATOR, PASSPHRASE

ROOT = Path(__file__).parents[2]
CHILD = """
import sys
from pathlib import Path
from collector.services import session
from tests.unit.store.store_kit import CHEAP, OPERATOR, PASSPHRASE
print("ready", flush=True)
session.init_workspace(Path(sys.argv[1]), PASSPHRASE, "hubei-2023", OPERATOR, kdf=CHEAP)
print("made", flush=True)
"""


def _make(home: Path) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


def _kill_often(folder: Path, times: int) -> None:
    chance = random.Random(20261121)
    undisturbed = _make(folder / "whole")
    began = time.monotonic()
    assert undisturbed.communicate(timeout=60)[0] == b"made\n"
    took = time.monotonic() - began
    made = 0
    for number in range(times):
        home = folder / f"home-{number}"
        child = _make(home)
        try:
            told, _ = child.communicate(timeout=took * chance.uniform(0.0, 1.0))
        except subprocess.TimeoutExpired:
            child.kill()
            told, _ = child.communicate()
        if told:
            assert store.exists(home)
        if store.exists(home):
            made += 1
            opened = store.open_store(home, PASSPHRASE)
            assert identities.is_trial(opened)
            opened.close()
        else:
            again = store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP)
            assert again.store.journal_verify().ok
            again.store.close()
    print(f"{times} kills, {made} of them after the workspace was made")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_workspace_cut_off_while_it_is_made_can_be_made_anew(tmp_path: Path) -> None:
    _kill_often(tmp_path, 6)


@pytest.mark.release
@pytest.mark.timeout(3600)
def test_a_workspace_cut_off_at_very_many_moments_can_be_made_anew(tmp_path: Path) -> None:
    _kill_often(tmp_path, 200)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_program_lets_go_of_the_workspace(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP).store.close()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.reliability.store_crash_child", str(home), "1"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    with pytest.raises(SurroundingsFailed) as caught:
        store.open_store(home, PASSPHRASE)
    assert caught.value.code == "store.in_use"
    child.kill()
    child.communicate()
    store.open_store(home, PASSPHRASE).close()
