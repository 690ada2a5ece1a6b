"""What was received before: the format GHR/1, one JSON file, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collector.bundle.disk import replace_text, writing_to
from collector.bundle.manifest import Manifest, moment
from collector.bundle.refusals import refusal

FORMAT = "GHR"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Received:
    """One bundle taken in. Holds no person's data."""

    id: str
    payload_sha256: str
    sender: str
    sequence: int
    previous: str
    certificate_sha256: str
    received_at: str
    times_opened: int = 1

    @property
    def received(self) -> datetime:
        return datetime.strptime(self.received_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


class Register:
    """The register in ``path`` (usually ``received.json``); a missing file is an empty one.

    Keep it outside the folders bundles are opened into.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> list[Received]:
        """In the order of receipt. Raises SurroundingsFailed ``bundle.register_broken``,
        ``bundle.register_newer``."""
        try:
            told = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, ValueError, RecursionError):
            raise refusal("bundle.register_broken") from None
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise refusal("bundle.register_broken")
        version = told.get("version")
        if isinstance(version, int) and version > VERSION:
            raise refusal("bundle.register_newer")
        try:
            return [_received(one) for one in told["bundles"]]
        except (KeyError, TypeError, ValueError):
            raise refusal("bundle.register_broken") from None

    def find(self, payload_sha256: str) -> Received | None:
        return next((one for one in self.entries() if one.payload_sha256 == payload_sha256), None)

    def check(
        self,
        manifest: Manifest,
        payload_sha256: str,
        *,
        again: bool = False,
        accept_new_certificate: bool = False,
    ) -> tuple[int, ...]:
        """Refuses replays, reused numbers and forks; the sender's sequence numbers still
        missing below this one otherwise (none before the first bundle known).

        Raises ``bundle.replayed``, ``bundle.id_reused``, ``bundle.sequence_taken``,
        ``bundle.chain_broken``, ``bundle.sender_changed``.
        """
        entries = self.entries()
        for one in entries:
            if one.id == manifest.id:
                if one.payload_sha256 != payload_sha256:
                    raise refusal("bundle.id_reused")
                if not again:
                    raise refusal("bundle.replayed", sequence=one.sequence)
                return ()
        known = {one.sequence: one for one in entries if one.sender == manifest.sender.code}
        number = manifest.sequence
        if number in known:
            raise refusal("bundle.sequence_taken", sequence=number)
        before, after = known.get(number - 1), known.get(number + 1)
        if before is not None and manifest.previous != before.payload_sha256:
            raise refusal("bundle.chain_broken", sequence=number)
        if after is not None and after.previous != payload_sha256:
            raise refusal("bundle.chain_broken", sequence=number)
        if known and not accept_new_certificate:
            last = known[max(known)]
            if last.certificate_sha256 != manifest.sender.certificate_sha256:
                raise refusal("bundle.sender_changed", sequence=number)
        if not known:
            return ()
        return tuple(n for n in range(min(known), number) if n not in known)

    def add(self, manifest: Manifest, payload_sha256: str, now: datetime) -> None:
        """Enters a bundle, or counts one more opening. Raises SurroundingsFailed."""
        entries = self.entries()
        for index, one in enumerate(entries):
            if one.id == manifest.id:
                told = asdict(one) | {"times_opened": one.times_opened + 1}
                entries[index] = Received(**told)
                break
        else:
            entries.append(
                Received(
                    manifest.id,
                    payload_sha256,
                    manifest.sender.code,
                    manifest.sequence,
                    manifest.previous,
                    manifest.sender.certificate_sha256,
                    moment(now),
                )
            )
        told = {
            "format": FORMAT,
            "version": VERSION,
            "bundles": [asdict(one) for one in entries],
        }
        with writing_to(self.path.parent):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_text(self.path, json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def _received(told: Mapping[str, Any]) -> Received:
    found = Received(**told)
    numbers = (found.sequence, found.times_opened)
    texts = (found.id, found.payload_sha256, found.sender, found.previous)
    if not all(type(one) is int for one in numbers) or not all(type(t) is str for t in texts):
        raise ValueError
    if type(found.certificate_sha256) is not str:
        raise ValueError
    found.received  # noqa: B018 - raises ValueError for a date that is none
    return found
