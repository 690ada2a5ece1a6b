"""What a signature of a pack covers: the SHA-256 of each of its files, as ``sha256sum`` writes it.

``pack.sig`` is a CMS SignedData (DER) around this text. Whether the signature is true and whose
it is, is asked by the services; here the files are held against the text inside it, so that a
pack that was changed after signing is never used, whoever loads it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from collector.packs.files import SIGNATURE, scan
from collector.packs.schema import PackProblem
from collector.packs.versions import NewerFormatError
from collector.wording import Text

FORMAT = "collector.pack-manifest"
VERSION = 1
LARGEST_SIGNATURE = 1024 * 1024
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_CHUNK = 1 << 20


def write(folder: Path, pack_id: str, version: str) -> bytes:
    """The manifest of a sound pack folder, without ``pack.sig`` itself.

    Comment lines first (``sha256sum -c`` passes over them), then a line a file, by name.
    """
    lines = [f"# {FORMAT}/{VERSION}", f"# pack {pack_id} {version}"]
    lines += [f"{digest}  {name}" for name, digest in sorted(_digests(folder, []).items())]
    return ("\n".join(lines) + "\n").encode()


def tampered(folder: Path) -> list[PackProblem]:
    """How the folder differs from what was signed; empty where it does not, or is unsigned.

    Raises ``NewerFormatError`` for a later form of the manifest, ``OSError`` where a file cannot
    be read.
    """
    path = folder / SIGNATURE
    if not path.is_file():
        return []
    content = read_signature(path)
    said = None if content is None else _read(content)
    if said is None:
        return [
            PackProblem(
                "pack.tampered",
                SIGNATURE,
                Text(
                    "签名文件损坏，或不是模板包的签名。请向发布单位重新索取模板包。",
                    "The signature is damaged or no signature of a pack. Get the pack again.",
                ),
            )
        ]
    found = _digests(folder, [])
    problems = []
    for name in sorted(said.keys() | found.keys()):
        if said.get(name) != found.get(name):
            problems.append(PackProblem("pack.tampered", name, _differs(name, said, found)))
    return problems


def read_signature(path: Path) -> bytes | None:
    """The text inside a signature file; None where there is none. Proves nothing by itself."""
    with path.open("rb") as file:
        data = file.read(LARGEST_SIGNATURE + 1)
    return signed_content(data) if len(data) <= LARGEST_SIGNATURE else None


def signed_content(data: bytes) -> bytes | None:
    """The octets that an opaque CMS SignedData (RFC 5652 5.1, DER) encloses, else None.

    ContentInfo { oid, [0] SignedData { version, digests, { oid, [0] OCTET STRING } ... } }
    """
    place, end = 0, len(data)
    for tags in ((0x30,), (0x06, 0xA0), (0x30,), (0x02, 0x31, 0x30), (0x06, 0xA0), (0x04,)):
        for tag in tags:
            item = _item(data, place, end)
            if item is None or item[0] != tag:
                return None
            start, after = item[1], item[2]
            place = after
        place, end = start, after
    return data[place:end]


def _item(data: bytes, place: int, end: int) -> tuple[int, int, int] | None:
    """Tag, start and end of the content of the item at ``place``."""
    if place + 2 > end:
        return None
    tag, length, start = data[place], data[place + 1], place + 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4 or start + size > end:
            return None
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    return (tag, start, start + length) if start + length <= end else None


def _read(content: bytes) -> dict[str, str] | None:
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError:
        return None
    name, _, version = lines[0].removeprefix("# ").partition("/")
    if name != FORMAT or not version.isdecimal():
        return None
    if int(version) > VERSION:
        raise NewerFormatError
    found: dict[str, str] = {}
    for line in lines[1:]:
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            return None
        found[match[2]] = match[1]
    return found


def _digests(folder: Path, problems: list[PackProblem]) -> dict[str, str]:
    found = {}
    for name in scan(folder, problems):
        if name == SIGNATURE:
            continue
        running = hashlib.sha256()
        with (folder / name).open("rb") as file:
            while part := file.read(_CHUNK):
                running.update(part)
        found[unicodedata.normalize("NFC", name)] = running.hexdigest()
    return found


def _differs(name: str, said: Mapping[str, str], found: Mapping[str, str]) -> Text:
    if name not in found:
        return Text(
            f"签名之后少了文件“{name}”。请向发布单位重新索取模板包。",
            f"The file {name!r} that was signed is gone. Get the pack again.",
        )
    if name not in said:
        return Text(
            f"文件“{name}”不在签名之内，是后来加进来的。请移走，或重新索取模板包。",
            f"The file {name!r} was added after signing. Move it away or get the pack again.",
        )
    return Text(
        f"文件“{name}”在签名之后被改过，不能使用。请向发布单位重新索取模板包；"
        "自己要改的，另起一个编号，不要用原来的签名。",
        f"The file {name!r} was changed after signing. Get the pack again; for changes of your"
        " own take another id and no signature.",
    )
