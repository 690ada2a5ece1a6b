"""``pack learn`` drafts a pack that every other verb can use at once."""

from __future__ import annotations

from pathlib import Path

from tests.unit.sheets.learning_kit import draw, templates


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
