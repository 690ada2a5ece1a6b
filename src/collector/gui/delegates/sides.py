"""A cell of the comparison: its background lies under the text, whatever the style sheet says."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex


class SidesDelegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colour = index.data(Qt.ItemDataRole.BackgroundRole)
        inner = QStyleOptionViewItem(option)
        if colour is not None:
            # the selected row keeps its colour too: which side is taken must stay visible
            painter.fillRect(option.rect, colour)
            inner.state &= ~QStyle.StateFlag.State_Selected
        inner.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, inner, index)
        if colour is not None and option.state & QStyle.StateFlag.State_Selected:
            painter.save()
            painter.setPen(option.palette.color(option.palette.ColorRole.Accent))
            rect = option.rect
            for line in (rect.topLeft(), rect.topRight()), (rect.bottomLeft(), rect.bottomRight()):
                painter.drawLine(*line)
            painter.restore()
