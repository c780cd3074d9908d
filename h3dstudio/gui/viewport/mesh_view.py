"""The 3D view: shows meshes by name, photos through their cameras, and where the cameras stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyvista as pv
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pyvistaqt import QtInteractor

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui import theme
from h3dstudio.gui.viewport import look, photo
from h3dstudio.gui.viewport.layer import DisplayMode, MeshLayer
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION

_VIEW_ANGLE = 26.0
_MARGIN = 1.12


class MeshView(QWidget):
    """The viewport; a `MeshSink`.

    Create one before its window is shown (QOpenGLWidget needs the surface format then), and call
    `close_view` before the window goes.
    """

    photo_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        samples = 0 if look.software_rendered() else 4
        self.plotter = QtInteractor(self, auto_update=False, multi_samples=samples)
        self.plotter.setAcceptDrops(False)  # Drops belong to the window.
        self.plotter.setMinimumSize(320, 240)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plotter)
        self._layers: dict[str, MeshLayer] = {}
        self._mode = DisplayMode.COLOURED
        self._home = (np.array([0.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0]))
        self._center, self._radius = np.zeros(3), 150.0
        self._through: tuple[Camera, tuple[int, int]] | None = None
        self._closed = False
        look.set_lights(self.plotter)
        look.smooth_edges(self.plotter)
        self._axes = self.plotter.add_axes(line_width=3, labels_off=False, interactive=False)
        self.plotter.iren.add_observer("StartInteractionEvent", lambda *_: self.leave_photo())
        self.plotter.installEventFilter(self)
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    # MeshSink

    def show_mesh(self, name: str, mesh: TriangleMesh, normals: NDArray[np.floating] | None = None) -> None:
        """Show `mesh` under `name`; the first mesh of all is framed."""
        first = all(layer.mesh is None for layer in self._layers.values())
        self._layer(name).show(mesh, normals)
        if first and self._through is None:
            self.reset_camera()
        self.redraw()

    def remove_mesh(self, name: str) -> None:
        """Show nothing under `name`."""
        if name in self._layers:
            self._layers[name].clear()
            self.redraw()

    def mesh(self, name: str) -> TriangleMesh | None:
        """What is shown under `name`."""
        return self._layers[name].mesh if name in self._layers else None

    def set_visible(self, name: str, visible: bool) -> None:
        self._layer(name).style(visible=visible)
        self.redraw()

    def set_mode(self, mode: DisplayMode) -> None:
        """Coloured, shaded or wireframe, for every mesh."""
        self._mode = mode
        for layer in self._layers.values():
            layer.style(mode=mode)
        self.redraw()

    @property
    def actor_count(self) -> int:
        """Actors in the scene; constant however many meshes were shown."""
        return len(self.plotter.renderer.actors)

    # Cameras

    def set_home(
        self,
        forward: NDArray[np.float64],
        up: NDArray[np.float64],
        center: NDArray[np.float64],
        radius: float,
    ) -> None:
        """Where `reset_camera` looks: along `forward`, with `up` up; `center` and `radius` (mm) without a mesh."""
        self._home, self._center, self._radius = (forward, up), center, radius

    def reset_camera(self) -> None:
        """Frame what is visible, seen from the front."""
        self.leave_photo()
        center, radius = self._extent()
        self._frame(*self._home, center, radius)

    def overview(self, radius: float) -> None:
        """See everything within `radius` mm of the scan's centre, from above and a little from the side."""
        self.leave_photo()
        forward, up = self._home
        right = np.cross(forward, up)
        slanted = forward - 0.45 * up + 0.55 * right
        slanted /= np.linalg.norm(slanted)
        above = up - slanted * float(up @ slanted)
        self._frame(slanted, above / np.linalg.norm(above), self._center, radius)

    def _frame(
        self,
        forward: NDArray[np.float64],
        up: NDArray[np.float64],
        center: NDArray[np.float64],
        radius: float,
    ) -> None:
        camera = self.plotter.camera
        camera.view_angle = _VIEW_ANGLE
        wide = self.plotter.width() / max(1, self.plotter.height())
        distance = _MARGIN * radius / np.sin(np.radians(_VIEW_ANGLE / 2)) / min(1.0, wide)
        camera.focal_point = center
        camera.position = center - forward * distance
        camera.up = up
        self.plotter.reset_camera_clipping_range()
        self.redraw()

    def look_through(self, camera: Camera, size: tuple[int, int], image: NDArray[np.uint8] | None) -> None:
        """Take the place of a photo's camera; `image` (H, W, 3) is blended over the mesh."""
        self._through = (camera, size)
        if image is not None:
            depth = max(10.0, float(np.linalg.norm(self._center - camera.center)) - 1.3 * self._radius)
            self.plotter.add_mesh(
                photo.photo_plane(camera, size, depth),
                texture=pv.Texture(np.ascontiguousarray(image)),
                name="photo",
                lighting=False,
                opacity=0.5,
                pickable=False,
                reset_camera=False,
                render=False,
            )
        self._aim()

    def set_photo_opacity(self, opacity: float) -> None:
        """How much of the photo is seen over the mesh, 0 to 1."""
        actor = self.plotter.renderer.actors.get("photo")
        if actor is not None:
            actor.prop.opacity = opacity
            self.redraw()

    def leave_photo(self) -> None:
        """Back to a free camera, at the same place."""
        if self._through is None:
            return
        self._through = None
        self.plotter.remove_actor("photo", reset_camera=False, render=False)
        self.plotter.camera.SetWindowCenter(0.0, 0.0)
        self.photo_left.emit()
        self.redraw()

    def show_cameras(self, cameras: Sequence[tuple[Camera, tuple[int, int]]]) -> None:
        """Draw a pyramid where each camera (with its photo size) stands; none removes them."""
        if not cameras:
            self.plotter.remove_actor("cameras", reset_camera=False, render=False)
        else:
            self.plotter.add_mesh(
                photo.pyramids(cameras, 0.28 * self._radius),
                name="cameras",
                color=theme.current().colors.accent,
                line_width=1.5,
                lighting=False,
                pickable=False,
                reset_camera=False,
                render=False,
            )
        self.redraw()

    def show_axes(self, shown: bool) -> None:
        """The orientation axes in the corner."""
        (self.plotter.show_axes if shown else self.plotter.hide_axes)()
        self.redraw()

    # Drawing

    def redraw(self) -> None:
        """Draw now, where there is something to draw on."""
        if not self._closed and self.plotter.isVisible():
            self.plotter.render()

    def close_view(self) -> None:
        """Give VTK and OpenGL back. Nothing is drawn afterwards."""
        if not self._closed:
            self._closed = True
            self.plotter.removeEventFilter(self)
            self.plotter.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Draw when the view comes up: rendering is skipped while it is hidden."""
        if event.type() is QEvent.Type.Show and not self._closed:
            _soon(self.redraw)
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._through is not None:
            self._aim()

    def _layer(self, name: str) -> MeshLayer:
        if name not in self._layers:
            layer = MeshLayer(self.plotter, name, self._color(name))
            layer.style(mode=self._mode)
            self._layers[name] = layer
        return self._layers[name]

    def _color(self, name: str) -> str:
        colors = theme.current().colors
        return colors.truth if name == GROUND_TRUTH else colors.clay

    def _extent(self) -> tuple[NDArray[np.float64], float]:
        bounds = [layer.bounds for layer in self._layers.values() if layer.bounds is not None]
        if not bounds:
            return self._center, self._radius
        box = np.array(bounds).reshape(-1, 3, 2)
        low, high = box[..., 0].min(axis=0), box[..., 1].max(axis=0)
        return (low + high) / 2, float(np.linalg.norm(high - low)) / 2 * 0.8

    def _aim(self) -> None:
        assert self._through is not None
        camera, size = self._through
        view = photo.lens(camera, size, (max(1, self.plotter.width()), max(1, self.plotter.height())))
        vtk_camera = self.plotter.camera
        vtk_camera.position = camera.center
        vtk_camera.focal_point = camera.center + camera.forward * float(
            np.linalg.norm(self._center - camera.center)
        )
        vtk_camera.up = -camera.rotation[1]
        vtk_camera.view_angle = view.view_angle
        vtk_camera.SetWindowCenter(*view.window_center)
        self.plotter.reset_camera_clipping_range()
        self.redraw()

    def _take_colors(self) -> None:
        if self._closed:
            return
        look.paint_background(self.plotter, theme.current().colors)
        for name, layer in self._layers.items():
            layer.style(color=self._color(name))
        self.redraw()


def _soon(call: Callable[[], None]) -> None:
    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, call)


__all__ = ["GROUND_TRUTH", "RECONSTRUCTION", "DisplayMode", "MeshView"]
