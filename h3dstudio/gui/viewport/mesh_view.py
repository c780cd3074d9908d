"""The 3D view: shows meshes by name, photos through their cameras, and where the cameras stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui import theme
from h3dstudio.gui.viewport import look, markers, photo
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, PRIOR, RECONSTRUCTION, DisplayMode
from h3dstudio.gui.viewport.surface import placeholder

if TYPE_CHECKING:
    import pyvista as pv

    from h3dstudio.gui.viewport.layer import MeshLayer

_VIEW_ANGLE = 26.0
_MARGIN = 1.08
_PYRAMID = 0.55
_MOST_PICTURES = 16
_Before = tuple[Any, ...]
"""How one looked at the scan: home, framed, to frame, camera's place, whether that was ours."""
_Frame = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Forward and up direction, and the points (N, 3) to be seen."""


class MeshView(QWidget):
    """The viewport; a `MeshSink`.

    VTK comes in when the view is first needed: when it is shown, or by `build`, whose import `load_vtk` may
    have done before on any thread. Create a view before its window is shown, and call `close_view` before
    the window goes.
    """

    photo_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 240)
        self._plotter: Any = None
        self._stand_in = placeholder(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._layers: dict[str, MeshLayer] = {}
        self._mode = DisplayMode.COLOURED
        self._home = (np.array([0.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0]))
        self._center, self._radius = np.zeros(3), 150.0
        self._through: tuple[Camera, tuple[int, int]] | None = None
        self._closed = False
        self._standing: list[str] = []
        self._to_frame: _Frame | None = None
        self._framed: _Frame | None = None
        self._placed: NDArray[np.float64] | None = None
        self._landmarks: Mapping[str, NDArray[np.floating]] = {}
        self._stage: str | None = None
        self._hidden: set[str] = set()
        self._before: _Before | None = None
        theme.current().changed.connect(self._take_colors)

    @property
    def plotter(self) -> Any:
        """pyvistaqt's QtInteractor; made when it is first asked for."""
        if self._plotter is None:
            self.build()
        return self._plotter

    def build(self) -> None:
        """Bring VTK in, if it is not there and still wanted."""
        if self._plotter is not None or self._closed:
            return
        self._plotter = plotter = _interactor(self)
        plotter.setAcceptDrops(False)  # Drops belong to the window.
        layout = self.layout()
        assert layout is not None
        layout.addWidget(plotter)
        plotter.lower()  # Whatever lies over the view already stays there.
        self._stand_in.deleteLater()
        look.set_lights(plotter)
        look.smooth_edges(plotter)
        self._axes = plotter.add_axes(line_width=3, interactive=False, viewport=(0.0, 0.0, 0.14, 0.22))
        plotter.iren.add_observer("StartInteractionEvent", lambda *_: self.leave_photo())
        plotter.installEventFilter(self)
        self._take_colors()

    # MeshSink

    def show_mesh(self, name: str, mesh: TriangleMesh, normals: NDArray[np.floating] | None = None) -> None:
        """Show `mesh` under `name`. The first of all is framed; later ones never move the camera,

        except back when they outgrow the picture and nobody has turned it yet.
        """
        first = all(layer.mesh is None or not layer.visible for layer in self._layers.values())
        self._layer(name).show(mesh, normals)
        if first and self._through is None and self._is_on(name):
            self.reset_camera()
        else:
            self._keep_in_sight()
        self.plotter.reset_camera_clipping_range()
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
        (self._hidden.discard if visible else self._hidden.add)(name)
        self._layer(name).style(visible=self._is_on(name))
        self.redraw()

    @property
    def stage(self) -> str | None:
        """The mesh that is shown alone, or None."""
        return self._stage

    def enter_stage(self, name: str, forward: NDArray[np.float64], up: NDArray[np.float64]) -> None:
        """Show the mesh `name` alone, from the front, until `leave_stage`; the camera is kept for then."""
        if self._stage == name:
            return
        self.leave_stage()
        self.leave_photo()
        ours = self._placed is not None and np.allclose(self._place(), self._placed)
        self._before = (self._home, self._framed, self._to_frame, self._place(), ours)
        self._stage, self._home = name, (forward, up)
        self._apply_stage()
        self._frame(forward, up, self._points())

    def leave_stage(self) -> None:
        """Show everything else again, as it was looked at before."""
        if self._stage is None or self._before is None:
            return
        self._stage = None
        self._home, self._framed, self._to_frame, place, ours = self._before
        self._before = None
        camera = self.plotter.camera
        camera.position, camera.focal_point, camera.up = place
        self._placed = place if ours else None
        self._apply_stage()
        if ours and self._framed is not None:
            self._frame(*self._framed)
        self.plotter.reset_camera_clipping_range()
        self.redraw()

    def _apply_stage(self) -> None:
        for name, layer in self._layers.items():
            layer.style(visible=self._is_on(name))

    def _is_on(self, name: str) -> bool:
        on_stage = name == self._stage if self._stage is not None else name != PRIOR
        return on_stage and name not in self._hidden

    def set_mode(self, mode: DisplayMode) -> None:
        """How every mesh is drawn; what a mesh has no colours for is clay."""
        self._mode = mode
        for layer in self._layers.values():
            layer.style(mode=mode)
        self.redraw()

    @property
    def is_empty(self) -> bool:
        """Whether no mesh is visible."""
        return not any(layer.visible and layer.mesh is not None for layer in self._layers.values())

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
        """Where `reset_camera` looks: along `forward`, with `up` up; `center`, `radius` (mm) while empty."""
        self._home, self._center, self._radius = (forward, up), center, radius

    def reset_camera(self) -> None:
        """Frame what is visible, seen from the front."""
        self.leave_photo()
        self._frame(*self._home, self._points())

    def overview(self, points: NDArray[np.float64]) -> None:
        """See all `points` (N, 3) mm and where the head will be, from above and a little from the side."""
        self.leave_photo()
        forward, up = self._home
        slanted = forward - 0.35 * up + 0.5 * np.cross(forward, up)
        slanted /= np.linalg.norm(slanted)
        above = up - slanted * float(up @ slanted)
        head = self._center + self._radius * np.vstack([np.eye(3), -np.eye(3)])
        self._frame(slanted, above / np.linalg.norm(above), np.vstack([points, head]))

    def _frame(
        self, forward: NDArray[np.float64], up: NDArray[np.float64], points: NDArray[np.float64]
    ) -> None:
        # A hidden view does not know its size yet: what it was asked to frame is framed when it comes up.
        self._framed = (forward, up, points)
        self._to_frame = None if self.plotter.isVisible() else self._framed
        camera = self.plotter.camera
        camera.view_angle = _VIEW_ANGLE
        axes = np.array([np.cross(forward, up), up, forward])
        seen = points @ axes.T
        center = (seen.min(axis=0) + seen.max(axis=0)) / 2 @ axes
        aspect = self.plotter.width() / max(1, self.plotter.height())
        distance = _MARGIN * photo.distance_to_fit(points - center, axes, _VIEW_ANGLE, aspect)
        camera.focal_point = center
        camera.position = center - forward * distance
        camera.up = up
        self._placed = self._place()
        self.plotter.reset_camera_clipping_range()
        self.redraw()

    def _place(self) -> NDArray[np.float64]:
        camera = self.plotter.camera
        return np.array([camera.position, camera.focal_point, camera.up])

    @property
    def _untouched(self) -> bool:
        """Whether the camera still is where it was put."""
        return self._through is None and self._placed is not None and np.allclose(self._place(), self._placed)

    def _keep_in_sight(self) -> None:
        """Step back when what is shown has outgrown the picture, unless the user has turned the camera."""
        if self._framed is None or not self._untouched or not self.plotter.isVisible():
            return
        (forward, up, _), points = self._framed, self._points()
        position, focal, _ = self._place()
        axes = np.array([np.cross(forward, up), up, forward])
        aspect = self.plotter.width() / max(1, self.plotter.height())
        needed = photo.distance_to_fit(points - focal, axes, _VIEW_ANGLE, aspect)
        if needed > np.linalg.norm(focal - position):
            self._frame(forward, up, points)

    def look_through(self, camera: Camera, size: tuple[int, int], image: NDArray[np.uint8] | None) -> None:
        """Take the place of a photo's camera; `image` (H, W, 3) is blended over the mesh."""
        self._through = (camera, size)
        if image is not None:
            depth = max(10.0, float(np.linalg.norm(self._center - camera.center)) - 1.3 * self._radius)
            self.plotter.add_mesh(
                photo.photo_plane(camera, size, depth),
                texture=photo.texture(image),
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

    def show_photos(self, photos: Sequence[photo.Photo]) -> None:
        """Draw a pyramid where each photo was taken, with its picture in front; none removes them."""
        for name in self._standing:
            self.plotter.remove_actor(name, reset_camera=False, render=False)
        self._standing = []
        depth = _PYRAMID * self._radius
        if photos:
            globe = photo.globe(self._center, self._radius)
            self._stand("globe", globe, line_width=1, color=theme.current().colors.faint, opacity=0.6)
            self._stand(
                "cameras", photo.pyramids(photos, depth), line_width=1.5, color=theme.current().colors.accent
            )
        if len(photos) <= _MOST_PICTURES:
            for number, one in enumerate(photos):
                if one.picture is not None:
                    picture = photo.texture(one.picture)
                    plane = photo.photo_plane(one.camera, one.size, depth)
                    self._stand(f"picture {number}", plane, texture=picture)
        self.plotter.reset_camera_clipping_range()
        self.redraw()

    def _stand(self, name: str, mesh: pv.PolyData, **look: object) -> None:
        options = {"lighting": False, "pickable": False, "reset_camera": False, "render": False, **look}
        self.plotter.add_mesh(mesh, name=name, **options)
        self._standing.append(name)

    def show_landmarks(self, points: Mapping[str, NDArray[np.floating]]) -> None:
        """Mark these points (3,) mm with their names; none removes the marks."""
        if not points and not self._landmarks:
            return
        self._landmarks = dict(points)
        markers.show(self.plotter, self._landmarks, theme.current().colors)
        self.redraw()

    def show_axes(self, shown: bool) -> None:
        """The orientation axes in the corner."""
        (self.plotter.show_axes if shown else self.plotter.hide_axes)()
        self.redraw()

    # Drawing

    def redraw(self) -> None:
        """Draw now, where there is something to draw on."""
        if self._plotter is not None and not self._closed and self._plotter.isVisible():
            self._plotter.render()

    def close_view(self) -> None:
        """Give VTK and OpenGL back. Nothing is drawn afterwards."""
        if not self._closed:
            self._closed = True
            if self._plotter is not None:
                self._plotter.removeEventFilter(self)
                self._plotter.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Draw when the view comes up; keep VTK's own keys (e, q, 3, ...) from doing anything."""
        if event.type() is QEvent.Type.Show and not self._closed:
            QTimer.singleShot(0, self._come_up)
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _come_up(self) -> None:
        if self._to_frame is not None and not self._closed:
            self._frame(*self._to_frame)
        self.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.build()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._plotter is None or self._closed:
            return
        if self._through is not None:
            self._aim()
        elif self._framed is not None and self._plotter.isVisible() and self._untouched:
            self._frame(*self._framed)

    def _layer(self, name: str) -> MeshLayer:
        from h3dstudio.gui.viewport.layer import MeshLayer

        if name not in self._layers:
            layer = MeshLayer(self.plotter, name, self._color(name), theme.current().colors.raised)
            layer.style(mode=self._mode, visible=self._is_on(name))
            self._layers[name] = layer
        return self._layers[name]

    def _color(self, name: str) -> str:
        colors = theme.current().colors
        return colors.truth if name == GROUND_TRUTH else colors.clay

    def _points(self) -> NDArray[np.float64]:
        """(N, 3) what is visible, or the sphere around the head while there is nothing."""
        shown = [
            layer.mesh.vertices for layer in self._layers.values() if layer.mesh is not None and layer.visible
        ]
        shown = [vertices for vertices in shown if len(vertices)]
        if shown:
            return np.vstack(shown)
        return self._center + self._radius * np.vstack([np.eye(3), -np.eye(3)])

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
        if self._closed or self._plotter is None:
            return
        look.paint_background(self.plotter, theme.current().colors)
        look.paint_axes(self._axes, theme.current().colors)
        for name, layer in self._layers.items():
            layer.style(color=self._color(name), ground=theme.current().colors.raised)
        if self._landmarks:
            markers.show(self.plotter, self._landmarks, theme.current().colors)
        self.redraw()


def load_vtk() -> None:
    """Import what `MeshView.build` needs; a second or so, on any thread."""
    import pyvistaqt  # noqa: F401

    import h3dstudio.gui.viewport.layer  # noqa: F401


def _interactor(parent: QWidget) -> Any:
    from pyvistaqt import QtInteractor

    samples = 0 if look.software_rendered() else 4
    return QtInteractor(parent, auto_update=False, multi_samples=samples)


__all__ = ["GROUND_TRUTH", "RECONSTRUCTION", "DisplayMode", "MeshView"]
