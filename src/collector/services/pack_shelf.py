"""The packs on this computer, every version, with what is to be known of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from collector import packs
from collector.errors import CollectorError, InputRefused
from collector.packs.loading import Kept, newest
from collector.packs.spec import Pack
from collector.packs.versions import version_key
from collector.services.pack_notices import Notice, notices
from collector.services.pack_signing import PackSigner, open_with_signer


@dataclass(frozen=True, slots=True)
class Shelved:
    kept: Kept
    pack: Pack | None
    """None where it cannot be used"""
    signer: PackSigner | None
    notices: tuple[Notice, ...]
    refused: CollectorError | None
    """why it cannot be used"""
    newest: bool
    """taken where no version is named"""


def shelf(today: date, trust_pem: Path | None = None) -> list[Shelved]:
    """By id and version; with ``trust_pem`` signers are held against that authority."""
    found = packs.kept_packs()
    by_id: dict[str, list[Kept]] = {}
    for kept in found:
        by_id.setdefault(kept.id, []).append(kept)
    taken = {pack_id: newest(known) for pack_id, known in by_id.items()}
    found.sort(key=lambda kept: (kept.id, version_key(kept.version)))
    return [_looked_at(kept, kept is taken[kept.id], today, trust_pem) for kept in found]


def _looked_at(kept: Kept, newest: bool, today: date, trust_pem: Path | None) -> Shelved:
    try:
        pack, signer = open_with_signer(kept.folder, trust_pem)
    except InputRefused as refused:
        return Shelved(kept, None, None, (), refused, newest)
    return Shelved(kept, pack, signer, tuple(notices(pack, today)), None, newest)
