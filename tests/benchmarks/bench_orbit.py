"""How smoothly meshes orbit: frames a second while the mouse drags, light, heavy, and heavy with a stand-in.

xvfb-run -a python -m tests.benchmarks.bench_orbit [--triangles 500000] [--frames 20]
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from h3dstudio.gui.viewport.lod import stand_in
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.fakes import bumpy_sphere

LEFT = Qt.MouseButton.LeftButton


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--triangles", type=int, default=500_000)
    parser.add_argument("--frames", type=int, default=20)
    arguments = parser.parse_args()
    from h3dstudio.gui.app import make_application
    from h3dstudio.gui.viewport.mesh_view import MeshView

    application = make_application()
    view = MeshView()
    view.resize(900, 650)
    view.show()
    _spin(application, 0.5)
    heavy = bumpy_sphere(0, round((arguments.triangles / 4) ** 0.5))
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0, 70))
    light = frames_a_second(application, view, arguments.frames)
    view.show_mesh(RECONSTRUCTION, heavy)
    whole = frames_a_second(application, view, arguments.frames)
    begun = time.perf_counter()
    made = stand_in(heavy)
    seconds = time.perf_counter() - begun
    view.motion.take(RECONSTRUCTION, heavy, made)
    coarse = frames_a_second(application, view, arguments.frames)
    print(f"20k triangles: {light:.1f} fps; {len(heavy.faces):,}: {whole:.1f} fps")
    print(f"with a stand-in of {len(made.faces):,} made in {seconds:.2f} s: {coarse:.1f} fps")
    view.close_view()


def frames_a_second(application: Any, view: Any, frames: int) -> float:
    """Drag across the view, drawing after every move."""
    start = QPoint(200, 300)
    QTest.mousePress(view.plotter, LEFT, pos=start)
    QTest.mouseMove(view.plotter, start + QPoint(8, 0))
    _spin(application, 0.1)
    begun = time.perf_counter()
    for step in range(frames):
        QTest.mouseMove(view.plotter, start + QPoint(10 + 8 * step, step))
        view.plotter.repaint()
        application.processEvents()
    seconds = time.perf_counter() - begun
    QTest.mouseRelease(view.plotter, LEFT, pos=start + QPoint(8 * frames, 0))
    _spin(application, 0.5)
    return frames / seconds


def _spin(application: Any, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        application.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
