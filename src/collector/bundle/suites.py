"""Algorithms behind a suite id, in a registry: how a key reaches its recipients, what signs.

Suite ``A``: RSASSA-PKCS1-v1_5 or ECDSA P-256 with SHA-256; AES-256-GCM; RSA-OAEP-SHA256 or
ECDH P-256 (dhSinglePass-stdDH-sha256kdf) with AES-256 key wrap. ``C`` (receivers on OpenSSL
1.1.1) and ``G`` (国密) are reserved names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import (
    AEADDecryptionContext,
    AEADEncryptionContext,
    Cipher,
    algorithms,
    modes,
)
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF

from collector.bundle import shapes
from collector.bundle.identity import PrivateKey, public_key, supported
from collector.bundle.refusals import refusal
from collector.bundle.shapes import RecipientShape


@dataclass(frozen=True, slots=True)
class Suite:
    """What a bundle of this suite is made with."""

    id: str
    envelope: str
    """OID of the outer content type"""
    cipher: str
    """OID of the content cipher"""
    digest: str
    key_size: int
    nonce_size: int
    tag_size: int
    encrypt: Callable[[bytes, bytes], AEADEncryptionContext]
    """content key, nonce"""
    decrypt: Callable[[bytes, bytes, bytes], AEADDecryptionContext]
    """content key, nonce, tag"""
    signature_for: Callable[[x509.Certificate], str]
    """the OID with which the certificate's key signs"""
    check_signature: Callable[[x509.Certificate, str, bytes, bytes], bool]
    """certificate, signature OID, signature, data; ``bundle.algorithm`` for a foreign OID"""
    address: Callable[[x509.Certificate, bytes], bytes]
    """the RecipientInfo that carries the content key to a certificate"""
    unwrap: Callable[[RecipientShape, PrivateKey], bytes | None]
    """the content key, None where it is not for this key; ``bundle.algorithm``"""


_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def _encrypt(key: bytes, nonce: bytes) -> AEADEncryptionContext:
    return Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()


def _decrypt(key: bytes, nonce: bytes, tag: bytes) -> AEADDecryptionContext:
    return Cipher(algorithms.AES(key), modes.GCM(nonce, tag)).decryptor()


def _signature_for(certificate: x509.Certificate) -> str:
    if isinstance(certificate.public_key(), rsa.RSAPublicKey):
        return shapes.SHA256_WITH_RSA
    return shapes.ECDSA_WITH_SHA256


def _check_signature(
    certificate: x509.Certificate, algorithm: str, signature: bytes, data: bytes
) -> bool:
    key = public_key(certificate)
    if not supported(key):
        weak = isinstance(key, rsa.RSAPublicKey)
        raise refusal("bundle.weak_key" if weak else "bundle.algorithm")
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm in (
            shapes.SHA256_WITH_RSA,
            shapes.RSA_ENCRYPTION,  # RFC 3370 3.2: openssl writes this one
        ):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm == shapes.ECDSA_WITH_SHA256:
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        else:
            raise refusal("bundle.algorithm")
    except InvalidSignature:
        return False
    return True


def _address(certificate: x509.Certificate, content_key: bytes) -> bytes:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return shapes.transported(certificate, key.encrypt(content_key, _OAEP))
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise refusal("bundle.recipient_key_unsupported")
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    wrapping = _derive(ephemeral.exchange(ec.ECDH(), key), None)
    wrapped = keywrap.aes_key_wrap(wrapping, content_key)
    return shapes.agreed(certificate, shapes.spki(ephemeral.public_key()), wrapped)


def _derive(secret: bytes, ukm: bytes | None) -> bytes:
    return X963KDF(hashes.SHA256(), 32, shapes.shared_info(ukm)).derive(secret)


def _unwrap(recipient: RecipientShape, key: PrivateKey) -> bytes | None:
    try:
        if recipient.agreed and isinstance(key, ec.EllipticCurvePrivateKey):
            if recipient.algorithm != shapes.ECDH_SHA256_KDF:
                raise refusal("bundle.algorithm")
            if shapes.read_algorithm(recipient.parameters)[0] != shapes.AES256_WRAP:
                raise refusal("bundle.algorithm")
            point = ec.EllipticCurvePublicKey.from_encoded_point(
                ec.SECP256R1(), shapes.ec_point(recipient.originator)
            )
            wrapping = _derive(key.exchange(ec.ECDH(), point), recipient.ukm)
            return keywrap.aes_key_unwrap(wrapping, recipient.encrypted_key)
        if not recipient.agreed and isinstance(key, rsa.RSAPrivateKey):
            if recipient.algorithm != shapes.RSAES_OAEP:
                raise refusal("bundle.algorithm")
            if not shapes.is_oaep_sha256(recipient.parameters):
                raise refusal("bundle.algorithm")
            return key.decrypt(recipient.encrypted_key, _OAEP)
    except (ValueError, keywrap.InvalidUnwrap):
        return None
    return None


SUITES: dict[str, Suite] = {
    suite.id: suite
    for suite in (
        Suite(
            id="A",
            envelope=shapes.AUTH_ENVELOPED_DATA,
            cipher=shapes.AES256_GCM,
            digest=shapes.SHA256,
            key_size=32,
            nonce_size=12,
            tag_size=16,
            encrypt=_encrypt,
            decrypt=_decrypt,
            signature_for=_signature_for,
            check_signature=_check_signature,
            address=_address,
            unwrap=_unwrap,
        ),
    )
}
DEFAULT = SUITES["A"]


def suite_of(envelope: str, cipher: str) -> Suite:
    """The suite an envelope says it is of; else ``bundle.suite_unknown``."""
    for suite in SUITES.values():
        if (suite.envelope, suite.cipher) == (envelope, cipher):
            return suite
    raise refusal("bundle.suite_unknown")
