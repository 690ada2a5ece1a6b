"""The outer layer: CMS AuthEnvelopedData (RFC 5083), written and read as a stream."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag

from collector.bundle import shapes
from collector.bundle.asn1 import (
    CONTEXT_0,
    CONTEXT_0_PRIMITIVE,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    Walker,
    header,
    wrap,
)
from collector.bundle.identity import DecryptionKey, Recipient
from collector.bundle.refusals import refusal
from collector.bundle.shapes import RecipientShape
from collector.bundle.spool import Source
from collector.bundle.suites import Suite, suite_of

CHUNK = 1024 * 1024
MAX_BUNDLE = 300_000_000
"""bytes; openssl needs three times the bundle in memory to open it"""
MAX_RECIPIENTS = 64


@dataclass(frozen=True, slots=True)
class Sealed:
    """What an envelope says of itself, readable without a key and not to be trusted."""

    suite: Suite
    recipients: tuple[RecipientShape, ...]
    nonce: bytes
    content: int
    """where the ciphertext starts"""
    size: int
    tag: bytes


def encrypted(
    suite: Suite, recipients: Sequence[Recipient], size: int, content: Iterable[bytes]
) -> Iterator[bytes]:
    """The bytes of an envelope around ``content`` of exactly ``size`` bytes."""
    key, nonce = os.urandom(suite.key_size), os.urandom(suite.nonce_size)
    infos = sorted(suite.address(one.certificate, key) for one in recipients)
    inner_head = shapes.oid(shapes.DATA) + shapes.algorithm(
        suite.cipher, shapes.gcm_parameters(nonce)
    )
    content_head = header(CONTEXT_0_PRIMITIVE, size)
    body_head = (
        shapes.integer(0)
        + wrap(SET, *infos)
        + header(SEQUENCE, len(inner_head) + len(content_head) + size)
        + inner_head
        + content_head
    )
    tail_size = 2 + suite.tag_size
    body = header(SEQUENCE, len(body_head) + size + tail_size) + body_head
    tagged = header(CONTEXT_0, len(body) + size + tail_size) + body
    kind = shapes.oid(suite.envelope)
    yield header(SEQUENCE, len(kind) + len(tagged) + size + tail_size) + kind + tagged
    cipher = suite.encrypt(key, nonce)
    for chunk in content:
        yield cipher.update(chunk)
    yield cipher.finalize()
    yield wrap(OCTETS, cipher.tag)


def content_type(source: Source) -> str:
    """The OID of the outermost layer; ``bundle.not_a_bundle`` where there is none."""
    if source.size > MAX_BUNDLE:
        raise refusal("bundle.too_large")
    start = source.read_at(0, 64)
    if start[:1] != bytes((SEQUENCE,)):
        raise refusal("bundle.not_a_bundle")
    if len(start) < 32:
        raise refusal("bundle.cut")
    # The type may be read before the length is known to fit, so that a cut file is called cut.
    skip = 2 + (start[1] & 0x7F if start[1] & 0x80 else 0)
    if start[skip : skip + 1] != bytes((OID,)):
        raise refusal("bundle.not_a_bundle")
    found = shapes.read_oid(start[skip : skip + 2 + start[skip + 1]])
    outer = Walker(source).take(SEQUENCE)
    if outer.end != source.size:
        raise refusal("bundle.trailing_bytes")
    return found


def read(source: Source) -> Sealed:
    """The parts of an envelope. Raises InputRefused for all that is not one of a known suite."""
    kind = content_type(source)
    outer = Walker(source).enter(SEQUENCE)
    outer.take(OID)
    if not kind.startswith("1.2.840.113549.1.") and not kind.startswith("1.2.156.10197."):
        raise refusal("bundle.not_a_bundle")
    tagged = outer.enter(CONTEXT_0)
    outer.finish()
    if kind != shapes.AUTH_ENVELOPED_DATA:
        raise refusal("bundle.suite_unknown")
    body = tagged.enter(SEQUENCE)
    tagged.finish()
    if body.take_bytes(INTEGER) != shapes.integer(0):
        raise refusal("bundle.suite_unknown")
    # No originator certificates and no attributes: nothing in them would be authenticated.
    recipients = shapes.read_recipients(body.take_bytes(SET))
    inner = body.enter(SEQUENCE)
    if shapes.read_oid(inner.take_bytes(OID)) != shapes.DATA:
        raise refusal("bundle.structure")
    cipher, parameters = shapes.read_algorithm(inner.take_bytes(SEQUENCE))
    suite = suite_of(kind, cipher)
    nonce = shapes.read_gcm_nonce(parameters)
    if nonce is None:
        raise refusal("bundle.algorithm")
    content = inner.take(CONTEXT_0_PRIMITIVE)
    inner.finish()
    tag = body.take_bytes(OCTETS)[2:]
    body.finish()
    if len(tag) != suite.tag_size:
        raise refusal("bundle.algorithm")
    if not 1 <= len(recipients) <= MAX_RECIPIENTS:
        raise refusal("bundle.structure")
    size = content.end - content.content
    return Sealed(suite, tuple(recipients), nonce, content.content, size, tag)


def _is_named(recipient: RecipientShape, key: DecryptionKey) -> bool:
    """Whether a recipient entry points at the key's certificate; every one where it has none."""
    if key.certificate is None:
        return True
    return shapes.is_named(recipient.name, key.certificate)


def content_keys(sealed: Sealed, key: DecryptionKey) -> list[bytes]:
    """The content keys ``key`` opens: one, but another's entry may open by chance.

    Raises ``bundle.not_addressed`` when no entry is for the key, ``bundle.changed`` when the
    entry for its certificate does not open.
    """
    meant = [one for one in sealed.recipients if _is_named(one, key)]
    if not meant:
        raise refusal("bundle.not_addressed")
    found = [
        opened
        for one in meant
        if (opened := sealed.suite.unwrap(one, key.key)) is not None
        and len(opened) == sealed.suite.key_size
    ]
    if not found:
        raise refusal("bundle.not_addressed" if key.certificate is None else "bundle.changed")
    return found


class Sink(Protocol):
    """Takes bytes in order."""

    def write(self, data: bytes) -> None: ...


def decrypt_into(
    sink: Sink,
    source: Source,
    sealed: Sealed,
    key: DecryptionKey,
    step: Callable[[int, int], None],
) -> None:
    """Fills ``sink`` and proves the tag. Nothing in the sink may be used if this raises
    (``bundle.changed``, ``bundle.not_addressed``)."""
    found = content_keys(sealed, key)
    cipher = sealed.suite.decrypt(found[0], sealed.nonce, sealed.tag)
    for offset in range(0, sealed.size, CHUNK):
        step(offset, sealed.size)
        length = min(CHUNK, sealed.size - offset)
        data = source.read_at(sealed.content + offset, length)
        if len(data) != length:
            raise refusal("bundle.cut")
        sink.write(cipher.update(data))
    step(sealed.size, sealed.size)
    try:
        cipher.finalize()
    except InvalidTag:
        raise refusal("bundle.changed") from None
