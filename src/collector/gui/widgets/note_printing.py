"""协调单 on paper: it is printed, never sent."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QWidget

from collector.errors import CollectorError
from collector.gui import showing
from collector.gui.desk import Desk
from collector.services import coordinating


def print_note(parent: QWidget, desk: Desk, item: int) -> None:
    """Ask for a printer and print the note of one item there."""
    # imported here: loading the print plug-in costs start-up time
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    try:
        content = coordinating.sheet(desk.session, item)
    except CollectorError as fault:
        showing.show(parent, fault, desk.home)
        return
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("打印协调单")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    sheet = QTextDocument(parent)
    sheet.setHtml(content)

    def printed() -> None:
        sheet.print_(printer)
        desk.said.emit("协调单已送打印机；程序不会把它发给任何人")

    dialog.accepted.connect(printed)
    dialog.show()
