"""Make and open a store: key header, connections, migrations, checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite

from collector.store import highwater, journal, keys, migrate, refusals
from collector.store.connection import FILE_NAME, connect, translated
from collector.store.keys import KdfCost, Unlocked
from collector.store.store import Store
from collector.store.types import HeaderInfo


@dataclass(frozen=True, slots=True)
class Created:
    store: Store
    recovery_code: str


def exists(home: Path) -> bool:
    """Whether there is a workspace, sound or not."""
    return (home / keys.FILE_NAME).exists() or (home / FILE_NAME).exists()


def peek(home: Path) -> HeaderInfo:
    """What can be told without a key."""
    return keys.peek(home)


def create(
    home: Path,
    passphrase: str,
    operator: str,
    settings: Mapping[str, str],
    *,
    kdf: KdfCost = keys.USUAL,
) -> Created:
    """A new encrypted store with one user and a recovery code, shown once and kept nowhere.

    Raises ``SurroundingsFailed``; nothing usable is left then.
    """
    path = home / FILE_NAME
    if exists(home):
        raise refusals.already_there(path)
    if not passphrase or not operator.strip():
        raise refusals.empty_passphrase()
    with _folder_errors(path):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    unlocked, code = keys.create(home, passphrase, operator, kdf)
    try:
        writer = connect(path, unlocked.key, create=True)
        with translated(path):
            migrate.migrate(writer, path)
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("INSERT INTO state VALUES ('instance', ?)", (unlocked.instance,))
            writer.executemany("INSERT INTO setting VALUES (?, ?)", list(settings.items()))
            journal.append(writer, "workspace.made", operator, {})
            writer.execute("COMMIT")
            mark = highwater.Mark(0, *journal.last(writer))
        secret = unlocked.subkey(b"high water")
        highwater.write(home, secret, mark)
        reader = connect(path, unlocked.key)
    except BaseException:
        for left in (keys.FILE_NAME, FILE_NAME, FILE_NAME + "-wal", FILE_NAME + "-shm"):
            (home / left).unlink(missing_ok=True)
        raise
    finally:
        unlocked.wipe()
    return Created(Store(home, writer, reader, secret, operator), code)


def open_store(
    home: Path, passphrase: str, operator: str | None = None, *, accept_loss: bool = False
) -> Store:
    """Raises ``NotUnlocked`` for a wrong passphrase, ``SurroundingsFailed`` for the rest.

    ``accept_loss``: go on with what is there after ``store.rolled_back``, ``store.other_history``
    or ``store.mark_lost`` was shown to a person; the journal says that they did.
    """
    return _open(home, keys.unlock(home, passphrase, operator), accept_loss)


def open_with_recovery(home: Path, code: str) -> Store:
    """Open with the printed recovery code."""
    return _open(home, keys.unlock_with_code(home, code))


def add_operator(
    home: Path,
    passphrase: str,
    operator: str | None,
    name: str,
    new_passphrase: str,
    *,
    kdf: KdfCost = keys.USUAL,
) -> None:
    """Let another person in; ``passphrase`` is of someone who already is."""
    with _unlocked(keys.unlock(home, passphrase, operator)) as unlocked:
        keys.add_operator(home, unlocked, name, new_passphrase, kdf)


def remove_operator(home: Path, passphrase: str, operator: str | None, name: str) -> None:
    """Let a person in no more. Raises ``WrongUse store.last_slot`` for the last one."""
    with _unlocked(keys.unlock(home, passphrase, operator)) as unlocked:
        keys.remove_operator(home, unlocked, name)


def change_passphrase(
    home: Path, passphrase: str, operator: str, new: str, *, kdf: KdfCost = keys.USUAL
) -> None:
    """Another passphrase for the one who knows the old."""
    with _unlocked(keys.unlock(home, passphrase, operator)) as unlocked:
        keys.change_passphrase(home, unlocked, operator, new, kdf)


def reset_passphrase(
    home: Path, code: str, operator: str, new: str, *, kdf: KdfCost = keys.USUAL
) -> None:
    """Another passphrase for one who forgot it, by the printed recovery code."""
    with _unlocked(keys.unlock_with_code(home, code)) as unlocked:
        keys.change_passphrase(home, unlocked, operator, new, kdf)


def new_recovery_code(home: Path, passphrase: str, operator: str | None = None) -> str:
    """A new code to print; the old one opens nothing any more."""
    with _unlocked(keys.unlock(home, passphrase, operator)) as unlocked:
        return keys.renew_code(home, unlocked)


@contextmanager
def _unlocked(unlocked: Unlocked) -> Iterator[Unlocked]:
    try:
        yield unlocked
    finally:
        unlocked.wipe()


def _open(home: Path, unlocked: Unlocked, accept_loss: bool = False) -> Store:
    path = home / FILE_NAME
    try:
        writer = connect(path, unlocked.key)
        try:
            _check(home, unlocked, writer, path, accept_loss)
            reader = connect(path, unlocked.key)
        except BaseException:
            writer.close()
            raise
        secret = unlocked.subkey(b"high water")
    finally:
        unlocked.wipe()
    store = Store(home, writer, reader, secret, unlocked.operator)
    if accept_loss:
        store.note("loss.accepted", {}, unlocked.operator)
    return store


def _check(
    home: Path, unlocked: Unlocked, writer: sqlite.Connection, path: Path, accept_loss: bool
) -> None:
    with translated(path):
        if writer.execute("PRAGMA cipher_integrity_check").fetchall():
            raise refusals.damaged(path)
        migrate.migrate(writer, path)
        state = dict(writer.execute("SELECT name, value FROM state"))
    if state.get("instance") != unlocked.instance:
        raise refusals.damaged(path)
    if not accept_loss:
        highwater.check(
            home,
            unlocked.subkey(b"high water"),
            int(state["commits"]),
            lambda number: journal.hash_of(writer, number),
        )


class _folder_errors:  # noqa: N801 - reads as a sentence where it is used
    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise keys.for_os_error(error, self._path) from None
