"""How smooth the window stays while meshes stream in: lateness of a 16 ms timer, idle and in a run.

    xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.benchmarks.window_smoothness [SCAN]

Wanted: 95th percentile below 50 ms and never above 250 ms outside the render call itself.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from h3dstudio.jobs.job import JobStream
from tests.gui.fakes import FakeReconstruction, bumpy_sphere

SECONDS = 10.0
RINGS = 150  # 45,000 vertices, 90,000 faces: a standard reconstruction.


@dataclass(frozen=True)
class Stream(FakeReconstruction):
    """Streams meshes of a real one's size as fast as a real one, and keeps its processor busy."""

    def events(self) -> JobStream:
        from h3dstudio.jobs.events import MeshSnapshot, Metrics, Progress

        begin = time.monotonic()
        for step in range(10_000):
            work = np.random.default_rng(step).normal(size=(400, 400))
            for _ in range(12):
                np.linalg.svd(work[:120, :120])
            if step % 4 == 0:
                yield MeshSnapshot(step, bumpy_sphere(step, RINGS))
            yield Metrics(step, {f"loss_{name}": 1 / (step + 1) for name in ("color", "mask", "eikonal")})
            yield Progress(step, 10_000, "refining", time.monotonic() - begin, 60.0)
        return None


class Probe:
    """Measures how late a 16 ms timer comes, and how long each redraw takes."""

    def __init__(self, view: Any) -> None:
        from PySide6.QtCore import QTimer

        self.late: list[float] = []
        self.render: list[float] = []
        self._rendering = 0.0
        self._last = time.perf_counter()
        self._redraw, view.redraw = view.redraw, self._measured
        self._timer = QTimer(interval=16)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _measured(self) -> None:
        begin = time.perf_counter()
        self._redraw()
        self.render.append(time.perf_counter() - begin)
        self._rendering += self.render[-1]

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._last - 0.016 - self._rendering))
        self._last, self._rendering = now, 0.0

    def report(self, title: str) -> None:
        late, render = 1000 * np.array(self.late), 1000 * np.array(self.render or [0.0])
        print(
            f"{title:12} late ms: median {np.median(late):5.1f}  95 % {np.percentile(late, 95):5.1f}  "
            f"worst {late.max():5.1f}   redraws {len(self.render):3d}: median {np.median(render):5.1f} ms"
        )
        self.late, self.render = [], []


def main(scan: Path | None) -> None:
    from h3dstudio.data.resources import demo_scan
    from h3dstudio.gui.app import make_application

    application = make_application()
    from h3dstudio.gui.main_window import MainWindow

    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(out=Path(folder) / "run")
        window.runs.make_job = partial(Stream)
        window.resize(1500, 950)
        window.show()
        window.open(scan or demo_scan())
        _spin(application, 5.0)
        probe = Probe(window.page.view)
        _spin(application, SECONDS)
        probe.report("idle")
        window.runs.start()
        while window.page.view.mesh("reconstruction") is None and window.runs.state.active:
            _spin(application, 0.1)
        probe.report("starting")
        _spin(application, SECONDS)
        probe.report("running")
        window.close_now()
        while window.isVisible():
            _spin(application, 0.1)


def _spin(application: Any, seconds: float) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


if __name__ == "__main__":
    # The worker must find the job's class in a module it can import.
    importlib.import_module("tests.benchmarks.window_smoothness").main(
        Path(sys.argv[1]) if len(sys.argv) > 1 else None
    )
