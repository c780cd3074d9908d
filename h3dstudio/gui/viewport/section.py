"""Draws the section plane with the contour of every mesh it cuts, and lets it be dragged by its handle."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from h3dstudio.geometry.cross_section import cross_section
from h3dstudio.gui.shell import theme
from h3dstudio.gui.viewport.cut import Cut, Facing, SectionPlane, cut, cut_at, directions
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.gui.viewport.sink import COMPARED, GROUND_TRUTH, RECONSTRUCTION

_GRASP = 14
"""Logical pixels around the handle."""
_FRAME, _HANDLE = "section frame", "section handle"
_CONTOURS = {RECONSTRUCTION: 1, GROUND_TRUTH: 0, COMPARED: 2}
"""The theme's curve colour of each mesh."""


class Section(QObject):
    """`moved()` after every change of the plane."""

    moved = Signal()

    def __init__(self, view: MeshView, picker: Picker) -> None:
        super().__init__(view)
        self._view, self._picker = view, picker
        self._cut: Cut | None = None
        self._facing = Facing.SIDEWAYS
        self._away = True
        self._grasped: NDArray[np.float64] | None = None
        self._recalled: SectionPlane | None = None
        view.shown_changed.connect(self._follow)
        theme.current().changed.connect(self._draw)

    @property
    def cut(self) -> Cut | None:
        """The plane, or None while there is none."""
        return self._cut

    def show(self, shown: bool) -> None:
        """Bring the plane, through the middle, or take it away."""
        if shown == (self._cut is not None):
            return
        if shown:
            self._view.plotter.installEventFilter(self)
            recalled, self._recalled = self._recalled, None
            if recalled is None:
                self.face(self._facing)
            else:
                self._put(recalled)
        else:
            self._view.plotter.removeEventFilter(self)
            self._take(None)

    @property
    def plane(self) -> SectionPlane | None:
        """What `recall` takes; None while there is no plane."""
        cut = self._cut
        return None if cut is None else SectionPlane(cut.origin, cut.normal, cut.up, self._facing, self._away)

    def recall(self, plane: SectionPlane) -> None:
        """Put the plane there, at once or when it is shown next."""
        self._facing, self._away = plane.facing, plane.away
        if self._cut is None:
            self._recalled = plane
        else:
            self._put(plane)

    def face(self, facing: Facing) -> None:
        """Turn the plane, through the middle."""
        self._facing = facing
        self._take(
            cut(
                self._view.points(),
                *directions(
                    facing, self._view.camera_controller.home, self._view.camera_controller.forward_and_up
                ),
            )
        )

    def put(self, share: float) -> None:
        """Move it between the ends of what is shown, -1 to 1."""
        if self._cut is not None and share != self._cut.share:
            self._take(self._cut.at(share))

    def flip(self) -> None:
        """Keep the other side."""
        if self._cut is not None:
            self._take(self._cut.flipped())

    def cut_away(self, away: bool) -> None:
        """Hide what lies behind the plane, or show only the contours."""
        self._away = away
        self._take(self._cut)

    def contours(self) -> dict[str, NDArray[np.float64]]:
        """Segments (S, 2, 3) mm of each visible mesh."""
        if self._cut is None:
            return {}
        plane = self._cut.origin, self._cut.normal
        return {
            name: cross_section(mesh, *plane)
            for name, mesh in self._view.surfaces().items()
            if name in _CONTOURS
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Drag by the handle; everything else goes on to the camera."""
        if isinstance(event, QMouseEvent) and self._cut is not None:
            kind, at = event.type(), event.position()
            if kind is QEvent.Type.MouseButtonPress and event.button() is Qt.MouseButton.LeftButton:
                return self._grasp(at)
            if kind is QEvent.Type.MouseMove and self._grasped is not None:
                self._drag(at)
                return True
            if kind is QEvent.Type.MouseButtonRelease and self._grasped is not None:
                self._grasped = None
                return True
        return super().eventFilter(watched, event)

    def _put(self, plane: SectionPlane) -> None:
        self._take(cut_at(self._view.points(), plane.normal, plane.up, plane.origin))

    def _grasp(self, at: QPointF) -> bool:
        assert self._cut is not None
        mouse = np.array([at.x(), at.y()])
        # Side by side it is seen in both pictures.
        seen = [self._picker.to_screen(self._cut.handle[None], layer)[0] for layer in _CONTOURS]
        if not any(np.linalg.norm(mouse - handle) <= _GRASP for handle in seen):
            return False
        self._grasped = mouse
        return True

    def _drag(self, at: QPointF) -> None:
        assert self._cut is not None
        assert self._grasped is not None
        mouse = np.array([at.x(), at.y()])
        ends = np.array([self._cut.handle, self._cut.handle + self._cut.normal])
        start, end = self._picker.to_screen(ends)
        way = end - start  # Pixels for a millimetre.
        if np.linalg.norm(way) < 0.2:  # One looks along the normal: down is towards the eye.
            way = np.array([0.0, 1.0])
        self._take(self._cut.moved(float((mouse - self._grasped) @ way / (way @ way))))
        self._grasped = mouse

    def _follow(self) -> None:
        """Other meshes are shown; the plane stays where it is."""
        if self._cut is not None:
            self._take(self._cut.around(self._view.points()))

    def _take(self, new: Cut | None) -> None:
        self._cut = new
        self._view.set_cut(None if new is None or not self._away else (new.origin, new.normal))
        self._draw()
        self.moved.emit()

    def _draw(self) -> None:
        plotter = self._view.plotter
        if self._view.closed:
            return
        for name in (_FRAME, _HANDLE, *map(_contour, _CONTOURS)):
            actor = plotter.renderer.actors.get(name)
            if actor is not None:
                self._view.panes.hide_everywhere(actor)
                plotter.remove_actor(name, reset_camera=False, render=False)
        if self._cut is not None:
            self._draw_plane(self._cut)
            for name, segments in self.contours().items():
                if len(segments):
                    color = theme.current().colors.curves[_CONTOURS[name]]
                    self._add(_contour(name), _lines(segments), color=color, line_width=3)
        self._view.redraw()

    def _draw_plane(self, plane: Cut) -> None:
        import pyvista as pv

        colors = theme.current().colors
        corners = plane.outline
        edges = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)
        pull = np.array([[plane.handle, plane.handle + 0.12 * max(plane.size) * plane.normal]])
        self._add(_FRAME, _lines(np.vstack([edges, pull])), color=colors.accent, line_width=1.5, opacity=0.8)
        ball = pv.Sphere(radius=0.025 * max(plane.size), center=plane.handle)
        self._add(_HANDLE, ball, color=colors.accent)

    def _add(self, name: str, mesh: Any, **look: object) -> None:
        options = {"lighting": False, "pickable": False, "reset_camera": False, "render": False, **look}
        self._view.panes.show_everywhere(self._view.plotter.add_mesh(mesh, name=name, **options))


def _contour(name: str) -> str:
    return f"contour {name}"


def _lines(segments: NDArray[np.float64]) -> Any:
    import pyvista as pv

    count = len(segments)
    lines = np.column_stack([np.full(count, 2), np.arange(2 * count).reshape(count, 2)])
    return pv.PolyData(segments.reshape(-1, 3), lines=lines.ravel())
