"""The column names and lists of packs already known, asked by header text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from collector.model import Kind
from collector.packs.dictionary import Dictionary
from collector.packs.headers import header_key
from collector.packs.spec import Field, FieldType, Pack

_BRACKETS = re.compile(r"[(<{][^()<>{}]*[)>}]")
_STARS = re.compile(r"[*★※☆]")


def bare(key: str) -> str:
    """A header key without what stands in brackets and without stars."""
    while (shorter := _BRACKETS.sub("", key)) != key:
        key = shorter
    return _STARS.sub("", key)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A field of a known pack, and the list it takes there."""

    pack: str
    field: Field
    dictionary: Dictionary | None
    spelling: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """canonical label -> how that province misspells it"""

    @property
    def place(self) -> tuple[Kind, str]:
        return self.field.kind, self.field.id


@dataclass(slots=True)
class Vocabulary:
    """Header keys of every pack; a field only one pack knows is left out."""

    exact: dict[str, list[Meaning]] = dataclasses.field(default_factory=dict)
    alias: dict[str, list[Meaning]] = dataclasses.field(default_factory=dict)
    meanings: list[Meaning] = dataclasses.field(default_factory=list)

    def knows(self, text: str) -> bool:
        """Whether any pack has a column of this name, whatever stands in brackets."""
        key = bare(header_key(text))
        return key in self.exact or key in self.alias

    def found(self, text: str, kind: Kind | None = None) -> tuple[list[Meaning], bool]:
        """(fields of this name, whether it is the very header of a pack rather than an alias)."""
        key = bare(header_key(text))
        for names, is_header in ((self.exact, True), (self.alias, False)):
            meant = [one for one in names.get(key, ()) if kind in (None, one.field.kind)]
            if meant:
                return meant, is_header
        return [], False


def vocabulary(packs: Iterable[Pack]) -> Vocabulary:
    made = Vocabulary()
    for pack in packs:
        for sheet in pack.sheets:
            for item in sheet.fields:
                if "." in item.id:
                    continue
                meaning = Meaning(
                    pack.id,
                    item,
                    pack.dictionaries.get(item.dictionary),
                    pack.writer.label_spelling.get(item.dictionary, {}),
                )
                made.meanings.append(meaning)
                made.exact.setdefault(bare(header_key(item.header)), []).append(meaning)
                for name in item.aliases:
                    made.alias.setdefault(bare(header_key(name)), []).append(meaning)
    return made


def places(meant: Sequence[Meaning]) -> list[tuple[Kind, str]]:
    """The distinct fields among them, 序号 as one."""
    return list(
        dict.fromkeys(
            (one.field.kind, "serial") if one.field.type is FieldType.SERIAL else one.place
            for one in meant
        )
    )
