"""Projects: opening and saving them, recovery, the start page, and whatever else can be opened."""

from __future__ import annotations

from h3dstudio.data.recovery_files import recovery_folder
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.measuring.controller import MeasuringController
from h3dstudio.gui.features.preferences.store import Preferences
from h3dstudio.gui.features.project.actions import ACTIONS
from h3dstudio.gui.features.project.recent import Recent
from h3dstudio.gui.features.project.welcome import WelcomePage
from h3dstudio.gui.features.project.workspace import Parts, Workspace
from h3dstudio.gui.features.reconstruction.closing import RunClosing
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.mesh_opening import MeshOpening
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.timeline.controller import TimelineController
from h3dstudio.gui.shell.actions import submenu
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.drops import Drops
from h3dstudio.gui.shell.feature import Feature, Submenu
from h3dstudio.gui.shell.texts import marked, translator

__all__ = ["ACTIONS", "build"]
_tr = translator("Actions")
_RECENT = marked("Open &recent")


def build(context: Context) -> Feature:
    """It comes after whatever a project keeps."""
    workspace = Workspace(context.window, context.project, _parts(context), recovery_folder())
    welcome = WelcomePage(context.actions)
    recent = submenu(context.window, _tr(_RECENT))
    Recent(workspace.opening, welcome, recent, workspace.opening.open)
    _connect(context, workspace, welcome)
    projects = workspace.projects
    return Feature(
        slots={
            "new_project": projects.new,
            "open_project": projects.ask,
            "save": projects.save,
            "save_as": projects.save_as,
        },
        provides=(workspace, welcome),
        start_page=welcome,
        submenus=(Submenu(recent, "&File", 160),),
        on_screen=workspace.recoveries.offer,
        may_close=workspace.may_close,
        close_now=workspace.keep_for_later,
        close=workspace.close,
    )


def _parts(context: Context) -> Parts:
    return Parts(
        tasks=context.tasks,
        scans=context.get(ScanController),
        runs=context.get(RunController),
        mesh=context.get(MeshOpening),
        timeline=context.get(TimelineController),
        view=context.view,
        measuring=context.get(MeasuringController),
        specs=context.specs,
        actions=context.actions,
        take_landmarks=context.get(LandmarkController).exchange.take,
    )


def _connect(context: Context, workspace: Workspace, welcome: WelcomePage) -> None:
    drops = Drops(context.window)
    drops.dropped.connect(workspace.opening.open)
    drops.hovering.connect(welcome.show_drop)
    context.leaving.add(workspace.projects.may_leave)
    context.get(ScanController).closed.connect(context.pages.show_start)
    context.get(ScanController).closed.connect(context.changed)
    context.get(RunClosing).later.connect(workspace.keep_for_later)
    context.get(Preferences).follow("autosave", workspace.recoveries.set_interval)
    workspace.said.connect(context.status.say)
    workspace.logged.connect(context.log.add)
