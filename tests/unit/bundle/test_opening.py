"""Opening a bundle: what comes out, what is told, what is left when something fails."""

from __future__ import annotations

import errno
import os
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import cms, keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding

from collector.bundle import archive, envelope, reading, register, shapes, signature, suites
from collector.bundle.identity import DecryptionKey, Identity
from collector.bundle.names import is_safe
from collector.bundle.reading import inspect, verify
from collector.bundle.register import Register
from collector.bundle.rows import RowCounter
from collector.bundle.trust import Trust, check, read_trust
from collector.errors import CollectorError, InputRefused, NotUnlocked, SurroundingsFailed
from collector.progress import Progress
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
    key,
    parties,
    payload,
    pem,
    signed,
    told,
    usage,
)
from tests.reliability.hostile_bundles import Item as ArchiveItem
from tests.reliability.hostile_bundles import archive_of, first, packed, signed_by, under, units
from tests.unit.bundle.parties import opened, sealed

PEOPLE = parties()
KEY = PEOPLE.recipient.decryption_key


def put(folder: Path, data: bytes) -> Path:
    path = folder / "a.p7m"
    path.write_bytes(data)
    return path


def test_what_was_sealed_comes_out_byte_for_byte(tmp_path: Path) -> None:
    made = sealed(tmp_path / "out")
    result = opened(made.path, tmp_path / "in", tmp_path / "received.json")
    assert (tmp_path / "in/data/unit.csv").read_bytes() == UNITS
    assert (tmp_path / "in/data/member.csv").read_bytes() == MEMBERS
    assert sorted(result.files) == sorted(p for p in (tmp_path / "in").rglob("*") if p.is_file())
    assert result.verified.manifest == made.manifest
    assert result.verified.short_code == made.short_code
    assert not result.opened_before


def test_what_comes_out_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    result = opened(sealed(tmp_path / "out").path, tmp_path / "in", tmp_path / "received.json")
    if os.name == "posix":
        assert {path.stat().st_mode & 0o077 for path in result.files} == {0}


def test_an_empty_folder_is_used_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    opened(sealed(tmp_path / "out").path, tmp_path / "in", tmp_path / "received.json")
    assert (tmp_path / "in/manifest.json").exists()


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_folder_that_holds_something_is_left_alone(what: str, tmp_path: Path) -> None:
    target = tmp_path / "in"
    inside = target / "mine.txt" if what == "folder" else target
    inside.parent.mkdir(exist_ok=True)
    inside.write_text("mine")
    with pytest.raises(SurroundingsFailed) as caught:
        opened(sealed(tmp_path / "out").path, target, tmp_path / "received.json")
    assert caught.value.code == "bundle.out_not_empty"
    assert inside.read_text() == "mine"


def test_the_envelope_is_shown_without_a_key(tmp_path: Path) -> None:
    made = sealed(tmp_path / "out")
    found = inspect(made.path)
    assert (found.suite, len(found.recipients), found.name) == ("A", 2, made.path.name)
    assert found.size == made.path.stat().st_size


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        inspect(tmp_path / "gone.p7m")
    assert caught.value.code == "bundle.not_found"
    assert caught.value.where == {"file": "gone.p7m"}


def test_a_file_that_stops_being_readable_is_said_to_be(tmp_path: Path) -> None:
    source = reading.FileSource(put(tmp_path, b"x"))
    source._file.close()
    source._file = (tmp_path / "written").open("wb")  # type: ignore[assignment]
    with source, pytest.raises(InputRefused) as caught:
        source.read_at(0, 1)
    assert caught.value.code == "bundle.not_found"


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    path = put(tmp_path, b"")
    with path.open("wb") as file:
        file.truncate(envelope.MAX_BUNDLE + 1)
    with pytest.raises(InputRefused) as caught:
        inspect(path)
    assert caught.value.code == "bundle.too_large"


def test_a_file_that_shrinks_while_it_is_read_is_cut(tmp_path: Path) -> None:
    path = put(tmp_path, bundle())
    with reading.FileSource(path) as source, reading.Spool(tmp_path) as spool:
        found = envelope.read(source)
        os.truncate(path, path.stat().st_size - 400)
        with pytest.raises(InputRefused) as caught:
            envelope.decrypt_into(spool, source, found, KEY, lambda *_: None)
    assert caught.value.code == "bundle.cut"


def test_an_encrypted_bundle_needs_a_key(tmp_path: Path) -> None:
    with pytest.raises(NotUnlocked) as caught:
        verify(put(tmp_path, bundle()), PEOPLE.trust, at=NOW)
    assert caught.value.code == "bundle.key_needed"


def test_a_bundle_decrypted_before_is_verified_without_a_key(tmp_path: Path) -> None:
    found = verify(put(tmp_path, signed(payload())), PEOPLE.trust, at=NOW)
    assert not found.recipient_checked
    assert found.revocation_checked


def test_a_bare_key_finds_its_entry(tmp_path: Path) -> None:
    for one in (PEOPLE.own, PEOPLE.recipient):
        bare = DecryptionKey(one.key)
        found = verify(put(tmp_path, bundle()), PEOPLE.trust, bare, at=NOW)
        assert found.recipient_checked


def test_a_renewed_certificate_for_the_same_key_is_still_meant(tmp_path: Path) -> None:
    renewed = PEOPLE.issue("收件 Recipient", PEOPLE.recipient.key, use=usage("key_encipherment"))
    data = bundle(payload())
    bare = DecryptionKey(renewed.key)
    assert verify(put(tmp_path, data), PEOPLE.trust, bare, at=NOW).manifest.sequence == 1


def test_a_trust_file_without_a_list_says_that_none_was_looked_up(tmp_path: Path) -> None:
    trust = pem(PEOPLE.authority.certificate)
    found = verify(put(tmp_path, bundle()), trust, KEY, at=NOW)
    assert not found.revocation_checked
    assert not found.trial


def test_a_list_another_authority_of_the_same_name_signed_counts_for_nothing(
    tmp_path: Path,
) -> None:
    namesake = Identity(
        key("p256", 30),
        certificate("示例根 Root", key("p256", 30), authority=True, use=usage("crl_sign")),
    )
    forged = crl(namesake, PEOPLE.signer.certificate)
    found = verify(put(tmp_path, bundle()), pem(PEOPLE.authority.certificate, forged), KEY, at=NOW)
    assert not found.revocation_checked


def test_an_intermediate_authority_in_the_bundle_completes_the_path(tmp_path: Path) -> None:
    middle = PEOPLE.issue(
        "中间", key("p256", 31), authority=True, path_length=0, use=usage("key_cert_sign")
    )
    found = verify(put(tmp_path, signed_by(under(middle))), PEOPLE.trust, KEY, at=NOW)
    assert not found.revocation_checked  # the middle one may sign no lists


def test_an_authority_without_basic_constraints_is_none() -> None:
    plain = PEOPLE.issue("平", key("p256", 32), authority=None, use=usage(*SIGNING))
    assert check(plain.certificate, [], read_trust(PEOPLE.trust), (NOW, NOW))


def test_a_certificate_with_a_key_usage_that_is_none_is_untrusted() -> None:
    odd = x509.UnrecognizedExtension(x509.oid.ExtensionOID.KEY_USAGE, b"\4\2\6\xc0")
    made = PEOPLE.issue("怪用途", key("p256", 34), extra=odd)
    with pytest.raises(InputRefused) as caught:
        check(made.certificate, [], read_trust(PEOPLE.trust), (NOW, NOW))
    assert caught.value.code == "bundle.untrusted"


def test_a_path_of_ten_authorities_is_not_followed() -> None:
    issuer, middles = PEOPLE.authority, []
    for number in range(10):
        own_key = key("p256", 50 + number)
        made = certificate(f"级{number}", own_key, issuer, authority=True)
        issuer = Identity(own_key, made)
        middles.append(made)
    last = certificate("末", key("p256", 49), issuer, use=usage(*SIGNING))
    with pytest.raises(InputRefused) as caught:
        check(last, middles, read_trust(PEOPLE.trust), (NOW, NOW))
    assert caught.value.code == "bundle.untrusted"


def pointed_at_by_key_identifier(one: x509.Certificate, content_key: bytes) -> bytes:
    """A recipient entry as other programs write it: key identifier, and shared salt for ECDH."""
    whole = cms.RecipientInfo.load(suites.DEFAULT.address(one, content_key))
    info = whole.chosen
    name = shapes.key_identifier(one)
    if whole.name == "ktri":
        info["rid"] = cms.RecipientIdentifier(name="subject_key_identifier", value=name)
        info["version"] = "v2"
        return bytes(info.dump(force=True))
    public = one.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    kdf = X963KDF(hashes.SHA256(), 32, shapes.shared_info(b"salt"))
    wrapping = kdf.derive(ephemeral.exchange(ec.ECDH(), public))
    originator = keys.PublicKeyInfo.load(shapes.spki(ephemeral.public_key()))
    info["originator"] = cms.OriginatorIdentifierOrKey(name="originator_key", value=originator)
    info["ukm"] = b"salt"
    entry = info["recipient_encrypted_keys"][0]
    entry["rid"] = cms.KeyAgreementRecipientIdentifier(
        name="r_key_id", value={"subject_key_identifier": name}
    )
    entry["encrypted_key"] = aes_key_wrap(wrapping, content_key)
    return bytes(whole.dump(force=True))


@pytest.mark.parametrize("reader", ["own", "recipient"])
def test_a_recipient_pointed_at_by_key_identifier_opens_it(reader: str, tmp_path: Path) -> None:
    one: Identity = getattr(PEOPLE, reader)
    suite = replace(suites.DEFAULT, address=pointed_at_by_key_identifier)
    content = signed(payload())
    data = envelope.encrypted(suite, [one.recipient], len(content), [content])
    path = put(tmp_path, b"".join(data))
    found = verify(path, PEOPLE.trust, one.decryption_key, at=NOW)
    assert found.manifest.sequence == 1


def test_a_certificate_without_a_key_identifier_is_pointed_at_by_none() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "无标识")])
    own_key = key("p256", 35)
    made = x509.CertificateBuilder(name, name, own_key.public_key(), 1, NOW, NOW + DAY).sign(
        own_key, hashes.SHA256()
    )
    assert shapes.key_identifier(made) == b""
    assert not shapes.is_named(shapes.CertificateName(b"", 0, b"x"), made)


def test_a_certificate_that_cannot_be_read_through_is_untrusted() -> None:
    broken = Trust((PEOPLE.authority.certificate,))
    rotten = PEOPLE.signer.certificate.public_bytes(Encoding.DER)
    key_usage = bytes.fromhex("0603551d0f0101ff040403")
    assert key_usage in rotten
    changed = x509.load_der_x509_certificate(rotten.replace(key_usage, key_usage[:-1] + b"\x04"))
    with pytest.raises(InputRefused) as caught:
        check(changed, [], broken, (NOW, NOW))
    assert caught.value.code == "bundle.untrusted"


@pytest.mark.parametrize("size", [0, 65 * 1024 * 1024])
def test_a_trust_file_empty_or_huge_is_refused(size: int, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.touch()
    os.truncate(path, size)
    with pytest.raises(InputRefused) as caught:
        read_trust(path)
    assert caught.value.code == "bundle.trust_unreadable"


def test_a_missing_trust_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        read_trust(tmp_path / "gone.pem")
    assert caught.value.code == "bundle.trust_unreadable"


# -- the register -----------------------------------------------------------------------------


def test_the_same_bundle_again_is_refused_and_again_on_purpose_is_not(tmp_path: Path) -> None:
    path, book = sealed(tmp_path / "out").path, tmp_path / "received.json"
    opened(path, tmp_path / "one", book)
    with pytest.raises(InputRefused) as caught:
        opened(path, tmp_path / "two", book)
    assert caught.value.code == "bundle.replayed"
    assert not (tmp_path / "two").exists()
    assert opened(path, tmp_path / "two", book, again=True).opened_before
    assert [one.times_opened for one in Register(book).entries()] == [2]


def test_an_old_bundle_opens_again_as_of_its_first_receipt(tmp_path: Path) -> None:
    path, book = sealed(tmp_path / "out").path, tmp_path / "received.json"
    opened(path, tmp_path / "one", book)
    later = NOW + 90 * DAY
    with pytest.raises(InputRefused) as caught:
        opened(path, tmp_path / "two", tmp_path / "other.json", later)
    assert caught.value.code == "bundle.expired"
    assert opened(path, tmp_path / "two", book, later, again=True).folder.exists()


def test_a_changed_envelope_is_the_same_bundle_to_the_register(tmp_path: Path) -> None:
    content, book = payload(), tmp_path / "received.json"
    for number in range(2):
        path = tmp_path / f"{number}.p7m"
        path.write_bytes(bundle(content))
    opened(tmp_path / "0.p7m", tmp_path / "one", book)
    with pytest.raises(InputRefused) as caught:
        opened(tmp_path / "1.p7m", tmp_path / "two", book)
    assert caught.value.code == "bundle.replayed"


def arrive(folder: Path, *bundles: dict[str, object], **options: bool) -> list[str]:
    """The codes of bundles that arrive one after another; "" where one opens."""
    codes = []
    for number, changes in enumerate(bundles):
        path = folder / f"{number}.p7m"
        path.write_bytes(bundle(payload(manifest_bytes=as_json(told(**changes)))))
        try:
            result = opened(path, folder / str(number), folder / "received.json", **options)
        except CollectorError as error:
            codes.append(error.code)
        else:
            codes.append(" ".join(map(str, result.missing_sequences)))
    return codes


def numbered(sequence: int, previous: str = "0" * 64, **changes: object) -> dict[str, object]:
    identity = f"00000000-0000-4000-8000-{sequence:012d}"
    return {"id": identity, "sequence": sequence, "previous": previous} | changes


def hash_of(**changes: object) -> str:
    content = payload(manifest_bytes=as_json(told(**changes)))
    return signature.digest_of(_Held(content), lambda *_: None).hex()


class _Held:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def read_at(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]


def test_another_content_under_a_known_id_is_refused(tmp_path: Path) -> None:
    assert arrive(tmp_path, told(), told(period="2025")) == ["", "bundle.id_reused"]


def test_another_bundle_under_a_known_number_is_refused(tmp_path: Path) -> None:
    other = told(id="99999999-2222-4333-8444-555555555555")
    assert arrive(tmp_path, told(), other) == ["", "bundle.sequence_taken"]


def test_a_bundle_that_follows_on_is_taken(tmp_path: Path) -> None:
    assert arrive(tmp_path, told(), numbered(2, hash_of())) == ["", ""]


def test_a_bundle_made_from_an_old_copy_is_refused(tmp_path: Path) -> None:
    assert arrive(tmp_path, told(), numbered(2)) == ["", "bundle.chain_broken"]


def test_missing_numbers_are_named(tmp_path: Path) -> None:
    assert arrive(tmp_path, told(), numbered(5)) == ["", "2 3 4"]


def test_the_first_bundle_known_of_a_sender_misses_none(tmp_path: Path) -> None:
    assert arrive(tmp_path, numbered(9)) == [""]


def test_a_late_bundle_must_fit_the_one_after_it(tmp_path: Path) -> None:
    second = numbered(2, "1" * 64)
    third = numbered(3, hash_of(**second))
    assert arrive(tmp_path, third, second) == ["", ""]
    folder = tmp_path / "again"
    folder.mkdir()
    assert arrive(folder, numbered(3), second) == ["", "bundle.chain_broken"]


def test_a_new_certificate_of_a_known_sender_must_be_accepted(tmp_path: Path) -> None:
    book = tmp_path / "received.json"
    opened(put(tmp_path, bundle()), tmp_path / "one", book)
    other = PEOPLE.issue("新签名", key("p256", 33), use=usage(*SIGNING))
    sender = told()["sender"] | {"certificate_sha256": other.recipient.certificate_sha256}
    content = payload(manifest_bytes=as_json(told(**numbered(2, hash_of(), sender=sender))))
    path = put(tmp_path, bundle(content, signer=other))
    with pytest.raises(InputRefused) as caught:
        opened(path, tmp_path / "two", book)
    assert caught.value.code == "bundle.sender_changed"
    opened(path, tmp_path / "two", book, accept_new_certificate=True)


ENTRY = (
    '{"id": "a", "payload_sha256": "b", "sender": "c", "sequence": 1, "previous": "",'
    ' "certificate_sha256": "d", "received_at": "2026-03-02T08:00:00Z", "times_opened": 1}'
)

CERTIFICATE_IS_A_NUMBER = ENTRY.replace('"d"', "7")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": "other", "version": 1, "bundles": []}',
        '{"format": "GHR", "version": 1}',
        '{"format": "GHR", "version": 1, "bundles": [1]}',
        '{"format": "GHR", "version": 1, "bundles": [{"id": "a"}]}',
        f'{{"format": "GHR", "version": 1, "bundles": [{ENTRY.replace("1,", "true,", 1)}]}}',
        f'{{"format": "GHR", "version": 1, "bundles": [{ENTRY.replace("2026", "x")}]}}',
        f'{{"format": "GHR", "version": 1, "bundles": [{ENTRY.replace(": ", ": 7 ", 1)}]}}',
        f'{{"format": "GHR", "version": 1, "bundles": [{CERTIFICATE_IS_A_NUMBER}]}}',
    ],
)
def test_a_damaged_register_is_named_and_not_replaced(text: str, tmp_path: Path) -> None:
    book = tmp_path / "received.json"
    book.write_text(text)
    with pytest.raises(SurroundingsFailed) as caught:
        opened(sealed(tmp_path / "out").path, tmp_path / "in", book)
    assert caught.value.code == "bundle.register_broken"
    assert book.read_text() == text
    assert not (tmp_path / "in").exists()


def test_a_register_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    book = tmp_path / "received.json"
    book.write_text('{"format": "GHR", "version": 2}')
    with pytest.raises(SurroundingsFailed) as caught:
        Register(book).entries()
    assert caught.value.code == "bundle.register_newer"


def test_a_register_that_cannot_be_written_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "made up")

    path = sealed(tmp_path / "out").path
    monkeypatch.setattr(register, "replace_text", full)
    with pytest.raises(SurroundingsFailed) as caught:
        opened(path, tmp_path / "in", tmp_path / "received.json")
    assert caught.value.code == "bundle.disk_full"
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_a_register_half_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "received.json"
    opened(sealed(tmp_path / "out").path, tmp_path / "in", book)
    before = book.read_text()

    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, "made up")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="made up"):
        register.replace_text(book, "new")
    assert book.read_text() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in", "out", "received.json"]


# -- failing on the way -----------------------------------------------------------------------


@pytest.mark.parametrize("call", ["write", "fsync", "mkdir", "rename"])
def test_a_disk_that_fails_while_unpacking_leaves_nothing(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "made up")

    path = sealed(tmp_path / "out").path
    monkeypatch.setattr(os, call, full)
    with pytest.raises(SurroundingsFailed) as caught:
        opened(path, tmp_path / "in", tmp_path / "received.json")
    monkeypatch.undo()
    assert caught.value.code == "bundle.disk_full"
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_cancelling_while_unpacking_leaves_nothing(tmp_path: Path) -> None:
    path = sealed(tmp_path / "out").path
    progress = Progress(
        lambda what, _done, _total: progress.cancel() if what == reading.UNPACKING else None
    )
    with pytest.raises(CollectorError):
        opened(path, tmp_path / "in", tmp_path / "received.json", progress=progress)
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


# -- small parts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "records"),
    [
        (b"", 0),
        (b"name\r\n", 0),
        (b"name\r\na\r\nb\r\n", 2),
        (b"name\r\na\r\nb", 2),
        (b'name\r\n"a\r\nb"\r\n', 1),
        (b'name\r\n"a""\n""b","c\n"\r\nd\r\n', 2),
    ],
)
def test_records_are_counted_however_the_text_is_cut(text: bytes, records: int) -> None:
    for cut in range(len(text) + 1):
        counter = RowCounter()
        counter.feed(text[:cut])
        counter.feed(text[cut:])
        assert counter.records == records
    single = RowCounter()
    for byte in text:
        single.feed(bytes((byte,)))
    assert single.records == records


@pytest.mark.parametrize("name", ["manifest.json", "data/unit.csv", "workbooks/会员 表(1).xlsx"])
def test_an_ordinary_name_is_safe(name: str) -> None:
    assert is_safe(name)


def test_a_file_that_inflates_in_many_pieces_comes_out_whole() -> None:
    data = bytes(range(256)) * 5000
    item = ArchiveItem(b"data/unit.csv", data, method=8, packed=packed(data))
    source = _Held(archive_of(first(), item))
    entry = archive.read(source)[1]
    assert b"".join(archive.unpack(source, entry)) == data


def test_an_archive_whose_directory_is_cut_short_is_refused() -> None:
    no_room = bytes(5_000_000) + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, 5_000_000, 0, 0)
    with pytest.raises(InputRefused) as caught:
        archive.read(_Held(no_room))
    assert caught.value.code == "bundle.archive_broken"
    whole = archive_of(first(), units())
    end = whole[-22:]
    size = int.from_bytes(end[12:16], "little")
    short = whole[: -22 - 5] + end[:12] + (size - 5).to_bytes(4, "little") + end[16:]
    with pytest.raises(InputRefused) as caught:
        archive.read(_Held(short))
    assert caught.value.code == "bundle.archive_broken"
