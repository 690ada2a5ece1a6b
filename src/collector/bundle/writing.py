"""Sealing: ZIP, signature, envelope; written as a stream, read back, and only then named."""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from cryptography.hazmat.primitives import hashes

from collector.bundle import archive, envelope, signature
from collector.bundle.archive import Entry
from collector.bundle.disk import create_private, publish, settle, write_all, writing_to
from collector.bundle.identity import DecryptionKey, Recipient, Signer, check_recipient, is_trial
from collector.bundle.manifest import (
    Addressee,
    FileEntry,
    Manifest,
    ManifestDraft,
    Sender,
    counts_of,
    data_sha256,
    file_name,
    moment,
    parse,
    short_code,
)
from collector.bundle.names import MANIFEST, folded, is_safe
from collector.bundle.reading import FileSource
from collector.bundle.refusals import refusal
from collector.bundle.rows import RowCounter, is_csv
from collector.bundle.spool import Spool
from collector.bundle.suites import DEFAULT, Suite
from collector.bundle.trust import check_signer
from collector.errors import CollectorError, InputRefused
from collector.progress import Progress
from collector.wording import Text

PACKING = Text("正在打包数据", "Packing the data")
SEALING = Text("正在签名并加密", "Signing and encrypting")
READING_BACK = Text("正在读回核对", "Reading back and comparing")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the bundle. ``chunks`` is called once and may stream from the store; ``rows``
    counts records without the header row (None where that means nothing)."""

    name: str
    media_type: str
    rows: int | None
    chunks: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A bundle that was written, read back and found right."""

    path: Path
    id: str
    sequence: int
    payload_sha256: str
    data_sha256: str
    short_code: str
    counts: Mapping[str, int]
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class _Packed:
    entry: Entry
    file: FileEntry
    offset: int
    """in the spool"""


def seal(
    target_folder: Path,
    draft: ManifestDraft,
    parts: Sequence[Part],
    signer: Signer,
    recipients: Sequence[Recipient],
    own: DecryptionKey,
    progress: Progress | None = None,
    *,
    suite: Suite = DEFAULT,
) -> Sealed:
    """Writes the bundle for ``recipients`` and, always, for the sender's own key ``own``.

    Memory stays near 32 MiB whatever the size; the disk is needed for about twice the bundle
    while it works. Nothing is left under any name when it fails. Raises GateRefused
    ``bundle.must_split``; SurroundingsFailed for the disk, ``bundle.name_taken``,
    ``bundle.readback_failed``, ``bundle.source_changed``; InputRefused for a signer or
    recipient whose certificate does not allow it; Cancelled. ValueError is a fault of the
    caller: a part or draft this format does not allow.
    """
    _check_parts(parts)
    told = progress or Progress()
    if own.certificate is None:
        raise ValueError("the sender's own key needs its certificate")
    check_signer(signer.certificate, draft.created)
    mine = Recipient(own.certificate)
    to = {one.certificate_sha256: one for one in (*recipients, mine)}
    for one in to.values():
        check_recipient(one.certificate, draft.created)
    sender = Sender(
        draft.sender_name,
        draft.sender_uscc,
        draft.sender_level,
        draft.instance,
        signer.certificate.fingerprint(hashes.SHA256()).hex(),
    )
    final = target_folder / file_name(sender, draft.sequence, moment(draft.created))
    with writing_to(target_folder):
        os.listdir(target_folder)  # a missing folder is told before the work, not after
    if final.exists():
        raise refusal("bundle.name_taken", file=final.name)
    with Spool(target_folder) as spool:
        packed = _pack(parts, spool, told)
        files = [one.file for one in packed]
        manifest = Manifest(
            suite=suite.id,
            id=draft.id,
            created=moment(draft.created),
            trial=is_trial(signer.certificate) or any(one.trial for one in to.values()),
            sender=sender,
            recipients=tuple(
                Addressee(one.certificate_sha256, one.key_sha256) for one in to.values()
            ),
            sequence=draft.sequence,
            previous=draft.previous,
            period=draft.period,
            rulepack=draft.rulepack,
            template=draft.template,
            app_version=draft.app_version,
            counts=counts_of(files),
            audit_head=draft.audit_head,
            corrects=draft.corrects,
            data_sha256=data_sha256(files),
            files=tuple(files),
        )
        payload = _Payload(manifest, packed, spool)
        digest, inside = hashlib.sha256(), _Digest()
        for chunk in payload.chunks(told):
            digest.update(chunk)
        created = draft.created.astimezone(UTC).replace(microsecond=0)
        frame = signature.sign(suite, signer, digest.digest(), payload.size, created)
        content = inside.of(frame.around(payload.chunks(told)))
        stream = envelope.encrypted(suite, list(to.values()), frame.total, content)
        _write(final, stream, own, inside, told)
    return Sealed(
        final,
        manifest.id,
        manifest.sequence,
        digest.hexdigest(),
        manifest.data_sha256,
        short_code(digest.hexdigest()),
        manifest.counts,
        manifest,
    )


def _check_parts(parts: Sequence[Part]) -> None:
    names = [part.name for part in parts]
    if not parts or len(parts) >= archive.MAX_ENTRIES:
        raise ValueError("a bundle holds 1 to 63 files")
    if any(not is_safe(name) or name == MANIFEST for name in names):
        raise ValueError("a part has a name the format does not allow")
    if len({folded(name) for name in names}) != len(names):
        raise ValueError("two parts have one name")


def _pack(parts: Sequence[Part], spool: Spool, progress: Progress) -> list[_Packed]:
    """Deflates every part into the spool: sizes and hashes must be known before the manifest,
    which comes first, and the store is asked for its rows only once."""
    packed: list[_Packed] = []
    unpacked = 0
    for number, part in enumerate(parts):
        digest, crc, size, offset = hashlib.sha256(), 0, 0, spool.size
        rows = RowCounter() if is_csv(part.media_type) else None
        # Raw deflate at a fixed level: the same data give the same bytes.
        deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        for chunk in part.chunks():
            progress.step(PACKING, number, len(parts))
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
            unpacked += len(chunk)
            if rows is not None:
                rows.feed(chunk)
            spool.write(deflate.compress(chunk))
            if unpacked > archive.MAX_UNPACKED or spool.size > envelope.MAX_BUNDLE:
                raise refusal("bundle.must_split")
        spool.write(deflate.flush())
        if rows is not None and part.rows is not None and rows.records != part.rows:
            raise refusal("bundle.source_changed", file=part.name)
        entry = Entry(part.name, archive.DEFLATED, crc, spool.size - offset, size)
        file = FileEntry(part.name, size, digest.hexdigest(), part.rows, part.media_type)
        packed.append(_Packed(entry, file, offset))
    return packed


class _Payload:
    """The bytes of the ZIP, which can be gone through more than once."""

    def __init__(self, manifest: Manifest, packed: Sequence[_Packed], spool: Spool) -> None:
        self._manifest = manifest.as_bytes()
        try:
            parse(self._manifest)
        except CollectorError as error:
            raise ValueError(f"the draft does not make a manifest: {error.where}") from None
        size = len(self._manifest)
        self._first = Entry(MANIFEST, archive.STORED, zlib.crc32(self._manifest), size, size)
        self._packed = packed
        self._spool = spool
        self._entries = [self._first, *(one.entry for one in packed)]
        self.size = archive.size_of(self._entries)
        if size > archive.MAX_MANIFEST or self.size + 1024 * 1024 > envelope.MAX_BUNDLE:
            raise refusal("bundle.must_split")

    def chunks(self, progress: Progress) -> Iterator[bytes]:
        yield archive.local_header(self._first) + self._manifest
        for one in self._packed:
            yield archive.local_header(one.entry)
            for offset in range(0, one.entry.packed, envelope.CHUNK):
                progress.step(SEALING, one.offset + offset, self.size)
                length = min(envelope.CHUNK, one.entry.packed - offset)
                yield self._spool.read_at(one.offset + offset, length)
        yield archive.directory(self._entries)


def _write(
    final: Path,
    stream: Iterable[bytes],
    own: DecryptionKey,
    inside: _Digest,
    progress: Progress,
) -> None:
    temporary = final.with_name(f".{final.name}.{secrets.token_hex(4)}.part")
    with writing_to(final.parent):
        handle = create_private(temporary)
        try:
            try:
                for chunk in stream:
                    write_all(handle, chunk)
                settle(handle)
            finally:
                os.close(handle)
            _read_back(temporary, own, inside, progress)
            publish(temporary, final)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _read_back(path: Path, own: DecryptionKey, expected: _Digest, progress: Progress) -> None:
    """Decrypts what was written with the sender's own key: it must be, byte for byte, what was
    signed (and that signature was checked when it was made)."""

    def step(done: int, total: int) -> None:
        progress.step(READING_BACK, done, total)

    found = _Digest()
    try:
        with FileSource(path) as source:
            envelope.decrypt_into(found, source, envelope.read(source), own, step)
    except InputRefused:
        raise refusal("bundle.readback_failed", file=path.name) from None
    if found.value != expected.value:
        raise refusal("bundle.readback_failed", file=path.name)


class _Digest:
    """SHA-256 of what is written to it, or of what passes through."""

    def __init__(self) -> None:
        self._running = hashlib.sha256()

    @property
    def value(self) -> str:
        return self._running.hexdigest()

    def write(self, data: bytes) -> None:
        self._running.update(data)

    def of(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._running.update(chunk)
            yield chunk
