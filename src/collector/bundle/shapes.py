"""The ASN.1 shapes of RFC 5652, 5083, 5084, 5035 and 5753 that a bundle uses, by asn1crypto.

The only module that knows asn1crypto: the rest sees the plain values below. Reading raises
``bundle.structure`` for anything that is not the shape asked for, and no other error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from asn1crypto import algos, cms, core, keys, pkcs12, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from collector.bundle.asn1 import SEQUENCE, SET, wrap
from collector.bundle.refusals import refusal

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
AUTH_ENVELOPED_DATA = "1.2.840.113549.1.9.16.1.23"
AES256_GCM = "2.16.840.1.101.3.4.1.46"
AES256_WRAP = "2.16.840.1.101.3.4.1.45"
RSAES_OAEP = "1.2.840.113549.1.1.7"
ECDH_SHA256_KDF = "1.3.132.1.11.1"
SHA256 = "2.16.840.1.101.3.4.2.1"
RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
SHA256_WITH_RSA = "1.2.840.113549.1.1.11"
ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"


class _SharedInfo(core.Sequence):  # type: ignore[misc]
    """ECC-CMS-SharedInfo, RFC 5753 7.2."""

    _fields = [  # noqa: RUF012 - asn1crypto's own way
        ("key_info", algos.AlgorithmIdentifier),
        ("entity_u_info", core.OctetString, {"explicit": 0, "optional": True}),
        ("supp_pub_info", core.OctetString, {"explicit": 2}),
    ]


class CertificateName(NamedTuple):
    """How CMS points at a certificate: issuer and serial number, or key identifier."""

    issuer: bytes
    serial: int
    key_id: bytes


class RecipientShape(NamedTuple):
    """One RecipientInfo. ``originator`` (SPKI) and ``ukm`` only where keys are agreed."""

    agreed: bool
    name: CertificateName
    algorithm: str
    parameters: bytes
    encrypted_key: bytes
    originator: bytes = b""
    ukm: bytes | None = None


class SignerShape(NamedTuple):
    """One SignerInfo; the attribute values are None where the attribute is missing."""

    name: CertificateName
    digest_algorithm: str
    signature_algorithm: str
    signature: bytes
    attributes: bytes
    """as they were signed: DER of the SET"""
    content_type: str | None
    message_digest: bytes | None
    signing_time: datetime | None
    certificate_sha256: bytes | None
    repeated: bool
    unsigned: bool


_HOSTILE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)


@contextmanager
def _read() -> Iterator[None]:
    """asn1crypto parses lazily and lets many kinds of error out of hostile input."""
    try:
        yield
    except _HOSTILE:
        raise refusal("bundle.structure") from None


def oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def read_oid(der: bytes) -> str:
    with _read():
        return str(core.ObjectIdentifier.load(der, strict=True).dotted)


def integer(value: int) -> bytes:
    return bytes(core.Integer(value).dump())


def algorithm(dotted: str, parameters: bytes = b"") -> bytes:
    return wrap(SEQUENCE, oid(dotted), parameters)


def read_algorithm(der: bytes) -> tuple[str, bytes]:
    """The OID and the parameters' DER (empty where absent)."""
    with _read():
        shape = algos.AlgorithmIdentifier.load(der, strict=True)
        return str(shape["algorithm"].dotted), _parameters(shape)


def _parameters(shape: Any) -> bytes:
    found = shape["parameters"]
    return b"" if isinstance(found, core.Void) else bytes(found.dump())


def gcm_parameters(nonce: bytes) -> bytes:
    """GCMParameters, RFC 5084 3.2, with a tag of 16 bytes."""
    return wrap(SEQUENCE, bytes(core.OctetString(nonce).dump()), integer(16))


def read_gcm_nonce(parameters: bytes) -> bytes | None:
    """The nonce; None where the parameters are not 12 bytes of nonce and 16 of tag."""
    nonce = parameters[4:16]
    return nonce if len(nonce) == 12 and parameters == gcm_parameters(nonce) else None


def spki(public_key: Any) -> bytes:
    return bytes(public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def issuer_and_serial(certificate: x509.Certificate) -> bytes:
    return wrap(SEQUENCE, certificate.issuer.public_bytes(), integer(certificate.serial_number))


# -- recipients -------------------------------------------------------------------------------


def oaep_parameters() -> bytes:
    """RSAES-OAEP with SHA-256 in both places, RFC 4055 4.1."""
    return bytes(
        algos.RSAESOAEPParams(
            {
                "hash_algorithm": {"algorithm": "sha256"},
                "mask_gen_algorithm": {
                    "algorithm": "mgf1",
                    "parameters": {"algorithm": "sha256"},
                },
            }
        ).dump()
    )


def is_oaep_sha256(parameters: bytes) -> bool:
    with _read():
        native = algos.RSAESOAEPParams.load(parameters, strict=True).native
    return bool(
        native["hash_algorithm"]["algorithm"] == "sha256"
        and native["mask_gen_algorithm"]["algorithm"] == "mgf1"
        and native["mask_gen_algorithm"]["parameters"]["algorithm"] == "sha256"
        and native["p_source_algorithm"]["parameters"] == b""
    )


def transported(certificate: x509.Certificate, encrypted_key: bytes) -> bytes:
    """KeyTransRecipientInfo, version 0."""
    return wrap(
        SEQUENCE,
        integer(0),
        issuer_and_serial(certificate),
        algorithm(RSAES_OAEP, oaep_parameters()),
        bytes(core.OctetString(encrypted_key).dump()),
    )


def agreed(certificate: x509.Certificate, ephemeral: bytes, encrypted_key: bytes) -> bytes:
    """KeyAgreeRecipientInfo, version 3, with an ephemeral key (RFC 5753 3.1)."""
    shape = cms.RecipientInfo(
        name="kari",
        value={
            "version": "v3",
            "originator": cms.OriginatorIdentifierOrKey(
                name="originator_key", value=keys.PublicKeyInfo.load(ephemeral)
            ),
            "key_encryption_algorithm": cms.KeyEncryptionAlgorithm.load(
                algorithm(ECDH_SHA256_KDF, algorithm(AES256_WRAP))
            ),
            "recipient_encrypted_keys": [
                {
                    "rid": cms.KeyAgreementRecipientIdentifier(
                        name="issuer_and_serial_number",
                        value=cms.IssuerAndSerialNumber.load(issuer_and_serial(certificate)),
                    ),
                    "encrypted_key": encrypted_key,
                }
            ],
        },
    )
    return bytes(shape.dump())


def shared_info(ukm: bytes | None) -> bytes:
    """What the key derivation mixes in: 256 bits for AES key wrap."""
    value: dict[str, Any] = {
        "key_info": algos.AlgorithmIdentifier.load(algorithm(AES256_WRAP)),
        "supp_pub_info": (256).to_bytes(4, "big"),
    }
    if ukm is not None:
        value["entity_u_info"] = ukm
    return bytes(_SharedInfo(value).dump())


def _name(identifier: Any, key_id_choice: str) -> CertificateName:
    if identifier.name == "issuer_and_serial_number":
        chosen = identifier.chosen
        return CertificateName(chosen["issuer"].dump(), int(chosen["serial_number"].native), b"")
    chosen = identifier.chosen
    key_id = chosen["subject_key_identifier"] if key_id_choice == "r_key_id" else chosen
    return CertificateName(b"", 0, bytes(key_id.native))


def read_recipients(der: bytes) -> list[RecipientShape]:
    """The recipients of a RecipientInfos SET that hold a key for one certificate each; kinds no
    suite uses (passwords, shared keys) are passed over."""
    found: list[RecipientShape] = []
    with _read():
        for choice in cms.RecipientInfos.load(der, strict=True):
            info = choice.chosen
            if choice.name not in ("ktri", "kari"):
                continue
            shape = info["key_encryption_algorithm"]
            dotted, parameters = str(shape["algorithm"].dotted), _parameters(shape)
            if choice.name == "ktri":
                found.append(
                    RecipientShape(
                        False,
                        _name(info["rid"], "subject_key_identifier"),
                        dotted,
                        parameters,
                        bytes(info["encrypted_key"].native),
                    )
                )
                continue
            originator = info["originator"]
            if originator.name != "originator_key":
                raise ValueError
            key = originator.chosen.untag().dump(force=True)
            ukm = None if isinstance(info["ukm"], core.Void) else bytes(info["ukm"].native)
            found += [
                RecipientShape(
                    True,
                    _name(wrapped["rid"], "r_key_id"),
                    dotted,
                    parameters,
                    bytes(wrapped["encrypted_key"].native),
                    bytes(key),
                    ukm,
                )
                for wrapped in info["recipient_encrypted_keys"]
            ]
    return found


def ec_point(public_key_info: bytes) -> bytes:
    """The point of an EC SubjectPublicKeyInfo whose curve may be left out (RFC 5753 3.1.1)."""
    with _read():
        shape = keys.PublicKeyInfo.load(public_key_info, strict=True)
        return bytes(core.BitString.load(shape["public_key"].dump()).contents[1:])


# -- signers ----------------------------------------------------------------------------------


def signed_attributes(digest: bytes, certificate_sha256: bytes, when: datetime) -> bytes:
    """The four attributes of CAdES-BES (ETSI EN 319 122-1 6.3) as the DER SET that is signed."""
    moment = when.astimezone(UTC).replace(microsecond=0)
    time: core.UTCTime | core.GeneralizedTime
    # RFC 5652 11.3: UTCTime up to 2049
    time = core.UTCTime(moment) if moment.year < 2050 else core.GeneralizedTime(moment)
    binding = tsp.SigningCertificateV2({"certs": [{"cert_hash": certificate_sha256}]})
    attributes = sorted(
        wrap(SEQUENCE, oid(kind), wrap(SET, value))
        for kind, value in (
            (_CONTENT_TYPE, oid(DATA)),
            (_SIGNING_TIME, bytes(time.dump())),
            (_MESSAGE_DIGEST, bytes(core.OctetString(digest).dump())),
            (_SIGNING_CERTIFICATE_V2, bytes(binding.dump())),
        )
    )
    return wrap(SET, *attributes)


def signer_info(
    certificate: x509.Certificate, attributes: bytes, signature_algorithm: str, signature: bytes
) -> bytes:
    parameters = b"\x05\x00" if signature_algorithm == SHA256_WITH_RSA else b""
    return wrap(
        SEQUENCE,
        integer(1),
        issuer_and_serial(certificate),
        algorithm(SHA256),
        b"\xa0" + attributes[1:],
        algorithm(signature_algorithm, parameters),
        bytes(core.OctetString(signature).dump()),
    )


def read_signers(der: bytes) -> list[SignerShape]:
    """The SignerInfos SET."""
    with _read():
        return [_signer(info) for info in cms.SignerInfos.load(der, strict=True)]


def _signer(info: Any) -> SignerShape:
    signed = info["signed_attrs"]
    values: dict[str, Any] = {}
    repeated = False
    encoded = b""
    if not isinstance(signed, core.Void):
        encoded = b"\x31" + bytes(signed.dump())[1:]
        for attribute in signed:
            kind = str(attribute["type"].dotted)
            repeated = repeated or kind in values or len(attribute["values"]) != 1
            values[kind] = attribute["values"][0]
    when = values.get(_SIGNING_TIME)
    binding = values.get(_SIGNING_CERTIFICATE_V2)
    content_type = values.get(_CONTENT_TYPE)
    digest = values.get(_MESSAGE_DIGEST)
    return SignerShape(
        _name(info["sid"], "subject_key_identifier"),
        str(info["digest_algorithm"]["algorithm"].dotted),
        str(info["signature_algorithm"]["algorithm"].dotted),
        bytes(info["signature"].native),
        encoded,
        None if content_type is None else str(content_type.dotted),
        None if digest is None else bytes(digest.native),
        None if when is None else when.native.astimezone(UTC),
        None if binding is None else _bound_certificate(binding),
        repeated,
        not isinstance(info["unsigned_attrs"], core.Void),
    )


def _bound_certificate(binding: Any) -> bytes:
    first = binding["certs"][0]
    if first["hash_algorithm"]["algorithm"].native != "sha256":
        return b""
    return bytes(first["cert_hash"].native)


def read_certificates(der: bytes) -> list[x509.Certificate]:
    """The X.509 certificates of an implicitly tagged CertificateSet."""
    with _read():
        shapes = cms.CertificateSet.load(b"\x31" + der[1:], strict=True)
        return [
            x509.load_der_x509_certificate(shape.chosen.dump())
            for shape in shapes
            if shape.name == "certificate"
        ]


def is_pkcs12(data: bytes) -> bool:
    """Whether the bytes have the outer shape of a PKCS#12 file, whatever its password."""
    try:
        shape = pkcs12.Pfx.load(data, strict=True)
        return shape["version"].native == "v3" and shape["auth_safe"]["content_type"].native in (
            "data",
            "signed_data",
        )
    except (ValueError, TypeError, KeyError):
        return False


# -- pointing at certificates -----------------------------------------------------------------


def key_identifier(certificate: x509.Certificate) -> bytes:
    """The subject key identifier; empty where the certificate has none."""
    try:
        return certificate.extensions.get_extension_for_class(
            x509.SubjectKeyIdentifier
        ).value.digest
    except (x509.ExtensionNotFound, ValueError):
        return b""


def is_named(name: CertificateName, certificate: x509.Certificate) -> bool:
    """Whether ``name`` points at ``certificate``."""
    if name.key_id:
        return name.key_id == key_identifier(certificate)
    return (name.issuer, name.serial) == (
        certificate.issuer.public_bytes(),
        certificate.serial_number,
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()
