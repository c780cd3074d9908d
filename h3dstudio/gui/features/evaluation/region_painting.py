"""Painting a region on the ground truth: Shift-drags mark, with Ctrl too they unmark; plain ones turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QWidget

from h3dstudio.data.scan import Scan
from h3dstudio.errors import H3DError
from h3dstudio.gui.features.evaluation.region_card import LASSO, RegionCard
from h3dstudio.gui.shell import dialogs, theme
from h3dstudio.gui.shell.actions import enable
from h3dstudio.gui.shell.saving import ask_where, last_folder
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.gui.viewport.sink import GROUND_TRUTH
from h3dstudio.session.evaluation.region_marking import RegionMarking, inside_polygon
from h3dstudio.session.project.commands import CommandStack

_ACTOR = "region"
_Keys = Qt.KeyboardModifier


class RegionPainting(QObject):
    """Slots of the region action and of its card.

    Signals: `truth_wanted()` when the ground truth must be on screen, `saved(Path)`.

    Args:
        scan: the open scan, whose landmarks tell the nose tip, and beside which its regions lie.
    """

    truth_wanted = Signal()
    saved = Signal(object)

    def __init__(
        self,
        window: QWidget,
        view: MeshView,
        commands: CommandStack,
        actions: Mapping[str, QAction],
        card: RegionCard,
        scan: Callable[[], Scan | None],
    ) -> None:
        super().__init__(window)
        self._window, self._view, self._action, self._card = window, view, actions["region"], card
        self._picker = Picker(view)
        self.marking = RegionMarking(commands)
        self._scan = scan
        self._on = False
        self._lasso: list[QPointF] | None = None
        self._stroke = False
        self.marking.listeners.append(self._show)
        card.face.clicked.connect(self._take_face)
        card.clear.clicked.connect(self.marking.clear)
        card.save.clicked.connect(self.ask)
        view.shown_changed.connect(self._follow)
        theme.current().changed.connect(self._show)

    def allow(self, truth: bool) -> None:
        """Whether there is a ground truth to paint on."""
        enable(self._action, truth, self.tr("the scan has no ground truth"))
        if not truth and self._action.isChecked():
            self._action.setChecked(False)

    def switch(self, on: bool) -> None:
        """Take Shift-drags, or leave them to others."""
        if on == self._on:
            return
        self._on = on
        self._card.setVisible(on)
        plotter = self._view.plotter
        if on:
            self.truth_wanted.emit()
            plotter.installEventFilter(self)
            self._follow()
        else:
            plotter.removeEventFilter(self)
        self._show()

    def ask(self) -> None:
        """Let the user choose a file for the region."""
        formats = {self.tr("H3DS regions (*.txt)"): ".txt"}
        scan = self._scan()
        place = last_folder() if scan is None else scan.root
        ask_where(self._window, self.tr("Save the region"), formats, "region", place, self.save)

    def save(self, path: Path) -> None:
        """Write it, one vertex index per line."""
        try:
            self.marking.save(path)
        except H3DError as error:
            dialogs.show_error(self._window, self.tr("The region was not saved"), error)
            return
        self.saved.emit(path)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Shift-drags are strokes; everything else is VTK's."""
        if not isinstance(event, QMouseEvent):
            return super().eventFilter(watched, event)
        if event.type() is QEvent.Type.MouseButtonPress and event.button() is Qt.MouseButton.LeftButton:
            self._stroke = bool(event.modifiers() & _Keys.ShiftModifier)
            if self._stroke:
                self._lasso = [] if self._card.tool.currentData() == LASSO else None
                self._extend(event)
            return self._stroke
        if self._stroke and event.type() is QEvent.Type.MouseMove:
            self._extend(event)
            return True
        if self._stroke and event.type() is QEvent.Type.MouseButtonRelease:
            self._stroke = False
            self._end(_adds(event))
            return True
        return super().eventFilter(watched, event)

    def _extend(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._lasso is not None:
            self._lasso.append(at)
        elif (pick := self._picker.pick(at.x(), at.y())) is not None and pick.layer == GROUND_TRUTH:
            self.marking.dab(pick.point.array, self._card.radius.value(), _adds(event))

    def _end(self, add: bool) -> None:
        label = self.tr("paint the region") if add else self.tr("unpaint the region")
        lasso, self._lasso, mesh = self._lasso, None, self.marking.mesh
        if lasso is None:
            self.marking.end_stroke(label)
        elif mesh is not None and len(lasso) > 2:
            polygon = np.array([(at.x(), at.y()) for at in lasso])
            held = inside_polygon(self._picker.to_screen(mesh.vertices, GROUND_TRUTH), polygon)
            eye = np.array(self._view.plotter.camera.position)
            # What faces away lies behind what was circled.
            held &= np.einsum("ij,ij->i", mesh.vertex_normals(), eye - mesh.vertices) > 0
            self.marking.choose(held, add, label)

    def _take_face(self) -> None:
        scan = self._scan()
        nose = None if scan is None else scan.landmarks.get("nose_tip")
        if nose is None:
            error = H3DError("the ground truth has no landmark nose_tip", remedy="Paint the face instead")
            dialogs.show_error(self._window, self.tr("The face is not known"), error)
        else:
            self.marking.take_face(nose)

    def _follow(self) -> None:
        """The ground truth has come, or another one."""
        if self._on or self.marking.mesh is not None:
            self.marking.begin_on(self._view.mesh(GROUND_TRUTH))

    def _show(self) -> None:
        """Colour what is marked, and say how much it is."""
        mask, mesh = self.marking.mask, self.marking.mesh
        self._card.show_count(int(mask.sum()))
        if self._view.closed:
            return
        self._view.plotter.remove_actor(_ACTOR, reset_camera=False, render=False)
        if self._on and mesh is not None and mask.any():
            self._draw(mesh.faces[mask[mesh.faces].all(axis=1)], mesh.vertices)
        self._view.redraw()

    def _draw(self, faces: np.ndarray, vertices: np.ndarray) -> None:
        if not len(faces):
            return
        import pyvista as pv

        points: Any = vertices.astype(np.float32)
        actor = self._view.plotter.add_mesh(
            pv.PolyData.from_regular_faces(points, faces),
            name=_ACTOR,
            color=theme.current().colors.accent,
            opacity=0.75,
            pickable=False,
            reset_camera=False,
            render=False,
        )
        # In front of the very faces that it lies on.
        actor.mapper.SetResolveCoincidentTopologyToPolygonOffset()
        actor.mapper.SetRelativeCoincidentTopologyPolygonOffsetParameters(-2.0, -2.0)


def _adds(event: QMouseEvent) -> bool:
    return not event.modifiers() & _Keys.ControlModifier
