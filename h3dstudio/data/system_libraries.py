"""Shared libraries of a Linux system that the wheels of open3d, VTK and Qt need and do not bring."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from h3dstudio.data.resources import resource
from h3dstudio.errors import DesktopError

LIST = "system_libraries.txt"
CORE, WINDOW = "core", "window"

Loader = Callable[[str], Any]
"""Loads a shared library by its name. Raises OSError where there is none."""


@dataclass(frozen=True)
class SystemLibrary:
    """`name` as the loader knows it ("libGL.so.1"), and the Debian or Ubuntu `package` that brings it."""

    name: str
    package: str


def system_libraries(*uses: str) -> list[SystemLibrary]:
    """Those of the uses `CORE` and `WINDOW`, as `LIST` names them. Raises H3DError without that."""
    lines = resource(LIST).read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return [SystemLibrary(name, package) for use, name, package in rows if use in uses]


def missing_libraries(*uses: str, load: Loader = ctypes.CDLL) -> list[SystemLibrary]:
    """Those that cannot be loaded; the dynamic loader itself is asked. Empty elsewhere than on Linux."""
    return [one for one in system_libraries(*uses) if not _loads(one.name, load)] if _linux() else []


def require_libraries(what: str, *uses: str, load: Loader = ctypes.CDLL) -> None:
    """Raises DesktopError, naming libraries and packages, where `what` ("The window") lacks some of them."""
    missing = missing_libraries(*uses, load=load)
    if not missing:
        return
    names = ", ".join(one.name for one in missing)
    packages = " ".join(dict.fromkeys(one.package for one in missing))
    raise DesktopError(
        f"{what} needs system libraries that are not installed: {names}",
        remedy=f"On Debian or Ubuntu: sudo apt-get install {packages}",
    )


def _loads(name: str, load: Loader) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True


def _linux() -> bool:
    return sys.platform.startswith("linux")
