"""Several sheets that hold one kind of record, each the part that its ``only`` names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from collector import packs
from collector.model import Kind, Table
from collector.rules.engine import BatchLookup, check
from collector.sheets.reading import read_files
from collector.sheets.writing import TableSource, write_blank, write_together

FIELD = """
[[sheet.field]]
id = "{id}"
header = "{header}"
type = "{type}"
{more}
provenance = "official"
source = "虚构"
"""
HEAD = """format = "collector.pack/1"
id = "made-up"
version = "1"
title = "虚构"
province = "虚构"
issuer = "虚构"
effective_from = "2020-01-01"
[[source]]
id = "S"
title = "《虚构》"
[[dictionary]]
id = "level"
title = "层级"
source = "虚构"
"""
LISTED = 'dictionary = "level"\nrequired = true'
LEVEL = FIELD.format(id="level", header="层级", type="choice", more=LISTED)
NAME = FIELD.format(id="name", header="工会名称", type="text", more="required = true")


ADDRESS = FIELD.format(id="address", header="通讯地址", type="text", more="required = true")
LEADER = FIELD.format(id="leader", header="负责人", type="name", more="required = true")


def _sheet(name: str, only: str, *fields: str) -> str:
    said = f'[[sheet]]\nid = "{name}"\nname = "{name}"\nworkbook = "a.xlsx"\nkinds = ["union"]\n'
    return said + (f'only = {{ level = "{only}" }}\n' if only else "") + "".join(fields)


UPPER = _sheet("upper", "上级", NAME, ADDRESS, LEVEL)
LOWER = _sheet("lower", "基层", NAME, LEADER, LEVEL)
LONGER = LOWER.replace('type = "text"', 'type = "text"\nmax_length = 9')


def _folder(tmp_path: Path, *parts: str) -> Path:
    folder = tmp_path / "made-up"
    (folder / "dictionaries").mkdir(parents=True)
    (folder / "pack.toml").write_text("\n".join((HEAD, *parts)), encoding="utf-8")
    (folder / "dictionaries" / "level.csv").write_text(
        "code,label,source\n,上级,虚构\n,基层,虚构\n", encoding="utf-8"
    )
    return folder


def _written(pack: packs.Pack, path: Path, *levels: str) -> dict[str, list[str]]:
    columns = {
        "name": [f"示例{number}" for number in range(len(levels))],
        "level": list(levels),
    }
    table = Table(Kind.UNION, columns, list(range(1, len(levels) + 1)))
    book = load_workbook(write_together(pack, TableSource([table]), path))
    return {
        sheet.name: [row[0].value for row in book[sheet.name].iter_rows(min_row=2) if row[0].value]
        for sheet in pack.sheets
    }


def test_each_record_is_written_to_its_sheet_and_none_is_lost(tmp_path: Path) -> None:
    pack = packs.load(_folder(tmp_path, UPPER, LOWER))
    written = _written(pack, tmp_path / "a.xlsx", "基层", "上级", "", "不认识")
    assert written == {"upper": ["示例1"], "lower": ["示例0", "示例2", "示例3"]}


def test_the_sheet_says_what_its_rows_are_and_asks_only_what_it_requires(tmp_path: Path) -> None:
    pack = packs.load(_folder(tmp_path, UPPER, LOWER))
    (path,) = write_blank(pack, tmp_path / "blank")
    book = load_workbook(path)
    for name in ("upper", "lower"):
        book[name]["A2"] = "示例工会"
    book["upper"].delete_cols(3)
    book.save(path)
    reading = read_files([path], pack)
    assert [table.columns["level"] for table in reading.tables] == [["上级"], ["基层"]]
    assert reading.findings == []
    found = check(
        reading.tables,
        pack.rules,
        BatchLookup(reading.tables),
        date(2026, 1, 1),
        labels=packs.labels(pack),
        choices=packs.choices(pack),
    )
    assert {(item.sheet, item.field) for item in found} == {
        ("upper", "address"),
        ("lower", "leader"),
    }


def test_a_form_of_the_kind_has_every_field_of_its_sheets_once(tmp_path: Path) -> None:
    pack = packs.load(_folder(tmp_path, UPPER, LOWER))
    assert [item.id for item in pack.fields_of(Kind.UNION)] == [
        "name",
        "address",
        "level",
        "leader",
    ]
    assert len({rule.id for rule in pack.rules}) == len(pack.rules)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((UPPER, LOWER.replace('only = { level = "基层" }\n', "")), "pack.sheet_twice"),
        ((UPPER, LOWER.replace('"基层"', '"上级"')), "pack.sheet_twice"),
        ((UPPER, LOWER.replace('"基层"', '"没有"')), "pack.value"),
        ((UPPER, LOWER.replace("{ level", "{ leader")), "pack.value"),
        ((UPPER, LOWER.replace('"union"', '"unit", "union"')), "pack.value"),
        ((UPPER, LONGER), "pack.field_twice"),
    ],
)
def test_sheets_that_cannot_be_told_apart_are_a_fault_of_the_pack(
    tmp_path: Path, parts: tuple[str, str], code: str
) -> None:
    assert code in {problem.code for problem in packs.check_folder(_folder(tmp_path, *parts))}
