"""Opening whatever a user has: a scan, a dataset, a project, a mesh, a run; what was opened lately."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal

from h3dstudio.data.project_files import SUFFIX
from h3dstudio.gui.features.project.controller import ProjectController
from h3dstudio.gui.features.project.run_opening import RunOpening
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.controller import ScanController

MESHES = (".ply", ".obj", ".stl", ".glb")
_PROJECTS = "recent projects"
_MOST = 8


class Opening(QObject):
    """Opens paths by what they are, and remembers them. Signals: `recent_changed()`.

    Args:
        take: asked first, and may open what it knows better.
    """

    recent_changed = Signal()

    def __init__(
        self,
        parent: QObject,
        scans: ScanController,
        projects: ProjectController,
        open_mesh: Callable[[Path], None],
        run: RunOpening,
        runs: RunController,
        take: Callable[[Path], bool],
    ) -> None:
        super().__init__(parent)
        self._scans, self._projects, self._open_mesh, self._run = scans, projects, open_mesh, run
        self._runs, self._take_first = runs, take
        self._start = False
        scans.settled.connect(self._start_run)
        projects.opened.connect(self._remember)
        projects.saved.connect(self._remember)
        scans.recent_changed.connect(self.recent_changed)

    def open(self, path: Path, views: str | None = None, *, start: bool = False) -> None:
        """Open `path` as what its name says it is; what no name tells is tried as a scan.

        `start`: reconstruct as soon as the scan is read.
        """
        self._start = start
        ending = path.suffix.lower()
        if self._take_first(path):
            return
        if ending == SUFFIX:
            self._projects.open(path)
        elif ending in MESHES and not path.is_dir():
            self._open_mesh(path)
        elif self._run.is_run(path):
            self._run.open(path)
        else:
            self._scans.open(path, views)

    def recent(self) -> list[Path]:
        """Projects, then scans, opened lately, each newest first."""
        return [*self.recent_projects(), *self._scans.recent()]

    def recent_projects(self) -> list[Path]:
        """Projects opened or saved lately, newest first."""
        stored: Any = QSettings().value(_PROJECTS, [])
        return [Path(path) for path in ([stored] if isinstance(stored, str) else stored or [])]

    def reopen(self) -> None:
        """Open the project that was open last, where it is still there."""
        if (last := next(iter(self.recent_projects()), None)) is not None and last.exists():
            self._projects.open(last)

    def forget_recent(self) -> None:
        """Empty the list."""
        QSettings().remove(_PROJECTS)
        self._scans.forget_recent()

    def _start_run(self, *_: object) -> None:
        start, self._start = self._start, False
        if start:
            self._runs.start()

    def _remember(self, path: Path | None) -> None:
        if path is None:
            return
        others = (str(other) for other in self.recent_projects() if other != path)
        QSettings().setValue(_PROJECTS, [str(path), *others][:_MOST])
        self.recent_changed.emit()
