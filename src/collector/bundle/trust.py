"""Whom the receiver trusts: a PEM file of authorities and, if there are any, revocation lists.

The path rules are those of RFC 5280 6.1 that apply to a signing certificate, without policies
and name constraints (a certificate with a critical extension not read here is refused).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from collector.bundle.identity import is_authority, key_usage, pem_blocks, public_key, supported
from collector.bundle.refusals import refusal
from collector.errors import InputRefused

MAX_DEPTH = 6
MAX_TRUST_FILE = 64 * 1024 * 1024
_STRONG = frozenset({"sha256", "sha384", "sha512"})
_READ = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CERTIFICATE_POLICIES,
    }
)
# What openssl takes for an S/MIME signer, plus document signing and client certificates:
# authorities for government networks issue one certificate for signing in and for signing.
_SIGNING = frozenset(
    {
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # id-kp-documentSigning, RFC 9336
    }
)


@dataclass(frozen=True, slots=True)
class Trust:
    """Authorities, and lists of the certificates they took back."""

    authorities: tuple[x509.Certificate, ...]
    lists: tuple[x509.CertificateRevocationList, ...] = ()


def read_trust(source: Path | bytes) -> Trust:
    """Certificates and lists of a PEM file; raises ``bundle.trust_unreadable``."""
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
    except OSError:
        raise refusal("bundle.trust_unreadable") from None
    if len(data) > MAX_TRUST_FILE:
        raise refusal("bundle.trust_unreadable")
    try:
        blocks = pem_blocks(data)
        certificates = [
            x509.load_pem_x509_certificate(block)
            for label, block in blocks
            if label == "CERTIFICATE"
        ]
        lists = [x509.load_pem_x509_crl(block) for label, block in blocks if label == "X509 CRL"]
        authorities = tuple(one for one in certificates if is_authority(one))
    except (ValueError, UnsupportedAlgorithm):
        raise refusal("bundle.trust_unreadable") from None
    if not authorities:
        raise refusal("bundle.trust_unreadable")
    return Trust(authorities, tuple(lists))


def check(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    trust: Trust,
    moments: Sequence[datetime],
) -> bool:
    """Whether ``certificate`` may sign: a path to a trusted authority, valid at each moment.

    True when every certificate of the path was looked up in a revocation list, False when
    some authority gave none. Raises InputRefused ``bundle.untrusted``, ``bundle.expired``,
    ``bundle.not_yet_valid``, ``bundle.revoked``, ``bundle.crl_stale``,
    ``bundle.wrong_usage``, ``bundle.weak_key``.
    """
    try:
        path = _path([certificate], others, trust, MAX_DEPTH)
        if path is None:
            raise refusal("bundle.untrusted")
        _check_signer(certificate)
        for one in path:
            _check_strength(one)
            _check_time(one, moments)
        looked_up = [_check_lists(one, issuer, trust, moments) for one, issuer in pairwise(path)]
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
        raise refusal("bundle.untrusted") from None
    return all(looked_up)


def _path(
    path: list[x509.Certificate],
    others: Sequence[x509.Certificate],
    trust: Trust,
    depth: int,
) -> list[x509.Certificate] | None:
    """From the signer up to a trusted authority; trusted ones are tried first."""
    last = path[-1]
    for issuer in trust.authorities:
        if _issued(last, issuer, len(path) - 1):
            return [*path, issuer]
    if depth:
        for issuer in others:
            if issuer not in path and _issued(last, issuer, len(path) - 1):
                found = _path([*path, issuer], others, trust, depth - 1)
                if found is not None:
                    return found
    return None


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, below: int) -> bool:
    """Whether ``issuer`` made ``certificate`` and was allowed to. ``below``: authorities between
    the issuer and the signer."""
    if certificate.issuer != issuer.subject or not is_authority(issuer):
        return False
    limits = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = key_usage(issuer)
    if limits.path_length is not None and below > limits.path_length:
        return False
    if (usage is not None and not usage.key_cert_sign) or _has_foreign_critical(issuer):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _has_foreign_critical(certificate: x509.Certificate) -> bool:
    return any(one.critical and one.oid not in _READ for one in certificate.extensions)


def check_signer(certificate: x509.Certificate, now: datetime) -> None:
    """Whether a certificate may sign a bundle at ``now``, before anything is written.

    Raises InputRefused ``bundle.signer_unusable``, ``bundle.key_unsupported``.
    """
    if not supported(public_key(certificate)):
        raise refusal("bundle.key_unsupported")
    try:
        _check_signer(certificate)
        _check_time(certificate, (now,))
    except (InputRefused, ValueError):
        raise refusal("bundle.signer_unusable") from None


def _check_signer(certificate: x509.Certificate) -> None:
    usage = key_usage(certificate)
    allowed = usage is None or usage.digital_signature or usage.content_commitment
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        allowed = allowed and not _SIGNING.isdisjoint(purposes)
    except x509.ExtensionNotFound:
        pass
    if not allowed or is_authority(certificate) or _has_foreign_critical(certificate):
        raise refusal("bundle.wrong_usage")


def _check_strength(certificate: x509.Certificate) -> None:
    digest = certificate.signature_hash_algorithm
    key = public_key(certificate)
    strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= 256
    )
    if digest is None or digest.name not in _STRONG or not strong:
        raise refusal("bundle.weak_key")


def _check_time(certificate: x509.Certificate, moments: Sequence[datetime]) -> None:
    for moment in moments:
        if moment > certificate.not_valid_after_utc:
            raise refusal("bundle.expired")
        if moment < certificate.not_valid_before_utc:
            raise refusal("bundle.not_yet_valid")


def _check_lists(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    trust: Trust,
    moments: Sequence[datetime],
) -> bool:
    """False where the issuer gave no list. The last moment is the one a list must be fresh at.

    A certificate counts as revoked whatever the date of its revocation: the signing time is
    only the signer's own claim.
    """
    usage, key = key_usage(issuer), issuer.public_key()
    if usage is not None and not usage.crl_sign:
        return False
    assert isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey))
    lists = [
        one for one in trust.lists if one.issuer == issuer.subject and one.is_signature_valid(key)
    ]
    for one in lists:
        if one.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
            raise refusal("bundle.revoked")
    if not lists:
        return False
    at = moments[-1]
    if not any(
        one.last_update_utc <= at and (one.next_update_utc is None or at <= one.next_update_utc)
        for one in lists
    ):
        raise refusal("bundle.crl_stale")
    return True
