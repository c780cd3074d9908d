"""Open3D without the notebook viewer that it would otherwise bring in."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

VIEWER = "open3d.visualization.draw_plotly"
VIEWER_NAMES = ("draw_plotly", "draw_plotly_server", "get_plotly_fig")


def open3d() -> Any:
    """The module. Its viewer in a browser would import Dash and IPython: half of the import's time."""
    if "open3d" not in sys.modules:
        sys.modules.setdefault(VIEWER, _without_viewer())
    import open3d as module

    return module


def _without_viewer() -> ModuleType:
    empty = ModuleType(VIEWER, "Left out: nothing here draws in a browser.")
    for name in VIEWER_NAMES:
        setattr(empty, name, None)
    return empty
