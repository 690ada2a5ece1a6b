"""``manifest.json``: what the sender says is in the bundle, and the draft it is made from."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from collector.bundle.names import MANIFEST, is_safe
from collector.bundle.refusals import refusal
from collector.model import Kind

FORMAT = "GHB"
VERSION = 1
MAX_SEQUENCE = 999_999
MAX_TEXT = 500
_HEX64 = re.compile(r"[0-9a-f]{64}")
_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_INSTANCE = re.compile(r"[0-9A-Za-z]{1,40}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A rule pack or a template: which one, and the SHA-256 of its files ("" = not known)."""

    id: str = ""
    version: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """``code`` is the union's 统一社会信用代码, else the instance's own id."""

    name: str
    uscc: str
    level: str
    instance: str
    certificate_sha256: str

    @property
    def code(self) -> str:
        return self.uscc or self.instance


@dataclass(frozen=True, slots=True)
class Addressee:
    certificate_sha256: str
    key_sha256: str


@dataclass(frozen=True, slots=True)
class FileEntry:
    """``rows`` counts records, without the header row; None where that means nothing."""

    name: str
    size: int
    sha256: str
    rows: int | None
    media_type: str


@dataclass(frozen=True, slots=True)
class ManifestDraft:
    """What the caller knows before sealing. ``created`` is a claim; it is the signing time too.

    ``previous`` is the payload SHA-256 of the sender's bundle before this one ("" for the
    first); ``corrects`` the id of a bundle this one replaces. Either ``sender_uscc`` or
    ``instance`` names the sender.
    """

    sender_name: str
    sequence: int
    sender_uscc: str = ""
    sender_level: str = ""
    instance: str = ""
    previous: str = ""
    period: str = ""
    rulepack: Reference = Reference()
    template: Reference = Reference()
    app_version: str = ""
    audit_head: str = ""
    corrects: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as written or as read and checked."""

    suite: str
    id: str
    created: str
    trial: bool
    sender: Sender
    recipients: tuple[Addressee, ...]
    sequence: int
    previous: str
    period: str
    rulepack: Reference
    template: Reference
    app_version: str
    counts: Mapping[str, int]
    audit_head: str
    corrects: str
    data_sha256: str
    files: tuple[FileEntry, ...]

    def as_bytes(self) -> bytes:
        """The JSON: keys in a fixed order, UTF-8, one line feed at the end."""
        told = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def data_sha256(files: Iterable[FileEntry]) -> str:
    """One hash for the data alone, the same for the same records whatever id, time or number
    the bundle has: SHA-256 of ``sha256sum``'s own output for data/*, sorted by name."""
    lines = sorted(
        (one.name, f"{one.sha256}  {one.name}\n") for one in files if one.name.startswith("data/")
    )
    return hashlib.sha256("".join(line for _, line in lines).encode()).hexdigest()


def counts_of(files: Iterable[FileEntry]) -> dict[str, int]:
    """Records per kind, all four kinds, from the rows of data/<kind>.csv."""
    rows = {one.name: one.rows or 0 for one in files}
    return {kind.value: rows.get(f"data/{kind.value}.csv", 0) for kind in Kind}


def short_code(payload_sha256: str) -> str:
    """校对短码, to be read out over the phone: the last 16 decimal digits of the hash's first
    8 bytes, in groups of four."""
    digits = f"{int(payload_sha256[:16], 16):020d}"[-16:]
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))


def file_name(sender: Sender, sequence: int, created: str) -> str:
    """``GH_<sender>_<sequence, 6 digits>_<yyyymmdd>.p7m``"""
    return f"GH_{sender.code}_{sequence:06d}_{created[:10].replace('-', '')}.p7m"


def moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# -- reading ----------------------------------------------------------------------------------


def parse(data: bytes) -> Manifest:
    """A manifest from its bytes, every field checked.

    Keys this version does not know are passed over (a later release of version 1 may add
    some). Raises ``bundle.manifest_broken``, ``bundle.manifest_repeated_key``,
    ``bundle.newer``, ``bundle.suite_unknown``, ``bundle.unsafe_name``.
    """
    try:
        told = json.loads(
            data.decode(),
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_float=_no_number,
        )
    except (ValueError, RecursionError):
        raise refusal("bundle.manifest_broken") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise refusal("bundle.manifest_broken")
    version = told.get("version")
    if type(version) is int and version > VERSION:
        raise refusal("bundle.newer", version=version)
    if type(version) is not int or version != VERSION:
        raise refusal("bundle.manifest_broken")
    return _manifest(_Reader(told))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise refusal("bundle.manifest_repeated_key")
    return found


def _no_number(_text: str) -> Any:
    """NaN, Infinity and fractions: no field has them and no two readers agree on them."""
    raise refusal("bundle.manifest_broken")


class _Reader:
    """Takes typed fields out of a JSON object."""

    def __init__(self, told: Any, where: str = "") -> None:
        if not isinstance(told, dict):
            raise refusal("bundle.manifest_broken", field=where)
        self._told = told
        self._where = where

    def _refused(self, name: str) -> Exception:
        return refusal("bundle.manifest_broken", field=f"{self._where}{name}")

    def text(self, name: str, *, empty: bool = True, pattern: re.Pattern[str] | None = None) -> str:
        found = self._told.get(name)
        if not isinstance(found, str) or len(found) > MAX_TEXT or not found.isprintable():
            raise self._refused(name)
        if not found:
            if empty:
                return found
            raise self._refused(name)
        if pattern is not None and not pattern.fullmatch(found):
            raise self._refused(name)
        return found

    def number(self, name: str, least: int = 0, most: int = 2**53) -> int:
        found = self._told.get(name)
        if type(found) is not int or not least <= found <= most:
            raise self._refused(name)
        return found

    def flag(self, name: str) -> bool:
        found = self._told.get(name)
        if not isinstance(found, bool):
            raise self._refused(name)
        return found

    def inside(self, name: str) -> _Reader:
        return _Reader(self._told.get(name), f"{self._where}{name}.")

    def each(self, name: str, most: int) -> list[_Reader]:
        found = self._told.get(name)
        if not isinstance(found, list) or not 1 <= len(found) <= most:
            raise self._refused(name)
        return [_Reader(one, f"{self._where}{name}.") for one in found]

    def rows(self) -> int | None:
        if "rows" in self._told and self._told["rows"] is None:
            return None
        return self.number("rows")


def _manifest(told: _Reader) -> Manifest:
    sender = told.inside("sender")
    read_sender = Sender(
        sender.text("name", empty=False),
        sender.text("uscc", pattern=_INSTANCE),
        sender.text("level"),
        sender.text("instance", pattern=_INSTANCE),
        sender.text("certificate_sha256", empty=False, pattern=_HEX64),
    )
    identity = told.text("id", empty=False)
    try:
        canonical = str(uuid.UUID(identity)) == identity
    except ValueError:
        canonical = False
    sequence = told.number("sequence", 1, MAX_SEQUENCE)
    previous = told.text("previous", pattern=_HEX64)
    if not canonical or not read_sender.code or (sequence == 1 and previous):
        raise refusal("bundle.manifest_broken", field="id sender sequence previous")
    counts = told.inside("counts")
    files = tuple(_file(one) for one in told.each("files", 63))
    if len({one.name for one in files}) != len(files):
        raise refusal("bundle.manifest_broken", field="files.name")
    return Manifest(
        suite=told.text("suite", empty=False),
        id=identity,
        created=told.text("created", empty=False, pattern=_CREATED),
        trial=told.flag("trial"),
        sender=read_sender,
        recipients=tuple(
            Addressee(
                one.text("certificate_sha256", empty=False, pattern=_HEX64),
                one.text("key_sha256", empty=False, pattern=_HEX64),
            )
            for one in told.each("recipients", 64)
        ),
        sequence=sequence,
        previous=previous,
        period=told.text("period"),
        rulepack=_reference(told.inside("rulepack")),
        template=_reference(told.inside("template")),
        app_version=told.text("app_version"),
        counts={kind.value: counts.number(kind.value) for kind in Kind},
        audit_head=told.text("audit_head"),
        corrects=told.text("corrects"),
        data_sha256=told.text("data_sha256", empty=False, pattern=_HEX64),
        files=files,
    )


def _reference(told: _Reader) -> Reference:
    return Reference(told.text("id"), told.text("version"), told.text("sha256", pattern=_HEX64))


def _file(told: _Reader) -> FileEntry:
    name = told.text("name", empty=False)
    if not is_safe(name) or name == MANIFEST:
        raise refusal("bundle.unsafe_name")
    return FileEntry(
        name,
        told.number("size"),
        told.text("sha256", empty=False, pattern=_HEX64),
        told.rows(),
        told.text("media_type", empty=False),
    )
