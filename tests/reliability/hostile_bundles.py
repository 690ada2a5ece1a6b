"""The hostile kit: bundles made to fool, fill or break whoever opens them.

Each is named for its one defect and stands beside the one code it must be refused with. All are
right in every other way: those with a defect inside are properly encrypted and signed.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from collector.bundle import shapes
from collector.bundle.archive import DATE
from collector.bundle.asn1 import wrap
from collector.bundle.identity import DecryptionKey, Identity
from collector.bundle.suites import DEFAULT
from tests.reliability.bundle_kit import (
    DAY,
    MEMBERS,
    NOW,
    SIGNING,
    UNITS,
    as_json,
    bundle,
    certificate,
    crl,
    default_files,
    file_entry,
    framed,
    key,
    parties,
    payload,
    pem,
    sealed,
    signed,
    told,
    usage,
)

P = parties()
GOOD = bundle()


@dataclass(frozen=True, slots=True)
class Case:
    code: str
    make: Callable[[], bytes]
    key: DecryptionKey = field(default_factory=lambda: P.recipient.decryption_key)
    trust: bytes = field(default_factory=lambda: P.trust)
    at: datetime = NOW


KIT: dict[str, Case] = {}


def case(name: str, code: str, make: Callable[[], bytes], **options: Any) -> None:
    assert name not in KIT
    KIT[name] = Case(f"bundle.{code}", make, **options)


def flipped(data: bytes, place: int) -> bytes:
    place %= len(data)
    return data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]


# -- the file ---------------------------------------------------------------------------------

case("empty_file", "not_a_bundle", lambda: b"")
case("plain_text", "not_a_bundle", lambda: "姓名,证件号\r\n".encode() * 20)
case("bare_zip", "not_a_bundle", payload)
case("pem_armour", "not_a_bundle", lambda: b"-----BEGIN CMS-----\nMII=\n-----END CMS-----\n" * 3)
case("der_of_something_else", "not_a_bundle", lambda: wrap(0x30, wrap(0x02, b"\1"), b"\5\0" * 20))
case(
    "plain_cms_data",
    "not_a_bundle",
    lambda: wrap(0x30, shapes.oid("1.3.6.1.4.1.1"), wrap(0xA0, bytes(64))),
)
case("only_a_first_byte", "cut", lambda: b"\x30")
case("cut_in_the_header", "cut", lambda: GOOD[:40])
case("cut_in_half", "cut", lambda: GOOD[: len(GOOD) // 2])
case("last_byte_missing", "cut", lambda: GOOD[:-1])
case("one_byte_too_many", "trailing_bytes", lambda: GOOD + b"\0")
case("two_bundles_in_one_file", "trailing_bytes", lambda: GOOD + GOOD)
case("indefinite_length", "not_der", lambda: b"\x30\x80" + GOOD[4:] + b"\0\0")
case("padded_length", "not_der", lambda: b"\x30\x84\0\0" + GOOD[2:])
case(
    "length_of_nine_bytes",
    "not_der",
    lambda: b"\x30\x89" + bytes(7) + GOOD[2:],
)

# -- the envelope -----------------------------------------------------------------------------


def enveloped(
    *,
    kind: str = shapes.AUTH_ENVELOPED_DATA,
    cipher: str = shapes.AES256_GCM,
    nonce: bytes = bytes(12),
    tag: bytes = bytes(16),
    infos: list[bytes] | None = None,
    before: bytes = b"",
    between: bytes = b"",
    behind: bytes = b"",
    version: int = 0,
    content_type: str = shapes.DATA,
    inside: bytes = b"",
) -> bytes:
    """An envelope put together by hand around content nobody can decrypt."""
    if infos is None:
        infos = [DEFAULT.address(P.recipient.certificate, bytes(32))]
    inner = wrap(
        0x30,
        shapes.oid(content_type),
        shapes.algorithm(cipher, shapes.gcm_parameters(nonce)),
        wrap(0x80, bytes(64)),
        inside,
    )
    body = wrap(
        0x30,
        shapes.integer(version),
        before,
        wrap(0x31, *infos),
        inner,
        between,
        wrap(0x04, tag),
        behind,
    )
    return wrap(0x30, shapes.oid(kind), wrap(0xA0, body))


def wrapped_up(body: bytes) -> bytes:
    kind = shapes.oid(shapes.AUTH_ENVELOPED_DATA)
    return wrap(0x30, kind, wrap(0xA0, wrap(0x30, body)))


GOOD_BODY = GOOD[4 + 13 + 4 + 4 :]
"""what stands inside AuthEnvelopedData"""
ATTRIBUTE = wrap(0x30, shapes.oid("1.2.840.113549.1.9.3"), wrap(0x31, shapes.oid(shapes.DATA)))
case(
    "unauthenticated_envelope",
    "suite_unknown",
    lambda: enveloped(kind="1.2.840.113549.1.7.3"),
)
case("domestic_suite", "suite_unknown", lambda: enveloped(kind="1.2.156.10197.6.1.4.2.3"))
case(
    "cipher_aes_128_gcm",
    "suite_unknown",
    lambda: enveloped(cipher="2.16.840.1.101.3.4.1.6"),
)
case(
    "cipher_aes_256_cbc",
    "suite_unknown",
    lambda: enveloped(cipher="2.16.840.1.101.3.4.1.42"),
)
case("envelope_version_5", "suite_unknown", lambda: enveloped(version=5))
case("nonce_of_8_bytes", "algorithm", lambda: enveloped(nonce=bytes(8)))
case("nonce_of_200_bytes", "algorithm", lambda: enveloped(nonce=bytes(200)))
case("tag_of_12_bytes", "algorithm", lambda: enveloped(tag=bytes(12)))
case("tag_of_4_bytes", "algorithm", lambda: enveloped(tag=bytes(4)))
case("authenticated_attributes", "structure", lambda: enveloped(between=wrap(0xA1, ATTRIBUTE)))
case("unauthenticated_attributes", "structure", lambda: enveloped(behind=wrap(0xA2, ATTRIBUTE)))
case("originator_certificates", "structure", lambda: enveloped(before=wrap(0xA0, b"")))
case("something_behind_the_content", "structure", lambda: enveloped(inside=b"\5\0"))
case(
    "content_is_said_to_be_signed",
    "structure",
    lambda: enveloped(content_type=shapes.SIGNED_DATA),
)
case("no_recipients", "structure", lambda: enveloped(infos=[]))
case(
    "sixty_five_recipients",
    "structure",
    lambda: enveloped(infos=[DEFAULT.address(P.recipient.certificate, bytes(32))] * 65),
)
case(
    "recipients_of_two_megabytes",
    "structure",
    lambda: enveloped(infos=[wrap(0x04, bytes(2 * 1024 * 1024))]),
)
case("recipients_are_rubbish", "structure", lambda: enveloped(infos=[b"\x30\x03\x02\x01\x09"]))
case("shared_password_only", "structure", lambda: enveloped(infos=[wrap(0xA3, bytes(40))]))


def _first_cipher_byte_flipped() -> bytes:
    content = signed(payload())
    return flipped(sealed(content), -18 - len(content))


case("first_cipher_byte_flipped", "changed", _first_cipher_byte_flipped)
case("last_cipher_byte_flipped", "changed", lambda: flipped(GOOD, -19))
case("tag_flipped", "changed", lambda: flipped(GOOD, -1))
case("nonce_flipped", "changed", lambda: flipped(GOOD, GOOD.index(b"\x30\x11\x04\x0c") + 6))
case("content_key_of_another_bundle", "changed", enveloped)
case(
    "content_key_too_short",
    "changed",
    lambda: enveloped(infos=[DEFAULT.address(P.recipient.certificate, bytes(16))]),
)


def _wrapped_key_flipped() -> bytes:
    data = sealed(signed(payload()), P.recipient.recipient)
    return flipped(data, data.index(b"\x04\x82\x01\x80") + 100)


case("wrapped_key_flipped", "changed", _wrapped_key_flipped)


def _point_off_the_curve() -> bytes:
    data = sealed(signed(payload()), P.own.recipient)
    return flipped(data, data.index(b"\x03\x42\x00\x04") + 20)


case("point_off_the_curve", "changed", _point_off_the_curve, key=P.own.decryption_key)
case(
    "sealed_to_somebody_else",
    "not_addressed",
    lambda: sealed(signed(payload()), P.stranger.recipient),
)
case(
    "somebody_elses_bare_key",
    "not_addressed",
    lambda: GOOD,
    key=DecryptionKey(P.stranger.key),
)


def _transported(algorithm: bytes) -> bytes:
    info = wrap(
        0x30,
        shapes.integer(0),
        shapes.issuer_and_serial(P.recipient.certificate),
        algorithm,
        wrap(0x04, bytes(384)),
    )
    return enveloped(infos=[info])


case(
    "key_under_pkcs1_v15",
    "algorithm",
    lambda: _transported(shapes.algorithm(shapes.RSA_ENCRYPTION, b"\5\0")),
)
case(
    "key_under_oaep_sha1",
    "algorithm",
    lambda: _transported(shapes.algorithm(shapes.RSAES_OAEP, b"\x30\0")),
)


def _agreed(old: str, new: str) -> bytes:
    info = DEFAULT.address(P.own.certificate, bytes(32))
    assert len(shapes.oid(old)) == len(shapes.oid(new))
    return enveloped(infos=[info.replace(shapes.oid(old), shapes.oid(new))])


case(
    "key_derived_with_sha512",
    "algorithm",
    lambda: _agreed("1.3.132.1.11.1", "1.3.132.1.11.3"),
    key=P.own.decryption_key,
)
case(
    "key_wrapped_with_aes_128",
    "algorithm",
    lambda: _agreed(shapes.AES256_WRAP, "2.16.840.1.101.3.4.1.5"),
    key=P.own.decryption_key,
)

case(
    "static_originator_key",
    "structure",
    lambda: enveloped(
        infos=[
            wrap(
                0xA1,
                shapes.integer(3),
                wrap(0xA0, wrap(0x80, b"key id")),
                shapes.algorithm(shapes.ECDH_SHA256_KDF, shapes.algorithm(shapes.AES256_WRAP)),
                wrap(0x30, b""),
            )
        ]
    ),
)
case("no_tag", "structure", lambda: wrapped_up(GOOD_BODY[:-18]))
case("tag_header_cut", "structure", lambda: wrapped_up(GOOD_BODY[:-18] + b"\x04\x82\x01"))
case("tag_longer_than_its_room", "structure", lambda: wrapped_up(GOOD_BODY[:-18] + b"\x04\x20x"))

# -- the signature ----------------------------------------------------------------------------


def resigned(
    change: Callable[[list[bytes]], list[bytes]],
    *,
    digest: str = shapes.SHA256,
    algorithm: bytes = shapes.algorithm(shapes.ECDSA_WITH_SHA256),
    bound: bytes | None = None,
    certificates: list[x509.Certificate] | None = None,
    signers: int = 1,
    unsigned: bytes = b"",
    spoil: int | None = None,
) -> bytes:
    """A bundle whose attributes were changed before signing: the signature fits them."""
    content = payload()
    fingerprint = bound or P.signer.certificate.fingerprint(hashes.SHA256())
    attributes = shapes.signed_attributes(hashlib.sha256(content).digest(), fingerprint, NOW)
    changed = wrap(0x31, *sorted(change(_elements(attributes[2 + (attributes[1] == 0x81) :]))))
    signature = P.signer.sign(changed)
    if spoil is not None:
        signature = flipped(signature, spoil)
    info = wrap(
        0x30,
        shapes.integer(1),
        shapes.issuer_and_serial(P.signer.certificate),
        shapes.algorithm(digest),
        b"\xa0" + changed[1:] if len(changed) > 2 else b"",
        algorithm,
        wrap(0x04, signature),
        unsigned,
    )
    enclosed = [P.signer.certificate] if certificates is None else certificates
    tail = wrap(0xA0, *(shapes_der(one) for one in enclosed)) + wrap(0x31, info * signers)
    return sealed(framed(content, tail, bytes))


def shapes_der(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.DER)


def _elements(data: bytes) -> list[bytes]:
    found = []
    while data:
        size = 2 + data[1]
        found.append(data[:size])
        data = data[size:]
    return found


def without(dotted: str) -> Callable[[list[bytes]], list[bytes]]:
    return lambda all_: [one for one in all_ if shapes.oid(dotted) not in one[:15]]


TYPE, DIGEST, TIME = (f"1.2.840.113549.1.9.{n}" for n in (3, 4, 5))
BINDING = "1.2.840.113549.1.9.16.2.47"
case("zip_without_signature", "not_signed", lambda: sealed(payload()))
case("nothing_inside", "not_signed", lambda: sealed(b""))
case(
    "data_layer_without_signature",
    "not_signed",
    lambda: sealed(wrap(0x30, shapes.oid(shapes.DATA), wrap(0xA0, wrap(0x04, payload())))),
)


case(
    "signed_content_is_no_data",
    "structure",
    lambda: sealed(
        wrap(
            0x30,
            shapes.oid(shapes.SIGNED_DATA),
            wrap(
                0xA0,
                wrap(
                    0x30,
                    shapes.integer(3),
                    wrap(0x31, shapes.algorithm(shapes.SHA256)),
                    wrap(0x30, shapes.oid(shapes.SIGNED_DATA), wrap(0xA0, wrap(0x04, b"x"))),
                ),
            ),
        )
    ),
)


def _detached() -> bytes:
    whole = signed(payload())
    tail = whole[whole.rindex(shapes_der(P.signer.certificate)) - 4 :]
    body = wrap(
        0x30,
        shapes.integer(1),
        wrap(0x31, shapes.algorithm(shapes.SHA256)),
        wrap(0x30, shapes.oid(shapes.DATA)),
        tail,
    )
    return sealed(wrap(0x30, shapes.oid(shapes.SIGNED_DATA), wrap(0xA0, body)))


case("detached_signature", "not_signed", _detached)
case("no_signers", "not_signed", lambda: resigned(list, signers=0))
case("two_signers", "many_signers", lambda: resigned(list, signers=2))
case("signature_flipped", "signature_wrong", lambda: resigned(list, spoil=-1))
case(
    "signature_is_not_der",
    "signature_wrong",
    lambda: resigned(list, spoil=0),
)


def _content_changed() -> bytes:
    whole = signed(payload())
    return sealed(whole.replace(MEMBERS, MEMBERS.replace(b"1\r\n", b"7\r\n")))


case("content_changed_after_signing", "signature_wrong", _content_changed)
case("no_signed_attributes", "attributes", lambda: resigned(lambda _: []))
case("no_content_type", "attributes", lambda: resigned(without(TYPE)))
case("no_message_digest", "attributes", lambda: resigned(without(DIGEST)))
case("no_signing_time", "attributes", lambda: resigned(without(TIME)))
case("no_certificate_binding", "attributes", lambda: resigned(without(BINDING)))
case("attribute_twice", "attributes", lambda: resigned(lambda all_: [*all_, all_[0]]))
case(
    "content_type_is_another",
    "attributes",
    lambda: resigned(
        lambda all_: [
            *without(TYPE)(all_),
            wrap(0x30, shapes.oid(TYPE), wrap(0x31, shapes.oid(shapes.SIGNED_DATA))),
        ]
    ),
)
case(
    "signing_time_is_a_number",
    "structure",
    lambda: resigned(
        lambda all_: [*without(TIME)(all_), wrap(0x30, shapes.oid(TIME), wrap(0x31, b"\2\1\1"))]
    ),
)
case("unsigned_attributes", "structure", lambda: resigned(list, unsigned=wrap(0xA1, ATTRIBUTE)))
case("bound_to_another_certificate", "certificate_swapped", lambda: resigned(list, bound=b"x" * 32))
HASHED_OTHERWISE = wrap(
    0x30,
    shapes.oid(BINDING),
    wrap(
        0x31,
        wrap(
            0x30,
            wrap(
                0x30,
                wrap(
                    0x30,
                    shapes.algorithm("2.16.840.1.101.3.4.2.3"),
                    wrap(0x04, P.signer.certificate.fingerprint(hashes.SHA512())),
                ),
            ),
        ),
    ),
)
case(
    "bound_by_another_digest",
    "certificate_swapped",
    lambda: resigned(lambda all_: [*without(BINDING)(all_), HASHED_OTHERWISE]),
)
case("no_certificates", "signer_missing", lambda: resigned(list, certificates=[]))
case(
    "certificates_left_out",
    "signer_missing",
    lambda: sealed(
        signed(
            payload(), after=lambda tail: tail[len(wrap(0xA0, shapes_der(P.signer.certificate))) :]
        )
    ),
)
case(
    "another_certificate_enclosed",
    "signer_missing",
    lambda: resigned(list, certificates=[P.own.certificate]),
)
case(
    "seventeen_certificates",
    "structure",
    lambda: resigned(list, certificates=[P.signer.certificate] * 17),
)
case("digest_sha1", "algorithm", lambda: resigned(list, digest="1.3.14.3.2.26"))
case(
    "signature_rsa_pss",
    "algorithm",
    lambda: resigned(list, algorithm=shapes.algorithm("1.2.840.113549.1.1.10")),
)
case(
    "signature_ecdsa_sha1",
    "algorithm",
    lambda: resigned(list, algorithm=shapes.algorithm("1.2.840.10045.4.1")),
)
case(
    "something_behind_the_signers",
    "structure",
    lambda: sealed(signed(payload(), after=lambda tail: tail + b"\5\0")),
)

# -- who signed -------------------------------------------------------------------------------


def signed_by(signer: Identity, when: datetime = NOW) -> bytes:
    changed = told() | {
        "sender": told()["sender"] | {"certificate_sha256": signer.recipient.certificate_sha256}
    }
    return bundle(payload(manifest_bytes=as_json(changed)), signer=signer, when=when)


def issued(common: str, **options: Any) -> Identity:
    settings = {"use": usage(*SIGNING)} | options
    return P.issue(common, key("p256", 10), **settings)


OTHER = Identity(
    key("p256", 20),
    certificate("别家 Other", key("p256", 20), authority=True, use=usage("key_cert_sign")),
)
NAMESAKE = Identity(
    key("p256", 21),
    certificate("示例根 Root", key("p256", 21), authority=True, use=usage("key_cert_sign")),
)


def under(issuer: Identity, *, chain: bool = True, **options: Any) -> Identity:
    settings = {"use": usage(*SIGNING)} | options
    own_key = key("p256", 11)
    made = certificate("下级 Under", own_key, issuer, **settings)
    return Identity(own_key, made, (issuer.certificate,) if chain else ())


def middle(**options: Any) -> Identity:
    settings: dict[str, Any] = {
        "authority": True,
        "use": usage("key_cert_sign", "crl_sign"),
    } | options
    return P.issue("中间 Middle", key("p256", 12), **settings)


case("foreign_authority", "untrusted", lambda: signed_by(under(OTHER)))
case("foreign_authority_of_the_same_name", "untrusted", lambda: signed_by(under(NAMESAKE)))
case(
    "self_signed",
    "untrusted",
    lambda: signed_by(
        Identity(key("p256", 13), certificate("自签 Self", key("p256", 13), use=usage(*SIGNING)))
    ),
)
case("middle_certificate_missing", "untrusted", lambda: signed_by(under(middle(), chain=False)))
case("middle_is_no_authority", "untrusted", lambda: signed_by(under(middle(authority=False))))
case(
    "middle_may_not_sign_certificates",
    "untrusted",
    lambda: signed_by(under(middle(use=usage("crl_sign")))),
)
case(
    "middle_with_an_unknown_critical_extension",
    "untrusted",
    lambda: signed_by(
        under(middle(extra=x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")))
    ),
)


def _path_too_long() -> bytes:
    upper = middle(path_length=0)
    lower_key = key("p256", 14)
    lower = Identity(
        lower_key,
        certificate("再中间", lower_key, upper, authority=True, use=usage("key_cert_sign")),
    )
    end = under(lower)
    return signed_by(Identity(end.key, end.certificate, (lower.certificate, upper.certificate)))


case("path_longer_than_allowed", "untrusted", _path_too_long)
case("expired_when_signed", "expired", lambda: signed_by(issued("旧", end=NOW - DAY)))
case(
    "expired_when_received",
    "expired",
    lambda: signed_by(issued("将旧", end=NOW + DAY)),
    at=NOW + 2 * DAY,
    trust=pem(P.authority.certificate),
)
case("not_yet_valid", "not_yet_valid", lambda: signed_by(issued("新", start=NOW + DAY)))
case(
    "signed_in_the_future",
    "signed_in_future",
    lambda: signed_by(P.signer, when=NOW + 3 * DAY),
)
REVOKED = issued("吊销", serial=4242)
case(
    "revoked",
    "revoked",
    lambda: signed_by(REVOKED),
    trust=pem(P.authority.certificate, crl(P.authority, REVOKED.certificate)),
)
MIDDLE_REVOKED = middle(serial=4343)
case(
    "middle_revoked",
    "revoked",
    lambda: signed_by(under(MIDDLE_REVOKED)),
    trust=pem(P.authority.certificate, crl(P.authority, MIDDLE_REVOKED.certificate)),
)
case(
    "revocation_list_out_of_date",
    "crl_stale",
    lambda: GOOD,
    trust=pem(P.authority.certificate, crl(P.authority, start=NOW - 9 * DAY, end=NOW - DAY)),
)
case(
    "revocation_list_from_the_future",
    "crl_stale",
    lambda: GOOD,
    trust=pem(P.authority.certificate, crl(P.authority, start=NOW + DAY, end=NOW + 9 * DAY)),
)
case(
    "encryption_certificate_signs",
    "wrong_usage",
    lambda: signed_by(issued("加密", use=usage("key_encipherment"))),
)
case(
    "web_server_certificate_signs",
    "wrong_usage",
    lambda: signed_by(issued("网站", purposes=[ExtendedKeyUsageOID.SERVER_AUTH])),
)
case(
    "authority_signs",
    "wrong_usage",
    lambda: signed_by(issued("机构", authority=True, use=usage("key_cert_sign", *SIGNING))),
)
case(
    "unknown_critical_extension",
    "wrong_usage",
    lambda: signed_by(
        issued("怪", extra=x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"))
    ),
)
case(
    "signer_with_rsa_1024",
    "weak_key",
    lambda: signed_by(P.issue("短", key("rsa1024"), use=usage(*SIGNING))),
)
case(
    "signer_on_another_curve",
    "algorithm",
    lambda: signed_by(P.issue("曲线", key("p384"), use=usage(*SIGNING))),
)
case(
    "certificate_signed_with_sha224",
    "weak_key",
    lambda: signed_by(issued("旧摘要", digest=hashes.SHA224())),
)
case("trust_file_is_rubbish", "trust_unreadable", lambda: GOOD, trust=b"rubbish")
case(
    "trust_file_holds_no_authority",
    "trust_unreadable",
    lambda: GOOD,
    trust=pem(P.signer.certificate),
)
case(
    "trust_file_is_damaged",
    "trust_unreadable",
    lambda: GOOD,
    trust=b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
)

# -- the archive ------------------------------------------------------------------------------


@dataclass(slots=True)
class Item:
    """One file of an archive, every header field open to change, in both headers alike."""

    name: bytes
    data: bytes
    method: int = 0
    flags: int = 0x800
    crc: int | None = None
    size: int | None = None
    packed: bytes | None = None
    extra: bytes = b""
    attributes: int = 0o100600 << 16
    local_name: bytes | None = None
    gap: bytes = b""

    def fields(self, name: bytes) -> tuple[int, ...]:
        packed = self.data if self.packed is None else self.packed
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        size = len(self.data) if self.size is None else self.size
        return (20, self.flags, self.method, 0, DATE, crc, len(packed), size, len(name))

    def local(self) -> bytes:
        name = self.name if self.local_name is None else self.local_name
        head = struct.pack("<4s5H3I2H", b"PK\3\4", *self.fields(name), len(self.extra))
        return head + name + self.extra + (self.data if self.packed is None else self.packed)

    def central(self, offset: int) -> bytes:
        head = struct.pack(
            "<4s6H3I5H2I",
            b"PK\1\2",
            0x0314,
            *self.fields(self.name),
            len(self.extra),
            0,
            0,
            0,
            self.attributes,
            offset,
        )
        return head + self.name + self.extra


def archive_of(*items: Item, comment: bytes = b"", before: bytes = b"", count: int = 0) -> bytes:
    body, central = before, b""
    for item in items:
        central += item.central(len(body))
        body += item.local() + item.gap
    number = count or len(items)
    end = struct.pack(
        "<4s4H2IH", b"PK\5\6", 0, 0, number, number, len(central), len(body), len(comment)
    )
    return body + central + end + comment


def first(files: dict[str, bytes] | None = None, **changes: Any) -> Item:
    return Item(b"manifest.json", as_json(told(files, **changes)))


def units(**changes: Any) -> Item:
    return Item(b"data/unit.csv", UNITS, **changes)


def members() -> Item:
    return Item(b"data/member.csv", MEMBERS)


def inner(name: str, code: str, make: Callable[[], bytes]) -> None:
    """A defect in a payload that is properly signed and encrypted."""
    case(name, code, lambda: bundle(make()))


def named(name: str) -> Callable[[], bytes]:
    """An archive that holds, and lists, a file of a bad name."""
    raw = name.encode("utf-8", "surrogatepass")
    return lambda: archive_of(first(), units(), members(), Item(raw, b"x"))


inner("payload_is_no_zip", "archive_broken", lambda: b"no zip at all, but long enough for one")
inner("payload_is_tiny", "archive_broken", lambda: b"PK\5\6")
inner("empty_archive", "archive_broken", lambda: archive_of())
inner("archive_comment", "archive_broken", lambda: archive_of(first(), units(), comment=b"hello"))
inner("bytes_before_the_archive", "archive_broken", lambda: archive_of(first(), before=b"MZ" * 9))
inner("bytes_between_entries", "archive_broken", lambda: archive_of(first(), units(gap=b"?" * 9)))
inner(
    "bytes_after_the_last_entry",
    "archive_broken",
    lambda: archive_of(first(), units(), Item(b"data/member.csv", MEMBERS, gap=b"?")),
)
inner("more_entries_promised", "archive_broken", lambda: archive_of(first(), units(), count=3))
inner("fewer_entries_promised", "archive_broken", lambda: archive_of(first(), units(), count=1))
inner(
    "two_names_for_one_entry",
    "archive_broken",
    lambda: archive_of(first(), units(local_name=b"data/evil.csv")),
)
inner("extra_field", "archive_broken", lambda: archive_of(first(), units(extra=b"\1\0\0\0")))
inner("encrypted_entry", "archive_broken", lambda: archive_of(first(), units(flags=0x801)))
inner("data_descriptor", "archive_broken", lambda: archive_of(first(), units(flags=0x808)))
inner("method_bzip2", "archive_broken", lambda: archive_of(first(), units(method=12)))
inner("stored_with_two_sizes", "archive_broken", lambda: archive_of(first(), units(size=9999)))
inner("crc_wrong", "archive_broken", lambda: archive_of(first(), units(crc=1), members()))


def packed(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


inner(
    "inflates_to_more_than_promised",
    "archive_broken",
    lambda: archive_of(
        first(),
        Item(b"data/unit.csv", UNITS, method=8, packed=packed(UNITS * 9), size=len(UNITS)),
        members(),
    ),
)
inner(
    "inflates_to_less_than_promised",
    "archive_broken",
    lambda: archive_of(
        Item(b"manifest.json", as_json(told(files=_relisted("data/unit.csv", size=999)))),
        Item(b"data/unit.csv", UNITS, method=8, packed=packed(UNITS), size=999),
        members(),
    ),
)
inner(
    "deflate_stream_is_cut",
    "archive_broken",
    lambda: archive_of(
        first(), Item(b"data/unit.csv", UNITS, method=8, packed=packed(UNITS)[:-2]), members()
    ),
)
inner(
    "deflate_stream_is_rubbish",
    "archive_broken",
    lambda: archive_of(
        first(), Item(b"data/unit.csv", UNITS, method=8, packed=b"\xff" * 40), members()
    ),
)
inner(
    "bytes_behind_the_deflate_stream",
    "archive_broken",
    lambda: archive_of(
        first(), Item(b"data/unit.csv", UNITS, method=8, packed=packed(UNITS) + b"more"), members()
    ),
)
inner(
    "ratio_deflate_cannot_reach",
    "archive_broken",
    lambda: archive_of(
        first(), Item(b"data/unit.csv", b"", method=8, packed=b"\3\0", size=10_000_000)
    ),
)
inner(
    "bomb_of_three_gigabytes",
    "archive_too_large",
    lambda: archive_of(
        first(),
        *(
            Item(f"data/bomb{n}.csv".encode(), b"", method=8, packed=bytes(1_000_000), size=10**9)
            for n in range(3)
        ),
    ),
)
inner(
    "manifest_of_two_megabytes",
    "archive_too_large",
    lambda: archive_of(Item(b"manifest.json", b" " * 2_000_000)),
)
inner(
    "sixty_five_entries",
    "archive_too_large",
    lambda: archive_of(first(), *(Item(f"data/{n}.csv".encode(), b"") for n in range(64))),
)
inner("manifest_not_first", "manifest_missing", lambda: archive_of(units(), first(), members()))
inner("no_manifest", "manifest_missing", lambda: archive_of(units(), members()))
inner(
    "link_instead_of_a_file",
    "unsafe_name",
    lambda: archive_of(first(), units(attributes=0o120777 << 16)),
)
inner(
    "device_instead_of_a_file",
    "unsafe_name",
    lambda: archive_of(first(), units(attributes=0o020777 << 16)),
)
inner(
    "name_is_not_utf8",
    "unsafe_name",
    lambda: archive_of(first(), Item("data/单位.csv".encode("gbk"), b"")),
)
for _label, _name in {
    "climbs_out": "../evil.csv",
    "climbs_out_inside": "data/../../evil.csv",
    "absolute": "/etc/evil",
    "backslash": "data\\evil.csv",
    "drive_letter": "C:evil.csv",
    "alternate_stream": "data/unit.csv:evil",
    "windows_device": "data/CON.csv",
    "windows_device_with_a_superscript": "data/com¹.csv",
    "trailing_dot": "data/evil.csv.",
    "trailing_space": "data/evil.csv ",
    "leading_dot": "data/.evil",
    "decomposed": "data/e\u0301.csv",
    "right_to_left_override": "data/\u202evsc.exe",
    "zero_width": "data/un\u200bit.csv",
    "null_byte": "data/unit.csv\0.exe",
    "line_feed": "data/unit\n.csv",
    "three_deep": "data/deep/er.csv",
    "unknown_folder": "scripts/run.csv",
    "beside_the_manifest": "evil.csv",
    "folder_entry": "data/",
    "empty": "",
    "too_long": "data/" + "x" * 121,
    "surrogate": "data/\ud800.csv",
}.items():
    inner(f"name_{_label}", "unsafe_name", named(_name))
inner("same_name_twice", "unsafe_name", lambda: archive_of(first(), units(), units()))
inner(
    "names_that_differ_by_case",
    "unsafe_name",
    lambda: archive_of(first(), units(), Item(b"data/UNIT.csv", b"")),
)
inner(
    "names_that_differ_by_width",
    "unsafe_name",
    lambda: archive_of(first(), units(), Item("data/ｕnit.csv".encode(), b"")),
)

# -- the manifest -----------------------------------------------------------------------------


def manifest(name: str, code: str, make: Callable[[], bytes]) -> None:
    inner(name, code, lambda: payload(manifest_bytes=make()))


def saying(name: str, code: str, **changes: Any) -> None:
    manifest(name, code, lambda: as_json(told(**changes)))


manifest("manifest_is_no_json", "manifest_broken", lambda: b"{")
manifest("manifest_is_a_list", "manifest_broken", lambda: b"[]")
manifest("manifest_with_a_mark", "manifest_broken", lambda: b"\xef\xbb\xbf" + as_json(told()))
manifest("manifest_in_gbk", "manifest_broken", lambda: as_json(told()).decode().encode("gbk"))
manifest("manifest_nested_deeply", "manifest_broken", lambda: b"[" * 400_000)
manifest(
    "manifest_key_twice",
    "manifest_repeated_key",
    lambda: as_json(told())[:-1] + b',"sequence":2}',
)
manifest(
    "manifest_inner_key_twice",
    "manifest_repeated_key",
    lambda: as_json(told()).replace(b'"uscc":', b'"uscc":"","uscc":', 1),
)
for _label, _text in {
    "nan": b"NaN",
    "infinity": b"-Infinity",
    "fraction": b"1.0",
    "exponent": b"1e0",
    "huge_number": b"9" * 5000,
    "text": b'"1"',
    "truth": b"true",
    "nothing": b"null",
    "zero": b"0",
    "negative": b"-1",
    "seven_digits": b"1000000",
}.items():
    manifest(
        f"sequence_is_{_label}",
        "manifest_broken",
        lambda text=_text: as_json(told()).replace(
            b'"sequence": 1,', b'"sequence": ' + text + b","
        ),
    )
saying("format_is_another", "manifest_broken", format="ODK")
saying("version_2", "newer", version=2)
saying("version_is_text", "manifest_broken", version="1")
saying("version_is_true", "manifest_broken", version=True)
saying("suite_is_another", "suite_mismatch", suite="C")
saying("id_is_not_a_uuid", "manifest_broken", id="../../id")
saying("id_in_capitals", "manifest_broken", id="AAAAAAAA-2222-4333-8444-555555555555")
saying("id_missing", "manifest_broken", id=None)
saying("created_empty", "manifest_broken", created="")
saying("created_without_zone", "manifest_broken", created="2026-03-02T08:00:00")
saying("first_with_a_previous", "manifest_broken", previous="0" * 64)
saying("trial_is_text", "manifest_broken", trial="no")
saying("no_recipients_listed", "manifest_broken", recipients=[])
saying("period_with_a_control_character", "manifest_broken", period="2026\x1b[31m")
saying("period_too_long", "manifest_broken", period="x" * 501)
saying("no_files_listed", "manifest_broken", files=[])
saying("files_is_an_object", "manifest_broken", files={})
saying("a_file_is_a_number", "manifest_broken", files=[1])
saying("sender_is_text", "manifest_broken", sender="示例工会")
saying("sender_without_a_code", "manifest_broken", sender=told()["sender"] | {"uscc": ""})
saying("sender_code_climbs", "manifest_broken", sender=told()["sender"] | {"uscc": "../x"})
saying(
    "sender_of_another_certificate",
    "sender_mismatch",
    sender=told()["sender"] | {"certificate_sha256": "0" * 64},
)
saying(
    "meant_for_others",
    "not_for_us",
    recipients=[{"certificate_sha256": "0" * 64, "key_sha256": "0" * 64}],
)
saying("a_count_is_missing", "manifest_broken", counts={"unit": 0})
saying(
    "counts_are_wrong",
    "counts_wrong",
    counts={"unit": 0, "union": 0, "officer": 0, "member": 3},
)
saying("data_hash_is_wrong", "file_changed", data_sha256="0" * 64)
saying("file_listed_twice", "manifest_broken", files=told()["files"] + told()["files"][:1])
saying(
    "listed_name_climbs",
    "unsafe_name",
    files=[*told()["files"], file_entry("../evil", b"")],
)
saying(
    "manifest_lists_itself",
    "unsafe_name",
    files=[*told()["files"], file_entry("manifest.json", b"")],
)
saying(
    "listed_file_missing", "missing_file", files=[*told()["files"], file_entry("data/x.csv", b"")]
)
saying("file_not_listed", "unlisted_file", files=told()["files"][1:])


def _relisted(name: str, **changes: Any) -> list[dict[str, Any]]:
    return [one | (changes if one["name"] == name else {}) for one in told()["files"]]


saying("size_is_wrong", "file_changed", files=_relisted("data/unit.csv", size=1))
saying("size_is_negative", "manifest_broken", files=_relisted("data/unit.csv", size=-1))


def _hash_wrong() -> bytes:
    """The list agrees with itself; the file is another."""
    files = default_files() | {"data/unit.csv": UNITS.replace(b"name", b"eman")}
    return archive_of(first(files), units(), members())


inner("hash_is_wrong", "file_changed", _hash_wrong)
inner(
    "rows_are_wrong",
    "counts_wrong",
    lambda: archive_of(
        Item(
            b"manifest.json",
            as_json(
                told(counts={"unit": 5, "union": 0, "officer": 0, "member": 2})
                | {"files": _relisted("data/unit.csv", rows=5)}
            ),
        ),
        units(),
        members(),
    ),
)
