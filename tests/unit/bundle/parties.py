"""Shared by the bundle's tests: sealing and opening with made-up parties in one line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from collector.bundle.reading import Opened, open_bundle
from collector.bundle.register import Register
from collector.bundle.writing import Part, Sealed, seal
from tests.reliability.bundle_kit import MEMBERS, NOW, UNITS, draft, parties

PEOPLE = parties()
CSV = "text/csv; charset=utf-8; header=present"


def parts() -> list[Part]:
    return [
        Part("data/unit.csv", CSV, 0, lambda: [UNITS]),
        Part("data/member.csv", CSV, 2, lambda: [MEMBERS[:10], MEMBERS[10:]]),
    ]


def sealed(folder: Path, *more: Part, **changes: Any) -> Sealed:
    folder.mkdir(exist_ok=True)
    to = [PEOPLE.recipient.recipient]
    own = PEOPLE.own.decryption_key
    return seal(folder, draft(**changes), [*parts(), *more], PEOPLE.signer, to, own)


def opened(path: Path, out: Path, register: Path, now: datetime = NOW, **options: Any) -> Opened:
    key = PEOPLE.recipient.decryption_key
    return open_bundle(path, PEOPLE.trust, key, out, Register(register), now=now, **options)
