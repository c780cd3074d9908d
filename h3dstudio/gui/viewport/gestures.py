"""Mouse and keys over the 3D view as gestures: a click, a grip that is dragged, a nudge.

The left button always rotates. A press is held back until it is clear what it is: when the mouse moves on it
goes to VTK after all, when the button comes up it was a click, which VTK never sees.
"""

from __future__ import annotations

import enum
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

DRAG_DISTANCE = 4
"""Logical pixels that a mouse moves before it drags."""
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
_Button = Qt.MouseButton


class _Doing(enum.Enum):
    NOTHING = enum.auto()
    PRESSED = enum.auto()
    DRAGGING = enum.auto()
    PASSING = enum.auto()


class Gestures(QObject):
    """Watches a widget. Positions are its own, in logical pixels.

    Signals: `clicked(x, y)`; `dragged(x, y)`, `dropped(x, y)` or `let_go()` for what `grip` took hold of;
    `hovered(x, y)` and `left()`; `nudged(right, up, far)`, and `cleared()` for Backspace.

    Args:
        grip: asked at each press whether there is something to take hold of.

    Attributes:
        on: while off, everything goes to VTK.
    """

    clicked = Signal(float, float)
    dragged = Signal(float, float)
    dropped = Signal(float, float)
    let_go = Signal()
    hovered = Signal(float, float)
    left = Signal()
    nudged = Signal(int, int, bool)
    cleared = Signal()

    def __init__(self, parent: QObject, grip: Callable[[float, float], bool]) -> None:
        super().__init__(parent)
        self.on = False
        self._grip = grip
        self._doing = _Doing.NOTHING
        self._press: QMouseEvent | None = None
        self._begin = QPointF()

    @property
    def dragging(self) -> bool:
        """Whether something is held."""
        return self._doing is _Doing.DRAGGING

    def watch(self, widget: QWidget) -> None:
        """Take this widget's events before it does."""
        widget.setMouseTracking(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.on or not isinstance(watched, QWidget):
            return False
        if isinstance(event, QMouseEvent):
            if event.type() in _PRESSES:
                return self._pressed(watched, event)
            if event.type() is QEvent.Type.MouseMove:
                return self._moved(watched, event)
            if event.type() is QEvent.Type.MouseButtonRelease:
                return self._released(event)
        elif event.type() is QEvent.Type.Leave:
            self.left.emit()
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._key(event)
        return False

    def _pressed(self, widget: QWidget, event: QMouseEvent) -> bool:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if self._doing is not _Doing.NOTHING or event.button() is not _Button.LeftButton or not plain:
            return False
        widget.setFocus(Qt.FocusReason.MouseFocusReason)
        self._begin = event.position()
        self._press = _copy(event)
        held = self._grip(self._begin.x(), self._begin.y())
        self._doing = _Doing.DRAGGING if held else _Doing.PRESSED
        return True

    def _moved(self, widget: QWidget, event: QMouseEvent) -> bool:
        at = event.position()
        if self._doing is _Doing.DRAGGING:
            self.dragged.emit(at.x(), at.y())
            return True
        if self._doing is _Doing.PRESSED:
            if (at - self._begin).manhattanLength() < DRAG_DISTANCE:
                return True
            self._doing = _Doing.PASSING
            if self._press is not None:
                QCoreApplication.sendEvent(widget, self._press)
        elif self._doing is _Doing.NOTHING and event.buttons() == _Button.NoButton:
            self.hovered.emit(at.x(), at.y())
        return False

    def _released(self, event: QMouseEvent) -> bool:
        if event.button() is not _Button.LeftButton or self._doing is _Doing.NOTHING:
            return False
        doing, self._doing, self._press = self._doing, _Doing.NOTHING, None
        at = event.position()
        if doing is _Doing.DRAGGING:
            self.dropped.emit(at.x(), at.y())
        elif doing is _Doing.PRESSED:
            self.clicked.emit(at.x(), at.y())
        return doing is not _Doing.PASSING

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if self.dragging and key is Qt.Key.Key_Escape:
            self._doing = _Doing.NOTHING
            self.let_go.emit()
            return True
        if key in _ARROWS:
            far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.nudged.emit(*_ARROWS[key], far)
            return True
        if key is Qt.Key.Key_Backspace:
            self.cleared.emit()
            return True
        return False


def _copy(event: QMouseEvent) -> QMouseEvent:
    """An event that outlives its delivery."""
    return QMouseEvent(
        QEvent.Type.MouseButtonPress,
        event.position(),
        event.globalPosition(),
        event.button(),
        event.buttons(),
        event.modifiers(),
    )
