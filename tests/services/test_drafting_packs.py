"""A province's own workbook becomes a draft pack, and what is unsure is said to be."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook

from collector import packs
from collector.errors import InputRefused
from collector.packs import FieldType
from collector.packs.proposing import ProposedColumn, propose
from collector.packs.vocabulary import vocabulary
from collector.services.learning import Learned, learn
from collector.sheets import writing
from collector.sheets.learning import observe
from tests.unit.sheets.learning_kit import Col, Template, col, draw, members, templates

TEMPLATES = templates()


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Learned]:
    """Every template of the kit, learned once."""
    return {
        template.name: learned(template, tmp_path_factory.mktemp("every")) for template in TEMPLATES
    }


def learned(template: Template, folder: Path) -> Learned:
    return learn(draw(template, folder), folder / "draft")


def named(name: str) -> Template:
    return next(template for template in TEMPLATES if template.name == name)


def wrong_parts(template: Template, column: ProposedColumn, true: Col) -> set[str]:
    """Which of field, type, required and list were not recovered."""
    wrong = set()
    if (column.field, column.kind.value if true.field else "") != (
        true.field,
        true.kind if true.field else "",
    ):
        wrong.add("field")
    if column.type.value != true.type:
        wrong.add("type")
    if column.required != true.required and true.type != "serial":
        wrong.add("required")
    labels = [entry.label for entry in column.listed.entries] if column.listed else []
    if template.readable_lists and labels != list(true.labels):
        wrong.add("list")
    return wrong


def test_nineteen_of_twenty_columns_come_out_right_and_nothing_wrong_is_called_sure(
    every: dict[str, Learned],
) -> None:
    right = total = 0
    for template in TEMPLATES:
        [sheet] = every[template.name].proposal.sheets
        assert len(sheet.columns) == len(template.columns)
        for column, true in zip(sheet.columns, template.columns, strict=True):
            wrong = wrong_parts(template, column, true)
            total += 1
            right += not wrong
            called_sure = {part for part in wrong if column.sure(part)}
            assert not called_sure, f"{template.name}: {true.header}: {called_sure}"
    assert len(TEMPLATES) >= 20
    assert right >= 0.95 * total, f"{right} of {total}"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_draft_is_a_sound_pack(template: Template, every: dict[str, Learned]) -> None:
    result = every[template.name]
    assert result.problems == ()
    pack = packs.load(result.folder)
    [sheet] = pack.sheets
    assert [item.header for item in sheet.fields] == [item.header for item in template.columns]


def test_the_original_workbook_is_kept_byte_by_byte(tmp_path: Path) -> None:
    path = draw(named("x14 lists"), tmp_path)
    learn(path, tmp_path / "draft")
    [kept] = (tmp_path / "draft" / "original").iterdir()
    assert kept.read_bytes() == path.read_bytes()


def test_what_a_list_calculates_is_listed_for_a_person(tmp_path: Path) -> None:
    result = learned(named("INDIRECT"), tmp_path)
    unread = [doubt for doubt in result.doubts if doubt.code == "list.unreadable"]
    assert len(unread) == sum(bool(item.labels) for item in named("INDIRECT").columns)
    said = (tmp_path / "draft" / "待确认.txt").read_text(encoding="utf-8")
    assert all(doubt.text.zh in said for doubt in result.doubts)


def test_a_column_nobody_knows_becomes_a_field_of_the_draft(tmp_path: Path) -> None:
    learned(named("columns nobody knows"), tmp_path)
    ids = {item.id for item in packs.load(tmp_path / "draft").sheets[0].fields}
    assert {"draft.column_d", "draft.column_e"} <= ids


def test_brackets_that_change_the_meaning_are_not_called_sure(tmp_path: Path) -> None:
    columns = [*members(), col("姓名（紧急联系人）", "")]
    [sheet] = learned(Template("brackets", columns), tmp_path).proposal.sheets
    assert not sheet.columns[-1].sure("field")


def test_a_name_that_is_only_close_does_not_take_the_field_of_a_known_one(tmp_path: Path) -> None:
    columns = [col("本人联系电话号", ""), *members()]
    [sheet] = learned(Template("close", columns), tmp_path).proposal.sheets
    assert sheet.columns[0].field == ""
    assert [item.field for item in sheet.columns[1:]] == [item.field for item in members()]


def test_a_second_column_of_one_name_is_left_out_and_said_so(tmp_path: Path) -> None:
    columns = [*members(), col("籍贯", "native_place")]
    result = learned(Template("twice", columns), tmp_path)
    assert result.problems == ()
    assert "column.left_out" in {doubt.code for doubt in result.doubts}


def test_codes_of_the_unit_and_the_union_of_a_member_make_a_sound_draft(tmp_path: Path) -> None:
    columns = [*members(), col("单位代码", "unit_code", "uscc"), col("工会代码", "union_code")]
    result = learned(Template("codes", columns), tmp_path)
    assert result.problems == ()
    assert [item.field for item in result.proposal.sheets[0].columns[-2:]] == [
        "unit_code",
        "union_code",
    ]


@pytest.mark.parametrize("pack", packs.installed(), ids=lambda pack: pack.id)
def test_the_blank_workbooks_of_every_pack_are_learned_without_a_problem(
    pack: packs.Pack, tmp_path: Path
) -> None:
    """Every field of the pack but those it alone knows comes back."""
    for place, blank in enumerate(writing.write_blank(pack, tmp_path)):
        result = learn(blank, tmp_path / f"draft-{place}")
        assert result.problems == ()
        for sheet in result.proposal.sheets:
            [true] = [item for item in pack.sheets if item.name == sheet.observed.name]
            for item, column in zip(true.fields, sheet.columns, strict=True):
                if "." not in item.id and column.sure("field"):
                    assert (column.kind, column.field) == (item.kind, item.id), item.header


def test_date_formats_and_lengths_are_read_from_what_is_said(tmp_path: Path) -> None:
    columns = [
        *members(),
        col("出生日期（格式：yyyy/MM/dd）", "birth_date", "date"),
        col("入会时间", "join_date", "date", hint="如 2016.09.01"),
        col("户籍所在地", "household_place", hint="不超过50个字"),
    ]
    [sheet] = learned(Template("said", columns), tmp_path).proposal.sheets
    birth, join, place = sheet.columns[-3:]
    assert (birth.date_format, join.date_format, place.max_length) == (
        "yyyy/MM/dd",
        "yyyy.MM.dd",
        50,
    )


def test_rows_people_filled_in_are_said_and_their_content_is_not(tmp_path: Path) -> None:
    path = draw(Template("filled", members()), tmp_path)
    book = load_workbook(path)
    book.worksheets[0].cell(2, 1, "王某某")
    book.worksheets[0].cell(2, 2, "女")
    book.save(path)
    result = learn(path, tmp_path / "draft")
    assert "sheet.filled" in {doubt.code for doubt in result.doubts}
    for name in ("pack.toml", "learned.json", "待确认.txt"):
        assert "王某某" not in (tmp_path / "draft" / name).read_text(encoding="utf-8")
    assert "王某某" not in json.dumps(result.as_json(), ensure_ascii=False)


def test_a_folder_that_holds_something_is_not_touched(tmp_path: Path) -> None:
    path = draw(named("stars"), tmp_path)
    with pytest.raises(InputRefused) as refusal:
        learn(path, tmp_path)
    assert refusal.value.code == "learn.folder_taken"
    assert os.listdir(tmp_path) == [path.name]


def test_a_refused_workbook_leaves_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,性别\n", encoding="utf-8")
    with pytest.raises(InputRefused):
        learn(path, tmp_path / "draft")
    assert not (tmp_path / "draft").exists()


def _drawn_at_random(pack: packs.Pack, sheet: packs.Sheet, chance: Random) -> Template | None:
    """Some columns of a known sheet under any of their names, with or without their lists."""
    fields = [item for item in sheet.fields if "." not in item.id]
    count = chance.randint(min(4, len(fields)), len(fields))
    columns: dict[str, Col] = {}
    for place in sorted(chance.sample(range(len(fields)), count)):
        item = fields[place]
        name = chance.choice([item.header, *item.aliases])
        listed = item.type is FieldType.CHOICE and chance.random() < 0.8
        labels = pack.dictionaries[item.dictionary].labels[:40] if listed else ()
        required = chance.random() < 0.5
        header = chance.choice(["*{}", "{}（必填）"]).format(name) if required else name
        kind = item.kind.value
        columns.setdefault(
            name, Col(header, item.id, item.type.value, labels, required, kind, item.group)
        )
    if len(sheet.kinds) > 1 and not all(one.group for one in columns.values()):
        return None
    return Template(
        "at random",
        list(columns.values()),
        lists=chance.choice(["range", "hidden", "named", "x14"]),
        sheet=chance.choice([sheet.name, "Sheet1", "采集表"]),
        titles=chance.choice([(), ("附件", f"{sheet.name}采集表")]),
        note=chance.choice(["", "填表说明：请如实填写，不得改动表格。"]),
    )


def _surely_wrong(column: ProposedColumn, true: Col) -> set[str]:
    """Parts of a column called sure that are not true; a union's USCC is a union's code."""
    wrong = wrong_parts(Template("", [], readable_lists=False), column, true)
    if {column.type.value, true.type} == {"uscc", "union_code"}:
        wrong.discard("type")
    if true.type == "serial":
        wrong -= {"field"} if column.field == "serial" else set()
    return {part for part in wrong if column.sure(part)}


@pytest.mark.parametrize(
    "count", [30, pytest.param(2000, marks=pytest.mark.release)], ids=["few", "many"]
)
def test_nothing_wrong_is_called_sure_of_columns_drawn_at_random(
    count: int, tmp_path: Path
) -> None:
    known, chance = packs.installed(), Random(2026)
    words = vocabulary(known)
    looked_at = 0
    for _ in range(count):
        pack = chance.choice(known)
        template = _drawn_at_random(pack, chance.choice(pack.sheets), chance)
        if template is None:
            continue
        [sheet] = propose(observe(draw(template, tmp_path), words.knows), words).sheets
        found = {column.observed.header: column for column in sheet.columns}
        for true in template.columns:
            assert not _surely_wrong(found[true.header], true), (template, true.header)
            looked_at += 1
    assert looked_at > 3 * count
