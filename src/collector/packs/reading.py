"""Reading one pack folder into a Pack, with every problem found on the way."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from collector import __version__
from collector.model import Kind
from collector.packs import files, manifest
from collector.packs.columns import judge_columns, read_field
from collector.packs.compiling import FieldRules, implied, written
from collector.packs.dictionary import Dictionary
from collector.packs.lists import read_dictionary
from collector.packs.loops import judge_loops
from collector.packs.schema import PackProblem, Section
from collector.packs.sharing import judge_shared, judge_sheets, read_only
from collector.packs.spec import (
    Layout,
    Pack,
    Sheet,
    Source,
    WriterRules,
)
from collector.packs.versions import NewerFormatError, is_version, version_key
from collector.rules.base import Rule
from collector.wording import Text

FORMAT = "collector.pack"
VERSION = 1
PACK_FILE = "pack.toml"
ORIGINALS = "original/"
"""the folder of the workbooks a province gave out, which are filled as they are"""
_BYTES_MOST = 1024 * 1024
_ID = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")
_DRAFT = "-draft"
_SHEET_NAME_BAD = re.compile(r"[\[\]:*?/\\']")


class OlderProgramError(Exception):
    """The pack asks for a later version of this program; its argument says which."""


def read(folder: Path) -> tuple[Pack | None, list[PackProblem]]:
    """The pack of a folder and all its problems; no pack where it cannot be put together.

    Raises ``NewerFormatError``, ``OlderProgramError``, and ``OSError`` where there is no pack.toml
    or it cannot be read.
    """
    problems: list[PackProblem] = []
    if not (folder / PACK_FILE).is_file():
        raise FileNotFoundError(PACK_FILE)
    names = files.scan(folder, problems)
    problems.extend(() if problems else manifest.tampered(folder))
    if problems:
        return None, problems
    root = Section(_document(folder, problems), PACK_FILE, problems)
    if problems:
        return None, problems
    _judge_format(root)
    if problems:
        return None, problems
    _judge_program(root)
    pack = _pack(root, folder, names)
    return (None if problems else pack), problems


def _document(folder: Path, problems: list[PackProblem]) -> Mapping[str, Any]:
    path = folder / PACK_FILE
    if path.stat().st_size > _BYTES_MOST:
        said = Text("pack.toml 超过 1 MB，不像模板包说明。", "pack.toml is larger than 1 MB.")
        problems.append(PackProblem("pack.too_large", PACK_FILE, said))
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        said = Text(
            "pack.toml 不是 UTF-8 编码（可能是 GBK）。请用记事本“另存为”，编码选 UTF-8。",
            "pack.toml is not UTF-8 (GBK, perhaps). Save it again as UTF-8.",
        )
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        at = re.search(r"line (\d+), column (\d+)", str(fault))
        zh = f"第 {at[1]} 行第 {at[2]} 列" if at else "某处"
        said = Text(
            f"pack.toml 在{zh}不合 TOML 写法（引号、括号不成对，或同一项写了两次）。请改正。",
            f"pack.toml is not valid TOML{f' at line {at[1]}, column {at[2]}' if at else ''}.",
        )
    problems.append(PackProblem("pack.toml", PACK_FILE, said))
    return {}


def _judge_format(root: Section) -> None:
    said = root.text("format", needed=True)
    name, _, version = said.partition("/")
    if name == FORMAT and version.isdecimal() and int(version) > VERSION:
        raise NewerFormatError
    if root.has("format") and said != f"{FORMAT}/{VERSION}":
        root.wrong(
            "pack.format",
            f'第一行应为 format = "{FORMAT}/{VERSION}"。这不是本程序的模板包，或第一行写错了。',
            f'The first line must be format = "{FORMAT}/{VERSION}".',
            "format",
        )


def _judge_program(root: Section) -> None:
    needed = root.text("needs_program", limit=20)
    if not needed:
        return
    if not is_version(needed):
        root.wrong(
            "pack.value",
            "“needs_program”应写成程序的版本号，如 0.2.0。",
            "'needs_program' must be a version of the program such as 0.2.0.",
            "needs_program",
        )
    elif version_key(needed) > version_key(__version__):
        raise OlderProgramError(needed)


def _version(root: Section) -> str:
    version = root.text("version", needed=True, limit=20)
    if version and not is_version(version):
        root.wrong(
            "pack.value",
            "“version”只用数字和点，如 1 或 2.1；草稿写成 0-draft。请改正。",
            "'version' has digits and dots such as 1 or 2.1; a draft is called 0-draft.",
            "version",
        )
    return version


def _days(root: Section, draft: bool) -> tuple[str, str]:
    """From when until when the pack holds; a draft may leave it open."""
    found = []
    for key in ("effective_from", "effective_until"):
        day = root.text(key, needed=key == "effective_from", limit=10)
        if day and not (draft or _is_day(day)):
            root.wrong(
                "pack.value",
                f"“{key}”应写成 2023-03-01 这样的日期。请改正。",
                f"{key!r} must be a day such as 2023-03-01.",
                key,
            )
        found.append(day)
    first, last = found
    if _is_day(first) and _is_day(last) and last < first:
        root.wrong(
            "pack.value",
            "“effective_until”（停用日期）早于“effective_from”（启用日期）。请改正。",
            "'effective_until' lies before 'effective_from'.",
            "effective_until",
        )
    return first, last


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _pack(root: Section, folder: Path, names: Sequence[str]) -> Pack:
    pack_id = root.text("id", needed=True, limit=40)
    if pack_id and not (_ID.fullmatch(pack_id) and files.is_portable(pack_id)):
        root.wrong(
            "pack.value",
            "“id”只能用小写字母、数字、“-”和“.”，2 到 40 个字符，如 hubei-2023。",
            "The id takes lower-case letters, digits, '-' and '.', 2 to 40 of them.",
            "id",
        )
    sources = tuple(_source(section) for section in root.sections("source", needed=True))
    dictionaries: dict[str, Dictionary] = {}
    for section in root.sections("dictionary"):
        found = read_dictionary(section, folder)
        if found is not None and found.id in dictionaries:
            section.wrong(
                "pack.value",
                f"清单“{found.id}”写了两次。请删去一个。",
                f"The list {found.id!r} is declared twice.",
                "id",
            )
        if found is not None:
            dictionaries[found.id] = found
    declared = {str(item.values.get("id", "")) for item in root.sections("dictionary")}
    sheets: list[Sheet] = []
    rules: list[Rule] = []
    for section in root.sections("sheet", needed=True, limit=40):
        sheet, sheet_rules = _sheet(section, pack_id, dictionaries, declared)
        sheets.append(sheet)
        rules.extend(sheet_rules)
    judge_sheets(root, sheets)
    rules = judge_shared(root, sheets, rules)
    fields = [field for sheet in sheets for field in sheet.fields]
    taken = {rule.id for rule in rules}
    for section in root.sections("rule"):
        rule = written(section, fields, taken)
        if rule is not None:
            taken.add(rule.id)
            rules.append(rule)
    if not root.problems:
        judge_loops(root, rules)
    version = _version(root)
    first_day, last_day = _days(root, version.endswith(_DRAFT))
    pack = Pack(
        id=pack_id,
        version=version,
        title=root.text("title", needed=True, limit=100),
        province=root.text("province", needed=True, limit=20),
        issuer=root.text("issuer", needed=True, limit=100),
        effective_from=first_day,
        effective_until=last_day,
        sheets=tuple(sheets),
        rules=tuple(rules),
        dictionaries=dictionaries,
        writer=_writer(root.section("writer"), dictionaries),
        sources=sources,
        folder=folder,
        sha256=fingerprint(folder, names),
        signed=files.SIGNATURE in names,
        member_union_from_unit=root.flag("member_union_from_unit"),
    )
    root.text("note", limit=2000)
    root.close()
    return pack


def fingerprint(folder: Path, names: Sequence[str]) -> str:
    """SHA-256 over the files but the signature and the workbooks made from the pack, in name
    order, hexadecimal; the province's own (``original/``) count.

    Line ends do not count, so that a checkout on Windows is the same pack.
    """
    digest = hashlib.sha256()
    for name in sorted(names):
        workbook, own = name.lower().endswith(".xlsx"), name.startswith(ORIGINALS)
        if (workbook and not own) or name == files.SIGNATURE:
            continue
        content = (folder / name).read_bytes()
        if not workbook:
            content = content.replace(b"\r\n", b"\n")
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _source(section: Section) -> Source:
    found = Source(
        section.text("id", needed=True, limit=40),
        section.text("title", needed=True),
        section.text("note", limit=1000),
    )
    section.close()
    return found


def _writer(section: Section, dictionaries: Mapping[str, Dictionary]) -> WriterRules:
    spelling: dict[str, Mapping[str, str]] = {}
    for name, pairs in section.mapping("label_spelling").items():
        known = dictionaries[name].labels if name in dictionaries else ()
        if not isinstance(pairs, dict) or not set(pairs) <= set(known):
            section.wrong(
                "pack.label_spelling",
                f"label_spelling 里“{name}”写的选项不在这份清单里。请改正清单名或选项。",
                f"label_spelling names a label that the list {name!r} does not have.",
                "label_spelling",
            )
            continue
        spelling[name] = {str(label): str(own) for label, own in pairs.items()}
        for label, own in spelling[name].items():
            if dictionaries[name].canonical(own) not in (None, label):
                section.wrong(
                    "pack.label_spelling",
                    f"label_spelling 里“{label}”的写法“{own}”是同一份清单的另一个选项，"
                    "读回来会认错。请改正。",
                    f"label_spelling writes {label!r} as {own!r}, which is another label of the"
                    " list and would be read back as that.",
                    "label_spelling",
                )
    found = WriterRules(
        text_cells_only=section.flag("text_cells_only", True),
        one_member_file_per_union=section.flag("one_member_file_per_union"),
        parents_before_children=section.flag("parents_before_children"),
        serial_numbers=section.flag("serial_numbers"),
        label_spelling=spelling,
    )
    section.close()
    return found


def _sheet(
    section: Section,
    pack_id: str,
    dictionaries: Mapping[str, Dictionary],
    declared: set[str],
) -> tuple[Sheet, list[Rule]]:
    kinds = tuple(Kind(name) for name in section.texts("kinds") if name in set(Kind))
    if not kinds or len(kinds) != len(section.texts("kinds")) or len(set(kinds)) != len(kinds):
        section.wrong(
            "pack.value",
            f"“kinds”要写明这张表是哪一类记录：{'、'.join(Kind)}。",
            f"'kinds' must name the kinds of record in this sheet: {', '.join(Kind)}.",
            "kinds",
        )
    if len(kinds) > 1 and set(kinds) != {Kind.UNIT, Kind.UNION}:
        section.wrong(
            "pack.value",
            "一张表只放一类记录，或者一行是一个单位和它的工会（unit、union）。",
            "A sheet holds one kind of record, or a unit and its union a row.",
            "kinds",
        )
        kinds = kinds[:1]
    said: list[FieldRules] = []
    for item in section.sections("field", needed=True, limit=200):
        said.append(read_field(item, kinds or (Kind.MEMBER,), pack_id, dictionaries, declared))
    fields = tuple(item.field for item in said)
    judge_columns(section, fields)
    name = section.text("name", needed=True, limit=31)
    if _SHEET_NAME_BAD.search(name):
        section.wrong(
            "pack.value",
            "工作表名称不能含有 [ ] : * ? / \\ ' 这些符号。",
            "A sheet name must not hold any of [ ] : * ? / \\ '.",
            "name",
        )
    workbook = section.text("workbook", needed=True, limit=120)
    if workbook and (not files.is_portable(workbook) or "/" in workbook):
        section.wrong(
            "pack.path",
            "工作簿只写文件名，不能带文件夹、“..”、盘符或特殊符号，也不能是 Windows 的保留名。",
            "The workbook is a bare file name: no folder, '..', drive or name Windows keeps.",
            "workbook",
        )
    elif not workbook.lower().endswith(".xlsx"):
        section.wrong(
            "pack.value", "工作簿文件名应以 .xlsx 结尾。", "The workbook must be .xlsx.", "workbook"
        )
    sheet_id = section.text("id", needed=True, limit=40)
    layout = _layout(section.section("layout"))
    only = read_only(section, kinds, fields, dictionaries)
    section.close()
    rules = [rule for item in said for rule in implied(item, sheet_id, only)]
    return Sheet(sheet_id, name, workbook, kinds, fields, layout, only), rules


def _layout(section: Section) -> Layout:
    titles = section.texts("title_rows", limit=20)
    level = section.whole("header_levels", 1, low=1, high=2)
    header = section.whole("header_row", len(titles) + 1, low=1, high=60)
    example = section.mapping("example")
    found = Layout(
        title_rows=titles,
        header_row=header,
        header_levels=level,
        data_row=section.whole("data_row", header + level, low=2, high=80),
        note=section.text("note", limit=4000),
        example={str(key): str(value) for key, value in example.items()},
        blank_rows=section.whole("blank_rows", 200, low=1, high=10_000),
    )
    if header <= len(titles) or found.data_row < header + level:
        section.wrong(
            "pack.layout",
            "标题行、表头行、数据行的先后不对：表头要在标题之下，数据要在表头之下。",
            "The title, header and data rows must follow one another.",
        )
    section.close()
    return found
