"""Small workbooks for the reading tests, made by openpyxl or byte by byte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from collector.model import Kind
from collector.packs import Dictionary, Entry, Field, FieldType, Layout, Pack, Sheet, WriterRules

GENDERS = Dictionary("gender", "性别", (Entry("1", "男"), Entry("2", "女", aliases=("女性",))))


def member_field(name: str, header: str, kind: FieldType, **more: object) -> Field:
    return Field(Kind.MEMBER, name, header, kind, **more)  # type: ignore[arg-type]


MEMBERS = Sheet(
    "member",
    "会员",
    "会员.xlsx",
    (Kind.MEMBER,),
    (
        member_field("serial", "序号", FieldType.SERIAL),
        member_field("name", "姓名", FieldType.NAME, required=True, aliases=("会员姓名",)),
        member_field("gender", "性别", FieldType.CHOICE, dictionary="gender"),
        member_field(
            "id_number",
            "证件号码(填写18位身份证)",
            FieldType.ID_NUMBER,
            required=True,
            aliases=("身份证号", "证件号"),
        ),
        member_field("phone", "联系电话", FieldType.PHONE, required=True, aliases=("手机号",)),
        member_field(
            "join_date", "入会日期（格式：yyyy/MM/dd）", FieldType.DATE, aliases=("入会时间",)
        ),
        member_field("id_valid_until", "身份证结束日期", FieldType.DATE),
        member_field("unit_code", "单位代码", FieldType.USCC),
        member_field("remark", "备注", FieldType.TEXT),
    ),
    Layout(example={"姓名": "张三", "联系电话": "11"}),
)
ORGANISATIONS = Sheet(
    "organisation",
    "工会组织信息",
    "组织.xlsx",
    (Kind.UNIT, Kind.UNION),
    (
        Field(Kind.UNIT, "serial", "序号", FieldType.SERIAL),
        Field(Kind.UNIT, "name", "单位名称", FieldType.TEXT, True, group="所在单位信息"),
        Field(Kind.UNIT, "uscc", "统一社会信用代码", FieldType.USCC, True, group="所在单位信息"),
        Field(Kind.UNIT, "employee_count", "职工人数", FieldType.NUMBER, group="所在单位信息"),
        Field(Kind.UNION, "name", "工会名称", FieldType.TEXT, True, group="工会组织信息"),
        Field(
            Kind.UNION,
            "uscc",
            "统一社会信用代码",
            FieldType.UNION_CODE,
            True,
            group="工会组织信息",
            alternative="temporary_code",
        ),
        Field(Kind.UNION, "temporary_code", "临时赋码", FieldType.UNION_CODE, group="工会组织信息"),
    ),
    Layout(header_row=4, header_levels=2, data_row=6),
)
PACK = Pack(
    id="test",
    version="1",
    title="",
    province="",
    issuer="",
    effective_from="",
    sheets=(MEMBERS, ORGANISATIONS),
    rules=(),
    dictionaries={"gender": GENDERS},
    writer=WriterRules(),
    sources=(),
    folder=Path(),
    sha256="",
)
HEADERS = ("序号", "姓名", "性别", "证件号码\n(填写18位身份证)", "联系电话", "入会日期")


def person(number: int) -> tuple[object, ...]:
    """Made up, with plainly invented numbers."""
    return (
        number,
        f"试验{chr(0x4E00 + number)}",
        "男",
        f"{number:018d}",
        f"199{number:08d}",
        "2020-01-02",
    )


def workbook(
    folder: Path, rows: Sequence[Sequence[object]], title: str = "会员", name: str = "表.xlsx"
) -> Path:
    """A workbook of one sheet with these rows from row 1."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    path = folder / name
    book.save(path)
    book.close()
    return path
