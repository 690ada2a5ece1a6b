"""What a province's pack says, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from collector.model import Kind
from collector.packs.dictionary import Dictionary
from collector.rules.base import Rule


class FieldType(StrEnum):
    TEXT = "text"
    NAME = "name"
    ID_NUMBER = "id_number"
    USCC = "uscc"
    UNION_CODE = "union_code"
    """a union's code: USCC or 临时赋码"""
    PHONE = "phone"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"
    SERIAL = "serial"
    """序号: counted by the writer, ignored by the reader"""


class Provenance(StrEnum):
    """Where a pack's statement about a field comes from; people can see it."""

    OFFICIAL = "official"
    ASSUMED = "assumed"


class Origin(StrEnum):
    """How a pack came to this computer."""

    SHIPPED = "shipped"
    """with the program"""
    KEPT = "kept"
    """installed by a person"""
    FOLDER = "folder"
    """named by its folder"""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a province's sheet and the national field it holds."""

    kind: Kind
    id: str
    """national field id, or ``pack-id.field`` for one that only this pack knows"""
    header: str
    """the header text exactly as the template has it"""
    type: FieldType
    required: bool = False
    aliases: tuple[str, ...] = ()
    group: str = ""
    """the upper header over this one, where the template has two levels"""
    dictionary: str = ""
    max_length: int = 0
    """0: no limit given"""
    date_format: str = "yyyy-MM-dd"
    """how the province's workbook writes it; the store keeps yyyy-MM-dd"""
    provenance: Provenance = Provenance.ASSUMED
    required_provenance: Provenance = Provenance.ASSUMED
    source: str = ""
    note: str = ""
    constant: str = ""
    """the only value the province takes; filled in by the writer where the record has none"""
    width: int = 16
    """column width in characters"""
    alternative: str = ""
    """another field of the same kind that may stand in for this one: ``required`` is met, and the
    column may be absent, where that one is there (a code for a name, 临时赋码 for a code)"""
    hint: str = ""
    """shown beside the cell while a person fills it in; one plain Chinese sentence"""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in the province's workbook; rows count from 1."""

    title_rows: tuple[str, ...] = ()
    """texts above the header, one a row, each merged across the table"""
    header_row: int = 1
    header_levels: int = 1
    data_row: int = 2
    note: str = ""
    """填表说明: written as the last row, merged across the table, where not empty"""
    example: Mapping[str, str] = field(default_factory=dict)
    """the template's own dummy line, recognised and never read as a record: header -> text"""
    blank_rows: int = 200
    """rows the blank workbook leaves between the header and the note; without a note the sheet
    is open-ended"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a province's template. ``kinds`` has two where a row is a unit and its union."""

    id: str
    name: str
    workbook: str
    """file name of the blank workbook inside the pack folder"""
    kinds: tuple[Kind, ...]
    fields: tuple[Field, ...]
    """in the template's order"""
    layout: Layout
    only: Mapping[str, str] = field(default_factory=dict)
    """one field and the value it has in all records of this sheet, where several sheets hold one
    kind (unions above the basic level, basic unions)"""


@dataclass(frozen=True, slots=True)
class WriterRules:
    """What the province's importer demands of a filled workbook."""

    text_cells_only: bool = True
    one_member_file_per_union: bool = False
    parents_before_children: bool = False
    serial_numbers: bool = False
    label_spelling: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """dictionary id -> {canonical label: the template's own spelling}"""


@dataclass(frozen=True, slots=True)
class Source:
    """A document a pack rests on."""

    id: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """A province as data in one folder."""

    id: str
    version: str
    title: str
    province: str
    issuer: str
    effective_from: str
    sheets: tuple[Sheet, ...]
    rules: tuple[Rule, ...]
    """every rule: those the fields imply and those written as [[rule]]"""
    dictionaries: Mapping[str, Dictionary]
    writer: WriterRules
    sources: tuple[Source, ...]
    folder: Path
    sha256: str
    """over every file of the folder but the workbooks and the signature, in name order"""
    effective_until: str = ""
    """"" where the issuer set no end"""
    signed: bool = False
    """it carries a signature that its files agree with; whose it is, the services ask"""
    origin: Origin = Origin.FOLDER
    member_union_from_unit: bool = False
    """the member sheet names only the unit; the union is that unit's (Hainan)"""

    def fields_of(self, kind: Kind) -> tuple[Field, ...]:
        """The fields of one kind in the pack's order, each once, without 序号."""
        found: dict[str, Field] = {}
        for sheet in self.sheets:
            for item in sheet.fields:
                if item.kind is kind and item.type is not FieldType.SERIAL:
                    found.setdefault(item.id, item)
        return tuple(found.values())

    def field_of(self, kind: Kind, field_id: str) -> Field | None:
        return next((item for item in self.fields_of(kind) if item.id == field_id), None)
