"""Make and open a store: key header, connections, migrations, checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite

from collector.store import beginning, highwater, journal, keys, migrate, refusals
from collector.store.beginning import abandon, begin, finish, is_unfinished
from collector.store.connection import FILE_NAME, connect, no_room, translated
from collector.store.holding import Hold
from collector.store.keys import KdfCost, Unlocked
from collector.store.store import Store
from collector.store.types import HeaderInfo


@dataclass(frozen=True, slots=True)
class Created:
    store: Store
    recovery_code: str


def exists(home: Path) -> bool:
    """Whether there is a workspace, sound or not; one that was only begun is none."""
    begun = (home / keys.FILE_NAME).exists() or (home / FILE_NAME).exists()
    return begun and not is_unfinished(home)


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
    finished: bool = True,
) -> Created:
    """A new encrypted store with one user and a recovery code, shown once and kept nowhere.

    Without ``finished`` more is to come before the workspace is whole: until ``finish`` nobody can
    open it, and another attempt begins anew. Raises ``SurroundingsFailed``; nothing is left then.
    """
    path = home / FILE_NAME
    if exists(home):
        raise refusals.already_there(path)
    if not passphrase or not operator.strip():
        raise refusals.empty_passphrase()
    with _folder_errors(path):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    hold = Hold(home)
    try:
        begin(home)
        unlocked, code = keys.create(home, passphrase, operator, kdf)
        try:
            opened = _made(home, unlocked, operator, settings, hold)
        finally:
            unlocked.wipe()
        if finished:
            finish(home)
    except BaseException:
        abandon(home)
        hold.release()
        raise
    return Created(opened, code)


def _made(
    home: Path, unlocked: Unlocked, operator: str, settings: Mapping[str, str], hold: Hold
) -> Store:
    path = home / FILE_NAME
    writer = connect(path, unlocked.key, create=True)
    try:
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
        writer.close()
        raise
    return Store(home, writer, reader, secret, operator, hold)


def open_store(
    home: Path, passphrase: str, operator: str | None = None, *, accept_loss: bool = False
) -> Store:
    """Raises ``NotUnlocked`` for a wrong passphrase, ``SurroundingsFailed`` for the rest, such as
    ``store.in_use`` where it is open already.

    ``accept_loss``: go on with what is there after ``store.rolled_back``, ``store.other_history``
    or ``store.mark_lost`` was shown to a person; the journal says that they did.
    """
    return _held(home, lambda: keys.unlock(home, passphrase, operator), accept_loss)


def open_with_recovery(home: Path, code: str) -> Store:
    """Open with the printed recovery code."""
    return _held(home, lambda: keys.unlock_with_code(home, code))


def add_operator(
    home: Path,
    passphrase: str,
    operator: str | None,
    name: str,
    new_passphrase: str,
    *,
    kdf: KdfCost = keys.USUAL,
    opened: Store | None = None,
) -> None:
    """Let another person in; ``passphrase`` is of someone who already is. The journal says so:
    that of ``opened`` where the workspace is open in this very program."""
    with _administering(home, lambda: keys.unlock(home, passphrase, operator), opened) as (
        unlocked,
        note,
    ):
        keys.add_operator(home, unlocked, name, new_passphrase, kdf)
        note("operator.added", name)


def remove_operator(
    home: Path,
    passphrase: str,
    operator: str | None,
    name: str,
    *,
    opened: Store | None = None,
) -> None:
    """Let a person in no more. Raises ``WrongUse store.last_slot`` for the last one."""
    with _administering(home, lambda: keys.unlock(home, passphrase, operator), opened) as (
        unlocked,
        note,
    ):
        keys.remove_operator(home, unlocked, name)
        note("operator.removed", name)


def change_passphrase(
    home: Path,
    passphrase: str,
    operator: str,
    new: str,
    *,
    kdf: KdfCost = keys.USUAL,
    opened: Store | None = None,
) -> None:
    """Another passphrase for the one who knows the old."""
    with _administering(home, lambda: keys.unlock(home, passphrase, operator), opened) as (
        unlocked,
        note,
    ):
        keys.change_passphrase(home, unlocked, operator, new, kdf)
        note("passphrase.changed", operator)


def reset_passphrase(
    home: Path,
    code: str,
    operator: str,
    new: str,
    *,
    kdf: KdfCost = keys.USUAL,
    opened: Store | None = None,
) -> None:
    """Another passphrase for one who forgot it, by the printed recovery code."""
    with _administering(home, lambda: keys.unlock_with_code(home, code), opened) as (
        unlocked,
        note,
    ):
        keys.change_passphrase(home, unlocked, operator, new, kdf)
        note("passphrase.reset", operator)


def new_recovery_code(
    home: Path, passphrase: str, operator: str | None = None, *, opened: Store | None = None
) -> str:
    """A new code to print; the old one opens nothing any more."""
    with _administering(home, lambda: keys.unlock(home, passphrase, operator), opened) as (
        unlocked,
        note,
    ):
        code = keys.renew_code(home, unlocked)
        note("recovery_code.renewed", "")
    return code


@contextmanager
def _administering(
    home: Path, unlock: Callable[[], Unlocked], opened: Store | None
) -> Iterator[tuple[Unlocked, Callable[[str, str], None]]]:
    """The unlocked header, and how to write down what was done to it."""
    beginning.demand_finished(home)
    hold = None if opened is not None else Hold(home)
    try:
        unlocked = unlock()
        try:

            def note(action: str, name: str) -> None:
                details = {"name": name} if name else {}
                if opened is not None:
                    opened.note(action, details, unlocked.operator)
                else:
                    assert hold is not None
                    own = _open(home, unlocked, hold)
                    own.note(action, details, unlocked.operator)
                    own.close()

            yield unlocked, note
        finally:
            unlocked.wipe()
    finally:
        if hold is not None:
            hold.release()


def _held(home: Path, unlock: Callable[[], Unlocked], accept_loss: bool = False) -> Store:
    """Open once nobody else has it open."""
    beginning.demand_finished(home)
    if not home.is_dir():
        raise refusals.no_header(home / keys.FILE_NAME)
    hold = Hold(home)
    try:
        unlocked = unlock()
        try:
            store = _open(home, unlocked, hold, accept_loss)
        finally:
            unlocked.wipe()
    except BaseException:
        hold.release()
        raise
    if accept_loss:
        store.note("loss.accepted", {}, store.operator)
    return store


def _open(home: Path, unlocked: Unlocked, hold: Hold, accept_loss: bool = False) -> Store:
    path = home / FILE_NAME
    writer = connect(path, unlocked.key)
    try:
        _check(home, unlocked, writer, path, accept_loss)
        reader = connect(path, unlocked.key)
    except BaseException:
        writer.close()
        raise
    return Store(home, writer, reader, unlocked.subkey(b"high water"), unlocked.operator, hold)


def _check(
    home: Path, unlocked: Unlocked, writer: sqlite.Connection, path: Path, accept_loss: bool
) -> None:
    with translated(path):
        if _faulty_pages(writer):
            # a disk that filled up while the log was folded in leaves half a page behind,
            # and the whole of it still in the log
            if no_room(path):
                raise refusals.full(path)
            writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if _faulty_pages(writer):
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


def _faulty_pages(connection: sqlite.Connection) -> bool:
    return bool(connection.execute("PRAGMA cipher_integrity_check").fetchall())


class _folder_errors:  # noqa: N801 - reads as a sentence where it is used
    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise keys.for_os_error(error, self._path) from None
