"""Exporting the timeline as a film: drawn in a worker of its own, so that a run goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from h3dstudio.errors import H3DError, OutputError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.framing import pinhole
from h3dstudio.gui.features.reconstruction.controller import ReportedFailure
from h3dstudio.gui.features.timeline.controller import TimelineController
from h3dstudio.gui.shell import dialogs, theme
from h3dstudio.gui.shell.saving import ask_where, last_folder, remember_folder
from h3dstudio.gui.shell.supervisor import Supervisor
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.sink import DisplayMode
from h3dstudio.gui.viewport.timeline_bar import TimelineBar
from h3dstudio.jobs.engines import ProcessEngine
from h3dstudio.jobs.events import Failed, Finished, Log, Progress, Terminal
from h3dstudio.session.export.film import DARK, LIGHT, FilmJob
from h3dstudio.session.export.film_files import FORMATS, encoder

HEIGHT = 640
"""Pixels of a film; its width follows the view's."""


class FilmController(QObject):
    """`saved(Path)` when a film is written, `logged(message, level)`, `busy(bool)`."""

    saved = Signal(object)
    logged = Signal(str, str)
    busy = Signal(bool)

    def __init__(
        self,
        window: QWidget,
        bar: TimelineBar,
        tasks: Tasks,
        view: MeshView,
        controller: TimelineController,
        name: Callable[[], str],
    ) -> None:
        super().__init__(window)
        self._window, self._bar, self._tasks, self._view = window, bar, tasks, view
        self._controller = controller
        self._supervisor: Supervisor | None = None
        self.running = False
        self._name = name
        bar.film_cancelled.connect(self.cancel)

    def ask(self) -> None:
        """Let the user choose a file; its ending says the format."""
        if self.running:
            return
        formats = {f"{label} (*{suffix})": suffix for suffix, label in FORMATS.items()}
        ask_where(self._window, self.tr("Export a film"), formats, self._name(), last_folder(), self.save)

    def save(self, path: Path) -> None:
        """Make a film of all that is kept, seen as the view shows it now."""
        if self.running or not self._can_write(path):
            return
        timeline, camera, size = self._controller.timeline, *self._seen()
        look = "vertex" if self._view.mode is DisplayMode.COLOURED else "shaded"
        background = DARK if theme.current().colors.dark else LIGHT
        self._run(True)

        def start(frames: tuple[Path, ...]) -> None:
            job = FilmJob(frames, path, camera, size, look=look, background=background)  # type: ignore[arg-type]
            self._worker().submit(job)

        self._tasks.run(
            lambda: tuple(timeline.store(frame) for frame in timeline.frames), start, self._refuse
        )

    def _can_write(self, path: Path) -> bool:
        """Whether this format can be written here; else says what it needs, and offers those that can."""
        if path.suffix.lower() != ".mp4":
            return True
        try:
            encoder()
        except OutputError as error:
            others = [suffix for suffix in FORMATS if suffix != ".mp4"]
            choices = [
                dialogs.Choice(suffix, self.tr("Write a {0}").format(FORMATS[suffix]), default=not place)
                for place, suffix in enumerate(others)
            ]
            choices.append(dialogs.Choice("close", self.tr("Close"), dialogs.Role.RejectRole))

            def answered(key: str) -> None:
                if key in others:
                    self.save(path.with_suffix(key))

            title = self.tr("The film was not written")
            dialogs.show_error(self._window, title, error, choices=choices, answered=answered)
            return False
        return True

    def cancel(self) -> None:
        """Stop; nothing is written."""
        if self._supervisor is not None and self.running:
            self._supervisor.cancel()

    def close(self) -> None:
        """End the worker."""
        if self._supervisor is not None:
            self._supervisor.shut_down()

    def _worker(self) -> Supervisor:
        if self._supervisor is None:
            self._supervisor = Supervisor(ProcessEngine, self)
            self._supervisor.progressed.connect(self._follow)
            self._supervisor.told.connect(self._listen)
            self._supervisor.ended.connect(self._take_end)
            self._supervisor.start()
        return self._supervisor

    def _seen(self) -> tuple[Camera, tuple[int, int]]:
        """The view's camera, for a picture of its shape."""
        width, height = self._view.pane()
        size = (max(64, round(HEIGHT * width / height / 2) * 2), HEIGHT)
        camera = self._view.plotter.camera
        forward, up = self._view.camera_controller.forward_and_up
        rotation = np.array([np.cross(forward, up), -up, forward])
        position = np.array(camera.position)
        return Camera(pinhole(size, camera.view_angle), rotation, -rotation @ position), size

    def _follow(self, progress: Progress) -> None:
        self._bar.show_film(progress.done, progress.total)

    def _listen(self, event: object) -> None:
        if isinstance(event, Log):
            self.logged.emit(event.message, event.level)

    def _take_end(self, event: Terminal) -> None:
        self._run(False)
        if isinstance(event, Finished) and isinstance(event.result, Path):
            remember_folder(event.result)
            self.saved.emit(event.result)
        elif isinstance(event, Failed):
            self._refuse(event.error if isinstance(event.error, H3DError) else ReportedFailure(event.message))

    def _refuse(self, error: BaseException) -> None:
        self._run(False)
        known = error if isinstance(error, Exception) else ReportedFailure(str(error))
        dialogs.show_error(self._window, self.tr("The film was not written"), known)

    def _run(self, running: bool) -> None:
        self.running = running
        self._bar.show_film(0, 1 if running else 0)
        self.busy.emit(running)
