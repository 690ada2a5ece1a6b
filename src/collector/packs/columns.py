"""Reading the columns of a pack's sheets: each a field with its header, aliases and form."""

from __future__ import annotations

import re
from collections.abc import Mapping

from collector.model import FIELDS, Kind, Severity
from collector.packs.compiling import FieldRules, implied, judge_params
from collector.packs.dictionary import Dictionary
from collector.packs.headers import header_key
from collector.packs.schema import Section
from collector.packs.spec import Field, FieldType, Provenance

_DATE_FORMATS = ("yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd", "yyyyMMdd", "yyyy年MM月dd日")
_STATED_BY_STANDARD = (
    FieldType.ID_NUMBER,
    FieldType.USCC,
    FieldType.PHONE,
    FieldType.CHOICE,
)
"""Types whose form is an error even where the province's use of the field is assumed: the number
rests on a national standard, and a label that is not in the list would vanish at the receiver."""


def read_field(
    section: Section,
    kinds: tuple[Kind, ...],
    pack_id: str,
    dictionaries: Mapping[str, Dictionary],
    declared: set[str],
) -> FieldRules:
    """One ``[[sheet.field]]``: a column of the sheet, and what its implied rules are given."""
    kind = section.one_of("kind", Kind, kinds[0], needed=len(kinds) > 1)
    field_type = section.one_of("type", FieldType, FieldType.TEXT, needed=True)
    provenance = section.one_of("provenance", Provenance, Provenance.ASSUMED)
    field = Field(
        kind=kind,
        id=section.text("id", needed=True, limit=80),
        header=section.text("header", needed=True, limit=120),
        type=field_type,
        required=section.flag("required"),
        aliases=section.texts("aliases"),
        group=section.text("group", limit=120),
        dictionary=section.text("dictionary", limit=60),
        max_length=section.whole("max_length", 0, low=0, high=32_767),
        date_format=section.text("date_format", _DATE_FORMATS[0], limit=20),
        provenance=provenance,
        required_provenance=section.one_of("required_provenance", Provenance, provenance),
        source=section.text("source"),
        note=section.text("note", limit=1000),
        constant=section.text("constant", limit=100),
        width=section.whole("width", 16, low=2, high=100),
        alternative=section.text("alternative", limit=80),
        hint=section.text("hint", limit=200),
    )
    official = provenance is Provenance.OFFICIAL or field_type in _STATED_BY_STANDARD
    usual = Severity.ERROR if official else Severity.WARNING
    severity = section.one_of("severity", Severity, usual)
    params = section.mapping("params")
    section.close()
    _judge_field(section, field, kinds, pack_id, dictionaries, declared)
    said = FieldRules(field, severity, params)
    for rule in implied(said):
        judge_params(section, rule)
    return said


def _judge_field(
    section: Section,
    field: Field,
    kinds: tuple[Kind, ...],
    pack_id: str,
    dictionaries: Mapping[str, Dictionary],
    declared: set[str],
) -> None:
    serial = field.type is FieldType.SERIAL
    own = field.id.startswith(f"{pack_id}.") and re.fullmatch(
        r"[a-z0-9_]+", field.id[len(pack_id) + 1 :]
    )
    if not (serial or own or field.id in FIELDS[field.kind]):
        section.wrong(
            "pack.field_unknown",
            f"“{field.id}”不是“{field.kind.value}”的国家字段名；本包自有的字段要写成“{pack_id}.名称”。",
            f"{field.id!r} is no national field of {field.kind.value}; "
            f"a field of this pack alone is called '{pack_id}.name'.",
            "id",
        )
    if field.kind not in kinds:
        section.wrong(
            "pack.value",
            "字段的“kind”不在这张表的“kinds”里。",
            "The field's kind is not among the sheet's kinds.",
            "kind",
        )
    choice = field.type is FieldType.CHOICE
    if choice and field.dictionary not in declared:
        section.wrong(
            "pack.dictionary_unknown",
            f"字段用到的清单“{field.dictionary}”没有用 [[dictionary]] 写明。请补上或改正名称。",
            f"The list {field.dictionary!r} is not declared by a [[dictionary]].",
            "dictionary",
        )
    if not choice and field.dictionary:
        section.wrong(
            "pack.value",
            '只有 type = "choice" 的字段才有清单。',
            "Only a field of type choice has a list.",
            "dictionary",
        )
    listed = dictionaries.get(field.dictionary)
    if field.constant and choice and listed and field.constant not in listed.labels:
        section.wrong(
            "pack.constant",
            "固定值（constant）不在字段的清单里。请改正。",
            "The constant is not in the field's list.",
            "constant",
        )
    if field.date_format not in _DATE_FORMATS:
        section.wrong(
            "pack.value",
            f"日期格式只能是：{'、'.join(_DATE_FORMATS)}。",
            f"The date format must be one of {', '.join(_DATE_FORMATS)}.",
            "date_format",
        )


def judge_columns(section: Section, fields: tuple[Field, ...]) -> None:
    """Whether the columns of one sheet can be told apart by their headers and aliases."""
    seen: set[tuple[Kind, str]] = set()
    columns: dict[str, Field] = {}
    for field in fields:
        if (field.kind, field.id) in seen:
            section.wrong(
                "pack.field_twice",
                f"字段“{field.id}”在这张表里出现了两次。请删去一个。",
                f"The field {field.id!r} stands twice in this sheet.",
                field.id,
            )
        seen.add((field.kind, field.id))
        for written_name in {header_key(name) for name in (field.header, *field.aliases)}:
            other = columns.setdefault(written_name, field)
            if other is field or (other.group != field.group and other.group and field.group):
                continue
            code = (
                "pack.header_duplicate"
                if written_name == header_key(field.header)
                else ("pack.alias_competes")
            )
            section.wrong(
                code,
                f"“{field.header}”与“{other.header}”争用同一个列名或别名，读表时无法分清。请只留一处。",
                f"The columns of {field.id!r} and {other.id!r} share a header or alias.",
                field.id,
            )
    for field in fields:
        if field.alternative and (field.kind, field.alternative) not in seen:
            section.wrong(
                "pack.rule_field",
                f"替代字段“{field.alternative}”不在这张表里。",
                f"The alternative field {field.alternative!r} is not in this sheet.",
                field.id,
            )
