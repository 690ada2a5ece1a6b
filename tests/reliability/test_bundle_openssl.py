"""A receiver with nothing but openssl and unzip opens our bundles, and we open what it makes."""

from __future__ import annotations

import hashlib
import shlex
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from collector.bundle.identity import Identity
from collector.bundle.reading import verify
from collector.bundle.trial import TrialIdentities
from collector.bundle.writing import Part, Sealed, seal
from tests.reliability.bundle_kit import (
    MEMBERS,
    NOW,
    SIGNING,
    UNITS,
    as_json,
    crl,
    draft,
    key,
    parties,
    payload,
    pem,
    told,
    usage,
)

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl is not on PATH")
PEOPLE = parties()
MAIL = [ExtendedKeyUsageOID.EMAIL_PROTECTION]
SIGNERS = {
    "p256": PEOPLE.signer,
    "rsa3072": PEOPLE.issue("签名二", key("rsa3072", 1), use=usage(*SIGNING), purposes=MAIL),
}
RECIPIENTS = {"rsa3072": PEOPLE.recipient, "p256": PEOPLE.stranger}
REAL = datetime.now(UTC)
"""openssl signs with the machine's clock"""


def signing_now(kind: str) -> Identity:
    day = timedelta(days=1)
    return PEOPLE.issue(
        "今日签名",
        SIGNERS[kind].key,
        use=usage(*SIGNING),
        purposes=MAIL,
        start=REAL - day,
        end=REAL + day,
    )


AT = str(int(NOW.timestamp()))


@dataclass(frozen=True, slots=True)
class Desk:
    """A receiver's folder."""

    folder: Path

    def openssl(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [str(OPENSSL), *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, check=False)

    def put(self, name: str, data: bytes) -> None:
        (self.folder / name).write_bytes(data)

    def identity(self, name: str, one: Identity) -> None:
        self.put(f"{name}.crt", one.certificate.public_bytes(Encoding.PEM))
        self.put(
            f"{name}.key",
            one.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )

    def decrypt(self, bundle: str) -> int:
        return self.openssl(
            *shlex.split("cms -decrypt -binary -inform DER"),
            *("-in", bundle, "-recip", "recipient.crt", "-inkey", "recipient.key"),
            *("-out", "signed.p7s"),
        ).returncode

    def check(self, *more: str) -> int:
        return self.openssl(
            *shlex.split("cms -verify -cades -crl_check -binary -inform DER"),
            *("-in", "signed.p7s", "-CAfile", "ca-and-crl.pem", "-attime", AT),
            *("-signer", "signer.pem", "-out", "payload.zip", *more),
        ).returncode


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.put("ca-and-crl.pem", PEOPLE.trust)
    return made


def made(desk: Desk, signer: Identity, recipient: Identity) -> Sealed:
    parts = [
        Part("data/unit.csv", "text/csv", 0, lambda: [UNITS]),
        Part("data/member.csv", "text/csv", 2, lambda: [MEMBERS]),
    ]
    to = [recipient.recipient]
    return seal(desk.folder, draft(), parts, signer, to, PEOPLE.own.decryption_key)


@pytest.mark.parametrize("recipient", RECIPIENTS)
@pytest.mark.parametrize("signer", SIGNERS)
def test_openssl_opens_and_verifies_what_we_seal(signer: str, recipient: str, desk: Desk) -> None:
    desk.identity("recipient", RECIPIENTS[recipient])
    sealed = made(desk, SIGNERS[signer], RECIPIENTS[recipient])
    assert desk.decrypt(sealed.path.name) == 0
    assert desk.check() == 0
    data = (desk.folder / "payload.zip").read_bytes()
    assert hashlib.sha256(data).hexdigest() == sealed.payload_sha256
    with zipfile.ZipFile(desk.folder / "payload.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["manifest.json", "data/unit.csv", "data/member.csv"]
        assert archive.read("data/member.csv") == MEMBERS


@pytest.mark.parametrize("identity", ["own"])
def test_the_sender_reopens_its_own_archive_with_openssl(identity: str, desk: Desk) -> None:
    desk.identity("recipient", getattr(PEOPLE, identity))
    sealed = made(desk, PEOPLE.signer, PEOPLE.recipient)
    assert desk.decrypt(sealed.path.name) == 0


@pytest.mark.parametrize("recipient", RECIPIENTS)
@pytest.mark.parametrize("signer", SIGNERS)
def test_we_open_what_openssl_seals(signer: str, recipient: str, desk: Desk) -> None:
    one = signing_now(signer)
    desk.identity("signer", one)
    desk.identity("recipient", RECIPIENTS[recipient])
    sender = told()["sender"] | {"certificate_sha256": one.recipient.certificate_sha256}
    reader = RECIPIENTS[recipient].recipient
    to = [{"certificate_sha256": reader.certificate_sha256, "key_sha256": reader.key_sha256}]
    content = payload(manifest_bytes=as_json(told(sender=sender, recipients=to)))
    desk.put("payload.zip", content)
    signing = desk.openssl(
        *shlex.split("cms -sign -cades -binary -nodetach -nosmimecap -md sha256 -outform DER"),
        *("-in", "payload.zip", "-signer", "signer.crt", "-inkey", "signer.key"),
        *("-out", "signed.p7s"),
    )
    assert signing.returncode == 0, signing.stderr
    options = {
        "rsa3072": "-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256",
        "p256": "-keyopt ecdh_kdf_md:sha256",
    }[recipient]
    sealing = desk.openssl(
        *shlex.split("cms -encrypt -binary -aes-256-gcm -outform DER -in signed.p7s"),
        *("-out", "sealed.p7m", "-recip", "recipient.crt", *options.split()),
    )
    assert sealing.returncode == 0, sealing.stderr
    found = verify(
        desk.folder / "sealed.p7m",
        pem(PEOPLE.authority.certificate),
        RECIPIENTS[recipient].decryption_key,
    )
    assert found.payload_sha256 == hashlib.sha256(content).hexdigest()
    assert found.recipient_checked


def test_we_open_what_openssl_signs_and_addresses_by_key_identifier(desk: Desk) -> None:
    one = signing_now("p256")
    desk.identity("signer", one)
    desk.identity("recipient", PEOPLE.recipient)
    sender = told()["sender"] | {"certificate_sha256": one.recipient.certificate_sha256}
    desk.put("payload.zip", payload(manifest_bytes=as_json(told(sender=sender))))
    for command in (
        (
            "cms -sign -cades -keyid -binary -nodetach -nosmimecap -md sha256 -outform DER"
            " -in payload.zip -signer signer.crt -inkey signer.key -out signed.p7s"
        ),
        (
            "cms -encrypt -keyid -binary -aes-256-gcm -outform DER -in signed.p7s -out sealed.p7m"
            " -recip recipient.crt -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256"
        ),
    ):
        done = desk.openssl(*shlex.split(command))
        assert done.returncode == 0, done.stderr
    trust = pem(PEOPLE.authority.certificate)
    key_ = PEOPLE.recipient.decryption_key
    assert verify(desk.folder / "sealed.p7m", trust, key_).manifest.sequence == 1


def test_openssl_refuses_a_revoked_signer(desk: Desk) -> None:
    desk.identity("recipient", PEOPLE.recipient)
    sealed = made(desk, PEOPLE.signer, PEOPLE.recipient)
    revoked = crl(PEOPLE.authority, PEOPLE.signer.certificate)
    desk.put("ca-and-crl.pem", pem(PEOPLE.authority.certificate, revoked))
    assert desk.decrypt(sealed.path.name) == 0
    assert desk.check() != 0


def test_openssl_opens_a_trial_bundle_with_the_trial_files(desk: Desk) -> None:
    trial = TrialIdentities.create("示例工会", "81420000TEST000001", "试甲")
    trial.write_recipient(desk.folder, "made-up")
    parts = [Part("data/unit.csv", "text/csv", 0, lambda: [UNITS])]
    to = [trial.recipient.recipient]
    own = trial.own.decryption_key
    sealed = seal(desk.folder, draft(created=REAL), parts, trial.signer, to, own)
    assert sealed.manifest.trial
    assert desk.decrypt(sealed.path.name) == 0
    assert desk.check("-attime", str(int(REAL.timestamp()) + 60)) == 0


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not on PATH")
def test_the_hashes_of_the_format_document_come_out_of_a_shell(desk: Desk) -> None:
    text = (Path(__file__).parents[2] / "docs" / "bundle-format.md").read_text(encoding="utf-8")
    short = next(line for line in text.splitlines() if "`printf" in line).split("`")[1]
    whole = next(line for line in text.splitlines() if "`(LC_ALL=C" in line).split("`")[1]
    desk.identity("recipient", PEOPLE.recipient)
    sealed = made(desk, PEOPLE.signer, PEOPLE.recipient)
    assert desk.decrypt(sealed.path.name) == 0
    assert desk.check() == 0
    with zipfile.ZipFile(desk.folder / "payload.zip") as archive:
        archive.extractall(desk.folder / "out")
    said = [
        subprocess.run(["sh", "-c", line], cwd=desk.folder, capture_output=True, check=True).stdout
        for line in (short, whole)
    ]
    assert said[0].decode().strip() == sealed.short_code.replace("-", "")
    assert said[1].split()[0].decode() == sealed.data_sha256
