"""Whether a window can be opened here, asked before Qt is loaded: where it cannot, Qt ends the process."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping

from h3dstudio.data.system_libraries import CORE, WINDOW, Loader, require_libraries
from h3dstudio.errors import DesktopError

PLATFORM = "QT_QPA_PLATFORM"
_X, _WAYLAND = "xcb", "wayland"
_WITHOUT = "Use `h3dstudio reconstruct SCAN` for the same work without a window"


def check_display(environment: Mapping[str, str] = os.environ, load: Loader = ctypes.CDLL) -> None:
    """Raises DesktopError where there is no display, a library is missing, or the X server does not answer.

    Args:
        load: loads a shared library by its name, OSError where there is none.
    """
    if not sys.platform.startswith("linux"):
        return
    platform = qt_platform(environment)
    if not platform:
        raise DesktopError(
            "there is no display to open the window on: neither DISPLAY nor WAYLAND_DISPLAY is set",
            remedy=_WITHOUT,
        )
    require_libraries("the window", CORE, *([WINDOW] if platform == _X else []), load=load)
    if platform == _X and not _x_server_answers(load):
        raise DesktopError(
            f"the display {environment.get('DISPLAY') or '(DISPLAY is not set)'} cannot be opened",
            remedy=f"Check that it runs and that you may use it. {_WITHOUT}",
        )


def qt_platform(environment: Mapping[str, str]) -> str:
    """The platform that Qt will open its windows on: as told, else Wayland, else X; "" where there is none.

    Where both displays are there it may still be X; what that needs is then left to Qt, which can do without.
    """
    told = environment.get(PLATFORM, "").split(";")[0].split(":")[0]
    if told:
        return told
    if environment.get("WAYLAND_DISPLAY"):
        return _WAYLAND
    return _X if environment.get("DISPLAY") else ""


def _x_server_answers(load: Loader) -> bool:
    library = load("libX11.so.6")
    library.XOpenDisplay.restype = ctypes.c_void_p
    library.XCloseDisplay.argtypes = [ctypes.c_void_p]
    connection = library.XOpenDisplay(None)
    if connection:
        library.XCloseDisplay(connection)
    return bool(connection)
