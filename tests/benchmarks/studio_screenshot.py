"""Takes the README's picture: the real window on a scan, in the middle of a real reconstruction or after it.

    xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.benchmarks.studio_screenshot \\
        [SCAN] [--views 8] [--quality standard] [--theme dark] [--at 1] [--out FILE]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.methods.h3d_grid import H3DGridSettings


def main() -> None:
    from h3dstudio.data.resources import demo_scan

    parser = argparse.ArgumentParser()
    parser.add_argument("scan", nargs="?", type=Path, default=None)
    parser.add_argument("--views", default="8")
    parser.add_argument("--quality", default="standard")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--size", default="1600x1000")
    parser.add_argument("--at", type=float, default=1.0, help="how far the run is: 0 = not started, 1 = done")
    parser.add_argument("--out", type=Path, default=Path("resources/screenshots/studio.png"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        take(arguments, arguments.scan or demo_scan(), Path(folder))


def take(arguments: argparse.Namespace, scan: Path, folder: Path) -> None:
    """Open, reconstruct, wait, grab."""
    from PySide6.QtCore import QSettings

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    from h3dstudio.gui.app import make_application

    application = make_application()
    from h3dstudio.gui.main_window import MainWindow
    from h3dstudio.gui.shell import theme

    theme.current().choose(arguments.theme)
    window = MainWindow(out=folder / "run")
    window.get(ReconstructPanel).set_settings(H3DGridSettings(quality=arguments.quality))
    window.setGeometry(0, 0, *map(int, arguments.size.split("x")))
    window.show()
    window.open(scan, views=arguments.views)
    while window.get(ScanController).current is None:
        spin(application, 0.1)
    spin(application, 6.0)
    if arguments.at > 0:
        reconstruct(application, window, arguments.at)
    window.statusBar().clearMessage()
    save(window.grab().toImage(), arguments.out)
    kilobytes = arguments.out.stat().st_size / 1000
    print(f"{window.get(RunController).state.value}: {arguments.out}, {kilobytes:.0f} kB")
    window.close_now()
    while window.isVisible():
        spin(application, 0.1)


def save(image: Any, path: Path) -> None:
    """As a PNG of 256 well-chosen colours: a third of the size, and the eye sees no difference."""
    from PIL import Image

    from h3dstudio.gui.features.scan.thumbnails import pixels

    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(pixels(image))
    picture.quantize(256, kmeans=4, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)


def reconstruct(application: Any, window: Any, at: float) -> None:
    """Start, and wait until the run is that far (0 to 1) and what it left is on screen."""
    begin = time.monotonic()
    window.get(RunController).start()
    while window.context.page.view.mesh("reconstruction") is None and window.get(RunController).state.active:
        spin(application, 0.02)
    print(f"first mesh after {time.monotonic() - begin:.1f} s")
    while window.get(RunController).state.active and (
        at >= 1 or (window.get(RunController).model.fraction or 0.0) < at
    ):
        spin(application, 0.05)
    while not window.get(RunController).state.active and window.context.tasks.busy:
        spin(application, 0.05)
    spin(application, 1.5)


def spin(application: Any, seconds: float) -> None:
    """Let the window live for that long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        application.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
