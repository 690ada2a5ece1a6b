"""No changed bundle is ever taken for another: a flip in every byte, a cut at every length."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.bundle.reading import Verified, verify
from collector.bundle.spool import Spool
from collector.errors import InputRefused
from tests.reliability.bundle_kit import MEMBERS, NOW, as_json, bundle, parties, payload, told

PEOPLE = parties()
SHARE = 12
"""one in so many in everyday runs; all of them before a release"""


def mutations(data: bytes) -> Iterator[tuple[str, bytes]]:
    for place in range(len(data)):
        for bit in (0x01, 0x10, 0x80):
            changed = bytearray(data)
            changed[place] ^= bit
            yield f"bit {bit:#x} of byte {place}", bytes(changed)
        yield f"cut to {place}", data[:place]
    for tail in (b"\0", b"0", data[:1], data):
        yield f"{len(tail)} more", data + tail


def opened(data: bytes, path: Path) -> Verified | None:
    """What a mutant is taken for, None where it is refused; any other error goes on up."""
    path.write_bytes(data)
    try:
        return verify(path, PEOPLE.trust, PEOPLE.recipient.decryption_key, at=NOW)
    except InputRefused:
        return None


def run(path: Path, share: int) -> None:
    data = bundle()
    right = opened(data, path)
    assert right is not None
    same = total = 0
    for number, (what, mutant) in enumerate(mutations(data)):
        if number % share == 0:
            total += 1
            found = opened(mutant, path)
            if found is not None:
                assert found.payload_sha256 == right.payload_sha256, what
                same += 1
    # What opens unchanged lies in the other recipient's entry, which GCM does not cover: the
    # file's own hash is therefore no identity (replay goes by the signed id).
    assert same < total / 4
    assert total >= 4 * len(data) // share


def test_a_share_of_all_flips_and_cuts_never_opens_as_something_else(tmp_path: Path) -> None:
    run(tmp_path / "mutant.p7m", SHARE)


@pytest.mark.release
def test_every_flip_and_every_cut_never_opens_as_something_else(tmp_path: Path) -> None:
    run(tmp_path / "mutant.p7m", 1)


def fuzzed(random_: random.Random, data: bytes) -> bytes:
    """Bytes changed, cut out, doubled or put in, at random places."""
    changed = bytearray(data)
    for _ in range(random_.randint(1, 4)):
        place = random_.randrange(len(changed))
        kind = random_.randrange(4)
        if kind == 0:
            changed[place] = random_.randrange(256)
        elif kind == 1:
            del changed[place : place + random_.randint(1, 9)]
        elif kind == 2:
            changed[place:place] = changed[place : place + random_.randint(1, 40)]
        else:
            changed[place:place] = random_.randbytes(random_.randint(1, 6))
    return bytes(changed)


def refused_or_same(content: bytes, path: Path) -> None:
    found = opened(bundle(content), path)
    # Only what nobody promised may have changed: texts that mean nothing to the checks.
    listed = ["data/unit.csv", "data/member.csv"]
    assert found is None or [one.name for one in found.manifest.files] == listed


def fuzz(path: Path, count: int) -> None:
    random_ = random.Random(20260302)
    right = payload()
    for _ in range(count):
        refused_or_same(fuzzed(random_, right), path)
        manifest = fuzzed(random_, as_json(told()))
        refused_or_same(payload(manifest_bytes=manifest), path)


def test_fuzzed_archives_and_manifests_properly_signed_are_refused(tmp_path: Path) -> None:
    fuzz(tmp_path / "fuzzed.p7m", 300)


@pytest.mark.release
def test_ten_thousand_fuzzed_archives_and_manifests_are_refused(tmp_path: Path) -> None:
    fuzz(tmp_path / "fuzzed.p7m", 5000)


@given(pieces=st.lists(st.binary(max_size=200)), limit=st.integers(0, 300), data=st.data())
def test_a_spool_gives_back_what_it_was_given(
    pieces: list[bytes], limit: int, data: st.DataObject, tmp_path: Path
) -> None:
    whole = b"".join(pieces)
    with Spool(tmp_path, in_memory=limit) as spool:
        for piece in pieces:
            spool.write(piece)
        offset = data.draw(st.integers(0, len(whole) + 5))
        length = data.draw(st.integers(0, len(whole) + 5))
        assert spool.size == len(whole)
        assert spool.read_at(offset, length) == whole[offset : offset + length]
        assert spool.read_at(0, len(whole)) == whole


def test_a_spool_on_disk_holds_nothing_readable_and_leaves_nothing(tmp_path: Path) -> None:
    with Spool(tmp_path, in_memory=0) as spool:
        spool.write(MEMBERS)
        assert spool._file is not None
        spool._file.flush()
        spool._file.seek(0)
        assert MEMBERS[:12] not in spool._file.read()
    assert list(tmp_path.iterdir()) == []
