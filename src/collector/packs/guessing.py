"""What one column of an observed sheet probably is: its field, type, list and form.

Each statement that does not rest on the workbook itself or on the very name of a known column
carries a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from collector.model import Kind
from collector.packs.headers import header_key
from collector.packs.observed import ObservedColumn, ObservedSheet
from collector.packs.proposals import OWN, Doubt, ProposedColumn
from collector.packs.proposed_lists import likeness, propose_list
from collector.packs.spec import FieldType
from collector.packs.vocabulary import Meaning, Vocabulary, bare, places
from collector.wording import Text

_CLOSE = 0.82  # as the reader of filled workbooks asks
_LEAD = 0.05
_SAME_LIST = 0.8
_HARMLESS = re.compile(r"格式|yyyy|填|[0-9]位|^如|^例|选|下拉|全称", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_DATE_FORMATS: Mapping[str, str] = {
    "-": "yyyy-MM-dd",
    "/": "yyyy/MM/dd",
    ".": "yyyy.MM.dd",
    "": "yyyyMMdd",
    "年": "yyyy年MM月dd日",
}
_DATE_SAID = re.compile(r"(?:yyyy|[12][0-9]{3})\s*([-/.年]?)\s*(?:mm?|[0-9]{1,2})", re.IGNORECASE)
_LENGTH_SAID = re.compile(r"(?:不超过|最多|不多于|限)\s*([0-9]{1,4})\s*个?(?:字|汉字|字符|位)")


_ALIKE: Mapping[FieldType, FieldType] = {FieldType.UNION_CODE: FieldType.USCC}
"""a union's code is a USCC, or stands in for one"""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is taken for; ``meaning`` is the known field of the best-fitting pack."""

    kind: Kind
    field: str
    meaning: Meaning | None
    confidence: float
    reason: Text
    code: str = ""
    """of the doubt; empty where there is none"""
    types: frozenset[FieldType] = frozenset()
    """that the field has in known packs"""


def assigned(guesses: list[Guess]) -> list[Guess]:
    """Each field to one column: the surest has it, then the first."""
    held: set[tuple[Kind, str]] = set()
    found = list(guesses)
    for place in sorted(range(len(guesses)), key=lambda place: -guesses[place].confidence):
        guess = guesses[place]
        if guess.field and (guess.kind, guess.field) in held:
            said = Text("这个字段已经有别的列", "another column already holds that field")
            found[place] = Guess(guess.kind, OWN, None, 0.2, said, "field.repeated")
        held.add((guess.kind, guess.field))
    return found


def propose_column(
    sheet: ObservedSheet, column: ObservedColumn, guess: Guess, kind_sure: bool
) -> ProposedColumn:
    """A column that holds what was guessed, with a doubt for each thing not sure."""
    doubts = []
    if guess.code or not kind_sure:
        code = guess.code or "field.kind"
        why = guess.reason if guess.code else _WORDS["field.kind"]
        doubts.append(doubt_about("field", code, column, why))
    kind_of_value, type_doubt = _type(column, guess)
    if type_doubt:
        doubts.append(doubt_about("type", type_doubt, column, _WORDS[type_doubt]))
    listed = None
    if kind_of_value is FieldType.CHOICE:
        listed = propose_list(column.choices, guess.meaning)
        doubts += [doubt_about("list", code, column, _WORDS[code]) for code in listed.doubts]
    elif column.choices is not None and column.choices.fault:
        doubts.append(doubt_about("list", "list.unreadable", column, _WORDS["list.unreadable"]))
    serial = kind_of_value is FieldType.SERIAL
    if not (column.mark.sure or serial):
        code = f"required.{column.mark.reason}"
        doubts.append(doubt_about("required", code, column, _WORDS["required"]))
    if column.hidden:
        doubts.append(doubt_about("form", "column.hidden", column, _WORDS["column.hidden"]))
    told = _said_of(sheet, column)
    date_format = _date_format(column, told) if kind_of_value is FieldType.DATE else ""
    if kind_of_value is FieldType.DATE and not date_format:
        doubts.append(
            doubt_about("form", "date.format_silent", column, _WORDS["date.format_silent"])
        )
    return ProposedColumn(
        column,
        guess.kind,
        guess.field,
        kind_of_value,
        column.mark.required and not serial,
        guess.confidence,
        guess.reason,
        listed,
        date_format,
        _max_length(column, told) if kind_of_value in (FieldType.TEXT, FieldType.NAME) else 0,
        tuple(doubts),
    )


_WORDS: Mapping[str, Text] = {
    "field.kind": Text("先要确定这张表是哪一类记录", "the kind of its sheet is not sure"),
    "type.guessed": Text("按写法推断的类型", "the type is guessed from its look"),
    "type.differs": Text(
        "已知的表里，这一列有的是这种类型，有的不是（如有的选清单，有的直接填写）",
        "known templates differ in the type of this column",
    ),
    "type.list_instead": Text(
        "已知的同名列不是选清单，这里却有下拉清单",
        "the known column of this name has no list, this one has",
    ),
    "list.unreadable": Text(
        "下拉清单是算出来的或指到别的文件，读不出选项",
        "its list is calculated or lies in another file and cannot be read",
    ),
    "list.missing": Text("应当选清单，但表里没有下拉清单", "it should have a list but has none"),
    "list.differs": Text("清单与已知的同名清单大不相同", "its list is unlike the known one"),
    "list.repeated": Text("清单里有重复的选项", "its list repeats a label"),
    "required": Text("表样没有写明是否必填", "the template does not say whether it is required"),
    "column.hidden": Text("这一列是隐藏的", "the column is hidden"),
    "date.format_silent": Text("没有写明日期的写法", "no date format is stated"),
}


def doubt_about(about: str, code: str, column: ObservedColumn, why: Text) -> Doubt:
    """A doubt that names its column."""
    name = " ".join(column.header.split())
    said = Text(
        f"{column.letter} 列“{name}”：{why.zh}。", f"Column {column.letter} {name!r}: {why.en}."
    )
    return Doubt(about, code, said)


def kind_of_group(group: str) -> Kind | None:
    """A group names its records: 工会组织所在单位信息 are units, 工会组织信息 unions."""
    for word, kind in (("单位", Kind.UNIT), ("企业", Kind.UNIT), ("工会", Kind.UNION)):
        if word in group:
            return kind
    return None


def _kinds_of_group(column: ObservedColumn, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    kind = kind_of_group(column.group)
    return (kind,) if len(kinds) > 1 and kind is not None else kinds


def guess_of(column: ObservedColumn, kinds: tuple[Kind, ...], words: Vocabulary) -> Guess:
    """The field a column holds, by its name, then by what resembles it."""
    guess = _guess_of(column, kinds, words)
    if guess.meaning is None:
        return guess
    place = guess.meaning.place
    types = frozenset(one.field.type for one in words.meanings if one.place == place)
    return replace(guess, types=types)


def _guess_of(column: ObservedColumn, kinds: tuple[Kind, ...], words: Vocabulary) -> Guess:
    allowed = _kinds_of_group(column, kinds)
    for named in [column.header, column.group + column.header] if column.group else [column.header]:
        found, is_header = words.found(named)
        if places(found) and all(kind == "serial" for _, kind in places(found)):
            said = Text("列名是序号", "its name is that of a serial number")
            return Guess(kinds[0], "serial", found[0], 1.0, said)
        meant = [one for one in found if one.field.kind in allowed]
        if not meant and not is_header:
            continue
        if not meant:
            meant = [
                one
                for one in words.alias.get(bare(header_key(named)), ())
                if one.field.kind in allowed
            ]
        if meant:
            return _by_name(column, meant, is_header)
    return _by_likeness(column, allowed, words)


def _by_name(column: ObservedColumn, meant: Sequence[Meaning], is_header: bool) -> Guess:
    best = max(meant, key=lambda one: likeness(column.choices, one.dictionary))
    several = len(places(meant)) > 1
    if several:
        said = Text(
            "同名的列在已知的表里不止一种意思", "known columns of this name differ in meaning"
        )
        return Guess(best.field.kind, best.field.id, best, 0.5, said, "field.ambiguous")
    if not _is_plain(column.header, meant):
        said = Text("括号里的话可能改变了意思", "what stands in brackets may change its meaning")
        return Guess(best.field.kind, best.field.id, best, 0.6, said, "field.brackets")
    if is_header:
        said = Text("与已知表样的列名相同", "its name is that of a known template")
        return Guess(best.field.kind, best.field.id, best, 1.0, said)
    said = Text("是已知列名的别名", "its name is a known alias")
    return Guess(best.field.kind, best.field.id, best, 0.95, said)


def _is_plain(header: str, meant: Sequence[Meaning]) -> bool:
    key = header_key(header)
    known = {header_key(name) for one in meant for name in (one.field.header, *one.field.aliases)}
    return key in known or all(_HARMLESS.search(said) for said in _IN_BRACKETS.findall(key))


def _by_likeness(column: ObservedColumn, kinds: tuple[Kind, ...], words: Vocabulary) -> Guess:
    key = bare(header_key(column.header))
    scores: dict[tuple[Kind, str], tuple[float, Meaning]] = {}
    for one in words.meanings:
        if one.field.kind not in kinds or one.field.type is FieldType.SERIAL:
            continue
        names = (one.field.header, *one.field.aliases)
        score = max(
            SequenceMatcher(None, key, bare(header_key(name)), autojunk=False).ratio()
            for name in names
        )
        if score > scores.get(one.place, (0.0, one))[0]:
            scores[one.place] = score, one
    ranked = sorted(scores.values(), key=lambda pair: -pair[0])
    if (
        ranked
        and ranked[0][0] >= _CLOSE
        and (len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= _LEAD)
    ):
        one = ranked[0][1]
        said = Text(
            f"与已知列名“{bare(header_key(one.field.header))}”相近",
            "its name is close to a known one",
        )
        return Guess(
            one.field.kind, one.field.id, one, round(0.7 * ranked[0][0], 2), said, "field.close"
        )
    alike = [
        one
        for one in words.meanings
        if one.field.kind in kinds and likeness(column.choices, one.dictionary) >= _SAME_LIST
    ]
    if len(places(alike)) == 1:
        said = Text("列名不认识，清单与已知的相同", "its name is unknown, its list is a known one")
        return Guess(alike[0].field.kind, alike[0].field.id, alike[0], 0.5, said, "field.by_list")
    said = Text("已知的表里没有这一列，先作为本省自有的字段", "no known template has this column")
    return Guess(kinds[0], OWN, None, 0.0, said, "field.unknown")


def _type(column: ObservedColumn, guess: Guess) -> tuple[FieldType, str]:
    """(the type of its values, the code of the doubt)."""
    listed = column.choices is not None and not column.choices.fault
    if guess.meaning is not None:
        known = guess.meaning.field.type
        if (guess.kind, guess.field) == (Kind.UNION, "uscc"):
            known = FieldType.UNION_CODE
        if listed and known is not FieldType.CHOICE:
            return FieldType.CHOICE, "type.list_instead"
        alike = {_ALIKE.get(one, one) for one in guess.types}
        if listed or len(alike) < 2:
            return known, ""
        if known is FieldType.CHOICE and column.choices is None:
            known = FieldType.TEXT
        return known, "type.differs"
    if listed:
        return FieldType.CHOICE, ""
    limits = {limit.kind for limit in column.limits}
    shown = column.number_format.lower()
    name = bare(header_key(column.header))
    if "date" in limits or "yy" in shown or name.endswith(("日期", "时间")):
        return FieldType.DATE, "type.guessed"
    if limits & {"whole"} or shown.startswith("0") or name.endswith(("人数", "总数")):
        return FieldType.NUMBER, "type.guessed"
    if re.search(r"电话|手机", name):
        return FieldType.PHONE, "type.guessed"
    return FieldType.TEXT, "type.guessed"


def _said_of(sheet: ObservedSheet, column: ObservedColumn) -> str:
    """All the template says of one column: its own words, and the sentences that name it."""
    name = bare(header_key(column.header))
    sentences = re.split(r"[\n。；;]", "\n".join((*sheet.titles, sheet.note)))
    naming = [one for one in sentences if len(name) > 1 and name in one]
    return "\n".join((column.header, column.hint, column.comment, *naming))


def _date_format(column: ObservedColumn, said: str) -> str:
    if found := _DATE_SAID.search(said):
        return _DATE_FORMATS[found[1]]
    shown = column.number_format
    if found := re.search(r"yyyy\\?\"?([-/.年]?)", shown, re.IGNORECASE):
        return _DATE_FORMATS[found[1]]
    return ""


def _max_length(column: ObservedColumn, said: str) -> int:
    for limit in column.limits:
        most = limit.second if limit.operator == "between" else limit.first
        if limit.kind == "textLength" and most.isdecimal() and "greater" not in limit.operator:
            return min(int(most), 32_767)
    found = _LENGTH_SAID.search(said)
    return int(found[1]) if found else 0
