"""Identities for trying the program: a made-up authority, collector and province.

Every subject says 试用 and TRIAL, and a bundle made with any of them says ``trial: true``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from collector.bundle.disk import create_private, write_all, writing_to
from collector.bundle.identity import TRIAL_MARK, Identity, PrivateKey, Recipient

LIFETIME = timedelta(days=3653)
_MARK = f"试用 {TRIAL_MARK}"
RECIPIENT_FILES = (
    "ca.pem",
    "ca-and-crl.pem",
    "recipient.crt",
    "recipient.key",
    "recipient.p12",
)


@dataclass(frozen=True, slots=True)
class TrialIdentities:
    """``signer`` and ``own`` are the collector's (signing, and reading its own bundles);
    ``recipient`` is the made-up province's, with its secret key."""

    authority: x509.Certificate
    revocations: x509.CertificateRevocationList
    signer: Identity
    own: Identity
    recipient: Identity

    @classmethod
    def create(
        cls, org_name: str, uscc: str, operator: str, now: datetime | None = None
    ) -> TrialIdentities:
        """New keys: EC P-256 for the collector, RSA-3072 for the province. Valid ten years."""
        start = (now or datetime.now(UTC)).replace(microsecond=0) - timedelta(hours=1)
        authority_key = ec.generate_private_key(ec.SECP256R1())
        root = _name("试用证书机构 Trial CA", "仅供试用，不具效力", "", "")
        authority = _certificate(root, authority_key.public_key(), root, authority_key, start)
        revocations = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(root)
            .last_update(start)
            .next_update(start + LIFETIME)
            .add_extension(x509.CRLNumber(1), critical=False)
            .sign(authority_key, hashes.SHA256())
        )

        def issue(key: PrivateKey, name: x509.Name, usage: x509.KeyUsage) -> Identity:
            made = _certificate(name, key.public_key(), root, authority_key, start, usage)
            return Identity(key, made)

        return cls(
            authority,
            revocations,
            issue(
                ec.generate_private_key(ec.SECP256R1()),
                _name(f"{operator} 签名", org_name, uscc, "signing"),
                _usage(digital_signature=True, content_commitment=True),
            ),
            issue(
                ec.generate_private_key(ec.SECP256R1()),
                _name(f"{operator} 加密", org_name, uscc, "encryption"),
                _usage(key_agreement=True),
            ),
            issue(
                rsa.generate_private_key(65537, 3072),
                _name("试用省级收件", "试用省总工会", "", "encryption"),
                _usage(key_encipherment=True),
            ),
        )

    @property
    def to(self) -> Recipient:
        return self.recipient.recipient

    @property
    def trust_pem(self) -> bytes:
        """The authority and its revocation list."""
        return self.authority.public_bytes(Encoding.PEM) + self.revocations.public_bytes(
            Encoding.PEM
        )

    def write_recipient(self, folder: Path, password: str) -> list[Path]:
        """``RECIPIENT_FILES`` for the made-up province, replacing older ones: its key stands
        there in the clear, which only a trial may do. ``password`` locks recipient.p12."""
        key = self.recipient.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        contents = (
            self.authority.public_bytes(Encoding.PEM),
            self.trust_pem,
            self.recipient.certificate.public_bytes(Encoding.PEM),
            key,
            self.recipient.pkcs12(password),
        )
        paths = [folder / name for name in RECIPIENT_FILES]
        with writing_to(folder):
            folder.mkdir(parents=True, exist_ok=True)
            for path, content in zip(paths, contents, strict=True):
                path.unlink(missing_ok=True)
                handle = create_private(path)
                try:
                    write_all(handle, content)
                finally:
                    os.close(handle)
        return paths


def _name(common: str, organisation: str, uscc: str, role: str) -> x509.Name:
    """X.520 allows 64 characters a part; for the common name cryptography counts bytes."""
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, (organisation or "试用单位")[:64]),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{_MARK} {role}".strip()),
        x509.NameAttribute(NameOID.COMMON_NAME, common.encode()[:64].decode(errors="ignore")),
    ]
    if uscc:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, uscc[:64]))
    return x509.Name(parts)


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_encipherment: bool = False,
    key_agreement: bool = False,
    authority: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=key_encipherment,
        data_encipherment=False,
        key_agreement=key_agreement,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(
    subject: x509.Name,
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    start: datetime,
    usage: x509.KeyUsage | None = None,
) -> x509.Certificate:
    """An authority's own certificate where no usage is given."""
    authority = usage is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFETIME)
        .add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
        .add_extension(usage or _usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not authority:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256())
