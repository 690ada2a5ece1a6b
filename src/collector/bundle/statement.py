"""A short text under a signature of its own: opaque CMS SignedData (CAdES-BES), as in a bundle.

For what is not sealed to anyone, such as the manifest of a pack.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from collector.bundle import signature, trust
from collector.bundle.identity import Recipient, Signer, is_trial
from collector.bundle.refusals import refusal
from collector.bundle.suites import DEFAULT
from collector.errors import InputRefused


@dataclass(frozen=True, slots=True)
class Statement:
    """A text and who signed it, as the certificate says; whether to believe it is asked apart."""

    content: bytes
    signed_at: datetime
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]

    @property
    def name(self) -> str:
        return self._part(NameOID.COMMON_NAME)

    @property
    def organisation(self) -> str:
        return self._part(NameOID.ORGANIZATION_NAME)

    @property
    def certificate_sha256(self) -> str:
        return Recipient(self.certificate).certificate_sha256

    @property
    def trial(self) -> bool:
        return is_trial(self.certificate)

    def _part(self, oid: x509.ObjectIdentifier) -> str:
        found = self.certificate.subject.get_attributes_for_oid(oid)
        return str(found[0].value) if found else ""


@dataclass(frozen=True, slots=True)
class Believed:
    """What a path to a trusted authority showed."""

    expired: bool
    """the certificate was good when it signed, and is not any more"""
    revocation_checked: bool


def sign(signer: Signer, content: bytes, when: datetime) -> bytes:
    """The signed text, DER. Raises InputRefused ``bundle.signer_unusable``,
    ``bundle.key_unsupported``."""
    trust.check_signer(signer.certificate, when)
    digest = signature.digest_of(_Held(content), _no_step)
    frame = signature.sign(DEFAULT, signer, digest, len(content), when)
    return b"".join(frame.around([content]))


def read(data: bytes) -> Statement:
    """The text under a true signature. Raises InputRefused ``bundle.…`` for any other."""
    signed = signature.read(DEFAULT, _Held(data), _no_step)
    content = signed.content.read_at(0, signed.content.size)
    return Statement(content, signed.signing_time, signed.certificate, signed.others)


def believe(statement: Statement, trust_pem: Path | bytes, now: datetime) -> Believed:
    """Whether the signer leads to an authority of the PEM file.

    What is stated stays in use for years, so it may outlive its signer's certificate, which must
    have been valid when it signed; one that was revoked is never believed, whenever that was.
    Raises InputRefused as ``collector.bundle.trust`` does.
    """
    trusted = trust.read_trust(trust_pem)
    certificate, others, at = statement.certificate, statement.others, statement.signed_at
    try:
        return Believed(False, trust.check(certificate, others, trusted, (at, now)))
    except InputRefused as refused:
        if refused.code != "bundle.expired":
            raise
    trust.check(certificate, others, trust.Trust(trusted.authorities), (at,))
    for one in trusted.lists:
        number = certificate.serial_number
        if one.issuer == certificate.issuer and one.get_revoked_certificate_by_serial_number(
            number
        ):
            raise refusal("bundle.revoked")
    return Believed(True, bool(trusted.lists))


class _Held:
    """Bytes in memory as a source."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        return len(self._data)

    def read_at(self, offset: int, length: int) -> bytes:
        return self._data[offset : offset + length]


def _no_step(done: int, total: int) -> None:
    """A text of a few kilobytes needs no progress."""
