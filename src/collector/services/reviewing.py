"""A proposal as a person reads it: a line a column, in the words of the people who use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from collector.model import FIELDS, KIND_NAMES, Kind
from collector.packs import FieldType
from collector.packs.proposals import Proposal, ProposedColumn, ProposedSheet
from collector.packs.settling import DATE_FORMATS, SERIAL
from collector.packs.vocabulary import Vocabulary
from collector.wording import Text

__all__ = ["DATE_FORMATS", "SERIAL", "TYPE_NAMES", "FieldChoice", "Line", "field_choices", "lines"]

TYPE_NAMES: Mapping[FieldType, Text] = MappingProxyType(
    {
        FieldType.TEXT: Text("文字", "text"),
        FieldType.NAME: Text("人名", "name"),
        FieldType.ID_NUMBER: Text("证件号", "identity number"),
        FieldType.USCC: Text("统一社会信用代码", "USCC"),
        FieldType.UNION_CODE: Text("工会代码", "union code"),
        FieldType.PHONE: Text("电话", "telephone"),
        FieldType.DATE: Text("日期", "date"),
        FieldType.NUMBER: Text("数字", "number"),
        FieldType.CHOICE: Text("选清单", "choice"),
        FieldType.SERIAL: Text("序号", "serial number"),
    }
)
OWN_NAME = Text("本省自有的内容", "of this province alone")
SERIAL_NAME = Text("序号", "serial number")
_FORMS: Mapping[FieldType, Text] = MappingProxyType(
    {
        FieldType.ID_NUMBER: Text("按证件类型校验号码", "the number is verified"),
        FieldType.USCC: Text("校验 18 位代码", "the code is verified"),
        FieldType.UNION_CODE: Text("校验代码或临时赋码", "the code is verified"),
        FieldType.PHONE: Text("手机或带区号的固定电话", "mobile or landline"),
        FieldType.NUMBER: Text("不带小数的数", "a whole number"),
    }
)


@dataclass(frozen=True, slots=True)
class FieldChoice:
    kind: Kind
    field: str
    """national field id, ``SERIAL`` or "" for one of this province alone"""
    name: Text


@dataclass(frozen=True, slots=True)
class Line:
    sheet: str
    column: ProposedColumn
    name: Text
    """of the field"""
    type: Text
    form: Text
    """how it is written, or how long its list is"""
    asked: tuple[Text, ...]
    """what a person must still look at"""

    @property
    def place(self) -> tuple[str, str]:
        return self.sheet, self.column.observed.letter

    @property
    def is_sure(self) -> bool:
        return not self.asked


def lines(proposal: Proposal, words: Vocabulary) -> list[Line]:
    """A line a column, in the order of the workbook."""
    names = _names(words)
    return [_line(sheet, column, names) for sheet in proposal.sheets for column in sheet.columns]


def field_choices(kinds: Sequence[Kind], words: Vocabulary) -> list[FieldChoice]:
    """What a column may be taken for, in the order of the national fields."""
    names = _names(words)
    found = [
        FieldChoice(kind, field, _with_kind(names[kind, field], kind, kinds))
        for kind in kinds
        for field in FIELDS[kind]
    ]
    own = [FieldChoice(kind, "", _with_kind(OWN_NAME, kind, kinds)) for kind in kinds]
    return [*found, FieldChoice(kinds[0], SERIAL, SERIAL_NAME), *own]


def _names(words: Vocabulary) -> dict[tuple[Kind, str], Text]:
    """The shortest header any known pack has for a field: that without remarks and formats."""
    known: dict[tuple[Kind, str], str] = {}
    for one in words.meanings:
        header = "".join(one.field.header.split())
        held = known.get(one.place)
        if held is None or len(header) < len(held):
            known[one.place] = header
    return {
        (kind, field): Text(known.get((kind, field), field), field.replace("_", " "))
        for kind in Kind
        for field in FIELDS[kind]
    }


def _with_kind(name: Text, kind: Kind, kinds: Sequence[Kind]) -> Text:
    """Where a row is a unit and its union, a name says whose it is."""
    if len(kinds) == 1:
        return name
    whose = KIND_NAMES[kind]
    return Text(f"{whose.zh}·{name.zh}", f"{whose.en}: {name.en}")


def _line(
    sheet: ProposedSheet, column: ProposedColumn, names: Mapping[tuple[Kind, str], Text]
) -> Line:
    if column.field == SERIAL or column.type is FieldType.SERIAL:
        name = SERIAL_NAME
    elif not column.field:
        name = _with_kind(OWN_NAME, column.kind, sheet.kinds)
    else:
        name = _with_kind(names[column.kind, column.field], column.kind, sheet.kinds)
    asked = () if column.left_out else tuple(doubt.text for doubt in column.doubts)
    return Line(sheet.observed.name, column, name, TYPE_NAMES[column.type], _form(column), asked)


def _form(column: ProposedColumn) -> Text:
    if column.type is FieldType.CHOICE:
        count = len(column.listed.entries) if column.listed else 0
        return Text(f"{count} 个选项", f"{count} labels")
    if column.type is FieldType.DATE:
        written = column.date_format or "yyyy-MM-dd"
        return Text(written, written)
    if column.max_length:
        return Text(f"最多 {column.max_length} 字", f"at most {column.max_length}")
    return _FORMS.get(column.type, Text("", ""))
