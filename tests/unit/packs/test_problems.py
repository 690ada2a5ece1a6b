"""Each way a pack can be wrong has its own code, a place, and a way out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from collector import packs
from collector.packs import PackProblem

MakePack = Callable[..., Path]

FIELD = 'id = "unit_name"\nheader = "单位"\ntype = "text"\n'

CASES = {
    "not toml": ([('id = "example-2020"', "id = ")], "pack.toml"),
    "other format": ([("collector.pack/1", "somebody.pack/1")], "pack.format"),
    "unreadable version": ([("collector.pack/1", "collector.pack/new")], "pack.format"),
    "no format": ([('format = "collector.pack/1"\n', "")], "pack.key_missing"),
    "missing key": ([('title = "示例省采集"\n', "")], "pack.key_missing"),
    "empty title": ([('title = "示例省采集"', 'title = " "')], "pack.value"),
    "unknown key": (
        [('province = "示例"', 'province = "示例"\ncolour = "红"')],
        "pack.key_unknown",
    ),
    "misspelt field key": ([("required = true", "requierd = true")], "pack.key_unknown"),
    "wrong type": ([("required = true", 'required = "是"')], "pack.value"),
    "unknown field type": ([('type = "name"', 'type = "names"')], "pack.value"),
    "bad id": ([('id = "example-2020"', 'id = "示例"')], "pack.value"),
    "control character": ([('issuer = "示例省总工会"', 'issuer = "\\u0007"')], "pack.value"),
    "unknown kind": ([('kinds = ["unit"]', 'kinds = ["house"]')], "pack.value"),
    "two kinds that are no row": (
        [('kinds = ["unit"]', 'kinds = ["unit", "officer"]')],
        "pack.value",
    ),
    "kind twice": ([('kinds = ["unit"]', 'kinds = ["member"]')], "pack.sheet_twice"),
    "sheet name twice": ([('name = "会员"', 'name = "单位"')], "pack.sheet_twice"),
    "impossible sheet name": ([('name = "会员"', 'name = "会/员"')], "pack.value"),
    "unknown national field": ([('id = "join_date"', 'id = "joined"')], "pack.field_unknown"),
    "another pack's field": ([('id = "join_date"', 'id = "other-1.x"')], "pack.field_unknown"),
    "field twice": ([('id = "join_date"', 'id = "name"')], "pack.field_twice"),
    "header twice": ([('header = "入会日期"', 'header = "性别"')], "pack.header_duplicate"),
    "alias of another": (
        [('aliases = ["会员姓名"]', 'aliases = ["性别"]')],
        "pack.header_duplicate",
    ),
    "alias twice": (
        [(FIELD, FIELD + 'aliases = [" *会员姓名"]\n')],
        "pack.alias_competes",
    ),
    "list not declared": (
        [('dictionary = "gender"', 'dictionary = "sex"')],
        "pack.dictionary_unknown",
    ),
    "list of a text field": ([(FIELD, FIELD + 'dictionary = "gender"\n')], "pack.value"),
    "list file missing": ([('title = "性别"', 'file = "sex.csv"')], "pack.dictionary_missing"),
    "list outside": ([('title = "性别"', 'file = "../gender.csv"')], "pack.path"),
    "list absolute": ([('title = "性别"', 'file = "/etc/passwd"')], "pack.path"),
    "list on a drive": ([('title = "性别"', "file = 'C:\\gender.csv'")], "pack.path"),
    "workbook outside": ([('workbook = "示例.xlsx"', 'workbook = "../示例.xlsx"')], "pack.path"),
    "workbook in a folder": ([('workbook = "示例.xlsx"', 'workbook = "a/示例.xlsx"')], "pack.path"),
    "workbook of another kind": (
        [('workbook = "示例.xlsx"', 'workbook = "示例.xls"')],
        "pack.value",
    ),
    "constant not in list": (
        [('dictionary = "gender"', 'dictionary = "gender"\nconstant = "其他"')],
        "pack.constant",
    ),
    "unknown date form": ([("yyyy/MM/dd", "dd.MM.yyyy")], "pack.value"),
    "header under data": (
        [
            (
                'kinds = ["unit"]\n',
                'kinds = ["unit"]\n[sheet.layout]\nheader_row = 3\ndata_row = 3\n',
            )
        ],
        "pack.layout",
    ),
    "rule of an absent field": (
        [('fields = ["unit_name"]', 'fields = ["phone"]')],
        "pack.rule_field",
    ),
    "rule param of an absent field": (
        [('name_field = "unit_name"', 'name_field = "union_name"')],
        "pack.rule_field",
    ),
    "unknown rule kind": ([('kind = "reference"', 'kind = "referenze"')], "pack.rule_unknown"),
    "unknown param": ([('to = "unit"', 'to = "unit", tto = "x"')], "pack.rule_param"),
    "missing param": ([('to = "unit", ', "")], "pack.rule_param"),
    "impossible param": ([('to = "unit"', 'to = "house"')], "pack.rule_param"),
    "param of no use to a field": (
        [('type = "date"', 'type = "date"\nparams = { not_after_todya = true }')],
        "pack.rule_param",
    ),
    "length of a date": ([('type = "date"', 'type = "date"\nmax_length = 8')], "pack.rule_param"),
    "rule without fields": ([('fields = ["unit_name"]\n', "")], "pack.rule_field"),
    "rule without source": ([('source = "示例文件 二"\n', "")], "pack.key_missing"),
    "rule id taken": ([('id = "member.unit"', 'id = "member.name.form"')], "pack.rule_twice"),
    "assumed error": (
        [
            (
                'provenance = "official"\nsource = "示例文件 二"',
                'provenance = "assumed"\nseverity = "error"\nsource = "推断"',
            )
        ],
        "pack.assumed_error",
    ),
    "alternative that is absent": (
        [('aliases = ["会员姓名"]', 'alternative = "phone"')],
        "pack.rule_field",
    ),
    "spelling of an unknown label": (
        [("[[source]]", '[writer.label_spelling.gender]\n"中" = "仲"\n\n[[source]]')],
        "pack.label_spelling",
    ),
}


def _told(problems: list[PackProblem]) -> set[str]:
    for problem in problems:
        assert problem.where
        assert len(problem.text.zh) > 5
        assert len(problem.text.en) > 5
    return {problem.code for problem in problems}


@pytest.mark.parametrize(("changes", "code"), CASES.values(), ids=CASES.keys())
def test_each_slip_is_told_with_its_own_code(
    make_pack: MakePack, changes: list[tuple[str, str]], code: str
) -> None:
    assert _told(packs.check_folder(make_pack(*changes))) == {code}


LISTS = {
    "no label column": ("code,name,source\n1,男,\n", "pack.dictionary_broken"),
    "a column twice": ("code,label,source,label\n1,男,,\n", "pack.dictionary_broken"),
    "no rows": ("code,label,source\n", "pack.dictionary_broken"),
    "short row": ("code,label,source\n1\n", "pack.dictionary_broken"),
    "empty label": ("code,label,source\n1, ,\n", "pack.dictionary_broken"),
    "label twice": ("code,label,source\n1,男,\n2,男 ,\n", "pack.dictionary_broken"),
    "alias of two": ("code,label,source,alias\n1,男,,人\n2,女,,人\n", "pack.alias_competes"),
    "alias is a label": ("code,label,source,alias\n1,男,,女\n2,女,,\n", "pack.alias_competes"),
}


@pytest.mark.parametrize(("text", "code"), LISTS.values(), ids=LISTS.keys())
def test_each_slip_of_a_list_is_told(make_pack: MakePack, text: str, code: str) -> None:
    assert _told(packs.check_folder(make_pack(gender=text))) == {code}


def test_a_list_in_another_encoding_is_told(make_pack: MakePack) -> None:
    folder = make_pack()
    (folder / "dictionaries" / "gender.csv").write_bytes("code,label,source\n1,男,\n".encode("gbk"))
    assert _told(packs.check_folder(folder)) == {"pack.dictionary_broken"}


def test_a_list_behind_a_link_out_of_the_folder_is_refused(
    make_pack: MakePack, tmp_path: Path
) -> None:
    folder = make_pack()
    outside = tmp_path / "outside.csv"
    outside.write_text("code,label,source\n1,男,\n", encoding="utf-8")
    inside = folder / "dictionaries" / "gender.csv"
    inside.unlink()
    try:
        os.symlink(outside, inside)
    except OSError:
        pytest.skip("this system makes no links for this user")
    assert _told(packs.check_folder(folder)) == {"pack.link"}


def test_a_list_no_field_uses_is_told(make_pack: MakePack) -> None:
    folder = make_pack(('type = "choice"\ndictionary = "gender"', 'type = "text"'))
    assert _told(packs.check_folder(folder)) == {"pack.dictionary_idle"}


def test_a_misspelt_key_comes_with_the_right_one(make_pack: MakePack) -> None:
    (problem,) = packs.check_folder(make_pack(("required = true", "requierd = true")))
    assert "required" in problem.text.zh
    assert "[[field]] 1 (name)" in problem.where


def test_the_place_of_a_slip_in_the_toml_is_told(make_pack: MakePack) -> None:
    (problem,) = packs.check_folder(make_pack(('id = "example-2020"', "id = ")))
    assert "第 2 行" in problem.text.zh


def test_all_slips_are_told_at_once(make_pack: MakePack) -> None:
    folder = make_pack(
        ('title = "示例省采集"\n', ""), ('type = "name"', 'type = "x"'), ("yyyy/MM/dd", "d")
    )
    assert len(packs.check_folder(folder)) == 3


def test_a_folder_without_a_pack_is_told(tmp_path: Path) -> None:
    assert _told(packs.check_folder(tmp_path)) == {"pack.not_found"}


def test_half_of_the_examples_would_test_nothing(make_pack: MakePack) -> None:
    folder = make_pack()
    examples = folder / "examples"
    examples.mkdir()
    (examples / "good.xlsx").write_bytes(b"")
    assert _told(packs.check_folder(folder)) == {"pack.example_missing"}
    (examples / "bad.xlsx").write_bytes(b"")
    expected = examples / "bad.findings.toml"
    expected.write_text('format = "collector.findings/1"\n[[finding]]\nrow = 1\n', encoding="utf-8")
    assert _told(packs.check_folder(folder)) == {"pack.example_broken"}
    expected.write_text('format = "collector.findings/1"\n', encoding="utf-8")
    assert packs.check_folder(folder) == []
