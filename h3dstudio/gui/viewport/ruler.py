"""The ruler: two clicks on a surface are a distance; a click is a release without a drag, which turns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from h3dstudio.gui.shell import theme
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.session.evaluation.measures import Measure, Measures, Point

STILL = 4
"""Logical pixels that a click may move."""
_LINES, _ENDS, _LABELS = "ruler", "ruler ends", "ruler labels"


class Ruler(QObject):
    """Takes clicks while it is on, and draws the measures always. `waiting(bool)`: one end is placed."""

    waiting = Signal(bool)

    def __init__(self, view: MeshView, picker: Picker, measures: Measures) -> None:
        super().__init__(view)
        self._view, self._picker, self._measures = view, picker, measures
        self._on = False
        self._pressed: QPointF | None = None
        self._start: Point | None = None
        measures.listeners.append(self._draw)
        theme.current().changed.connect(self._draw)

    def switch(self, on: bool) -> None:
        """Take clicks, or leave them to others."""
        if on == self._on:
            return
        self._on = on
        plotter = self._view.plotter
        if on:
            plotter.installEventFilter(self)
            plotter.setCursor(Qt.CursorShape.CrossCursor)
        else:
            plotter.removeEventFilter(self)
            plotter.unsetCursor()
        self._begin(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch clicks; the camera gets them too, so that dragging turns it."""
        if isinstance(event, QMouseEvent) and event.button() is Qt.MouseButton.LeftButton:
            if event.type() is QEvent.Type.MouseButtonPress:
                self._pressed = event.position()
            elif event.type() is QEvent.Type.MouseButtonRelease and self._pressed is not None:
                moved = event.position() - self._pressed
                if abs(moved.x()) + abs(moved.y()) <= STILL:
                    self._take(event.position())
        return super().eventFilter(watched, event)

    def _take(self, at: QPointF) -> None:
        pick = self._picker.pick(at.x(), at.y())
        if pick is None:
            return
        x, y, z = (float(value) for value in pick.point.array)
        if self._start is None:
            self._begin((x, y, z))
        else:
            start = self._start
            self._begin(None)
            self._measures.add(start, (x, y, z))

    def _begin(self, start: Point | None) -> None:
        self._start = start
        self._draw()
        self.waiting.emit(start is not None)

    def _draw(self) -> None:
        if self._view.closed:
            return
        items = self._measures.items
        for name in (_LINES, _ENDS, _LABELS, f"{_LABELS}-points", f"{_LABELS}-labels"):
            self._view.plotter.remove_actor(name, reset_camera=False, render=False)
        ends = [end for one in items for end in (one.start, one.end)]
        if self._start is not None:
            self._draw_ends([*ends, self._start])
        elif ends:
            self._draw_ends(ends)
        if items:
            self._draw_lines(items)
        self._view.redraw()

    def _draw_ends(self, ends: Sequence[Point]) -> None:
        import pyvista as pv

        ball = pv.Sphere(radius=1.4, theta_resolution=14, phi_resolution=14)
        balls = pv.PolyData(np.array(ends)).glyph(geom=ball, scale=False, orient=False)
        self._add(balls, _ENDS)

    def _draw_lines(self, items: Sequence[Measure]) -> None:
        import pyvista as pv

        colors, count = theme.current().colors, len(items)
        ends = np.array([[one.start, one.end] for one in items])
        lines = np.column_stack([np.full(count, 2), np.arange(2 * count).reshape(count, 2)])
        self._add(pv.PolyData(ends.reshape(-1, 3), lines=lines.ravel()), _LINES, line_width=3)
        self._view.plotter.add_point_labels(
            ends.mean(axis=1),
            [title(number, one) for number, one in enumerate(items)],
            name=_LABELS,
            show_points=False,
            always_visible=True,
            font_size=13,
            text_color=colors.text,
            shape=None,
            background_color=colors.panel,
            background_opacity=0.85,
            pickable=False,
            reset_camera=False,
            render=False,
        )

    def _add(self, mesh: object, name: str, **look: object) -> None:
        color = theme.current().colors.curves[2]
        options = {"lighting": False, "pickable": False, "reset_camera": False, "render": False, **look}
        self._view.plotter.add_mesh(mesh, name=name, color=color, **options)


def title(number: int, measure: Measure) -> str:
    """What a measure is called: "1: 63.42 mm"."""
    return f"{number + 1}: {measure.length:.2f} mm"
