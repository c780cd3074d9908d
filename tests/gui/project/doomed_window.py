"""A window of its own that is to be killed: `python -m tests.gui.project.doomed_window SCAN OUT MODE`.

MODE "annotating" places two landmarks by mouse, "training" starts a run; it says "ready" once there is
something to lose.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest

from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.fakes import FakeReconstruction, bumpy_sphere


def main(scan: Path, out: Path, mode: str) -> None:
    from h3dstudio.gui.app import make_application

    application = make_application()
    from h3dstudio.gui.main_window import MainWindow
    from h3dstudio.gui.shell.supervisor import Supervisor
    from h3dstudio.jobs.engines import ProcessEngine

    window = MainWindow(Supervisor(ProcessEngine), out=out)
    window.get(RunController).make_job = partial(FakeReconstruction, steps=5000)
    window.resize(1200, 750)
    window.show()
    window.open(scan)
    until(lambda: window.get(ScanController).current is not None)
    (annotate if mode == "annotating" else train)(window)
    spin(3.0)  # "At most the last few seconds are lost."
    print("ready", flush=True)
    application.exec()


def annotate(window: Any) -> None:
    view = window.context.page.view
    until(lambda: view.built and view.plotter.width() > view.width() // 2)
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(2))
    view.reset_camera()
    window.context.docks.raise_("Landmarks")
    until(lambda: window.get(LandmarkController).pointer.on)
    spin(1.0)
    window.get(ScanPanel).model.tick((0, 2))
    plotter = view.plotter
    for right in (-60, 60):
        at = QPoint(plotter.width() // 2 + right, plotter.height() // 2)
        QTest.mouseClick(plotter, Qt.MouseButton.LeftButton, pos=at)
        spin(0.3)
        window.context.actions["next_landmark"].trigger()


def train(window: Any) -> None:
    window.get(RunController).start()
    until(lambda: window.get(RunController).model.checkpoint is not None)


def until(condition: Callable[[], object], most: float = 60.0) -> None:
    end = time.monotonic() + most
    while not condition():
        assert time.monotonic() < end, "waited too long"
        spin(0.05)


def spin(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
