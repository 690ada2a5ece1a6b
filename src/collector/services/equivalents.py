"""What a person settled on where a province's list lacks a label: once for all records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from collector.errors import WrongUse
from collector.model import Kind
from collector.packs.spec import Pack
from collector.packs.translating import agreed_key
from collector.services.session import Session
from collector.wording import Text

FORMAT = "collector.equivalents/1"
_SETTING = "equivalents."


def agreed(session: Session, pack_id: str) -> dict[str, dict[str, str]]:
    """``kind.field`` -> {label as kept: label of this pack's list}."""
    held = session.store.settings().get(f"{_SETTING}{pack_id}", "")
    document: Mapping[str, Any] = json.loads(held) if held else {}
    if document.get("format") != FORMAT:
        return {}
    return {str(name): dict(labels) for name, labels in document["labels"].items()}


def agree(session: Session, pack: Pack, kind: Kind, field_id: str, kept: str, label: str) -> None:
    """From now on ``kept`` goes out as ``label`` to this province; "" takes that back.

    The records stay as they are. Raises ``WrongUse equivalents.no_such_label``.
    """
    item = pack.field_of(kind, field_id)
    listed = pack.dictionaries.get(item.dictionary) if item is not None else None
    if listed is None or (label and label not in listed.labels):
        raise WrongUse(
            "equivalents.no_such_label",
            Text("这个省的清单里没有这一项。", "The province's list has no such label."),
            Text("请从清单里选择。", "Choose one of the list."),
            {"field": field_id},
        )
    known = agreed(session, pack.id)
    labels = known.setdefault(agreed_key(kind, field_id), {})
    if label:
        labels[kept] = label
    else:
        labels.pop(kept, None)
    document = {"format": FORMAT, "labels": {name: held for name, held in known.items() if held}}
    session.store.set_setting(
        f"{_SETTING}{pack.id}", json.dumps(document, ensure_ascii=False, sort_keys=True)
    )
