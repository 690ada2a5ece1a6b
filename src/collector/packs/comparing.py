"""What one version of a pack changes against another, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from collector.model import KIND_NAMES, Kind, Severity
from collector.packs.dictionary import Dictionary
from collector.packs.spec import Field, FieldType, Pack, Sheet
from collector.rules.base import Rule
from collector.wording import Text

_SHOWN = 12
"""values of a list that are named one by one"""


class Area(StrEnum):
    """What a change is about, in the order in which changes are told."""

    PACK = "pack"
    SHEET = "sheet"
    FIELD = "field"
    LIST = "list"
    RULE = "rule"
    WRITER = "writer"


class What(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    area: Area
    what: What
    where: str
    """``member.phone``, a list's or rule's id, a sheet's name"""
    aspect: str
    """what of it: ``header``, ``required``, ``values`` ...; "" for the whole"""
    text: Text


_TYPES: Mapping[FieldType, str] = {
    FieldType.TEXT: "文字",
    FieldType.NAME: "人名",
    FieldType.ID_NUMBER: "证件号",
    FieldType.USCC: "统一社会信用代码",
    FieldType.UNION_CODE: "工会代码",
    FieldType.PHONE: "电话",
    FieldType.DATE: "日期",
    FieldType.NUMBER: "数目",
    FieldType.CHOICE: "选清单",
    FieldType.SERIAL: "序号",
}
_SEVERITIES = {Severity.ERROR: "算错误", Severity.WARNING: "只提醒", Severity.INFO: "只说明"}
_RULES: Mapping[str, str] = {
    "required": "必填",
    "unique": "不能重复",
    "reference": "所填的单位、工会要存在",
    "match_gender": "性别与证件号一致",
    "match_birth_date": "出生日期与证件号一致",
    "order_dates": "日期先后",
    "implies": "两项相符",
    "ratio": "人数之比",
    "pattern": "写法",
}


def compare(old: Pack, new: Pack) -> list[Change]:
    """Every difference that matters to who fills in, checks or hands in; empty where there is
    none. Reasons, notes and sources do not count."""
    return [
        *_heads(old, new),
        *_sheets(old, new),
        *_fields(old, new),
        *_lists(old, new),
        *_rules(old, new),
        *_writers(old, new),
    ]


def _heads(old: Pack, new: Pack) -> Iterator[Change]:
    for aspect, zh in (
        ("id", "编号"),
        ("version", "版本"),
        ("title", "名称"),
        ("province", "省份"),
        ("issuer", "发布单位"),
        ("effective_from", "启用日期"),
        ("effective_until", "停用日期"),
    ):
        yield from _turned(
            Area.PACK, new.id, aspect, zh, getattr(old, aspect), getattr(new, aspect)
        )
    if old.signed != new.signed:
        was, now = _flag(old.signed), _flag(new.signed)
        yield from _turned(Area.PACK, new.id, "signed", "签名", was, now)
    if old.member_union_from_unit != new.member_union_from_unit:
        yield from _turned(
            Area.PACK,
            new.id,
            "member_union_from_unit",
            "会员随其单位归入工会",
            _flag(old.member_union_from_unit),
            _flag(new.member_union_from_unit),
        )


def _sheets(old: Pack, new: Pack) -> Iterator[Change]:
    before, after = {each.id: each for each in old.sheets}, {each.id: each for each in new.sheets}
    for sheet_id in dict.fromkeys([*before, *after]):
        was, now = before.get(sheet_id), after.get(sheet_id)
        if was is None or now is None:
            known = was or now
            assert known is not None
            yield _came(Area.SHEET, known.name, "表", known.name, now is not None)
            continue
        for aspect, zh, first, second in (
            ("name", "表名", was.name, now.name),
            ("workbook", "工作簿", was.workbook, now.workbook),
            ("layout", "表头", _layout(was), _layout(now)),
            ("title", "表头上面的文字", _lines(was), _lines(now)),
            ("note", "填表说明", _gist(was.layout.note), _gist(now.layout.note)),
        ):
            yield from _turned(Area.SHEET, now.name, aspect, f"“{now.name}”的{zh}", first, second)
        kept = [item.id for item in was.fields if item.id in {each.id for each in now.fields}]
        order = [item.id for item in now.fields if item.id in set(kept)]
        if kept != order:
            yield Change(
                Area.SHEET,
                What.CHANGED,
                now.name,
                "order",
                Text(f"“{now.name}”的列换了先后次序。", f"The columns of {now.name!r} moved."),
            )


def _fields(old: Pack, new: Pack) -> Iterator[Change]:
    for kind in Kind:
        before = {item.id: item for item in old.fields_of(kind)}
        after = {item.id: item for item in new.fields_of(kind)}
        for field_id in dict.fromkeys([*before, *after]):
            was, now = before.get(field_id), after.get(field_id)
            where = f"{kind.value}.{field_id}"
            if was is None or now is None:
                known = was or now
                assert known is not None
                name = f"{KIND_NAMES[kind].zh}“{_header(known)}”"
                yield _came(Area.FIELD, where, "一列", name, now is not None, _mark(known))
                continue
            yield from _field(kind, where, was, now)


def _field(kind: Kind, where: str, was: Field, now: Field) -> Iterator[Change]:
    name = f"{KIND_NAMES[kind].zh}“{_header(now)}”"
    for aspect, zh, first, second in (
        ("header", "表头", _header(was), _header(now)),
        ("group", "上层表头", was.group, now.group),
        ("required", "必填", _mark(was), _mark(now)),
        ("alternative", "可代替它的栏", was.alternative, now.alternative),
        ("type", "类型", _TYPES[was.type], _TYPES[now.type]),
        ("list", "清单", was.dictionary, now.dictionary),
        ("length", "最多字数", _most(was.max_length), _most(now.max_length)),
        ("date_format", "日期写法", _format(was), _format(now)),
        ("constant", "固定值", was.constant, now.constant),
    ):
        yield from _turned(Area.FIELD, where, aspect, f"{name}的{zh}", first, second)
    yield from _moved(Area.FIELD, where, "aliases", f"{name}的别名", was.aliases, now.aliases)


def _lists(old: Pack, new: Pack) -> Iterator[Change]:
    for name in dict.fromkeys([*old.dictionaries, *new.dictionaries]):
        was, now = old.dictionaries.get(name), new.dictionaries.get(name)
        if was is None or now is None:
            known = was or now
            assert known is not None
            yield _came(Area.LIST, name, "清单", f"“{known.title}”", now is not None)
            continue
        yield from _list(name, was, now)


def _list(name: str, was: Dictionary, now: Dictionary) -> Iterator[Change]:
    title = f"清单“{now.title}”"
    yield from _moved(Area.LIST, name, "values", f"{title}的选项", was.labels, now.labels)
    spoken = [
        {(alias, entry.label) for entry in each.entries for alias in entry.aliases}
        for each in (was, now)
    ]
    yield from _moved(
        Area.LIST,
        name,
        "aliases",
        f"{title}的别名",
        [f"{alias}→{label}" for alias, label in sorted(spoken[0])],
        [f"{alias}→{label}" for alias, label in sorted(spoken[1])],
    )
    codes = [{entry.label: entry.code for entry in each.entries} for each in (was, now)]
    recoded = [
        label for label, code in codes[1].items() if label in codes[0] and codes[0][label] != code
    ]
    if recoded:
        shown = "、".join(recoded[:_SHOWN])
        yield Change(
            Area.LIST,
            What.CHANGED,
            name,
            "codes",
            Text(f"{title}的代码改了：{shown}。", f"Codes of the list {name!r} changed: {shown}."),
        )


def _rules(old: Pack, new: Pack) -> Iterator[Change]:
    before, after = {each.id: each for each in old.rules}, {each.id: each for each in new.rules}
    for rule_id in dict.fromkeys([*before, *after]):
        was, now = before.get(rule_id), after.get(rule_id)
        known = now or was
        assert known is not None
        name = f"规则 {rule_id}（{_rule(known, new if now is not None else old)}）"
        if was is None or now is None:
            if _implied(known):
                continue  # told by the field: it came or went, or its mark or type changed
            yield _came(Area.RULE, rule_id, "", name, now is not None, _SEVERITIES[known.severity])
            continue
        if _implied(known) and (known.kind == "required" or was.kind != now.kind):
            continue  # told by the field: its mark, its type
        for aspect, zh, first, second in (
            ("kind", "种类", was.kind, now.kind),
            ("severity", "轻重", _SEVERITIES[was.severity], _SEVERITIES[now.severity]),
            ("fields", "用到的栏", "、".join(was.fields), "、".join(now.fields)),
            ("params", "条件", _params(was), _params(now)),
        ):
            yield from _turned(Area.RULE, rule_id, aspect, f"{name}的{zh}", first, second)


def _writers(old: Pack, new: Pack) -> Iterator[Change]:
    for aspect, zh in (
        ("one_member_file_per_union", "每个工会一个会员文件"),
        ("parents_before_children", "上级工会排在下级之前"),
        ("serial_numbers", "序号不重复"),
        ("text_cells_only", "只写文本单元格"),
    ):
        was, now = getattr(old.writer, aspect), getattr(new.writer, aspect)
        yield from _turned(Area.WRITER, aspect, "", zh, _flag(was), _flag(now))
    yield from _moved(
        Area.WRITER, "label_spelling", "", "上报时的省里写法", _spelt(old), _spelt(new)
    )


def _spelt(pack: Pack) -> list[str]:
    return [
        f"{label}→{own}"
        for pairs in pack.writer.label_spelling.values()
        for label, own in pairs.items()
    ]


# -- words -----------------------------------------------------------------------------


def _came(area: Area, where: str, what: str, name: str, added: bool, more: str = "") -> Change:
    tail = f"，{more}" if more else ""
    if added:
        said = Text(f"增加{what}{name}{tail}。", f"{area.value} {where} was added.")
        return Change(area, What.ADDED, where, "", said)
    said = Text(f"取消{what}{name}{tail}。", f"{area.value} {where} was removed.")
    return Change(area, What.REMOVED, where, "", said)


def _turned(area: Area, where: str, aspect: str, name: str, was: str, now: str) -> Iterator[Change]:
    if was != now:
        yield Change(
            area,
            What.CHANGED,
            where,
            aspect,
            Text(
                f"{name}：由“{was or '无'}”改为“{now or '无'}”。",
                f"{area.value} {where} {aspect}: from {was or 'none'!r} to {now or 'none'!r}.",
            ),
        )


def _moved(
    area: Area, where: str, aspect: str, name: str, was: Sequence[str], now: Sequence[str]
) -> Iterator[Change]:
    """What a list of texts gained and lost."""
    for what, zh, en, texts in (
        (What.ADDED, "增加", "gained", [text for text in now if text not in set(was)]),
        (What.REMOVED, "去掉", "lost", [text for text in was if text not in set(now)]),
    ):
        if texts:
            shown = "、".join(texts[:_SHOWN])
            more = len(texts) - _SHOWN
            tail = f" 等 {len(texts)} 项" if more > 0 else ""
            yield Change(
                area,
                what,
                where,
                aspect,
                Text(
                    f"{name}{zh}：{shown}{tail}。",
                    f"{area.value} {where} {aspect} {en} {len(texts)}: {shown}.",
                ),
            )


def _header(item: Field) -> str:
    return " ".join(item.header.split())


def _mark(item: Field) -> str:
    if not item.required:
        return "选填"
    return "必填" if item.required_provenance.value == "official" else "必填（推断，只提醒）"


def _most(length: int) -> str:
    return str(length) if length else ""


def _format(item: Field) -> str:
    return item.date_format if item.type is FieldType.DATE else ""


def _flag(value: bool) -> str:
    return "是" if value else "否"


def _layout(sheet: Sheet) -> str:
    layout = sheet.layout
    levels = "，两层" if layout.header_levels == 2 else ""
    return f"第 {layout.header_row} 行{levels}，数据从第 {layout.data_row} 行起"


def _lines(sheet: Sheet) -> str:
    return "｜".join(" ".join(line.split()) for line in sheet.layout.title_rows)


def _gist(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:40]}…（{len(text)} 字）"


def _rule(rule: Rule, pack: Pack) -> str:
    names = []
    for name in rule.fields:
        item = pack.field_of(rule.record, name)
        names.append(_header(item) if item is not None else name)
    return f"{KIND_NAMES[rule.record].zh}“{'、'.join(names)}”{_RULES.get(rule.kind, '格式')}"


def _implied(rule: Rule) -> bool:
    stem = f"{rule.record.value}.{rule.fields[0]}."
    return rule.id == f"{stem}form" or rule.id.startswith(f"{stem}required")


_OF_THE_FIELD = ("max_length", "dictionary", "temporary_field")
"""params that a field's own rule has from the field, which tells them itself"""


def _params(rule: Rule) -> str:
    told = _OF_THE_FIELD if _implied(rule) else ()
    names = sorted(name for name in rule.params if name not in told)
    return "，".join(f"{name} = {_value(rule.params[name])}" for name in names)


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value)
    return _flag(value) if isinstance(value, bool) else str(value)
