"""The inner layer: CMS SignedData, opaque, CAdES-BES, written and read as a stream."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from collector.bundle import shapes
from collector.bundle.asn1 import (
    CONTEXT_0,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    Walker,
    header,
    wrap,
)
from collector.bundle.envelope import CHUNK
from collector.bundle.identity import Signer
from collector.bundle.refusals import refusal
from collector.bundle.spool import Slice, Source
from collector.bundle.suites import Suite

MAX_CERTIFICATES = 16


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that fits its content. Whether its certificate is to be trusted is asked
    apart (``collector.bundle.trust``)."""

    content: Slice
    content_sha256: str
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    signing_time: datetime


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands before and after the signed content."""

    before: bytes
    size: int
    after: bytes

    @property
    def total(self) -> int:
        return len(self.before) + self.size + len(self.after)

    def around(self, content: Iterable[bytes]) -> Iterator[bytes]:
        yield self.before
        yield from content
        yield self.after


def sign(suite: Suite, signer: Signer, digest: bytes, size: int, when: datetime) -> Frame:
    """The SignedData around content of ``size`` bytes whose SHA-256 is ``digest``.

    Raises ``bundle.signer_unusable`` when the signature made does not fit the certificate.
    """
    certificate = signer.certificate
    attributes = shapes.signed_attributes(digest, certificate.fingerprint(hashes.SHA256()), when)
    algorithm, made = suite.signature_for(certificate), signer.sign(attributes)
    if not suite.check_signature(certificate, algorithm, made, attributes):
        raise refusal("bundle.signer_unusable")
    info = shapes.signer_info(certificate, attributes, algorithm, made)
    certificates = sorted(one.public_bytes(Encoding.DER) for one in {certificate, *signer.chain})
    after = wrap(CONTEXT_0, *certificates) + wrap(SET, info)
    content_head = header(OCTETS, size)
    kind = shapes.oid(shapes.DATA)
    tagged = header(CONTEXT_0, len(content_head) + size) + content_head
    encapsulated = header(SEQUENCE, len(kind) + len(tagged) + size) + kind + tagged
    body_head = shapes.integer(1) + wrap(SET, shapes.algorithm(suite.digest)) + encapsulated
    body = header(SEQUENCE, len(body_head) + size + len(after)) + body_head
    outer = header(CONTEXT_0, len(body) + size + len(after)) + body
    kind = shapes.oid(shapes.SIGNED_DATA)
    before = header(SEQUENCE, len(kind) + len(outer) + size + len(after)) + kind + outer
    return Frame(before, size, after)


def read(suite: Suite, source: Source, step: Callable[[int, int], None]) -> Signed:
    """Checks the one signature over the content, and that it binds its certificate."""
    walker = Walker(source)
    if walker.peek() != SEQUENCE:
        raise refusal("bundle.not_signed")
    outer = walker.enter(SEQUENCE)
    walker.finish()
    if shapes.read_oid(outer.take_bytes(OID)) != shapes.SIGNED_DATA:
        raise refusal("bundle.not_signed")
    tagged = outer.enter(CONTEXT_0)
    outer.finish()
    body = tagged.enter(SEQUENCE)
    tagged.finish()
    body.take_bytes(INTEGER)
    body.take_bytes(SET)
    encapsulated = body.enter(SEQUENCE)
    if shapes.read_oid(encapsulated.take_bytes(OID)) != shapes.DATA:
        raise refusal("bundle.structure")
    if encapsulated.at_end:
        raise refusal("bundle.not_signed")  # a detached signature: the content is elsewhere
    holder = encapsulated.enter(CONTEXT_0)
    encapsulated.finish()
    octets = holder.take(OCTETS)
    holder.finish()
    if body.peek() != CONTEXT_0:
        raise refusal("bundle.signer_missing")
    certificates = shapes.read_certificates(body.take_bytes(CONTEXT_0))
    signers = shapes.read_signers(body.take_bytes(SET))
    body.finish()
    content = Slice(source, octets.content, octets.end - octets.content)
    return _checked(suite, content, certificates, signers, step)


def _checked(
    suite: Suite,
    content: Slice,
    certificates: list[x509.Certificate],
    signers: list[shapes.SignerShape],
    step: Callable[[int, int], None],
) -> Signed:
    if not signers:
        raise refusal("bundle.not_signed")
    if len(signers) > 1:
        raise refusal("bundle.many_signers")
    signer = signers[0]
    if len(certificates) > MAX_CERTIFICATES or signer.unsigned:
        raise refusal("bundle.structure")
    if signer.digest_algorithm != suite.digest:
        raise refusal("bundle.algorithm")
    if (
        signer.repeated
        or signer.content_type != shapes.DATA
        or signer.message_digest is None
        or signer.signing_time is None
        or signer.certificate_sha256 is None
    ):
        raise refusal("bundle.attributes")
    certificate = next((one for one in certificates if shapes.is_named(signer.name, one)), None)
    if certificate is None:
        raise refusal("bundle.signer_missing")
    if certificate.fingerprint(hashes.SHA256()) != signer.certificate_sha256:
        raise refusal("bundle.certificate_swapped")
    digest = digest_of(content, step)
    if digest != signer.message_digest:
        raise refusal("bundle.signature_wrong")
    if not suite.check_signature(
        certificate, signer.signature_algorithm, signer.signature, signer.attributes
    ):
        raise refusal("bundle.signature_wrong")
    others = tuple(one for one in certificates if one != certificate)
    return Signed(content, digest.hex(), certificate, others, signer.signing_time)


def digest_of(content: Source, step: Callable[[int, int], None]) -> bytes:
    """SHA-256 of a whole source."""
    running = hashlib.sha256()
    for offset in range(0, content.size, CHUNK):
        step(offset, content.size)
        running.update(content.read_at(offset, CHUNK))
    return running.digest()
