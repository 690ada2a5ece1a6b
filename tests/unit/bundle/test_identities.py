"""Keys and certificates: what loads, and what is said of what does not."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from collector.bundle import suites
from collector.bundle.identity import (
    Identity,
    PrivateKey,
    load_certificate_pem,
    load_decryption_key,
    load_pkcs12,
)
from collector.bundle.trial import RECIPIENT_FILES, TrialIdentities
from collector.bundle.trust import check, check_signer, read_trust
from collector.errors import CollectorError, InputRefused, NotUnlocked
from tests.reliability.bundle_kit import DAY, NOW, certificate, key, parties, pem, usage

PEOPLE = parties()


def pem_key(one: PrivateKey, password: str = "") -> bytes:
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return one.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def refused(code: str, call: object, *arguments: object) -> CollectorError:
    assert callable(call)
    with pytest.raises(CollectorError) as caught:
        call(*arguments)
    assert caught.value.code == code
    return caught.value


def test_a_key_file_comes_back_with_its_certificate_and_chain(tmp_path: Path) -> None:
    one = Identity(PEOPLE.signer.key, PEOPLE.signer.certificate, (PEOPLE.authority.certificate,))
    path = tmp_path / "signer.p12"
    path.write_bytes(one.pkcs12("口令 with spaces"))
    found = load_pkcs12(path, "口令 with spaces")
    assert found.certificate == one.certificate
    assert found.chain == one.chain
    assert not found.trial


def test_a_wrong_password_is_not_called_a_damaged_file() -> None:
    locked = PEOPLE.signer.pkcs12("right")
    error = refused("bundle.wrong_password", load_pkcs12, locked, "wrong")
    assert isinstance(error, NotUnlocked)


@pytest.mark.parametrize("data", [b"", b"rubbish", b"\x30\x03\x02\x01\x03", bytes(100)])
def test_what_is_no_key_file_is_said_to_be_none(data: bytes) -> None:
    refused("bundle.key_unreadable", load_pkcs12, data, "x")


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    error = refused("bundle.key_unreadable", load_pkcs12, tmp_path / "gone.p12", "x")
    assert error.where == {"file": "gone.p12"}


def test_a_key_file_damaged_inside_never_loads() -> None:
    locked = bytearray(PEOPLE.signer.pkcs12("right"))
    for place in range(0, len(locked), 40):
        changed = bytes(locked[:place]) + bytes((locked[place] ^ 1,)) + bytes(locked[place + 1 :])
        try:
            found = load_pkcs12(changed, "right")
        except CollectorError as error:
            code = error.code
        else:
            code = ""
            assert found.certificate == PEOPLE.signer.certificate
        assert code in ("", "bundle.wrong_password", "bundle.key_unreadable")


def test_a_key_file_without_its_key_is_incomplete() -> None:
    only = pkcs12.serialize_key_and_certificates(
        None, None, PEOPLE.signer.certificate, None, BestAvailableEncryption(b"x")
    )
    refused("bundle.key_incomplete", load_pkcs12, only, "x")


def test_a_key_of_another_kind_is_not_supported() -> None:
    other = key("p384")
    made = pkcs12.serialize_key_and_certificates(
        None, other, certificate("曲线", other), None, NoEncryption()
    )
    refused("bundle.key_unsupported", load_pkcs12, made, "")


def test_a_pem_key_loads_with_and_without_its_certificate(tmp_path: Path) -> None:
    path, beside = tmp_path / "a.key", tmp_path / "a.crt"
    path.write_bytes(pem_key(PEOPLE.own.key))
    beside.write_bytes(pem(PEOPLE.own.certificate))
    assert load_decryption_key(path).certificate_sha256 is None
    found = load_decryption_key(path, "", beside)
    assert found.certificate_sha256 == PEOPLE.own.recipient.certificate_sha256
    assert found.key_sha256 == PEOPLE.own.recipient.key_sha256


def test_a_p12_file_is_known_by_its_content() -> None:
    found = load_decryption_key(PEOPLE.own.pkcs12("x"), "x")
    assert found.certificate == PEOPLE.own.certificate


def test_a_locked_pem_key_needs_its_password() -> None:
    locked = pem_key(PEOPLE.own.key, "right")
    assert load_decryption_key(locked, "right").key_sha256 == PEOPLE.own.recipient.key_sha256
    refused("bundle.wrong_password", load_decryption_key, locked, "wrong")
    refused("bundle.wrong_password", load_decryption_key, locked, "")


def test_a_pem_key_that_is_none_or_of_another_kind_is_refused() -> None:
    rubbish = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    refused("bundle.key_unreadable", load_decryption_key, rubbish)
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    refused("bundle.key_unsupported", load_decryption_key, other)
    refused("bundle.key_unsupported", load_decryption_key, pem_key(key("rsa1024")))


def test_a_pem_key_on_a_curve_nobody_knows_is_not_supported() -> None:
    curve = bytes.fromhex("06082a8648ce3d030107")
    lock = NoEncryption()
    raw = PEOPLE.own.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, lock)
    body = base64.encodebytes(raw.replace(curve, bytes.fromhex("06082a811ccf5501822d")))
    sm2 = b"-----BEGIN PRIVATE KEY-----\n" + body + b"-----END PRIVATE KEY-----\n"
    refused("bundle.key_unsupported", load_decryption_key, sm2)


def test_a_pem_key_and_another_keys_certificate_do_not_fit() -> None:
    arguments = (pem_key(PEOPLE.own.key), "", pem(PEOPLE.recipient.certificate))
    refused("bundle.key_incomplete", load_decryption_key, *arguments)


def test_a_recipients_certificate_loads_as_pem_der_and_chain(tmp_path: Path) -> None:
    one = PEOPLE.recipient.certificate
    path = tmp_path / "r.crt"
    for data in (
        pem(one),
        one.public_bytes(Encoding.DER),
        pem(one, PEOPLE.authority.certificate),
        pem(PEOPLE.authority.certificate, one),
        b"subject=/CN=x\r\n" + pem(one),
    ):
        path.write_bytes(data)
        assert load_certificate_pem(path, NOW).certificate == one


@pytest.mark.parametrize("kind", ["rsa3072", "p256"])
def test_a_certificate_without_key_usage_may_encrypt(kind: str) -> None:
    plain = PEOPLE.issue("平", key(kind), use=None)
    assert load_certificate_pem(pem(plain.certificate), NOW).certificate == plain.certificate


def recipient(**options: object) -> bytes:
    settings: dict[str, object] = {"use": usage("key_agreement")} | options
    return pem(PEOPLE.issue("收", key("p256", 40), **settings).certificate)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("unreadable", b""),
        ("unreadable", b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"),
        ("unreadable", pem_key(key("p256", 40))),
        ("expired", recipient(end=NOW - DAY)),
        ("not_yet_valid", recipient(start=NOW + DAY)),
        ("signing_only", recipient(use=usage("digital_signature"))),
        ("signing_only", recipient(use=usage("content_commitment", "key_encipherment"))),
        ("not_for_encryption", recipient(use=usage("data_encipherment"))),
        ("not_for_encryption", recipient(authority=True)),
        ("key_unsupported", pem(PEOPLE.issue("短", key("rsa1024")).certificate)),
        ("key_unsupported", pem(PEOPLE.issue("曲", key("p384")).certificate)),
    ],
)
def test_a_certificate_unfit_for_encryption_is_named(code: str, data: bytes) -> None:
    refused(f"bundle.recipient_{code}", load_certificate_pem, data, NOW)


def test_a_certificate_with_a_broken_extension_is_unreadable() -> None:
    raw = PEOPLE.own.certificate.public_bytes(Encoding.DER)
    marked = bytes.fromhex("0603551d0f0101ff040403")
    assert marked in raw
    broken = raw.replace(marked, marked[:-1] + b"\x04")
    refused("bundle.recipient_unreadable", load_certificate_pem, broken, NOW)


def test_a_certificate_on_a_curve_nobody_knows_is_not_supported() -> None:
    raw = PEOPLE.own.certificate.public_bytes(Encoding.DER)
    curve = bytes.fromhex("06082a8648ce3d030107")
    assert curve in raw
    sm2_like = raw.replace(curve, bytes.fromhex("06082a811ccf5501822d"))
    refused("bundle.recipient_key_unsupported", load_certificate_pem, sm2_like, NOW)


def test_the_clock_is_asked_where_no_time_is_given() -> None:
    trial = TrialIdentities.create("示例工会", "", "试甲")
    found = load_certificate_pem(pem(trial.recipient.certificate))
    assert found.trial


def test_a_key_no_suite_can_use_is_not_addressed_to() -> None:
    other = ed25519.Ed25519PrivateKey.generate()
    made = (
        x509.CertificateBuilder()
        .subject_name(PEOPLE.own.certificate.subject)
        .issuer_name(PEOPLE.own.certificate.subject)
        .public_key(other.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + DAY)
        .sign(other, None)
    )
    refused("bundle.recipient_key_unsupported", suites.DEFAULT.address, made, bytes(32))
    refused("bundle.key_unsupported", check_signer, made, NOW)


# -- the trial --------------------------------------------------------------------------------


def test_every_trial_certificate_says_so_in_both_languages() -> None:
    trial = TrialIdentities.create("示例工会", "81420000TEST000001", "试甲", NOW)
    for one in (
        trial.authority,
        trial.signer.certificate,
        trial.own.certificate,
        trial.recipient.certificate,
    ):
        name = one.subject.rfc4514_string()
        assert "TRIAL" in name
        assert "试用" in name
        assert one.not_valid_after_utc - one.not_valid_before_utc > timedelta(days=3650)


def test_the_trial_authority_vouches_for_the_trial_signer() -> None:
    trial = TrialIdentities.create("示例工会", "81420000TEST000001", "试甲", NOW)
    assert check(trial.signer.certificate, [], read_trust(trial.trust_pem), (NOW, NOW))
    assert trial.signer.trial
    assert trial.to.trial


def test_trial_names_of_any_length_fit_a_certificate() -> None:
    trial = TrialIdentities.create("工" * 200, "8" * 80, "甲" * 200, NOW)
    assert trial.signer.certificate.subject.rfc4514_string()


def test_the_recipients_files_are_written_and_load(tmp_path: Path) -> None:
    trial = TrialIdentities.create("示例工会", "", "试甲", NOW)
    for _ in range(2):  # older ones are replaced
        paths = trial.write_recipient(tmp_path / "keys", "made-up")
    assert tuple(path.name for path in paths) == RECIPIENT_FILES
    ca, with_list, crt, pem_file, p12 = paths
    assert load_certificate_pem(crt, NOW).certificate == trial.recipient.certificate
    bare = load_decryption_key(pem_file, "", crt)
    assert bare.key_sha256 == load_decryption_key(p12, "made-up").key_sha256
    assert len(read_trust(ca).lists) == 0
    assert len(read_trust(with_list).lists) == 1
    if os.name == "posix":
        assert pem_file.stat().st_mode & 0o077 == 0


def test_an_identity_of_either_kind_signs_what_its_certificate_proves() -> None:
    for kind in ("rsa3072", "p256"):
        one = PEOPLE.issue("签", key(kind))
        algorithm = suites.DEFAULT.signature_for(one.certificate)
        made = one.sign(b"text")
        assert suites.DEFAULT.check_signature(one.certificate, algorithm, made, b"text")
        assert not suites.DEFAULT.check_signature(one.certificate, algorithm, made, b"other")


def test_a_signer_ages() -> None:
    assert check_signer(PEOPLE.signer.certificate, NOW) is None
    late = datetime(2040, 1, 1, tzinfo=UTC)
    with pytest.raises(InputRefused) as caught:
        check_signer(PEOPLE.signer.certificate, late)
    assert caught.value.code == "bundle.signer_unusable"
