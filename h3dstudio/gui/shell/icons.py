"""Icons from `resources/icons`, tinted with the theme's colours when they are drawn.

The files are line drawings in `currentColor`; the application icon alone brings its own colours.
"""

from __future__ import annotations

import tempfile
from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from h3dstudio.data.resources import resource

_SIZES = (18, 24, 36, 48)


def icon(name: str, color: str, *, disabled: str | None = None, checked: str | None = None) -> QIcon:
    """The icon `name` in `color`; `disabled` and `checked` tint those states when given."""
    return QIcon(_drawn(name, color, disabled, checked))


@lru_cache(512)
def _drawn(name: str, color: str, disabled: str | None, checked: str | None) -> QIcon:
    # Going to another theme and back, or a second window, draws nothing anew.
    out = QIcon()
    for size in _SIZES:
        out.addPixmap(pixmap(name, color, size))
        if disabled:
            out.addPixmap(pixmap(name, disabled, size), QIcon.Mode.Disabled)
        if checked:
            out.addPixmap(pixmap(name, checked, size), QIcon.Mode.Normal, QIcon.State.On)
    return out


def pixmap(name: str, color: str, size: int, ratio: float = 1.0) -> QPixmap:
    """A square of `size` logical pixels for a screen of `ratio` device pixels each."""
    out = QPixmap(round(size * ratio), round(size * ratio))
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(_tinted(name, color))).render(painter, QRectF(out.rect()))
    painter.end()
    out.setDevicePixelRatio(ratio)
    return out


def application_icon() -> QIcon:
    """The studio's own icon."""
    out = QIcon()
    for size in (16, 32, 48, 64, 128, 256):
        out.addPixmap(pixmap("app", "#000000", size))
    return out


@cache
def _source(name: str) -> bytes:
    return Path(resource(f"icons/{name}.svg")).read_bytes()


def _tinted(name: str, color: str) -> bytes:
    return _source(name).replace(b"currentColor", color.encode())


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="h3dstudio-icons-")


@cache
def icon_file(name: str, color: str) -> str:
    """A tinted copy on disk, because a style sheet can only name files. Removed on exit."""
    path = Path(_folder().name) / f"{name}-{color.lstrip('#')}.svg"
    path.write_bytes(_tinted(name, color))
    return path.as_posix()
