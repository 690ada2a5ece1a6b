"""Data on a console that cannot hold every character: what was lost is said."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from collector import packs, store
from collector.model import Kind
from collector.services.session import PACK_SETTING

PASSPHRASE = "a passphrase for tests only"
Program = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    cost = store.KdfCost(8192, 1, 1)
    made = store.create(
        tmp_path / "w", PASSPHRASE, "虚构采集员", {PACK_SETTING: "hubei-2023"}, kdf=cost
    )
    pack = packs.load("hubei-2023")
    for name in ("虚构甲", "虚𠮷", "古丽·测试"):
        made.store.save(Kind.MEMBER, {"name": name}, operator="", pack=pack.id)
    made.store.close()
    return tmp_path / "w"


def listed(program: Program, home: Path, encoding: str) -> subprocess.CompletedProcess[bytes]:
    return program(
        "list",
        "member",
        "--csv",
        COLLECTOR_HOME=str(home),
        COLLECTOR_PASSPHRASE=PASSPHRASE,
        PYTHONIOENCODING=encoding,
    )


def test_a_name_that_gbk_cannot_hold_is_said_by_its_row(program: Program, home: Path) -> None:
    done = listed(program, home, "gbk")
    rows = [row[1] for row in csv.reader(done.stdout.decode("gbk").splitlines())]
    assert rows == ["name", "虚构甲", "虚?", "古丽·测试"]
    said = done.stderr.decode("gbk")
    assert "GBK" in said
    assert "第 2 条" in said
    assert "𠮷" not in said


def test_utf_8_holds_every_name_and_nothing_is_said(program: Program, home: Path) -> None:
    done = listed(program, home, "utf-8")
    rows = [row[1] for row in csv.reader(done.stdout.decode("utf-8").splitlines())]
    assert rows == ["name", "虚构甲", "虚𠮷", "古丽·测试"]
    assert done.stderr == b""
