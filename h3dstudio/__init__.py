"""H3D Studio: few-shot, high-fidelity 3D head reconstruction in millimetres."""

import os

__version__ = "0.1.0"

# Read by the OpenMP runtime when torch or open3d loads. Threads that wait for the next of many small pieces
# of work shall spin a little (waking them costs more), but not for long: where anything else runs at the
# same time (a window, say) endless spinning costs ten times the work itself.
os.environ.setdefault("GOMP_SPINCOUNT", "20000")
