"""What the columns of an observed workbook probably mean, and what nobody can be sure of."""

from __future__ import annotations

import re

from collector.model import KIND_NAMES, Kind
from collector.packs.guessing import assigned, guess_of, kind_of_group, propose_column
from collector.packs.headers import header_key
from collector.packs.observed import ObservedSheet, ObservedWorkbook
from collector.packs.parting import told_apart
from collector.packs.proposals import (
    OWN,
    Doubt,
    Proposal,
    ProposedColumn,
    ProposedSheet,
)
from collector.packs.spec import FieldType
from collector.packs.vocabulary import Vocabulary, places
from collector.wording import Text

__all__ = [
    "OWN",
    "Doubt",
    "Proposal",
    "ProposedColumn",
    "ProposedSheet",
    "propose",
    "propose_sheet",
]

_SAMPLE = re.compile(r"样例|示例|样表|范例|填写样|例表")


def propose(workbook: ObservedWorkbook, words: Vocabulary) -> Proposal:
    """The likeliest pack of a workbook.

    Several sheets of one kind are told apart by a field and its value where their names allow;
    else they carry the doubt ``ALIKE`` and a person must say what each holds.
    """
    doubts: list[Doubt] = []
    sheets: list[ProposedSheet] = []
    for sheet in workbook.sheets:
        if _is_sample(sheet, workbook):
            said = Text(
                f"工作表“{sheet.name}”是填写样例，没有收进草稿。",
                f"The sheet {sheet.name!r} is a filled sample; it was left out.",
            )
            doubts.append(Doubt("sheet", "sheet.sample", said))
            continue
        kinds, sure = _kinds(sheet, words)
        sheets.append(propose_sheet(sheet, kinds, sure, words))
    for name in workbook.unread:
        said = Text(
            f"工作表“{name}”里没有认出表头。", f"No header was found in the sheet {name!r}."
        )
        doubts.append(Doubt("sheet", "sheet.unread", said))
    return Proposal(workbook, told_apart(sheets, words), tuple(doubts))


def _is_sample(sheet: ObservedSheet, workbook: ObservedWorkbook) -> bool:
    """Whether a sheet shows how another one is filled in."""
    headers = [header_key(column.header) for column in sheet.columns]
    return _SAMPLE.search(sheet.name) is not None and any(
        other is not sheet
        and not _SAMPLE.search(other.name)
        and [header_key(column.header) for column in other.columns] == headers
        for other in workbook.sheets
    )


def _kinds(sheet: ObservedSheet, words: Vocabulary) -> tuple[tuple[Kind, ...], bool]:
    """Which records a sheet holds, and whether that is beyond doubt."""
    told = sheet.name + "".join(sheet.titles)
    score = dict.fromkeys(Kind, 0.0)
    own: dict[Kind, int] = dict.fromkeys(Kind, 0)
    names: set[tuple[Kind, str]] = set()
    for column in sheet.columns:
        meant = words.found(column.header)[0]
        held = {one.field.kind for one in meant if one.field.type is not FieldType.SERIAL}
        names |= set(places(meant))
        for kind in held:
            score[kind] += 1 / len(held)
            own[kind] += len(held) == 1
    grouped = {kind_of_group(column.group) for column in sheet.columns if column.group.strip()}
    if {Kind.UNIT, Kind.UNION} <= grouped and score[Kind.UNIT] and score[Kind.UNION]:
        return (Kind.UNIT, Kind.UNION), True
    if (
        own[Kind.UNIT] >= 2
        and own[Kind.UNION] >= 2
        and {(Kind.UNIT, "name"), (Kind.UNION, "name")} <= names
        and score[Kind.MEMBER] < score[Kind.UNIT] + score[Kind.UNION]
    ):
        return (Kind.UNIT, Kind.UNION), True
    for word, kind in (("委员", Kind.OFFICER), ("会员", Kind.MEMBER), ("单位", Kind.UNIT)):
        score[kind] += (word in told) * 0.5 + (word in sheet.name)
    score[Kind.UNION] += 0.5 if "工会" in told and "会员" not in told else 0
    ranked = sorted(Kind, key=lambda kind: -score[kind])
    best, second = ranked[0], ranked[1]
    named = any((best, field) in names for field in ("name", "id_number", "uscc"))
    return (best,), named and score[best] >= 2.5 and score[best] - score[second] >= 1.5


def propose_sheet(
    sheet: ObservedSheet, kinds: tuple[Kind, ...], sure: bool, words: Vocabulary
) -> ProposedSheet:
    """One sheet taken for records of these kinds; ``sure`` where that is beyond doubt."""
    guesses = assigned([guess_of(column, kinds, words) for column in sheet.columns])
    columns = [
        propose_column(sheet, column, guess, sure)
        for column, guess in zip(sheet.columns, guesses, strict=True)
    ]
    doubts = []
    if not sure:
        name = KIND_NAMES[kinds[0]]
        said = Text(
            f"不能确定工作表“{sheet.name}”是哪一类记录，暂按“{name.zh}”。",
            f"It is not sure which records the sheet {sheet.name!r} holds: {name.en}?",
        )
        doubts.append(Doubt("sheet", "sheet.kind", said))
    if sheet.filled_rows:
        said = Text(
            f"工作表“{sheet.name}”表头下面有 {len(sheet.filled_rows)} 行内容，没有写明是示例。"
            "写上报表格时会清掉；如果是人员信息，请换空白表样。",
            f"{len(sheet.filled_rows)} rows of {sheet.name!r} hold something and are not marked"
            " as an example. They are cleared when the workbook is filled.",
        )
        doubts.append(Doubt("sheet", "sheet.filled", said))
    return ProposedSheet(sheet, kinds, tuple(columns), tuple(doubts))
