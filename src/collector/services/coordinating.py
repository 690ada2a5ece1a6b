"""协调单: a note by which two units settle where somebody belongs; printed, never sent."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path

from collector.codes import text
from collector.errors import SurroundingsFailed, WrongUse
from collector.model import Kind
from collector.services import duplicates
from collector.services.duplicates import Comparison, Side
from collector.services.session import Session, sender
from collector.wording import Text

_BASIS = (
    "会员劳动（工作）关系在哪里，会籍就在哪里，一次入会、动态接转"
    "（《工会会员会籍管理办法》总工发〔2016〕35号）。"
)
_ROWS = (
    ("所在单位", "unit_name", "unit_code"),
    ("所属工会", "union_name", "union_code"),
    ("入会时间", "join_date", ""),
    ("入职时间", "hire_date", ""),
)


def sheet(session: Session, number: int) -> str:
    """The note for one item as HTML (the few tags a text document prints). The person's number is
    masked: the other side knows it. Raises ``WrongUse duplicates.not_people`` and
    ``duplicates.gone``."""
    found = duplicates.compare(session, number)
    if found.item.kind is not Kind.MEMBER:
        raise WrongUse(
            "duplicates.not_people",
            Text("协调单只用于会员。", "The note is for members only."),
            Text("单位和工会请直接合并或改正。", "Merge or mend units and unions."),
        )
    return _html(session, found)


def write(session: Session, number: int, out: Path) -> Path:
    """The note as a file that opens in any browser; a folder gets one of a name of its own.

    Raises ``WrongUse duplicates.note_exists`` rather than write over a file.
    """
    content = sheet(session, number)
    path = out / f"协调单-{number}.html" if out.is_dir() else out
    page = f'<!DOCTYPE html><html lang="zh"><meta charset="utf-8"><title>协调单</title>{content}'
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(page + "</html>\n")
    except FileExistsError:
        raise WrongUse(
            "duplicates.note_exists",
            Text("这个文件已经存在，没有覆盖。", "The file exists and was not written over."),
            Text("请换一个文件名。", "Give another name."),
            {"file": str(path)},
        ) from None
    except OSError:
        raise SurroundingsFailed(
            "duplicates.note_failed",
            Text("协调单写不出来。", "The note could not be written."),
            Text(
                "请看文件夹在不在、能不能写，磁盘满没满。",
                "See that the folder exists and is writable, and that the disk is not full.",
            ),
            {"file": str(path)},
        ) from None
    session.store.note("duplicates.note", {"item": number}, session.operator)
    return path


def _html(session: Session, found: Comparison) -> str:
    unit, _ = sender(session)
    name = found.stored.values.get("name") or found.new.values.get("name", "")
    number = found.stored.values.get("id_number") or found.new.values.get("id_number", "")
    rows = [("", "本库已有的登记", "新收到的名册")]
    rows += [
        (label, _either(found.stored, first, second), _either(found.new, first, second))
        for label, first, second in _ROWS
    ]
    rows.append(("登记来源", _place(found.stored), _place(found.new)))
    table = "".join(
        "<tr>" + "".join(f"<td>{escape(cell) or '　'}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return (
        "<h2 align='center'>会员登记协调单</h2>"
        f"<p>会员姓名：{escape(name)}　　证件号码：{escape(text.mask_id(number))}</p>"
        "<p>同一名会员出现在下面两处登记中，请核实其劳动（工作）关系现在何处：</p>"
        "<table border='1' cellspacing='0' cellpadding='6' width='100%'>"
        f"{table}</table>"
        f"<p>依据：{escape(_BASIS)}</p>"
        "<p>核实结果（请勾选）：</p>"
        "<p>□ 仍在左栏单位，右栏名册应当删去此人</p>"
        "<p>□ 已到右栏单位，左栏工会办理会籍转出，接转日期：______年____月____日</p>"
        "<p>□ 不是同一人，其中一个证件号码有误，正确号码由所在单位补报</p>"
        "<p>　</p>"
        "<p>左栏工会经办人：__________　日期：__________　（盖章）</p>"
        "<p>右栏工会经办人：__________　日期：__________　（盖章）</p>"
        f"<p>发起：{escape(unit)}　{escape(session.operator)}　{session.today.isoformat()}"
        f"　　编号：{found.item.id}</p>"
    )


def _either(side: Side, first: str, second: str) -> str:
    values = side.values
    name, code = values.get(first, ""), values.get(second, "") if second else ""
    return f"{name}（{code}）" if name and code else name or code


def _place(side: Side) -> str:
    if not side.file_name:
        return "窗口录入"
    return f"{side.file_name}　{side.sheet}　第 {side.row_number} 行"
