"""A pack proved by its own workbooks: the blank ones fit it, the examples try every rule."""

from __future__ import annotations

import tempfile
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from collector.errors import CollectorError, InputRefused
from collector.model import Finding, Severity, Table
from collector.packs import PackProblem
from collector.packs.spec import FieldType, Pack
from collector.rules.base import Rule
from collector.services.judging import judge
from collector.sheets import originals, reading, writing
from collector.wording import Text

_GOOD, _BAD, _PLANTED = "good.xlsx", "bad.xlsx", "bad.findings.toml"
_SHOWN = 20
"""problems of one kind that are told one by one"""

_Place = tuple[str, int, str, str, str]
"""sheet, row, column, code, severity"""


def prove(pack: Pack, today: date) -> list[PackProblem]:
    """What the blank workbooks and examples of a sound pack show to be wrong with it.

    A pack may have neither. ``today`` is the day they are judged on, unless the examples name one.
    """
    return [*_blanks(pack), *originals.unfillable(pack), *_examples(pack, today)]


# -- blank workbooks -------------------------------------------------------------------


def _blanks(pack: Pack) -> Iterator[PackProblem]:
    names = list(dict.fromkeys(sheet.workbook for sheet in pack.sheets))
    there = [name for name in names if (pack.folder / name).is_file()]
    if not there:
        return
    for name in names:
        if name not in there:
            yield PackProblem(
                "pack.workbook_missing",
                name,
                Text(
                    f"缺少空白表格“{name}”。请用“collector template 文件夹 -o 文件夹”生成。",
                    f"The blank workbook {name!r} is missing: write it with `collector template`.",
                ),
            )
            continue
        try:
            read = reading.read_files([pack.folder / name], pack)
        except InputRefused as refused:
            yield _unreadable(name, refused)
            continue
        yield from _blank(pack, name, read)
    yield from _stale(pack, there)


def _blank(pack: Pack, name: str, read: reading.Reading) -> Iterator[PackProblem]:
    found = {sheet.sheet: sheet for file in read.files for sheet in file.sheets}
    for sheet in pack.sheets:
        if sheet.workbook != name:
            continue
        known = found.get(sheet.name)
        lacking = (
            [item.header for item in sheet.fields]
            if known is None or not known.kinds
            else [
                " ".join(item.header.split())
                for item in sheet.fields
                if item.type is not FieldType.SERIAL and item.id not in known.columns.values()
            ]
        )
        if lacking:
            shown = "、".join(lacking[:_SHOWN])
            yield PackProblem(
                "pack.workbook_unfit",
                f"{name}!{sheet.name}",
                Text(
                    f"空白表格里认不出这些列：{shown}。请重新生成表格，或改正表头、版面的行号。",
                    f"These columns are not found in the blank workbook: {shown}.",
                ),
            )
        elif known is not None and known.rows:
            yield PackProblem(
                "pack.workbook_unfit",
                f"{name}!{sheet.name}",
                Text(
                    f"空白表格里有 {known.rows} 行会被当成数据。"
                    "请删去，或写明示例行、数据行的位置。",
                    f"{known.rows} rows of the blank workbook would be read as records.",
                ),
            )


def _stale(pack: Pack, names: Sequence[str]) -> Iterator[PackProblem]:
    with tempfile.TemporaryDirectory() as room:
        try:
            writing.write_blank(pack, Path(room))
        except CollectorError as refused:
            yield PackProblem("pack.workbook_broken", names[0], _said(refused))
            return
        for name in names:
            if _parts(Path(room) / name) != _parts(pack.folder / name):
                yield PackProblem(
                    "pack.workbook_stale",
                    name,
                    Text(
                        "空白表格不是按现在的 pack.toml 和清单生成的"
                        "（改过字段或选项，或手工改过表格）。"
                        "请用“collector template 文件夹 -o 文件夹”重新生成。",
                        "The blank workbook is not what the pack says now: write it again with"
                        " `collector template`.",
                    ),
                )


def _parts(path: Path) -> dict[str, bytes] | None:
    try:
        with zipfile.ZipFile(path) as opened:
            return {name: opened.read(name) for name in opened.namelist()}
    except (OSError, zipfile.BadZipFile):
        return None


# -- examples --------------------------------------------------------------------------


def _examples(pack: Pack, today: date) -> Iterator[PackProblem]:
    folder = pack.folder / "examples"
    if not folder.is_dir():
        return
    told = tomllib.loads((folder / _PLANTED).read_text(encoding="utf-8-sig"))
    day = told.get("today", today)
    try:
        good, good_found = _read(pack, folder / _GOOD, day)
        _, bad_found = _read(pack, folder / _BAD, day)
    except InputRefused as refused:
        yield _unreadable(f"examples/{refused.where.get('file', '')}", refused)
        return
    yield from _told(
        "pack.example_error",
        f"examples/{_GOOD}",
        Counter(_place(item) for item in good_found if item.severity is not Severity.INFO),
        "没有错误的样例里查出了问题。请改正样例或规则",
        "The example without errors has one",
    )
    planted = Counter(
        (item["sheet"], item["row"], item["column"], item["code"], item["severity"])
        for item in told.get("finding", [])
    )
    found = Counter(_place(item) for item in bad_found if item.severity is not Severity.INFO)
    yield from _told(
        "pack.example_missed",
        f"examples/{_BAD}",
        planted - found,
        f"{_PLANTED} 里写明的问题没有查出来。请改正样例、规则或说明",
        "A fault named in the findings was not found",
    )
    yield from _told(
        "pack.example_unexpected",
        f"examples/{_BAD}",
        found - planted,
        f"查出了 {_PLANTED} 里没有写的问题。请改正样例、规则，或补写进去",
        "A fault was found that the findings do not name",
    )
    yield from _untried(pack, good, bad_found)


def _read(pack: Pack, path: Path, day: date) -> tuple[list[Table], list[Finding]]:
    read = reading.read_files([path], pack)
    return read.tables, [*read.findings, *judge(pack, read.tables, None, day)]


def _place(item: Finding) -> _Place:
    return item.sheet, item.row, item.column, item.code, item.severity.value


def _told(code: str, file: str, places: Counter[_Place], zh: str, en: str) -> Iterator[PackProblem]:
    listed = sorted(places)
    for sheet, row, column, finding, severity in listed[:_SHOWN]:
        where = f"{file} {sheet}!{column}{row}"
        yield PackProblem(
            code, where, Text(f"{zh}：{finding}（{severity}）。", f"{en}: {finding} ({severity}).")
        )
    if len(listed) > _SHOWN:
        more = len(listed) - _SHOWN
        yield PackProblem(
            code, file, Text(f"还有 {more} 处同样的问题。", f"{more} more of this kind.")
        )


def _untried(
    pack: Pack, good: Sequence[Table], bad_found: Sequence[Finding]
) -> Iterator[PackProblem]:
    failing = {item.rule for item in bad_found}
    for rule in pack.rules:
        where = f"pack.toml {rule.id}"
        if rule.id not in failing and _can_fail(pack, rule):
            yield PackProblem(
                "pack.rule_untried",
                where,
                Text(
                    f"样例 {_BAD} 里没有违反这条规则的行。请加一行，并写进 {_PLANTED}。",
                    f"No row of {_BAD} breaks this rule. Add one, and name it in {_PLANTED}.",
                ),
            )
        if not any(_passes(rule, table) for table in good):
            yield PackProblem(
                "pack.rule_untried",
                where,
                Text(
                    f"样例 {_GOOD} 里没有符合这条规则的行（用到的栏是空的，或条件没有出现）。"
                    "请加一行。",
                    f"No row of {_GOOD} is judged by this rule and passes. Add one.",
                ),
            )


def _can_fail(pack: Pack, rule: Rule) -> bool:
    """A text of any length is right unless the pack gives a limit; and where a field tells sheets
    apart, its empty cells are filled in by the sheet."""
    if rule.kind == "text":
        return "max_length" in rule.params
    told = {f"{sheet.kinds[0]}.{name}.required" for sheet in pack.sheets for name in sheet.only}
    return rule.id not in told


def _passes(rule: Rule, table: Table) -> bool:
    """Whether some row of a table without errors is one that the rule judges."""
    if table.kind is not rule.record:
        return False
    params = rule.params
    if rule.kind == "implies":
        wanted = frozenset(params["when_values"])
        return any(text in wanted for text in table.column(params["when_field"]))
    if rule.kind == "required" and params.get("when_field"):
        wanted = frozenset(params["when_values"])
        whens = table.column(params["when_field"])
        cells = table.column(rule.fields[0])
        return any(when in wanted and cell for when, cell in zip(whens, cells, strict=True))
    if rule.kind == "order_dates":
        return _filled(table, (params["earlier"], params["later"]))
    if rule.kind == "ratio":
        return _filled(table, (params["part"], params["whole"]))
    if rule.kind in ("match_gender", "match_birth_date"):
        return _filled(table, rule.fields)
    return any(any(table.column(name)) for name in rule.fields)


def _filled(table: Table, fields: Sequence[str]) -> bool:
    return any(all(row) for row in zip(*(table.column(name) for name in fields), strict=True))


def _unreadable(name: str, refused: CollectorError) -> PackProblem:
    return PackProblem("pack.workbook_broken", name, _said(refused))


def _said(refused: CollectorError) -> Text:
    return Text(
        f"{refused.sentence.zh}{refused.advice.zh}", f"{refused.sentence.en} {refused.advice.en}"
    )
