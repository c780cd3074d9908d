"""What mouse and arrow keys in the 3D view do to landmarks: place, drag, nudge, mark in a photo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

from h3dstudio.data.scan import View
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.surface_points import SurfacePoint
from h3dstudio.gui.features.landmarks.meshes import LandmarkMeshes
from h3dstudio.gui.features.landmarks.scene import LandmarkScene
from h3dstudio.gui.viewport.gestures import Gestures
from h3dstudio.gui.viewport.markers import spoken
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.picking import Pick, Picker
from h3dstudio.session.landmarks import photos as landmark_photos
from h3dstudio.session.landmarks.editor import LandmarkEditor
from h3dstudio.session.landmarks.table import LAYERS, Sighting

REACH = 9.0
"""Logical pixels from a landmark within which it is taken hold of."""
NUDGE, FAR_NUDGE = 0.25, 2.0
"""mm on the surface, or pixels of a photo."""
_Cursor = Qt.CursorShape


class LandmarkPointer(QObject):
    """Turns gestures into changes of the session.

    Signals: `refused(LandmarkError)`, `said(text)` what is still missing, `placed(name)` a click placed it.

    Args:
        cameras: of the open scan, by view number.
    """

    refused = Signal(object)
    said = Signal(str)
    placed = Signal(str)

    def __init__(
        self,
        parent: QObject,
        landmarks: LandmarkEditor,
        view: MeshView,
        picker: Picker,
        scene: LandmarkScene,
        meshes: LandmarkMeshes,
        cameras: Callable[[], landmark_photos.Cameras],
    ) -> None:
        super().__init__(parent)
        self._landmarks, self._view, self._picker = landmarks, view, picker
        self._scene, self._meshes = scene, meshes
        self._grip: tuple[str, str] | None = None
        self._moved: SurfacePoint | tuple[float, float] | None = None
        self._at: tuple[float, float] | None = None
        self._cameras = cameras
        self.gestures = Gestures(self, self._take_hold)
        self.gestures.clicked.connect(self._click)
        self.gestures.dragged.connect(self._drag)
        self.gestures.dropped.connect(self._drop)
        self.gestures.let_go.connect(self._let_go)
        self.gestures.hovered.connect(self._hover)
        self.gestures.left.connect(self._leave)
        self.gestures.nudged.connect(self._nudge)

    @property
    def on(self) -> bool:
        """Whether gestures are taken."""
        return self.gestures.on

    def turn(self, on: bool) -> None:
        """Take gestures, or leave them all to the view."""
        if on and not self.gestures.on:
            self._picker.prepare()
        self.gestures.on = on
        if not on:
            self._leave()

    def refresh(self) -> None:
        """Something has changed under the cursor, or what it places: say again what a click would do."""
        if self._at is not None and self.gestures.on and not self.gestures.dragging:
            self._hover(*self._at)

    # Clicks

    def _click(self, x: float, y: float) -> None:
        name = self._landmarks.current
        if name is None:
            self.said.emit(self.tr("Choose a landmark to place"))
            return
        view = self._scene.photo()
        if view is not None:
            if self._mark_photo(view, name, x, y):
                self.placed.emit(name)
        elif (pick := self._pick(x, y)) is not None:
            point = self._meshes.placed(pick.layer, pick.point)
            self._landmarks.choose(name, pick.layer)
            if self._try(lambda: self._landmarks.place(pick.layer, name, point)):
                self.placed.emit(name)

    def _pick(self, x: float, y: float) -> Pick | None:
        """On the mesh that is being marked; on the other one where that is not under the cursor."""
        layer = self._landmarks.layer
        pick = self._picker.pick(x, y, (layer,))
        return pick or self._picker.pick(x, y, [one for one in LAYERS if one != layer])

    def _mark_photo(self, view: View, name: str, x: float, y: float, *, nudged: bool = False) -> bool:
        pixel = self._pixel(view, x, y)
        if pixel is None:
            self.said.emit(self.tr("Click inside the photo"))
            return False
        return self._see(view, name, pixel, nudged=nudged)

    def _see(self, view: View, name: str, pixel: tuple[float, float], *, nudged: bool = False) -> bool:
        layer, sighting = self._landmarks.layer, Sighting(view.index, *pixel)
        problem = ""

        def see() -> None:
            nonlocal problem
            problem = landmark_photos.see(
                self._landmarks, layer, name, sighting, self._cameras(), nudged=nudged
            )

        done = self._try(see)
        if done:
            self.said.emit(problem)
        return done

    def _pixel(self, view: View, x: float, y: float) -> tuple[float, float] | None:
        """The photo's pixel under the cursor, None outside it."""
        ray = self._picker.ray(x, y)
        pixels, _ = view.camera.project((ray.origin + 100.0 * ray.direction)[None])
        across, down = map(float, pixels[0])
        width, height = view.size
        inside = -0.5 <= across <= width - 0.5 and -0.5 <= down <= height - 0.5
        return (across, down) if inside else None

    # Drags

    def _take_hold(self, x: float, y: float) -> bool:
        found = self._under(x, y)
        if found is None or self._landmarks.mark(*found).locked:
            return False
        self._grip, self._moved = found, None
        self._landmarks.choose(found[1], found[0])
        self._cursor(_Cursor.ClosedHandCursor)
        self._scene.overlay.show_tag("")
        return True

    def _drag(self, x: float, y: float) -> None:
        if self._grip is None:
            return
        layer, name = self._grip
        view = self._scene.photo()
        if view is not None:
            self._moved = self._pixel(view, x, y) or self._moved
        elif (pick := self._picker.pick(x, y, (layer,))) is not None:
            self._moved = self._meshes.placed(layer, pick.point)
            self._scene.held = (layer, name, pick.point.position)
            self._scene.draw()

    def _drop(self, x: float, y: float) -> None:
        if self._grip is None:
            return
        (layer, name), moved = self._grip, self._moved
        view = self._scene.photo()
        self._forget_grip()
        if isinstance(moved, SurfacePoint):
            self._try(lambda: self._landmarks.move(layer, name, moved))
        elif moved is not None and view is not None:
            self._see(view, name, moved)
        self._scene.draw()
        self._hover(x, y)

    def _let_go(self) -> None:
        self._forget_grip()
        self._scene.draw()

    def _forget_grip(self) -> None:
        self._grip = self._moved = self._scene.held = None

    def _under(self, x: float, y: float) -> tuple[str, str] | None:
        """The visible landmark at the cursor, as layer and name; the nearest of several."""
        view = self._scene.photo()
        if not self._scene.shown:
            return None
        there = self._in_photo(view) if view is not None else self._on_meshes()
        near = [(float(np.hypot(at[0] - x, at[1] - y)), layer, name) for layer, name, at in there]
        # (What is behind the camera has no distance, which is not below any.)
        for _, layer, name in sorted(one for one in near if one[0] < REACH):
            if view is not None or self._seen(layer, name):
                return layer, name
        return None

    def _seen(self, layer: str, name: str) -> bool:
        return self._picker.sees(self._landmarks.points(layer)[name], layer)

    def _in_photo(self, view: View) -> list[tuple[str, str, tuple[float, float]]]:
        layer = self._landmarks.layer
        return [
            (layer, name, self._scene.on_screen(view, one.x, one.y))
            for name in self._landmarks.names
            for one in self._landmarks.mark(layer, name).sightings
            if one.view == view.index
        ]

    def _on_meshes(self) -> list[tuple[str, str, NDArray[np.float64]]]:
        found = []
        for layer in LAYERS:
            if self._view.is_shown(layer):
                points = self._landmarks.points(layer)
                at = self._picker.to_screen(np.array(list(points.values())).reshape(-1, 3), layer)
                found += [(layer, name, seen) for name, seen in zip(points, at, strict=True)]
        return found

    # Hovering

    def _hover(self, x: float, y: float) -> None:
        self._at = (x, y)
        # While large meshes stream in, only a click is worth the wait.
        shape, text = self._promise(x, y) if self._picker.quick else (_Cursor.CrossCursor, "")
        self._cursor(shape)
        self._scene.overlay.show_tag(text, x, y)

    def _promise(self, x: float, y: float) -> tuple[Qt.CursorShape, str]:
        """What the cursor looks like and says here."""
        under = self._under(x, y)
        if under is not None:
            if self._landmarks.mark(*under).locked:
                return _Cursor.ArrowCursor, self.tr("{0} is locked").format(spoken(under[1]))
            return _Cursor.OpenHandCursor, self.tr("{0}: drag to move").format(spoken(under[1]))
        name, view = self._landmarks.current, self._scene.photo()
        if name is None:
            return _Cursor.ArrowCursor, ""
        if view is not None:
            inside = self._pixel(view, x, y) is not None
            text = self.tr("Mark {0} in this photo").format(spoken(name))
            return (_Cursor.CrossCursor, text) if inside else (_Cursor.ArrowCursor, "")
        pick = self._pick(x, y)
        if pick is None:
            return _Cursor.ArrowCursor, ""
        there = self._landmarks.surface_point(pick.layer, name) is not None
        text = self.tr("Move {0} here") if there else self.tr("Place {0}")
        return _Cursor.CrossCursor, text.format(spoken(name))

    def _leave(self) -> None:
        self._at = None
        self._scene.overlay.show_tag("")
        self._cursor(_Cursor.ArrowCursor)

    def _cursor(self, shape: Qt.CursorShape) -> None:
        if self._view.built:
            self._view.plotter.setCursor(shape)

    # Nudges

    def _nudge(self, right: int, up: int, far: bool) -> None:
        """Along the screen's axes, then back onto the surface."""
        layer, name = self._landmarks.layer, self._landmarks.current
        if name is None:
            return
        step = FAR_NUDGE if far else NUDGE
        view = self._scene.photo()
        if view is not None:
            self._nudge_in_photo(view, name, step * right, -step * up)
            return
        point = self._landmarks.surface_point(layer, name)
        if point is None:
            self.said.emit(self.tr("{0} is not placed yet: click on the mesh").format(spoken(name)))
            return
        across, above = self._picker.axes()
        wanted = point.array + step * (right * across + up * above)
        moved = self._picker.nearest(layer, wanted)
        if moved is not None:
            placed = self._meshes.placed(layer, moved)
            self._try(lambda: self._landmarks.nudge(layer, name, placed))

    def _nudge_in_photo(self, view: View, name: str, right: float, down: float) -> None:
        sightings = self._landmarks.mark(self._landmarks.layer, name).sightings
        for one in sightings:
            if one.view == view.index:
                self._see(view, name, (one.x + right, one.y + down), nudged=True)

    def _try(self, change: Callable[[], None]) -> bool:
        try:
            change()
        except LandmarkError as error:
            self.refused.emit(error)
            return False
        return True
