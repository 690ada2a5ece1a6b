"""``pack learn`` drafts a pack that every other verb can use at once."""

from __future__ import annotations

import zipfile
from pathlib import Path

from openpyxl import load_workbook

from collector import packs
from collector.services import made_up
from collector.sheets import writing
from tests.unit.sheets.learning_kit import Template, col, draw, templates


def drawn(name: str, folder: Path) -> Path:
    return draw(next(item for item in templates() if item.name == name), folder)


def test_a_draft_is_written_checked_and_makes_a_blank_workbook(run, tmp_path: Path) -> None:
    draft = tmp_path / "made-up"
    said = run("pack", "learn", drawn("x14 lists", tmp_path), "-o", draft, "--json")
    assert said.code == 0
    assert said.json["format"] == "collector.learned/1"
    [sheet] = said.json["sheets"]
    assert {"name", "id_number"} <= {column["field"] for column in sheet["columns"]}
    assert run("pack", "check", draft).code == 0
    assert run("template", draft, "-o", tmp_path / "blank").code == 0
    assert len(list((tmp_path / "blank").glob("*.xlsx"))) == 1


def test_the_original_template_is_read_with_its_own_draft(run, tmp_path: Path) -> None:
    draft, template = tmp_path / "made-up", drawn("two levels", tmp_path)
    assert run("pack", "learn", template, "-o", draft).code == 0
    said = run("check", template, "--pack", draft, "--json")
    [sheet] = said.json["files"][0]["sheets"]
    assert sheet["rows"] == 0
    assert sheet["header_row"] == 3


def test_what_is_unsure_is_said_in_chinese(run, tmp_path: Path) -> None:
    said = run("pack", "learn", drawn("INDIRECT", tmp_path), "-o", tmp_path / "draft")
    assert said.code == 0
    assert "要人确认" in said.out
    assert "读不出选项" in said.out


def test_a_folder_in_use_is_refused_with_4(run, tmp_path: Path) -> None:
    said = run("pack", "learn", drawn("stars", tmp_path), "-o", tmp_path, "--json")
    assert said.code == 4
    assert said.json["error"]["code"] == "learn.folder_taken"


def test_what_the_store_holds_goes_into_the_provinces_own_file(
    run, home: Path, tmp_path: Path
) -> None:
    """Recorded once with one province's rules, handed in on another's own workbook."""
    pack = packs.load("hubei-2023")
    people = made_up.make(pack, 12)
    source = writing.TableSource(people.tables())
    assert run("import", *writing.write_workbooks(pack, source, tmp_path / "in")).code == 0
    columns = [
        col("序号", "serial", "serial"),
        col("*姓名", "name", "name", required=True),
        col("*身份证号码", "id_number", "id_number", required=True),
        col("手机号码", "phone", "phone"),
        col("*工作单位", "unit_name", required=True),
        col("所属工会", "union_name"),
    ]
    note = "填表说明：带*的为必填项，请勿改动格式。"
    template = draw(Template("本省表样", columns, note=note, titles=("会员表",)), tmp_path)
    draft = tmp_path / "own-pack"
    assert run("pack", "learn", template, "-o", draft).code == 0
    said = run("export", "-o", tmp_path / "out", "--pack", draft, "--workbooks", "--json")
    assert said.code == 0
    [filled] = map(Path, said.json["workbooks"])
    page = load_workbook(filled)["会员信息"]
    first = packs.load(draft).sheets[0].layout.data_row
    assert [page.cell(row, 1).value for row in range(first, first + 12)] == [
        str(number) for number in range(1, 13)
    ]
    assert page.cell(page.max_row, 1).value.startswith("填表说明")
    with zipfile.ZipFile(template) as before, zipfile.ZipFile(filled) as after:
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]
    assert run("template", draft, "-o", tmp_path / "blank").code == 0
    [blank] = (tmp_path / "blank").iterdir()
    assert blank.read_bytes() == template.read_bytes()


def test_answers_settle_a_draft(run, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text(
        'format = "collector.answers/1"\n[sheet."会员信息".column.D]\nfield = "skill_level"\n',
        encoding="utf-8",
    )
    template = drawn("columns nobody knows", tmp_path)
    said = run("pack", "learn", template, "-o", tmp_path / "a", "--answers", answers, "--json")
    fields = {column["column"]: column["field"] for column in said.json["sheets"][0]["columns"]}
    assert fields["D"] == "skill_level"
    answers.write_text('format = "collector.answers/1"\nx = 1\n', encoding="utf-8")
    said = run("pack", "learn", template, "-o", tmp_path / "b", "--answers", answers, "--json")
    assert (said.code, said.json["error"]["code"]) == (4, "answers.value")
    assert said.json["error"]["where"]["place"] == "x"
    assert not (tmp_path / "b").exists()
