"""A workspace to work in, and workbooks filled with made-up people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from collector import packs, store
from collector.model import Kind
from collector.services.session import Session, init_workspace, unlock

PASSPHRASE = "a passphrase for tests only"
OPERATOR = "虚构采集员"
Rows = Sequence[dict[str, Any]]


@pytest.fixture(scope="session")
def _made_homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {}


@pytest.fixture
def workspace(
    _made_homes: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> Iterator[Callable[[str], Session]]:
    """A fresh workspace of a pack; made once a pack and copied, for a key takes its time."""
    opened: list[Session] = []

    def fresh(pack_id: str = "hubei-2023") -> Session:
        if pack_id not in _made_homes:
            home = tmp_path_factory.mktemp("made") / "workspace"
            # of no strength, for every test unlocks it; what the program takes has tests of its own
            cost = store.KdfCost(64, 1, 1)
            init_workspace(
                home, PASSPHRASE, pack_id, OPERATOR, "虚构县总工会", kdf=cost
            ).session.close()
            _made_homes[pack_id] = home
        home = tmp_path / f"workspace-{len(opened)}"
        shutil.copytree(_made_homes[pack_id], home)
        opened.append(unlock(home, PASSPHRASE))
        return opened[-1]

    yield fresh
    for session in opened:
        session.close()


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook: sheet name -> (kinds, rows); a row has one record a kind."""

    def written(
        name: str,
        pack_id: str = "hubei-2023",
        leave_out: Sequence[str] = (),
        **records: Rows | Sequence[tuple[dict[str, Any], dict[str, Any]]],
    ) -> Path:
        pack = packs.load(pack_id)
        workbook = Workbook()
        workbook.remove(workbook.active)
        for sheet_name, rows in records.items():
            kinds = [Kind(part) for part in sheet_name.split("_")]
            page = workbook.create_sheet(next(s.name for s in pack.sheets if kinds[0] in s.kinds))
            fields = [
                (place, item)
                for place, kind in enumerate(kinds)
                for item in pack.fields_of(kind)
                if item.id not in leave_out
            ]
            page.append([" ".join(item.header.split()) for _, item in fields])
            for row in rows:
                parts = row if isinstance(row, tuple) else (row,)
                page.append([parts[place].get(item.id, "") for place, item in fields])
        path = tmp_path / name
        workbook.save(path)
        return path

    return written
