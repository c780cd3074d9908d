"""The head prior from the window's side: its heads on the stage, fitted ones to morph between, training."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from h3dstudio.gui.features.priors.latent_model import MEAN, Latent, LatentModel
from h3dstudio.gui.features.priors.panel import PriorPanel
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.supervisor import ReadyMesh, Supervisor
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.jobs.engines import Engine, ProcessEngine
from h3dstudio.jobs.events import Failed, Metrics, Terminal
from h3dstudio.session.priors.viewing import (
    COMPONENTS,
    PRELOAD,
    AskedHead,
    PriorViewingJob,
    random_latent,
    read_facts,
    read_fitted_head,
)

_REDRAWS, _POLL, _BETWEEN_MESHES = 25.0, 0.015, 0.03
_LONGEST_REST = 400
_IDLE = 90_000
"""Milliseconds out of sight, after which the worker and its memory are given back."""


def viewing_engine() -> Engine:
    """A worker of one thread that sends meshes as fast as sliders move."""
    return ProcessEngine(threads=1, nice=5, preload=PRELOAD, snapshot_interval=_BETWEEN_MESHES)


class PriorController(QObject):
    """Shows heads of the prior in use. A worker of its own decodes them; it starts when it is first needed.

    Signals: `head_ready(ReadyMesh)`, `left()` when the panel goes out of sight, `came()` when it comes,
    `busy(what)` while the prior is read, "" when it is over.
    """

    head_ready = Signal(object)
    came = Signal()
    left = Signal()
    logged = Signal(str, str)
    busy = Signal(str)

    def __init__(
        self,
        window: QWidget,
        tasks: Tasks,
        panel: PriorPanel,
        choice: PriorChoice,
        engine: Callable[[], Engine] = viewing_engine,
    ) -> None:
        super().__init__(window)
        self._window, self._tasks, self._panel, self._choice = window, tasks, panel, choice
        self.make_engine = engine
        self.latent = LatentModel()
        self._viewer: Supervisor | None = None
        self._reading: str | None = None
        self._number = 0
        self._newest: ReadyMesh | None = None
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._take_mesh)
        self._idle = QTimer(self, interval=_IDLE, singleShot=True)
        self._idle.timeout.connect(self.close)
        heads = panel.heads
        heads.moved.connect(self._move)
        heads.reset.connect(lambda: self._put(MEAN))
        heads.random.connect(lambda: self._put(random_latent(random.SystemRandom().randrange(2**31))))
        heads.morphed.connect(self._morph)
        heads.end_chosen.connect(self._choose_end)
        panel.came.connect(self._take_sight)
        choice.changed.connect(self._take_choice)

    def close(self) -> None:
        """End the worker."""
        self._rest.stop()
        self._idle.stop()
        if self._viewer is not None:
            viewer, self._viewer, self._reading = self._viewer, None, None
            viewer.shut_down()
            viewer.deleteLater()

    def show_facts(self) -> None:
        """Say what the prior in use is."""
        path = self._path()
        self._tasks.run(
            lambda: read_facts(path),
            self._panel.show_facts,
            lambda error: self._panel.show_facts(None, str(error)),
            key="prior facts",
        )

    def put_fitted(self, end: int, folder: Path) -> None:
        """Take the head that the run in `folder` found as A (0) or B (1)."""

        def take(latent: Latent) -> None:
            QSettings().setValue("runs folder", str(folder.parent))
            self._panel.heads.name_end(end, folder.name)
            self.latent.set_end(end, latent)
            self._show()

        def refuse(error: Exception) -> None:
            self._panel.heads.ends[end].setCurrentIndex(0)
            dialogs.show_error(self._window, self.tr("The fitted head cannot be used"), error)

        self._tasks.run(lambda: read_fitted_head(folder), take, refuse, key=f"fitted head {end}")

    def _move(self, component: int, value: float) -> None:
        self.latent.move(component, value)
        self._show()

    def _put(self, head: Latent) -> None:
        self.latent.put(head)
        self._show()

    def _morph(self, part: float) -> None:
        self.latent.morph(part)
        self._show()

    def _choose_end(self, end: int, source: str) -> None:
        if source == "run":
            self._ask_for_run(end)
            return
        heads = {"mean": lambda: MEAN, "sliders": lambda: self.latent.head}
        draw = heads.get(source, lambda: random_latent(random.SystemRandom().randrange(2**31)))
        self.latent.set_end(end, draw())
        self._show()

    def _ask_for_run(self, end: int) -> None:
        dialog = QFileDialog(self._window, self.tr("Choose the folder of a finished run"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setDirectory(str(QSettings().value("runs folder", str(Path.home()))))
        dialog.fileSelected.connect(lambda path: self.put_fitted(end, Path(path)))
        dialog.open()

    def _show(self) -> None:
        """Put the sliders where the head is, and ask for it."""
        self._panel.heads.show_head(self.latent.sliders, self.latent.between)
        self._number += 1
        viewer = self._running_viewer()
        if self._reading == self._choice.path:
            viewer.tell(AskedHead(self._number, self.latent.head))

    def _running_viewer(self) -> Supervisor:
        """The worker, started with the prior in use."""
        if self._viewer is None:
            viewer = self._viewer = Supervisor(self.make_engine, self, redraws=_REDRAWS, poll=_POLL)
            viewer.mesh_waiting.connect(self._take_mesh)
            viewer.measured.connect(self._take_metrics)
            viewer.ended.connect(self._take_end)
            viewer.start()
        if self._reading is None:
            self._reading = self._choice.path
            self.busy.emit(self.tr("Reading the head prior…"))
            self._viewer.submit(PriorViewingJob(self._path()))
        return self._viewer

    def _take_mesh(self) -> None:
        if self._viewer is None or self._rest.isActive():
            return
        ready = self._viewer.take_mesh()
        if ready is None:
            return
        begin = time.perf_counter()
        self._newest = ready
        if self._panel.in_sight:
            self.head_ready.emit(ready)
        # Where the processor renders, the repaint that follows takes as long again: leave room for clicks.
        self._rest.start(min(_LONGEST_REST, round(1500 * (time.perf_counter() - begin))))

    def _take_metrics(self, metrics: list[Metrics]) -> None:
        for one in metrics:
            if COMPONENTS in one.values:
                self._panel.show_components(round(one.values[COMPONENTS]))
                self.busy.emit("")

    def _take_end(self, event: Terminal) -> None:
        self._reading = None
        self.busy.emit("")
        if isinstance(event, Failed):
            self._panel.show_facts(None, event.message)
            self.logged.emit(self.tr("The head prior cannot be shown: {0}").format(event.message), "error")
        elif self._panel.in_sight:
            self._show()

    def _take_choice(self, _path: str) -> None:
        self._newest = None
        self.show_facts()
        if self._viewer is not None and self._reading is not None:
            self._viewer.cancel()  # The next one starts when this has ended.
        elif self._panel.in_sight:
            self._show()

    def _take_sight(self, seen: bool) -> None:
        if not seen:
            self._idle.start()
            self.left.emit()
            return
        self._idle.stop()
        self.came.emit()
        self.show_facts()
        if self._newest is not None:
            self.head_ready.emit(self._newest)
        else:
            self._show()

    def _path(self) -> Path | None:
        return Path(self._choice.path) if self._choice.path else None
