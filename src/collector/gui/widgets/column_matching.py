"""Header row and columns of each sheet, as proposed and as the person sets them right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QComboBox, QHeaderView, QListWidgetItem, QTableWidgetItem

from collector.codes import text
from collector.errors import InputRefused
from collector.gui.desk import Desk
from collector.gui.forms.ui_importing import Ui_ImportPage
from collector.model import Kind
from collector.packs import FieldType, Sheet
from collector.progress import Progress
from collector.services import layouts
from collector.services.session import Session
from collector.sheets import headers, reading
from collector.sheets.raw import Cell, RawSheet, RawWorkbook, letter, number
from collector.sheets.reading import SheetPlan

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file as read, and what is made of its sheets: one plan a sheet, None = not read."""

    path: Path
    raw: RawWorkbook
    plans: tuple[SheetPlan | None, ...]
    recalled: tuple[str, ...] = ()
    """sheets planned as a person decided for an earlier file of the layout"""


@dataclass(frozen=True, slots=True)
class Opened:
    files: list[OpenedFile]
    refused: list[InputRefused]


def open_files(paths: Sequence[Path], session: Session, progress: Progress) -> Opened:
    """Read the files and propose plans, or take those of an earlier file of the same layout; in
    the worker. One that cannot be read does not stop the others."""
    opened = Opened([], [])
    decisions = layouts.known(session)
    for path in paths:
        try:
            raw = reading.load(path, progress)
        except InputRefused as fault:
            opened.refused.append(fault)
            continue
        planned = layouts.plan(raw, session.pack, decisions)
        at = {plan.index: plan for plan in planned.plans}
        plans = tuple(at.get(index) for index in range(len(raw.sheets)))
        opened.files.append(OpenedFile(path, raw, plans, planned.recalled))
    return opened


class ColumnMatching(QObject):
    """Drives the second step of the import page."""

    def __init__(self, ui: Ui_ImportPage, desk: Desk) -> None:
        super().__init__(ui.match_step)
        self.ui, self.desk = ui, desk
        self._files: list[OpenedFile] = []
        self._places: list[tuple[int, int]] = []
        self._filling = False
        ui.spec.addItem("不读这张表", None)
        for sheet in desk.session.pack.sheets:
            ui.spec.addItem(sheet.name, sheet.id)
        ui.sheets.currentRowChanged.connect(self._show_sheet)
        ui.spec.currentIndexChanged.connect(self._head_changed)
        ui.header_row.valueChanged.connect(self._head_changed)
        ui.levels.valueChanged.connect(self._head_changed)
        ui.columns.setColumnCount(4)
        ui.columns.setHorizontalHeaderLabels(["列", "您的表头", "前几行的内容", "读作"])
        ui.columns.verticalHeader().hide()
        header = ui.columns.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        for column in (1, 2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def show(self, opened: Sequence[OpenedFile]) -> None:
        """Begin with the first sheet that needs a person, else with the first one read."""
        self._files = list(opened)
        self._places = [
            (file, sheet)
            for file, each in enumerate(self._files)
            for sheet in range(len(each.raw.sheets))
        ]
        self.ui.sheets.clear()
        for _ in self._places:
            self.ui.sheets.addItem(QListWidgetItem())
        self._name_sheets()
        open_ones = [self._plan(row) for row in range(len(self._places))]
        first = next(
            (row for row, plan in enumerate(open_ones) if plan and plan.missing_required),
            next((row for row, plan in enumerate(open_ones) if plan), 0),
        )
        self.ui.sheets.setCurrentRow(first)
        self._show_sheet(first)

    def opened(self) -> list[OpenedFile]:
        """The files with the plans as the person left them."""
        return list(self._files)

    def plans(self) -> dict[Path, list[SheetPlan]]:
        """What the person has decided, by file."""
        return {
            each.path: [plan for plan in each.plans if plan is not None] for each in self._files
        }

    def _plan(self, row: int) -> SheetPlan | None:
        file, sheet = self._places[row]
        return self._files[file].plans[sheet]

    def _raw(self, row: int) -> RawSheet:
        file, sheet = self._places[row]
        return self._files[file].raw.sheets[sheet]

    def _set_plan(self, row: int, plan: SheetPlan | None) -> None:
        file, sheet = self._places[row]
        plans = list(self._files[file].plans)
        plans[sheet] = plan
        self._files[file] = replace(self._files[file], plans=tuple(plans))
        self._name_sheets()

    def _name_sheets(self) -> None:
        read = 0
        for row, (file, _) in enumerate(self._places):
            plan, raw = self._plan(row), self._raw(row)
            if plan is None:
                note = "— 不读"
            elif plan.missing_required:
                note = "▲ 缺必填列"
            else:
                note = "✓ 可以读"
            if raw.name in self._files[file].recalled:
                note += "　按上次的列对应"
            read += plan is not None
            item = self.ui.sheets.item(row)
            name = self._files[file].path.name
            item.setText(f"{raw.name}\n{name}\n{note}　{raw.rows_total:,} 行")
            item.setToolTip(self._files[file].path.name)
        self.ui.check.setEnabled(read > 0)
        self.ui.match_hint.setText("" if read else "没有一张表可以读：请指定“当作”哪张表和表头行")

    def _show_sheet(self, row: int) -> None:
        if not 0 <= row < len(self._places) or self._filling:
            return
        plan, raw = self._plan(row), self._raw(row)
        ui = self.ui
        self._filling = True
        ui.spec.setCurrentIndex(0 if plan is None else max(0, ui.spec.findData(plan.spec.id)))
        ui.header_row.setMaximum(max(1, raw.last_row))
        ui.header_row.setValue(plan.header_row if plan is not None else 1)
        ui.levels.setValue(plan.header_levels if plan is not None else 1)
        ui.header_row.setEnabled(plan is not None)
        ui.levels.setEnabled(plan is not None)
        self._fill_columns(plan, raw)
        self._filling = False

    def _head_changed(self) -> None:
        row = self.ui.sheets.currentRow()
        if self._filling or not 0 <= row < len(self._places):
            return
        spec = self._spec()
        if spec is None:
            self._set_plan(row, None)
        else:
            file, sheet = self._places[row]
            top = max(self.ui.header_row.value(), self._raw(row).first_row)
            plan = reading.plan_with_header(
                self._files[file].raw, sheet, spec, top, self.ui.levels.value()
            )
            self._set_plan(row, plan)
        self._show_sheet(row)

    def _column_changed(self) -> None:
        row = self.ui.sheets.currentRow()
        plan = self._plan(row)
        if self._filling or plan is None:
            return
        chosen: dict[str, tuple[Kind, str]] = {}
        for line in range(self.ui.columns.rowCount()):
            combo = self.ui.columns.cellWidget(line, 3)
            held = combo.currentData() if isinstance(combo, QComboBox) else None
            if held is not None and held not in chosen.values():
                chosen[self.ui.columns.item(line, 0).text()] = held
        file, _ = self._places[row]
        changed = reading.plan_with_columns(self._files[file].raw, plan, chosen)
        self._set_plan(row, changed)
        self._filling = True
        self._tell(changed)
        self._mark_columns(changed)
        self._filling = False

    def _spec(self) -> Sheet | None:
        wanted = self.ui.spec.currentData()
        return next((s for s in self.desk.session.pack.sheets if s.id == wanted), None)

    def _fill_columns(self, plan: SheetPlan | None, raw: RawSheet) -> None:
        table = self.ui.columns
        table.setRowCount(0)
        self._tell(plan)
        if plan is None:
            return
        heads = {
            item.column: " / ".join(part for part in (item.group, item.text) if part)
            for item in headers.header_texts(raw, plan.header_row, plan.header_levels)
        }
        letters = [
            letter(raw.first_column + place)
            for place, cells in enumerate(raw.columns)
            if raw.first_column + place in heads
            or letter(raw.first_column + place) in (*plan.columns, *plan.ignored)
            or any(cell not in ("", None) for cell in cells[plan.data_row - raw.first_row :][:50])
        ]
        table.setRowCount(len(letters))
        for line, name in enumerate(letters):
            table.setItem(line, 0, QTableWidgetItem(name))
            shown = " ".join(heads.get(number(name), "").split())
            table.setItem(line, 1, QTableWidgetItem(shown or "（没有表头）"))
            table.item(line, 1).setToolTip(shown)
            samples = _samples(raw, plan, number(name))
            table.setItem(line, 2, QTableWidgetItem(samples))
            table.item(line, 2).setToolTip(samples)
            combo = QComboBox()
            combo.setAccessibleName(f"第 {name} 列读作")
            combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            combo.addItem("— 不读这一列", None)
            for field in plan.spec.fields:
                if field.type is not FieldType.SERIAL:
                    label = " ".join(field.header.split()) + (" *" if field.required else "")
                    combo.addItem(label, (field.kind, field.id))
            combo.currentIndexChanged.connect(self._column_changed)
            table.setCellWidget(line, 3, combo)
        self._mark_columns(plan)

    def _mark_columns(self, plan: SheetPlan) -> None:
        for line in range(self.ui.columns.rowCount()):
            combo = self.ui.columns.cellWidget(line, 3)
            name = self.ui.columns.item(line, 0).text()
            if not isinstance(combo, QComboBox):
                continue
            held = plan.columns.get(name)
            place = next((i for i in range(combo.count()) if combo.itemData(i) == held), 0)
            combo.setCurrentIndex(place if held is not None else 0)
            if name == plan.serial:
                combo.setItemText(0, "— 序号，不读")
            elif name in plan.duplicates:
                combo.setItemText(0, "— 与前面的列重复，不读")

    def _tell(self, plan: SheetPlan | None) -> None:
        ui = self.ui
        missing = plan.missing_required if plan is not None else ()
        labels = {
            (field.kind, field.id): " ".join(field.header.split())
            for field in (plan.spec.fields if plan is not None else ())
        }
        ui.missing_bar.setVisible(bool(missing) or plan is None)
        if plan is None:
            ui.missing.setText(
                "这张表不会读入。需要读时，在“当作”里选它是哪张表，再指出表头在第几行。"
            )
        else:
            names = "、".join(labels.get(held, held[1]) for held in missing)
            ui.missing.setText(
                f"▲ 还没有对上必填的列：{names}。请在“读作”里指定；确实没有的，全部行会留在修正台。"
            )
        reasons = Counter(plan.skipped.values()) if plan is not None else Counter()
        said = "，".join(f"{_REASONS.get(why, why)} {n:,} 行" for why, n in reasons.items())
        ui.skipped.setText(f"不当作数据的行：{said}" if said else "")
        ui.skipped.setVisible(bool(said))


def _samples(raw: RawSheet, plan: SheetPlan, column: int) -> str:
    """The first few values; numbers of persons masked."""
    found: list[str] = []
    for place, cell in enumerate(raw.column(column)[plan.data_row - raw.first_row :]):
        if plan.data_row + place not in plan.skipped and cell not in ("", None):
            found.append(_shown(cell))
        if len(found) == SAMPLES:
            break
    return "　|　".join(found)


def _shown(cell: Cell) -> str:
    if isinstance(cell, (date, datetime)):
        return f"{cell:%Y-%m-%d}"
    said = " ".join(str(cell).split())
    digits = sum(sign.isdigit() for sign in said)
    if digits >= 15:
        return text.mask_id(said)
    return text.mask_phone(said) if digits == 11 else said


_REASONS = {
    "blank": "空行",
    "no_data": "读入的列都空着",
    "example": "样例",
    "note": "填表说明",
    "total": "合计",
    "header_again": "重复的表头",
    "column_numbers": "列号",
    "no_header": "没有表头",
    "helper_list": "下拉清单",
}
