"""Keeps dragging smooth: where pictures take long, less is drawn while the camera moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.viewport.lod import HEAVY, LIGHT, StandIn

if TYPE_CHECKING:
    from h3dstudio.gui.viewport.layer import MeshLayer

SLOW = 0.03
"""Seconds for a picture, from which less is drawn while the camera moves."""
_REST = 160
_STILL = 1000
"""Milliseconds without a move, after which the camera rests although the button is held."""
_SOON = 300


class Screen(Protocol):
    """What is drawn on."""

    @property
    def paint_seconds(self) -> float:
        """How long the last picture took."""
        ...

    def smooth(self, on: bool) -> None:
        """Soften edges, where the processor does that."""
        ...

    def redraw(self) -> None:
        """Draw soon."""
        ...


class Motion(QObject):
    """`wanted(name, mesh)`: a stand-in for this mesh is worth making (off the GUI thread), for `take`.

    `rested()`: the camera stands still again. What can wait should: while it turns, the picture comes first.
    """

    wanted = Signal(str, object)
    rested = Signal()

    def __init__(self, layers: dict[str, MeshLayer], screen: Screen, parent: QObject) -> None:
        super().__init__(parent)
        self._layers, self._screen = layers, screen
        self.turning = False
        self._slow = False
        self._asked: dict[str, TriangleMesh] = {}
        self._rest = QTimer(self, interval=_REST, singleShot=True)
        self._rest.timeout.connect(self._stop)
        # A stream of meshes replaces them faster than a stand-in is worth making.
        self._soon = QTimer(self, interval=_SOON, singleShot=True)
        self._soon.timeout.connect(self._ask_ahead)

    def watch(self, interactor: Any) -> None:
        """Follow the camera's movements by mouse."""
        interactor.add_observer("InteractionEvent", lambda *_: self._move())
        interactor.add_observer("EndInteractionEvent", lambda *_: self._rest.start(_REST))

    def mesh_changed(self) -> None:
        """Another mesh is shown."""
        self._soon.start()

    def take(self, name: str, mesh: TriangleMesh, made: StandIn) -> None:
        """Use the stand-in `made` for `mesh`, if that is still shown."""
        if self._asked.get(name) is mesh:
            del self._asked[name]
        layer = self._layers.get(name)
        if layer is not None and layer.mesh is mesh:
            layer.set_stand_in(made)

    def _ask_ahead(self) -> None:
        if not self.turning:
            self._slow = self._screen.paint_seconds > SLOW
        self._ask()

    def _ask(self) -> None:
        least = LIGHT if self._slow else HEAVY
        for name, layer in self._layers.items():
            mesh = layer.mesh
            asked = layer.has_stand_in or self._asked.get(name) is mesh
            if mesh is not None and len(mesh.faces) >= least and not asked:
                self._asked[name] = mesh
                self.wanted.emit(name, mesh)

    def _move(self) -> None:
        self._rest.start(_STILL)
        if not self.turning:
            self._ask_ahead()
            self.turning = True
            self._draw_less(True)

    def _stop(self) -> None:
        if self.turning:
            self.turning = False
            self._draw_less(False)
            self._screen.redraw()
            self.rested.emit()

    def _draw_less(self, less: bool) -> None:
        if self._slow:
            self._screen.smooth(not less)
        for layer in self._layers.values():
            layer.set_coarse(less)
