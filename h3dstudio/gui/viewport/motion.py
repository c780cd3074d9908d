"""Keeps dragging smooth: heavy meshes are shown coarsely while the camera moves, and whole when it rests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.viewport.lod import HEAVY, StandIn

if TYPE_CHECKING:
    from h3dstudio.gui.viewport.layer import MeshLayer

_REST = 160
_SOON = 300


class Motion(QObject):
    """`wanted(name, mesh)`: a stand-in for this mesh is worth making (off the GUI thread), for `take`."""

    wanted = Signal(str, object)

    def __init__(self, layers: dict[str, MeshLayer], redraw: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._layers, self._redraw = layers, redraw
        self._moving = False
        self._rest = QTimer(self, interval=_REST, singleShot=True)
        self._rest.timeout.connect(self._stop)
        # A stream of meshes replaces them faster than a stand-in is worth making.
        self._soon = QTimer(self, interval=_SOON, singleShot=True)
        self._soon.timeout.connect(self._ask)

    def watch(self, interactor: Any) -> None:
        """Follow the camera's movements by mouse."""
        interactor.add_observer("InteractionEvent", lambda *_: self._move())
        interactor.add_observer("EndInteractionEvent", lambda *_: self._rest.start())

    def mesh_changed(self) -> None:
        """Another mesh is shown."""
        self._soon.start()

    def take(self, name: str, mesh: TriangleMesh, made: StandIn) -> None:
        """Use the stand-in `made` for `mesh`, if that is still shown."""
        layer = self._layers.get(name)
        if layer is not None and layer.mesh is mesh:
            layer.set_stand_in(made)

    def _ask(self) -> None:
        for name, layer in self._layers.items():
            if layer.mesh is not None and len(layer.mesh.faces) >= HEAVY and not layer.has_stand_in:
                self.wanted.emit(name, layer.mesh)

    def _move(self) -> None:
        self._rest.stop()
        if not self._moving:
            self._moving = True
            _coarse(self._layers.values(), True)

    def _stop(self) -> None:
        if self._moving:
            self._moving = False
            _coarse(self._layers.values(), False)
            self._redraw()


def _coarse(layers: Iterable[MeshLayer], coarse: bool) -> None:
    for layer in layers:
        layer.set_coarse(coarse)
