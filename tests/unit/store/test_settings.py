"""The settings that keep the store whole and closed; each has a reason in docs/store-format.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite

from collector import store
from collector.errors import CollectorError, NotUnlocked
from collector.model import Kind, Outcome, Status
from collector.store import Created, Store
from collector.store import connection as connections
from tests.unit.store.store_kit import OPERATOR, PASSPHRASE, batch, members


def both(opened: Store) -> tuple[sqlite.Connection, sqlite.Connection]:
    return opened._doors.writer, opened._doors.reader


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [
        ("synchronous", 2),  # FULL; with NORMAL a power cut loses acknowledged commits
        ("journal_mode", "wal"),  # DELETE with FULL loses them too
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("temp_store", 2),
        ("cipher_memory_security", "1"),
    ],
)
def test_each_connection_has_the_setting(opened: Store, pragma: str, wanted: object) -> None:
    for connection in both(opened):
        assert connection.execute(f"PRAGMA {pragma}").fetchone()[0] == wanted


def test_no_other_database_can_be_attached(opened: Store, tmp_path: Path) -> None:
    for connection in both(opened):
        with pytest.raises(sqlite.DatabaseError, match="not authorized"):
            connection.execute("ATTACH DATABASE ? AS other", (str(tmp_path / "plain.db"),))
    assert not (tmp_path / "plain.db").exists()


def test_no_extension_can_be_loaded(opened: Store) -> None:
    for connection in both(opened):
        with pytest.raises(sqlite.OperationalError):
            connection.load_extension("anything")


def test_a_key_of_another_length_is_never_handed_to_sqlcipher() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no words on purpose
        connections._spelt(bytearray(31))
    assert (
        connections._spelt(bytearray(range(32))) == b"x'" + bytes(range(32)).hex().encode() + b"'"
    )


def code_of(home: Path) -> str:
    with pytest.raises(CollectorError) as caught:
        store.open_store(home, PASSPHRASE)
    return caught.value.code


def test_a_plaintext_database_is_refused(created: Created, home: Path) -> None:
    created.store.close()
    (home / "store.db").unlink()
    plain = sqlite.connect(str(home / "store.db"))
    plain.execute("CREATE TABLE member (name)")
    plain.commit()
    plain.close()
    assert code_of(home) == "store.not_encrypted"


def test_an_emptied_database_is_refused(created: Created, home: Path) -> None:
    created.store.close()
    (home / "store.db").write_bytes(b"")
    assert code_of(home) == "store.damaged"


def test_a_missing_database_is_not_made_anew(created: Created, home: Path) -> None:
    created.store.close()
    (home / "store.db").unlink()
    assert code_of(home) == "store.missing"
    assert not (home / "store.db").exists()


def test_the_database_of_another_workspace_is_refused(
    created: Created, home: Path, tmp_path: Path
) -> None:
    from tests.unit.store.store_kit import CHEAP

    created.store.close()
    store.create(tmp_path / "other", PASSPHRASE, OPERATOR, {}, kdf=CHEAP).store.close()
    (tmp_path / "other" / "store.db").replace(home / "store.db")
    assert code_of(home) == "store.damaged"


def test_a_closed_store_answers_nothing(created: Created) -> None:
    created.store.close()
    created.store.close()
    for ask in (created.store.counts, created.store.settings, created.store.journal_verify):
        with pytest.raises(NotUnlocked) as caught:
            ask()
        assert caught.value.code == "store.locked"
    with pytest.raises(NotUnlocked):
        created.store.set_setting("a", "b")


def test_closing_folds_the_log_into_the_one_file(created: Created, home: Path) -> None:
    created.store.commit_batch(batch(members(50)))
    created.store.close()
    assert not (home / "store.db-wal").exists()
    assert not (home / "store.db-shm").exists()


def test_no_file_holds_a_persons_text_in_the_clear(created: Created, home: Path) -> None:
    people = members(60)
    outcomes = [Outcome.PARKED if index % 3 else Outcome.ADDED for index in range(60)]
    people.originals = {"phone": {index: f"原文{index:04}号码" for index in range(60)}}
    created.store.commit_batch(batch(people, *outcomes))
    created.store.order(Kind.MEMBER, sort="phone", search="虚构")
    created.store.set_status(Kind.MEMBER, [1, 2], Status.INACTIVE, "虚构缘由", OPERATOR)
    canaries = [*people.columns["name"], *people.columns["id_number"], *people.columns["phone"]]
    canaries += [*people.originals["phone"].values(), "虚构缘由"]
    needles = {text.encode(way) for text in canaries for way in ("utf-8", "utf-16-le", "gb18030")}

    def clear() -> list[str]:
        return [
            path.name
            for path in home.iterdir()
            if any(needle in path.read_bytes() for needle in needles)
        ]

    assert {path.name for path in home.iterdir()} >= {"store.db", "store.db-wal", "store.db-shm"}
    assert clear() == []
    created.store.close()
    assert clear() == []


def test_a_workspace_that_is_open_is_not_opened_again(created: Created, home: Path) -> None:
    for again in (
        lambda: store.open_store(home, PASSPHRASE),
        lambda: store.open_with_recovery(home, created.recovery_code),
        lambda: store.remove_operator(home, PASSPHRASE, None, OPERATOR),
    ):
        with pytest.raises(CollectorError) as caught:
            again()
        assert (caught.value.code, caught.value.exit_code) == ("store.in_use", 5)
    created.store.set_setting("a", "b")
    created.store.close()
    store.open_store(home, PASSPHRASE).close()


def test_a_wrong_passphrase_does_not_keep_the_workspace_to_itself(
    created: Created, home: Path
) -> None:
    created.store.close()
    for _ in range(2):
        with pytest.raises(NotUnlocked):
            store.open_store(home, "another")
    store.open_store(home, PASSPHRASE).close()


def test_a_write_that_meets_a_foreign_lock_says_busy(created: Created, home: Path) -> None:
    created.store._doors.reader.execute("PRAGMA query_only=OFF")
    created.store._doors.writer.set_busy_timeout(0.01)
    created.store._doors.reader.execute("BEGIN IMMEDIATE")  # as a backup program might
    with pytest.raises(CollectorError) as caught:
        created.store.set_setting("a", "b")
    assert (caught.value.code, caught.value.exit_code) == ("store.busy", 5)
    created.store._doors.reader.execute("ROLLBACK")
    created.store.set_setting("a", "b")


def test_a_long_log_is_folded_by_the_commit_that_made_it_so(
    created: Created, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collector.store import doors

    created.store.commit_batch(batch(members(600)))
    before = (home / "store.db").stat().st_size
    monkeypatch.setattr(doors, "_LONG_LOG", 1 << 10)
    created.store.commit_batch(batch(members(600, 600)))
    assert (home / "store.db").stat().st_size > before
    assert created.store.count(Kind.MEMBER) == 1200
