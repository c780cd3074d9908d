"""New, open, save: the project behind the window. Files are read and written off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from h3dstudio.data.project_files import SUFFIX, ProjectFile, read_project, write_project
from h3dstudio.data.project_lock import Owner, ProjectLock
from h3dstudio.errors import H3DError, OutputError, ProjectError
from h3dstudio.gui.features.project import dialogs as project_dialogs
from h3dstudio.gui.features.project.sections import moved_scan, scan_folder
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.controller import OpenScan, ScanController
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.session.project.project import Project

_FOLDER = "project folder"
_WATCH = 1000
"""Milliseconds between two looks at what nobody tells of: ticks, settings."""
Then = Callable[[], object]


@dataclass(frozen=True)
class Arrival:
    """A project on its way into the window.

    Attributes:
        path: its file; None for a copy.
        lock: taken on that file; None where it could not be, or another window has it.
        recovered: whether `contents` are newer than the file.
        work: the recovery file that `contents` come from.
        resume: whether the job that was cut short is to be gone on with.
    """

    contents: ProjectFile
    path: Path | None
    lock: ProjectLock | None = None
    read_only: bool = False
    recovered: bool = False
    work: Path | None = None
    resume: bool = False


class ProjectController(QObject):
    """Slots of the project actions. Nothing is opened unless `runs` are idle.

    Signals: `opened(Path or None)` a project is in the window, `arrived(Arrival)` it was brought in,
    `saved(Path)`, `marked(bool)` whether there are unsaved changes, `said(str)` for the status line,
    `resume_wanted()` the project's job is to be gone on with, `logged(message, level)`.
    """

    opened = Signal(object)
    arrived = Signal(object)
    saved = Signal(object)
    marked = Signal(bool)
    said = Signal(str)
    resume_wanted = Signal()
    logged = Signal(str, str)

    def __init__(
        self, window: QWidget, project: Project, tasks: Tasks, scans: ScanController, runs: RunController
    ) -> None:
        super().__init__(window)
        self._window, self._project, self._tasks, self._scans = window, project, tasks, scans
        self._runs = runs
        self._lock: ProjectLock | None = None
        self._arriving: Arrival | None = None
        self._letting_go = False
        self._question: QMessageBox | None = None
        self._changes = 0
        self._mark = False
        self._watch = QTimer(self, interval=_WATCH)
        self._watch.timeout.connect(self._compare)
        self._watch.start()
        project.listeners.append(self._compare)
        project.commands.listeners.append(self._count)
        scans.opened.connect(self._scan_came)
        # Queued: whoever forgets the scan before does so first, whatever the order of the connections.
        scans.opened.connect(self._settle, Qt.ConnectionType.QueuedConnection)
        scans.refused.connect(self._give_up)

    @property
    def title(self) -> str:
        """What is open, as the window's title says it."""
        scan = self._scans.current.scan.name if self._scans.current is not None else ""
        name = self._project.name or scan
        return f"{name} [{self.tr('read-only')}]" if self._project.read_only else name

    @property
    def folder(self) -> Path:
        """Where projects were opened or saved last."""
        return Path(str(QSettings().value(_FOLDER, str(Path.home()))))

    def may_open(self) -> bool:
        """Whether something else can be opened now; else says why not."""
        return self._runs.idle()

    def new(self) -> None:
        """An empty project: back to the first page."""
        if self.may_open() and self.may_leave(self.new):
            self._drop_lock()
            self._scans.forget()
            self._project.close()
            self.opened.emit(None)

    def ask(self) -> None:
        """Let the user choose a project."""
        project_dialogs.ask_for_project(self._window, self.folder, self.open)

    def open(self, path: Path) -> None:
        """Open the project file `path`, after asking about unsaved changes."""
        if not self.may_open() or not self.may_leave(partial(self.open, path)):
            return
        path = Path(path).expanduser().absolute()
        self.said.emit(self.tr("Opening {0}…").format(path.name))
        ours = self._lock is not None and path == self._project.path
        self._tasks.run(
            lambda: _read(path, lock=not ours),
            partial(self._take_file, path, self._lock if ours else None),
            partial(self._refuse, path),
            key="project",
        )

    def bring_in(self, arrival: Arrival) -> None:
        """Open what was read: first its scan, then everything else."""
        try:
            folder = scan_folder(arrival.contents.sections)
        except ProjectError as error:
            self._arriving = arrival
            self._give_up()
            self._refuse(arrival.path or Path(), error)
            return
        if folder is not None and not folder.exists():
            self._ask_where(arrival, folder)
            return
        self._arriving = arrival
        if folder is None:
            self._scans.forget()
            self._settle()
        else:
            self.let_go(lambda: self._scans.open(folder))

    def save(self, then: Then = lambda: None) -> None:
        """Save to the project's file, or ask for one; `then` follows only a save that worked."""
        if self._project.path is None or self._project.read_only:
            self.save_as(then)
        else:
            self._write(self._project.path, then)

    def save_as(self, then: Then = lambda: None) -> None:
        """Ask for a file and save to it."""
        suggestion = self._project.path or self.folder / f"{self.title or 'head'}{SUFFIX}"
        if self._project.read_only:
            suggestion = suggestion.with_stem(f"{suggestion.stem}-2")
        project_dialogs.ask_where_to_save(self._window, suggestion, lambda path: self._write(path, then))

    def may_leave(self, then: Then) -> bool:
        """True where nothing would be lost. Else asks, and does `then` once the answer allows it."""
        if self._letting_go or not self._project.changed:
            return True
        if self._question is None:
            name = self.title or self.tr("the project")
            self._question = project_dialogs.ask_to_save(self._window, name, partial(self._answer, then))
            self._question.finished.connect(self._forget_question)
        return False

    def let_go(self, then: Then) -> None:
        """Do `then`, whose questions about unsaved changes are answered already."""
        self._letting_go = True
        try:
            then()
        finally:
            self._letting_go = False

    def close(self) -> None:
        """The window goes: let others have the project."""
        self._drop_lock()

    def touch(self) -> None:
        """Say that the project is still open here; warn once where another window took it."""
        if self._lock is not None and not self._lock.touch():
            self._lock = None
            self._project.read_only = True
            self.logged.emit(
                self.tr("Another window has taken the project; saving asks for a new file"), "warning"
            )
            self.opened.emit(self._project.path)

    def _answer(self, then: Then, key: str) -> None:
        if key == "save":
            self.save(lambda: self.let_go(then))
        elif key == "discard":
            self.let_go(then)

    def _forget_question(self) -> None:
        self._question = None

    def _take_file(self, path: Path, kept: ProjectLock | None, found: tuple[ProjectFile, _Hold]) -> None:
        contents, hold = found
        self.said.emit("")
        if isinstance(hold, Owner):
            answer = partial(self._take_locked, Arrival(contents, path, read_only=True))
            project_dialogs.ask_about_lock(self._window, path, hold, answer)
        elif isinstance(hold, ProjectLock) or kept is not None:
            self.bring_in(Arrival(contents, path, hold if isinstance(hold, ProjectLock) else kept))
        else:
            self.logged.emit(
                self.tr("{0} lies where nothing can be written: opened read-only").format(path), "warning"
            )
            self.bring_in(Arrival(contents, path, read_only=True))

    def _take_locked(self, arrival: Arrival, key: str) -> None:
        if key == "read":
            self.bring_in(arrival)
        elif key == "copy":
            self.bring_in(replace(arrival, path=None, read_only=False, recovered=True))

    def _ask_where(self, arrival: Arrival, missing: Path) -> None:
        def located(folder: Path) -> None:
            sections = moved_scan(arrival.contents.sections, folder)
            contents = replace(arrival.contents, sections=sections)
            self.bring_in(replace(arrival, contents=contents, recovered=True))

        def answered(key: str) -> None:
            if key == "locate":
                title = self.tr("Where is {0}?").format(missing.name)
                project_dialogs.ask_for_folder(self._window, title, nearest_folder(missing), located)
            else:
                _release(arrival.lock, unless=self._lock)

        project_dialogs.ask_where_scan_is(self._window, missing, answered)

    def _scan_came(self, scan: OpenScan) -> None:
        """A scan that no project asked for begins a new one."""
        if self._arriving is not None and scan_folder(self._arriving.contents.sections) != scan.folder:
            self._give_up()
        if self._arriving is None:
            self._drop_lock()
            self._project.close()
            self.opened.emit(None)

    def _settle(self, *_: object) -> None:
        """The scan is there: restore everything else."""
        arrival, self._arriving = self._arriving, None
        if arrival is None:
            return
        if arrival.lock is not self._lock:
            self._drop_lock()
            self._lock = arrival.lock
        problems = self._project.restore(arrival.contents, arrival.path, unsaved=arrival.recovered)
        self._project.read_only = arrival.read_only and self._project.path is not None
        if problems:
            self._drop_lock()
            project_dialogs.say_refused(self._window, arrival.path, problems)
        self.opened.emit(self._project.path)
        self.arrived.emit(arrival)
        if arrival.resume:
            self.resume_wanted.emit()

    def _give_up(self) -> None:
        """The scan could not be read; what was open before still is."""
        arrival, self._arriving = self._arriving, None
        if arrival is not None:
            _release(arrival.lock, unless=self._lock)

    def _refuse(self, path: Path, error: Exception) -> None:
        self.said.emit("")
        remedy = self.tr("Open a project that H3D Studio saved")
        dialogs.show_error(
            self._window, self.tr("{0} cannot be opened").format(path.name), error, remedy=remedy
        )

    def _write(self, path: Path, then: Then) -> None:
        path = Path(path).expanduser().absolute()
        contents, changes = self._project.contents(), self._changes
        needs_lock = path != self._project.path or self._lock is None

        def done(lock: ProjectLock | None) -> None:
            if needs_lock:
                self._drop_lock()
                self._lock = lock
            self._project.mark_saved(path, contents, latest=self._changes == changes)
            QSettings().setValue(_FOLDER, str(path.parent))
            self.said.emit(self.tr("Saved {0}").format(path))
            self.saved.emit(path)
            then()

        def failed(error: Exception) -> None:
            self.said.emit("")
            project_dialogs.say_not_saved(self._window, error, partial(self._try_again, path, then))

        self.said.emit(self.tr("Saving {0}…").format(path.name))
        self._tasks.run(lambda: _save(path, contents, lock=needs_lock), done, failed)

    def _try_again(self, path: Path, then: Then, key: str) -> None:
        if key == "again":
            self._write(path, then)
        elif key == "elsewhere":
            self.save_as(then)

    def _drop_lock(self) -> None:
        _release(self._lock)
        self._lock = None

    def _compare(self) -> None:
        mark = self._project.changed
        if mark is not self._mark:
            self._mark = mark
            self.marked.emit(mark)

    def _count(self) -> None:
        self._changes += 1


_Hold = ProjectLock | Owner | None
"""A lock of ours, who else has it, or None where none can be written."""


def _read(path: Path, *, lock: bool) -> tuple[ProjectFile, _Hold]:
    """Read and lock the project at `path`, on any thread. Raises ProjectError."""
    contents = read_project(path)
    if not lock:
        return contents, None
    try:
        return contents, ProjectLock.take(path)
    except OutputError:
        return contents, None


def _save(path: Path, contents: ProjectFile, *, lock: bool) -> ProjectLock | None:
    """Write the project to `path`, on any thread, and lock it. Raises OutputError, ProjectError."""
    taken = ProjectLock.take(path) if lock else None
    if isinstance(taken, Owner):
        raise ProjectError(
            f"it is open in another window ({taken})",
            where=path,
            remedy="Choose another name, or close it there",
        )
    try:
        write_project(path, contents)
    except H3DError:
        _release(taken)
        raise
    return taken


def _release(lock: ProjectLock | None, *, unless: ProjectLock | None = None) -> None:
    if lock is not None and lock is not unless:
        lock.release()


def nearest_folder(missing: Path) -> Path:
    """The nearest folder above `missing` that is there, to begin looking for it."""
    return next((folder for folder in missing.parents if folder.is_dir()), Path.home())
