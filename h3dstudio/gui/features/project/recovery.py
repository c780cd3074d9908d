"""Autosave and crash recovery: unsaved work lies in the user's state folder until it is saved or let go.

The file is written shortly after every command, when a job starts or ends, and every minute; so a window that
is killed loses the last second or two.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from h3dstudio.data.project_files import ProjectFile
from h3dstudio.data.project_lock import Owner, ProjectLock
from h3dstudio.data.recovery_files import Recovery, RecoveryFile, abandoned, read_recovery
from h3dstudio.errors import H3DError, OutputError
from h3dstudio.gui.features.project import dialogs as project_dialogs
from h3dstudio.gui.features.project.controller import Arrival, ProjectController
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.left_run import LeftBehind, left_by
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.session.project.project import Project

_SOON = 400
_MINUTE = 60_000


@dataclass(frozen=True)
class FoundWork:
    """What a window that is gone has left.

    Attributes:
        path: its recovery file.
        left: what its last run can be gone on with.
    """

    path: Path
    recovery: Recovery
    left: LeftBehind

    @property
    def resumable(self) -> bool:
        """Whether a job ran that can be gone on with."""
        return self.recovery.running and self.left.resumable


class RecoveryController(QObject):
    """Keeps this window's recovery file, and offers those of windows that are gone. Signals: `logged`."""

    logged = Signal(str, str)

    def __init__(
        self,
        window: QWidget,
        project: Project,
        projects: ProjectController,
        runs: RunController,
        tasks: Tasks,
        folder: Path,
    ) -> None:
        super().__init__(window)
        self._window, self._project, self._projects = window, project, projects
        self._runs, self._tasks, self._folder = runs, tasks, folder
        self._file = RecoveryFile(folder)
        self._there = self._writing = self._warned = self._stopped = False
        self._found: list[FoundWork] = []
        projects.arrived.connect(self._recovered)
        self._soon = QTimer(self, interval=_SOON, singleShot=True)
        self._soon.timeout.connect(self.write)
        self._minute = QTimer(self, interval=_MINUTE)
        self._minute.timeout.connect(self._each_minute)
        self._minute.start()
        project.listeners.append(self._wake)
        runs.state_changed.connect(self._wake)
        runs.placed.connect(self._wake)  # A run may get another folder than it was given: a numbered one.

    def set_interval(self, seconds: int) -> None:
        """How often to write without a reason."""
        self._minute.setInterval(1000 * seconds)

    @property
    def _wanted(self) -> bool:
        return self._project.changed or self._runs.state.active

    def write(self) -> None:
        """Write what there is to lose, or remove the file where there is nothing."""
        if not self._wanted:
            self.drop()
            return
        if self._writing:
            self._wake()
            return
        recovery = self._recovery()
        self._writing = self._there = True
        self._tasks.run(lambda: self._file.write(recovery), self._written, self._not_written)

    def write_now(self, *, running: bool) -> None:
        """As `write`, but done when it returns, and for good: the work is to be offered at the next start."""
        self.stop()
        try:
            self._file.write(replace(self._recovery(), running=running, orderly=True))
        except OutputError as error:
            self._not_written(error)

    def stop(self) -> None:
        """The window goes: what the file holds now is what it will hold."""
        self._stopped = True
        self._soon.stop()
        self._minute.stop()

    def drop(self) -> None:
        """Nothing is left to lose."""
        self._soon.stop()
        if self._there:
            self._file.remove()
            self._there = False

    def offer(self) -> None:
        """Look for what crashed windows left, and ask what to do with it."""
        self._tasks.run(lambda: _readable(self._folder), self._take_found, key="recovery")

    def _recovery(self) -> Recovery:
        contents = self._project.contents()
        return Recovery(
            contents.sections,
            contents.rest,
            None if self._project.read_only else self._project.path,
            self._projects.title,
            time.time(),
            self._runs.state.active,
        )

    def _wake(self, *_: object) -> None:
        if not self._soon.isActive() and not self._stopped:
            self._soon.start()

    def _each_minute(self) -> None:
        self._projects.touch()
        self.write()

    def _written(self, _: object) -> None:
        self._writing = self._warned = False
        if not self._wanted and not self._stopped:
            self.drop()

    def _not_written(self, error: Exception) -> None:
        self._writing = False
        if not self._warned:
            self._warned = True
            self.logged.emit(
                self.tr("Unsaved work cannot be kept for recovery: {0}").format(error), "warning"
            )

    def _take_found(self, found: tuple[list[FoundWork], list[str]]) -> None:
        self._found, problems = found
        for problem in problems:
            self.logged.emit(self.tr("Work for recovery cannot be read: {0}").format(problem), "warning")
        if self._found:
            project_dialogs.ask_to_recover(self._window, self._found, self._answer)

    def _answer(self, key: str) -> None:
        if key == "discard":
            for one in self._found:
                with suppress(OSError):
                    one.path.unlink()
        elif key in ("recover", "resume") and self._projects.may_open():
            self._recover(self._found[0], resume=key == "resume")

    def _recover(self, found: FoundWork, *, resume: bool) -> None:
        recovery = found.recovery
        lock = _locked(recovery.project)
        self._projects.bring_in(
            Arrival(
                ProjectFile(recovery.sections, recovery.rest),
                recovery.project if isinstance(lock, ProjectLock) else None,
                lock if isinstance(lock, ProjectLock) else None,
                recovered=True,
                work=found.path,
                resume=resume,
            )
        )

    def _recovered(self, arrival: Arrival) -> None:
        """The work is in this window, and its file is this window's; until then it stayed as it was."""
        if arrival.work is not None:
            self._there = self._file.adopt(arrival.work) or self._there
            self._wake()


def _readable(folder: Path) -> tuple[list[FoundWork], list[str]]:
    """The abandoned recovery files that can be read, newest first, and why others cannot."""
    found: list[FoundWork] = []
    problems: list[str] = []
    for path in abandoned(folder):
        try:
            recovery = read_recovery(path)
        except H3DError as error:
            problems.append(str(error))
        else:
            found.append(FoundWork(path, recovery, left_by(recovery.sections)))
    return found, problems


def _locked(project: Path | None) -> ProjectLock | Owner | None:
    """The lock of the project that the work belongs to; None where it or its folder is gone."""
    if project is None or not project.parent.is_dir():
        return None
    try:
        return ProjectLock.take(project)
    except OutputError:
        return None
