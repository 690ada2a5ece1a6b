"""Sheets that share a kind of record: what tells them apart, and what they must agree on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collector.model import FIELDS, KIND_NAMES, Kind
from collector.packs.dictionary import Dictionary
from collector.packs.schema import Section
from collector.packs.spec import Field, FieldType, Sheet
from collector.rules.base import Rule

_VALUE_MOST = 60


def read_only(
    section: Section,
    kinds: Sequence[Kind],
    fields: Sequence[Field],
    dictionaries: Mapping[str, Dictionary],
) -> dict[str, str]:
    """``only`` of a sheet: a choice field of its own and a label of that field's list, or a
    national field it has no column for and the value all its records have."""
    said = {str(name): str(value) for name, value in section.mapping("only").items()}
    if not said:
        return {}
    columns = {item.id: item for item in fields}
    sound = len(said) == 1 == len(kinds)
    for name, value in said.items():
        if name in columns:
            listed = dictionaries.get(columns[name].dictionary)
            choice = columns[name].type is FieldType.CHOICE
            sound = sound and choice and listed is not None and value in listed.labels
        else:
            sound = sound and name in FIELDS[kinds[0]] and 0 < len(value.strip()) <= _VALUE_MOST
    if sound:
        return said
    section.wrong(
        "pack.value",
        "“only”只写一项：这张表里一个选清单的字段和它清单里的一个选项，或者表里没有的一个国家字段"
        "和这张表的记录共有的值；一行两类记录的表不能用。",
        "'only' names one choice field of the sheet and a label of its list, or a national field"
        " it has no column for and a value; a sheet of two kinds cannot have it.",
        "only",
    )
    return {}


def judge_sheets(root: Section, sheets: Sequence[Sheet]) -> None:
    """Whether sheets and kinds can be told apart: several sheets of a kind by ``only``."""
    ids: dict[str, int] = {}
    names: dict[tuple[str, str], int] = {}
    for number, sheet in enumerate(sheets, 1):
        if (first := ids.setdefault(sheet.id, number)) != number:
            _twice(
                root,
                number,
                sheet,
                f"编号“{sheet.id}”与第 {first} 张表的相同。请改一个。",
                f"The id {sheet.id!r} is that of sheet {first} too.",
            )
        name = (sheet.workbook.casefold(), sheet.name.casefold())
        if (first := names.setdefault(name, number)) != number:
            _twice(
                root,
                number,
                sheet,
                f"“{sheet.workbook}”里已经有第 {first} 张叫“{sheet.name}”的表。请改名或换工作簿。",
                f"Sheet {first} has the same name in the same workbook.",
            )
    for kind in Kind:
        sharing = [(number, each) for number, each in enumerate(sheets, 1) if kind in each.kinds]
        claims = [tuple(sheet.only.items()) for _, sheet in sharing]
        fields = {name for claim in claims for name, _ in claim}
        apart = len(set(claims)) == len(claims) and all(claims) and len(fields) == 1
        if len(sharing) > 1 and not apart:
            number, sheet = sharing[-1]
            others = "、".join(f"“{each.name}”" for _, each in sharing[:-1])
            _twice(
                root,
                number,
                sheet,
                f"“{sheet.name}”与{others}放的是同一类记录（{KIND_NAMES[kind].zh}），分不清哪行归哪张。"
                "请合成一张，或每张都用“only”写明同一个字段的不同选项。",
                f"{sheet.name!r} holds {KIND_NAMES[kind].en} as another sheet does, and 'only' does"
                " not tell them apart: make them one, or give each its own label of one field.",
            )


def _twice(root: Section, number: int, sheet: Sheet, zh: str, en: str) -> None:
    root.wrong("pack.sheet_twice", zh, en, f"[[sheet]] {number} ({sheet.id})")


def judge_shared(root: Section, sheets: Sequence[Sheet], rules: Sequence[Rule]) -> list[Rule]:
    """The rules the fields imply, each once: a field in several sheets has one form."""
    found: dict[str, Rule] = {}
    shared = {kind for sheet in sheets for kind in sheet.kinds if sheet.only}
    for rule in rules:
        first = found.setdefault(rule.id, rule)
        same = (first.kind, first.params, first.severity) == (rule.kind, rule.params, rule.severity)
        if not same and rule.record in shared:
            root.wrong(
                "pack.field_twice",
                f"字段“{rule.fields[0]}”在几张表里的类型、清单、限制或严重程度不同。请写成一样。",
                f"The field {rule.fields[0]!r} has another form in another sheet.",
                rule.id,
            )
    return list(found.values())
