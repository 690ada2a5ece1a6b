"""补录表: the list of what is missing, for people to fill in; grouped by unit, with the
province's own lists to choose from, and a hidden mark by which each row is known again."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from collector.codes import text
from collector.errors import InputRefused, WrongUse
from collector.model import KIND_NAMES, Kind
from collector.packs.spec import Field, Pack
from collector.progress import Progress
from collector.services.gaps import Missing
from collector.services.list_marks import marks
from collector.services.session import Session
from collector.sheets import listings
from collector.sheets.listings import Column, Listing, write_lists
from collector.sheets.raw import RawWorkbook
from collector.wording import Text

MARK = "补录标识"
"""how the header of the hidden column begins; the pack's id follows"""
KNOWN = "已有"
OPENING = "〔"
"""before a value that stands there now and has to be answered anew"""
_CLOSING = "〕"
_HOW = (
    f"只填黄色的格子；写着“{KNOWN}”的不用填；{OPENING}{_CLOSING}里是现在的内容，这个省的清单里没有，"
    "请从下拉清单里改选。填好后在“补录”页收回，或用 collector import 导入。"
)
_WHO = ("序号", "单位", "工会", "姓名", "名称", "证件号")
_PAGE = 2000
_HEAD = 1 << 18
"""bytes of a part in which a header is looked for"""


def write_list(
    session: Session, missing: Missing, path: Path, progress: Progress | None = None
) -> list[Path]:
    """One .xlsx with a sheet for each kind of record, grouped by unit; the files written.

    Numbers of people are masked: name and unit say who is meant.
    Raises ``WrongUse missing.nothing``, ``SurroundingsFailed`` and ``Cancelled``.
    """
    pack = missing.pack
    listings = [
        _listing(session, missing, kind, progress)
        for kind in Kind
        if kind in missing.records and missing.records[kind].ids
    ]
    if not listings:
        raise WrongUse(
            "missing.nothing",
            Text("没有要补录的内容。", "Nothing is missing."),
            Text("按这个模板可以直接上报。", "The records can be sent as they are."),
        )
    session.store.note(
        "missing.listed", {"pack": pack.id, "items": missing.items}, session.operator
    )
    return write_lists(pack, listings, path)


def _listing(session: Session, missing: Missing, kind: Kind, progress: Progress | None) -> Listing:
    pack = missing.pack
    asked = _asked(missing, kind)
    columns = [
        Column(f"{MARK} {pack.id}", 14, hidden=True),
        Column("序号", 6),
    ]
    if kind in (Kind.MEMBER, Kind.OFFICER):
        columns += [Column("单位" if kind is Kind.MEMBER else "工会", 26), Column("姓名", 12)]
    else:
        columns.append(Column("名称", 26))
    if kind is Kind.MEMBER:
        columns.append(Column("证件号", 22))
    columns += [
        Column(header, max(item.width, 14), item, to_fill=True) for header, item in asked.items()
    ]
    columns.append(Column("另外要处理", 30))
    name = KIND_NAMES[kind].zh
    return Listing(
        name,
        kind,
        (
            f"{pack.title}　{name}补录表",
            _HOW,
        ),
        columns,
        _list_rows(session, missing, kind, list(asked.values()), progress),
        known=KNOWN,
        footer="填表人（签字）：＿＿＿＿＿＿　单位（盖章）：＿＿＿＿＿＿　日期：＿＿＿＿＿＿",
    )


def _asked(missing: Missing, kind: Kind) -> dict[str, Field]:
    """Header -> field, of what some record of this kind lacks, in the pack's order."""
    wanted = {gap.field for gap in missing.gaps if gap.kind is kind and gap.can_be_filled}
    return {
        header: item
        for header, item in fields_by_header(missing.pack, kind).items()
        if item.id in wanted
    }


def fields_by_header(pack: Pack, kind: Kind) -> dict[str, Field]:
    """The province's headers, each on one line, told apart from one another and from the columns
    that say who is meant."""
    found: dict[str, Field] = {}
    for item in pack.fields_of(kind):
        header = " ".join(item.header.split())
        if header in _WHO or header in found:
            header = f"{header}（补）" if header in _WHO else f"{header}（{item.id}）"
        found[header] = item
    return found


def _list_rows(
    session: Session,
    missing: Missing,
    kind: Kind,
    asked: Sequence[Field],
    progress: Progress | None,
) -> Iterator[list[str]]:
    held = missing.records[kind]
    own = marks(session, missing.pack.id)
    names = ["name", "id_number"] if kind is Kind.MEMBER else ["name"]
    shown = [item.id for item in asked]
    for start in range(0, len(held.ids), _PAGE):
        if progress is not None:
            progress.step(Text("写补录表", "Writing the list"), start, len(held.ids))
        ids = held.ids[start : start + _PAGE]
        page = {row[0]: row[3:] for row in session.store.page(kind, ids, [*names, *shown])}
        for place, number in enumerate(ids, start):
            known = page.get(number)
            if known is None:
                continue
            gaps = [missing.gaps[gap] for gap in missing.sets[held.sets[place]]]
            at = {gap.field: gap for gap in gaps if gap.can_be_filled}
            texts = [own.of(kind.value, number), str(place + 1)]
            if kind in (Kind.MEMBER, Kind.OFFICER):
                texts.append(missing.units[held.units[place]])
            texts.append(known[0])
            if kind is Kind.MEMBER:
                texts.append(text.mask_id(known[1]))
            for field_id, value in zip(shown, known[len(names) :], strict=True):
                gap = at.get(field_id)
                if gap is None:
                    texts.append(KNOWN)
                else:
                    texts.append("" if gap.is_empty or not value else f"{OPENING}{value}{_CLOSING}")
            others = [gap.text.zh for gap in gaps if not gap.can_be_filled]
            texts.append("".join(others))
            yield texts


def refuse(raw: RawWorkbook) -> None:
    """Raises ``InputRefused import.is_missing_list`` for a list that is to be taken back instead:
    read as people it would only bring masked numbers."""
    if listings.is_list(raw, MARK):
        raise InputRefused(
            "import.is_missing_list",
            Text("这是补录表，不能当作名单导入。", "This is a list of what is missing."),
            Text(
                "请在“补录”页点“收回补录表”，或单独用 collector import 导入这一个文件。",
                "Take it back on the page 补录, or import it alone with collector import.",
            ),
            {"file": raw.name},
        )


def is_list(path: Path) -> bool:
    """Whether a file is, or looks like, a list to fill in: its sheets say so in their header."""
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = MARK.encode()
            for part in archive.infolist():
                named = part.filename == "xl/sharedStrings.xml" or part.filename.startswith(
                    "xl/worksheets/sheet"
                )
                if named:
                    with archive.open(part) as stream:
                        # the header stands at the top; shared strings go in order of first use
                        if wanted in stream.read(_HEAD):
                            return True
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
        return False  # whoever reads the file says what is wrong with it
    return False
