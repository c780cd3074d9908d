"""A window in a process of its own that is to be killed: `python -m tests.gui.doomed_window SCAN OUT MODE`.

MODE "annotating" writes two notes, "training" starts a run; it says "ready" once there is something to lose.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from tests.gui.fakes import FakeReconstruction
from tests.gui.notes import Write, with_notes


def main(scan: Path, out: Path, mode: str) -> None:
    from h3dstudio.gui.app import make_application

    application = make_application()
    from PySide6.QtCore import QTimer

    from h3dstudio.gui.bridge import Supervisor
    from h3dstudio.gui.main_window import MainWindow
    from h3dstudio.jobs.engines import ProcessEngine

    window = MainWindow(Supervisor(ProcessEngine), out=out)
    window.runs.make_job = partial(FakeReconstruction, steps=5000)
    notes = with_notes(window)
    window.show()

    def annotate(_: object) -> None:
        window.scan_panel.model.tick((0, 2))
        window.commands.do(Write(notes, "nose tip"))
        window.commands.do(Write(notes, "chin"))
        QTimer.singleShot(2000, lambda: print("ready", flush=True))

    def train(_: object) -> None:
        window.runs.start()
        window.supervisor.told.connect(lambda _: QTimer.singleShot(1000, lambda: print("ready", flush=True)))

    window.scans.opened.connect(annotate if mode == "annotating" else train)
    window.open(scan)
    application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
