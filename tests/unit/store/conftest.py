"""A workspace for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collector import store
from collector.store import Created, Store
from tests.unit.store.store_kit import CHEAP, OPERATOR, PASSPHRASE


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def created(home: Path) -> Iterator[Created]:
    made = store.create(home, PASSPHRASE, OPERATOR, {"pack": "hubei-2023"}, kdf=CHEAP)
    yield made
    made.store.close()


@pytest.fixture
def opened(created: Created) -> Store:
    return created.store


@pytest.fixture
def reopen(home: Path) -> Iterator[Callable[[], Store]]:
    """Open what a test closed; whatever is open at its end is closed."""
    stores: list[Store] = []

    def again() -> Store:
        stores.append(store.open_store(home, PASSPHRASE))
        return stores[-1]

    yield again
    for one in stores:
        one.close()
