"""From the labels records are kept with to those of one province's lists: by its own aliases, by
what a person agreed on, never by likeness."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collector.model import Kind, Table
from collector.packs.spec import Field, FieldType, Pack

Agreed = Mapping[str, Mapping[str, str]]
"""``kind.field`` -> {label as kept: label of the province's list}, as a person settled it"""

NOTHING_AGREED: Agreed = MappingProxyType({})
_INSTEAD = " → "


def agreed_key(kind: Kind, field_id: str) -> str:
    return f"{kind.value}.{field_id}"


def own_field(pack: Pack, field_id: str) -> str:
    """Where a record keeps its own answer to a list of this province, where the national field
    holds a label that the list does not have. Its text is made by ``own_text``."""
    return f"{pack.id}.{field_id}.label"


def own_text(kept: str, label: str) -> str:
    """``kept`` goes along, so that the answer ends with the label it was given for."""
    return f"{kept}{_INSTEAD}{label}"


def own_fields(pack: Pack, kind: Kind) -> tuple[str, ...]:
    """The fields ``translate`` looks for beside the national ones."""
    return tuple(
        own_field(pack, item.id)
        for item in pack.fields_of(kind)
        if item.type is FieldType.CHOICE and "." not in item.id
    )


def translate(table: Table, pack: Pack, agreed: Agreed = NOTHING_AGREED) -> None:
    """Give the table the pack's labels, in place; the columns of ``own_fields`` are taken out.

    A label is the list's own, or an alias in it, or what a person agreed on for this label, or
    for this very record. Any other stays as it is and is for the rules to name. The one value a
    province takes stands in for an empty cell.
    """
    for item in pack.fields_of(table.kind):
        texts = table.columns.get(item.id)
        if texts is None:
            continue
        if item.type is FieldType.CHOICE:
            own = table.columns.pop(own_field(pack, item.id), None)
            said = _Labels(pack, item, agreed.get(agreed_key(table.kind, item.id), {}))
            told = [said[text] for text in texts]
            if own is not None and any(own):
                known = pack.dictionaries[item.dictionary]
                for index, text in enumerate(own):
                    kept, _, label = text.partition(_INSTEAD)
                    if text and kept == texts[index] and label in known.labels:
                        told[index] = label
            table.columns[item.id] = told
        elif item.constant:
            table.columns[item.id] = [text or item.constant for text in texts]


class _Labels(dict[str, str]):
    """Text -> label, worked out once: a list has few labels and a table very many rows."""

    def __init__(self, pack: Pack, item: Field, agreed: Mapping[str, str]) -> None:
        super().__init__({"": item.constant})
        self._listed = pack.dictionaries[item.dictionary]
        self._agreed = agreed

    def __missing__(self, text: str) -> str:
        found = self._listed.canonical(text)
        if found is None:
            chosen = self._agreed.get(text, "")
            found = chosen if chosen in self._listed.labels else text
        self[text] = found
        return found
