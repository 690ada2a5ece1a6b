"""Why a file is refused before or while it is read, in words a clerk can act on."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from collector.errors import InputRefused
from collector.wording import Text

_SAVE_AS = Text(
    "请用 Excel 或 WPS 打开原文件，另存为 .xlsx 后再导入。",
    "Open the file in Excel or WPS, save it as .xlsx and import that.",
)
_ASK_AGAIN = Text(
    "这个文件不是办公软件正常保存出来的。请向提供人重新索要，或另存为 .xlsx 后再试。",
    "No office program saves a file like this. Ask its sender for a new one, or save it as .xlsx.",
)
_SMALLER = Text(
    "请删除没有数据的行和列，或把数据拆成几个文件后再导入。",
    "Delete the rows and columns without data, or split the data into several files.",
)

REFUSALS: MappingProxyType[str, tuple[Text, Text]] = MappingProxyType(
    {
        "workbook.not_found": (
            Text("找不到文件“{file}”。", "The file “{file}” is not there."),
            Text("请核对文件名和所在文件夹。", "Check its name and folder."),
        ),
        "workbook.not_a_file": (
            Text("“{file}”不是文件。", "“{file}” is not a file."),
            Text(
                "请选择 .xlsx、.xls 或 .csv 文件，不要选择文件夹。",
                "Choose an .xlsx, .xls or .csv file, not a folder.",
            ),
        ),
        "workbook.unreadable": (
            Text("文件“{file}”打不开。", "The file “{file}” cannot be opened."),
            Text(
                "请先在 Excel 或 WPS 里关闭它，并确认您有权读取。",
                "Close it in Excel or WPS first and make sure you may read it.",
            ),
        ),
        "workbook.lock_file": (
            Text(
                "“{file}”是 Excel 或 WPS 的临时文件，不是表格。",
                "“{file}” is a temporary file of Excel or WPS, not a workbook.",
            ),
            Text(
                "请选择同一文件夹里名称不带“~$”的文件。",
                "Choose the file whose name does not begin with “~$”.",
            ),
        ),
        "workbook.empty": (
            Text("文件“{file}”是空的。", "The file “{file}” is empty."),
            Text("请重新复制或索要这个文件。", "Copy it again or ask for it again."),
        ),
        "workbook.not_a_workbook": (
            Text("“{file}”不是能读取的表格文件。", "“{file}” is not a workbook we can read."),
            _SAVE_AS,
        ),
        "workbook.encoding": (
            Text(
                "“{file}”的文字编码认不出来。",
                "The text encoding of “{file}” is not recognised.",
            ),
            _SAVE_AS,
        ),
        "workbook.encrypted": (
            Text("“{file}”有打开密码，不能读取。", "“{file}” is locked with a password."),
            Text(
                "请用 Excel 或 WPS 输入密码打开，取消打开密码后另存。",
                "Open it with its password in Excel or WPS, remove the password and save it.",
            ),
        ),
        "workbook.damaged": (
            Text("文件“{file}”已损坏，读不完整。", "The file “{file}” is damaged."),
            Text(
                "请重新复制一份，或用 Excel、WPS 打开修复后另存为 .xlsx。",
                "Copy it again, or open and repair it in Excel or WPS and save it as .xlsx.",
            ),
        ),
        "workbook.zip_bomb": (
            Text(
                "“{file}”展开后大得不正常，已拒绝读取。",
                "“{file}” unpacks to an impossible size and was refused.",
            ),
            _ASK_AGAIN,
        ),
        "workbook.dtd": (
            Text(
                "“{file}”里有表格文件不该有的声明，已拒绝读取。",
                "“{file}” holds declarations no workbook needs and was refused.",
            ),
            _ASK_AGAIN,
        ),
        "workbook.utf16_sheet": (
            Text(
                "“{file}”内部的文字编码不是 UTF-8，读取会丢行，已拒绝。",
                "Parts of “{file}” are not UTF-8; rows would be lost, so it was refused.",
            ),
            _SAVE_AS,
        ),
        "workbook.too_large": (
            Text("“{file}”太大，一次读不了。", "“{file}” is too large to read at once."),
            _SMALLER,
        ),
        "workbook.too_many_sheets": (
            Text("“{file}”的工作表太多。", "“{file}” has too many sheets."),
            Text("请只保留要导入的工作表。", "Keep only the sheets to be imported."),
        ),
        "workbook.too_many_merges": (
            Text("“{file}”的合并单元格太多。", "“{file}” has too many merged cells."),
            Text("请取消合并单元格后再导入。", "Unmerge the cells and import again."),
        ),
        "workbook.impossible_place": (
            Text(
                "“{file}”里有单元格的位置超出了表格范围。",
                "“{file}” has cells outside any possible sheet.",
            ),
            _ASK_AGAIN,
        ),
        "workbook.far_cells": (
            Text(
                "“{file}”里有单元格离其他数据太远，读取会占满内存。",
                "“{file}” has cells so far from the rest that reading them would fill the memory.",
            ),
            Text(
                "请在 Excel 或 WPS 里按 Ctrl+End 找到它，删除数据以外的行和列后再导入。",
                "Press Ctrl+End in Excel or WPS, delete rows and columns beyond the data.",
            ),
        ),
        "workbook.impossible_counts": (
            Text(
                "“{file}”自报的数量与内容不符，已拒绝读取。",
                "“{file}” states counts its contents cannot have and was refused.",
            ),
            _ASK_AGAIN,
        ),
        "workbook.reader_died": (
            Text(
                "读取“{file}”时读取程序中断了，没有读入任何内容。",
                "The reader stopped while reading “{file}”; nothing was taken in.",
            ),
            _SAVE_AS,
        ),
        "workbook.reader_slow": (
            Text(
                "读取“{file}”用时过长，已停止，没有读入任何内容。",
                "Reading “{file}” took too long and was stopped; nothing was taken in.",
            ),
            _SMALLER,
        ),
    }
)
"""code -> (what is wrong, what to do); ``{file}`` is the file's name."""


def refused(code: str, path: Path, *, sheet: str = "") -> InputRefused:
    """The error to raise for ``code``; it names the file and the sheet, never a value."""
    sentence, advice = REFUSALS[code]
    where: dict[str, str | int] = {"file": path.name}
    if sheet:
        where["sheet"] = sheet
    return InputRefused(code, sentence.filled(file=path.name), advice, where)
