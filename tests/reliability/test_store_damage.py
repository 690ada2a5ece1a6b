"""Bits flipped, files cut, lost or put back: each is told, and no wrong content is shown."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from collector import store
from collector.errors import CollectorError
from collector.model import FIELDS, Kind, Status
from collector.store import Store
from tests.unit.store.store_kit import CHEAP, OPERATOR, PACK, PASSPHRASE, batch, members

EVERYDAY = 120
RELEASE = 2500


def _content(opened: Store) -> object:
    opened.check_integrity(full=True)
    rows = [
        row
        for chunk in opened.stream(Kind.MEMBER, FIELDS[Kind.MEMBER], {}, list(Status))
        for row in chunk
    ]
    return rows, opened.journal_head(), opened.parked_counts(), opened.settings()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, object]:
    """A store at rest and what it holds."""
    home = tmp_path_factory.mktemp("damage") / "closed"
    opened = store.create(home, PASSPHRASE, OPERATOR, {"pack": PACK}, kdf=CHEAP).store
    opened.commit_batch(batch(members(400)))
    content = _content(opened)
    opened.close()
    return home, content


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, object]:
    """A copy of a store's files while commits stand in its -wal, as after a power cut."""
    folder = tmp_path_factory.mktemp("running")
    opened = store.create(folder / "w", PASSPHRASE, OPERATOR, {"pack": PACK}, kdf=CHEAP).store
    opened.checkpoint()
    for first in range(0, 200, 40):
        opened.commit_batch(batch(members(40, first)))
    shutil.copytree(folder / "w", folder / "copy")
    content = _content(opened)
    opened.close()
    assert (folder / "copy" / "store.db-wal").stat().st_size > 100_000
    (folder / "copy" / "store.db-shm").unlink()
    return folder / "copy", content


def _look(home: Path) -> object:
    opened = store.open_store(home, PASSPHRASE)
    try:
        return _content(opened)
    finally:
        opened.close()


def _hurt(
    source: tuple[Path, object], name: str, hurt: Callable[[bytes], bytes], folder: Path
) -> str:
    """The code it was refused with, or "" where the content was right all the same."""
    home, content = source
    shutil.copytree(home, folder)
    path = folder / name
    path.write_bytes(hurt(path.read_bytes()))
    try:
        found = _look(folder)
    except CollectorError as error:
        return error.code
    finally:
        shutil.rmtree(folder)
    assert found == content, "wrong content was shown"
    return ""


def _flip(chance: random.Random) -> Callable[[bytes], bytes]:
    def flipped(whole: bytes) -> bytes:
        place = chance.randrange(len(whole))
        return whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :]

    return flipped


def _cut(chance: random.Random) -> Callable[[bytes], bytes]:
    return lambda whole: whole[: chance.randrange(len(whole))]


def _flips_and_cuts(
    closed: tuple[Path, object], running: tuple[Path, object], folder: Path, times: int
) -> None:
    chance = random.Random(3)
    for number in range(times):
        one = folder / str(number)
        said = _hurt(closed, "store.db", _flip(chance), one)
        assert said in {"", "store.damaged", "store.newer", "store.io_failed"}, said
        said = _hurt(closed, "store.db", _cut(chance), one)
        assert said in {"store.damaged", "store.io_failed"}, said
        # a -wal that is cut or flipped shows an older state without a word: only the mark tells
        said = _hurt(running, "store.db-wal", _flip(chance), one)
        assert said in {"", "store.rolled_back", "store.damaged"}, said
        said = _hurt(running, "store.db-wal", _cut(chance), one)
        assert said in {"", "store.rolled_back", "store.damaged"}, said


def test_flips_and_cuts_of_database_and_log_show_no_wrong_content(
    closed: tuple[Path, object], running: tuple[Path, object], tmp_path: Path
) -> None:
    _flips_and_cuts(closed, running, tmp_path, EVERYDAY)


@pytest.mark.release
@pytest.mark.timeout(3600)
def test_thousands_of_flips_and_cuts_show_no_wrong_content(
    closed: tuple[Path, object], running: tuple[Path, object], tmp_path: Path
) -> None:
    _flips_and_cuts(closed, running, tmp_path, RELEASE)


def test_the_untouched_copies_open(
    closed: tuple[Path, object], running: tuple[Path, object], tmp_path: Path
) -> None:
    for number, source in enumerate((closed, running)):
        assert _hurt(source, "store.db", bytes, tmp_path / str(number)) == ""


def test_a_deleted_log_is_told_and_the_rest_can_be_taken_knowingly(
    running: tuple[Path, object], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(running[0], home)
    (home / "store.db-wal").unlink()
    with pytest.raises(CollectorError) as caught:
        store.open_store(home, PASSPHRASE)
    assert (caught.value.code, caught.value.exit_code) == ("store.rolled_back", 5)
    opened = store.open_store(home, PASSPHRASE, accept_loss=True)
    assert opened.journal_entries(limit=1)[0].action == "loss.accepted"
    opened.close()
    store.open_store(home, PASSPHRASE).close()


def test_a_log_of_yesterday_is_told(running: tuple[Path, object], tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(running[0], home)
    yesterday = (home / "store.db-wal").read_bytes()
    opened = store.open_store(home, PASSPHRASE)
    opened.set_setting("a", "b")
    shutil.copy(home / "high-water.json", tmp_path / "mark")
    opened.close()
    shutil.copytree(running[0], tmp_path / "again")
    (tmp_path / "again" / "store.db-wal").write_bytes(yesterday)
    shutil.copy(tmp_path / "mark", tmp_path / "again" / "high-water.json")
    with pytest.raises(CollectorError) as caught:
        store.open_store(tmp_path / "again", PASSPHRASE)
    assert caught.value.code == "store.rolled_back"


def test_a_whole_old_database_put_back_is_told(closed: tuple[Path, object], tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(closed[0], home)
    old = (home / "store.db").read_bytes()
    opened = store.open_store(home, PASSPHRASE)
    opened.set_setting("a", "b")
    opened.close()
    (home / "store.db").write_bytes(old)
    with pytest.raises(CollectorError) as caught:
        store.open_store(home, PASSPHRASE)
    assert caught.value.code == "store.rolled_back"


def test_another_history_with_more_commits_is_told(
    closed: tuple[Path, object], tmp_path: Path
) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    shutil.copytree(closed[0], home)
    shutil.copytree(closed[0], other)
    for folder, times in ((home, 1), (other, 3)):
        opened = store.open_store(folder, PASSPHRASE)
        for number in range(times):
            opened.note("made.up", {"number": number, "where": folder.name}, OPERATOR)
        opened.close()
    shutil.copy(other / "store.db", home / "store.db")
    with pytest.raises(CollectorError) as caught:
        store.open_store(home, PASSPHRASE)
    assert caught.value.code == "store.other_history"


def test_a_lost_cut_or_forged_mark_is_told(closed: tuple[Path, object], tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(closed[0], home)
    mark = home / "high-water.json"
    whole = mark.read_bytes()
    lower = whole.replace(b'"commits": 1', b'"commits": 0')
    assert lower != whole
    for changed in (lower, b"", b"{}", b"[]", b"null", b"\xff", whole[:-9]):
        mark.write_bytes(changed)
        with pytest.raises(CollectorError) as caught:
            store.open_store(home, PASSPHRASE)
        assert caught.value.code == "store.mark_lost"
    mark.unlink()
    with pytest.raises(CollectorError) as caught:
        store.open_store(home, PASSPHRASE)
    assert caught.value.code == "store.mark_lost"
