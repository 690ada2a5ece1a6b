"""A bundle of each released version opens for ever."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from collector.bundle.identity import load_decryption_key
from collector.bundle.reading import open_bundle
from collector.bundle.register import Register

RECEIVED = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
PAYLOAD = "c1b1141deb98e45711fe23b06d5c5c3168ddc37155ef9bb06de8dbdb272dee67"
DATA = "e077ca1695ccc77dc8a6f63fa140ab0ee49636f12b779f095553018d29b38e25"
FOLDER = Path(__file__).parents[2] / "data" / "bundle-1"


def test_a_bundle_of_version_1_opens(tmp_path: Path) -> None:
    (path,) = FOLDER.glob("GH_*.p7m")
    for number, key in enumerate(
        (
            load_decryption_key(FOLDER / "recipient.p12", "bundle-1"),
            load_decryption_key(FOLDER / "recipient.key"),
            load_decryption_key(FOLDER / "own.p12", "bundle-1"),
        )
    ):
        out = tmp_path / str(number)
        register = Register(tmp_path / f"{number}.json")
        trust = FOLDER / "ca-and-crl.pem"
        opened = open_bundle(path, trust, key, out, register, now=RECEIVED)
        verified = opened.verified
        assert verified.payload_sha256 == PAYLOAD
        assert verified.short_code == "6958-8389-3715-0551"
        assert verified.manifest.data_sha256 == DATA
        assert verified.manifest.sequence == 7
        assert verified.manifest.counts == {"unit": 0, "union": 0, "officer": 0, "member": 2}
        assert verified.trial
        assert verified.revocation_checked
        assert (out / "attachments" / "说明.txt").read_text() == "made-up people only\n"
        shutil.rmtree(out)
