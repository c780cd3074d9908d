"""Background, lights and anti-aliasing of the 3D view."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

from h3dstudio.gui.shell.theme import Colors

_GL_RENDERER = 0x1F01
# (position in camera space, colour, intensity): key from the upper left, soft fill, a cool rim from behind.
_LIGHTS = (
    ((-0.7, 0.9, 1.0), "#fff6ec", 0.62),
    ((0.9, 0.1, 0.8), "#eaf1ff", 0.30),
    ((0.0, 0.05, 1.0), "#ffffff", 0.22),
    ((0.3, 0.8, -1.0), "#cfe0ff", 0.30),
)


@cache
def software_rendered() -> bool:
    """Whether OpenGL runs on the processor, where multi-sampling costs four frames out of five."""
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if not context.create() or not context.makeCurrent(surface):
        return True
    name = str(context.functions().glGetString(_GL_RENDERER)).lower()
    context.doneCurrent()
    return any(word in name for word in ("llvmpipe", "softpipe", "swrast", "software"))


def paint_background(plotter: Any, colors: Colors) -> None:
    """A quiet vertical gradient in the theme's colours."""
    plotter.set_background(colors.scene_bottom, top=colors.scene_top)


def paint_axes(axes: Any, colors: Colors) -> None:
    """The letters of the orientation axes in the theme's text colour."""
    import pyvista as pv

    for letter in (
        axes.GetXAxisCaptionActor2D(),
        axes.GetYAxisCaptionActor2D(),
        axes.GetZAxisCaptionActor2D(),
    ):
        letter.GetCaptionTextProperty().SetColor(*pv.Color(colors.text).float_rgb)
        letter.GetCaptionTextProperty().SetShadow(False)


def set_lights(plotter: Any) -> None:
    """Studio lights that stay with the camera, so that no side of the head is ever dark."""
    import pyvista as pv

    plotter.remove_all_lights()
    for position, color, intensity in _LIGHTS:
        light = pv.Light(position=position, color=color, intensity=intensity, light_type="camera light")
        plotter.add_light(light)


def smooth_edges(renderers: Iterable[Any], on: bool = True) -> None:
    """Anti-aliasing that the machine can afford; where the processor draws it is a third of the work."""
    if software_rendered():
        for renderer in renderers:
            renderer.SetUseFXAA(on)
