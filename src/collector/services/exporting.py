"""The submission: gate, data files, the province's workbooks, the sealed bundle."""

from __future__ import annotations

import csv
import io
import logging
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from collector import __version__, places
from collector.bundle import writing as sealing
from collector.bundle.manifest import ManifestDraft, Reference
from collector.bundle.writing import Part
from collector.model import Changes, Kind, Status, Table
from collector.packs.spec import Pack
from collector.progress import Progress
from collector.services import gating, identities, linking
from collector.services.gating import Gate, Scope, counted
from collector.services.pack_signing import open_pack
from collector.services.session import Session, instance, sender
from collector.sheets import writing
from collector.store import Submission

log = logging.getLogger(__name__)

CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVENT_FIELDS = ("id_number", "name", "change_type", "change_date", "change_reason")

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class ExportResult:
    bundle: Path
    id: str
    sequence: int
    payload_sha256: str
    counts: dict[Kind, int]
    short_code: str
    """read over the telephone to be sure that both sides hold the same bundle"""
    workbooks: list[Path]
    gate: Gate
    changes: Changes

    def as_json(self) -> dict[str, Any]:
        """The document of ``export --json``, format collector.export/1."""
        return {
            "format": "collector.export/1",
            "bundle": str(self.bundle),
            "id": self.id,
            "sequence": self.sequence,
            "payload_sha256": self.payload_sha256,
            "counts": {kind.value: self.counts.get(kind, 0) for kind in Kind},
            "short_code": self.short_code,
            "workbooks": [str(path) for path in self.workbooks],
            "warnings": counted(self.gate.warnings),
        }


def gate(
    session: Session,
    pack_id: str | Path | None = None,
    union: str | None = None,
    leave_parked: bool = False,
    progress: Progress | None = None,
    today: date | None = None,
) -> Gate:
    """What forbids an export now, what to know before it, and how much it would hold."""
    pack = session.pack if pack_id is None else open_pack(pack_id)
    covered = gating.scope(session, union)
    return gating.gate(session, pack, covered, leave_parked, today or session.today, progress)


def export(
    session: Session,
    out: Path,
    to: Sequence[Path] = (),
    pack_id: str | Path | None = None,
    union: str | None = None,
    workbooks: bool = False,
    leave_parked: bool = False,
    progress: Progress | None = None,
    today: date | None = None,
) -> ExportResult:
    """Write the submission bundle into ``out``; with ``workbooks`` the province's files too.

    Without ``to`` a trial workspace seals to its trial recipient. The records are marked as
    submitted only after the bundle was written, read back and verified.
    Raises ``GateRefused export.refused``, ``InputRefused`` for a certificate,
    ``SurroundingsFailed`` and ``Cancelled``; then nothing of the bundle is left.
    """
    pack = session.pack if pack_id is None else open_pack(pack_id)
    covered = gating.scope(session, union)
    day = today or session.today
    gate = gating.gate(session, pack, covered, leave_parked, day, progress)
    gate.refuse()
    recipients = identities.recipients(session.store, to)
    places.make_folder(out)
    written: list[Path] = []
    sent: Sent = {kind: array("q") for kind in Kind}
    try:
        if workbooks:
            source = _Source(session, pack, covered)
            folder = places.make_folder(out / "workbooks")
            written = writing.write_workbooks(pack, source, folder, progress)
        sealed = sealing.seal(
            out,
            _draft(session, pack),
            _parts(session, pack, covered, gate, written, sent),
            identities.signer(session.store),
            recipients,
            identities.own_key(session.store),
            progress,
        )
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    changes = session.store.record_submission(
        Submission(
            id=sealed.id,
            sequence=sealed.sequence,
            payload_sha256=sealed.payload_sha256,
            short_code=sealed.short_code,
            path=str(sealed.path),
            pack=f"{pack.id}/{pack.version}",
            counts={kind.value: count for kind, count in gate.totals.items()},
            operator=session.operator,
        ),
        sent,
    )
    log.info("bundle %d sealed", sealed.sequence)
    return ExportResult(
        sealed.path,
        sealed.id,
        sealed.sequence,
        sealed.payload_sha256,
        gate.totals,
        sealed.short_code,
        written,
        gate,
        changes,
    )


Sent: TypeAlias = "dict[Kind, array[int]]"
"""ids of the records that went into the bundle"""


class _Source:
    """Records to be sent, as the workbook writer asks for them."""

    def __init__(self, session: Session, pack: Pack, covered: Scope) -> None:
        self._session = session
        self._pack = pack
        self._covered = covered
        self._index = linking.stored_index(session.store)

    def tables(self, kind: Kind, beside: Sequence[str] = ()) -> Iterator[Table]:
        return gating.records_sent(
            self._session, kind, self._pack, self._covered, self._index, beside
        )

    def rows(self, kind: Kind) -> Iterator[dict[str, str]]:
        for table in self.tables(kind):
            for index in range(len(table)):
                yield table.record(index)


def _draft(session: Session, pack: Pack) -> ManifestDraft:
    """Numbered after the last bundle and chained to it; the journal's head goes along."""
    name, code = sender(session)
    last = max(session.store.submissions(), key=lambda sent: sent.sequence, default=None)
    return ManifestDraft(
        sender_name=name or session.operator,
        sequence=1 if last is None else last.sequence + 1,
        sender_uscc=code,
        instance=instance(session),
        previous="" if last is None else last.payload_sha256,
        rulepack=Reference(pack.id, pack.version, pack.sha256),
        app_version=__version__,
        audit_head=session.store.journal_head(),
    )


def _parts(
    session: Session,
    pack: Pack,
    covered: Scope,
    gate: Gate,
    workbooks: Sequence[Path],
    sent: Sent,
) -> list[Part]:
    """The data files in the order of the kinds, the events, the workbooks; ``sent`` takes the ids
    of the records as they are written.

    A value that begins with = + - or @ stays as it is: the files are data for a program, and
    whoever opens one in a spreadsheet must import it as text (docs/bundle-format.md).
    """
    source = _Source(session, pack, covered)
    parts = [
        Part(
            f"data/{kind.value}.csv",
            CSV_TYPE,
            gate.totals[kind],
            _csv_of(source, kind, gating.fields_sent(pack, kind), sent[kind]),
        )
        for kind in Kind
    ]
    left = session.store.count(Kind.MEMBER, Status.INACTIVE) if covered.unions is None else 0
    parts.append(Part("data/events.csv", CSV_TYPE, left, _events(session, left)))
    parts.extend(Part(f"workbooks/{path.name}", XLSX_TYPE, None, _file(path)) for path in workbooks)
    return parts


def _csv_of(
    source: _Source, kind: Kind, fields: Sequence[str], sent: array[int]
) -> Callable[[], Iterable[bytes]]:
    def rows() -> Iterator[Iterable[Sequence[str]]]:
        for table in source.tables(kind, ("id",)):
            sent.extend(map(int, table.column("id")))
            yield zip(*(table.column(name) for name in fields), strict=True)

    return lambda: _csv(fields, rows())


def _events(session: Session, count: int) -> Callable[[], Iterable[bytes]]:
    """Members who left, with what the province calls 会籍变化 (type, date, reason)."""

    def rows() -> Iterator[Iterable[Sequence[str]]]:
        if count:
            yield from session.store.stream(Kind.MEMBER, EVENT_FIELDS, {}, (Status.INACTIVE,))

    return lambda: _csv(EVENT_FIELDS, rows())


def _csv(fields: Sequence[str], chunks: Iterable[Iterable[Sequence[str]]]) -> Iterator[bytes]:
    """UTF-8 without a mark, comma, CRLF (RFC 4180), a piece for each chunk of rows."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(fields)
    for rows in chunks:
        writer.writerows(rows)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _file(path: Path) -> Callable[[], Iterable[bytes]]:
    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                yield piece

    return chunks
