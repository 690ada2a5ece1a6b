"""修正台: the lists of numbers to be asked for, written and taken back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from collector.gui.desk import Desk
from collector.progress import Progress
from collector.services import supplement, supplement_lists
from collector.services.supplement import WAY_NAMES, Supplement
from collector.services.supplement_lists import Taken


class SupplementMenu(QObject):
    """Behind the button 补录清单."""

    def __init__(self, page: QWidget, button: QPushButton, desk: Desk) -> None:
        super().__init__(page)
        self._page, self._desk = page, desk
        menu = QMenu(button)
        menu.addAction("导出补录清单，每个单位一份(&X)…").triggered.connect(
            lambda: self._ask_folder(with_numbers=False)
        )
        menu.addAction("导出时印上从别处找到的号码(&P)…").triggered.connect(
            lambda: self._ask_folder(with_numbers=True)
        )
        menu.addSeparator()
        menu.addAction("收回填好的补录清单(&R)…").triggered.connect(self._ask_file)
        button.setMenu(menu)
        button.setToolTip("证件号被 Excel 弄坏、位数不对、抄错的人，按单位列出来打印、补录")

    def _ask_folder(self, *, with_numbers: bool) -> None:
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        dialog = QFileDialog(self._page, "补录清单放在哪个文件夹", documents or str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.write(Path(name), with_numbers))
        dialog.open()

    def write(self, folder: Path, with_numbers: bool = False) -> None:
        """Write the lists and show the folder they are in."""
        session = self._desk.session

        def work(progress: Progress) -> tuple[Supplement, list[Path]]:
            found = supplement.find(session, None, progress)
            return found, supplement_lists.write(session, found, folder, with_numbers, progress)

        def told(result: tuple[Supplement, list[Path]]) -> None:
            found, written = result
            counts = "，".join(
                f"{WAY_NAMES[way].zh} {count}" for way, count in found.counts.items() if count
            )
            self._desk.said.emit(f"已写出 {len(written)} 份补录清单：{counts}")

        self._desk.run(self._page, "写补录清单", work, told)

    def _ask_file(self) -> None:
        dialog = QFileDialog(self._page, "收回补录清单", "", "工作簿 (*.xlsx *.xls)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        dialog.open()

    def take(self, path: Path) -> None:
        """Put the numbers of a filled-in list into their rows."""
        session = self._desk.session

        def told(done: Taken) -> None:
            parts = [f"填入 {done.filled:,} 个证件号，{done.released:,} 行入库"]
            parts.append(f"{done.still_parked:,} 行还有差错" if done.still_parked else "")
            parts.append(f"{done.unmarked:,} 行对不上待修的行" if done.unmarked else "")
            self._desk.said.emit("，".join(part for part in parts if part))
            self._desk.announce(done.changes)

        self._desk.run(
            self._page,
            "收回补录清单",
            lambda progress: supplement_lists.take(session, path, progress),
            told,
        )
