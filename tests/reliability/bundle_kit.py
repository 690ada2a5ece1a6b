"""What hostile and foreign bundles are made with: every layer by hand, to be got wrong at will.

All people, codes and certificates are made up; the certificates live in memory only.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from collector.bundle import archive, envelope, manifest, shapes, signature
from collector.bundle.archive import Entry
from collector.bundle.asn1 import wrap
from collector.bundle.identity import Identity, PrivateKey, Recipient
from collector.bundle.names import MANIFEST
from collector.bundle.suites import DEFAULT

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MEMBERS = "name,id_number\r\n试甲,110000000000000001\r\n试乙,110000000000000002\r\n".encode()
UNITS = b"name,uscc\r\n"
CODE = "81420000TEST000001"
SIGNING = ("digital_signature", "content_commitment")
_USES = [
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
]


def usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in allowed for use in _USES})


@cache
def key(kind: str, number: int = 0) -> PrivateKey:
    """One key per kind and number for the whole run: RSA keys take a second to make."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    curve = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p192": ec.SECP192R1()}[kind]
    return ec.generate_private_key(curve)


def subject(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "示例工会"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def certificate(
    common: str,
    own_key: PrivateKey,
    issuer: Identity | None = None,
    *,
    use: x509.KeyUsage | None = None,
    purposes: Sequence[x509.ObjectIdentifier] | None = None,
    authority: bool | None = False,
    path_length: int | None = None,
    start: datetime = NOW - 30 * DAY,
    end: datetime = NOW + 30 * DAY,
    digest: hashes.HashAlgorithm | None = None,
    serial: int = 0,
    extra: x509.ExtensionType | None = None,
) -> x509.Certificate:
    """A certificate; self-signed where no issuer is given, without BasicConstraints where
    ``authority`` is None."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject(common))
        .issuer_name(issuer.certificate.subject if issuer else subject(common))
        .public_key(own_key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own_key.public_key()), False)
    )
    if authority is not None:
        builder = builder.add_extension(x509.BasicConstraints(authority, path_length), True)
    if use is not None:
        builder = builder.add_extension(use, True)
    if purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), False)
    if extra is not None:
        builder = builder.add_extension(extra, True)
    return builder.sign(issuer.key if issuer else own_key, digest or hashes.SHA256())


def crl(
    issuer: Identity,
    *revoked: x509.Certificate,
    start: datetime = NOW - DAY,
    end: datetime = NOW + DAY,
    signer: Identity | None = None,
) -> x509.CertificateRevocationList:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(start)
        .next_update(end)
    )
    for one in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(one.serial_number)
            .revocation_date(NOW)
            .build()
        )
    return builder.sign((signer or issuer).key, hashes.SHA256())


def pem(*things: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    return b"".join(thing.public_bytes(Encoding.PEM) for thing in things)


@dataclass(frozen=True, slots=True)
class Parties:
    """Everyone in the play."""

    authority: Identity
    signer: Identity
    own: Identity
    recipient: Identity
    """RSA-3072"""
    stranger: Identity
    """an encryption identity nobody sends to"""

    @property
    def trust(self) -> bytes:
        return pem(self.authority.certificate, crl(self.authority))

    def issue(self, common: str, own_key: PrivateKey, **options: Any) -> Identity:
        return Identity(own_key, certificate(common, own_key, self.authority, **options))


@cache
def parties() -> Parties:
    root_key = key("p256", 1)
    root = Identity(
        root_key,
        certificate(
            "示例根 Root",
            root_key,
            authority=True,
            use=usage("key_cert_sign", "crl_sign"),
            start=NOW - 3650 * DAY,
            end=NOW + 3650 * DAY,
        ),
    )

    def issue(common: str, own_key: PrivateKey, use: x509.KeyUsage) -> Identity:
        purposes = [ExtendedKeyUsageOID.EMAIL_PROTECTION]
        return Identity(own_key, certificate(common, own_key, root, use=use, purposes=purposes))

    return Parties(
        root,
        issue("签名 Signer", key("p256", 2), usage(*SIGNING)),
        issue("自存 Own", key("p256", 3), usage("key_agreement")),
        issue("收件 Recipient", key("rsa3072"), usage("key_encipherment")),
        issue("旁人 Stranger", key("p256", 4), usage("key_agreement")),
    )


# -- payloads ---------------------------------------------------------------------------------


def file_entry(name: str, data: bytes, rows: int | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "rows": rows,
        "media_type": "text/csv" if name.endswith(".csv") else "application/octet-stream",
    }


def told(files: Mapping[str, bytes] | None = None, /, **changes: Any) -> dict[str, Any]:
    """A right manifest as a dict, with top-level changes."""
    contents = default_files() if files is None else files
    listed = [
        file_entry(name, data, data.count(b"\n") - 1 if name.endswith(".csv") else None)
        for name, data in contents.items()
    ]
    people = parties()
    lines = "".join(
        f"{one['sha256']}  {one['name']}\n"
        for one in sorted(listed, key=lambda one: str(one["name"]))
        if str(one["name"]).startswith("data/")
    )
    rows = {one["name"]: one["rows"] for one in listed}
    made = {
        "format": "GHB",
        "version": 1,
        "suite": "A",
        "id": "11111111-2222-4333-8444-555555555555",
        "created": "2026-03-02T08:00:00Z",
        "trial": False,
        "sender": {
            "name": "示例工会",
            "uscc": CODE,
            "level": "",
            "instance": "",
            "certificate_sha256": people.signer.recipient.certificate_sha256,
        },
        "recipients": [
            {
                "certificate_sha256": one.recipient.certificate_sha256,
                "key_sha256": one.recipient.key_sha256,
            }
            for one in (people.recipient, people.own)
        ],
        "sequence": 1,
        "previous": "",
        "period": "",
        "rulepack": {"id": "", "version": "", "sha256": ""},
        "template": {"id": "", "version": "", "sha256": ""},
        "app_version": "1",
        "counts": {
            kind: rows.get(f"data/{kind}.csv", 0) for kind in ("unit", "union", "officer", "member")
        },
        "audit_head": "",
        "corrects": "",
        "data_sha256": hashlib.sha256(lines.encode()).hexdigest(),
        "files": listed,
    }
    return made | changes


def default_files() -> dict[str, bytes]:
    return {"data/unit.csv": UNITS, "data/member.csv": MEMBERS}


def as_json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def zipped(contents: Sequence[tuple[str, bytes]]) -> bytes:
    """An archive of stored files in this order."""
    return zip_of(
        [(Entry(n, archive.STORED, zlib.crc32(d), len(d), len(d)), d) for n, d in contents]
    )


def zip_of(items: Sequence[tuple[Entry, bytes]]) -> bytes:
    """An archive of packed bytes under headers that may lie about them."""
    body = b"".join(archive.local_header(entry) + packed for entry, packed in items)
    return body + archive.directory([entry for entry, _ in items])


def payload(
    files: Mapping[str, bytes] | None = None, manifest_bytes: bytes | None = None, **changes: Any
) -> bytes:
    contents = default_files() if files is None else files
    first = as_json(told(contents, **changes)) if manifest_bytes is None else manifest_bytes
    return zipped([(MANIFEST, first), *contents.items()])


# -- layers -----------------------------------------------------------------------------------

Tweak = Callable[[bytes], bytes]


def signed(
    content: bytes, signer: Identity | None = None, when: datetime = NOW, after: Tweak = bytes
) -> bytes:
    """SignedData around ``content``; ``after`` changes what stands behind the content, all
    lengths around it being made again."""
    return framed(content, *_frame(content, signer or parties().signer, when, after))


def _frame(content: bytes, signer: Identity, when: datetime, after: Tweak) -> tuple[bytes, Tweak]:
    digest = hashlib.sha256(content).digest()
    # A key the suite does not allow must be able to sign here, for the reader to refuse it.
    careless = replace(DEFAULT, check_signature=lambda *_: True)
    return signature.sign(careless, signer, digest, len(content), when).after, after


def framed(content: bytes, tail: bytes, after: Tweak) -> bytes:
    inner = wrap(0x30, shapes.oid(shapes.DATA), wrap(0xA0, wrap(0x04, content)))
    digests = wrap(0x31, shapes.algorithm(shapes.SHA256))
    body = wrap(0x30, shapes.integer(1), digests, inner, after(tail))
    return wrap(0x30, shapes.oid(shapes.SIGNED_DATA), wrap(0xA0, body))


def sealed(content: bytes, *to: Recipient) -> bytes:
    """AuthEnvelopedData around ``content``, to the recipient and own unless told otherwise."""
    people = parties()
    recipients = list(to) or [people.recipient.recipient, people.own.recipient]
    return b"".join(envelope.encrypted(DEFAULT, recipients, len(content), [content]))


def bundle(content: bytes | None = None, **options: Any) -> bytes:
    """A whole bundle; right in every way unless told otherwise."""
    return sealed(signed(payload() if content is None else content, **options))


def draft(**changes: Any) -> manifest.ManifestDraft:
    made = manifest.ManifestDraft("示例工会", 1, sender_uscc=CODE, created=NOW)
    return replace(made, **changes)
