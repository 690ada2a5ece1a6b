"""No output that may be passed on holds a person's data: places and codes only."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from collector import packs
from collector.codes import resident_id
from collector.model import Kind
from collector.services import made_up

CANARIES = {
    "name": ["鸩羽墨虚构", "虛構欒翯"],
    "id_number": ["110101199003078532", "11010119900307853X", "310101198002290000"],
    "phone": ["13712345678x", "1371234567"],
    "unit_name": ["金丝雀虚构矿务公司"],
    "union_name": ["金丝雀虚构矿务工会"],
    "unit_code": ["91310000MACANARY00"],
    "union_code": ["81310000MCCANARY00"],
    "join_date": ["金丝雀年九月", "1987-13-77"],
    "political_status": ["金丝雀党"],
    "id_type": ["金丝雀证"],
    "union_post": ["金丝雀主任"],
}


@pytest.fixture
def canaries(tmp_path: Path) -> tuple[Path, list[str]]:
    """A workbook in which sound and faulty cells alike hold values found nowhere else."""
    pack = packs.load("hubei-2023")
    rows = [dict(row) for row in made_up.make(pack, 60).records[Kind.MEMBER]]
    told: list[str] = []
    number = 0
    for field_id, values in CANARIES.items():
        for value in values:
            rows[number][field_id] = value
            told.append(value)
            number += 1
    sound = rows[40]
    sound["name"] = "虚构金丝雀甲"
    first = "31010119770707707"
    sound["id_number"] = first + resident_id.check_digit(first)
    sound["phone"] = "13777707770"
    rows[41] |= {key: sound[key] for key in ("name", "id_number", "phone")}
    told += [sound["name"], sound["id_number"], sound["phone"]]
    fields = pack.fields_of(Kind.MEMBER)
    workbook = Workbook()
    workbook.active.title = "会员"
    workbook.active.append([item.header for item in fields])
    for row in rows:
        workbook.active.append([row.get(item.id, "") for item in fields])
    path = tmp_path / "canaries.xlsx"
    workbook.save(path)
    return path, told


def leaks(content: bytes, canaries: list[str]) -> list[str]:
    return [
        value
        for value in canaries
        for encoding in ("utf-8", "utf-16-le", "gb18030", "unicode-escape")
        if value.encode(encoding) in content
    ]


def test_no_output_log_or_error_holds_a_persons_data(
    run, home: Path, canaries: tuple[Path, list[str]], tmp_path: Path
) -> None:
    book, told = canaries
    key = told[-2]
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(book.read_bytes()[:-200])
    text = tmp_path / "text.csv"
    text.write_text("\n".join(told), encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, path in enumerate((book, broken, text)):
        (folder / f"{number}{path.suffix}").write_bytes(path.read_bytes() + b"\n" * (number == 2))
    commands = [
        ["check", book, "--pack", "hubei-2023"],
        ["import", book, "--dry-run"],
        ["import", book],
        ["import", book],
        ["marked", "1", "-o", tmp_path / "退回", "--source", book],
        ["marked", "1", "-o", tmp_path / "退回"],
        ["import", tmp_path / "退回" / "canaries-退回.xlsx"],
        ["marked", "99", "-o", tmp_path],
        ["marked", "1", "-o", tmp_path, "--source", text],
        ["status"],
        ["journal", "verify"],
        ["journal", "show"],
        ["journal", "show", "--record", key],
        ["export", "-o", tmp_path / "refused"],
        ["check", broken, "--pack", "hubei-2023"],
        ["check", text, "--pack", "hubei-2023"],
        ["check", book, "--pack", "hainan-2019"],
        ["import", text],
        ["bundle", "inspect", book],
        ["show", "member", key, key],
        ["import", folder, "--dry-run", "--results", tmp_path / "结果"],
        ["import", folder],
        ["undo", "1", "--dry-run"],
        ["undo", "1"],
        ["undo"],
        ["import", folder],
        ["values", "match", "political_status", "金丝雀党", "金丝雀"],
        ["layouts", "list"],
    ]
    for command in commands:
        for extra in ([], ["--json"]):
            language = "en" if extra else "zh"
            said = run("--lang", language, *command, *extra)
            spoken = (said.out + said.err).encode()
            assert not leaks(spoken, told), command
            assert said.code != 70, command
    for path in (home / "logs").rglob("*"):
        if path.is_file():
            assert not leaks(path.read_bytes(), told), path


def test_nothing_of_a_person_lies_in_the_clear_in_the_workspace(
    run, home: Path, canaries: tuple[Path, list[str]]
) -> None:
    book, told = canaries
    run("import", book)
    run("list", "member", "--json")
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert not leaks(path.read_bytes(), told), path


def test_a_bundle_tells_nothing_of_a_person_from_outside(run, home: Path, tmp_path: Path) -> None:
    from collector.sheets import writing

    pack = packs.load("hubei-2023")
    people = made_up.make(pack, 10)
    filled = writing.write_workbooks(
        pack, writing.TableSource(people.tables()), tmp_path / "filled"
    )
    run("import", *filled)
    bundle = run("export", "-o", tmp_path / "out", "--json").json["bundle"]
    said = run("bundle", "inspect", bundle, "--json")
    told = [row[name] for row in people.records[Kind.MEMBER] for name in ("name", "id_number")]
    assert not leaks(said.out.encode(), told)
    assert not leaks(Path(bundle).read_bytes(), told)
