"""What a person settles about a learned workbook stands; what nobody can know is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from collector import packs, places
from collector.errors import InputRefused
from collector.model import Kind, Table
from collector.packs import FieldType
from collector.packs.answers import (
    Answers,
    ColumnAnswer,
    PackAnswer,
    SheetAnswer,
    answers_in,
    as_document,
    read_answers,
)
from collector.packs.proposals import ProposedColumn, ProposedSheet
from collector.services.learning import Learner, learn
from collector.sheets import writing
from tests.unit.sheets.learning_kit import Template, col, draw, draw_together, members, templates

OFFICERS = [
    col("*姓名", "name", "name", required=True, kind="officer"),
    col("性别", "gender", "choice", labels=("男", "女"), kind="officer"),
    col("委员会职务", "post", kind="officer"),
    col("届数", "term_number", kind="officer"),
]
MEMBERS = members()


def named(name: str) -> Template:
    return next(template for template in templates() if template.name == name)


def sheets_of(folder: Path, *names: str, columns: list[object] | None = None) -> Path:
    several = [
        Template("几张表", columns or OFFICERS, sheet=name, titles=("名册",))  # type: ignore[arg-type]
        for name in names
    ]
    return draw_together(several, folder)


def column_of(sheet: ProposedSheet, letter: str) -> ProposedColumn:
    return next(column for column in sheet.columns if column.observed.letter == letter)


# -- several sheets of one kind -------------------------------------------------------------------


def test_the_sheets_of_three_committees_are_told_apart_by_their_names(tmp_path: Path) -> None:
    path = sheets_of(tmp_path, "工会委员会成员", "经费审查委员会成员", "女职工委员会成员")
    learned = learn(path, tmp_path / "draft")
    assert learned.problems == ()
    pack = packs.load(tmp_path / "draft")
    assert [sheet.kinds for sheet in pack.sheets] == [(Kind.OFFICER,)] * 3
    assert [dict(sheet.only) for sheet in pack.sheets] == [
        {"committee": "工会委员会"},
        {"committee": "工会经费审查委员会"},
        {"committee": "工会女职工委员会"},
    ]
    # said to the person, who may know better
    assert sum(doubt.code == "sheet.part" for doubt in learned.doubts) == 3


def test_columns_of_one_name_in_two_sheets_are_one_field(tmp_path: Path) -> None:
    columns = [*OFFICERS, col("本省才有的一栏", "", kind="officer")]
    path = sheets_of(tmp_path, "工会委员会", "女职工委员会", columns=columns)
    assert learn(path, tmp_path / "draft").problems == ()
    first, second = packs.load(tmp_path / "draft").sheets
    assert [item.id for item in first.fields] == [item.id for item in second.fields]


def test_lists_that_differ_between_two_sheets_are_merged_and_said(tmp_path: Path) -> None:
    other = [
        replace(item, labels=("男", "女", "未说明")) if item.labels else item for item in OFFICERS
    ]
    several = [
        Template("几张表", OFFICERS, sheet="工会委员会"),
        Template("几张表", other, sheet="女职工委员会"),
    ]
    learned = learn(draw_together(several, tmp_path), tmp_path / "draft")
    assert learned.problems == ()
    assert "list.merged" in {doubt.code for doubt in learned.doubts}
    pack = packs.load(tmp_path / "draft")
    assert pack.dictionaries["gender"].labels == ("男", "女", "未说明")


def test_two_sheets_nothing_tells_apart_are_refused_with_their_names(tmp_path: Path) -> None:
    path = sheets_of(tmp_path, "会员表1", "会员表2", columns=MEMBERS)  # type: ignore[arg-type]
    with pytest.raises(InputRefused) as refusal:
        learn(path, tmp_path / "draft")
    assert refusal.value.code == "learn.sheets_alike"
    assert "会员表1" in refusal.value.sentence.zh
    assert "会员表2" in refusal.value.sentence.zh
    assert "--answers" in refusal.value.advice.zh
    assert not (tmp_path / "draft").exists()


def test_a_person_may_leave_one_of_them_out_or_say_which_part_each_holds(tmp_path: Path) -> None:
    path = sheets_of(tmp_path, "会员表1", "会员表2", columns=MEMBERS)  # type: ignore[arg-type]
    left = Answers(sheets={"会员表2": SheetAnswer(left_out=True)})
    assert len(learn(path, tmp_path / "one", left).proposal.sheets) == 1
    parts = Answers(
        sheets={
            "会员表1": SheetAnswer(only=("employment_status", "在岗")),
            "会员表2": SheetAnswer(only=("employment_status", "退休")),
        }
    )
    assert learn(path, tmp_path / "two", parts).problems == ()
    assert [sheet.only for sheet in packs.load(tmp_path / "two").sheets] == [
        {"employment_status": "在岗"},
        {"employment_status": "退休"},
    ]


def test_several_workbooks_of_a_province_become_one_pack_and_are_filled_each(
    tmp_path: Path,
) -> None:
    """Organisations in one file, members in another, as provinces give them out."""
    paths = [draw(named(name), tmp_path) for name in ("two levels", "note says all")]
    learned = learn(paths, tmp_path / "both")
    assert learned.problems == ()
    pack = packs.load(tmp_path / "both")
    assert [sheet.workbook for sheet in pack.sheets] == [path.name for path in paths]
    assert [source.id for source in pack.sources] == ["T-1", "T-2"]
    units = Table(Kind.UNIT, {"name": ["虚构单位"], "parent_union": ["虚构工会"]}, [1])
    unions = Table(Kind.UNION, {"name": ["虚构工会"]}, [1])
    people = Table(Kind.MEMBER, {"name": ["虚构甲"], "unit_name": ["虚构单位"]}, [1])
    source = writing.TableSource([units, unions, people])
    written = writing.write_workbooks(pack, source, tmp_path / "out")
    assert [path.name for path in written] == [path.name for path in paths]
    sheets = [
        load_workbook(path)[sheet.name] for path, sheet in zip(written, pack.sheets, strict=True)
    ]
    assert sheets[0].cell(pack.sheets[0].layout.data_row, 2).value == "虚构单位"
    assert sheets[1].cell(pack.sheets[1].layout.data_row, 2).value == "虚构甲"


def test_two_files_with_a_sheet_of_one_name_are_refused_by_name(tmp_path: Path) -> None:
    paths = [draw(named(name), tmp_path) for name in ("stars", "note says all")]
    with pytest.raises(InputRefused) as refusal:
        learn(paths, tmp_path / "both")
    assert refusal.value.code == "learn.same_name"
    assert refusal.value.where == {"file": "note says all.xlsx", "sheet": "会员信息"}


def test_a_filled_sample_sheet_is_left_out_and_said(tmp_path: Path) -> None:
    path = sheets_of(tmp_path, "会员信息", "填写样例", columns=MEMBERS)  # type: ignore[arg-type]
    learned = learn(path, tmp_path / "draft")
    assert [sheet.observed.name for sheet in learned.proposal.sheets] == ["会员信息"]
    assert "sheet.sample" in {doubt.code for doubt in learned.doubts}


# -- answers ---------------------------------------------------------------------------------------


def test_what_a_person_settled_carries_no_doubt_and_the_rest_keeps_its_own(tmp_path: Path) -> None:
    learner = Learner([draw(named("columns nobody knows"), tmp_path)])
    [before] = learner.first.sheets
    assert column_of(before, "D").doubts
    answers = Answers(
        sheets={
            "会员信息": SheetAnswer(
                columns={"D": ColumnAnswer(field="skill_level", required=True), "C": ColumnAnswer()}
            )
        }
    )
    [after] = learner.settle(answers).sheets
    column = column_of(after, "D")
    assert (column.field, column.required, column.confidence) == ("skill_level", True, 1.0)
    assert all(column.sure(about) for about in ("field", "type", "required"))
    assert column_of(after, "E").doubts == column_of(before, "E").doubts


def test_a_field_a_person_chose_is_taken_from_the_column_it_was_proposed_for(
    tmp_path: Path,
) -> None:
    learner = Learner([draw(named("columns nobody knows"), tmp_path)])
    [before] = learner.first.sheets
    assert column_of(before, "C").field == "phone"
    said = {"E": ColumnAnswer(field="phone")}
    [after] = learner.settle(Answers(sheets={"会员信息": SheetAnswer(columns=said)})).sheets
    assert (column_of(after, "E").field, column_of(after, "C").field) == ("phone", "")
    assert not column_of(after, "C").sure("field")


def test_confirming_a_column_settles_all_of_it(tmp_path: Path) -> None:
    learner = Learner([draw(named("bare header"), tmp_path)])
    [sheet] = learner.first.sheets
    assert all(column.doubts for column in sheet.columns)
    said = {column.observed.letter: ColumnAnswer(confirmed=True) for column in sheet.columns}
    [after] = learner.settle(Answers(sheets={"会员信息": SheetAnswer(columns=said)})).sheets
    assert not any(column.doubts for column in after.columns)


def test_a_column_left_out_is_not_in_the_pack_and_stays_in_the_file(tmp_path: Path) -> None:
    path = draw(named("stars"), tmp_path)
    said = {"I": ColumnAnswer(left_out=True)}
    learn(path, tmp_path / "draft", Answers(sheets={"会员信息": SheetAnswer(columns=said)}))
    pack = packs.load(tmp_path / "draft")
    assert pack.field_of(Kind.MEMBER, "native_place") is None
    assert len(pack.sheets[0].fields) == 9


def test_a_list_and_a_date_format_can_be_given(tmp_path: Path) -> None:
    columns = [*members(), col("入会时间", "join_date", "date"), col("职务等级", "")]
    said = {
        "K": ColumnAnswer(date_format="yyyy.MM.dd"),
        "L": ColumnAnswer(labels=("一级", "二级"), field=""),
    }
    answers = Answers(sheets={"会员信息": SheetAnswer(columns=said)})
    path = draw(Template("given", columns), tmp_path)
    assert learn(path, tmp_path / "draft", answers).problems == ()
    *_, joined, post = packs.load(tmp_path / "draft").sheets[0].fields
    assert joined.date_format == "yyyy.MM.dd"
    assert post.type is FieldType.CHOICE


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"没有": SheetAnswer()}, "learn.no_such_sheet"),
        ({"会员信息": SheetAnswer(columns={"ZZ": ColumnAnswer()})}, "learn.no_such_column"),
        (
            {"会员信息": SheetAnswer(columns={"A": ColumnAnswer(field="height")})},
            "learn.no_such_field",
        ),
        (
            {
                "会员信息": SheetAnswer(
                    columns={
                        "A": ColumnAnswer(field="phone"),
                        "B": ColumnAnswer(field="phone"),
                    }
                )
            },
            "learn.field_twice",
        ),
        (
            {"会员信息": SheetAnswer(columns={"A": ColumnAnswer(date_format="dd.MM.")})},
            "learn.value",
        ),
        ({"会员信息": SheetAnswer(only=("height", "高"))}, "learn.value"),
        ({"会员信息": SheetAnswer(left_out=True)}, "learn.nothing_left"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_with_its_place(
    answers: dict[str, SheetAnswer], code: str, tmp_path: Path
) -> None:
    path = draw(named("stars"), tmp_path)
    with pytest.raises(InputRefused) as refusal:
        learn(path, tmp_path / "draft", Answers(sheets=answers))
    assert refusal.value.code == code
    assert refusal.value.where
    assert not (tmp_path / "draft").exists()


# -- the file of answers -------------------------------------------------------------------------


def test_answers_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(
        """
format = "collector.answers/1"
[pack]
id = "xu-2026"
version = "1"
province = "虚构省"
[sheet."会员信息"]
kinds = ["member"]
only = { employment_status = "在岗" }
[sheet."会员信息".column.d]
field = "own"
type = "choice"
labels = ["甲", "乙"]
required = true
[sheet."会员信息".column.E]
left_out = true
""",
        encoding="utf-8",
    )
    assert read_answers(path) == Answers(
        PackAnswer(id="xu-2026", version="1", province="虚构省"),
        {
            "会员信息": SheetAnswer(
                (Kind.MEMBER,),
                ("employment_status", "在岗"),
                columns={
                    "D": ColumnAnswer(
                        field="", type=FieldType.CHOICE, labels=("甲", "乙"), required=True
                    ),
                    "E": ColumnAnswer(left_out=True),
                },
            )
        },
    )


def test_answers_written_down_are_read_again_as_they_were() -> None:
    answers = Answers(
        PackAnswer(id="xu-2026"),
        {
            "甲": SheetAnswer((Kind.UNION,), ("level", "基层工会"), confirmed=True),
            "乙": SheetAnswer(
                left_out=True,
                columns={
                    "A": ColumnAnswer(Kind.UNION, "", FieldType.CHOICE, False, ("是", "否")),
                    "B": ColumnAnswer(date_format="yyyyMMdd", max_length=0, left_out=True),
                    "C": ColumnAnswer(field="serial", confirmed=True),
                },
            ),
        },
    )
    document = json.loads(json.dumps(as_document(answers)))
    assert answers_in(document, "draft") == answers


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "answers.format", ""),
        ('format = "collector.answers/9"', "answers.format", ""),
        ("= =", "answers.toml", ""),
        ("x = 1", "answers.value", "x"),
        ("[sheet.A]\nkinds = ['person']", "answers.value", "sheet.A.kinds"),
        ("[sheet.A]\ncolour = 1", "answers.value", "sheet.A.colour"),
        ("[sheet.A.column.B]\ntype = 'colour'", "answers.value", "sheet.A.column.B.type"),
        ("[sheet.A.column.B]\nrequired = 1", "answers.value", "sheet.A.column.B.required"),
        ("[sheet.A.column.B]\nmax_length = -1", "answers.value", "sheet.A.column.B.max_length"),
        ("[sheet.A.column.B]\nlabels = 'a'", "answers.value", "sheet.A.column.B.labels"),
        ("sheet = 1", "answers.value", "sheet"),
    ],
)
def test_a_file_of_answers_written_wrong_is_refused_with_its_place(
    text: str, code: str, place: str, tmp_path: Path
) -> None:
    path = tmp_path / "answers.toml"
    head = "" if code in ("answers.format", "answers.toml") else 'format = "collector.answers/1"\n'
    path.write_text(head + text, encoding="utf-8")
    with pytest.raises(InputRefused) as refusal:
        read_answers(path)
    assert refusal.value.code == code
    assert refusal.value.where.get("place", "") == place


# -- among the person's own packs ------------------------------------------------------------------


def test_a_settled_pack_is_found_by_its_id_and_fills_the_own_file(tmp_path: Path) -> None:
    learner = Learner([draw(named("note says all"), tmp_path)])
    head = PackAnswer(id="xu-2026", title="虚构省会员表", province="虚构省", issuer="虚构省总工会")
    learned = learner.install(Answers(head))
    assert learned.folder.parent == places.packs_folder()
    pack = packs.load("xu-2026")
    assert (pack.version, pack.title) == ("1", "虚构省会员表")
    assert "xu-2026" in {one.id for one in packs.installed()}
    assert not [path for path in places.packs_folder().iterdir() if path.name.startswith(".")]


def test_a_pack_id_in_use_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    learner = Learner([draw(named("stars"), tmp_path)])
    for taken in ("hubei-2023",):
        with pytest.raises(InputRefused) as refusal:
            learner.install(Answers(PackAnswer(id=taken)))
        assert refusal.value.code == "learn.pack_taken"
    assert not places.packs_folder().exists() or not list(places.packs_folder().iterdir())


# -- wrong inputs ----------------------------------------------------------------------------------


def test_each_wrong_file_has_its_own_message(tmp_path: Path) -> None:
    blank = Workbook()
    blank.save(tmp_path / "空白.xlsx")
    old = bytes.fromhex("d0cf11e0a1b11ae1")
    (tmp_path / "旧版.xls").write_bytes(old + bytes(600))
    (tmp_path / "加密.xlsx").write_bytes(
        old + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )
    (tmp_path / "图片.xlsx").write_bytes(b"\x89PNG" + bytes(100))
    (tmp_path / "文本.csv").write_text("姓名,性别\n", encoding="utf-8")
    expected = {
        "空白.xlsx": "learn.no_table",
        "旧版.xls": "learn.not_xlsx",
        "加密.xlsx": "workbook.encrypted",
        "图片.xlsx": "workbook.not_a_workbook",
        "文本.csv": "learn.not_xlsx",
        "没有.xlsx": "workbook.not_found",
    }
    for name, code in expected.items():
        with pytest.raises(InputRefused) as refusal:
            Learner([tmp_path / name])
        assert refusal.value.code == code
        assert refusal.value.where["file"] == name
        assert refusal.value.advice.zh
    with pytest.raises(InputRefused) as refusal:
        Learner([tmp_path / "旧版.xls"])
    assert "另存为 .xlsx" in refusal.value.advice.zh


def test_a_column_twice_is_named_with_its_place_and_a_way_out(tmp_path: Path) -> None:
    path = draw(named("stars"), tmp_path)
    book = load_workbook(path)
    book["会员信息"]["K1"] = "*姓名"
    book.save(path)
    doubts = {doubt.code: doubt.text.zh for doubt in learn(path, tmp_path / "draft").doubts}
    assert "K 列" in doubts["column.left_out"]
    assert "改一个列名" in doubts["column.left_out"]


def test_a_column_some_provinces_have_a_list_for_is_free_text_without_one(tmp_path: Path) -> None:
    """Nothing typed there may be called an error for a list this province did not give."""
    columns = [*OFFICERS[:2], col("职务", "post", kind="officer"), OFFICERS[3]]
    [sheet] = learn(
        draw(Template("posts", columns, sheet="委员会成员"), tmp_path), tmp_path / "draft"
    ).proposal.sheets
    post = column_of(sheet, "C")
    assert (post.field, post.type) == ("post", FieldType.TEXT)
    assert not post.sure("type")


def test_a_list_the_workbook_does_not_show_only_warns(tmp_path: Path) -> None:
    columns = [
        replace(item, labels=()) if item.field == "education" else item for item in members()
    ]
    learn(draw(Template("no list", columns), tmp_path), tmp_path / "draft")
    rules = {rule.id: rule for rule in packs.load(tmp_path / "draft").rules}
    assert rules["member.education.form"].severity.value == "warning"
    assert rules["member.gender.form"].severity.value == "error"


def test_a_header_that_speaks_of_a_date_is_a_header(tmp_path: Path) -> None:
    columns = [*members(), col("出生年月日", "birth_date", "date")]
    [sheet] = Learner([draw(Template("dated", columns), tmp_path)]).first.sheets
    assert sheet.columns[-1].field == "birth_date"


def test_groups_tell_units_from_unions_where_their_names_are_missing(tmp_path: Path) -> None:
    unit, union = "工会组织所在单位信息", "工会组织信息"
    columns = [
        col("所在政区", "district", kind="unit", group=unit),
        col("行业", "industry", kind="unit", group=unit),
        col("建会日期", "founded_date", "date", kind="union", group=union),
        col("基层工会类型", "union_type", kind="union", group=union),
    ]
    [sheet] = Learner([draw(Template("groups", columns), tmp_path)]).first.sheets
    assert sheet.kinds == (Kind.UNIT, Kind.UNION)
    assert [column.kind.value for column in sheet.columns] == ["unit", "unit", "union", "union"]


def test_a_sheet_without_a_name_or_a_number_is_of_no_sure_kind(tmp_path: Path) -> None:
    columns = [
        col("*所在单位", "name", kind="unit"),
        col("*单位信用代码", "uscc", kind="unit"),
        col("*所属基层工会", "parent_union", kind="unit"),
    ]
    [sheet] = Learner([draw(Template("nameless", columns, sheet="表"), tmp_path)]).first.sheets
    assert not any(column.sure("field") for column in sheet.columns)


def test_members_of_a_learned_pack_must_name_a_unit_and_a_union_that_exist(tmp_path: Path) -> None:
    columns = [*members(), col("单位代码", "unit_code", "uscc"), col("工会名称", "union_name")]
    learn(draw(Template("references", columns), tmp_path), tmp_path / "draft")
    rules = {rule.id: rule for rule in packs.load(tmp_path / "draft").rules}
    assert rules["member.unit.reference"].params == {
        "to": "unit",
        "code_field": "unit_code",
        "name_field": "unit_name",
    }
    assert rules["member.union.reference"].params == {"to": "union", "name_field": "union_name"}
    assert rules["member.unit.reference"].severity.value == "warning"
