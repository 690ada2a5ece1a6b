"""修正台, F2: a warning that was looked into and is right after all, with the reason."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from collector.gui.desk import Desk
from collector.gui.models.parked import FixRow, ParkedModel
from collector.gui.widgets.desk_bar import DeskBar
from collector.model import Severity
from collector.services import waivers


class FindingRight(QObject):
    kept = Signal()

    def __init__(self, page: QWidget, model: ParkedModel, bar: DeskBar, desk: Desk) -> None:
        super().__init__(page)
        self._page, self._model, self._bar, self._desk = page, model, bar, desk
        bar.reasoned.connect(self._keep)

    def ask(self, row: int, column: int) -> None:
        """Ask for the reason, of a warning only."""
        found = self._model.faults_at(row, column)
        if found and found[0].severity is Severity.WARNING:
            self._bar.ask_reason(row, column)
        else:
            self._desk.said.emit("这一格没有提醒；差错要改正，不能放过")

    def said(self, row: FixRow, field_id: str) -> str:
        """What was found, as long as the cell says what it said then; "" where nothing was."""
        found = row.faults.get(field_id, [])
        if not found or found[0].severity is not Severity.WARNING:
            return ""
        given = waivers.of_parked(self._desk.session).get((row.id, field_id, found[0].code))
        if given is None or given.value != row.text(field_id):
            return ""
        return f"✓ 已核实无误：{given.reason}（{given.operator}，{given.at[:10]}）"

    def _keep(self, row: int, column: int, reason: str) -> None:
        here, field = self._model.rows[row], self._model.fields[column]
        found, session = self._model.faults_at(row, column), self._desk.session
        kind, value = self._model.kind, here.text(field.id)

        def told(_: object) -> None:
            self._desk.said.emit("已记下核实情况，随这一行入库")
            self.kept.emit()

        self._desk.run(
            self._page,
            "记下核实情况",
            lambda _: waivers.waive(session, found[0], kind, value, reason, parked=here.id),
            told,
        )
