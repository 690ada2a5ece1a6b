"""A workspace is made wholly or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector import store
from collector.errors import CollectorError
from tests.unit.store.store_kit import CHEAP, OPERATOR, PASSPHRASE, batch, members


def begun(home: Path) -> None:
    """As a power cut leaves it: everything there, but never finished."""
    made = store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP, finished=False)
    made.store.close()


@pytest.mark.parametrize("lost", [(), ("store.db",), ("keys.json",), ("high-water.json",)])
def test_what_was_only_begun_is_no_workspace_and_gives_way_to_a_new_one(
    tmp_path: Path, lost: tuple[str, ...]
) -> None:
    home = tmp_path / "w"
    begun(home)
    for name in lost:
        (home / name).unlink()
    assert not store.exists(home)
    for touch in (
        lambda: store.open_store(home, PASSPHRASE),
        lambda: store.new_recovery_code(home, PASSPHRASE),
    ):
        with pytest.raises(CollectorError) as caught:
            touch()
        assert (caught.value.code, caught.value.exit_code) == ("store.unfinished", 5)
    made = store.create(home, "another", OPERATOR, {}, kdf=CHEAP)
    made.store.commit_batch(batch(members(3)))
    made.store.close()
    assert store.exists(home)
    store.open_store(home, "another").close()


def test_a_finished_workspace_is_never_begun_anew(tmp_path: Path) -> None:
    home = tmp_path / "w"
    made = store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP, finished=False)
    store.finish(home)
    made.store.commit_batch(batch(members(3)))
    made.store.close()
    with pytest.raises(CollectorError) as caught:
        store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP)
    assert caught.value.code == "store.exists"
    opened = store.open_store(home, PASSPHRASE)
    assert sum(opened.counts().values()) == 3
    opened.close()


def test_a_workspace_that_cannot_be_made_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collector.store import workspace

    def broken(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(workspace.highwater, "write", broken)
    with pytest.raises(OSError):  # noqa: PT011 - it has no words on purpose
        store.create(tmp_path / "w", PASSPHRASE, OPERATOR, {}, kdf=CHEAP)
    assert [path.name for path in (tmp_path / "w").iterdir()] == ["in-use.lock"]
