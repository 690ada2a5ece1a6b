"""Folders somebody might send as a pack: each is refused by name, with the place and a way out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import __version__, packs
from collector.packs import PackProblem
from collector.packs.files import MOST_FILES, is_portable
from tests.unit.packs.conftest import GENDER, PACK

MakePack = Callable[..., Path]


def only(problems: list[PackProblem], code: str) -> PackProblem:
    assert {each.code for each in problems} == {code}
    assert all(each.where and each.text.zh.endswith(("。", "？")) for each in problems)
    return problems[0]


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../x.csv",
        "a/../../x.csv",
        "C:\\x.csv",
        "C:x.csv",
        "\\\\server\\share\\x.csv",
        "con.csv",
        "dictionaries/NUL",
        "aux.tar.csv",
        "com1.csv",
        "LPT9",
        "x.csv.",
        "x.csv ",
        " x.csv",
        "a//b.csv",
        "./x.csv",
        "x\x00.csv",
        "x\n.csv",
        "x?.csv",
        'x".csv',
        "",
    ],
)
def test_a_list_may_not_be_named_so(make_pack: MakePack, name: str) -> None:
    assert not is_portable(name)
    folder = make_pack()
    text = (folder / "pack.toml").read_text(encoding="utf-8")
    escaped = "".join(f"\\u{ord(c):04x}" for c in name)
    text = text.replace('title = "性别"', f'file = "{escaped}"')
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    problems = packs.check_folder(folder)
    assert {each.code for each in problems} <= {"pack.path", "pack.value"}
    assert any(each.where.endswith("file") for each in problems)


@pytest.mark.parametrize("name", ["dictionaries/gender.csv", "性别/清单 2.csv", "console.csv"])
def test_a_list_may_be_named_so(name: str) -> None:
    assert is_portable(name)


@pytest.mark.parametrize("pack_id", ["con", "nul", "com1", "abc.", "aux.2"])
def test_an_id_that_cannot_be_a_folder_on_windows_is_refused(
    make_pack: MakePack, pack_id: str
) -> None:
    folder = make_pack(('id = "example-2020"', f'id = "{pack_id}"'))
    assert only(packs.check_folder(folder), "pack.value").where.endswith("id")


def test_a_link_anywhere_in_the_folder_is_refused(make_pack: MakePack, tmp_path: Path) -> None:
    folder = make_pack()
    try:
        os.symlink(tmp_path, folder / "more")
    except OSError:
        pytest.skip("this system makes no links for this user")
    assert only(packs.check_folder(folder), "pack.link").where == "more"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_never_waited_for(make_pack: MakePack) -> None:
    folder = make_pack()
    os.mkfifo(folder / "dictionaries" / "more.csv")
    assert only(packs.check_folder(folder), "pack.path").where == "dictionaries/more.csv"


@pytest.mark.parametrize("name", ["run.py", "macro.xlsm", "setup.exe", "sheet.js", "noend"])
def test_a_pack_holds_no_programs(make_pack: MakePack, name: str) -> None:
    folder = make_pack()
    (folder / name).write_text("x", encoding="utf-8")
    assert only(packs.check_folder(folder), "pack.file_unexpected").where == name


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "~$示例.xlsx", "desktop.ini"])
def test_what_a_desktop_leaves_behind_is_no_part_of_the_pack(
    make_pack: MakePack, name: str
) -> None:
    folder = make_pack()
    before = packs.load(folder).sha256
    (folder / name).write_bytes(b"x")
    assert packs.check_folder(folder) == []
    assert packs.load(folder).sha256 == before


def test_a_folder_of_something_else_is_refused_before_it_is_read(make_pack: MakePack) -> None:
    folder = make_pack()
    for number in range(MOST_FILES):
        (folder / f"{number}.txt").touch()
    only(packs.check_folder(folder), "pack.too_large")


def test_a_huge_file_is_refused_unread(make_pack: MakePack) -> None:
    folder = make_pack()
    with (folder / "dictionaries" / "gender.csv").open("r+b") as file:
        file.truncate(1 << 40)
    only(packs.check_folder(folder), "pack.too_large")


@pytest.mark.parametrize(("count", "limit"), [(1_000_000, "2 MB"), (30_000, "20000 行")])
def test_a_list_of_a_million_entries_is_refused(
    make_pack: MakePack, count: int, limit: str
) -> None:
    rows = "code,label,source\n" + "".join(f",{number:x},\n" for number in range(count))
    found = only(packs.check_folder(make_pack(gender=rows)), "pack.too_large")
    assert found.where.endswith("file")
    assert limit in found.text.zh


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 5000,
        "x = " + "{a=" * 2000,
        "[" + ".".join("a" * 3000) + "]\n[a]\n[a]",
        'id = "a"\nid = "b"',
        "x = 1979-99-99",
        "\x00",
        "﻿﻿x",
    ],
    ids=["arrays", "tables", "dotted", "twice", "date", "nul", "two marks"],
)
def test_broken_toml_is_told_with_its_place(make_pack: MakePack, text: str) -> None:
    folder = make_pack()
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    assert only(packs.check_folder(folder), "pack.toml").where == "pack.toml"


def test_a_slip_in_toml_is_told_with_its_line(make_pack: MakePack) -> None:
    folder = make_pack(('title = "示例省采集"', 'title = "示例省采集'))
    assert "第 4 行" in only(packs.check_folder(folder), "pack.toml").text.zh


def test_gbk_is_told_and_a_byte_order_mark_is_no_fault(make_pack: MakePack) -> None:
    folder = make_pack()
    toml, listed = folder / "pack.toml", folder / "dictionaries" / "gender.csv"
    for file in (toml, listed):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert packs.check_folder(folder) == []
    listed.write_bytes(listed.read_bytes()[3:].decode().encode("gbk"))
    assert "GBK" in only(packs.check_folder(folder), "pack.dictionary_broken").text.zh
    toml.write_bytes(toml.read_bytes()[3:].decode().encode("gbk"))
    assert "GBK" in only(packs.check_folder(folder), "pack.toml").text.zh


@pytest.mark.parametrize(
    "listed",
    [
        'code,label,source\n1,"男,\n' + "甲" * 200_000 + "\n",
        "code,label,source\n1,男\x07,\n",
        "code,label,source\n1," + "甲" * 3000 + ",\n",
    ],
    ids=["open quotation mark", "control character", "endless label"],
)
def test_a_list_that_no_one_could_read_is_told_with_its_line(
    make_pack: MakePack, listed: str
) -> None:
    found = only(packs.check_folder(make_pack(gender=listed)), "pack.dictionary_broken")
    assert "行" in found.text.zh


def test_thousands_of_unknown_keys_are_told_in_a_few_lines(make_pack: MakePack) -> None:
    extra = "\n".join(f"k{number} = 1" for number in range(20_000))
    folder = make_pack(('province = "示例"', f'province = "示例"\n{extra}'))
    problems = packs.check_folder(folder)
    only(problems, "pack.key_unknown")
    assert len(problems) < 30
    assert "20000" in problems[0].text.zh


def test_too_many_aliases_are_told_as_that(make_pack: MakePack) -> None:
    names = ", ".join(f'"名{number}"' for number in range(300))
    folder = make_pack(('aliases = ["会员姓名"]', f"aliases = [{names}]"))
    assert "300" in only(packs.check_folder(folder), "pack.too_large").text.zh


RULE = """
[[rule]]
id = "{id}"
kind = "{kind}"
record = "member"
fields = ["{field}"]
provenance = "assumed"
source = "推断"
params = {{ {params} }}
"""
SECOND_DATE = '[[sheet.field]]\nid = "hire_date"\nheader = "入职"\ntype = "date"\n\n[[rule]]'


def with_rules(make_pack: MakePack, *rules: tuple[str, str, str, str]) -> Path:
    text = "".join(
        RULE.format(id=rule_id, kind=kind, field=field, params=params)
        for rule_id, kind, field, params in rules
    )
    return make_pack(("[[rule]]", SECOND_DATE.replace("[[rule]]", text + "\n[[rule]]")))


def follows(when: str, value: str, then: str, wanted: str) -> str:
    return (
        f'when_field = "{when}", when_values = ["{value}"],'
        f' then_field = "{then}", then_values = ["{wanted}"]'
    )


LOOPS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "dates before one another": (
        ("a", "order_dates", "join_date", 'earlier = "join_date", later = "hire_date"'),
        ("b", "order_dates", "join_date", 'earlier = "hire_date", later = "join_date"'),
    ),
    "a date before itself": (
        ("a", "order_dates", "join_date", 'earlier = "join_date", later = "join_date"'),
    ),
    "required unless it is there": (("a", "required", "name", 'unless_field = "name"'),),
    "required when it has a value": (
        ("a", "required", "gender", 'when_field = "gender", when_values = ["男"]'),
    ),
    "a value that forbids itself": (
        (
            "a",
            "implies",
            "name",
            follows("gender", "男", "name", "甲"),
        ),
        (
            "b",
            "implies",
            "gender",
            follows("name", "甲", "gender", "女"),
        ),
    ),
    "a field that follows from itself": (
        (
            "a",
            "implies",
            "gender",
            'when_field = "gender", when_values = ["男"], then_field = "gender", then_empty = true',
        ),
    ),
}


@pytest.mark.parametrize("rules", LOOPS.values(), ids=LOOPS.keys())
def test_rules_that_lead_back_to_themselves_are_named(
    make_pack: MakePack, rules: tuple[tuple[str, str, str, str], ...]
) -> None:
    problems = packs.check_folder(with_rules(make_pack, *rules))
    found = only(problems, "pack.loop")
    assert "[[rule]] a" in found.where
    assert all(rule[0] in found.text.zh for rule in rules)


def test_rules_that_agree_are_no_loop(make_pack: MakePack) -> None:
    folder = with_rules(
        make_pack,
        ("a", "order_dates", "join_date", 'earlier = "join_date", later = "hire_date"'),
        (
            "b",
            "implies",
            "name",
            'when_field = "gender", when_values = ["男"], then_field = "name", then_present = true',
        ),
        (
            "c",
            "implies",
            "gender",
            follows("name", "甲", "gender", "男"),
        ),
    )
    assert packs.check_folder(folder) == []


def test_a_spelling_that_is_another_label_is_refused(make_pack: MakePack) -> None:
    folder = make_pack(("[[source]]", '[writer.label_spelling.gender]\n"男" = "女"\n\n[[source]]'))
    assert "女" in only(packs.check_folder(folder), "pack.label_spelling").text.zh


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('version = "1"', 'version = "v1"', "version"),
        ('version = "1"', 'version = "1/2"', "version"),
        ('effective_from = "2020-01-01"', 'effective_from = "2020年"', "effective_from"),
        ('effective_from = "2020-01-01"', 'effective_from = "2020-02-30"', "effective_from"),
        (
            'effective_from = "2020-01-01"',
            'effective_from = "2020-01-01"\neffective_until = "2019-12-31"',
            "effective_until",
        ),
        ('version = "1"', 'version = "1"\nneeds_program = "new"', "needs_program"),
    ],
)
def test_version_and_days_must_be_such(make_pack: MakePack, old: str, new: str, key: str) -> None:
    assert only(packs.check_folder(make_pack((old, new))), "pack.value").where.endswith(key)


def test_a_draft_may_leave_its_days_open(make_pack: MakePack) -> None:
    folder = make_pack(
        ('version = "1"', 'version = "0-draft"'),
        ('effective_from = "2020-01-01"', 'effective_from = "待填写"'),
    )
    assert packs.check_folder(folder) == []


def test_a_pack_for_a_later_program_is_refused_with_its_version(make_pack: MakePack) -> None:
    folder = make_pack(('version = "1"', 'version = "1"\nneeds_program = "999.1"'))
    found = only(packs.check_folder(folder), "pack.needs_program")
    assert "999.1" in found.text.zh
    assert __version__ in found.text.zh
    folder_now = folder / "pack.toml"
    folder_now.write_text(
        folder_now.read_text(encoding="utf-8").replace("999.1", __version__), encoding="utf-8"
    )
    assert packs.check_folder(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "member"\nname', 'id = "unit"\nname', "编号"),
        ('name = "会员"', 'name = "单位"', "叫“单位”的表"),
        ('kinds = ["unit"]', 'kinds = ["member"]', "同一类记录"),
    ],
)
def test_two_sheets_that_are_one_are_told_apart_from_one_another(
    make_pack: MakePack, old: str, new: str, said: str
) -> None:
    problems = packs.check_folder(make_pack((old, new)))
    told = [item for item in problems if item.code == "pack.sheet_twice"]
    assert len(told) == 1
    assert said in told[0].text.zh
    assert "[[sheet]] 2" in told[0].where


SLIPS = ["1", "-1", "true", '""', "[]", "{}", "[[1]]", "nan", "2020-01-01", '"\\u0000"', '"长"']


@given(st.data())
def test_no_slip_of_the_fingers_ends_the_program(data: st.DataObject) -> None:
    lines = PACK.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key, equals, _ = lines[at].partition("=")
        if equals and data.draw(st.booleans()):
            lines[at] = f"{key}= {data.draw(st.sampled_from(SLIPS))}"
        else:
            cut = data.draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:cut] + data.draw(st.sampled_from('=[]{}"#,a1')) + lines[at][cut:]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "dictionaries").mkdir()
        (folder / "pack.toml").write_text("\n".join(lines), encoding="utf-8")
        (folder / "dictionaries" / "gender.csv").write_text(GENDER, encoding="utf-8")
        problems = packs.check_folder(folder)
        assert all(each.where and each.text.zh for each in problems)
        if not problems:
            assert packs.load(folder).folder == folder
