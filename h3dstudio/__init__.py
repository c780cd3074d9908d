"""H3D Studio: few-shot, high-fidelity 3D head reconstruction in millimetres.

import h3dstudio

head = h3dstudio.reconstruct("scan_folder", views=3)
head.evaluate()
head.save("head.ply")
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from h3dstudio.api import Head, reconstruct

__version__ = "0.1.0"
__all__ = ["Head", "__version__", "reconstruct"]

# Read by the OpenMP runtime when torch or open3d loads. Threads that wait for the next of many small pieces
# of work shall spin a little (waking them costs more), but not for long: where anything else runs at the
# same time (a window, say) endless spinning costs ten times the work itself.
os.environ.setdefault("GOMP_SPINCOUNT", "20000")


def __getattr__(name: str) -> Any:
    """The interface of `h3dstudio.api`, imported at its first use: everything imports this package."""
    if name in ("Head", "reconstruct"):
        from h3dstudio import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
