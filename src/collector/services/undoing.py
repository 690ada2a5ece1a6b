"""Past imports, and taking a whole one back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from collector.codes import text
from collector.errors import Cancelled, WrongUse
from collector.model import KEY_FIELD, Changes, Outcome
from collector.progress import Progress
from collector.services.importing import together
from collector.services.session import Session
from collector.store import BatchInfo, KeptRecord, KeptWhy, Undone
from collector.wording import Text

log = logging.getLogger(__name__)

WHY_WORDS: dict[KeptWhy, Text] = {
    KeptWhy.CHANGED: Text("导入之后又改过，保留现在的内容", "changed since; kept as it is now"),
    KeptWhy.SUBMITTED: Text("已经上报，不撤销", "submitted already; not taken back"),
    KeptWhy.REPEATED: Text("之后的导入里也这样写，保留", "a later import says the same; kept"),
    KeptWhy.KEY_TAKEN: Text(
        "原来的号码现在属于另一条记录", "its earlier number is another record's now"
    ),
}


@dataclass(frozen=True, slots=True)
class KeptTold:
    """A record that stays as it is, for the screen: its number is masked."""

    record: KeptRecord
    key: str
    """masked"""
    labels: tuple[str, ...]
    """the pack's headers of the fields that stay; none: the whole record"""
    why: Text


@dataclass(slots=True)
class UndoneBatches:
    """Several imports taken back."""

    done: list[Undone] = field(default_factory=list)
    cancelled: bool = False
    changes: Changes = field(default_factory=Changes)


def past(session: Session) -> list[BatchInfo]:
    """The imports of the workspace, the newest first."""
    return session.store.batches()[::-1]


def preview(session: Session, batch: int) -> Undone:
    """What taking an import back would do. Raises ``WrongUse undo.no_such_batch``."""
    _must_exist(session, batch)
    return session.store.plan_undoing(batch)


def undo(session: Session, batch: int, progress: Progress | None = None) -> Undone:
    """Take an import back, in one transaction with its control point and journal entry.

    What it added and nobody touched since is no record any more (it stays in the store, out of
    sight); what it changed has its earlier values again; its rows that waited to be mended wait
    no longer. Later edits and what was submitted stay, and are named. The same file may be
    imported again. Raises ``WrongUse undo.no_such_batch`` and ``undo.nothing_left``, and
    ``Cancelled``; nothing is changed then.
    """
    _must_exist(session, batch)
    done = session.store.undo_batch(batch, session.operator, progress)
    if not done.changed:
        raise WrongUse(
            "undo.nothing_left",
            Text(
                f"第 {batch} 批没有可以撤销的内容。", f"There is nothing of batch {batch} to undo."
            ),
            Text(
                "它可能已经撤销过，或者其中的记录都已上报、改过。",
                "It was undone before, or all its records were submitted or changed since.",
            ),
        )
    log.info(
        "import undone: removed=%d restored=%d kept=%d",
        sum(done.removed.values()),
        done.restored,
        len(done.kept),
    )
    return done


def undo_many(
    session: Session, batches: Sequence[int], progress: Progress | None = None
) -> UndoneBatches:
    """Take imports back one after another, the newest first, each whole or not at all.

    Cancelled on the way, those taken back stay so. One of which nothing is left is passed over.
    """
    found = UndoneBatches()
    changes = [Changes()]
    try:
        for number, batch in enumerate(sorted(set(batches), reverse=True)):
            if progress is not None:
                progress.step(_UNDOING.filled(batch=batch), number, len(batches))
            quiet = progress.quiet() if progress is not None else None
            done = session.store.undo_batch(batch, session.operator, quiet)
            found.done.append(done)
            changes.append(done.changes)
    except Cancelled:
        if not found.done:
            raise
        found.cancelled = True
    found.changes = together(*changes)
    log.info("imports undone: %d", len(found.done))
    return found


def kept_told(session: Session, done: Undone) -> list[KeptTold]:
    """The records that stay, as a person is told of them."""
    found: list[KeptTold] = []
    for kept in done.kept:
        record = session.store.get(kept.kind, kept.id)
        key = record.values.get(KEY_FIELD[kept.kind], "") if record is not None else ""
        labels = []
        for name in kept.fields:
            item = session.pack.field_of(kept.kind, name)
            labels.append(
                " ".join(item.header.split())
                if item is not None
                else _STATE.said(session.lang)
                if name == "status"
                else name
            )
        found.append(KeptTold(kept, text.mask_id(key), tuple(labels), WHY_WORDS[kept.why]))
    return found


def as_json(done: Undone, dry_run: bool = False) -> dict[str, Any]:
    """The document of ``undo --json``, format collector.undo/1; places and field ids only."""
    return {
        "format": "collector.undo/1",
        "batch": str(done.batch),
        "dry_run": dry_run,
        "removed": {kind.value: count for kind, count in done.removed.items()},
        "restored": done.restored,
        "moved": done.moved,
        "repeated": done.repeated,
        "parked_closed": done.parked,
        "parked_again": done.waking,
        "kept": [
            {
                "kind": kept.kind.value,
                "record": kept.id,
                "sheet": kept.sheet,
                "row": kept.row,
                "why": kept.why.value,
                "fields": list(kept.fields),
            }
            for kept in done.kept
        ],
    }


def batch_json(info: BatchInfo) -> dict[str, Any]:
    """One past import."""
    return {
        "batch": str(info.id),
        "at": info.at,
        "operator": info.operator,
        "files": [file.name for file in info.files],
        **{outcome.value: info.counts.get(outcome.value, 0) for outcome in Outcome},
        "undone_at": info.undone_at,
    }


def _must_exist(session: Session, batch: int) -> None:
    if all(info.id != batch for info in session.store.batches()):
        raise WrongUse(
            "undo.no_such_batch",
            Text(f"没有第 {batch} 批导入。", f"There is no batch {batch}."),
            Text("用 collector undo 列出各次导入。", "collector undo lists the imports."),
        )


_UNDOING = Text("撤销第 {batch} 批", "Undoing batch {batch}")
_STATE = Text("状态", "state")
