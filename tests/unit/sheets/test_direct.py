"""A workbook read in one pass is the workbook the reader's process gives, cell for cell."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from xlsxwriter import Workbook as Written

from collector.errors import InputRefused
from collector.progress import Progress
from collector.sheets import child, loading
from collector.sheets.direct import read_directly
from collector.sheets.preflight import examine
from collector.sheets.process import Reader
from collector.sheets.raw import RawSheet, letter
from tests.reliability.hostile_workbooks import packed, parts_of
from tests.unit.sheets.workbook_kit import HEADERS, person, workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORMATS = (
    "General",
    "0.00",
    "#,##0;[Red]-#,##0",
    "yyyy/m/d",
    'yyyy"年"m"月"d"日";@',
    "[$-804]yyyy-mm-dd",
    "[h]:mm",
    "0_ ",
    "@",
    "m/d/yy h:mm",
    '0"岁"',
    "[DBNum1]yyyy年m月d日",
)
BUILT_IN = (0, 1, 2, 9, 14, 15, 17, 20, 22, 27, 31, 37, 46, 49, 57)
SHARED = (
    "<si><t>共享 </t></si>",
    '<si><t xml:space="preserve"> 共 享\n</t></si>',
    '<si><r><t>甲</t></r><r><rPr><b/><sz val="11"/></rPr><t xml:space="preserve"> 乙</t></r></si>',
    '<si><t>试验</t><rPh sb="0" eb="1"><t>shì</t></rPh><phoneticPr fontId="1"/></si>',
    "<si/>",
    "<si><t/></si>",
    "<si><t>a&amp;b &lt;c&gt;</t></si>",
)
PLAIN = st.text("试验甲x1 &<'\"=>\n_𠮷", max_size=6)
ODD = st.sampled_from(
    [
        *("_x000D_", "a_x000d_\n", " _x0041_b", "_x005F_x000D_", "_xD83D_", "_x0000_", "_x0020_"),
        *("\r\n", "a\rb", "\t", "　外 ", "\u200b", "&#10;"),
    ]
)


class _Told(Reader):
    """What the reader's process says, without the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._messages: list[bytes] = []
        child._send_workbook(self, str(path), "xlsx")  # type: ignore[arg-type]
        self._messages.append(b"Z")
        self._messages.reverse()

    def send_bytes(self, message: bytes) -> None:
        self._messages.append(message)

    def _next(self, progress: Progress | None) -> bytes:
        return self._messages.pop()


def both(path: Path) -> tuple[list[RawSheet] | None, list[RawSheet]]:
    examined = examine(path)
    _, sheets = _Told(path).sheets(None)
    loading._join(examined, sheets, [*loading._scanner(examined, None)()])
    return read_directly(examined), sheets


def styles_xml() -> str:
    own = "".join(
        f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>'
        for number, code in enumerate(FORMATS, start=164)
    )
    used = (*BUILT_IN, *range(164, 164 + len(FORMATS)))
    cells = "".join(f'<xf numFmtId="{number}" xfId="0"/>' for number in used)
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{own}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{cells}</cellXfs></styleSheet>'
    )


STYLES = st.integers(0, len(BUILT_IN) + len(FORMATS) - 1)
NUMBERS = st.one_of(
    st.integers(0, 60_000).map(str),
    st.sampled_from(["0", "60", "61", "45000.5", "-3", "1E5", "0.1", "123456789.25"]),
)
CELL = st.one_of(
    st.tuples(st.just("inline"), PLAIN | ODD, st.booleans()),
    st.tuples(st.just("shared"), st.integers(0, len(SHARED) - 1), st.just(0)),
    st.tuples(st.just("number"), NUMBERS, STYLES),
    st.tuples(st.just("number"), st.integers(20_000, 50_000).map(str), STYLES),
    st.tuples(st.just("number"), st.floats(61, 73_000).map(str), st.sampled_from([4, 8, 18])),
    st.tuples(st.just("formula"), st.sampled_from(["", "7"]), st.just(0)),
    st.tuples(st.just("text formula"), PLAIN, st.just(0)),
    st.tuples(st.just("error"), st.sampled_from(["#N/A", "#DIV/0!"]), st.just(0)),
    st.tuples(st.just("truth"), st.sampled_from("01"), st.just(0)),
    st.tuples(st.just("blank"), st.just(""), STYLES),
    st.none(),
)
DAYS = (datetime(1950, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001


def serial(moment: datetime) -> str:
    """The number an office program writes for it."""
    return repr((moment - datetime(1899, 12, 30)) / timedelta(days=1))  # noqa: DTZ001


TEXT_CELL = st.one_of(
    st.tuples(st.just("inline"), st.text("试验甲x1 <'\"=>\n", max_size=6), st.booleans()),
    st.tuples(st.just("shared"), st.integers(0, len(SHARED) - 1), st.just(0)),
    st.tuples(st.just("number"), st.integers(0, 10**18).map(str), st.just(0)),
    st.tuples(st.just("number"), st.integers(61, 70_000).map(str), st.just(4)),
    st.tuples(st.just("number"), st.datetimes(DAYS[0], DAYS[1]).map(serial), st.just(8)),
    st.tuples(st.just("blank"), st.just(""), st.just(2)),
    st.none(),
)


def cell_xml(place: str, sort: str, told: object, style: int) -> str:
    said = escape(str(told))
    if sort == "inline":
        space = ' xml:space="preserve"' if style else ""
        return f'<c r="{place}" s="1" t="inlineStr"><is><t{space}>{said}</t></is></c>'
    if sort == "shared":
        return f'<c r="{place}" t="s"><v>{told}</v></c>'
    if sort == "number":
        return f'<c r="{place}" s="{style}"><v>{said}</v></c>'
    if sort == "formula":
        return f'<c r="{place}"><f>A1+1</f><v>{said}</v></c>'
    if sort == "text formula":
        return f'<c r="{place}" t="str"><f t="shared" si="0"/><v>{said}</v></c>'
    if sort == "error":
        return f'<c r="{place}" t="e"><f>NA()</f><v>{said}</v></c>'
    if sort == "truth":
        return f'<c r="{place}" t="b"><v>{said}</v></c>'
    return f'<c r="{place}" s="{style}"/>'


Rows = list[tuple[int, bool, list[tuple[str, object, int] | None]]]


def rows_of(cell: st.SearchStrategy[object]) -> st.SearchStrategy[Rows]:
    row = st.tuples(st.sampled_from([1, 1, 1, 2, 9]), st.booleans(), st.lists(cell, max_size=5))
    return st.lists(row, max_size=12)  # type: ignore[arg-type]


def written(folder: Path, rows: Rows, times: int = 1, between: str = "") -> Path:
    """A workbook byte by byte; ``times`` repeats the rows, so that shapes are met often.
    ``between`` stands between the tags."""
    pieces: list[str] = []
    number = 0
    for step, hidden, cells in rows * times:
        number += step
        mark = ' hidden="1"' if hidden else ""
        pieces.append(f'<row r="{number}" spans="1:5" ht="{number}.5"{mark}>')
        for place, cell in enumerate(cells, start=2):
            if cell is not None:
                pieces.append(cell_xml(f"{letter(place)}{number}", *cell))
        pieces.append("</row>")
    sheet = (
        f'<worksheet xmlns="{MAIN}"><cols><col min="2" max="3" hidden="1"/></cols><sheetData>'
        f"{between}{between.join(pieces)}{between}</sheetData>"
        '<mergeCells><mergeCell ref="B2:C3"/></mergeCells>'
        "</worksheet>"
    )
    parts = parts_of(
        {
            "会员": sheet.encode(),
            "空": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode(),
        }
    )
    parts["xl/styles.xml"] = styles_xml().encode()
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{"".join(SHARED)}</sst>'.encode()
    path = folder / "a.xlsx"
    path.write_bytes(packed(parts))
    return path


@given(rows=rows_of(CELL))
def test_whatever_is_read_in_one_pass_is_what_the_reader_gives(
    rows: Rows, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ours, readers = both(written(tmp_path_factory.getbasetemp(), rows))
    assert ours is None or ours == readers


@given(
    rows=rows_of(TEXT_CELL), times=st.sampled_from([1, 7, 40]), between=st.sampled_from(["", "\n "])
)
def test_texts_numbers_and_days_need_no_other_reader(
    rows: Rows, times: int, between: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ours, readers = both(written(tmp_path_factory.getbasetemp(), rows, times, between))
    assert ours == readers


def _filled(index: int) -> tuple[object, ...]:
    return (
        index,
        f"试验{index}",
        None if index % 3 else "备注 & <注>",
        date(2020, 1, 1 + index % 28),
        f"{index:018d}",
        index % 2 == 0,
        1.5 * index,
        "男" if index % 2 else "女",
    )


def by_openpyxl(path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["会员表"])
    sheet.merge_cells("A1:H1")
    sheet.append(["序号", "姓名", "备注", "入会日期", "证件号", "在册", "数", "性别"])
    for index in range(1, 300):
        sheet.append(list(_filled(index)))
    sheet["J5"] = "=A5+1"
    sheet.row_dimensions[7].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.create_sheet("空")
    book.save(path)
    book.close()


def by_xlsxwriter(path: Path, **options: object) -> None:
    with Written(path, options) as book:
        day = book.add_format({"num_format": "yyyy/m/d"})
        sheet = book.add_worksheet("会员")
        if options.get("constant_memory"):  # where it writes rich text into the row
            sheet.write_string(0, 0, " 会员表")
        else:
            sheet.write_rich_string(0, 0, book.add_format({"bold": True}), "会员", " 表 ")
        for index in range(1, 300):
            if index == 5:
                sheet.write_formula(index, 9, "=A5&B5", None, "5试验")
            if index == 7:
                sheet.set_row(index, None, None, {"hidden": True})
            for column, value in enumerate(_filled(index)):
                if isinstance(value, date):
                    sheet.write_datetime(index, column, value, day)
                else:
                    sheet.write(index, column, value)
        book.add_worksheet("空")


@pytest.mark.parametrize("shared", [True, False])
def test_workbooks_of_office_programs_are_read_in_one_pass(shared: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    by_xlsxwriter(path, constant_memory=not shared)
    ours, readers = both(path)
    assert ours == readers
    assert ours is not None
    assert ours[0].columns[3][10] == date(2020, 1, 11)
    assert ours[0].formulas == {(6, 10)}


def test_workbooks_with_gaps_formulas_and_hidden_places_are_read_in_one_pass(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    by_openpyxl(path)
    ours, readers = both(path)
    assert ours == readers
    assert ours is not None
    assert (ours[0].rows_total, ours[0].hidden_rows, ours[0].hidden_columns) == (301, {7}, {3})
    assert ours[1].columns == []


@pytest.mark.parametrize(
    "value",
    [time(3, 4), "_x005F_ & ", date(1900, 1, 5)],
    ids=["time", "escaped in two ways", "a day before the one that never was"],
)
def test_what_has_not_one_meaning_for_sure_is_left_to_the_reader(
    value: object, tmp_path: Path
) -> None:
    path = workbook(tmp_path, [HEADERS, person(1), ("", value)])
    assert read_directly(examine(path)) is None
    assert loading.load(path).sheets[0].rows_total == 3


def test_days_counted_from_1904_are_left_to_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    by_xlsxwriter(path, date_1904=True)
    assert read_directly(examine(path)) is None
    assert loading.load(path).sheets[0].columns[3][10] == date(2020, 1, 11)


def test_a_column_whose_texts_do_not_repeat_is_read_whole(tmp_path: Path) -> None:
    rows: Sequence[Sequence[object]] = [
        (f"{index:018d}", f"虚构路{index} 号", "是", f"甲{index}&") for index in range(10_000)
    ]
    path = workbook(tmp_path, rows)
    [sheet] = read_directly(examine(path)) or []
    assert [tuple(row) for row in zip(*sheet.columns, strict=True)] == rows


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2" t="s"><v>-1</v></c>',
        '<c r="A2" t="s"><v>x</v></c>',
        '<c r="A2" t="s"><v>7000</v></c>',
        '<c r="A2" t="b"><v>2</v></c>',
        '<c r="A2" t="d"><v>2020-01-01</v></c>',
        '<c r="A2" t="e"/>',
        '<c r="A3"><v>1</v></c>',
        '<c r="B2"><v>1</v></c><c r="A2"><v>1</v></c>',
        '<c r="A2"><v>1_0</v></c>',
        '<c r="A2"><v>nan</v></c>',
        '<c r="A2" s="1" s="2"><v>1</v></c>',
        '<c r="A2" s="500"><v>1</v></c>',
        '<c r="A2" t="inlineStr"><is><t>&nbsp;</t></is></c>',
        '<c r="A2" t="inlineStr"><is><t>&amp</t></is></c>',
        '<c r="IW2"><v>1</v></c>',
    ],
)
def test_a_cell_that_is_told_oddly_is_the_readers_to_judge(cell: str, tmp_path: Path) -> None:
    row = f'<row r="2">{cell}</row>'
    parts = parts_of(
        {"会员": f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'}
    )
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed(parts))
    assert read_directly(examine(path)) is None


@pytest.mark.parametrize("endless", ["<si>", "<si><rPh >", "<si><r><rPr>", "<si><t>"])
def test_shared_texts_that_never_end_are_the_readers_to_judge(endless: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    by_xlsxwriter(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    told = f'<sst xmlns="{MAIN}">{endless * 200_000}</sst>'
    parts["xl/sharedStrings.xml"] = told.encode()
    path.write_bytes(packed(parts))
    assert read_directly(examine(path)) is None


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/sharedStrings.xml"])
def test_a_broken_list_is_the_readers_to_judge(part: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    by_xlsxwriter(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = parts[part][: len(parts[part]) // 2]
    path.write_bytes(packed(parts))
    assert read_directly(examine(path)) is None
    with pytest.raises(InputRefused):
        loading.load(path)
