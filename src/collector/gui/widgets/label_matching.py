"""Labels a province's list does not have, each matched once for all records that hold it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from collector.gui.appearance import Appearance
from collector.model import Kind
from collector.packs import Dictionary
from collector.services.gaps import Missing


class Unmatched(NamedTuple):
    """One label as the records hold it, and the list it has to be found in."""

    kind: Kind
    field: str
    header: str
    label: str
    records: int
    listed: Dictionary
    chosen: str = ""


def unmatched(missing: Missing) -> list[Unmatched]:
    """The labels the records hold that the template's lists lack, field by field."""
    rows: list[Unmatched] = []
    for (kind, field_id), labels in missing.labels.items():
        field = missing.pack.field_of(kind, field_id)
        if field is None:
            continue
        listed = missing.pack.dictionaries[field.dictionary]
        header = " ".join(field.header.split())
        rows += [
            Unmatched(kind, field_id, header, label, count, listed)
            for label, count in labels.most_common()
        ]
    return rows


class LabelMatching(QDialog):
    """``choices`` once accepted: what was chosen for each label, "" for none."""

    def __init__(self, parent: QWidget, look: Appearance, rows: Sequence[Unmatched]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("选项对应")
        self.rows = list(rows)
        self._boxes: list[QComboBox] = []
        lead = QLabel(
            "这些内容在这个省的清单里没有。选好对应的一项，所有这样写的记录上报时都换成它；"
            "记录本身不变。拿不准的留空，逐条补录。"
        )
        lead.setWordWrap(True)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setColumnStretch(2, 1)
        grid.setHorizontalSpacing(look.theme.px(16))
        for place, heading in enumerate(("内容", "条数", "换成")):
            head = QLabel(heading)
            head.setProperty("role", "muted")
            grid.addWidget(head, 0, place)
        line = 1
        field = ""
        for row in self.rows:
            if f"{row.kind}.{row.field}" != field:
                field = f"{row.kind}.{row.field}"
                heading_label = QLabel(row.header)
                heading_label.setProperty("role", "heading")
                grid.addWidget(heading_label, line, 0, 1, 3)
                line += 1
            box = QComboBox()
            box.setAccessibleName(f"{row.header}：{row.label} 换成")
            box.addItem("（留空，逐条补录）", "")
            for label in row.listed.labels:
                box.addItem(label, label)
            box.setCurrentIndex(max(0, box.findData(row.chosen)))
            said = QLabel(row.label)
            said.setWordWrap(True)
            count = QLabel(f"{row.records:,}")
            count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(said, line, 0)
            grid.addWidget(count, line, 1)
            grid.addWidget(box, line, 2)
            self._boxes.append(box)
            line += 1
        grid.setRowStretch(line, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inside)
        buttons = QDialogButtonBox()
        self.accept_button = buttons.addButton("采用(&Y)", QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setProperty("role", "primary")
        buttons.addButton("取消(&C)", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(lead)
        column.addWidget(scroll, 1)
        column.addWidget(buttons)
        theme = look.theme
        self.resize(
            min(theme.px(640), parent.width() - 40), min(theme.px(520), parent.height() - 40)
        )

    @property
    def choices(self) -> list[str]:
        return [str(box.currentData() or "") for box in self._boxes]
