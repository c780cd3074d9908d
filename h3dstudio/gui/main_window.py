"""The studio's window. It only assembles what the features hand over, and closes it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from h3dstudio.gui import features
from h3dstudio.gui.features.project.workspace import Workspace
from h3dstudio.gui.shell import icons
from h3dstudio.gui.shell.actions import build_actions, connect_actions, fill_menus, fill_toolbar, submenu
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.docks import restore_geometry
from h3dstudio.gui.shell.feature import Feature, Submenu
from h3dstudio.gui.shell.garbage import GuiThreadCollector
from h3dstudio.gui.shell.supervisor import Supervisor
from h3dstudio.gui.shell.texts import marked, translator
from h3dstudio.gui.viewport.mesh_view import load_vtk

Service = TypeVar("Service")
_tr = translator("Actions")
_PANELS = marked("&Panels")


class MainWindow(QMainWindow):
    """Args: supervisor: not started yet; a test may give one with another engine. out: the run folder.

    Attributes:
        context: what the window shares with its features; `get` finds what they provide.
        features: in the order they were built.
    """

    def __init__(self, supervisor: Supervisor | None = None, out: Path | None = None) -> None:
        super().__init__()
        self.setWindowIcon(icons.application_icon())
        self.setMinimumSize(980, 640)
        self._painted = self._down = False
        self._collector = GuiThreadCollector(self)
        modules = features.load()
        specs = features.all_actions(modules)
        self.context = Context(self, supervisor or Supervisor(), specs, build_actions(self, specs), out)
        self.features = [self._build(module) for module in modules]
        self._assemble()
        self.context.pages.show_start()
        self.context.changed.emit()
        restore_geometry(self)
        self._collector.start()
        self.context.supervisor.start()  # Does nothing where it runs already.

    def get(self, kind: type[Service]) -> Service:
        """What a feature provides, by its type."""
        return self.context.get(kind)

    def open(self, path: Path, *, views: str | None = None, start: bool = False) -> None:
        """Open the scan, project or mesh at `path`; `start` reconstructs a scan as soon as it is read."""
        self.get(Workspace).opening.open(path, views, start=start)

    def close_now(self) -> None:
        """Cancel what runs and close without a question; what is unsaved is offered at the next start."""
        for feature in reversed(self.features):
            feature.close_now()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self._bring_in_the_rest)

    def _bring_in_the_rest(self) -> None:
        """What would keep the user waiting for the window, once that is on screen."""
        self.context.tasks.run(load_vtk, lambda _: self.context.view.build(), key="vtk")
        for feature in self.features:
            feature.on_screen()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not all(feature.may_close() for feature in self.features):
            event.ignore()
            return
        self.context.docks.remember()
        self.hide()
        self._take_down()
        event.accept()

    def _take_down(self) -> None:
        """End the worker, the threads, then everything else (the 3D view last). Once."""
        if self._down:
            return
        self._down = True
        self.context.supervisor.shut_down()
        self.context.tasks.close()
        for feature in self.features:
            feature.close()
        self.context.view.close_view()
        self._collector.stop()

    def _build(self, module: features.FeatureModule) -> Feature:
        feature = module.build(self.context)
        self.context.provide(feature.provides)
        if feature.start_page is not None:
            self.context.pages.add_start(feature.start_page)
        return feature

    def _assemble(self) -> None:
        context = self.context
        context.docks.add(feature.dock for feature in self.features if feature.dock is not None)
        panels = Submenu(submenu(self, _tr(_PANELS), context.docks.actions()), "&View", 610)
        submenus = [panels, *(one for feature in self.features for one in feature.submenus)]
        slots = {name: slot for feature in self.features for name, slot in feature.slots.items()}
        connect_actions(context.actions, context.specs, slots)
        fill_menus(self, context.actions, context.specs, submenus)
        fill_toolbar(self, context.actions, context.specs)
