"""The one place where an error becomes a dialog."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from collector.errors import CollectorError
from collector.wording import Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

log = logging.getLogger(__name__)

_FAULT = Text("程序出了故障，刚才的操作没有完成。", "The program failed; nothing was done.")
_FAULT_ADVICE = Text(
    "已录入的数据不受影响。请重试一次；仍然如此时，把故障报告交给维护人员"
    "（报告里没有任何人员信息）。",
    "Your data is safe. Try again; if it happens again hand the report to support"
    " (it holds nobody's data).",
)


def sentence_and_advice(fault: BaseException, lang: str = "zh") -> tuple[str, str]:
    """What a person is told; the message of an unknown exception is never shown."""
    if isinstance(fault, CollectorError):
        return fault.sentence.said(lang), fault.advice.said(lang)
    return _FAULT.said(lang), _FAULT_ADVICE.said(lang)


def show(parent: QWidget | None, fault: BaseException, home: Path) -> QMessageBox:
    """Tell a person about a failure, without blocking; a fault of the program is written down."""
    from PySide6.QtCore import Qt  # seldom needed, and both cost start-up time
    from PySide6.QtWidgets import QMessageBox

    sentence, advice = sentence_and_advice(fault)
    box = QMessageBox(parent)
    box.setObjectName("failure")
    box.setWindowTitle("没有完成")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentence)
    lines = [advice]
    if isinstance(fault, CollectorError):
        lines.extend(f"{_PLACES.get(name, name)}：{value}" for name, value in fault.where.items())
        lines.append(f"代码：{fault.code}")
        log.warning("shown: %s", fault.code)
    else:
        from collector import logs  # costs start-up time, and is seldom needed

        log.error("fault of the program", exc_info=fault)
        written = logs.crash_report(home, fault)
        if written is not None:
            lines.append(f"故障报告：{written}")
    box.setInformativeText("\n".join(line for line in lines if line))
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


_PLACES = {
    "file": "文件",
    "sheet": "工作表",
    "row": "行",
    "column": "列",
    "field": "项目",
    "line": "行",
}


def hook(
    parent: Callable[[], QWidget | None], home: Path
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """For ``sys.excepthook``: a fault in a slot is shown and written down, scrubbed."""

    def shown(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        show(parent(), fault.with_traceback(trace), home)

    return shown
