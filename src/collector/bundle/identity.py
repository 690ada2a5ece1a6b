"""Who signs, who may read, with which keys: PKCS#12 files, PEM certificates, key files.

``Signer`` is the port a security key will stand behind (PKCS#11, SKF); ``Identity`` is the
adapter for a key held in a file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)

from collector.bundle.refusals import refusal
from collector.bundle.shapes import is_pkcs12, spki
from collector.errors import CollectorError

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
TRIAL_MARK = "TRIAL"
"""stands in the subject of every trial certificate, and in no certificate of a real authority"""
SMALLEST_RSA = 2048
LARGEST_KEY_FILE = 1024 * 1024


class Signer(Protocol):
    """Signs with a key that may live elsewhere."""

    @property
    def certificate(self) -> x509.Certificate: ...

    @property
    def chain(self) -> Sequence[x509.Certificate]:
        """Intermediate certificates to enclose, without the root."""
        ...

    def sign(self, data: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 or ECDSA, with SHA-256, as the certificate's key is."""
        ...


def is_trial(certificate: x509.Certificate) -> bool:
    return TRIAL_MARK in certificate.subject.rfc4514_string()


def supported(key: object) -> bool:
    """RSA of 2048 bits or more, or EC P-256: what suite A can use."""
    if isinstance(key, (rsa.RSAPublicKey, rsa.RSAPrivateKey)):
        return SMALLEST_RSA <= key.key_size <= 8192
    return isinstance(key, (ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey)) and isinstance(
        key.curve, ec.SECP256R1
    )


def public_key(certificate: x509.Certificate) -> object:
    """The certificate's key, None where this program cannot load its kind (SM2 ...)."""
    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None


def key_usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who may read the bundle."""

    certificate: x509.Certificate

    @property
    def certificate_sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def key_sha256(self) -> str:
        """Over the SubjectPublicKeyInfo: stays when a certificate is renewed for its key."""
        return hashlib.sha256(spki(self.certificate.public_key())).hexdigest()

    @property
    def trial(self) -> bool:
        return is_trial(self.certificate)


@dataclass(frozen=True, slots=True)
class DecryptionKey:
    """Opens bundles. Without a certificate (a bare PEM key) the key alone is known."""

    key: PrivateKey
    certificate: x509.Certificate | None = None

    @property
    def key_sha256(self) -> str:
        return hashlib.sha256(spki(self.key.public_key())).hexdigest()

    @property
    def certificate_sha256(self) -> str | None:
        return None if self.certificate is None else Recipient(self.certificate).certificate_sha256


@dataclass(frozen=True, slots=True)
class Identity:
    """A key held in a file, its certificate, and what stands between that and the root."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    @property
    def recipient(self) -> Recipient:
        return Recipient(self.certificate)

    @property
    def decryption_key(self) -> DecryptionKey:
        return DecryptionKey(self.key, self.certificate)

    @property
    def trial(self) -> bool:
        return is_trial(self.certificate)

    def pkcs12(self, password: str) -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"collector",
            self.key,
            self.certificate,
            self.chain or None,
            BestAvailableEncryption(password.encode()),
        )


def _read(source: bytes | Path, code: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        with source.open("rb") as file:
            return file.read(LARGEST_KEY_FILE)
    except OSError:
        raise refusal(code, file=source.name) from None


def _fault(error: Exception, locked: bool) -> CollectorError:
    """Why a key file did not load; the cause itself may quote it."""
    if isinstance(error, UnsupportedAlgorithm):
        return refusal("bundle.key_unsupported")
    return refusal("bundle.wrong_password" if locked else "bundle.key_unreadable")


def load_pkcs12(source: bytes | Path, password: str) -> Identity:
    """The key and certificates of a .p12 or .pfx file.

    Raises NotUnlocked ``bundle.wrong_password``; InputRefused ``bundle.key_unreadable``,
    ``bundle.key_incomplete``, ``bundle.key_unsupported``.
    """
    data = _read(source, "bundle.key_unreadable")
    if not is_pkcs12(data):
        raise refusal("bundle.key_unreadable")
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, password.encode())
    except (UnsupportedAlgorithm, ValueError) as error:
        # cryptography says "Invalid password or PKCS12 data" for a MAC that does not fit.
        raise _fault(error, "password" in str(error).lower()) from None
    if key is None or certificate is None:
        raise refusal("bundle.key_incomplete")
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)) or not supported(key):
        raise refusal("bundle.key_unsupported")
    return Identity(key, certificate, tuple(other for other in others if other != certificate))


def load_decryption_key(
    source: bytes | Path, password: str = "", certificate: bytes | Path | None = None
) -> DecryptionKey:
    """A .p12 file, or a PEM key with (or without) its certificate in a file of its own.

    Raises as ``load_pkcs12`` does.
    """
    data = _read(source, "bundle.key_unreadable")
    if b"-----BEGIN" not in data:
        return load_pkcs12(data, password).decryption_key
    try:
        key = load_pem_private_key(data, password.encode() if b"ENCRYPTED" in data else None)
    except (UnsupportedAlgorithm, ValueError, TypeError) as error:
        raise _fault(error, b"ENCRYPTED" in data) from None
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)) or not supported(key):
        raise refusal("bundle.key_unsupported")
    if certificate is None:
        return DecryptionKey(key)
    found = _end_certificate(_read(certificate, "bundle.recipient_unreadable"))
    if spki(key.public_key()) != spki(found.public_key()):
        raise refusal("bundle.key_incomplete")
    return DecryptionKey(key, found)


_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.S)


def pem_blocks(data: bytes) -> list[tuple[str, bytes]]:
    """(label, block) of each PEM block."""
    return [(match[1].decode(), match[0]) for match in _PEM.finditer(data)]


def _end_certificate(data: bytes) -> x509.Certificate:
    """The first certificate that is not an authority's; else the first. PEM, chain or DER."""
    try:
        if b"-----BEGIN" not in data:
            return x509.load_der_x509_certificate(data)
        found = [
            x509.load_pem_x509_certificate(block)
            for label, block in pem_blocks(data)
            if label in ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")
        ]
        return next((one for one in found if not is_authority(one)), found[0])
    except (ValueError, IndexError, UnsupportedAlgorithm):
        raise refusal("bundle.recipient_unreadable") from None


def load_certificate_pem(source: bytes | Path, now: datetime | None = None) -> Recipient:
    """A recipient's encryption certificate, fit for use at ``now``.

    A file that holds the chain too is taken at its end certificate. Raises InputRefused
    ``bundle.recipient_unreadable``, ``…_expired``, ``…_not_yet_valid``, ``…_signing_only``,
    ``…_not_for_encryption``, ``…_key_unsupported``.
    """
    certificate = _end_certificate(_read(source, "bundle.recipient_unreadable"))
    return check_recipient(certificate, now or datetime.now(UTC))


def check_recipient(certificate: x509.Certificate, now: datetime) -> Recipient:
    """Raises as ``load_certificate_pem`` does."""
    if now > certificate.not_valid_after_utc:
        raise refusal("bundle.recipient_expired")
    if now < certificate.not_valid_before_utc:
        raise refusal("bundle.recipient_not_yet_valid")
    key = public_key(certificate)
    if not supported(key):
        raise refusal("bundle.recipient_key_unsupported")
    try:
        usage, authority = key_usage(certificate), is_authority(certificate)
    except ValueError:
        raise refusal("bundle.recipient_unreadable") from None
    if authority:
        raise refusal("bundle.recipient_not_for_encryption")
    if usage is not None:
        allowed = (
            usage.key_encipherment if isinstance(key, rsa.RSAPublicKey) else usage.key_agreement
        )
        if not allowed:
            signs = usage.digital_signature or usage.content_commitment
            raise refusal(
                "bundle.recipient_signing_only" if signs else "bundle.recipient_not_for_encryption"
            )
    return Recipient(certificate)
