"""How long a pick takes on a mesh of 500k triangles, before and after its locator is there.

    xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.benchmarks.bench_picking

Wanted: under 2 ms after the locator is built, and no wait of 50 ms before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.face_index import FaceIndex
from h3dstudio.gui.viewport.picking import Picker

T = TypeVar("T")
PICKS = 2000
RINGS = 353  # 500k triangles


def main() -> None:
    from h3dstudio.gui.app import make_application

    application = make_application()
    from h3dstudio.geometry.surface_points import SurfaceIndex
    from h3dstudio.gui.viewport.mesh_view import MeshView
    from h3dstudio.gui.viewport.sink import RECONSTRUCTION
    from tests.gui.fakes import bumpy_sphere

    view = MeshView()
    view.resize(1000, 800)
    view.show()
    application.processEvents()
    mesh = bumpy_sphere(0, RINGS)
    view.show_mesh(RECONSTRUCTION, mesh)
    print(f"{len(mesh.faces)} triangles")
    picker = Picker(view)
    pixels = np.random.default_rng(0).uniform([250, 150], [750, 650], (PICKS, 2))
    picks(picker, pixels[:20], "pick before the locator is there")
    locator, stalls = beside(lambda: FaceIndex(mesh))
    print(f"locator built beside the window, which waited {max(stalls):.1f} ms at most")
    view.locators.take(RECONSTRUCTION, locator)
    picks(picker, pixels, "pick")
    begun = time.perf_counter()
    index = SurfaceIndex(mesh).build()
    print(f"index for re-snapping built in {1000 * (time.perf_counter() - begun):.0f} ms")
    points = mesh.vertices[:: len(mesh.vertices) // 68] * 1.02
    begun = time.perf_counter()
    index.nearest(points)
    print(f"{len(points)} landmarks re-snapped in {1000 * (time.perf_counter() - begun):.1f} ms")
    view.close_view()


def picks(picker: Picker, pixels: NDArray[np.float64], title: str) -> None:
    """Pick at pixels (N, 2). Own work is the thread's processor time: a busy machine keeps it waiting."""
    took, own, hits = [], [], 0
    for x, y in pixels:
        begun, own_begun = time.perf_counter(), time.thread_time()
        hits += picker.pick(x, y) is not None
        took.append(1000 * (time.perf_counter() - begun))
        own.append(1000 * (time.thread_time() - own_begun))
    print(
        f"{title}: median {np.median(took):.3f} ms, 99 % {np.percentile(took, 99):.3f} ms; "
        f"own work {np.median(own):.3f} and {np.percentile(own, 99):.3f} ms; {hits} hits"
    )


def beside(make: Callable[[], T]) -> tuple[T, list[float]]:
    """What `make` makes on another thread, and how long this one waited at a time meanwhile (ms)."""
    stalls = []
    with ThreadPoolExecutor(1) as pool:
        last, made = time.perf_counter(), pool.submit(make)
        while not made.done():
            time.sleep(0.001)
            now = time.perf_counter()
            stalls.append(1000 * (now - last))
            last = now
    return made.result(), stalls


if __name__ == "__main__":
    main()
