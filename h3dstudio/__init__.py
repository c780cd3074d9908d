"""H3D Studio: few-shot, high-fidelity 3D head reconstruction in millimetres."""

import os

__version__ = "0.1.0"

# Read by the OpenMP runtime when torch or open3d loads. Its threads otherwise spin while they wait: on a
# machine that does anything else at the same time (a window, say) that costs ten times the work itself.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
