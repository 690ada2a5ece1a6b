"""What a person settled about a proposal, and the file they may write it in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector.errors import InputRefused
from collector.model import Kind
from collector.packs.spec import FieldType
from collector.wording import Text

FORMAT = "collector.answers/1"
OWN_FIELD = "own"
"""how a file says that a column is a field of this province alone"""
_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class ColumnAnswer:
    """``None`` where the person said nothing: the proposal stands, and its doubts with it."""

    kind: Kind | None = None
    field: str | None = None
    """national field id, ``serial``, or "" for one of this province alone"""
    type: FieldType | None = None
    required: bool | None = None
    labels: tuple[str, ...] | None = None
    date_format: str | None = None
    max_length: int | None = None
    left_out: bool = False
    confirmed: bool = False
    """everything else about the column is as proposed"""


@dataclass(frozen=True, slots=True)
class SheetAnswer:
    kinds: tuple[Kind, ...] = ()
    only: tuple[str, str] | None = None
    left_out: bool = False
    confirmed: bool = False
    columns: Mapping[str, ColumnAnswer] = field(default_factory=dict)
    """by the column's letters"""


@dataclass(frozen=True, slots=True)
class PackAnswer:
    """Texts of the pack's head; empty where the draft's own stand."""

    id: str = ""
    version: str = ""
    title: str = ""
    province: str = ""
    issuer: str = ""
    effective_from: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    pack: PackAnswer = field(default_factory=PackAnswer)
    sheets: Mapping[str, SheetAnswer] = field(default_factory=dict)
    """by the name of the sheet"""


def read_answers(path: Path) -> Answers:
    """The answers in a TOML file (docs/pack-format.md).

    Raises ``InputRefused``: ``answers.unreadable``, ``answers.toml``, ``answers.format`` and
    ``answers.value`` with the place.
    """
    try:
        if path.stat().st_size > _MOST:
            raise _refused("answers.unreadable", path, _UNREADABLE)
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise _refused("answers.unreadable", path, _UNREADABLE) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise _refused("answers.toml", path, _NOT_TOML) from None
    return answers_in(said, path.name)


def answers_in(document: Mapping[str, Any], name: str) -> Answers:
    """The answers of a document named ``name``; raises ``InputRefused`` (``answers.*``)."""
    said = dict(document)
    if said.pop("format", "") != FORMAT:
        raise _refused("answers.format", Path(name), _FORMAT)
    reader = _Reader(name)
    pack = reader.table(said.pop("pack", {}), "pack")
    sheets = reader.table(said.pop("sheet", {}), "sheet")
    reader.empty(said, "")
    named = {key: reader.text(pack.pop(key, ""), f"pack.{key}") for key in PackAnswer.__slots__}
    reader.empty(pack, "pack")
    return Answers(
        PackAnswer(**named),
        {key: reader.sheet(one, f"sheet.{key}") for key, one in sheets.items()},
    )


def as_document(answers: Answers) -> dict[str, Any]:
    """The answers as ``answers_in`` reads them; JSON values only."""
    head = answers.pack
    said = {key: getattr(head, key) for key in PackAnswer.__slots__}
    return {
        "format": FORMAT,
        "pack": {key: text for key, text in said.items() if text},
        "sheet": {name: _sheet_document(sheet) for name, sheet in answers.sheets.items()},
    }


def _sheet_document(sheet: SheetAnswer) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if sheet.kinds:
        found["kinds"] = [kind.value for kind in sheet.kinds]
    if sheet.only is not None:
        found["only"] = dict([sheet.only])
    for name in ("left_out", "confirmed"):
        if getattr(sheet, name):
            found[name] = True
    found["column"] = {
        letters: _column_document(column) for letters, column in sheet.columns.items()
    }
    return found


def _column_document(column: ColumnAnswer) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ColumnAnswer.__slots__:
        value = getattr(column, name)
        if value is None or (value is False and name != "required"):
            continue
        found[name] = list(value) if isinstance(value, tuple) else value
    if column.field == "":
        found["field"] = OWN_FIELD
    return found


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name

    def sheet(self, said: Any, at: str) -> SheetAnswer:
        table = self.table(said, at)
        kinds = table.pop("kinds", [])
        if not isinstance(kinds, list) or not set(kinds) <= {kind.value for kind in Kind}:
            raise self.wrong(f"{at}.kinds")
        only = self.table(table.pop("only", {}), f"{at}.only")
        if len(only) > 1 or not all(isinstance(text, str) for text in only.values()):
            raise self.wrong(f"{at}.only")
        columns = self.table(table.pop("column", {}), f"{at}.column")
        found = SheetAnswer(
            tuple(Kind(kind) for kind in kinds),
            next(iter(only.items()), None),
            self.flag(table.pop("left_out", False), f"{at}.left_out"),
            self.flag(table.pop("confirmed", False), f"{at}.confirmed"),
            {
                letters.upper(): self.column(one, f"{at}.column.{letters}")
                for letters, one in columns.items()
            },
        )
        self.empty(table, at)
        return found

    def column(self, said: Any, at: str) -> ColumnAnswer:
        table = self.table(said, at)
        kind, shape = table.pop("kind", None), table.pop("type", None)
        if kind is not None and kind not in {one.value for one in Kind}:
            raise self.wrong(f"{at}.kind")
        if shape is not None and shape not in {one.value for one in FieldType}:
            raise self.wrong(f"{at}.type")
        named = table.pop("field", None)
        labels = table.pop("labels", None)
        listed = isinstance(labels, list) and all(isinstance(text, str) for text in labels)
        if not (labels is None or listed):
            raise self.wrong(f"{at}.labels")
        date_format = table.pop("date_format", None)
        length = table.pop("max_length", None)
        if length is not None and (not isinstance(length, int) or not 0 <= length <= 32_767):
            raise self.wrong(f"{at}.max_length")
        required = table.pop("required", None)
        found = ColumnAnswer(
            None if kind is None else Kind(kind),
            "" if named == OWN_FIELD else None if named is None else self.text(named, at),
            None if shape is None else FieldType(shape),
            None if required is None else self.flag(required, f"{at}.required"),
            tuple(labels) if labels is not None else None,
            None if date_format is None else self.text(date_format, f"{at}.date_format"),
            length,
            self.flag(table.pop("left_out", False), f"{at}.left_out"),
            self.flag(table.pop("confirmed", False), f"{at}.confirmed"),
        )
        self.empty(table, at)
        return found

    def table(self, said: Any, at: str) -> dict[str, Any]:
        if not isinstance(said, dict):
            raise self.wrong(at)
        return dict(said)

    def text(self, said: Any, at: str) -> str:
        if not isinstance(said, str):
            raise self.wrong(at)
        return said.strip()

    def flag(self, said: Any, at: str) -> bool:
        if not isinstance(said, bool):
            raise self.wrong(at)
        return said

    def empty(self, table: Mapping[str, Any], at: str) -> None:
        for key in table:
            raise self.wrong(f"{at}.{key}".lstrip("."))

    def wrong(self, at: str) -> InputRefused:
        said = Text(
            f"答案文件“{self._name}”里“{at}”写得不对，或者没有这一项。",
            f"{at!r} in the answers {self._name!r} is wrong or unknown.",
        )
        return InputRefused("answers.value", said, _ADVICE, {"file": self._name, "place": at})


_ADVICE = Text(
    "请对照 docs/pack-format.md 里“学习表样”一节改正。",
    "See docs/pack-format.md, learning a template.",
)
_UNREADABLE = Text("答案文件读不出来。", "The answers cannot be read.")
_NOT_TOML = Text(
    "答案文件不合 TOML 写法（引号、括号不成对，或不是 UTF-8）。", "The answers are not valid TOML."
)
_FORMAT = Text(
    f'答案文件第一行应为 format = "{FORMAT}"。', f'The answers must begin with format = "{FORMAT}".'
)


def _refused(code: str, path: Path, sentence: Text) -> InputRefused:
    return InputRefused(code, sentence, _ADVICE, {"file": path.name})
