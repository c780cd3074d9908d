"""Open3D without the notebook viewer that it would otherwise bring in.

Why Open3D, though it brings 44 packages (159 MB beside its own 309), none of which is imported here: rays
alone could come from embreex 4.4 (46 MB). Hits, depths, (u, v) and occlusions of 600,000 rays are the same
bit for bit, in 0.7 to 1.1 times the time (its tree takes 1.7 to 2.1 times as long). Nearest points could not.
CPU seconds for 100,000 points 1 mm | 20 mm off a mesh:

    =========================  =============  =============  ============================================
    faces of the mesh          21,656         262,560
    =========================  =============  =============  ============================================
    Open3D 0.20                0.21 | 0.61    0.42 | 2.99
    FCPW 1.2 (65 MB)           0.22 | 0.51    0.42 | 2.08    holds the interpreter's lock; its threads cannot
                                                             be chosen; 16 % of the distances differ in the
                                                             last bits
    libigl 2.6 (16 MB)         0.32 | 0.90    0.60 | 3.51    its wheel carries libraries under the GPL
    SciPy's k-d tree, numpy    4.2 | 20.7     4.0 | 66.0     exact; spheres about faces, nearest first
    =========================  =============  =============  ============================================

Neither embreex nor FCPW has wheels for Linux on ARM, where Open3D has.
"""

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
