"""Findings on the sheet itself: its header, its cells, rows that came back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collector.rules.words.base import Words, error, info, warning

WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "cell.formula": warning(
            "这一格是公式，按它显示的结果读取。",
            "The cell is a formula; its shown result was read.",
            "请核对结果；最好复制后“选择性粘贴—数值”。",
            "Check the result; better paste it as a value.",
        ),
        "cell.merged": error(
            "这里有合并单元格，读不出每一行各是什么。",
            "Cells are merged here, so it is unclear what each row has.",
            "请取消合并，逐行填写。",
            "Unmerge them and fill every row.",
        ),
        "cell.hidden": warning(
            "这里被隐藏了，其中的内容照样读取。",
            "This is hidden; what it holds was read all the same.",
            "请取消隐藏或筛选，核对是否应当上报。",
            "Show it and see whether it is to be handed in.",
        ),
        "cell.error_value": error(
            "“{label}”这一格是出错的公式（如 #N/A）。",
            "“{label}” holds an error such as #N/A instead of a value.",
            "请填写真实内容。",
            "Type the real content.",
        ),
        "returned.copied_row": info(
            "这一行和本表里另一行完全相同，只收一次。",
            "This row is another row of the sheet once more; it is taken once.",
            "如果是两个人，请改正其中一行的证件号码后再导入。",
            "If they are two people, correct the number of one and import again.",
        ),
        "returned.broken_id": warning(
            "这一行隐藏的行编号被改动过，认不出是退回件的哪一行，按新的一行处理。",
            "The hidden id of this row was changed; it is taken as a new row.",
            "请核对它是否就是原来待修的某一行；是的话，到修正台把原来那行标为不收。",
            "See whether it is a row that waits already; if so, leave that one out at the desk.",
        ),
        "returned.other_workspace": warning(
            "这一行的行编号是另一个采集工作区发出的，按新的一行处理。",
            "The id of this row was given by another workspace; it is taken as a new row.",
            "请确认这份退回件是不是应当交给别的采集员。",
            "Make sure this copy was not meant for another collector.",
        ),
        "returned.unknown_copy": warning(
            "这个工作区里没有发出过这份退回件的记录，这一行按新的一行处理。",
            "No such copy is known to have gone out from here; the row is taken as a new one.",
            "工作区可能是从较早的备份恢复的；请核对库内是否已有这一行。",
            "The workspace may be an earlier backup; see whether the row is there already.",
        ),
        "header.missing": error(
            "找不到“{label}”这一列的表头。",
            "The column “{label}” is not in the header.",
            "请核对表头文字，或在导入时手工指定；这一列确实没有的，请先补上。",
            "See the header's wording, name the column by hand, or add it.",
        ),
        "header.duplicate": error(
            "“{label}”这一列出现了两次。",
            "The column “{label}” stands twice.",
            "请只保留一列，或改掉另一列的表头。",
            "Keep one, or rename the other.",
        ),
    }
)
NO_HEADER = error(
    "这张表里找不到表头。",
    "No header was found in this sheet.",
    "请确认表头在前 20 行内、文字与模板一致，或在导入时手工指定表头行。",
    "The header must stand in the first 20 rows with the template's wording; or name it by hand.",
)
FORMULA_WITHOUT_RESULT = error(
    "“{label}”这一格是公式，文件里没有它的结果。",
    "“{label}” is a formula, and the file holds no result of it.",
    "请用 Excel 或 WPS 打开并保存一次，或直接填写结果。",
    "Open the file in Excel or WPS and save it once, or type the result.",
)
