"""Everything about the project in one place: its file, its parts, recovery, and what can be opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from h3dstudio.gui.features.measuring.controller import MeasuringController
from h3dstudio.gui.features.project.controller import ProjectController
from h3dstudio.gui.features.project.display_section import DisplaySection
from h3dstudio.gui.features.project.missing import Missing
from h3dstudio.gui.features.project.opening import Opening
from h3dstudio.gui.features.project.recovery import RecoveryController
from h3dstudio.gui.features.project.run_opening import RunOpening
from h3dstudio.gui.features.project.view_section import ViewSection
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.mesh_opening import MeshOpening
from h3dstudio.gui.features.reconstruction.past_runs import PastRuns
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.timeline.controller import TimelineController
from h3dstudio.gui.shell.action_spec import Spec
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.session.project.project import Project

_PROGRAM = "H3D Studio"


@dataclass(frozen=True)
class Parts:
    """What of the window the project is about.

    Attributes:
        take_landmarks: opens a landmark file, or says that it is none.
    """

    tasks: Tasks
    scans: ScanController
    runs: RunController
    mesh: MeshOpening
    timeline: TimelineController
    view: MeshView
    measuring: MeasuringController
    specs: Mapping[str, Spec]
    actions: Mapping[str, QAction]
    take_landmarks: Callable[[Path], bool]


class Workspace(QObject):
    """Puts them together. Signals: `said(str)`, `logged(message, level)`."""

    said = Signal(str)
    logged = Signal(str, str)

    def __init__(self, window: QMainWindow, project: Project, parts: Parts, recovery: Path) -> None:
        super().__init__(window)
        self._window, self._project, self._parts = window, project, parts
        self._later = self._interrupted = False
        self.mesh = parts.mesh
        self.projects = ProjectController(window, project, parts.tasks, parts.scans, parts.runs)
        self.past = PastRuns(parts.tasks, parts.runs, parts.timeline)
        self.run = RunOpening(window, parts.tasks, parts.scans, parts.runs)
        self.missing = Missing(window, project, parts.runs, self.past, self.mesh)
        self.opening = Opening(
            self, parts.scans, self.projects, self.mesh.open, self.run, parts.runs, parts.take_landmarks
        )
        self.recoveries = RecoveryController(
            window, project, self.projects, parts.runs, parts.tasks, recovery
        )
        self._display = DisplaySection(parts.specs, parts.actions)
        project.register("display", self._display, mark=False)
        project.register("view", ViewSection(parts.view, parts.measuring), mark=False)
        self._connect()
        self._show_title()

    def may_close(self) -> bool:
        """Whether nothing would be lost; else asks, and closes later."""
        return self._later or self.projects.may_leave(self._window.close)

    def keep_for_later(self) -> None:
        """Close without a question: what is unsaved, and a job that runs, are offered at the next start."""
        self._later = True
        self._interrupted = self._parts.runs.state.active

    def close(self) -> None:
        """The window is going; call it once the jobs have ended."""
        if self._later and (self._interrupted or self._project.changed):
            self.recoveries.write_now(running=self._interrupted)
        else:
            self.recoveries.drop()
            self.recoveries.stop()
        self.projects.close()

    def _connect(self) -> None:
        projects = self.projects
        for source in (projects, self.run):
            source.said.connect(self.said)
        for logging in (projects, self.recoveries, self.past):
            logging.logged.connect(self.logged)
        projects.opened.connect(self._show_title)
        projects.saved.connect(self._show_title)
        projects.saved.connect(lambda path: self.logged.emit(self.tr("Saved {0}").format(path), "info"))
        projects.marked.connect(self._window.setWindowModified)
        projects.resume_wanted.connect(self._parts.runs.resume_last)
        self.mesh.shown.connect(lambda _: self._display.settle())
        # Later: the window first finds out what can be switched on now.
        self._parts.runs.mesh_shown.connect(lambda *_: QTimer.singleShot(0, self, self._display.settle))

    def _show_title(self, *_: object) -> None:
        title = self.projects.title
        self._window.setWindowTitle(f"{title}[*] – {_PROGRAM}" if title else f"{_PROGRAM}[*]")
        self._window.setWindowModified(self._project.changed)
