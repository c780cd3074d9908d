"""Takes the README's gallery: the real window after a real reconstruction, panel by panel.

xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.benchmarks.studio_gallery [SCAN] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.evaluation.controller import EvaluationController
from h3dstudio.gui.features.priors.panel import PriorPanel
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.methods.h3d_grid import H3DGridSettings
from tests.benchmarks.studio_screenshot import reconstruct, save, spin

_WAIT = 90.0
_SETTLE = 2.0
"""Seconds."""


def main() -> None:
    from h3dstudio.data.resources import demo_scan

    parser = argparse.ArgumentParser()
    parser.add_argument("scan", nargs="?", type=Path, default=None)
    parser.add_argument("--views", default="8")
    parser.add_argument("--quality", default="standard")
    parser.add_argument("--size", default="1400x875")
    parser.add_argument("--language", default="en")
    parser.add_argument("--out", type=Path, default=Path("resources/screenshots"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        take(arguments, arguments.scan or demo_scan(), Path(folder))


def take(arguments: argparse.Namespace, scan: Path, folder: Path) -> None:
    """Open, reconstruct, then walk through the panels."""
    from PySide6.QtCore import QSettings

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    settings = (QSettings.Format.IniFormat, QSettings.Scope.UserScope, "h3dstudio", "studio")
    QSettings(*settings).setValue("language", arguments.language)
    from h3dstudio.gui.app import make_application

    application = make_application()
    from h3dstudio.gui.main_window import MainWindow

    window = MainWindow(out=folder / "run")
    window.get(ReconstructPanel).set_settings(H3DGridSettings(quality=arguments.quality))
    window.setGeometry(0, 0, *map(int, arguments.size.split("x")))
    window.show()
    window.open(scan, views=arguments.views)
    while window.get(ScanController).current is None:
        spin(application, 0.1)
    spin(application, 6.0)
    reconstruct(application, window, 1.0)
    Walk(application, window, arguments.out).all()
    window.close_now()
    while window.isVisible():
        spin(application, 0.1)


class Walk:
    """Brings each picture about by the window's own actions, and takes it."""

    def __init__(self, application: Any, window: Any, out: Path) -> None:
        self.application, self.window, self.out = application, window, out
        self.actions = window.context.actions

    def all(self) -> None:
        """Every picture of the README."""
        self.picture("studio", "light")
        self.small()
        for dock in ("Log", "Batch", "Progress"):
            self.window.context.docks._docks[dock].hide()  # As View > Panels does: more room for the head.
        self.landmarks()
        self.evaluation()
        self.section()
        self.prior()

    def picture(self, name: str, look: str) -> None:
        """Take one in the theme `look`."""
        from h3dstudio.gui.shell import theme

        theme.current().choose(look)
        spin(self.application, _SETTLE)
        self.until(lambda: not self.window.context.tasks.busy)  # Thumbnails have the theme's ground, too.
        spin(self.application, 1.0)
        self.window.statusBar().clearMessage()
        path = self.out / f"{name}.png"
        save(self.window.grab().toImage(), path)
        print(f"{path}, {path.stat().st_size / 1000:.0f} kB", flush=True)

    def until(self, ready: Callable[[], bool]) -> None:
        """Wait, but not for ever."""
        end = time.monotonic() + _WAIT
        while not ready() and time.monotonic() < end:
            spin(self.application, 0.1)

    def bring(self, dock: str) -> None:
        """A panel to the front."""
        self.window.context.docks.raise_(dock)
        spin(self.application, 1.0)

    def landmarks(self) -> None:
        """Both meshes beside each other, all suggestions taken over."""
        self.actions["side_by_side"].setChecked(True)
        spin(self.application, 3.0)
        self.bring("Landmarks")
        self.actions["accept_landmarks"].trigger()
        spin(self.application, 1.0)
        self.picture("landmarks", "light")
        for name in ("side_by_side", "ground_truth"):
            self.actions[name].setChecked(False)
        self.actions["place_landmarks"].setChecked(False)

    def evaluation(self) -> None:
        """The error map with the scores."""
        self.bring("Evaluate")
        self.actions["evaluate"].trigger()
        spin(self.application, 1.0)
        self.until(lambda: self.window.get(EvaluationController).side_jobs.job is None)
        self.actions["error_map"].trigger()
        self.actions["landmarks"].setChecked(False)
        self.picture("evaluate", "dark")
        self.actions["coloured"].trigger()

    def section(self) -> None:
        """Through reconstruction and ground truth."""
        self.actions["ground_truth"].setChecked(True)
        spin(self.application, 2.0)
        self.actions["section"].setChecked(True)
        self.window.context.page.view.plotter.camera.Azimuth(-48)
        self.picture("section", "light")
        for name in ("section", "ground_truth"):
            self.actions[name].setChecked(False)
        self.actions["reset_view"].trigger()

    def prior(self) -> None:
        """A head that the prior finds likely."""
        self.bring("Prior")
        self.until(lambda: self.window.get(DisplayController).on_stage)
        spin(self.application, 2.0)
        for slider, value in zip(
            self.window.get(PriorPanel).heads.sliders, (30, -24, 18, -12, 26), strict=False
        ):
            slider.setValue(value)
            spin(self.application, 0.5)
        spin(self.application, 2.0)
        self.picture("prior", "dark")

    def small(self) -> None:
        """All of it in the smallest window that is looked after."""
        size = self.window.size()
        self.window.resize(1000, 700)
        self.picture("small", "dark")
        self.window.resize(size)


if __name__ == "__main__":
    main()
