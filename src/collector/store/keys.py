"""The key header: who can open the store. Slots around one random data key, as in LUKS.

A slot wraps the 256-bit database key with AES-256-KWP (RFC 5649) under
HKDF-SHA256(KDF output, salt = instance id, info = slot id). A passphrase slot's KDF is Argon2id
(RFC 9106). The header as a whole carries an HMAC under a key derived from the database key, so a
slot cannot be put in and no parameter weakened unseen; bounds are checked before a KDF is run.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)

from collector.store import refusals
from collector.store.types import HeaderInfo

FORMAT = "collector.keys"
VERSION = 1
FILE_NAME = "keys.json"

BY_RECOVERY = "恢复码"
"""who is written down for what is done after unlocking with the recovery code; no user's name"""
_KEY_BYTES = 32
_LARGEST = 1 << 20
_CODE_BYTES = 20
"""160 bits, 32 characters of base 32"""
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_READ_AS = str.maketrans("OILU", "011V")


@dataclass(frozen=True, slots=True)
class KdfCost:
    """Cost of turning a passphrase into a key. Memory in KiB."""

    memory: int = 262_144
    passes: int = 3
    lanes: int = 4


USUAL = KdfCost()
FALLBACK = KdfCost(65_536, 3, 4)
"""RFC 9106 second choice; where 256 MiB are not to be had. Never lower."""
_MOST = KdfCost(2_097_152, 16, 16)


@dataclass(slots=True)
class Unlocked:
    """The header with its data key in hand; ``wipe`` when the connections are open."""

    key: bytearray
    instance: str
    document: dict[str, Any]
    operator: str

    def wipe(self) -> None:
        for index in range(len(self.key)):
            self.key[index] = 0

    def subkey(self, purpose: bytes) -> bytes:
        return _hkdf(bytes(self.key), self.instance, purpose)


def create(home: Path, passphrase: str, operator: str, cost: KdfCost) -> tuple[Unlocked, str]:
    """Write a new header with a passphrase and a recovery slot; gives the recovery code too."""
    key = bytearray(secrets.token_bytes(_KEY_BYTES))
    instance = secrets.token_hex(16)
    code = secrets.token_bytes(_CODE_BYTES)
    document: dict[str, Any] = {
        "format": f"{FORMAT}/{VERSION}",
        "instance": instance,
        "slots": [
            _passphrase_slot("1", passphrase, operator, bytes(key), instance, cost),
            {
                "id": "2",
                "type": "recovery",
                "wrapped": _b64(_wrap(code, "2", bytes(key), instance)),
            },
        ],
    }
    unlocked = Unlocked(key, instance, document, operator)
    _write(home, unlocked)
    return unlocked, spell_code(code)


def read(home: Path) -> dict[str, Any]:
    """The header document, checked for damage, shape and bounds, not yet for its MAC.

    ``format`` and ``sum`` mean the same in every version, so that damage, a newer version and a
    wrong passphrase are told apart before any key is at hand.
    """
    path = home / FILE_NAME
    try:
        with path.open("rb") as stream:
            raw = stream.read(_LARGEST)
        document = json.loads(raw)
    except FileNotFoundError:
        raise refusals.no_header(path) from None
    except OSError as error:
        raise for_os_error(error, path) from None
    except (ValueError, RecursionError):
        raise refusals.damaged_header(path) from None
    if not isinstance(document, dict) or document.get("sum") != _sum(document):
        raise refusals.damaged_header(path)
    name, _, version = str(document.get("format", "")).partition("/")
    if name != FORMAT or not version.isdecimal():
        raise refusals.damaged_header(path)
    if int(version) > VERSION:
        raise refusals.newer_header(path)
    # byte for byte what this program writes: no repeated key, nothing a MAC would not cover
    if not _is_sound(document) or _encoded(document) != raw:
        raise refusals.damaged_header(path)
    return document


def peek(home: Path) -> HeaderInfo:
    document = read(home)
    return HeaderInfo(
        VERSION,
        tuple(s["operator"] for s in document["slots"] if s["type"] == "passphrase"),
        document["instance"],
    )


def unlock(home: Path, passphrase: str, operator: str | None) -> Unlocked:
    """Try the slots of the operator, or all.

    Raises ``NotUnlocked store.wrong_passphrase`` or ``store.no_such_operator``, and
    ``SurroundingsFailed`` for a header that is missing, damaged, altered or newer.
    """
    document = read(home)
    slots = [s for s in document["slots"] if s["type"] == "passphrase"]
    if operator is not None:
        slots = [s for s in slots if s["operator"] == operator]
        if not slots:
            raise refusals.no_such_operator()
    for slot in slots:
        cost = KdfCost(slot["memory"], slot["passes"], slot["lanes"])
        derived = _derive(passphrase, base64.b64decode(slot["salt"]), cost)
        key = _unwrap(derived, slot["id"], slot["wrapped"], document["instance"])
        if key is not None:
            return _checked(home, document, key, slot["operator"])
    raise refusals.wrong_passphrase()


def unlock_with_code(home: Path, typed: str) -> Unlocked:
    document = read(home)
    code = read_code(typed)
    for slot in document["slots"]:
        if code is not None and slot["type"] == "recovery":
            key = _unwrap(code, slot["id"], slot["wrapped"], document["instance"])
            if key is not None:
                return _checked(home, document, key, BY_RECOVERY)
    raise refusals.wrong_recovery_code()


def _checked(home: Path, document: dict[str, Any], key: bytes, operator: str) -> Unlocked:
    unlocked = Unlocked(bytearray(key), document["instance"], document, operator)
    if not hmac.compare_digest(_mac(unlocked), str(document.get("mac", ""))):
        unlocked.wipe()
        raise refusals.altered_header(home / FILE_NAME)
    return unlocked


def add_operator(
    home: Path, unlocked: Unlocked, operator: str, passphrase: str, cost: KdfCost
) -> None:
    """Give one more user a slot. Raises ``WrongUse store.operator_exists``."""
    _named(operator, passphrase)
    known = {slot.get("operator") for slot in unlocked.document["slots"]}
    if operator in known or operator.strip() == BY_RECOVERY:
        raise refusals.operator_exists()
    unlocked.document["slots"].append(_new_slot(unlocked, operator, passphrase, cost))
    _write(home, unlocked)


def change_passphrase(
    home: Path, unlocked: Unlocked, operator: str, passphrase: str, cost: KdfCost
) -> None:
    """Another passphrase for a user; the old one opens nothing any more, not even the .bak."""
    _named(operator, passphrase)
    kept = _without(unlocked, operator)
    unlocked.document["slots"] = [*kept, _new_slot(unlocked, operator, passphrase, cost)]
    _write(home, unlocked, revokes=True)


def remove_operator(home: Path, unlocked: Unlocked, operator: str) -> None:
    """Take a user's slot away. Raises ``WrongUse store.last_slot``."""
    kept = _without(unlocked, operator)
    if not any(slot["type"] == "passphrase" for slot in kept):
        raise refusals.last_slot()
    unlocked.document["slots"] = kept
    _write(home, unlocked, revokes=True)


def renew_code(home: Path, unlocked: Unlocked) -> str:
    """A new recovery code in the place of the old one."""
    code, slot_id = secrets.token_bytes(_CODE_BYTES), secrets.token_hex(8)
    wrapped = _b64(_wrap(code, slot_id, bytes(unlocked.key), unlocked.instance))
    slots = [slot for slot in unlocked.document["slots"] if slot["type"] != "recovery"]
    slots.append({"id": slot_id, "type": "recovery", "wrapped": wrapped})
    unlocked.document["slots"] = slots
    _write(home, unlocked, revokes=True)
    return spell_code(code)


def _named(operator: str, passphrase: str) -> None:
    if not operator.strip() or not passphrase:
        raise refusals.empty_passphrase()


def _without(unlocked: Unlocked, operator: str) -> list[dict[str, Any]]:
    slots: list[dict[str, Any]] = unlocked.document["slots"]
    kept = [slot for slot in slots if slot.get("operator") != operator]
    if len(kept) == len(slots):
        raise refusals.no_such_operator()
    return kept


def _new_slot(unlocked: Unlocked, operator: str, passphrase: str, cost: KdfCost) -> dict[str, Any]:
    return _passphrase_slot(
        secrets.token_hex(8), passphrase, operator, bytes(unlocked.key), unlocked.instance, cost
    )


def spell_code(code: bytes) -> str:
    """Eight groups of four characters and a ninth that checks them."""
    number = int.from_bytes(code)
    letters = "".join(_CODE_ALPHABET[(number >> (5 * place)) & 31] for place in range(31, -1, -1))
    text = letters + _check_of(letters)
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def read_code(typed: str) -> bytes | None:
    """The bytes of a code as typed from paper; None where it does not check."""
    letters = "".join(c for c in typed.upper().translate(_READ_AS) if c in _CODE_ALPHABET)
    if len(letters) != 36 or _check_of(letters[:32]) != letters[32:]:
        return None
    number = 0
    for letter in letters[:32]:
        number = number * 32 + _CODE_ALPHABET.index(letter)
    return number.to_bytes(_CODE_BYTES)


def _check_of(letters: str) -> str:
    digest = hashlib.sha256(letters.encode()).digest()
    return "".join(_CODE_ALPHABET[byte & 31] for byte in digest[:4])


def _passphrase_slot(
    slot_id: str, passphrase: str, operator: str, key: bytes, instance: str, cost: KdfCost
) -> dict[str, Any]:
    salt = secrets.token_bytes(16)
    try:
        derived = _argon2(passphrase, salt, cost)
    except MemoryError:
        cost = FALLBACK
        derived = _derive(passphrase, salt, cost)
    return {
        "id": slot_id,
        "type": "passphrase",
        "operator": operator,
        "kdf": "argon2id",
        "memory": cost.memory,
        "passes": cost.passes,
        "lanes": cost.lanes,
        "salt": _b64(salt),
        "wrapped": _b64(_wrap(derived, slot_id, key, instance)),
    }


def _derive(passphrase: str, salt: bytes, cost: KdfCost) -> bytes:
    try:
        return _argon2(passphrase, salt, cost)
    except MemoryError:
        raise refusals.low_memory() from None


def _argon2(passphrase: str, salt: bytes, cost: KdfCost) -> bytes:
    kdf = Argon2id(
        salt=salt,
        length=_KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory,
    )
    return kdf.derive(passphrase.encode())


def _hkdf(secret: bytes, instance: str, info: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=bytes.fromhex(instance), info=info).derive(secret)


def _wrap(secret: bytes, slot_id: str, key: bytes, instance: str) -> bytes:
    return aes_key_wrap_with_padding(_hkdf(secret, instance, b"slot " + slot_id.encode()), key)


def _unwrap(secret: bytes, slot_id: str, wrapped: str, instance: str) -> bytes | None:
    wrapping = _hkdf(secret, instance, b"slot " + slot_id.encode())
    try:
        key = aes_key_unwrap_with_padding(wrapping, base64.b64decode(wrapped))
    except InvalidUnwrap:
        return None
    return key if len(key) == _KEY_BYTES else None


def _is_sound(document: Mapping[str, Any]) -> bool:
    """Whether shape and bounds are such that a KDF may be run at all."""
    try:
        if len(bytes.fromhex(document["instance"])) != 16:
            return False
        slots = document["slots"]
        if not isinstance(slots, list) or not 1 <= len(slots) <= 64:
            return False
        return all(_is_sound_slot(slot) for slot in slots)
    except (KeyError, TypeError, ValueError):
        return False


def _is_sound_slot(slot: Mapping[str, Any]) -> bool:
    if len(base64.b64decode(slot["wrapped"], validate=True)) != 40 or not isinstance(
        slot["id"], str
    ):
        return False
    if slot["type"] == "recovery":
        return True
    if slot["type"] != "passphrase" or slot["kdf"] != "argon2id":
        return False
    cost = (slot["memory"], slot["passes"], slot["lanes"])
    return (
        isinstance(slot["operator"], str)
        and len(base64.b64decode(slot["salt"], validate=True)) == 16
        and all(type(number) is int for number in cost)
        and 8 * cost[2] <= cost[0] <= _MOST.memory
        and 1 <= cost[1] <= _MOST.passes
        and 1 <= cost[2] <= _MOST.lanes
    )


def _mac(unlocked: Unlocked) -> str:
    return hmac.new(
        unlocked.subkey(b"header mac"), _canonical(unlocked.document, "mac", "sum"), "sha256"
    ).hexdigest()


def _sum(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(document, "sum")).hexdigest()


def _canonical(document: Mapping[str, Any], *without: str) -> bytes:
    plain = {name: value for name, value in document.items() if name not in without}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _encoded(document: Mapping[str, Any]) -> bytes:
    first = {"format": document["format"], "sum": document["sum"]}
    text = json.dumps({**first, **document}, ensure_ascii=False, indent=1)
    return (text + "\n").encode("utf-8", "surrogatepass")


def _write(home: Path, unlocked: Unlocked, *, revokes: bool = False) -> None:
    """``revokes``: the .bak becomes the new header too, or the old passphrase would open it."""
    unlocked.document["mac"] = _mac(unlocked)
    unlocked.document["sum"] = _sum(unlocked.document)
    path = home / FILE_NAME
    replace_file(path, _encoded(unlocked.document), keep=True)
    if revokes:
        replace_file(path.with_name(FILE_NAME + ".bak"), _encoded(unlocked.document))


def replace_file(path: Path, content: bytes, *, keep: bool = False) -> None:
    """Beside the old file, synced, then in its place; ``keep`` leaves the old one as .bak."""
    partial = path.with_name(path.name + ".part")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if keep and path.exists():
            replace_file(path.with_name(path.name + ".bak"), path.read_bytes())
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise for_os_error(error, path) from None


def for_os_error(error: OSError, path: Path) -> Exception:
    import errno

    if error.errno == errno.ENOSPC:
        return refusals.full(path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return refusals.read_only(path)
    return refusals.failed(path)


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
