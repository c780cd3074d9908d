"""The cameras in the 3D view under the mouse: hovered, clicked, double-clicked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.gui.viewport.ruler import STILL

_LEFT = Qt.MouseButton.LeftButton


class CameraPicks(QObject):
    """Signals: `hovered(view number or None)`, `clicked(number)`, `activated(number)` by a double click.

    A camera counts where its photo's frame is, unless a mesh is in front of it; dragging turns the view.
    """

    hovered = Signal(object)
    clicked = Signal(int)
    activated = Signal(int)

    def __init__(self, view: MeshView) -> None:
        super().__init__(view)
        self._view, self._picker = view, Picker(view)
        self._watching = False
        self._over: int | None = None
        self._pressed: QPointF | None = None
        self._double = False

    def watch(self) -> None:
        """Begin, once the view is there."""
        if not self._watching:
            self._watching = True
            self._view.plotter.installEventFilter(self)

    def at(self, x: float, y: float) -> int | None:
        """The number of the view whose camera is seen at (x, y)."""
        number, away = self._view.photos.at(x, y, self._picker.to_screen)
        if number is None:
            return None
        ray = self._picker.ray(x, y)
        hit = self._picker.pick(x, y)
        start = self._view.plotter.camera.position
        before = sum((a - b) ** 2 for a, b in zip(ray.origin, start, strict=True)) ** 0.5
        return None if hit is not None and hit.depth + before < away else number

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look on; every event goes on to the camera."""
        if isinstance(event, QMouseEvent) and self._view.photos.there:
            kind, at = event.type(), event.position()
            if kind is QEvent.Type.MouseMove and not event.buttons():
                self._hover(self.at(at.x(), at.y()))
            elif kind is QEvent.Type.MouseButtonPress and event.button() is _LEFT:
                self._pressed = at
            elif kind is QEvent.Type.MouseButtonDblClick:
                self._pressed, self._double = at, True
            elif kind is QEvent.Type.MouseButtonRelease and self._pressed is not None:
                self._release(at)
        elif event.type() is QEvent.Type.Leave:
            self._hover(None)
        return super().eventFilter(watched, event)

    def _release(self, at: QPointF) -> None:
        assert self._pressed is not None
        moved, double = at - self._pressed, self._double
        self._pressed, self._double = None, False
        if abs(moved.x()) + abs(moved.y()) <= STILL:
            # A double click counts when it is over: until then the view takes it for the start of a turn.
            self._tell(self.activated if double else self.clicked, at)

    def _tell(self, signal: object, at: QPointF) -> None:
        number = self.at(at.x(), at.y())
        if number is not None:
            signal.emit(number)  # type: ignore[attr-defined]

    def _hover(self, number: int | None) -> None:
        if number == self._over:
            return
        self._over = number
        plotter = self._view.plotter
        words = self.tr("View {0}: double-click to look through").format(number)
        plotter.setToolTip("" if number is None else words)
        self.hovered.emit(number)
