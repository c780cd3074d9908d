"""What the window shares with its features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from h3dstudio.gui.shell.action_spec import Spec
from h3dstudio.gui.shell.actions import enable
from h3dstudio.gui.shell.docks import Docks
from h3dstudio.gui.shell.feature import AssemblyError
from h3dstudio.gui.shell.leave_guard import LeaveGuard
from h3dstudio.gui.shell.log import Log
from h3dstudio.gui.shell.pages import Pages
from h3dstudio.gui.shell.status_line import StatusLine
from h3dstudio.gui.shell.supervisor import Supervisor
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.page import ViewportPage
from h3dstudio.session.project.commands import CommandStack
from h3dstudio.session.project.project import Project

Service = TypeVar("Service")


class Context(QObject):
    """The window's services, and by type what features provide. All of it is there when a feature is built.

    Signals: `changed()`: what can be done now may be another; whoever has actions enables them (`enable`).

    Attributes:
        window: the parent of dialogs, and nothing more.
        specs, actions: of all features, by name.
        out: the run folder that the command line asked for.
    """

    changed = Signal()

    def __init__(
        self,
        window: QMainWindow,
        supervisor: Supervisor,
        specs: Mapping[str, Spec],
        actions: Mapping[str, QAction],
        out: Path | None,
    ) -> None:
        super().__init__(window)
        self.window, self.supervisor, self.out = window, supervisor, out
        self.specs, self.actions = specs, actions
        self.commands = CommandStack()
        self.project = Project(self.commands)
        self.tasks = Tasks(window)
        self.log = Log(window)
        self.status = StatusLine(window)
        self.leaving = LeaveGuard()
        self.page = ViewportPage(actions)
        self.docks = Docks(window)
        self.pages = Pages(window, self.page, self.docks)
        self._services: dict[type, object] = {}
        self.tasks.failed.connect(lambda error: self.log.add(f"{type(error).__name__}: {error}", "error"))

    @property
    def view(self) -> MeshView:
        """The 3D view."""
        return self.page.view

    def get(self, kind: type[Service]) -> Service:
        """The object of this type that a feature provides. Raises AssemblyError where none does (yet)."""
        found = self._services.get(kind)
        if not isinstance(found, kind):
            raise AssemblyError(
                f"no feature provides a {kind.__name__} by now: "
                "in FEATURES the one that does must stand before the one that asks for it"
            )
        return found

    def provide(self, services: Iterable[object]) -> None:
        """Let features that are built later find these."""
        for service in services:
            if type(service) in self._services:
                raise AssemblyError(f"two features provide a {type(service).__name__}")
            self._services[type(service)] = service

    def enable(self, states: Mapping[str, bool]) -> None:
        """Enable or disable actions, which then say why."""
        for name, enabled in states.items():
            enable(self.actions[name], enabled, self.specs[name].unavailable)

    def tell(self, text: str) -> None:
        """Say something in the status line, and log it."""
        self.status.say(text)
        self.log.add(text)
