"""Sealing a bundle: what it holds, what it is called, what happens when the disk fails."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from collector.bundle import archive, disk, envelope, reading, writing
from collector.bundle.identity import DecryptionKey, Identity
from collector.bundle.manifest import Reference
from collector.bundle.writing import Part, seal
from collector.errors import Cancelled, CollectorError, GateRefused, SurroundingsFailed
from collector.progress import Progress
from tests.reliability.bundle_kit import CODE, DAY, MEMBERS, NOW, UNITS, draft
from tests.unit.bundle.parties import CSV, PEOPLE, opened, parts, sealed


def refused(code: str, kind: type[CollectorError], folder: Path, **options: object) -> None:
    with pytest.raises(kind) as caught:
        sealed(folder, **options)
    assert caught.value.code == code
    assert [one.name for one in folder.iterdir() if one.name.endswith(".part")] == []


def test_the_file_is_named_by_sender_number_and_day(tmp_path: Path) -> None:
    assert sealed(tmp_path).path.name == f"GH_{CODE}_000001_20260302.p7m"


def test_a_sender_without_a_code_is_named_by_its_instance(tmp_path: Path) -> None:
    made = sealed(tmp_path, sender_uscc="", instance="a1b2c3", sequence=42)
    assert made.path.name == "GH_a1b2c3_000042_20260302.p7m"


def test_the_counts_are_those_of_the_data_files(tmp_path: Path) -> None:
    assert sealed(tmp_path).counts == {"unit": 0, "union": 0, "officer": 0, "member": 2}


def test_the_short_code_is_four_groups_of_four_digits(tmp_path: Path) -> None:
    groups = sealed(tmp_path).short_code.split("-")
    assert [len(one) for one in groups] == [4, 4, 4, 4]
    assert "".join(groups).isdigit()


def test_the_same_draft_gives_the_same_payload(tmp_path: Path) -> None:
    first = sealed(tmp_path / "a", id="11111111-2222-4333-8444-555555555555")
    second = sealed(tmp_path / "b", id="11111111-2222-4333-8444-555555555555")
    assert first.payload_sha256 == second.payload_sha256
    assert first.path.read_bytes() != second.path.read_bytes()  # another key each time


def test_the_same_data_have_the_same_data_hash_whatever_the_number(tmp_path: Path) -> None:
    first = sealed(tmp_path / "a")
    second = sealed(tmp_path / "b", sequence=2, previous=first.payload_sha256, created=NOW + DAY)
    assert first.payload_sha256 != second.payload_sha256
    assert first.data_sha256 == second.data_sha256


def test_another_record_gives_another_data_hash(tmp_path: Path) -> None:
    more = Part("data/events.csv", CSV, 0, lambda: [b"name\r\n"])
    assert sealed(tmp_path / "a").data_sha256 != sealed(tmp_path / "b", more).data_sha256


def test_only_the_sender_may_read_what_nobody_else_is_named_for(tmp_path: Path) -> None:
    made = seal(tmp_path, draft(), parts(), PEOPLE.signer, [], PEOPLE.own.decryption_key)
    assert len(made.manifest.recipients) == 1
    found = reading.verify(made.path, PEOPLE.trust, PEOPLE.own.decryption_key, at=NOW)
    assert found.payload_sha256 == made.payload_sha256


def test_a_recipient_named_twice_is_written_once(tmp_path: Path) -> None:
    to = [PEOPLE.recipient.recipient] * 3
    own = PEOPLE.own.decryption_key
    made = seal(tmp_path, draft(), parts(), PEOPLE.signer, to, own)
    assert len(made.manifest.recipients) == 2


def test_progress_is_told_and_ends_in_reading_back(tmp_path: Path) -> None:
    said: list[str] = []
    progress = Progress(lambda what, _done, _total: said.append(what.en))
    own = PEOPLE.own.decryption_key
    seal(tmp_path, draft(), parts(), PEOPLE.signer, [], own, progress)
    assert list(dict.fromkeys(said)) == [
        writing.PACKING.en,
        writing.SEALING.en,
        writing.READING_BACK.en,
    ]


@pytest.mark.parametrize("stage", ["PACKING", "SEALING", "READING_BACK"])
def test_cancelling_at_any_stage_leaves_nothing(stage: str, tmp_path: Path) -> None:
    progress = Progress(
        lambda what, _done, _total: progress.cancel() if what == getattr(writing, stage) else None
    )

    def slow() -> Iterator[bytes]:
        yield b"name\r\n"
        yield b"x\r\n"

    part = Part("data/member.csv", CSV, 1, slow)
    own = PEOPLE.own.decryption_key
    with pytest.raises(Cancelled):
        seal(tmp_path, draft(), [part, *parts()[:1]], PEOPLE.signer, [], own, progress)
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_of_the_same_name_is_never_overwritten(tmp_path: Path) -> None:
    path = sealed(tmp_path).path
    before = path.read_bytes()
    refused("bundle.name_taken", SurroundingsFailed, tmp_path)
    assert path.read_bytes() == before


def test_a_name_taken_while_we_work_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    final = tmp_path / f"GH_{CODE}_000001_20260302.p7m"
    part = Part("attachments/a.txt", "text/plain", None, lambda: [final.write_bytes(b"x") and b"a"])
    with pytest.raises(SurroundingsFailed) as caught:
        sealed(tmp_path, part)
    assert caught.value.code == "bundle.name_taken"
    assert final.read_bytes() == b"x"


def test_a_missing_folder_is_said_before_the_work(tmp_path: Path) -> None:
    own = PEOPLE.own.decryption_key
    with pytest.raises(SurroundingsFailed) as caught:
        seal(tmp_path / "gone", draft(), parts(), PEOPLE.signer, [], own)
    assert caught.value.code == "bundle.folder_missing"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "bundle.disk_full"),
        (errno.EROFS, "bundle.folder_read_only"),
        (errno.EACCES, "bundle.folder_read_only"),
        (errno.EIO, "bundle.write_failed"),
    ],
)
@pytest.mark.parametrize("call", ["write", "fsync", "open", "link"])
def test_a_failing_disk_is_named_and_leaves_nothing(
    call: str, number: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(number, "made up")

    folder = tmp_path / "stick"
    folder.mkdir()
    if call == "link":
        monkeypatch.setattr(os, "link", fail)
        monkeypatch.setattr(os, "rename", fail)
    else:
        monkeypatch.setattr(disk.os, call, fail)
    with pytest.raises(SurroundingsFailed) as caught:
        sealed(folder)
    monkeypatch.undo()
    assert caught.value.code == code
    assert list(folder.iterdir()) == []


def test_a_stick_without_links_gets_the_bundle_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_arguments: object) -> None:
        raise OSError(errno.EPERM, "made up")

    monkeypatch.setattr(os, "link", no_links)
    assert sealed(tmp_path).path.exists()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_stick_without_links_keeps_an_older_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_arguments: object) -> None:
        raise OSError(errno.EPERM, "made up")

    monkeypatch.setattr(os, "link", no_links)
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"old")
    new.write_bytes(b"new")
    with pytest.raises(FileExistsError):
        disk.publish(new, old)
    assert old.read_bytes() == b"old"


def test_a_disk_that_gives_back_other_bytes_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rotten(handle: int) -> None:
        os.lseek(handle, -30, os.SEEK_END)
        os.write(handle, b"rotten")

    monkeypatch.setattr(writing, "settle", rotten)
    refused("bundle.readback_failed", SurroundingsFailed, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_older_bundle_read_back_instead_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sealed(tmp_path / "other", period="2025").path.read_bytes()

    def replay(handle: int) -> None:
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, other)

    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.setattr(writing, "settle", replay)
    refused("bundle.readback_failed", SurroundingsFailed, folder)


def test_a_key_that_does_not_fit_its_certificate_signs_nothing(tmp_path: Path) -> None:
    mixed = Identity(PEOPLE.own.key, PEOPLE.signer.certificate)
    with pytest.raises(CollectorError) as caught:
        seal(tmp_path, draft(), parts(), mixed, [], PEOPLE.own.decryption_key)
    assert caught.value.code == "bundle.signer_unusable"
    assert list(tmp_path.iterdir()) == []


def test_too_much_for_one_bundle_must_be_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope, "MAX_BUNDLE", 200_000)
    noise = Part(
        "attachments/noise.bin", "application/octet-stream", None, lambda: [os.urandom(300_000)]
    )
    with pytest.raises(GateRefused) as caught:
        sealed(tmp_path, noise)
    assert caught.value.code == "bundle.must_split"
    assert list(tmp_path.iterdir()) == []


def test_too_much_unpacked_must_be_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 50)
    refused("bundle.must_split", GateRefused, tmp_path)


def test_a_payload_too_near_the_limit_must_be_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope, "MAX_BUNDLE", 1024 * 1024)
    refused("bundle.must_split", GateRefused, tmp_path)


def test_records_that_changed_while_exporting_are_noticed(tmp_path: Path) -> None:
    part = Part("data/officer.csv", CSV, 5, lambda: [b"name\r\n", b"x\r\n"])
    with pytest.raises(SurroundingsFailed) as caught:
        sealed(tmp_path, part)
    assert caught.value.code == "bundle.source_changed"


def test_a_part_of_five_megabytes_that_does_not_compress_goes_through(tmp_path: Path) -> None:
    data = os.urandom(5 * 1024 * 1024 + 7)
    made = sealed(
        tmp_path, Part("attachments/a.bin", "application/octet-stream", None, lambda: [data])
    )
    result = opened(made.path, tmp_path / "out", tmp_path / "received.json")
    assert (result.folder / "attachments" / "a.bin").read_bytes() == data


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [Part("manifest.json", CSV, None, list)],
        [Part("../x", CSV, None, list)],
        [Part("data/a", CSV, None, list), Part("data/A", CSV, None, list)],
        [Part(f"data/{n}", CSV, None, list) for n in range(64)],
    ],
)
def test_parts_the_format_does_not_allow_are_a_fault_of_the_caller(
    wrong: list[Part], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"part|holds"):
        seal(tmp_path, draft(), wrong, PEOPLE.signer, [], PEOPLE.own.decryption_key)


def test_a_draft_the_format_does_not_allow_is_a_fault_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="manifest"):
        sealed(tmp_path, rulepack=Reference("x", "1", "no hash"))


def test_the_senders_own_key_needs_its_certificate(tmp_path: Path) -> None:
    own = DecryptionKey(PEOPLE.own.key)
    with pytest.raises(ValueError, match="certificate"):
        seal(tmp_path, draft(), parts(), PEOPLE.signer, [], own)


def test_a_signer_whose_certificate_ran_out_is_refused(tmp_path: Path) -> None:
    refused("bundle.signer_unusable", CollectorError, tmp_path, created=NOW + 90 * DAY)


def test_an_encryption_certificate_does_not_sign(tmp_path: Path) -> None:
    with pytest.raises(CollectorError) as caught:
        seal(tmp_path, draft(), parts(), PEOPLE.own, [], PEOPLE.own.decryption_key)
    assert caught.value.code == "bundle.signer_unusable"


def test_a_recipient_whose_certificate_may_not_encrypt_is_refused(tmp_path: Path) -> None:
    to = [PEOPLE.signer.recipient]
    own = PEOPLE.own.decryption_key
    with pytest.raises(CollectorError) as caught:
        seal(tmp_path, draft(), parts(), PEOPLE.signer, to, own)
    assert caught.value.code == "bundle.recipient_signing_only"


def test_the_bundle_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    if os.name == "posix":
        assert sealed(tmp_path).path.stat().st_mode & 0o077 == 0


def test_the_archive_is_one_that_python_reads_too(tmp_path: Path) -> None:
    made = sealed(tmp_path)
    with reading.FileSource(made.path) as source, writing.Spool(tmp_path) as spool:
        key = PEOPLE.recipient.decryption_key
        content = reading.payload_of(source, key, spool, lambda *_: None).content
        target = tmp_path / "payload.zip"
        target.write_bytes(content.read_at(0, content.size))
    with zipfile.ZipFile(target) as found:
        assert found.testzip() is None
        assert {one.date_time for one in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert found.read("data/unit.csv") == UNITS
        assert found.read("data/member.csv") == MEMBERS


def test_a_system_without_page_cache_advice_or_folder_sync_writes_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = SimpleNamespace(name="nt", fsync=os.fsync)
    monkeypatch.setattr(disk, "os", bare)
    handle = os.open(tmp_path / "a", os.O_CREAT | os.O_WRONLY)
    disk.settle(handle)
    disk.settle_folder(tmp_path)
    os.close(handle)
