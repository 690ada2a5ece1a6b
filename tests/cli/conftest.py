"""Running the command line as a script would, and a workspace to run it in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from collector import store
from collector.__main__ import main

PASSPHRASE = "a passphrase for tests only"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output holds one document and nothing else."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace made once; each test gets a copy of it."""
    home = tmp_path_factory.mktemp("made") / "workspace"
    secret = home.parent / "passphrase"
    secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
    asked = ["--home", str(home), "--passphrase-file", str(secret), "init"]
    asked += ["--pack", "hubei-2023", "--operator", "虚构采集员", "--unit", "虚构县总工会"]
    assert main(asked) == 0
    # of no strength, for nearly every command unlocks it
    cost = store.KdfCost(64, 1, 1)
    store.change_passphrase(home, PASSPHRASE, "虚构采集员", PASSPHRASE, kdf=cost)
    return home


@pytest.fixture
def home(made_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copied = tmp_path / "workspace"
    shutil.copytree(made_home, copied)
    monkeypatch.setenv("COLLECTOR_HOME", str(copied))
    monkeypatch.setenv("COLLECTOR_PASSPHRASE", PASSPHRASE)
    return copied


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """One command in this process."""

    def ran(*words: str | Path) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as left:  # --help and --version
            code = int(left.code or 0)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return ran


@pytest.fixture
def program() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """One command in a process of its own, with its bytes."""

    def ran(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "collector", *map(str, words)],
            capture_output=True,
            check=False,
            timeout=120,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                **environment,
            },
        )

    return ran
