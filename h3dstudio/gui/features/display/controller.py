"""What the viewport shows of the open scan: meshes, modes, cameras, a photo to look through."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from h3dstudio.data.scan import Scan
from h3dstudio.geometry.face_index import FaceIndex
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.mesh_reading import read_ready
from h3dstudio.gui.shell.supervisor import ReadyMesh
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.lod import stand_in
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.photo import Photo
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, PRIOR, RECONSTRUCTION, DisplayMode
from h3dstudio.session.export.film import front_of

_FRONT = (np.array([0.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0]))
"""Forward and up, to see a head in the canonical frame: y up, face towards +z."""


class DisplayController(QObject):
    """Slots of the view actions.

    Signals: `photo_changed(view number or None)`, `busy(what)` ("" when over), `truth_failed()`, and
    `cameras_wanted(bool)` when the cameras should come or go by themselves, `meshes_changed()`,
    `stage_changed(bool)` when a head of the prior takes the stage (True) or leaves it.
    """

    photo_changed = Signal(object)
    busy = Signal(str)
    truth_failed = Signal()
    cameras_wanted = Signal(bool)
    meshes_changed = Signal()
    stage_changed = Signal(bool)

    def __init__(self, window: QWidget, view: MeshView, tasks: Tasks) -> None:
        super().__init__(window)
        self._window, self._view, self._tasks = window, view, tasks
        self._scan: Scan | None = None
        self._ticked: tuple[int, ...] = ()
        self._truth_wanted = self._truth_there = False
        self._cameras = True
        self._photo: int | None = None
        self._pictures: dict[int, NDArray[np.uint8]] = {}
        self._soon = QTimer(self, interval=250, singleShot=True)
        self._soon.timeout.connect(self._show_cameras)
        view.photo_left.connect(self._photo_left)
        view.motion.wanted.connect(self._make_stand_in)
        view.locators.wanted.connect(self._make_locator)

    @property
    def photo(self) -> int | None:
        """The view one looks through, or None."""
        return self._photo

    def set_scan(self, scan: Scan, ticked: Sequence[int]) -> None:
        """Forget the meshes of the scan before; look at this one's cameras."""
        self.leave_stage()
        self.leave_photo()
        self._tasks.drop("truth")
        self._scan, self._ticked, self._truth_there = scan, tuple(ticked), False
        self._pictures = {}
        for name in (RECONSTRUCTION, GROUND_TRUTH):
            self._view.remove_mesh(name)
        center, radius = scan.unit_sphere.translation, scan.unit_sphere.scale
        cameras = [view.camera for view in scan.views]
        first = scan.view(self._ticked[0]).camera if self._ticked else cameras[0]
        self._view.set_home(*front_of(cameras, first), center, radius)
        self.cameras_wanted.emit(True)
        self._show_cameras()
        self._view.overview(
            np.array([scan.view(number).camera.center for number in self._ticked]).reshape(-1, 3)
        )
        if self._truth_wanted and scan.ground_truth:
            self._load_truth()

    def close_scan(self) -> None:
        """No scan any more: nothing of it is shown."""
        self.leave_stage()
        self.leave_photo()
        self._tasks.drop("truth")
        self._scan, self._ticked, self._truth_there, self._pictures = None, (), False, {}
        for name in (RECONSTRUCTION, GROUND_TRUTH):
            self._view.remove_mesh(name)
        self._show_cameras()

    def set_ticked(self, ticked: Sequence[int]) -> None:
        self._ticked = tuple(ticked)
        self._show_cameras()

    def mesh_arrived(self) -> None:
        """The first mesh takes the stage: the cameras step back."""
        self.cameras_wanted.emit(False)

    def show_reconstruction(self, shown: bool) -> None:
        self._view.set_visible(RECONSTRUCTION, shown)

    def show_ground_truth(self, shown: bool) -> None:
        """Read the ground truth when it is wanted for the first time."""
        self._truth_wanted = shown
        self._view.set_visible(GROUND_TRUTH, shown)
        self.meshes_changed.emit()
        if shown and not self._truth_there and self._scan is not None and self._scan.ground_truth:
            self._load_truth()

    def show_side_by_side(self, split: bool) -> None:
        """Both meshes beside each other, or one over the other."""
        self._view.set_side_by_side(split)

    def coloured(self) -> None:
        self._view.set_mode(DisplayMode.COLOURED)

    def shaded(self) -> None:
        self._view.set_mode(DisplayMode.SHADED)

    def wireframe(self) -> None:
        self._view.set_mode(DisplayMode.WIREFRAME)

    def normals(self) -> None:
        self._view.set_mode(DisplayMode.NORMALS)

    def error_map(self) -> None:
        self._view.set_mode(DisplayMode.ERROR)

    def confidence(self) -> None:
        self._view.set_mode(DisplayMode.CONFIDENCE)

    def show_cameras(self, shown: bool) -> None:
        self._cameras = shown
        self._show_cameras()

    def show_axes(self, shown: bool) -> None:
        self._view.show_axes(shown)

    def reset_view(self) -> None:
        self._view.reset_camera()

    def look_through(self, number: int) -> None:
        """Look through the camera of view `number`, its photo blended over the mesh once it is read."""
        if self._scan is None:
            return
        view = self._scan.view(number)
        self._view.look_through(view.camera, view.size, None)
        self._photo = number
        self.photo_changed.emit(number)

        def read() -> NDArray[np.uint8]:
            from h3dstudio.data.images import load_view

            return load_view(view).image

        def show(image: NDArray[np.uint8]) -> None:
            if self._photo == number:
                self._view.look_through(view.camera, view.size, image)

        self._tasks.run(
            read,
            show,
            lambda error: self._explain(self.tr("Photo {0} cannot be shown").format(number), error),
            key="photo",
        )

    def set_photo_opacity(self, percent: int) -> None:
        self._view.set_photo_opacity(percent / 100)

    @property
    def on_stage(self) -> bool:
        """Whether a head of the prior is shown instead of the scan."""
        return self._view.stage is not None

    def show_head(self, ready: ReadyMesh) -> None:
        """Show a head of the prior (canonical frame) alone."""
        self._view.show_mesh(PRIOR, ready.mesh, ready.normals)
        if not self.on_stage:
            self._view.enter_stage(PRIOR, *_FRONT)
            self._show_cameras()
            self.stage_changed.emit(True)

    def leave_stage(self) -> None:
        """Back to the scan."""
        if self.on_stage:
            self._view.leave_stage()
            self._show_cameras()
            self.stage_changed.emit(False)

    def leave_photo(self) -> None:
        self._view.leave_photo()

    def _make_stand_in(self, name: str, mesh: TriangleMesh) -> None:
        self._tasks.run(
            lambda: stand_in(mesh),
            lambda made: self._view.motion.take(name, mesh, made),
            key=f"stand-in {name}",
        )

    def _make_locator(self, name: str, mesh: TriangleMesh) -> None:
        take = partial(self._view.locators.take, name)
        self._tasks.run(lambda: FaceIndex(mesh), take, key=f"locator {name}")

    def _photo_left(self) -> None:
        self._photo = None
        self._tasks.drop("photo")
        self.photo_changed.emit(None)

    def set_picture(self, number: int, picture: NDArray[np.uint8]) -> None:
        """The thumbnail (h, w, 3) of view `number`, to stand where it was taken."""
        self._pictures[number] = picture
        if self._cameras and number in self._ticked and not self._soon.isActive():
            self._soon.start()

    def _show_cameras(self) -> None:
        scan = self._scan
        hidden = scan is None or not self._cameras or self.on_stage
        views = () if scan is None or hidden else scan.views
        ticked = frozenset(self._ticked)
        self._view.show_photos(
            [
                Photo(
                    view.camera, view.size, self._pictures.get(view.index), view.index, view.index in ticked
                )
                for view in views
            ]
        )

    def _load_truth(self) -> None:
        assert self._scan is not None
        path = self._scan.ground_truth
        assert path is not None
        self.busy.emit(self.tr("Reading the ground truth…"))

        def show(ready: ReadyMesh) -> None:
            self._truth_there = True
            self._view.show_mesh(GROUND_TRUTH, ready.mesh, ready.normals)
            self._view.set_visible(GROUND_TRUTH, self._truth_wanted)
            self.busy.emit("")
            self.mesh_arrived()
            self.meshes_changed.emit()

        def refuse(error: Exception) -> None:
            self.busy.emit("")
            self.truth_failed.emit()
            self._explain(self.tr("The ground truth cannot be shown"), error)

        self._tasks.run(lambda: read_ready(path), show, refuse, key="truth")

    def _explain(self, title: str, error: Exception) -> None:
        dialogs.show_error(self._window, title, error)
