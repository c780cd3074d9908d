from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from h3dstudio.geometry.ray_library import open3d
assert open3d().t.geometry.RaycastingScene and open3d() is sys.modules["open3d"]
print([name for name in ("dash", "plotly", "IPython") if name in sys.modules])
"""


def test_open3d_comes_without_its_browser_viewer() -> None:
    said = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
