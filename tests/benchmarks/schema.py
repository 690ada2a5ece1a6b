"""The member sheet's constraints as plain JSON, for the peers, which know nothing of packs."""

from __future__ import annotations

import json
from pathlib import Path

import making
from collector.model import Kind
from collector.packs.spec import Field, FieldType, Pack


def _choices(of: Pack, field: Field) -> list[str]:
    """The labels of a list, and how the province's own template spells them."""
    if not field.dictionary:
        return []
    spelt = of.writer.label_spelling.get(field.dictionary, {})
    return [*of.dictionaries[field.dictionary].labels, *spelt.values()]


def write(target: Path) -> Path:
    """Columns in the sheet's order with what a general checker can be told about them."""
    of = making.pack()
    (sheet,) = (sheet for sheet in of.sheets if sheet.kinds == (Kind.MEMBER,))
    columns = [
        {
            "header": field.header,
            "required": field.required and not field.alternative,
            "choices": _choices(of, field),
            "kind": str(field.type),
            "date": field.type is FieldType.DATE,
            "pattern": {
                FieldType.ID_NUMBER: r"[1-9]\d{16}[0-9X]",
                FieldType.PHONE: r"1\d{10}",
            }.get(field.type, ""),
            "unique": field.type is FieldType.ID_NUMBER,
        }
        for field in sheet.fields
    ]
    document = {"header_row": sheet.layout.header_row, "columns": columns}
    target.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return target
