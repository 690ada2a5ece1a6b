"""Names with rare characters, dots and other scripts come out of every door as they went in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import packs, store
from collector.codes import rare, text
from collector.model import Kind, Severity
from collector.services import checking, exporting, importing, made_up, records
from collector.services.session import Session
from collector.sheets import reading, writing

OPERATOR = "虚构采集员"
NAMES = [
    "𠮷",
    "虚𠮷",
    "𬭼构𫖯",
    "虚\U00030000构",
    "虚\U0002ebf0",
    "虚\ue81e",
    "\ue864构",
    "虚\U000f0000",
    "⽥构",
    "虚䶮",
    "鿫构",
    "虚葛\U000e0100",
    "古丽米热·艾比布力",
    "阿卜杜热合曼·麦麦提吐尔逊·阿布都克热木",
    "次仁",
    "虚",
    "Anna-María de la Cruz",
    "J·史密斯",
    "𠀀𪛖𠀀𪛖𠀀𪛖",
]
rare_text = st.text(
    st.sampled_from("赵甲·𠮷𬭼\U00030000\U0003134a\ue81e\uf8ff\U000f0000⽥䶮鿫é\U000e0100\u0308"),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = store.create(
        tmp_path / "workspace", "虚构口令", OPERATOR, {}, kdf=store.KdfCost(64, 1, 1)
    )
    opened = Session(tmp_path / "workspace", made.store, packs.load("hubei-2023"), OPERATOR)
    yield opened
    opened.close()


def named(pack: packs.Pack) -> made_up.MadeUp:
    people = made_up.make(pack, len(NAMES), units=2)
    for row, name in zip(people.records[Kind.MEMBER], NAMES, strict=True):
        row["name"] = name
    return people


def books(session: Session, folder: Path) -> list[Path]:
    source = writing.TableSource(named(session.pack).tables())
    return writing.write_workbooks(session.pack, source, folder)


def names_of(session: Session) -> list[str]:
    ids = records.order(session, Kind.MEMBER)
    return [row[3] for row in records.page(session, Kind.MEMBER, ids, ("name",))]


def names_in(session: Session, path: Path) -> list[str]:
    read = reading.read_files([path], session.pack, None, None)
    return [name for t in read.tables if t.kind is Kind.MEMBER for name in t.column("name")]


def test_a_workbook_of_ours_and_the_store_keep_every_name(session: Session, tmp_path: Path) -> None:
    written = books(session, tmp_path / "books")
    result = importing.import_files(session, written)
    assert names_of(session) == NAMES
    found = result.as_json()["findings"]
    assert found["error"] == {}
    assert found["warning"] == {
        "name.combining_mark": 1,
        "name.private_use": 3,
        "name.radical": 1,
        "name.rare_character": 8,
    }


def test_a_marked_copy_keeps_every_name(session: Session, tmp_path: Path) -> None:
    (written,) = books(session, tmp_path / "books")
    result = checking.check_files([written], session.pack.id, marked_dir=tmp_path / "marked")
    assert [names_in(session, path) for path in result.marked] == [NAMES]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_brings_every_name(session: Session, tmp_path: Path, encoding: str) -> None:
    people = named(session.pack)
    fields = session.pack.fields_of(Kind.MEMBER)
    path = tmp_path / "members.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        sheet = csv.writer(stream)
        sheet.writerow([" ".join(item.header.split()) for item in fields])
        for row in people.records[Kind.MEMBER]:
            sheet.writerow([row.get(item.id, "") for item in fields])
    assert names_in(session, path) == NAMES


def test_the_private_codes_of_an_old_file_are_told_of_and_can_be_mended(
    session: Session, tmp_path: Path
) -> None:
    """Bytes FE59 of a GBK file: decoders give U+E81E, the standard of 2022 gives U+9FB4."""
    people = named(session.pack)
    fields = session.pack.fields_of(Kind.MEMBER)
    lines = [",".join(" ".join(item.header.split()) for item in fields)]
    row = people.records[Kind.MEMBER][0] | {"name": "虚@"}
    lines.append(",".join(row.get(item.id, "") for item in fields))
    path = tmp_path / "old.csv"
    path.write_bytes("\r\n".join(lines).encode("gbk").replace(b"@", b"\xfe\x59"))
    result = checking.check_files([path], session.pack.id, Kind.MEMBER)
    (told,) = [item for item in result.findings if item.code.startswith("name.")]
    assert (told.code, told.severity) == ("name.private_use", Severity.WARNING)
    (name,) = names_in(session, path)
    assert rare.mended(name) == "虚龴"


def test_every_name_is_found_by_its_beginning_whatever_dot_is_typed(
    session: Session, tmp_path: Path
) -> None:
    importing.import_files(session, books(session, tmp_path / "books"))
    for number, name in enumerate(NAMES, 1):
        for size in range(1, len(name) + 1):
            for typed in {
                name[:size],
                name[:size].replace("·", "•"),
                name[:size].replace("·", "‧"),
            }:
                assert number in records.order(session, Kind.MEMBER, search=typed), typed


@given(st.lists(rare_text, min_size=1, max_size=8))
def test_the_rows_of_a_bundle_hold_every_name(names: list[str]) -> None:
    written = b"".join(exporting._csv(("name",), [[(name,) for name in names]]))
    assert [row[0] for row in csv.reader(io.StringIO(written.decode("utf-8"), newline=""))] == [
        "name",
        *names,
    ]


@given(rare_text)
def test_a_masked_name_is_whole_text_and_shows_its_first_character_only(name: str) -> None:
    masked = text.mask_name(name)
    assert masked.encode("utf-8").decode("utf-8") == masked
    assert masked[0] == name[0]
    shown = masked.rstrip("*")
    assert name.startswith(shown)
    assert all(rare.unicodedata.category(mark).startswith("M") for mark in shown[1:])


@given(rare_text)
def test_a_tidied_name_stays_as_it_is(name: str) -> None:
    once = text.tidy_name(name)
    assert text.tidy_name(once) == once
    assert [one.place for one in rare.strange(once)] == sorted(
        one.place for one in rare.strange(once)
    )
