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

_KEY_BYTES = 32
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
    """The header document, checked for shape and bounds, not yet for its MAC."""
    path = home / FILE_NAME
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise refusals.damaged_header(path) from None
    except (OSError, ValueError):
        raise refusals.damaged_header(path) from None
    if not isinstance(document, dict):
        raise refusals.damaged_header(path)
    name, _, version = str(document.get("format", "")).partition("/")
    if name != FORMAT or not version.isdecimal():
        raise refusals.damaged_header(path)
    if int(version) > VERSION:
        raise refusals.newer(path)
    if not _is_sound(document):
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
    """Try the slots of the operator, or all; raises ``NotUnlocked`` or ``SurroundingsFailed``."""
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
                return _checked(home, document, key, "")
    raise refusals.wrong_recovery_code()


def _checked(home: Path, document: dict[str, Any], key: bytes, operator: str) -> Unlocked:
    unlocked = Unlocked(bytearray(key), document["instance"], document, operator)
    if not hmac.compare_digest(_mac(unlocked), str(document.get("mac", ""))):
        raise refusals.damaged_header(home / FILE_NAME)
    return unlocked


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
    plain = {name: value for name, value in unlocked.document.items() if name != "mac"}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(unlocked.subkey(b"header mac"), text.encode(), "sha256").hexdigest()


def _write(home: Path, unlocked: Unlocked) -> None:
    unlocked.document["mac"] = _mac(unlocked)
    text = json.dumps(unlocked.document, ensure_ascii=False, indent=1)
    replace_file(home / FILE_NAME, text.encode(), keep=True)


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
            backup = path.with_name(path.name + ".bak")
            backup.write_bytes(path.read_bytes())
            os.chmod(backup, 0o600)
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
