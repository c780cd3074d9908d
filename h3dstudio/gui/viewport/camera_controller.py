"""Where the 3D view looks from: framed by itself until the user turns it, or through a photo's camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.framing import distance_to_fit
from h3dstudio.gui.viewport import photo

VIEW_ANGLE = 26.0
_MARGIN = 1.08
_PHOTO = "photo"
_Direction = NDArray[np.float64]
_Frame = tuple[_Direction, _Direction, NDArray[np.float64]]
"""Forward and up direction, and the points (N, 3) to be seen."""


class Scene(Protocol):
    """What the parts of the viewport need of it."""

    @property
    def plotter(self) -> Any:
        """pyvistaqt's QtInteractor."""
        ...

    def points(self) -> NDArray[np.float64]:
        """(N, 3) mm, what is visible."""
        ...

    def pane(self) -> tuple[int, int]:
        """Width and height in logical pixels of one picture of the scene."""
        ...

    def redraw(self) -> None:
        """Draw now, where there is something to draw on."""
        ...


@dataclass(frozen=True, eq=False)
class CameraPose:
    """How one looked at the scene, to come back to: `untouched` when the camera was where `frame` put it."""

    home: tuple[_Direction, _Direction]
    framed: _Frame | None
    to_frame: _Frame | None
    place: NDArray[np.float64]
    untouched: bool


class CameraController(QObject):
    """Moves the camera of a `Scene`. `photo_left()`: it no longer stands where a photo was taken."""

    photo_left = Signal()

    def __init__(self, scene: Scene, parent: QObject) -> None:
        super().__init__(parent)
        self._scene = scene
        self._home = (np.array([0.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0]))
        self.center, self.radius = np.zeros(3), 150.0
        self._through: tuple[Camera, tuple[int, int]] | None = None
        self._to_frame: _Frame | None = None
        self._framed: _Frame | None = None
        self._placed: NDArray[np.float64] | None = None
        self._put = False

    @property
    def through(self) -> bool:
        """Whether the camera stands where a photo was taken."""
        return self._through is not None

    @property
    def must_stay(self) -> bool:
        """Whether it must not be moved for a first mesh: at a photo, or where a project has it."""
        return self.through or self._put

    @property
    def pose(self) -> _Direction | None:
        """(3, 3) mm: position, focal point and up; None at a photo, and while it frames by itself."""
        return None if self.through or self._is_ours() else self._place()

    def set_pose(self, pose: NDArray[np.float64]) -> None:
        """Take this pose, as `pose` has it, and keep it until something else is framed."""
        self.leave_photo()
        self._framed = self._to_frame = self._placed = None
        camera = self._scene.plotter.camera
        camera.view_angle = VIEW_ANGLE
        camera.position, camera.focal_point, camera.up = pose
        self._put = True
        self._scene.plotter.reset_camera_clipping_range()
        self._scene.redraw()

    @property
    def home(self) -> tuple[_Direction, _Direction]:
        """Forward and up (3,) of the view from the front."""
        return self._home

    @property
    def forward_and_up(self) -> tuple[_Direction, _Direction]:
        """Forward and up (3,) of the camera as it stands, at right angles."""
        position, focal, up = self._place()
        forward = (focal - position) / np.linalg.norm(focal - position)
        across = np.cross(forward, up)
        across /= np.linalg.norm(across)
        return forward, np.cross(across, forward)

    def set_home(self, forward: _Direction, up: _Direction, center: _Direction, radius: float) -> None:
        """Where `reset` looks: along `forward`, with `up` up; `center`, `radius` (mm) while empty."""
        self._home, self.center, self.radius = (forward, up), center, radius

    def sphere_points(self) -> NDArray[np.float64]:
        """(6, 3) mm, the ends of the sphere in which the head will appear."""
        return self.center + self.radius * np.vstack([np.eye(3), -np.eye(3)])

    def reset(self) -> None:
        """Frame what is visible, seen from the front."""
        self.leave_photo()
        self.frame(*self._home, self._scene.points())

    def overview(self, points: NDArray[np.float64]) -> None:
        """See all `points` (N, 3) mm and where the head will be, from above and a little from the side."""
        self.leave_photo()
        forward, up = self._home
        slanted = forward - 0.35 * up + 0.5 * np.cross(forward, up)
        slanted /= np.linalg.norm(slanted)
        above = up - slanted * float(up @ slanted)
        self.frame(slanted, above / np.linalg.norm(above), np.vstack([points, self.sphere_points()]))

    def face(self, forward: _Direction, up: _Direction) -> CameraPose:
        """Make this the home and look from there; returns what `go_back` needs."""
        self.leave_photo()
        before = CameraPose(self._home, self._framed, self._to_frame, self._place(), self._is_ours())
        self._home = (forward, up)
        return before

    def go_back(self, before: CameraPose) -> None:
        """Look again as before `face`."""
        self._home, self._framed, self._to_frame = before.home, before.framed, before.to_frame
        camera = self._scene.plotter.camera
        camera.position, camera.focal_point, camera.up = before.place
        self._placed = before.place if before.untouched else None
        if before.untouched and self._framed is not None:
            self.frame(*self._framed)

    def frame(self, forward: _Direction, up: _Direction, points: NDArray[np.float64]) -> None:
        """See all `points` (N, 3) along `forward`, with `up` up."""
        # A hidden view does not know its size yet: what it was asked to frame is framed when it comes up.
        self._put = False
        self._framed = (forward, up, points)
        self._to_frame = None if self._scene.plotter.isVisible() else self._framed
        camera = self._scene.plotter.camera
        camera.view_angle = VIEW_ANGLE
        axes = np.array([np.cross(forward, up), up, forward])
        seen = points @ axes.T
        center = (seen.min(axis=0) + seen.max(axis=0)) / 2 @ axes
        distance = _MARGIN * self._distance(points - center, axes)
        camera.focal_point = center
        camera.position = center - forward * distance
        camera.up = up
        self._placed = self._place()
        self._scene.plotter.reset_camera_clipping_range()
        self._scene.redraw()

    def keep_in_sight(self) -> None:
        """Step back when what is shown has outgrown the picture, unless the user has turned the camera."""
        if self._framed is None or not self._untouched or not self._scene.plotter.isVisible():
            return
        (forward, up, _), points = self._framed, self._scene.points()
        position, focal, _ = self._place()
        axes = np.array([np.cross(forward, up), up, forward])
        if self._distance(points - focal, axes) > np.linalg.norm(focal - position):
            self.frame(forward, up, points)

    def look_through(self, camera: Camera, size: tuple[int, int], image: NDArray[np.uint8] | None) -> None:
        """Take the place of a photo's camera; `image` (H, W, 3) is blended over the mesh."""
        self._through = (camera, size)
        if image is not None:
            away = float(np.linalg.norm(self.center - camera.center))
            plane = photo.photo_plane(camera, size, max(10.0, away - 1.3 * self.radius))
            options = {"lighting": False, "pickable": False, "reset_camera": False, "render": False}
            self._scene.plotter.add_mesh(
                plane, texture=photo.texture(image), name=_PHOTO, opacity=0.5, **options
            )
        self._aim()

    def set_photo_opacity(self, opacity: float) -> None:
        """How much of the photo is seen over the mesh, 0 to 1."""
        actor = self._scene.plotter.renderer.actors.get(_PHOTO)
        if actor is not None:
            actor.prop.opacity = opacity
            self._scene.redraw()

    def leave_photo(self) -> None:
        """Back to a free camera, at the same place."""
        if self._through is None:
            return
        self._through = None
        self._scene.plotter.remove_actor(_PHOTO, reset_camera=False, render=False)
        self._scene.plotter.camera.SetWindowCenter(0.0, 0.0)
        self.photo_left.emit()
        self._scene.redraw()

    @property
    def waits(self) -> bool:
        """Whether something is to be framed as soon as the view is on screen."""
        return self._to_frame is not None

    def come_up(self) -> None:
        """The view is on screen now, and knows its size."""
        if self._to_frame is not None:
            self.frame(*self._to_frame)

    def fit(self) -> None:
        """The picture has another size."""
        if self._through is not None:
            self._aim()
        elif self._framed is not None and self._scene.plotter.isVisible() and self._untouched:
            self.frame(*self._framed)

    def _distance(self, points: NDArray[np.float64], axes: NDArray[np.float64]) -> float:
        width, height = self._scene.pane()
        return distance_to_fit(points, axes, VIEW_ANGLE, width / height)

    def _place(self) -> NDArray[np.float64]:
        camera = self._scene.plotter.camera
        return np.array([camera.position, camera.focal_point, camera.up])

    def _is_ours(self) -> bool:
        """Whether the camera still is where `frame` put it."""
        return self._placed is not None and np.allclose(self._place(), self._placed)

    @property
    def _untouched(self) -> bool:
        return self._through is None and self._is_ours()

    def _aim(self) -> None:
        assert self._through is not None
        camera, size = self._through
        view = photo.lens(camera, size, self._scene.pane())
        away = float(np.linalg.norm(self.center - camera.center))
        ours = self._scene.plotter.camera
        ours.position = camera.center
        ours.focal_point = camera.center + camera.forward * away
        ours.up = -camera.rotation[1]
        ours.view_angle = view.view_angle
        ours.SetWindowCenter(*view.window_center)
        self._scene.plotter.reset_camera_clipping_range()
        self._scene.redraw()
