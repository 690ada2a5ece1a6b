"""Writing a proposal as a pack folder: a draft a person finishes, already accepted by ``load``.

The workbook it was learned from is kept unchanged in ``original/``; ``learned.json`` holds every
proposal with its confidence and reason, ``待确认.txt`` what a person must look at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from collector.errors import InputRefused
from collector.model import Kind
from collector.packs.answers import PackAnswer
from collector.packs.columns import judge_columns
from collector.packs.draft_lists import DraftLists
from collector.packs.draft_rules import draft_rules
from collector.packs.draft_toml import said_in_toml, toml_table
from collector.packs.headers import header_key
from collector.packs.proposals import (
    ALIKE,
    OWN,
    Doubt,
    Proposal,
    ProposedColumn,
    ProposedSheet,
)
from collector.packs.schema import PackProblem, Section
from collector.packs.spec import Field, FieldType
from collector.wording import Text

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")
_BAD_IN_NAMES = re.compile(r"[\[\]:*?/\\'\"<>|\x00-\x1f]")
_BAD_IN_SHEETS = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_TO_FILL = "待填写"
_DRAFT_NOTE = "草稿：由表样自动读出。请逐条核对“待确认.txt”，改好后把 version 改成 1。"
_SETTLED_NOTE = "由表样读出，并由人逐列确定；没有确定的内容列在“待确认.txt”里。"
_PROVINCES = dict(
    pair.split("/")
    for pair in (
        "北京/beijing 天津/tianjin 河北/hebei 山西/shanxi 内蒙古/neimenggu 辽宁/liaoning 吉林/jilin"
        " 黑龙江/heilongjiang 上海/shanghai 江苏/jiangsu 浙江/zhejiang 安徽/anhui 福建/fujian"
        " 江西/jiangxi 山东/shandong 河南/henan 湖北/hubei 湖南/hunan 广东/guangdong 广西/guangxi"
        " 海南/hainan 重庆/chongqing 四川/sichuan 贵州/guizhou 云南/yunnan 西藏/xizang"
        " 陕西/shaanxi 甘肃/gansu 青海/qinghai 宁夏/ningxia 新疆/xinjiang"
    ).split()
)
"""the provinces, and their names in an id"""


def pack_id(folder: Path, sha256: str) -> str:
    """The id of the draft: the folder's name where it can be one."""
    name = folder.name
    return name if _ID.fullmatch(name) else f"draft-{sha256[:8]}"


def refuse_unsettled(proposal: Proposal) -> None:
    """Raises ``InputRefused``: ``learn.sheets_alike`` where a person must first say what each of
    several sheets holds, ``learn.nothing_left`` where no sheet is to be filled."""
    alike = [doubt for sheet in proposal.sheets for doubt in sheet.doubts if doubt.code == ALIKE]
    if alike:
        names = [
            sheet.observed.name
            for sheet in proposal.sheets
            if any(doubt.code == ALIKE for doubt in sheet.doubts)
        ]
        raise InputRefused(
            "learn.sheets_alike",
            alike[0].text,
            Text(
                "请写明各放哪一部分（only），或去掉一张（left_out）：在学习页面里选，"
                "或写进答案文件用 --answers 给出；也可以先在表样里删去多余的一张。",
                "Say in the answers (--answers) which part each holds, or leave one out.",
            ),
            {"file": proposal.workbook.name, "sheet": "、".join(names)},
        )
    if not proposal.sheets:
        raise InputRefused(
            "learn.nothing_left",
            Text("一张要填的表也没有留下。", "No sheet to fill is left."),
            Text("请至少留下一张工作表。", "Keep at least one sheet."),
            {"file": proposal.workbook.name},
        )


def write_draft(
    proposal: Proposal,
    folder: Path,
    originals: Sequence[Path],
    head: PackAnswer | None = None,
) -> tuple[Doubt, ...]:
    """Writes the draft into ``folder``, which exists and is empty; gives every doubt.

    ``originals`` are the files of the template, kept as they are under names that differ.
    Columns that cannot stand beside another of the same name are left out and named.
    """
    said = head or PackAnswer()
    name = said.id or pack_id(folder, proposal.workbook.sha256)
    doubts: list[Doubt] = list(proposal.doubts)
    lists = DraftLists()
    names = _file_names(originals)
    sheets = []
    for place, sheet in enumerate(proposal.sheets):
        doubts += sheet.doubts
        owns = own_ids(proposal.sheets, place, name)
        kept, left = _kept(sheet, owns)
        doubts += [doubt for column in kept for doubt in column.doubts] + left
        sheet_id = _sheet_id(proposal.sheets, place)
        workbook = names[sheet.observed.workbook]
        sheets.append(_sheet(sheet, kept, sheet_id, owns, lists, workbook))
    head_lines = _head(proposal, name, said)
    pack = "\n".join([*head_lines, *lists.sections(), *sheets, *draft_rules(proposal)])
    (folder / "dictionaries").mkdir()
    for dictionary, text in lists.files.items():
        (folder / "dictionaries" / f"{dictionary}.csv").write_text(text, "utf-8", newline="\n")
    (folder / "pack.toml").write_text(pack + "\n", "utf-8", newline="\n")
    kept_at = folder / "original"
    kept_at.mkdir()
    for path in originals:
        (kept_at / names[path.name]).write_bytes(path.read_bytes())
    document = json.dumps(as_json(proposal, doubts), ensure_ascii=False, indent=1)
    (folder / "learned.json").write_text(document + "\n", "utf-8", newline="\n")
    asked = "".join(f"{place}. {doubt.text.zh}\n" for place, doubt in enumerate(doubts, 1))
    (folder / "待确认.txt").write_text(asked or "没有。\n", "utf-8", newline="\n")
    return tuple(doubts)


def as_json(proposal: Proposal, doubts: list[Doubt]) -> dict[str, Any]:
    """What was proposed, as ``collector.learned/1``."""
    return {
        "format": "collector.learned/1",
        "workbook": proposal.workbook.name,
        "workbooks": [{"name": name, "sha256": sha256} for name, sha256 in proposal.workbook.files],
        "sha256": proposal.workbook.sha256,
        "helpers": list(proposal.workbook.helpers),
        "sheets": [
            {
                "name": sheet.observed.name,
                "kinds": [kind.value for kind in sheet.kinds],
                "header_row": sheet.observed.header_row,
                "header_levels": sheet.observed.header_levels,
                "data_row": sheet.observed.data_row,
                "columns": [_column_json(column) for column in sheet.columns],
            }
            for sheet in proposal.sheets
        ],
        "doubts": [
            {"about": doubt.about, "code": doubt.code, "zh": doubt.text.zh, "en": doubt.text.en}
            for doubt in doubts
        ],
    }


def _column_json(column: ProposedColumn) -> dict[str, Any]:
    return {
        "column": column.observed.letter,
        "header": column.observed.header,
        "kind": column.kind.value,
        "field": column.field or None,
        "type": column.type.value,
        "required": column.required,
        "list": len(column.listed.entries) if column.listed else None,
        "confidence": column.confidence,
        "reason": {"zh": column.reason.zh, "en": column.reason.en},
        "doubts": [doubt.code for doubt in column.doubts],
    }


def _sheet_id(sheets: Sequence[ProposedSheet], place: int) -> str:
    """The kinds of a sheet, numbered where several hold the same."""
    same = [at for at, sheet in enumerate(sheets) if sheet.kinds == sheets[place].kinds]
    name = "_".join(kind.value for kind in sheets[place].kinds)
    return name if len(same) == 1 else f"{name}_{same.index(place) + 1}"


def own_ids(sheets: Sequence[ProposedSheet], place: int, name: str) -> dict[str, str]:
    """Column letters -> the id of a field of this province alone.

    Columns of one name in sheets of one kind are one field.
    """
    taken: dict[tuple[Kind, str], str] = {}
    used: set[str] = set()
    found: dict[str, str] = {}
    for at, sheet in enumerate(sheets[: place + 1]):
        found = {}
        for column in sheet.columns:
            if column.field != OWN:
                continue
            plain = f"{name}.column_{column.observed.letter.lower()}"
            wanted = (
                plain if plain not in used else f"{name}.sheet{at + 1}_{plain[len(name) + 8 :]}"
            )
            group = header_key(column.observed.group)
            key = (column.kind, f"{group}/{header_key(column.observed.header)}")
            again = taken.get(key)
            if again is None or again in found.values():
                again = taken[key] = wanted
            used.add(again)
            found[column.observed.letter] = again
    return found


def _kept(
    sheet: ProposedSheet, owns: Mapping[str, str]
) -> tuple[list[ProposedColumn], list[Doubt]]:
    """The columns a pack can tell apart, and those it cannot."""
    kept: list[ProposedColumn] = []
    fields: list[Field] = []
    left: list[Doubt] = []
    for column in sheet.columns:
        if column.left_out:
            continue
        problems: list[PackProblem] = []
        item = _field(column, owns)
        judge_columns(Section({}, "", problems), (*fields, item))
        if problems or len(column.observed.header) > 120:
            said = Text(
                f"工作表“{sheet.observed.name}” {column.observed.letter} 列"
                f"“{' '.join(column.observed.header.split())[:40]}”与前面的列同名，读表时分不清，"
                "没有收进草稿。要用它，请在表样里改一个列名，再学一次。",
                f"Column {column.observed.letter} of {sheet.observed.name!r} has the name of an"
                " earlier one and was left out. Rename it in the template and learn it again.",
            )
            left.append(Doubt("field", "column.left_out", said))
            continue
        kept.append(column)
        fields.append(item)
    return kept, left


def _field_id(column: ProposedColumn, owns: Mapping[str, str]) -> str:
    return owns[column.observed.letter] if column.field == OWN else column.field


def _field(column: ProposedColumn, owns: Mapping[str, str]) -> Field:
    seen = column.observed
    return Field(column.kind, _field_id(column, owns), seen.header, column.type, group=seen.group)


def suggested_head(proposal: Proposal) -> PackAnswer:
    """What the workbook says of itself: a title, the province it names, the root of an id."""
    titles = [title for sheet in proposal.workbook.sheets for title in sheet.titles if title]
    named = [title for title in titles if "表" in title and "填表" not in title]
    title = " ".join((named or [Path(proposal.workbook.name).stem])[0].split())
    told = "".join([proposal.workbook.name, *titles])
    province = next((one for one in _PROVINCES if one in told), "")
    return PackAnswer(_PROVINCES.get(province, "own"), "", title[:100], province)


def _head(proposal: Proposal, name: str, answer: PackAnswer) -> Iterator[str]:
    plain = suggested_head(proposal)
    kinds = {kind for sheet in proposal.sheets for kind in sheet.kinds}
    fields = {
        column.field
        for sheet in proposal.sheets
        if Kind.MEMBER in sheet.kinds
        for column in sheet.columns
        if not column.left_out
    }
    pairs: dict[str, Any] = {
        "format": "collector.pack/1",
        "id": name,
        "version": answer.version or "0-draft",
        "title": answer.title or plain.title,
        "province": answer.province or plain.province or _TO_FILL,
        "issuer": answer.issuer or _TO_FILL,
        "effective_from": answer.effective_from or _TO_FILL,
        "note": _DRAFT_NOTE if not answer.version else _SETTLED_NOTE,
    }
    if Kind.MEMBER in kinds and not fields & {"union_code", "union_name"}:
        pairs["member_union_from_unit"] = True
    yield "\n".join(f"{key} = {said_in_toml(value)}" for key, value in pairs.items())
    for number, (file, sha256) in enumerate(proposal.workbook.files, 1):
        title = f"表样《{file}》"[:200]
        source = {"id": f"T-{number}", "title": title, "note": f"SHA-256 {sha256}"}
        yield toml_table("[[source]]", source)
    if any(
        column.type is FieldType.SERIAL for sheet in proposal.sheets for column in sheet.columns
    ):
        yield toml_table("[writer]", {"serial_numbers": True})


def _file_names(paths: Sequence[Path]) -> dict[str, str]:
    """Name of each file -> its name in the pack, each another whatever the case."""
    found: dict[str, str] = {}
    for path in paths:
        stem = _BAD_IN_NAMES.sub("", path.stem)[:100].strip(" .") or "workbook"
        name, number = stem, 1
        while name.casefold() in {taken.casefold() for taken in found.values()}:
            number += 1
            name = f"{stem}-{number}"
        found[path.name] = name
    return {known: f"{name}.xlsx" for known, name in found.items()}


def _sheet(
    sheet: ProposedSheet,
    kept: list[ProposedColumn],
    sheet_id: str,
    owns: Mapping[str, str],
    lists: DraftLists,
    workbook: str,
) -> str:
    seen = sheet.observed
    last = seen.note_row or 0
    pairs: dict[str, Any] = {
        "id": sheet_id,
        "name": _BAD_IN_SHEETS.sub("", seen.name)[:31].strip() or "表",
        "workbook": workbook,
        "kinds": [kind.value for kind in sheet.kinds],
    }
    if sheet.only is not None:
        pairs["only"] = dict([sheet.only])
    layout: dict[str, Any] = {
        "title_rows": list(seen.titles),
        "header_row": seen.header_row,
        "header_levels": seen.header_levels,
        "data_row": seen.data_row,
        "note": seen.note[:4000],
        "blank_rows": last - seen.data_row if last > seen.data_row else 0,
    }
    example = {
        column.observed.header: seen.example[column.observed.number]
        for column in kept
        if column.observed.number in seen.example
    }
    if example:
        layout["example"] = example
    parts = [toml_table("[[sheet]]", pairs), toml_table("[sheet.layout]", layout)]
    held = {column.field for column in kept}
    parts += [_column(column, sheet, owns, lists, held) for column in kept]
    return "\n".join(parts)


def _column(
    column: ProposedColumn,
    sheet: ProposedSheet,
    owns: Mapping[str, str],
    lists: DraftLists,
    held: set[str],
) -> str:
    seen = column.observed
    dictionary = lists.take(column)
    kind = column.type
    if kind is FieldType.CHOICE and not dictionary:
        kind = FieldType.TEXT  # its list cannot be read and nobody knows one: said as a doubt
    pairs: dict[str, Any] = {
        "id": _field_id(column, owns),
        "header": seen.header,
        "type": kind.value,
        "kind": column.kind.value if len(sheet.kinds) > 1 else "",
        "group": seen.group,
        "dictionary": dictionary,
        "required": column.required,
        "max_length": column.max_length,
        "date_format": column.date_format,
        "constant": _only_label(column),
        "width": seen.width,
        "hint": " ".join(seen.hint.split())[:200],
        "source": f"表样《{sheet.observed.workbook}》"[:200],
        "note": "；".join(doubt.text.zh for doubt in column.doubts)[:1000],
    }
    if dictionary and column.listed is not None and not column.listed.own:
        pairs["severity"] = "warning"  # the province did not give this list
    if column.required and column.sure("required"):
        pairs["required_provenance"] = "official"
    if not column.required:
        del pairs["required"]
    if kind is FieldType.ID_NUMBER:
        params = {"default_type": "居民身份证"}
        if "id_type" in held:
            params = {"type_field": "id_type"} | params
        pairs["params"] = params
    elif kind is FieldType.USCC:
        of_union = column.kind is Kind.UNION or column.field.startswith("union")
        pairs["params"] = {"expects": "union" if of_union else "unit"}
    return toml_table("[[sheet.field]]", pairs)


def _only_label(column: ProposedColumn) -> str:
    """The one label a list of the workbook offers."""
    listed = column.listed
    return listed.entries[0].label if listed and listed.own and len(listed.entries) == 1 else ""
