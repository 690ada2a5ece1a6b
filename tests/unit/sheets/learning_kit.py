"""Made-up provincial templates, each with the habits it shows and what must be read from it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.worksheet import Worksheet

SEX = ("男", "女")
YES = ("是", "否")
HOUSE = ("农业户口", "非农业户口")
STUDY = ("博士", "硕士", "本科", "大专", "中专", "高中", "初中", "小学及以下")
WORK = ("在岗", "待（下）岗", "失业", "退休", "退职", "退养（内退）", "病休", "其他")
PARTY = (
    "中共党员 中共预备党员 共青团员 民革党员 民盟盟员 民建会员 民进会员 农工党党员 致公党党员"
    " 九三学社社员 台盟盟员 无党派民主人士 群众"
).split()
UNIONS = ("独立基层工会", "联合基层工会", "工会联合会", "产业(系统)工会", "总工会")


@dataclass(frozen=True)
class Col:
    """A column as drawn, and what is true of it."""

    header: str
    field: str
    type: str
    labels: Sequence[str] = ()
    required: bool = False
    kind: str = "member"
    group: str = ""
    hint: str = ""
    comment: str = ""
    red: bool = False
    row_mark: str = ""
    number_format: str = "@"
    limit: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """``lists``: inline, range (other sheet), hidden (hidden sheet), own (same sheet), named,
    x14 or indirect."""

    name: str
    columns: Sequence[Col]
    lists: str = "inline"
    titles: Sequence[str] = ()
    note: str = ""
    note_sheet: str = ""
    example: Sequence[str] = ()
    counted: bool = False
    sheet: str = "会员信息"
    blank_rows: int = 8
    readable_lists: bool = True
    skipped: Sequence[int] = ()
    """columns of the sheet in which nothing stands: the table begins later, or has a gap"""
    tops: Sequence[tuple[str, int, int]] = ()
    """a third level above the others: (text, first, last column)"""
    dress: Callable[[Worksheet, int, int], None] | None = None
    """what else people do to the sheet; called with the first and the last row for records"""

    def at(self, number: int) -> int:
        """The column of the sheet in which a column of the table stands, both from 1."""
        free = (column for column in range(1, 200) if column not in self.skipped)
        return next(column for place, column in enumerate(free, 1) if place == number)


def col(header: str, name: str, shape: str = "text", *rest: object, **more: object) -> Col:
    return Col(header, name, shape, *rest, **more)  # type: ignore[arg-type]


def members(mark: Callable[[str, bool], str] = lambda text, _: text, **more: object) -> list[Col]:
    """Ten usual columns of a member sheet; ``mark`` shows which must be filled."""

    def one(header: str, name: str, kind: str, labels: Sequence[str], required: bool) -> Col:
        return col(mark(header, required), name, kind, labels=labels, required=required, **more)

    return [
        one("姓名", "name", "name", (), True),
        one("性别", "gender", "choice", SEX, True),
        one("身份证号码", "id_number", "id_number", (), True),
        one("手机号码", "phone", "phone", (), True),
        one("学历", "education", "choice", STUDY, False),
        one("政治面貌", "political_status", "choice", PARTY, False),
        one("就业状况", "employment_status", "choice", WORK, False),
        one("户籍类型", "household_type", "choice", HOUSE, True),
        one("籍贯", "native_place", "text", (), False),
        one("工作单位", "unit_name", "text", (), True),
    ]


def _star(text: str, required: bool) -> str:
    return f"*{text}" if required else text


def _serial() -> Col:
    return col("序号", "serial", "serial")


def _organisation() -> list[Col]:
    unit, union = "工会组织所在单位信息", "工会组织信息"
    return [
        col("序号", "serial", "serial", kind="unit"),
        col("单位名称", "name", required=True, kind="unit", group=unit),
        col("统一社会信用代码", "uscc", "uscc", required=True, kind="unit", group=unit),
        col("单位地址", "address", required=True, kind="unit", group=unit),
        col("职工人数", "employee_count", "number", required=True, kind="unit", group=unit),
        col("工会名称", "name", required=True, kind="union", group=union),
        col("统一社会信用代码", "uscc", "union_code", required=True, kind="union", group=union),
        col("上级工会名称", "parent_name", required=True, kind="union", group=union),
        col("建会日期", "founded_date", "date", required=True, kind="union", group=union),
        col("基层工会类型", "union_type", "choice", UNIONS, True, "union", union),
        col("会员人数", "member_count", "number", required=True, kind="union", group=union),
        col("工会负责人", "leader", "name", required=True, kind="union", group=union),
        col("联系电话", "phone", "phone", required=True, kind="union", group=union),
    ]


def templates() -> list[Template]:
    """At least one template for each habit seen in the provinces' workbooks."""
    return [*_plain_templates(), *_dressed_templates()]


def _plain_templates() -> list[Template]:
    plain, starred = members(), members(_star)
    unmarked = [Col(c.header, c.field, c.type, c.labels) for c in plain]
    everything = [Col(c.header, c.field, c.type, c.labels, True) for c in plain]
    three = ("附件1", "某省工会会员信息采集表", "填表单位（盖章）：")
    return [
        Template("bare header", unmarked),
        Template("stars", starred),
        Template("full-width stars behind", members(lambda t, r: f"{t}＊" if r else t)),
        Template("word in brackets", members(lambda t, r: f"{t}（必填）" if r else f"{t}（选填）")),
        Template("word in square brackets", members(lambda t, r: f"{t}\n【必填】" if r else t)),
        Template(
            "red and a note that says so",
            [Col(c.header, c.field, c.type, c.labels, c.required, red=c.required) for c in plain],
            note="填表说明：1、红色字体的项目为必填项。2、按身份证填写姓名。",
        ),
        Template(
            "red alone",
            [Col(c.header, c.field, c.type, c.labels, c.required, red=c.required) for c in plain],
        ),
        Template(
            "a row of marks",
            [
                Col(
                    c.header,
                    c.field,
                    c.type,
                    c.labels,
                    c.required,
                    row_mark="必填" if c.required else "选填",
                )
                for c in plain
            ],
        ),
        Template(
            "marks in comments",
            [
                Col(
                    c.header,
                    c.field,
                    c.type,
                    c.labels,
                    c.required,
                    comment="本项必填" if c.required else "选填",
                )
                for c in plain
            ],
        ),
        Template(
            "marks in input hints",
            [
                Col(
                    c.header,
                    c.field,
                    c.type,
                    c.labels,
                    c.required,
                    hint="必填项，请如实填写" if c.required else "选填",
                )
                for c in plain
            ],
        ),
        Template(
            "note says all",
            [_serial(), *everything],
            titles=three,
            note="填表说明：\n1、此表所列项目均为必填项；2、“工作单位”需填写完整的单位全称。",
        ),
        Template("titles above", starred, titles=three, lists="range"),
        Template("hidden list sheet", starred, lists="hidden"),
        Template("lists beside the table", starred, lists="own"),
        Template("named ranges", starred, lists="named"),
        Template("x14 lists", [_serial(), *starred], lists="x14", titles=three),
        Template("INDIRECT", starred, lists="indirect", readable_lists=False),
        Template(
            "example row",
            [_serial(), *starred],
            example=["示例", "张三", "男", "11010119000101001X", "13000000000", "本科", "群众"],
        ),
        Template("column numbers under the header", starred, counted=True),
        Template(
            "explanation on a sheet of its own", everything, note_sheet="填表说明：各项均为必填。"
        ),
        Template(
            "two levels",
            _organisation(),
            titles=("附件一", "某省工会组织信息采集表"),
            note="填表说明：1、此表所列项目均为必填项；2、“工会负责人”填写工会法定代表人。",
            sheet="工会组织信息",
        ),
        Template(
            "two levels under form lines",
            _organisation(),
            titles=("某省工会组织信息采集表", "填表单位（盖章）：|单位负责人（签字）："),
            note="填表说明：所列项目均为必填项。",
            sheet="工会组织",
            lists="hidden",
        ),
        Template(
            "formats in the header",
            [
                col("*姓名", "name", "name", required=True),
                col("*证件号码\n(填写18位身份证)", "id_number", "id_number", required=True),
                col("*出生日期（格式：yyyy/MM/dd）", "birth_date", "date", required=True),
                col("入会时间", "join_date", "date", number_format="yyyy/m/d"),
                col("移动电话", "phone", "phone"),
                col("*工作单位", "unit_name", required=True),
            ],
        ),
        Template(
            "columns nobody knows",
            [
                col("*姓名", "name", "name", required=True),
                col("*身份证号", "id_number", "id_number", required=True),
                col("联系电话", "phone", "phone"),
                col("最喜欢的活动", "", "choice", labels=("甲类", "乙类", "丙类")),
                col("工号", ""),
                col("*所属工会", "union_name", required=True),
            ],
        ),
    ]


def _totals(page: Worksheet, first: int, last: int) -> None:
    """A total and a line to sign under the rows, formulas above and below, a remark beside."""
    page.cell(last + 1, 1, "合计")
    page.cell(last + 1, 2, f"=COUNTA(B{first}:B{last})")
    page.cell(last + 2, 1, "填表人：")
    page.cell(last + 2, 5, "审核人：")
    page.merge_cells(start_row=last + 2, end_row=last + 2, start_column=1, end_column=4)
    page.row_dimensions[last + 2].height = 33
    page.cell(1, 1).value = f'="共"&COUNTA(B{first}:B{last})&"人"'


def _everything_else(page: Worksheet, first: int, last: int) -> None:
    """Filter, frozen panes, colours by rule, print settings, styles, a hidden column."""
    page.auto_filter.ref = f"A{first - 1}:J{last}"
    page.freeze_panes = f"C{first}"
    red = PatternFill("solid", bgColor="FFFFC7CE")
    page.conditional_formatting.add(f"A{first}:A{last}", CellIsRule("equal", ['""'], fill=red))
    doubled = FormulaRule([f"COUNTIF($C${first}:$C${last},$C{first})>1"], fill=red)
    page.conditional_formatting.add(f"C{first}:C{last}", doubled)
    page.print_title_rows = f"{first - 1}:{first - 1}"
    page.print_area = f"A1:J{last + 1}"
    page.sheet_properties.tabColor = "FF0000"
    thin = Side(style="thin")
    for row in range(first, last + 1):
        page.row_dimensions[row].height = 21
        for column in range(1, 11):
            page.cell(row, column).border = Border(thin, thin, thin, thin)


def _excel_table(page: Worksheet, first: int, last: int) -> None:
    page.add_table(ExcelTable(displayName="会员表", ref=f"A{first - 1}:J{last}"))


def _unmarked_example(page: Worksheet, first: int, last: int) -> None:
    for column, text in enumerate(["张三", "男", "11010119000101001X", "13000000000"], 1):
        page.cell(first, column, text)


def _gone_people(page: Worksheet, first: int, last: int) -> None:
    """An example of two rows, merged, with a link: nothing of it may stay under a record."""
    page.cell(first, 1, "例：")
    page.cell(first, 2, "张三")
    page.merge_cells(start_row=first, end_row=first + 1, start_column=1, end_column=1)
    page.cell(first, 3, "男").hyperlink = "https://example.invalid/"


def _dressed_templates() -> list[Template]:
    plain, starred = members(), members(_star)
    unmarked = [Col(c.header, c.field, c.type, c.labels) for c in plain]
    note = "填表说明：1、带*的为必填项。2、表格不得改动。"
    groups = ("", "", "证件", "证件", "情况", "情况", "情况", "情况", "来处", "来处")
    levelled = [
        Col(c.header, c.field, c.type, c.labels, c.required, group=group)
        for c, group in zip(starred, groups, strict=True)
    ]
    return [
        Template("totals and a line to sign", starred, titles=("会员名册",), dress=_totals),
        Template(
            "filter, panes and colours",
            starred,
            titles=("会员名册",),
            note=note,
            dress=_everything_else,
        ),
        Template("a table of Excel", unmarked, dress=_excel_table),
        Template(
            "begins at the third column, with a gap",
            starred,
            titles=("会员名册",),
            skipped=(1, 2, 7),
            note=note,
        ),
        Template(
            "three levels",
            levelled,
            titles=("会员名册",),
            note=note,
            tops=(("身份", 3, 4), ("其他", 5, 10)),
        ),
        Template("an example nobody marked", starred, dress=_unmarked_example),
        Template("an example merged and linked", starred, note=note, dress=_gone_people),
        Template(
            "many lists and a note",
            [_serial(), *starred],
            lists="x14",
            note=note,
            titles=("附件四", "会员名册"),
            blank_rows=3,
        ),
        Template("lists beside the table and a note below", starred, lists="own", note=note),
        Template(
            "limits instead of words",
            [
                col("*姓名", "name", "name", required=True),
                col(
                    "*身份证号",
                    "id_number",
                    "id_number",
                    required=True,
                    limit={"type": "textLength", "operator": "equal", "formula1": "18"},
                ),
                col(
                    "入会时间",
                    "join_date",
                    "date",
                    number_format="yyyy/m/d",
                    limit={"type": "date", "operator": "greaterThan", "formula1": "18000"},
                ),
                col(
                    "户籍所在地",
                    "household_place",
                    limit={"type": "textLength", "operator": "lessThanOrEqual", "formula1": "50"},
                ),
                col("*工作单位", "unit_name", required=True),
            ],
        ),
    ]


def draw(template: Template, folder: Path) -> Path:
    """Writes the template as an .xlsx and gives its path."""
    return draw_together([template], folder)


def draw_together(several: Sequence[Template], folder: Path) -> Path:
    """Writes the templates as the sheets of one .xlsx, named for the first, and gives its path."""
    book = Workbook()
    book.remove(book.worksheets[0])
    extensions = []
    for template in several:
        page = book.create_sheet(template.sheet)
        extensions.append(_draw_sheet(book, page, template))
    path = folder / f"{several[0].name}.xlsx"
    book.save(path)
    for extension in filter(None, extensions):
        _add_extension(path, extension)
    return path


def _draw_sheet(book: Workbook, page: Worksheet, template: Template) -> list[tuple[str, str]]:
    width = template.at(len(template.columns)) if template.columns else 0
    row = 0
    for title in template.titles:
        row += 1
        pieces = title.split("|")
        half = width // len(pieces)
        for place, piece in enumerate(pieces):
            first = 1 + place * half
            last = width if place == len(pieces) - 1 else first + half - 1
            page.cell(row, first, piece)
            page.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
    levels = 2 if any(item.group for item in template.columns) else 1
    top = row + 1
    if template.tops:
        row += 1
        for text, first, last_column in template.tops:
            page.cell(row, first, text)
            page.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last_column)
    header_row = row + levels
    if levels == 2:
        _draw_groups(page, template.columns, row + 1, top)
    for number, item in enumerate(template.columns, 1):
        upper = levels == 2 and not item.group
        cell = page.cell(top if upper else header_row, template.at(number), item.header)
        if item.red:
            cell.font = Font(color="FFFF0000")
        if item.comment:
            cell.comment = Comment(item.comment, "made up")
    data = header_row + 1
    if any(item.row_mark for item in template.columns):
        for number, item in enumerate(template.columns, 1):
            page.cell(data, template.at(number), item.row_mark)
        data += 1
    if template.counted:
        for number in range(1, len(template.columns) + 1):
            page.cell(data, template.at(number), number)
        data += 1
    for number, text in enumerate(template.example, 1):
        page.cell(data, template.at(number), text)
    last = data + template.blank_rows
    for number, item in enumerate(template.columns, 1):
        for line in range(data, last):
            page.cell(line, template.at(number)).number_format = item.number_format
    if template.note:
        left = template.at(1)
        page.cell(last, left, template.note)
        page.merge_cells(start_row=last, end_row=last, start_column=left, end_column=width)
    if template.note_sheet:
        book.create_sheet("填写说明")["A1"] = template.note_sheet
    if template.dress is not None:
        template.dress(page, data, last - 1)
    return _draw_validations(book, page, template, data, last - 1)


def _draw_groups(page: Worksheet, columns: Sequence[Col], row: int, top: int) -> None:
    start = 1
    for number in range(1, len(columns) + 2):
        group = columns[number - 1].group if number <= len(columns) else None
        if number > 1 and group != columns[start - 1].group:
            if columns[start - 1].group:
                page.cell(row, start, columns[start - 1].group)
                page.merge_cells(
                    start_row=row, end_row=row, start_column=start, end_column=number - 1
                )
            else:
                for alone in range(start, number):
                    page.merge_cells(
                        start_row=top, end_row=row + 1, start_column=alone, end_column=alone
                    )
            start = number


def _draw_validations(
    book: Workbook, page: Worksheet, template: Template, first: int, last: int
) -> list[tuple[str, str]]:
    extension: list[tuple[str, str]] = []
    listed = [item for item in template.columns if item.labels]
    helper = None
    if template.lists not in ("inline", "own") and listed:
        helper = book["下拉菜单表"] if "下拉菜单表" in book.sheetnames else None
        helper = helper or book.create_sheet("下拉菜单表")
        if template.lists == "hidden":
            helper.sheet_state = "hidden"
    for number, item in enumerate(template.columns, 1):
        column = get_column_letter(template.at(number))
        area = f"{column}{first}:{column}{last}"
        formula = ""
        if item.labels and template.lists == "inline":
            formula = f'"{",".join(item.labels)}"'
        elif item.labels:
            target = page if helper is None else helper
            place = listed.index(item) + 1 + (0 if helper is not None else 40)
            start = 2 if helper is not None else first + 20
            if helper is not None:
                helper.cell(1, place, item.header)
            for line, label in enumerate(item.labels, start):
                target.cell(line, place, label)
            letter = get_column_letter(place)
            area_of_labels = f"${letter}${start}:${letter}${start + len(item.labels) - 1}"
            formula = area_of_labels if helper is None else f"'下拉菜单表'!{area_of_labels}"
            if template.lists == "named":
                name = f"清单{place}"
                book.defined_names[name] = DefinedName(name, attr_text=formula)
                formula = name
            elif template.lists == "indirect":
                formula = 'INDIRECT("清单"&$A$1)'
            elif template.lists == "x14":
                extension.append((area, formula))
                continue
        if not (formula or item.hint or item.limit):
            continue
        check = DataValidation(type="list" if formula else None, formula1=formula or None)
        if item.limit:
            check = DataValidation(**item.limit)
        if item.hint:
            check.promptTitle, check.prompt = "提示", item.hint
            check.showInputMessage = True
        check.add(area)
        page.add_data_validation(check)
    return extension


def _add_extension(path: Path, found: Sequence[tuple[str, str]]) -> None:
    """Puts the lists where Excel keeps those of other sheets; openpyxl cannot write them."""
    checks = "".join(
        '<x14:dataValidation type="list" allowBlank="1" showErrorMessage="1">'
        f"<x14:formula1><xm:f>{formula}</xm:f></x14:formula1><xm:sqref>{area}</xm:sqref>"
        "</x14:dataValidation>"
        for area, formula in found
    )
    main = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    block = (
        f'<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{main}">'
        f'<x14:dataValidations count="{len(found)}" '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        f"{checks}</x14:dataValidations></ext></extLst>"
    )
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = re.sub(rb"</worksheet>", block.encode() + b"</worksheet>", parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
