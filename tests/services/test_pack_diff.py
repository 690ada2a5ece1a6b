"""A newer version of a pack: what it changes, what it would say of the records, and to whom."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from collector import data_files, packs, places
from collector.cli.app import main
from collector.model import Kind
from collector.packs.comparing import Change, compare
from collector.services import fixing, gating, made_up, pack_diff
from collector.services.importing import import_files
from collector.services.pack_installing import install
from collector.services.pack_names import checked_with
from collector.services.rechecking import checked_otherwise, recheck_records
from collector.services.session import Session, unlock
from collector.services.status import status

PASSPHRASE = "a passphrase for tests only"
PACK = "hubei-2023"
Fresh = Callable[..., Session]
Book = Callable[..., Path]
Newer = Callable[..., Path]


@pytest.fixture
def newer(tmp_path: Path) -> Newer:
    """Version 2 of the Hubei pack with texts of pack.toml (or a list) replaced."""

    def made(*changes: tuple[str, str], lists: dict[str, tuple[str, str]] | None = None) -> Path:
        folder = tmp_path / "newer"
        shutil.copytree(data_files.folder("templates/xlsx") / PACK, folder)
        for name, (old, new) in {
            "pack.toml": ('version = "1"', 'version = "2"'),
            **(lists or {}),
        }.items():
            _replace(folder / name, old, new)
        for old, new in changes:
            _replace(folder / "pack.toml", old, new)
        return folder

    return made


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def told(changes: list[Change]) -> set[tuple[str, str, str, str]]:
    for item in changes:
        assert item.text.zh.endswith("。")
        assert item.text.en.endswith(".")
    return {(i.area.value, i.what.value, i.where, i.aspect) for i in changes} - {
        ("pack", "changed", PACK, "version")
    }


PHONE_RULE = """
[[rule]]
id = "member.phone.form_of_the_province"
kind = "pattern"
record = "member"
fields = ["phone"]
provenance = "assumed"
source = "推断"
params = { pattern = '1.*', form = "1 开头" }

[[rule]]
id = "unit.uscc.unique\""""
REMARK = '[[sheet.field]]\nid = "remark"\nheader = "备注"\ntype = "text"\n\n'
UNION_SHEET = '[[sheet]]\nid = "union"\n'

CASES: dict[str, tuple[tuple[str, str], tuple[str, str, str, str]]] = {
    "a header renamed": (
        ('header = "联系电话"', 'header = "手机"'),
        ("field", "changed", "member.phone", "header"),
    ),
    "a column added": (
        (UNION_SHEET, REMARK + UNION_SHEET),
        ("field", "added", "unit.remark", ""),
    ),
    "an alias gone": (
        ('"单位全称", "所在单位", ', '"单位全称", '),
        ("field", "removed", "unit.name", "aliases"),
    ),
    "a length": (
        ('max_length = 50\naliases = ["会员姓名"', 'max_length = 20\naliases = ["会员姓名"'),
        ("field", "changed", "member.name", "length"),
    ),
    "a rule softened": (
        (
            'source = "鄂工办发〔2023〕15号 三（二）：一证一会员"',
            'severity = "warning"\nsource = "x"',
        ),
        ("rule", "changed", "member.id_number.unique", "severity"),
    ),
    "a rule added": (
        ('[[rule]]\nid = "unit.uscc.unique"', PHONE_RULE.strip("\n")),
        ("rule", "added", "member.phone.form_of_the_province", ""),
    ),
    "a condition of a rule": (
        ("years = 16", "years = 18"),
        ("rule", "changed", "member.join_date.age", "params"),
    ),
    "the day it ends": (
        (
            'effective_from = "2023-03-01"',
            'effective_from = "2023-03-01"\neffective_until = "2030-01-01"',
        ),
        ("pack", "changed", PACK, "effective_until"),
    ),
    "the writer": (
        ("# ── 单位 ─", "[writer]\nserial_numbers = true\n\n# ── 单位 ─"),
        ("writer", "changed", "serial_numbers", ""),
    ),
    "the name of a sheet": (
        ('name = "会员"', 'name = "会员信息"'),
        ("sheet", "changed", "会员信息", "name"),
    ),
}


@pytest.mark.parametrize(("change", "expected"), CASES.values(), ids=CASES.keys())
def test_each_change_is_told_once_and_nothing_else(
    newer: Newer, change: tuple[str, str], expected: tuple[str, str, str, str]
) -> None:
    old, new = packs.load(PACK), packs.load(newer(change))
    assert told(compare(old, new)) == {expected}
    backwards = {(area, where, aspect) for area, _, where, aspect in told(compare(new, old))}
    assert (expected[0], expected[2], expected[3]) in backwards or expected[0] == "sheet"


def test_a_list_tells_what_it_gained_and_lost(newer: Newer) -> None:
    folder = newer(lists={"dictionaries/political.csv": ("群众", "无党派群众")})
    changes = compare(packs.load(PACK), packs.load(folder))
    assert told(changes) >= {
        ("list", "added", "political", "values"),
        ("list", "removed", "political", "values"),
    }
    assert any("无党派群众" in item.text.zh for item in changes)


def test_a_pack_differs_in_nothing_from_itself() -> None:
    for pack in packs.installed():
        assert compare(pack, pack) == []


def test_two_provinces_can_be_held_side_by_side() -> None:
    found = told(compare(packs.load("hubei-2023"), packs.load("hainan-2019")))
    assert ("field", "added", "member.native_place", "") in found
    assert ("pack", "changed", "hainan-2019", "id") in found


def filled(workspace: Fresh, book: Book, members: int = 6) -> Session:
    session = workspace()
    made = made_up.make(session.pack, members)
    rows = {
        kind: [table.record(index) for index in range(len(table))]
        for table in made.tables()
        for kind in [table.kind]
    }
    path = book("a.xlsx", unit=rows[Kind.UNIT], union=rows[Kind.UNION], member=rows[Kind.MEMBER])
    assert not import_files(session, [path]).has_errors
    return session


SHORT = ('max_length = 50\naliases = ["会员姓名"', 'max_length = 1\naliases = ["会员姓名"')


def test_the_impact_counts_records_by_code_and_writes_nothing(
    workspace: Fresh, book: Book, newer: Newer
) -> None:
    session = filled(workspace, book)
    head = session.store.journal_head()
    found = pack_diff.diff(PACK, newer(SHORT))
    effect = pack_diff.impact(session, found)
    assert effect.newly_failing == 6
    assert effect.failing == {(Kind.MEMBER, "name", "text.too_long"): 6}
    assert (effect.newly_passing, effect.passing) == (0, {})
    back = pack_diff.impact(session, pack_diff.PackDiff(found.new, found.old, []))
    assert (back.newly_passing, back.newly_failing) == (6, 0)
    assert session.store.journal_head() == head


def test_records_remember_what_they_were_checked_with_and_are_judged_again_on_request(
    workspace: Fresh, book: Book, newer: Newer
) -> None:
    session = filled(workspace, book)
    home, total = session.home, sum(session.store.count(kind) for kind in Kind)
    assert checked_otherwise(session) == {}
    session.close()
    install(newer(SHORT))
    session = unlock(home, PASSPHRASE)
    try:
        assert session.pack.version == "2"
        assert sum(checked_otherwise(session).values()) == total
        assert sum(status(session).checked_otherwise.values()) == total
        record = session.store.get(Kind.MEMBER, 1)
        assert record is not None
        assert record.pack == f"{PACK}/1"
        assert checked_with(session, record.pack).zh == "按湖北模板第 1 版检查（现在是第 2 版）"

        head = session.store.journal_head()
        looked = recheck_records(session)
        assert looked.errors == {(Kind.MEMBER, "name", "text.too_long"): 6}
        assert (looked.marked, session.store.journal_head()) == (0, head)

        kept = recheck_records(session, mark=True)
        assert kept.marked == total - 6
        assert checked_otherwise(session) == {Kind.MEMBER: 6}
        after = session.store.get(Kind.UNIT, 1)
        assert after is not None
        assert (after.pack, after.revision) == (f"{PACK}/2", 1)
        assert after.changed_by
        assert session.store.journal_verify().ok
        assert recheck_records(session, mark=True).marked == 0
    finally:
        session.close()


def test_the_verbs_say_it_and_hold_no_persons_data(
    workspace: Fresh,
    book: Book,
    newer: Newer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    session = filled(workspace, book)
    person = session.store.get(Kind.MEMBER, 1)
    assert person is not None
    session.close()
    monkeypatch.setenv(places.HOME_VARIABLE, str(session.home))
    monkeypatch.setenv(places.PASSPHRASE_VARIABLE, PASSPHRASE)
    folder = newer(SHORT)
    assert main(["pack", "diff", PACK, str(folder), "--impact"]) == 0
    said = capsys.readouterr().out
    assert "6 条会新出现错误" in said
    assert "“姓名”的最多字数：由“50”改为“1”" in said
    assert main(["pack", "diff", PACK, str(folder), "--impact", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["impact"]["newly_failing"] == 6
    assert main(["recheck"]) == 0
    assert main(["pack", "install", str(folder)]) == 0
    assert main(["recheck", "--mark", "--json"]) == 1
    assert main(["status"]) == 0
    said += capsys.readouterr().out
    assert "6 条记录是按别的版本检查的" in said
    assert person.values["id_number"] not in said
    assert person.values["name"] not in said
    assert main(["show", "member", person.values["id_number"]]) == 0
    assert "按湖北模板第 1 版检查（现在是第 2 版）" in capsys.readouterr().out


def test_rows_mended_under_a_newer_pack_are_known_to_have_been_checked_with_it(
    workspace: Fresh, book: Book, newer: Newer
) -> None:
    session = filled(workspace, book)
    late = dict(made_up.make(session.pack, 9).tables()[-1].record(8)) | {"phone": "1"}
    assert import_files(session, [book("b.xlsx", member=[late])]).has_errors
    home = session.home
    session.close()
    install(newer(("years = 16", "years = 17")))
    session = unlock(home, PASSPHRASE)
    try:
        (waiting,) = session.store.parked_tables(Kind.MEMBER, None)
        mended = fixing.CellEdit(waiting.ids[0], "phone", "13900009999")
        assert fixing.apply(session, [mended]).released == 1
        record = session.store.find(Kind.MEMBER, str(late["id_number"]))
        assert record is not None
        assert record.pack == f"{PACK}/2"
    finally:
        session.close()


def test_an_export_warns_of_a_pack_that_is_out_of_force_and_goes_on(
    workspace: Fresh, book: Book, newer: Newer
) -> None:
    session = filled(workspace, book)
    folder = newer(('"2023-03-01"', '"2023-03-01"\neffective_until = "2023-12-31"'))
    opened = gating.gate(session, packs.load(folder), gating.Scope(), False, session.today)
    assert opened.is_open
    assert {"pack.expired", "pack.unsigned"} <= {item.code for item in opened.warnings}
