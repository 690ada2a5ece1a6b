"""Half-typed work, kept in the encrypted store so that locking never eats it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from collector.services.session import Session

FORMAT = "collector.draft/1"
_BLOB = "draft"


def keep(session: Session, drafts: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep what each page has half-typed, in place of what was kept before."""
    if not drafts and session.store.blob(_BLOB) is None:
        return
    document = {"format": FORMAT, "pages": {name: dict(held) for name, held in drafts.items()}}
    session.store.set_blob(_BLOB, json.dumps(document, ensure_ascii=False).encode())


def kept(session: Session) -> dict[str, dict[str, Any]]:
    """What was kept, by page; nothing where a newer program wrote it or there is none."""
    found = session.store.blob(_BLOB)
    if not found:
        return {}
    document = json.loads(found.decode())
    if document.get("format") != FORMAT:
        return {}
    pages: dict[str, dict[str, Any]] = document.get("pages", {})
    return pages
