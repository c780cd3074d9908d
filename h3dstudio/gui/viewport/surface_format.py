"""What must stand before the first window is made, so that the 3D view may come later.

Qt composes a window with OpenGL only if it finds an OpenGL widget in it when the window is made; one that
comes later makes it take the window down and build another. And every such widget must share one surface
format, set before. Neither needs VTK, whose import takes longer than the whole rest of the window.
"""

from __future__ import annotations

from PySide6.QtGui import QSurfaceFormat
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget


def set_default_format() -> None:
    """Desktop OpenGL 3.2 core, as VTK's shaders need it (the format that pyvistaqt's view sets too)."""
    wanted = QSurfaceFormat()
    wanted.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setVersion(3, 2)
    wanted.setSwapBehavior(QSurfaceFormat.SwapBehavior.DoubleBuffer)
    wanted.setDepthBufferSize(8)
    wanted.setAlphaBufferSize(8)
    wanted.setStencilBufferSize(0)
    wanted.setSamples(0)
    for set_size in (wanted.setRedBufferSize, wanted.setGreenBufferSize, wanted.setBlueBufferSize):
        set_size(8)
    QSurfaceFormat.setDefaultFormat(wanted)


def placeholder(parent: QWidget) -> QWidget:
    """A hidden OpenGL widget: it stands for the 3D view until that is there."""
    out = QOpenGLWidget(parent)
    out.hide()
    return out
