"""One picture of the scene, or two side by side under one camera, the right one for the ground truth."""

from __future__ import annotations

from typing import Any

from h3dstudio.gui.viewport.camera_controller import Scene
from h3dstudio.gui.viewport.sink import COMPARED, GROUND_TRUTH

RIGHT = frozenset((GROUND_TRUTH, COMPARED))
"""Meshes that move to the right picture."""


class Panes:
    """A second renderer in the same window, with the camera and the lights of the first.

    One interactor turns the one camera whichever picture the mouse is over.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._second: Any = None
        self._clip: int | None = None

    @property
    def split(self) -> bool:
        """Whether there are two."""
        return self._second is not None

    @property
    def count(self) -> int:
        return 2 if self.split else 1

    def renderers(self) -> list[Any]:
        """From left to right."""
        left = self._scene.plotter.renderer
        return [left] if self._second is None else [left, self._second]

    def place(self, name: str) -> int:
        """In which picture the mesh `name` is: 0 is the left or only one."""
        return int(self.split and name in RIGHT)

    def draw(self, name: str, actor: Any) -> None:
        """Put the mesh's actor where it belongs, and only there."""
        for place, renderer in enumerate(self.renderers()):
            there = bool(renderer.HasViewProp(actor))
            if there and place != self.place(name):
                renderer.RemoveViewProp(actor)
            elif not there and place == self.place(name):
                renderer.AddViewProp(actor)

    def show_everywhere(self, actor: Any) -> None:
        """Draw an actor of the first picture in the second too, where there is one."""
        if self._second is not None and not self._second.HasViewProp(actor):
            self._second.AddViewProp(actor)

    def hide_everywhere(self, actor: Any) -> None:
        """Take an actor of the first picture out of the second."""
        if self._second is not None:
            self._second.RemoveViewProp(actor)

    def set_split(self, split: bool) -> None:
        """Make one picture two, or two one; who drew actors draws them again (`draw`)."""
        if split == self.split:
            return
        plotter = self._scene.plotter
        if split:
            self._second = self._make()
            plotter.renderer.SetViewport(0.0, 0.0, 0.5, 1.0)
            plotter.render_window.AddRenderer(self._second)
            self._clip = plotter.render_window.AddObserver("StartEvent", lambda *_: self.clip())
        else:
            plotter.render_window.RemoveObserver(self._clip)
            plotter.render_window.RemoveRenderer(self._second)
            self._second.RemoveAllViewProps()
            self._second = self._clip = None
            plotter.renderer.SetViewport(0.0, 0.0, 1.0, 1.0)

    def clip(self) -> None:
        """Near and far planes that hold what both pictures show."""
        from vtkmodules.vtkCommonDataModel import vtkBoundingBox

        box = vtkBoundingBox()
        for renderer in self.renderers():
            bounds = renderer.ComputeVisiblePropBounds()
            if bounds[0] <= bounds[1]:
                box.AddBounds(bounds)
        if box.IsValid():
            bounds = [0.0] * 6
            box.GetBounds(bounds)
            self._scene.plotter.renderer.ResetCameraClippingRange(bounds)

    def paint(self) -> None:
        """Take over the first picture's background, which follows the theme."""
        if self._second is not None:
            first = self._scene.plotter.renderer
            self._second.SetBackground(first.GetBackground())
            self._second.SetBackground2(first.GetBackground2())
            self._second.SetGradientBackground(first.GetGradientBackground())

    def _make(self) -> Any:
        from vtkmodules.vtkRenderingCore import vtkRenderer

        first = self._scene.plotter.renderer
        second = vtkRenderer()
        second.SetViewport(0.5, 0.0, 1.0, 1.0)
        second.SetActiveCamera(first.GetActiveCamera())
        second.SetUseFXAA(first.GetUseFXAA())
        second.AutomaticLightCreationOff()
        lights = first.GetLights()
        for place in range(lights.GetNumberOfItems()):
            second.AddLight(lights.GetItemAsObject(place))
        self._second = second
        self.paint()
        return second
