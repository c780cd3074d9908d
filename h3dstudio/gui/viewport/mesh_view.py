"""The 3D view: shows meshes by name, photos through their cameras, and where the cameras stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.shell import theme
from h3dstudio.gui.viewport import scene_style
from h3dstudio.gui.viewport.camera_controller import CameraController, CameraPose
from h3dstudio.gui.viewport.canvas import make_canvas
from h3dstudio.gui.viewport.error_scale import ErrorScale
from h3dstudio.gui.viewport.locators import Locators
from h3dstudio.gui.viewport.markers import Marker, Markers
from h3dstudio.gui.viewport.motion import Motion
from h3dstudio.gui.viewport.panes import Panes
from h3dstudio.gui.viewport.photo import Photo
from h3dstudio.gui.viewport.photo_pyramids import StandingPhotos
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, PRIOR, RECONSTRUCTION, DisplayMode
from h3dstudio.gui.viewport.surface_format import placeholder

if TYPE_CHECKING:
    from h3dstudio.gui.viewport.layer import MeshLayer


Plane = tuple[NDArray[np.float64], NDArray[np.float64]]
"""A point (3,) mm and a unit normal (3,)."""


class MeshView(QWidget):
    """The viewport; a `MeshSink`. `errors_changed()` when distances for the error map come or go,
    `shown_changed()` when other meshes are on screen, `came_up()` when VTK is there,
    `cameras_shown()` when photos stand in space.

    VTK comes in when the view is first needed: when it is shown, or by `build`, whose import `load_vtk` may
    have done before on any thread. Create a view before its window is shown, and call `close_view` before
    the window goes.
    """

    photo_left = Signal()
    errors_changed = Signal()
    shown_changed = Signal()
    cameras_shown = Signal()
    came_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 240)
        self._plotter: Any = None
        self._stand_in = placeholder(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._layers: dict[str, MeshLayer] = {}
        self._mode = DisplayMode.COLOURED
        self._closed = False
        self._stage: str | None = None
        self._hidden: set[str] = set()
        self.cut: Plane | None = None
        self._before: CameraPose | None = None
        self.error_scale = ErrorScale(self)
        self.camera_controller = CameraController(self, self)
        self.photos = StandingPhotos(self)
        self.panes = Panes(self)
        self.landmarks = Markers(self, self.panes)
        self.motion = Motion(self._layers, self, self)
        self.locators = Locators(self.surfaces, self)
        self.camera_controller.photo_left.connect(self.photo_left)
        self.error_scale.changed.connect(self._take_error_scale)
        theme.current().changed.connect(self._take_colors)

    @property
    def plotter(self) -> Any:
        """pyvistaqt's QtInteractor; made when it is first asked for."""
        if self._plotter is None:
            self.build()
        return self._plotter

    @property
    def built(self) -> bool:
        """Whether VTK is there."""
        return self._plotter is not None and not self._closed

    def build(self) -> None:
        """Bring VTK in, if it is not there and still wanted."""
        if self._plotter is not None or self._closed:
            return
        self._plotter = plotter = make_canvas(self)
        plotter.setAcceptDrops(False)  # Drops belong to the window.
        layout = self.layout()
        assert layout is not None
        layout.addWidget(plotter)
        plotter.lower()  # Whatever lies over the view already stays there.
        self._stand_in.deleteLater()
        scene_style.set_lights(plotter)
        self.smooth(True)
        self._axes = plotter.add_axes(line_width=3, interactive=False, viewport=(0.0, 0.0, 0.14, 0.22))
        plotter.iren.add_observer("StartInteractionEvent", lambda *_: self.leave_photo())
        self.motion.watch(plotter.iren)
        plotter.installEventFilter(self)
        self._take_colors()
        self.came_up.emit()

    # MeshSink

    def show_mesh(self, name: str, mesh: TriangleMesh, normals: NDArray[np.floating] | None = None) -> None:
        """Show `mesh` under `name`. The first of all is framed; later ones never move the camera,

        except back when they outgrow the picture and nobody has turned it yet. Distances that were set
        for the mesh before are gone.
        """
        first = all(layer.mesh is None or not layer.visible for layer in self._layers.values())
        layer = self._layer(name)
        had_errors = layer.errors is not None
        layer.show(mesh, normals)
        if first and not self.camera_controller.must_stay and self._is_on(name):
            self.reset_camera()
        else:
            self.camera_controller.keep_in_sight()
        self.motion.mesh_changed()
        self.plotter.reset_camera_clipping_range()
        self.redraw()
        self.shown_changed.emit()
        if had_errors:
            self.errors_changed.emit()

    def remove_mesh(self, name: str) -> None:
        """Show nothing under `name`."""
        if name in self._layers:
            self._layers[name].clear()
            self.redraw()
            self.shown_changed.emit()
            self.errors_changed.emit()

    def mesh(self, name: str) -> TriangleMesh | None:
        """What is shown under `name`."""
        return self._layers[name].mesh if name in self._layers else None

    def set_errors(self, name: str, distances: NDArray[np.floating] | None) -> None:
        """Distances (V,) mm at the vertices of the mesh shown under `name`, for `DisplayMode.ERROR`.

        NaN is "not measured" and stays grey; None forgets them, and so does the next mesh of that name.
        Raises MeshError when there is no such mesh or it has another number of vertices.
        """
        self._layer(name).set_errors(distances)
        self.redraw()
        self.errors_changed.emit()

    def errors(self, name: str) -> NDArray[np.float32] | None:
        """The distances (V,) mm that are set for the mesh `name`."""
        return self._layers[name].errors if name in self._layers else None

    @property
    def has_errors(self) -> bool:
        """Whether any mesh has distances to show."""
        return any(layer.errors is not None for layer in self._layers.values())

    @property
    def has_gaps(self) -> bool:
        """Whether some place of a mesh with distances was not measured."""
        return any(
            layer.errors is not None and np.isnan(layer.errors).any() for layer in self._layers.values()
        )

    def surfaces(self) -> dict[str, TriangleMesh]:
        """What is visible and can be picked, whole, whatever is drawn while the camera moves."""
        return {
            name: layer.mesh
            for name, layer in self._layers.items()
            if layer.visible and layer.mesh is not None and len(layer.mesh.faces)
        }

    def is_shown(self, name: str) -> bool:
        """Whether a mesh is seen under `name`."""
        layer = self._layers.get(name)
        return layer is not None and layer.visible and layer.mesh is not None

    def set_visible(self, name: str, visible: bool) -> None:
        (self._hidden.discard if visible else self._hidden.add)(name)
        self._layer(name).style(visible=self._is_on(name))
        self.redraw()
        self.shown_changed.emit()

    @property
    def stage(self) -> str | None:
        """The mesh that is shown alone, or None."""
        return self._stage

    def enter_stage(self, name: str, forward: NDArray[np.float64], up: NDArray[np.float64]) -> None:
        """Show the mesh `name` alone, from the front, until `leave_stage`; the camera is kept for then."""
        if self._stage == name:
            return
        self.leave_stage()
        self._before = self.camera_controller.face(forward, up)
        self._stage = name
        self._apply_stage()
        self.camera_controller.frame(forward, up, self.points())

    def leave_stage(self) -> None:
        """Show everything else again, as it was looked at before."""
        if self._stage is None or self._before is None:
            return
        self._stage = None
        self._apply_stage()
        self.camera_controller.go_back(self._before)
        self._before = None
        self.plotter.reset_camera_clipping_range()
        self.redraw()

    def _apply_stage(self) -> None:
        for name, layer in self._layers.items():
            layer.style(visible=self._is_on(name))
        self.shown_changed.emit()

    def _is_on(self, name: str) -> bool:
        on_stage = name == self._stage if self._stage is not None else name != PRIOR
        return on_stage and name not in self._hidden

    @property
    def mode(self) -> DisplayMode:
        """How meshes are drawn."""
        return self._mode

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

    # The camera (see `CameraController`)

    def set_home(
        self,
        forward: NDArray[np.float64],
        up: NDArray[np.float64],
        center: NDArray[np.float64],
        radius: float,
    ) -> None:
        """Where `reset_camera` looks: along `forward`, with `up` up; `center`, `radius` (mm) while empty."""
        self.camera_controller.set_home(forward, up, center, radius)

    @property
    def camera_pose(self) -> NDArray[np.float64] | None:
        """(3, 3) mm: where the user has put the camera, what it looks at, its up; None where nobody has."""
        if not self.built:
            return None
        if self._before is not None:
            return None if self._before.untouched else self._before.place
        return self.camera_controller.pose

    def set_camera_pose(self, pose: NDArray[np.float64]) -> None:
        """Put the camera there (see `camera_pose`); the next mesh does not frame itself."""
        self.leave_stage()
        self.camera_controller.set_pose(pose)

    def reset_camera(self) -> None:
        """Frame what is visible, seen from the front."""
        self.camera_controller.reset()

    def overview(self, points: NDArray[np.float64]) -> None:
        """See all `points` (N, 3) mm and where the head will be, from above and a little from the side."""
        self.camera_controller.overview(points)

    def look_through(self, camera: Camera, size: tuple[int, int], image: NDArray[np.uint8] | None) -> None:
        """Take the place of a photo's camera; `image` (H, W, 3) is blended over the mesh."""
        self.camera_controller.look_through(camera, size, image)

    def set_photo_opacity(self, opacity: float) -> None:
        """How much of the photo is seen over the mesh, 0 to 1."""
        self.camera_controller.set_photo_opacity(opacity)

    def leave_photo(self) -> None:
        """Back to a free camera, at the same place."""
        self.camera_controller.leave_photo()

    def show_photos(self, photos: Sequence[Photo]) -> None:
        """Draw a pyramid where each photo was taken, with its picture in front; none removes them."""
        self.photos.show(photos, self.camera_controller.center, self.camera_controller.radius)
        if photos:
            self.cameras_shown.emit()

    def show_landmarks(self, marked: Sequence[Marker]) -> None:
        """Mark these points and no others."""
        if tuple(marked) != self.landmarks.shown:
            self.landmarks.show(marked, theme.current().colors)
            self.redraw()

    def show_axes(self, shown: bool) -> None:
        """The orientation axes in the corner."""
        (self.plotter.show_axes if shown else self.plotter.hide_axes)()
        self.redraw()

    # Drawing

    def points(self) -> NDArray[np.float64]:
        """(N, 3) what is visible, or the sphere around the head while there is nothing."""
        shown = [
            layer.mesh.vertices for layer in self._layers.values() if layer.mesh is not None and layer.visible
        ]
        shown = [vertices for vertices in shown if len(vertices)]
        return np.vstack(shown) if shown else self.camera_controller.sphere_points()

    def pane(self) -> tuple[int, int]:
        """Width and height in logical pixels of one picture of the scene."""
        return max(1, self.plotter.width() // self.panes.count), max(1, self.plotter.height())

    def set_cut(self, plane: Plane | None) -> None:
        """Hide what lies behind `plane`, away from its normal; None shows everything."""
        self.cut = plane
        for layer in self._layers.values():
            layer.cut(plane)

    def set_side_by_side(self, split: bool) -> None:
        """The ground truth in a picture of its own beside the rest, under the same camera."""
        self.panes.set_split(split)
        for name, layer in self._layers.items():
            self.panes.draw(name, layer.actor)
        self.landmarks.show(self.landmarks.shown, theme.current().colors)
        self.camera_controller.fit()
        self.redraw()

    def redraw(self) -> None:
        """Draw soon, where there is something to draw on."""
        if self._plotter is not None and not self._closed and self._plotter.isVisible():
            self._plotter.update()

    def smooth(self, on: bool) -> None:
        """Soften edges where the processor draws them; a graphics card always does."""
        scene_style.smooth_edges(self.panes.renderers(), on)

    @property
    def paint_seconds(self) -> float:
        """How long the last picture took."""
        return self._plotter.paint_seconds if self._plotter is not None else 0.0

    @property
    def closed(self) -> bool:
        """Whether VTK was given back, or never came in."""
        return self._closed or self._plotter is None

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
        if not self._closed:
            self.camera_controller.come_up()
        self.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.build()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._plotter is not None and not self._closed:
            self.camera_controller.fit()

    def _layer(self, name: str) -> MeshLayer:
        from h3dstudio.gui.viewport.layer import MeshLayer

        if name not in self._layers:
            colors = theme.current().colors
            layer = MeshLayer(self.plotter, name, self._color(name), colors.raised, self.error_scale)
            layer.style(mode=self._mode, visible=self._is_on(name))
            layer.cut(self.cut)
            self.panes.draw(name, layer.actor)
            self._layers[name] = layer
        return self._layers[name]

    def _color(self, name: str) -> str:
        colors = theme.current().colors
        return colors.truth if name == GROUND_TRUTH else colors.clay

    def _take_error_scale(self) -> None:
        for layer in self._layers.values():
            layer.rescale()
        self.redraw()

    def _take_colors(self) -> None:
        if self._closed or self._plotter is None:
            return
        scene_style.paint_background(self.plotter, theme.current().colors)
        self.panes.paint()
        scene_style.paint_axes(self._axes, theme.current().colors)
        for name, layer in self._layers.items():
            layer.style(color=self._color(name), ground=theme.current().colors.raised)
        self.landmarks.show(self.landmarks.shown, theme.current().colors)
        self.redraw()


def load_vtk() -> None:
    """Import what `MeshView.build` needs; a second or so, on any thread."""
    import pyvistaqt  # noqa: F401

    import h3dstudio.gui.viewport.layer  # noqa: F401


__all__ = ["GROUND_TRUTH", "RECONSTRUCTION", "DisplayMode", "MeshView"]
