"""A full disk, a folder that cannot be written: each has its own sentence, and data stay whole."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import pytest

from collector import store
from collector.errors import CollectorError, SurroundingsFailed
from collector.model import Kind
from tests.unit.store.store_kit import CHEAP, OPERATOR, PASSPHRASE, batch, members

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and mounts of POSIX")


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A real file system of three megabytes."""
    folder = Path(tempfile.mkdtemp(prefix="small-disk-"))
    mounted = (
        shutil.which("mount") is not None
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)],
            check=False,
            stderr=subprocess.DEVNULL,
        ).returncode
    )
    if not mounted:
        folder.rmdir()
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


@posix
def test_a_full_disk_is_told_and_what_was_saved_is_whole(small_disk: Path) -> None:
    home = small_disk / "home"
    opened = store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP).store
    opened.commit_batch(batch(members(50)))
    with pytest.raises(SurroundingsFailed) as caught:
        opened.commit_batch(batch(members(20_000, 1000)))
    assert caught.value.code == "store.disk_full"
    assert opened.count(Kind.MEMBER) == 50
    opened.close()
    again = store.open_store(home, PASSPHRASE)
    assert again.count(Kind.MEMBER) == 50
    assert again.journal_verify().ok
    again.check_integrity(full=True)
    again.commit_batch(batch(members(10, 100)))
    again.close()


@posix
def test_on_a_filling_disk_exactly_what_was_acknowledged_is_there(small_disk: Path) -> None:
    home = small_disk / "home"
    opened = store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP).store
    told = 0
    said = ""
    while not said and told < 1000:
        try:
            opened.set_setting("a", str(told + 1))
            told += 1
        except SurroundingsFailed as error:
            said = error.code
    assert said == "store.disk_full"
    assert told > 5
    assert opened.settings()["a"] == str(told)
    opened.close()
    again = store.open_store(home, PASSPHRASE)
    assert again.settings()["a"] == str(told)
    again.close()


def test_a_commit_is_not_called_failed_because_its_mark_could_not_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = store.create(tmp_path / "home", PASSPHRASE, OPERATOR, {}, kdf=CHEAP).store

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as disk:
        disk.setattr(os, "replace", full)
        opened.set_setting("a", "1")
    assert opened.settings()["a"] == "1"
    assert opened.journal_verify().ok
    opened.close()
    store.open_store(tmp_path / "home", PASSPHRASE).close()


def _fill(disk: Path, leaving: int = 0) -> None:
    """To the last byte, or all but so many."""
    filler = os.open(disk / "filler", os.O_CREAT | os.O_WRONLY)
    with suppress(OSError):
        while os.write(filler, b"\0" * 512):
            pass
    os.ftruncate(filler, os.fstat(filler).st_size - leaving)
    os.close(filler)


@posix
def test_a_disk_that_fills_while_the_log_is_folded_in_damages_nothing(small_disk: Path) -> None:
    home = small_disk / "home"
    opened = store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP).store
    opened.commit_batch(batch(members(500)))
    _fill(small_disk, leaving=3 * 4096)  # a page and a half of the database
    opened.close()
    assert (home / "store.db").stat().st_size % 8192
    with pytest.raises(SurroundingsFailed) as caught:
        store.open_store(home, PASSPHRASE)
    assert caught.value.code == "store.disk_full"
    (small_disk / "filler").unlink()
    again = store.open_store(home, PASSPHRASE)
    assert again.count(Kind.MEMBER) == 500
    assert again.journal_verify().ok
    again.check_integrity(full=True)
    again.close()


@posix
def test_a_key_header_on_a_full_disk_stays_as_it_was(small_disk: Path) -> None:
    home = small_disk / "home"
    store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP).store.close()
    before = (home / "keys.json").read_bytes()
    _fill(small_disk)
    with pytest.raises(CollectorError) as caught:
        store.add_operator(home, PASSPHRASE, None, "虚构同事", "second", kdf=CHEAP)
    assert caught.value.code == "store.disk_full"
    assert (home / "keys.json").read_bytes() == before
    (small_disk / "filler").unlink()
    store.open_store(home, PASSPHRASE).close()


_PASSES_OVER_MODES = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH (capabilities(7))"""


@contextmanager
def _held_to_modes() -> Iterator[None]:
    """Take from root what lets it write everywhere; a checkout in its own home stays readable."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, held) == 0
    less = (ctypes.c_uint32 * 6)(held[0] & ~_PASSES_OVER_MODES, *held[1:])
    assert libc.capset(header, less) == 0
    try:
        yield
    finally:
        assert libc.capset(header, held) == 0


@pytest.fixture
def not_root() -> Iterator[Path]:
    """A folder where modes hold; root may write everywhere and would prove nothing."""
    folder = Path(tempfile.mkdtemp(prefix="read-only-"))
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with _held_to_modes() if root else nullcontext():
        yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700)
    shutil.rmtree(folder)


@posix
def test_a_folder_that_cannot_be_written_is_told(not_root: Path) -> None:
    home = not_root / "home"
    store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP).store.close()
    for path in home.iterdir():
        path.chmod(0o400)
    home.chmod(0o500)
    with pytest.raises(SurroundingsFailed) as caught:
        store.open_store(home, PASSPHRASE)
    assert caught.value.code == "store.read_only"


@posix
def test_a_workspace_cannot_be_made_where_nothing_can_be_written(not_root: Path) -> None:
    not_root.chmod(0o500)
    with pytest.raises(SurroundingsFailed) as caught:
        store.create(not_root / "home", PASSPHRASE, OPERATOR, {}, kdf=CHEAP)
    assert caught.value.code == "store.read_only"


@posix
def test_a_header_that_may_not_be_read_is_not_called_damaged(not_root: Path) -> None:
    home = not_root / "home"
    store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP).store.close()
    (home / "keys.json").chmod(0)
    with pytest.raises(SurroundingsFailed) as caught:
        store.open_store(home, PASSPHRASE)
    assert caught.value.code == "store.read_only"


def test_every_refusal_says_something_of_its_own_in_both_languages(tmp_path: Path) -> None:
    from collector.store import refusals

    path = tmp_path / "x"
    made = []
    for name, make in sorted(vars(refusals).items()):
        if callable(make) and getattr(make, "__module__", "") == refusals.__name__:
            made.append(make(path) if make.__code__.co_argcount else make())
        assert name
    assert len(made) > 20
    assert len({one.code for one in made}) == len(made)
    assert len({one.sentence.zh for one in made}) == len(made)
    for one in made:
        assert one.exit_code in (2, 3, 5)
        assert one.sentence.en
        assert one.advice.zh
        assert one.advice.en
