"""Opening: decrypt, verify, and only then unzip. Nothing unauthenticated is parsed or let out.

Decrypted bytes wait in a ``Spool`` (memory, or a nameless encrypted file) until the tag, the
signature, the signer's certificate, the manifest and the register have all agreed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from cryptography import x509

from collector.bundle import archive, envelope, shapes, signature, trust
from collector.bundle.archive import Entry
from collector.bundle.disk import create_private, settle_folder, write_all, writing_to
from collector.bundle.identity import DecryptionKey, is_trial
from collector.bundle.manifest import Manifest, counts_of, data_sha256, parse, short_code
from collector.bundle.names import MANIFEST
from collector.bundle.refusals import refusal
from collector.bundle.register import Register
from collector.bundle.rows import RowCounter, is_csv
from collector.bundle.shapes import RecipientShape
from collector.bundle.signature import Signed
from collector.bundle.spool import Source, Spool
from collector.bundle.suites import DEFAULT
from collector.errors import CollectorError
from collector.progress import Progress
from collector.wording import Text

DECRYPTING = Text("正在解密", "Decrypting")
UNPACKING = Text("正在核对并取出文件", "Checking and unpacking the files")
CLOCK_TOLERANCE = timedelta(days=1)
"""how far a sender's clock may run ahead"""

Step = Callable[[int, int], None]


class FileSource:
    """A file on disk. Raises ``bundle.not_found``."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb")
            self.size = os.fstat(self._file.fileno()).st_size
        except OSError:
            raise refusal("bundle.not_found", file=path.name) from None

    def read_at(self, offset: int, length: int) -> bytes:
        try:
            self._file.seek(offset)
            return self._file.read(max(length, 0))
        except OSError:
            raise refusal("bundle.not_found") from None

    def __enter__(self) -> FileSource:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What can be seen without a key. None of it is proved."""

    name: str
    size: int
    file_sha256: str
    suite: str
    recipients: tuple[RecipientShape, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """A bundle whose signature, signer, manifest and files all agree."""

    manifest: Manifest
    payload_sha256: str
    short_code: str
    signer: x509.Certificate
    signing_time: datetime
    """the sender's claim"""
    revocation_checked: bool
    """False where the trust file holds no revocation list of the authority"""
    recipient_checked: bool
    """False where an already decrypted SignedData was verified without a key"""

    @property
    def trial(self) -> bool:
        return self.manifest.trial or is_trial(self.signer)


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle unpacked into ``folder``."""

    folder: Path
    files: tuple[Path, ...]
    verified: Verified
    missing_sequences: tuple[int, ...]
    """numbers of this sender that were never received"""
    opened_before: bool


def inspect(path: Path) -> Envelope:
    """The envelope only. Raises InputRefused."""
    with _about(path), FileSource(path) as source:
        sealed = envelope.read(source)
        digest = signature.digest_of(source, _silent)
        return Envelope(path.name, source.size, digest.hex(), sealed.suite.id, sealed.recipients)


@contextmanager
def _about(path: Path) -> Iterator[None]:
    """Every refusal says which file it is about."""
    try:
        yield
    except CollectorError as error:
        error.where.setdefault("file", path.name)
        raise


def _silent(_done: int, _total: int) -> None:
    """For work too short to tell of."""


def _stepper(progress: Progress | None, what: Text) -> Step:
    told = progress or Progress()

    def step(done: int, total: int) -> None:
        told.step(what, done, total)

    return step


def payload_of(source: Source, key: DecryptionKey | None, spool: Spool, step: Step) -> Signed:
    """Decrypts into ``spool`` and checks the signature; the signer is not judged yet.

    A file that holds SignedData already (decrypted before) is taken as it is. Raises
    InputRefused, and NotUnlocked ``bundle.key_needed``.
    """
    if envelope.content_type(source) == shapes.SIGNED_DATA:
        return signature.read(DEFAULT, source, step)
    sealed = envelope.read(source)
    if key is None:
        raise refusal("bundle.key_needed")
    envelope.decrypt_into(spool, source, sealed, key, step)
    return signature.read(sealed.suite, spool, step)


def verify(
    path: Path,
    trust_pem: Path | bytes,
    key: DecryptionKey | None = None,
    *,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> Verified:
    """Everything ``open_bundle`` checks except the register; nothing is written.

    ``at`` is when the bundle was received (now, when None): certificates must be valid then
    and at the signing time. Raises InputRefused ``bundle.*``; NotUnlocked
    ``bundle.key_needed``.
    """
    trusted = trust.read_trust(trust_pem)
    step = _stepper(progress, DECRYPTING)
    with _about(path), FileSource(path) as source, Spool(Path(tempfile.gettempdir())) as spool:
        signed = payload_of(source, key, spool, step)
        verified, entries = _judge(signed, trusted, key, at or datetime.now(UTC))
        _unpack(signed, verified.manifest, entries, None, _stepper(progress, UNPACKING))
        return verified


def open_bundle(
    path: Path,
    trust_pem: Path | bytes,
    key: DecryptionKey,
    out: Path,
    register: Register,
    *,
    again: bool = False,
    accept_new_certificate: bool = False,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Opened:
    """Verifies the bundle and unpacks it into ``out``, a new or empty folder.

    The folder appears whole or not at all, then the register is written. A bundle known to the
    register is refused (``bundle.replayed``) unless ``again``; its certificates are then
    judged as of its first receipt. Raises InputRefused ``bundle.*``; SurroundingsFailed for
    the disk, ``bundle.out_not_empty``, the register.
    """
    moment = now or datetime.now(UTC)
    trusted = trust.read_trust(trust_pem)
    with writing_to(out.parent):
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise refusal("bundle.out_not_empty", folder=str(out))
        out.parent.mkdir(parents=True, exist_ok=True)
    step = _stepper(progress, DECRYPTING)
    with _about(path), FileSource(path) as source, Spool(out.parent) as spool:
        signed = payload_of(source, key, spool, step)
        known = register.find(signed.content_sha256) if again else None
        at = moment if known is None else known.received
        verified, entries = _judge(signed, trusted, key, at)
        missing = register.check(
            verified.manifest,
            signed.content_sha256,
            again=again,
            accept_new_certificate=accept_new_certificate,
        )
        temporary = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
        try:
            with writing_to(out.parent):
                temporary.mkdir(mode=0o700)
                names = _unpack(
                    signed,
                    verified.manifest,
                    entries,
                    temporary,
                    _stepper(progress, UNPACKING),
                )
                if out.exists():
                    out.rmdir()  # empty; Windows does not rename onto a folder
                temporary.rename(out)
                settle_folder(out.parent)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    try:
        register.add(verified.manifest, signed.content_sha256, moment)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise
    files = tuple(out / name for name in names)
    return Opened(out, files, verified, missing, known is not None)


def _judge(
    signed: Signed, trusted: trust.Trust, key: DecryptionKey | None, at: datetime
) -> tuple[Verified, list[Entry]]:
    """The signer, then the archive's structure, then what the manifest says of both."""
    if signed.signing_time > at + CLOCK_TOLERANCE:
        raise refusal("bundle.signed_in_future")
    looked_up = trust.check(signed.certificate, signed.others, trusted, (signed.signing_time, at))
    entries = archive.read(signed.content)
    manifest = parse(b"".join(archive.unpack(signed.content, entries[0])))
    if manifest.suite != DEFAULT.id:
        raise refusal("bundle.suite_mismatch")
    if manifest.sender.certificate_sha256 != shapes.fingerprint(signed.certificate):
        raise refusal("bundle.sender_mismatch")
    if key is not None and not _is_meant(manifest, key):
        raise refusal("bundle.not_for_us")
    _compare(manifest, entries[1:])
    verified = Verified(
        manifest,
        signed.content_sha256,
        short_code(signed.content_sha256),
        signed.certificate,
        signed.signing_time,
        looked_up,
        key is not None,
    )
    return verified, entries


def _is_meant(manifest: Manifest, key: DecryptionKey) -> bool:
    """Whether the signed list of recipients holds our certificate, or our key under another."""
    return any(
        one.certificate_sha256 == key.certificate_sha256 or one.key_sha256 == key.key_sha256
        for one in manifest.recipients
    )


def _compare(manifest: Manifest, entries: list[Entry]) -> None:
    listed = {one.name: one for one in manifest.files}
    present = {one.name: one for one in entries}
    for name in present:
        if name not in listed:
            raise refusal("bundle.unlisted_file")
    for name, file in listed.items():
        if name not in present:
            raise refusal("bundle.missing_file")
        if file.size != present[name].size:
            raise refusal("bundle.file_changed", file=name)
    if data_sha256(manifest.files) != manifest.data_sha256:
        raise refusal("bundle.file_changed", file="data")
    if counts_of(manifest.files) != manifest.counts:
        raise refusal("bundle.counts_wrong")


def _unpack(
    signed: Signed, manifest: Manifest, entries: list[Entry], folder: Path | None, step: Step
) -> list[str]:
    """Compares every file with its hash and rows, writing it where a folder is given."""
    listed = {one.name: one for one in manifest.files}
    for number, entry in enumerate(entries):
        handle = None
        if folder is not None:
            target = folder.joinpath(*entry.name.split("/"))
            target.parent.mkdir(mode=0o700, exist_ok=True)
            handle = create_private(target)
        digest, rows = hashlib.sha256(), RowCounter()
        try:
            for chunk in archive.unpack(signed.content, entry):
                step(number, len(entries))
                digest.update(chunk)
                rows.feed(chunk)
                if handle is not None:
                    write_all(handle, chunk)
            if handle is not None:
                os.fsync(handle)
        finally:
            if handle is not None:
                os.close(handle)
        if entry.name == MANIFEST:
            continue
        file = listed[entry.name]
        if digest.hexdigest() != file.sha256:
            raise refusal("bundle.file_changed", file=entry.name)
        if is_csv(file.media_type) and file.rows not in (None, rows.records):
            raise refusal("bundle.counts_wrong", file=entry.name)
    return [entry.name for entry in entries]
