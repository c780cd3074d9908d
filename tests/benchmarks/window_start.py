"""How long a user waits for the window: from process start to its first paint, and to the 3D view behind it.

    xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.benchmarks.window_start [--runs 5]

Wanted: the window within 2.5 s when the files are cached. The first run is not counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

_QUIET = 6000  # Milliseconds until a window that is up closes by itself.


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--once", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        once(arguments.once)
        return
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    stamps = [measure() for _ in range(arguments.runs + 1)][1:]
    for number, name in enumerate(("window painted", "3D view ready")):
        values = [stamp[number] for stamp in stamps]
        print(f"{name:16} median {statistics.median(values):.2f} s  worst {max(values):.2f} s")


def measure() -> list[float]:
    """Seconds to the first paint, and to the 3D view, of a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.benchmarks.window_start", "--once", folder]
        begun = time.time()
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [float(word) - begun for word in printed.split()]


def once(folder: str) -> None:
    """The studio as `h3dstudio` starts it, with settings of its own; prints the two moments."""
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, QTimer

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
    from h3dstudio.gui import app

    make = app.make_application

    class Watch(QObject):
        window = None

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if self.window is None and event.type() is QEvent.Type.Paint and watched.isWidgetType():
                self.window = watched.window()  # type: ignore[attr-defined]
                QTimer.singleShot(0, self, self.painted)
            return False

        def painted(self) -> None:
            print(time.time(), flush=True)
            QCoreApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
            self.build, self.window.context.page.view.build = self.window.context.page.view.build, self.built
            QTimer.singleShot(_QUIET, self.window.close)

        def built(self) -> None:
            self.build()
            print(time.time(), flush=True)

    def watched(*arguments: str) -> object:
        application = make(*arguments)
        application.watch = Watch()
        application.installEventFilter(application.watch)
        return application

    app.make_application = watched
    app.run([])


if __name__ == "__main__":
    main()
