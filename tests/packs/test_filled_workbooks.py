"""What the province receives from us is what the store holds: nothing lost, nothing changed."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from collector import packs
from collector.errors import Cancelled, SurroundingsFailed
from collector.model import Kind, Table
from collector.packs import FieldType, Pack, Sheet
from collector.progress import Progress
from collector.sheets.writing import TableSource, write_together, write_workbooks

Receive = Callable[[Path, Pack, Sheet], list[dict[tuple[str, str], str]]]

HAINAN = packs.load("hainan-2019")
HUBEI = packs.load("hubei-2023")
ORGANISATION, HAINAN_MEMBER = HAINAN.sheets


def _table(kind: Kind, *records: Mapping[str, str]) -> Table:
    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: [record.get(name, "") for record in records] for name in names}
    return Table(kind, columns, list(range(1, len(records) + 1)))


UNITS = _table(
    Kind.UNIT,
    {"name": "示例甲", "uscc": "U1", "parent_union": "K1"},
    {"name": "示例乙", "uscc": "U2", "parent_union": "示例联合工会"},
    {"name": "示例丙", "uscc": "U3", "parent_union": "K2"},
    {"name": "示例丁", "uscc": "U4", "parent_union": ""},
)
UNIONS = _table(
    Kind.UNION,
    {"name": "示例甲工会", "uscc": "K1", "parent_name": "示例总工会", "founded_date": "2001-02-03"},
    {"name": "示例联合工会", "uscc": "K2", "parent_name": "示例总工会"},
    {"name": "示例总工会", "uscc": "K3", "parent_name": "省里的工会"},
)


def _hainan_members(*records: Mapping[str, str]) -> Table:
    return _table(Kind.MEMBER, *records)


# A text as it stands in the store: tidied, without outer white space and control characters.
TEXTS = st.one_of(
    st.text(
        st.characters(
            exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"), exclude_characters="\ufffe\uffff"
        ),
        max_size=12,
    ),
    st.sampled_from(
        ["=1+1", "+1", "-1", "@x", "=cmd|'/c calc'!A1", "0001", "1E5", "<b>&", "_x0041_", "𠀀昇"]
    ),
)


def _values(pack: Pack, kind: Kind) -> st.SearchStrategy[dict[str, str]]:
    """Records whose choices are in the pack's lists and whose dates are dates."""
    strategies: dict[str, st.SearchStrategy[str]] = {}
    for field in pack.fields_of(kind):
        if field.type is FieldType.CHOICE:
            labels = st.sampled_from(pack.dictionaries[field.dictionary].labels)
            strategies[field.id] = labels if field.constant else st.just("") | labels
        elif field.type is FieldType.DATE:
            strategies[field.id] = st.just("") | st.dates().map(lambda day: day.isoformat())
        else:
            strategies[field.id] = TEXTS
    strategies["name"] = TEXTS.filter(bool)
    return st.fixed_dictionaries(strategies)


def _back(pack: Pack, sheet: Sheet, row: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """A received row in national values again, of a sheet of one kind."""
    found = {}
    for field in sheet.fields:
        text = row[field.kind.value, field.id]
        if field.type is FieldType.SERIAL:
            continue
        if field.type is FieldType.DATE:
            text = text.replace("/", "-")
        elif field.type is FieldType.CHOICE and text:
            text = pack.dictionaries[field.dictionary].canonical(text) or ""
        found[field.id] = text
    return found


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_values(HAINAN, Kind.MEMBER), max_size=6))
def test_every_member_reaches_hainan_unchanged(
    tmp_path: Path, receive: Receive, records: list[dict[str, str]]
) -> None:
    paths = write_workbooks(HAINAN, TableSource([_hainan_members(*records)]), tmp_path)
    received = [
        _back(HAINAN, HAINAN_MEMBER, row)
        for path in paths
        if path.name.startswith("海南省工会会员")
        for row in receive(path, HAINAN, HAINAN_MEMBER)
    ]
    assert received == records


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_values(HUBEI, Kind.MEMBER), max_size=6))
def test_every_member_reaches_hubei_unchanged(
    tmp_path: Path, records: list[dict[str, str]]
) -> None:
    (path,) = write_workbooks(HUBEI, TableSource([_table(Kind.MEMBER, *records)]), tmp_path)
    rows = (
        CalamineWorkbook.from_path(path).get_sheet_by_name("会员").to_python(skip_empty_area=False)
    )
    fields = [field.id for field in HUBEI.fields_of(Kind.MEMBER)]
    written = [dict(zip(fields, row, strict=True)) for row in rows[1:]]
    assert written[: len(records)] == records
    assert not any(any(row.values()) for row in written[len(records) :])


def test_every_organisation_reaches_hainan_parents_first(tmp_path: Path, receive: Receive) -> None:
    path, *rest = write_workbooks(HAINAN, TableSource([UNITS, UNIONS]), tmp_path)
    assert rest == []
    rows = receive(path, HAINAN, ORGANISATION)
    seen = [(row["unit", "name"], row["union", "name"]) for row in rows]
    assert seen == [
        ("", "示例总工会"),
        ("示例甲", "示例甲工会"),
        ("示例乙", "示例联合工会"),
        ("示例丙", "示例联合工会"),
        ("示例丁", ""),
    ]
    assert [row["unit", "serial"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[1]["union", "founded_date"] == "2001/02/03"


def test_every_union_has_its_own_member_file_in_the_unions_order(
    tmp_path: Path, receive: Receive
) -> None:
    members = _hainan_members(
        {"name": "甲", "unit_name": "示例乙"},
        {"name": "乙", "unit_code": "U1"},
        {"name": "丙", "union_code": "K2"},
        {"name": "丁", "unit_name": "没有这个单位"},
        {"name": "戊", "union_name": "没有这个工会"},
    )
    paths = write_workbooks(HAINAN, TableSource([UNITS, UNIONS, members]), tmp_path)
    files = {
        path.stem.rpartition("_")[2]: [
            (row["member", "name"], row["member", "unit_name"], row["member", "serial"])
            for row in receive(path, HAINAN, HAINAN_MEMBER)
        ]
        for path in paths[1:]
    }
    assert list(files.items()) == [
        ("示例甲工会", [("乙", "示例甲", "1")]),
        ("示例联合工会", [("甲", "示例乙", "1"), ("丙", "", "2")]),
        ("未归属工会", [("丁", "没有这个单位", "1")]),
        ("没有这个工会", [("戊", "", "1")]),
    ]


def test_the_note_stays_the_last_row_and_is_merged(tmp_path: Path) -> None:
    members = _hainan_members(*({"name": f"示例{number}"} for number in range(7)))
    path = write_workbooks(HAINAN, TableSource([members]), tmp_path)[-1]
    page = load_workbook(path).worksheets[0]
    assert isinstance(page, Worksheet)
    assert page.max_row == 5 + 7
    assert str(page["A12"].value).startswith("填表说明")
    assert "A12:T12" in {str(area) for area in page.merged_cells.ranges}


def test_the_provinces_own_spelling_is_written(tmp_path: Path) -> None:
    members = _hainan_members({"name": "甲", "ethnicity": "傈僳族", "migrant_worker": "否"})
    path = write_workbooks(HAINAN, TableSource([members]), tmp_path)[-1]
    texts = [
        cell
        for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        for cell in row
    ]
    assert "僳僳族" in texts
    assert "傈僳族" not in texts


def test_the_only_value_a_province_takes_is_filled_in(tmp_path: Path, receive: Receive) -> None:
    path = write_workbooks(HAINAN, TableSource([_hainan_members({"name": "甲"})]), tmp_path)[-1]
    (row,) = receive(path, HAINAN, HAINAN_MEMBER)
    assert row["member", "id_type"] == "居民身份证"


def test_a_label_collected_for_another_province_is_written_as_this_one_spells_it(
    tmp_path: Path, receive: Receive
) -> None:
    members = _hainan_members({"name": "甲", "education": "大学本科", "political_status": "群众"})
    path = write_workbooks(HAINAN, TableSource([members]), tmp_path)[-1]
    (row,) = receive(path, HAINAN, HAINAN_MEMBER)
    assert row["member", "education"] == "本科"


def test_a_value_the_province_has_no_column_for_is_not_written(tmp_path: Path) -> None:
    members = _hainan_members({"name": "甲", "join_date": "1999-12-31", "remark": "只有本机知道"})
    for path in write_workbooks(HAINAN, TableSource([members]), tmp_path):
        with zipfile.ZipFile(path) as archive:
            everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        assert "只有本机知道" not in everything
        assert "1999" not in everything


def test_what_no_list_or_date_matches_is_written_as_it_is_never_emptied(tmp_path: Path) -> None:
    members = _hainan_members({"name": "甲", "ethnicity": "示例族", "change_date": "去年"})
    path = write_workbooks(HAINAN, TableSource([members]), tmp_path)[-1]
    texts = [
        cell
        for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        for cell in row
    ]
    assert {"示例族", "去年"} <= set(texts)


def test_no_text_becomes_a_formula_a_number_or_a_date(tmp_path: Path) -> None:
    names = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "00123", "1E5", "2020-01-01"]
    members = _table(Kind.MEMBER, *({"name": name} for name in names))
    (path,) = write_workbooks(HUBEI, TableSource([members]), tmp_path)
    page = load_workbook(path)["会员"]
    cells = [page.cell(row, 1) for row in range(2, 2 + len(names))]
    assert [cell.value for cell in cells] == names
    assert {cell.data_type for cell in cells} == {"s"}


def test_control_characters_are_written_the_way_excel_writes_them(tmp_path: Path) -> None:
    members = _table(Kind.MEMBER, {"name": "甲\x01乙\r\n丙"})
    (path,) = write_workbooks(HUBEI, TableSource([members]), tmp_path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("会员").to_python()
    assert rows[1][0] == "甲\x01乙\r\n丙"


def test_the_other_half_of_a_reference_is_filled_in_where_it_is_known(tmp_path: Path) -> None:
    members = _table(Kind.MEMBER, {"name": "甲", "unit_code": "U1", "union_name": "示例联合工会"})
    (path,) = write_workbooks(HUBEI, TableSource([UNITS, UNIONS, members]), tmp_path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("会员").to_python()
    assert rows[1][9:] == ["示例甲", "U1", "示例联合工会", "K2"]


def test_unions_in_a_loop_are_all_written_once(tmp_path: Path, receive: Receive) -> None:
    unions = _table(
        Kind.UNION,
        {"name": "甲", "uscc": "K1", "parent_name": "乙"},
        {"name": "乙", "uscc": "K2", "parent_name": "甲"},
        {"name": "丙", "uscc": "K3", "parent_name": "丙"},
    )
    path = write_workbooks(HAINAN, TableSource([unions]), tmp_path)[0]
    rows = receive(path, HAINAN, ORGANISATION)
    assert Counter(row["union", "name"] for row in rows) == {"甲": 1, "乙": 1, "丙": 1}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_no_union_is_lost_and_every_parent_comes_first_where_it_can(
    tmp_path: Path, receive: Receive, parents: list[int]
) -> None:
    unions = [
        {"name": f"工会{number}", "uscc": f"K{number}", "parent_name": f"工会{above}"}
        for number, above in enumerate(parents)
    ]
    path = write_workbooks(HAINAN, TableSource([_table(Kind.UNION, *unions)]), tmp_path)[0]
    order = [row["union", "name"] for row in receive(path, HAINAN, ORGANISATION)]
    assert sorted(order) == sorted(union["name"] for union in unions)
    for number, above in enumerate(parents):
        chain, place = {number}, above
        while place < len(parents) and place not in chain:
            chain.add(place)
            place = parents[place]
        if place >= len(parents) and above < len(parents):  # no loop above it
            assert order.index(f"工会{above}") < order.index(f"工会{number}")


@pytest.mark.parametrize("name", ["a/b:c*?", "..", "甲" * 200, "CON", " . ", "\x00"])
def test_a_unions_name_never_makes_a_bad_file_name(tmp_path: Path, name: str) -> None:
    unions = _table(Kind.UNION, {"name": name, "uscc": "K1"}, {"name": name + "/", "uscc": "K2"})
    members = _hainan_members(
        {"name": "甲", "union_code": "K1"}, {"name": "乙", "union_code": "K2"}
    )
    paths = write_workbooks(HAINAN, TableSource([unions, members]), tmp_path)
    assert len({path.name.casefold() for path in paths}) == 3
    for path in paths:
        assert path.parent == tmp_path
        assert path.is_file()
        assert len(path.name.encode()) <= 255
        assert not set(path.name) & set('\\/:*?"<>|')


def test_what_one_sheet_cannot_hold_goes_on_in_a_second_file(tmp_path: Path) -> None:
    members = [{"name": f"示例{number}"} for number in range(5)]
    paths = write_workbooks(
        HUBEI, TableSource([_table(Kind.MEMBER, *members)]), tmp_path, rows_most=3
    )
    names = [
        row[0]
        for path in paths
        for row in CalamineWorkbook.from_path(path).get_sheet_by_name("会员").to_python()[1:]
    ]
    assert names == [member["name"] for member in members]
    assert [path.name for path in paths][1:] == [
        "湖北省工会实名制信息采集表（2）.xlsx",
        "湖北省工会实名制信息采集表（3）.xlsx",
    ]


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    source = TableSource([UNITS, UNIONS, _hainan_members({"name": "甲", "unit_name": "示例甲"})])
    one = write_workbooks(HAINAN, source, tmp_path / "one")
    other = write_workbooks(HAINAN, source, tmp_path / "other")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_all_sheets_may_stand_in_one_workbook(tmp_path: Path) -> None:
    path = write_together(HAINAN, TableSource([UNITS, UNIONS]), tmp_path / "alles.xlsx")
    assert CalamineWorkbook.from_path(path).sheet_names[:2] == ["工会组织信息", "会员信息"]


def test_a_cancelled_job_leaves_no_half_written_workbook(tmp_path: Path) -> None:
    progress = Progress()

    class Endless:
        def rows(self, kind: Kind) -> Iterator[dict[str, str]]:
            for number in range(100_000 if kind is Kind.MEMBER else 0):
                if number == 3_000:
                    progress.cancel()
                yield {"name": "甲"}

    with pytest.raises(Cancelled):
        write_workbooks(HUBEI, Endless(), tmp_path, progress)
    assert list(tmp_path.iterdir()) == []


def test_an_older_workbook_stays_whole_when_writing_fails(tmp_path: Path) -> None:
    old = write_workbooks(HUBEI, TableSource([UNITS]), tmp_path)[0]
    before = old.read_bytes()

    class Broken:
        def rows(self, kind: Kind) -> Iterator[dict[str, str]]:
            if kind is Kind.MEMBER:
                raise OSError
            yield from ()

    with pytest.raises(SurroundingsFailed):
        write_workbooks(HUBEI, Broken(), tmp_path)
    assert old.read_bytes() == before
    assert list(tmp_path.iterdir()) == [old]
