"""Reading a province's pack: one folder of data, no Python (docs/pack-format.md)."""

from collector.packs.checking import check_folder
from collector.packs.dictionary import Dictionary, Entry
from collector.packs.headers import header_key
from collector.packs.loading import choices, installed, kept_packs, labels, load
from collector.packs.schema import PackProblem
from collector.packs.spec import (
    Field,
    FieldType,
    Layout,
    Origin,
    Pack,
    Provenance,
    Sheet,
    Source,
    WriterRules,
)

__all__ = [
    "Dictionary",
    "Entry",
    "Field",
    "FieldType",
    "Layout",
    "Origin",
    "Pack",
    "PackProblem",
    "Provenance",
    "Sheet",
    "Source",
    "WriterRules",
    "check_folder",
    "choices",
    "header_key",
    "installed",
    "kept_packs",
    "labels",
    "load",
]
