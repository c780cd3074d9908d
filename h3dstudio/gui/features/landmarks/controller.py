"""The landmarks of the open scan in the window: which is placed, by what list, on which mesh."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from h3dstudio.data.scan import Scan, View
from h3dstudio.errors import H3DError, LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.surface_points import SurfacePoint, vector
from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.landmarks.exchange import LandmarkExchange
from h3dstudio.gui.features.landmarks.meshes import LandmarkMeshes
from h3dstudio.gui.features.landmarks.pointer import LandmarkPointer
from h3dstudio.gui.features.landmarks.scene import LandmarkScene
from h3dstudio.gui.features.landmarks.suggested import SuggestedLandmarks
from h3dstudio.gui.shell import theme
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.flight import Flight
from h3dstudio.gui.viewport.markers import spoken
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.session.landmarks import photos as landmark_photos
from h3dstudio.session.landmarks.editor import LandmarkEditor
from h3dstudio.session.landmarks.mirror import mirrored
from h3dstudio.session.landmarks.table import LAYERS, State
from h3dstudio.session.project.commands import CommandStack

Points = dict[str, NDArray[np.float64]]
_LOCATOR_DELAY = 400
"""ms without another mesh, after which the next pick is prepared."""


class LandmarkController(QObject):
    """Slots of the landmark actions; the parts that draw, point, import and export.

    Signals: `changed()` whatever the panel shows, `said(text)` for the status line, `logged(message, level)`,
    `placing(bool)` whether a click places, and `saved(Path)` after an export.

    Attributes:
        landmarks: the session's, also a section of the project.
        suggested: those of a run and of the scan.
    """

    changed = Signal()
    said = Signal(str)
    logged = Signal(str, str)
    placing = Signal(bool)
    saved = Signal(object)

    def __init__(
        self,
        window: QWidget,
        view: MeshView,
        tasks: Tasks,
        commands: CommandStack,
        display: DisplayController,
    ) -> None:
        super().__init__(window)
        self._view, self._display = view, display
        self._scan: Scan | None = None
        self._mirrored: dict[str, Points] = {layer: {} for layer in LAYERS}
        self._advance = False
        self.landmarks = LandmarkEditor(commands)
        self.suggested = SuggestedLandmarks(self, tasks, view)
        self.picker = Picker(view)
        self.flight = Flight(view)
        self.meshes = LandmarkMeshes(self, self.landmarks, view, tasks)
        self.scene = LandmarkScene(
            self, self.landmarks, view, self.picker, self.suggestions, self._is_scan_shown, self._photo
        )
        self.pointer = LandmarkPointer(
            self, self.landmarks, view, self.picker, self.scene, self.meshes, self.cameras
        )
        self.exchange = LandmarkExchange(window, self.landmarks, view, tasks, self.meshes, self.suggestions)
        self._soon = QTimer(self, interval=_LOCATOR_DELAY, singleShot=True)
        self._soon.timeout.connect(self._prepare)
        self._connect()

    def _connect(self) -> None:
        self.landmarks.listeners.append(self._refresh)
        self.suggested.changed.connect(self._refresh)
        self.suggested.logged.connect(self.logged)
        self.scene.overlay.resized.connect(self.scene.draw)
        self.pointer.refused.connect(self.refuse)
        self.pointer.said.connect(self.said)
        self.pointer.placed.connect(self._stepped)
        self.pointer.gestures.cleared.connect(self.clear)
        self.exchange.said.connect(self.said)
        self.exchange.logged.connect(self.logged)
        self.exchange.saved.connect(self.saved)
        self._view.came_up.connect(self._watch)
        self._view.shown_changed.connect(self._take_mesh)
        self._view.locators.made.connect(self.pointer.refresh)
        theme.current().changed.connect(self.scene.draw)
        self._display.photo_changed.connect(lambda _: self._refresh())
        self._display.stage_changed.connect(lambda _: self._refresh())
        self._display.meshes_changed.connect(self._refresh)

    def _is_scan_shown(self) -> bool:
        """Whether the scan, and not a head of the prior, is on screen."""
        return not self._display.on_stage

    def _photo(self) -> View | None:
        """The view one looks through."""
        number = self._display.photo
        return None if number is None or self._scan is None else self._scan.view(number)

    # The scan and its results

    def take_scan(self, scan: Scan | None) -> None:
        """Another scan is open, or none: nothing is placed."""
        self._scan = scan
        self._mirrored = {layer: {} for layer in LAYERS}
        self.landmarks.forget()
        self.suggested.forget()
        self.suggested.take_scan({} if scan is None else dict(scan.landmarks))

    def cameras(self) -> landmark_photos.Cameras:
        """Of the open scan, by view number."""
        return {} if self._scan is None else {view.index: view.camera for view in self._scan.views}

    def suggestions(self, layer: str) -> Points:
        """Name -> (3,) of what is suggested and not placed; what the user asked for last comes first."""
        known = self.suggested.points(layer) | self._mirrored[layer]
        placed = self.landmarks.points(layer)
        return {name: known[name] for name in self.landmarks.names if name in known and name not in placed}

    def photo_errors(self) -> dict[int, float | None]:
        """View -> pixels by which the current landmark's clicks miss its point; None while it has none."""
        name = self.landmarks.current
        if name is None:
            return {}
        mark = self.landmarks.mark(self.landmarks.layer, name)
        errors = landmark_photos.reprojection(mark, self.cameras())
        return {one.view: errors.get(one.view) for one in mark.sightings}

    # Slots of actions

    def place(self, on: bool) -> None:
        """Let clicks place landmarks, or not."""
        if on != self.pointer.on:
            self.pointer.turn(on)
            self.placing.emit(on)
            self.changed.emit()

    def set_advance(self, on: bool) -> None:
        """Go on to the next missing landmark after each click."""
        self._advance = on

    def show(self, shown: bool) -> None:
        """Show or hide all of them."""
        self.scene.shown = shown
        self.scene.draw()

    def next(self) -> None:
        """On to the next missing one."""
        self._step(self.landmarks.next_name(self.landmarks.current))

    def previous(self) -> None:
        """Back one row."""
        names, current = self.landmarks.names, self.landmarks.current
        if names:
            place = names.index(current) if current in names else 0
            self.landmarks.choose(names[place - 1])

    def clear(self) -> None:
        """Take the current one off; in a photo, only its click there."""
        view = self.scene.photo()
        layer, name = self.landmarks.layer, self.landmarks.current
        if name is None:
            return
        mark = self.landmarks.mark(layer, name)
        if view is not None and any(one.view == view.index for one in mark.sightings):
            self.unsee(view.index)
        else:
            self._try(lambda: self.landmarks.clear(layer, name))
            self._mirrored[layer].pop(name, None)
            self._refresh()

    def unsee(self, view: int) -> None:
        """Take the current landmark's click in a photo back."""
        name = self.landmarks.current
        if name is not None:
            layer, cameras = self.landmarks.layer, self.cameras()
            self._try(lambda: landmark_photos.unsee(self.landmarks, layer, name, view, cameras))

    def skip(self) -> None:
        """The current one cannot be placed, or can after all; on to the next."""
        layer, name = self.landmarks.layer, self.landmarks.current
        if name is None:
            return
        skipped = self.landmarks.state_of(layer, name) is not State.SKIPPED
        if self._try(lambda: self.landmarks.skip(layer, name, skipped)) and skipped:
            self._step(self.landmarks.next_name(name))

    def lock(self) -> None:
        """Keep the current one as it is, or let it go."""
        layer, name = self.landmarks.layer, self.landmarks.current
        if name is not None:
            locked = self.landmarks.mark(layer, name).locked
            self._try(lambda: self.landmarks.lock(layer, name, not locked))

    def jump(self) -> None:
        """Fly to the current one, or to where it is suggested."""
        layer, name = self.landmarks.layer, self.landmarks.current
        points = self.suggestions(layer) | self.landmarks.points(layer)
        if name is None or name not in points:
            self.said.emit(self.tr("There is nothing to look at yet"))
            return
        surface = self.picker.nearest(layer, points[name])
        mesh = self._view.mesh(layer)
        self.flight.to(
            points[name], None if surface is None or mesh is None else _outward(mesh, surface.face)
        )

    def mirror(self) -> None:
        """Suggest what is missing from its partner on the other side."""
        layer = self.landmarks.layer
        try:
            found = mirrored(self.landmarks.points(layer), self.landmarks.names)
        except LandmarkError as error:
            self.refuse(error)
            return
        snapped = {name: self.picker.nearest(layer, point) for name, point in found.items()}
        self._mirrored[layer] = {
            name: found[name] if on is None else on.array for name, on in snapped.items()
        }
        if not found:
            self.said.emit(self.tr("Place a landmark whose partner on the other side is missing"))
        elif self.landmarks.current not in found:
            self.landmarks.choose(next(iter(found)))
        self._refresh()

    def accept(self) -> None:
        """Place the current one where it is suggested, and go on."""
        name = self.landmarks.current
        points = self.suggestions(self.landmarks.layer)
        if name in points:
            self._accept({name: points[name]}, self.tr("accept {0}").format(name.replace("_", " ")))
            self._step(self.landmarks.next_name(name))

    def accept_all(self) -> None:
        """Place all where they are suggested."""
        self._accept(self.suggestions(self.landmarks.layer), self.tr("accept suggestions"))

    def switch_layer(self) -> None:
        """Mark the other mesh."""
        other = LAYERS[1 - LAYERS.index(self.landmarks.layer)]
        self.landmarks.choose(self.landmarks.current, other)

    def refuse(self, error: H3DError) -> None:
        """Say why something was not done, where nothing is lost by it."""
        remedy = f" {error.remedy}." if error.remedy else ""
        self.said.emit(f"{error.problem[:1].upper()}{error.problem[1:]}.{remedy}")

    # Inside

    def _accept(self, points: Points, label: str) -> None:
        layer = self.landmarks.layer
        found: dict[str, SurfacePoint] = {}
        for name, point in points.items():
            on = self.picker.nearest(layer, point)
            found[name] = SurfacePoint(vector(point)) if on is None else self.meshes.placed(layer, on)
        if found:
            self.landmarks.place_all(layer, found, label)

    def _step(self, name: str | None) -> None:
        if name is None:
            self.said.emit(self.tr("All landmarks of the list are placed or skipped"))
        else:
            self.landmarks.choose(name)
            self.said.emit(self.tr("Next: {0}").format(spoken(name)))

    def _stepped(self, name: str) -> None:
        if self._advance and self.landmarks.state_of(self.landmarks.layer, name) is State.SET:
            self._step(self.landmarks.next_name(name))

    def _take_mesh(self) -> None:
        self._refresh()
        if self.pointer.on:
            self._soon.start()

    def _prepare(self) -> None:
        if self.pointer.on:
            self.picker.prepare()
            self.pointer.refresh()

    def _watch(self) -> None:
        self.pointer.gestures.watch(self._view.plotter)

    def _refresh(self) -> None:
        self.scene.draw()
        self.changed.emit()

    def _try(self, change: Callable[[], None]) -> bool:
        try:
            change()
        except LandmarkError as error:
            self.refuse(error)
            return False
        return True


def _outward(mesh: TriangleMesh, face: int) -> NDArray[np.float64]:
    """(3,) unit normal of a face, averaged over its corners' faces so that one sliver does not decide."""
    near = np.isin(mesh.faces, mesh.faces[face]).any(axis=1)
    corner = mesh.vertices[mesh.faces[near]]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]).sum(axis=0)
    return np.asarray(normal / max(float(np.linalg.norm(normal)), 1e-12))
