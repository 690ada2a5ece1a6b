"""A cell of the fixing desk: faults marked by shape and colour, edited in place."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from collector.gui.appearance import Appearance
from collector.gui.models.parked import FINDINGS, PENDING, ParkedModel
from collector.gui.widgets.choice_edit import ChoiceEdit, dictionary_edit
from collector.gui.widgets.field_editor import DIGIT_TYPES, MARKS
from collector.model import Severity
from collector.packs import FieldType

Index = QModelIndex | QPersistentModelIndex

_TONES = {Severity.ERROR: "error", Severity.WARNING: "warning"}


class CellDelegate(QStyledItemDelegate):
    committed = Signal(bool)
    """by Enter; True with Ctrl: to every identical cell"""

    def __init__(self, look: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look
        self._ctrl = False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found = index.data(FINDINGS) or []
        theme = self._look.theme
        severity = found[0].severity if found else None
        tone = _TONES.get(severity) if severity is not None else None
        pending = bool(index.data(PENDING))
        painter.save()
        rect: QRect = option.rect
        if tone is not None and not pending:
            painter.fillRect(rect, theme.colour(f"{tone}_soft"))
        painter.restore()
        inner = QStyleOptionViewItem(option)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        inner.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        mark = theme.px(20)
        if tone is not None or pending:
            inner.rect = rect.adjusted(mark, 0, 0, 0)
        super().paint(painter, inner, index)
        painter.save()
        if tone is not None or pending:
            sign = "…" if pending else MARKS[severity] if severity else ""
            painter.setPen(theme.colour("muted" if pending else tone or "muted"))
            box = QRect(rect.left() + theme.px(4), rect.top(), mark, rect.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, sign)
        if tone == "warning" and not pending:
            painter.setPen(QPen(theme.colour("warning"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if current:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = self._editor_for(index, parent)
        editor.setObjectName("cell_editor")
        return editor

    def _editor_for(self, index: Index, parent: QWidget) -> QLineEdit:
        model = index.model()
        if not isinstance(model, ParkedModel):
            return QLineEdit(parent)
        field = model.fields[index.column()]
        dictionary = model.pack.dictionaries.get(field.dictionary)
        if field.type is FieldType.CHOICE and dictionary is not None:
            choice = dictionary_edit(dictionary, parent)
            # an open list hands Enter to the field past every event filter
            choice.returnPressed.connect(lambda: self._commit(choice, choice.taken_with_ctrl))
            return choice
        editor = QLineEdit(parent)
        if field.type in DIGIT_TYPES:
            editor.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole) or ""))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(0, 0, max(0, self._look.theme.px(190) - rect.width()), 0))

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and isinstance(editor, QLineEdit)
            and not (isinstance(editor, ChoiceEdit) and editor.list_is_open)
        ):
            everywhere = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._commit(editor, everywhere)
            return True
        return super().eventFilter(editor, event)

    def _commit(self, editor: QLineEdit, everywhere: bool) -> None:
        self._ctrl = everywhere
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        self._ctrl = False
        self.committed.emit(everywhere)

    @property
    def to_all_identical(self) -> bool:
        """Whether the edit now being committed is meant for every identical cell."""
        return self._ctrl
