"""How long a pick takes on a mesh of 500k triangles, and the first one, which builds the locator.

    xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.benchmarks.bench_picking

Wanted: under 2 ms after the locator is built.
"""

from __future__ import annotations

import time

import numpy as np

PICKS = 2000
RINGS = 353  # 500k triangles


def main() -> None:
    from h3dstudio.gui.app import make_application

    application = make_application()
    from h3dstudio.geometry.surface_points import SurfaceIndex
    from h3dstudio.gui.viewport.mesh_view import MeshView
    from h3dstudio.gui.viewport.picking import Picker
    from h3dstudio.gui.viewport.sink import RECONSTRUCTION
    from tests.gui.fakes import bumpy_sphere

    view = MeshView()
    view.resize(1000, 800)
    view.show()
    application.processEvents()
    mesh = bumpy_sphere(0, RINGS)
    view.show_mesh(RECONSTRUCTION, mesh)
    picker = Picker(view)
    begun = time.perf_counter()
    picker.prepare()
    print(f"{len(mesh.faces)} triangles; locator built in {1000 * (time.perf_counter() - begun):.1f} ms")
    pixels = np.random.default_rng(0).uniform([250, 150], [750, 650], (PICKS, 2))
    took, hits = [], 0
    for x, y in pixels:
        begun = time.perf_counter()
        hits += picker.pick(x, y) is not None
        took.append(1000 * (time.perf_counter() - begun))
    print(f"pick: median {np.median(took):.3f} ms, 99 % {np.percentile(took, 99):.3f} ms, {hits} hits")
    begun = time.perf_counter()
    index = SurfaceIndex(mesh).build()
    print(f"index for re-snapping built in {1000 * (time.perf_counter() - begun):.0f} ms")
    points = mesh.vertices[:: len(mesh.vertices) // 68] * 1.02
    begun = time.perf_counter()
    index.nearest(points)
    print(f"{len(points)} landmarks re-snapped in {1000 * (time.perf_counter() - begun):.1f} ms")
    view.close_view()


if __name__ == "__main__":
    main()
