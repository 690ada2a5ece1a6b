"""查重 on the command line: list, decide, undo, note; places and ids for scripts, nobody's data."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from collector import packs, store
from collector.model import Kind
from collector.services import importing, made_up
from collector.services.session import PACK_SETTING, Session
from collector.sheets import writing

if TYPE_CHECKING:
    from conftest import Ran

Run = Callable[..., "Ran"]
PASSPHRASE = "a passphrase for tests only"


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """A workspace with four members, of whom two come again from elsewhere."""
    home = tmp_path / "cheap"
    made = store.create(
        home, PASSPHRASE, "虚构采集员", {PACK_SETTING: "hubei-2023"}, kdf=store.KdfCost(8192, 1, 1)
    )
    session = Session(home, made.store, packs.load("hubei-2023"), "虚构采集员")
    monkeypatch.setenv("COLLECTOR_HOME", str(home))
    monkeypatch.setenv("COLLECTOR_PASSPHRASE", PASSPHRASE)
    first = made_up.make(session.pack, 4, units=2)
    members = first.records[Kind.MEMBER]
    again = made_up.make(session.pack, 4, units=2)
    for number in (0, 1):
        row = again.records[Kind.MEMBER][number]
        other = members[1 - number]
        for name in ("unit_code", "unit_name", "union_code", "union_name"):
            row[name] = other[name]
    for name, one in (("first", first), ("again", again)):
        folder = tmp_path / name
        folder.mkdir()
        source = writing.TableSource(one.tables())
        importing.import_files(session, writing.write_workbooks(session.pack, source, folder))
    session.close()
    return members


def listed(run: Run) -> Any:
    return run("duplicates", "list", "--json").json


def test_the_list_for_scripts_holds_places_and_reasons_only(
    people: list[dict[str, str]], run: Run
) -> None:
    told = listed(run)
    assert told["format"] == "collector.duplicates/1"
    assert told["waiting"] == 2
    assert told["reasons"] == [
        {"kind": "member", "reason": "same_number_other_place", "strength": "sure", "count": 2}
    ]
    item = told["items"][0]
    assert item["stored"]["record"] > 0
    assert item["new"]["row"] > 0
    text = json.dumps(told, ensure_ascii=False)
    for member in people:
        assert member["name"] not in text
        assert member["id_number"] not in text


def test_the_list_for_people_masks_names_and_numbers(
    people: list[dict[str, str]], run: Run
) -> None:
    said = run("duplicates", "list")
    assert said.code == 0
    assert "同一证件号，单位或工会不同" in said.out
    assert "协调" in said.out
    for member in people:
        assert member["name"] not in said.out
        assert member["id_number"] not in said.out


def test_one_is_decided_and_taken_back(people: list[dict[str, str]], run: Run) -> None:
    number = listed(run)["items"][0]["id"]
    done = run("duplicates", "decide", number, "take", "--date", "2024-03-01", "--json")
    assert done.code == 0
    assert done.json["settled"] == 1
    assert done.json["waiting"] == 1
    back = run("duplicates", "undo", "--json")
    assert (back.code, back.json["restored"], back.json["waiting"]) == (0, 1, 2)


def test_all_of_a_kind_go_together_and_status_counts_them(
    people: list[dict[str, str]], run: Run
) -> None:
    number = listed(run)["items"][0]["id"]
    assert run("status", "--json").json["duplicates"]["waiting"] == 2
    assert run("duplicates", "decide", number, "keep", "--all-of-kind").code == 0
    assert run("status", "--json").json["duplicates"]["waiting"] == 0
    assert "没有疑似重复" in run("duplicates", "list").out


def test_the_note_is_written_once_with_the_number_masked(
    people: list[dict[str, str]], run: Run, tmp_path: Path
) -> None:
    number = listed(run)["items"][0]["id"]
    assert run("duplicates", "note", number, "-o", tmp_path / "note.html").code == 0
    page = (tmp_path / "note.html").read_text(encoding="utf-8")
    assert "协调单" in page
    assert people[0]["union_name"] in page
    assert not any(member["id_number"] in page for member in people)
    assert run("duplicates", "note", number, "-o", tmp_path / "note.html").code == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["decide", "999", "keep"], "duplicates.gone"),
        (["decide", "1", "merge", "--field", "nonsense=new"], "duplicates.no_such_field"),
        (["decide", "1", "merge", "--field", "phone"], "usage.field_side"),
        (["decide", "1", "take", "--date", "2999-01-01"], "duplicates.transfer_date"),
        (["decide", "1", "perhaps"], "usage.wrong"),
        (["undo"], "duplicates.nothing_to_undo"),
    ],
)
def test_wrong_use_is_named(
    people: list[dict[str, str]], run: Run, words: list[str], code: str
) -> None:
    listed(run)
    ran = run("duplicates", *words, "--json")
    assert ran.code == 2
    assert ran.json["error"]["code"] == code


def test_a_queue_that_was_not_searched_yet_says_so(people: list[dict[str, str]], run: Run) -> None:
    assert run("status", "--json").json["duplicates"] == {"waiting": 0, "current": False}
    assert "还没查重" in run("status").out
