"""Who can open the store, and what is said to who cannot."""

from __future__ import annotations

import inspect
import json
import random
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import store
from collector.errors import CollectorError, NotUnlocked, SurroundingsFailed, WrongUse
from collector.store import Created, keys
from tests.unit.store.store_kit import CHEAP, OPERATOR, PASSPHRASE


def refused(home: Path, passphrase: str = PASSPHRASE, operator: str | None = None) -> str:
    with pytest.raises(CollectorError) as caught:
        store.open_store(home, passphrase, operator)
    assert caught.value.sentence.zh
    assert caught.value.advice.zh
    assert PASSPHRASE not in repr(caught.value.where)
    return caught.value.code


def test_the_usual_cost_is_never_below_the_second_choice_of_rfc_9106() -> None:
    assert (keys.USUAL.memory, keys.USUAL.passes, keys.USUAL.lanes) == (256 * 1024, 3, 4)
    assert (keys.FALLBACK.memory, keys.FALLBACK.passes, keys.FALLBACK.lanes) == (64 * 1024, 3, 4)
    for make in (store.create, store.add_operator, store.change_passphrase):
        assert inspect.signature(make).parameters["kdf"].default == keys.USUAL


def test_where_memory_is_short_the_fallback_is_taken_and_written_down(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = keys._argon2

    def short(passphrase: str, salt: bytes, cost: store.KdfCost) -> bytes:
        if cost.memory > keys.FALLBACK.memory:
            raise MemoryError
        return real(passphrase, salt, cost)

    monkeypatch.setattr(keys, "_argon2", short)
    store.create(home, PASSPHRASE, OPERATOR, {}).store.close()
    slot = json.loads((home / "keys.json").read_text(encoding="utf-8"))["slots"][0]
    assert (slot["memory"], slot["passes"], slot["lanes"]) == (64 * 1024, 3, 4)
    store.open_store(home, PASSPHRASE).close()


def test_the_right_passphrase_opens_and_tells_who_it_was(created: Created, home: Path) -> None:
    created.store.close()
    opened = store.open_store(home, PASSPHRASE)
    assert opened.operator == OPERATOR
    opened.close()


def test_a_wrong_passphrase_is_called_wrong(created: Created, home: Path) -> None:
    created.store.close()
    assert refused(home, "another") == "store.wrong_passphrase"
    with pytest.raises(NotUnlocked):
        store.open_store(home, "another")


def test_a_name_that_is_not_in_the_header_is_not_a_wrong_passphrase(
    created: Created, home: Path
) -> None:
    created.store.close()
    assert refused(home, PASSPHRASE, "没有此人") == "store.no_such_operator"


def test_names_can_be_read_without_a_key(created: Created, home: Path) -> None:
    told = store.peek(home)
    assert (told.version, told.operators) == (1, (OPERATOR,))


def test_a_folder_without_a_header_is_told_apart(tmp_path: Path) -> None:
    assert refused(tmp_path) == "store.header_missing"


def test_a_second_workspace_in_the_same_folder_is_refused(created: Created, home: Path) -> None:
    with pytest.raises(WrongUse) as caught:
        store.create(home, "other", "别人", {}, kdf=CHEAP)
    assert caught.value.code == "store.exists"
    created.store.close()
    store.open_store(home, PASSPHRASE).close()


@pytest.mark.parametrize(("name", "passphrase"), [("", "p"), (" ", "p"), ("某", "")])
def test_an_empty_name_or_passphrase_makes_nothing(home: Path, name: str, passphrase: str) -> None:
    with pytest.raises(WrongUse):
        store.create(home, passphrase, name, {}, kdf=CHEAP)
    assert not store.exists(home)


# -- users and codes --------------------------------------------------------------------


def test_a_second_user_opens_with_a_passphrase_of_their_own(created: Created, home: Path) -> None:
    store.add_operator(
        home, PASSPHRASE, OPERATOR, "虚构同事", "second", kdf=CHEAP, opened=created.store
    )
    created.store.close()
    opened = store.open_store(home, "second", "虚构同事")
    assert opened.operator == "虚构同事"
    opened.close()
    assert refused(home, "second", OPERATOR) == "store.wrong_passphrase"


def test_two_users_of_one_name_are_refused(created: Created, home: Path) -> None:
    with pytest.raises(WrongUse) as caught:
        store.add_operator(home, PASSPHRASE, None, OPERATOR, "x", kdf=CHEAP, opened=created.store)
    assert caught.value.code == "store.operator_exists"


def test_a_removed_user_opens_nothing_not_even_the_copy_of_the_header(
    created: Created, home: Path
) -> None:
    store.add_operator(
        home, PASSPHRASE, None, "虚构同事", "second", kdf=CHEAP, opened=created.store
    )
    store.remove_operator(home, PASSPHRASE, OPERATOR, "虚构同事", opened=created.store)
    created.store.close()
    assert refused(home, "second", "虚构同事") == "store.no_such_operator"
    (home / "keys.json.bak").replace(home / "keys.json")
    assert refused(home, "second", "虚构同事") == "store.no_such_operator"
    store.open_store(home, PASSPHRASE).close()


def test_the_last_user_cannot_be_removed(created: Created, home: Path) -> None:
    with pytest.raises(WrongUse) as caught:
        store.remove_operator(home, PASSPHRASE, OPERATOR, OPERATOR, opened=created.store)
    assert caught.value.code == "store.last_slot"


def test_a_changed_passphrase_replaces_the_old_one_everywhere(created: Created, home: Path) -> None:
    created.store.close()
    store.change_passphrase(home, PASSPHRASE, OPERATOR, "new one", kdf=CHEAP)
    assert refused(home) == "store.wrong_passphrase"
    store.open_store(home, "new one").close()
    (home / "keys.json.bak").replace(home / "keys.json")
    assert refused(home) == "store.wrong_passphrase"


def test_the_recovery_code_opens_and_resets_a_forgotten_passphrase(
    created: Created, home: Path
) -> None:
    created.store.close()
    store.open_with_recovery(home, created.recovery_code).close()
    store.reset_passphrase(home, created.recovery_code, OPERATOR, "remembered", kdf=CHEAP)
    store.open_store(home, "remembered").close()


def test_a_new_recovery_code_makes_the_old_one_worthless(created: Created, home: Path) -> None:
    created.store.close()
    code = store.new_recovery_code(home, PASSPHRASE)
    store.open_with_recovery(home, code).close()
    with pytest.raises(NotUnlocked) as caught:
        store.open_with_recovery(home, created.recovery_code)
    assert caught.value.code == "store.wrong_recovery_code"


def test_who_was_let_in_and_out_stands_in_the_journal(created: Created, home: Path) -> None:
    store.add_operator(
        home, PASSPHRASE, None, "虚构同事", "second", kdf=CHEAP, opened=created.store
    )
    created.store.close()
    store.remove_operator(home, PASSPHRASE, OPERATOR, "虚构同事")
    store.reset_passphrase(home, created.recovery_code, OPERATOR, "new one", kdf=CHEAP)
    store.new_recovery_code(home, "new one")
    opened = store.open_store(home, "new one")
    told = [
        (one.action, one.operator, one.details.get("name", ""))
        for one in reversed(opened.journal_entries())
    ]
    assert told[1:] == [
        ("operator.added", OPERATOR, "虚构同事"),
        ("operator.removed", OPERATOR, "虚构同事"),
        ("passphrase.reset", store.BY_RECOVERY, OPERATOR),
        ("recovery_code.renewed", OPERATOR, ""),
    ]
    assert opened.journal_verify().ok
    opened.close()


def test_what_is_done_after_the_recovery_code_has_a_name(created: Created, home: Path) -> None:
    created.store.close()
    opened = store.open_with_recovery(home, created.recovery_code)
    assert opened.operator == store.BY_RECOVERY != ""
    opened.set_setting("a", "b")
    assert opened.journal_entries(limit=1)[0].operator == store.BY_RECOVERY
    opened.close()
    with pytest.raises(WrongUse):
        store.add_operator(home, PASSPHRASE, None, store.BY_RECOVERY, "x", kdf=CHEAP)


def test_the_recovery_code_is_taken_however_it_is_typed(created: Created, home: Path) -> None:
    created.store.close()
    code = created.recovery_code
    for typed in (
        code.lower(),
        code.replace("-", " "),
        code.replace("-", ""),
        code.replace("0", "O"),
        code.replace("1", "l"),
        code.replace("1", "I"),
    ):
        store.open_with_recovery(home, typed).close()


@given(st.binary(min_size=20, max_size=20))
def test_any_code_reads_back_as_it_was_spelt(secret: bytes) -> None:
    code = keys.spell_code(secret)
    assert keys.read_code(code) == secret
    assert [len(group) for group in code.split("-")] == [4] * 9


@given(st.binary(min_size=20, max_size=20), st.integers(0, 31), st.integers(1, 31))
def test_a_code_with_one_wrong_character_is_refused(secret: bytes, place: int, by: int) -> None:
    letters = list(keys.spell_code(secret).replace("-", ""))
    alphabet = keys._CODE_ALPHABET
    letters[place] = alphabet[(alphabet.index(letters[place]) + by) % 32]
    assert keys.read_code("".join(letters)) is None


# -- the header as a file ---------------------------------------------------------------


def test_every_flipped_byte_of_the_header_is_called_damage(
    created: Created, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    created.store.close()

    def never(*_: object) -> bytes:
        raise AssertionError("a damaged header must not cost a KDF")

    monkeypatch.setattr(keys, "_argon2", never)
    path = home / "keys.json"
    whole = path.read_bytes()
    chance = random.Random(7)
    for place in range(len(whole)):
        hurt = bytearray(whole)
        hurt[place] ^= chance.randrange(1, 256)
        path.write_bytes(hurt)
        assert refused(home) == "store.header_damaged", place


def test_every_cut_header_is_called_damage(created: Created, home: Path) -> None:
    created.store.close()
    path = home / "keys.json"
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert refused(home) == "store.header_damaged", length
    path.write_bytes(whole + b" ")
    assert refused(home) == "store.header_damaged"


def forged(path: Path, **changed: object) -> None:
    """A header edited by one who knows how its sum is made but has no key."""
    document = json.loads(path.read_bytes())
    document.update(changed)
    document["sum"] = keys._sum(document)
    path.write_bytes(keys._encoded(document))


def test_a_header_edited_without_the_key_is_called_altered(created: Created, home: Path) -> None:
    created.store.close()
    path = home / "keys.json"
    slots = json.loads(path.read_bytes())["slots"]
    slots[0]["operator"] = "冒名者"
    forged(path, slots=slots)
    assert refused(home) == "store.header_altered"


@pytest.mark.parametrize(
    ("name", "value"), [("memory", 1 << 30), ("passes", 1000), ("lanes", 64), ("memory", 0)]
)
def test_a_cost_out_of_bounds_is_refused_before_it_is_paid(
    created: Created, home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: int
) -> None:
    created.store.close()
    path = home / "keys.json"
    slots = json.loads(path.read_bytes())["slots"]
    slots[0][name] = value
    forged(path, slots=slots)
    paid: list[object] = []
    monkeypatch.setattr(keys, "_argon2", lambda *given: paid.append(given))
    assert refused(home) == "store.header_damaged"
    assert not paid


def test_a_newer_header_is_refused_politely(created: Created, home: Path) -> None:
    created.store.close()
    forged(home / "keys.json", format="collector.keys/2")
    assert refused(home) == "store.header_newer"
    with pytest.raises(SurroundingsFailed):
        store.peek(home)


def test_a_rewritten_header_leaves_the_one_before_as_a_copy(created: Created, home: Path) -> None:
    before = (home / "keys.json").read_bytes()
    store.add_operator(
        home, PASSPHRASE, None, "虚构同事", "second", kdf=CHEAP, opened=created.store
    )
    assert (home / "keys.json.bak").read_bytes() == before
    assert not list(home.glob("*.part"))


@pytest.mark.skipif(sys.platform == "win32", reason="rights are lists there, not modes")
def test_nobody_else_may_read_a_file_of_the_workspace(created: Created, home: Path) -> None:
    store.add_operator(
        home, PASSPHRASE, None, "虚构同事", "second", kdf=CHEAP, opened=created.store
    )
    created.store.set_setting("a", "b")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for path in home.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
