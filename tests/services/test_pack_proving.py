"""What a pack's own workbooks show to be wrong with it, each told with its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from collector import data_files
from collector.cli.app import main
from collector.packs import PackProblem
from collector.services.templates import check_pack

Copy = Callable[[str], Path]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    def copied(pack_id: str) -> Path:
        folder = tmp_path / pack_id
        shutil.copytree(data_files.folder("templates/xlsx") / pack_id, folder)
        return folder

    return copied


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def codes(problems: list[PackProblem]) -> set[str]:
    assert all(item.where and item.text.zh.endswith("。") for item in problems)
    return {item.code for item in problems}


def test_a_list_changed_without_its_workbook_is_told(copy: Copy) -> None:
    folder = copy("hubei-2023")
    with (folder / "dictionaries" / "political.csv").open("a", encoding="utf-8") as file:
        file.write("99,新的一项,推断,,,\n")
    assert codes(check_pack(folder)) == {"pack.workbook_stale"}


def test_a_header_changed_without_its_workbook_is_told_by_name(copy: Copy) -> None:
    folder = copy("hubei-2023")
    change(folder / "pack.toml", 'header = "届期"', 'header = "任届期间之终"')
    change(folder / "pack.toml", '"届期到期日期", ', "")
    problems = check_pack(folder)
    assert "pack.workbook_stale" in codes(problems)
    (unfit,) = [item for item in problems if item.code == "pack.workbook_unfit"]
    assert unfit.where.endswith("!工会")
    assert "任届期间之终" in unfit.text.zh


def test_a_workbook_that_is_gone_or_none_is_told(copy: Copy) -> None:
    folder = copy("hainan-2019")
    first, second = sorted(folder.glob("*.xlsx"))
    first.unlink()
    second.write_bytes(b"PK nothing")
    found = check_pack(folder)
    assert codes(found) == {
        "pack.workbook_missing",
        "pack.workbook_broken",
        "pack.workbook_stale",
    }
    first_told = next(item for item in found if item.code == "pack.workbook_missing")
    assert first_told.where == first.name


def test_a_pack_without_workbooks_and_examples_is_sound(copy: Copy) -> None:
    folder = copy("hainan-2019")
    for path in folder.glob("*.xlsx"):
        path.unlink()
    shutil.rmtree(folder / "examples")
    assert check_pack(folder) == []


def test_a_fault_that_the_findings_do_not_name_is_told_with_its_cell(copy: Copy) -> None:
    folder = copy("hubei-2023")
    findings = folder / "examples" / "bad.findings.toml"
    text = findings.read_text(encoding="utf-8")
    first = text.index("[[finding]]")
    rest = text.index("[[finding]]", first + 1)
    findings.write_text(text[:first] + text[rest:], encoding="utf-8")
    (told,) = check_pack(folder)
    assert told.code == "pack.example_unexpected"
    assert told.where.startswith("examples/bad.xlsx ")


def test_a_fault_that_is_not_found_is_told_with_its_cell(copy: Copy) -> None:
    folder = copy("hubei-2023")
    with (folder / "examples" / "bad.findings.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[[finding]]\nsheet = "会员"\nrow = 999\ncolumn = "C"\n'
            'code = "required.missing"\nseverity = "error"\n'
        )
    (told,) = check_pack(folder)
    assert (told.code, told.where) == ("pack.example_missed", "examples/bad.xlsx 会员!C999")


def test_faults_in_the_good_example_are_told_the_first_twenty_one_by_one(copy: Copy) -> None:
    folder = copy("hubei-2023")
    shutil.copyfile(folder / "examples" / "bad.xlsx", folder / "examples" / "good.xlsx")
    told = [item for item in check_pack(folder) if item.code == "pack.example_error"]
    assert len(told) == 21
    assert "还有" in told[-1].text.zh


RULE = """
[[rule]]
id = "union.temporary_code.form_of_the_province"
kind = "pattern"
record = "union"
fields = ["temporary_code"]
provenance = "assumed"
source = "推断"
params = { pattern = '%s', form = "“临时”加年份和四位数字" }
"""


def test_a_rule_that_no_example_tries_is_told_by_its_id(copy: Copy) -> None:
    folder = copy("hubei-2023")
    with (folder / "pack.toml").open("a", encoding="utf-8") as file:
        file.write(RULE % r"临时〔\d{4}〕\d{4}")
    (told,) = check_pack(folder)
    assert told.code == "pack.rule_untried"
    assert "union.temporary_code.form_of_the_province" in told.where
    assert "bad.xlsx" in told.text.zh


@pytest.mark.parametrize("pattern", [r"(a+)\1", "(?=a)b", "(a{99}){99}", "[", "a" * 301])
def test_a_hostile_pattern_is_refused_when_the_pack_is_read(copy: Copy, pattern: str) -> None:
    folder = copy("hubei-2023")
    with (folder / "pack.toml").open("a", encoding="utf-8") as file:
        file.write(RULE % pattern)
    (told,) = check_pack(folder)
    assert told.code == "pack.pattern"
    assert told.where.endswith("params pattern")


def test_the_day_of_the_examples_is_theirs(copy: Copy) -> None:
    folder = copy("hubei-2023")
    findings = folder / "examples" / "bad.findings.toml"
    change(findings, "today = 2026-01-01", "today = 2000-01-01")
    assert "pack.example_error" in codes(check_pack(folder))
    change(findings, "today = 2000-01-01", 'today = "heute"')
    assert codes(check_pack(folder)) == {"pack.example_broken"}


def test_the_verb_gives_one_for_a_pack_that_its_examples_disprove(
    copy: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copy("hubei-2023")
    assert main(["pack", "check", str(folder)]) == 0
    (folder / "examples" / "good.xlsx").write_bytes(b"")
    assert main(["pack", "check", str(folder), "--json"]) == 1
    assert '"pack.workbook_broken"' in capsys.readouterr().out
