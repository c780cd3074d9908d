"""Reconstructing: the panel, the run it starts, a mesh of the user's own in place of its result."""

from __future__ import annotations

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.preferences.store import RECONSTRUCTION as PREFERRED
from h3dstudio.gui.features.preferences.store import Preferences, preferred_out, stored
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice
from h3dstudio.gui.features.reconstruction.actions import ACTIONS
from h3dstudio.gui.features.reconstruction.availability import RunFacts, allowed
from h3dstudio.gui.features.reconstruction.closing import RunClosing
from h3dstudio.gui.features.reconstruction.controller import RunController, RunRequest
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING
from h3dstudio.gui.features.reconstruction.mesh_opening import MeshOpening
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.reconstruction.sections import RunSection, SettingsSection
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Dock, Feature, Side
from h3dstudio.gui.shell.texts import translator
from h3dstudio.gui.viewport.sink import RECONSTRUCTION

__all__ = ["ACTIONS", "build"]
_tr = translator("MainWindow")


def build(context: Context) -> Feature:
    """The run is of the open scan; it asks before the window closes, and before another scan is opened."""
    prior = PriorChoice(context.window)
    panel = ReconstructPanel(context.actions, prior)
    scans, views = context.get(ScanController), context.get(ScanPanel)

    def wishes() -> RunRequest | None:
        opened, wanted = scans.current, views.wanted
        if opened is None or not wanted or not views.model.ticked:
            return None
        return opened.folder, wanted, panel.settings, context.out or preferred_out(opened.scan)

    runs = RunController(context.window, context.supervisor, context.tasks, context.view, wishes)
    own_mesh = MeshOpening(context.window, context.tasks, context.view, runs)
    closing = RunClosing(context.window, runs)
    context.leaving.add(lambda _: runs.idle())
    context.project.register("settings", SettingsSection(panel))
    context.project.register("run", RunSection(runs), mark=False)
    context.project.register("mesh", own_mesh)
    _connect_scan(context, panel, runs, own_mesh)
    _connect_run(context, panel, runs, own_mesh)
    _connect_availability(context, runs)
    return Feature(
        slots={
            "start": runs.start,
            "pause": runs.pause,
            "finish": runs.finish,
            "cancel": runs.cancel,
            "resume_run": runs.resume_last,
            "open_mesh": own_mesh.ask,
        },
        provides=(prior, panel, runs, own_mesh, closing),
        dock=Dock("Reconstruct", panel, Side.RIGHT),
        may_close=closing.may_close,
        close_now=closing.close_now,
    )


def _connect_scan(
    context: Context, panel: ReconstructPanel, runs: RunController, own_mesh: MeshOpening
) -> None:
    scans, views, preferences = context.get(ScanController), context.get(ScanPanel), context.get(Preferences)

    def forget() -> None:
        runs.forget()
        panel.show_mesh(None)

    def close() -> None:
        forget()
        own_mesh.forget()

    def take_preference(key: str) -> None:
        if key not in PREFERRED or runs.state.active:
            return
        if key == "method":
            panel.method.setCurrentIndex(panel.method.findData(stored(key)))
        elif key in {info.name for info in panel.settings.infos()}:
            panel.set_settings(panel.settings.with_values({key: stored(key)}))

    scans.opened.connect(lambda _: forget())
    scans.closed.connect(close)
    views.views_changed.connect(lambda: panel.show_views(len(views.model.ticked), len(views.model.views)))
    preferences.changed.connect(take_preference)


def _connect_run(
    context: Context, panel: ReconstructPanel, runs: RunController, own_mesh: MeshOpening
) -> None:
    docks, status, display = context.docks, context.status, context.get(DisplayController)

    def take_state(state: RunState) -> None:
        ours = runs.job_kind is RECONSTRUCTING
        panel.show_state(state if ours else RunState.IDLE)
        _name_pause(context, state)
        if state is RunState.STARTING:
            docks.raise_("Progress")
            if ours:
                display.leave_photo()
                docks.raise_("Reconstruct")
        status.stand("" if state is RunState.IDLE else runs.job_kind.title(state))
        context.changed.emit()

    def take_mesh(mesh: TriangleMesh) -> None:
        panel.show_mesh(mesh)
        display.mesh_arrived()
        context.changed.emit()

    def take_own_mesh(mesh: TriangleMesh) -> None:
        context.pages.show_viewport()
        take_mesh(mesh)

    runs.state_changed.connect(take_state)
    runs.mesh_shown.connect(take_mesh)
    runs.summed_up.connect(panel.show_summary)
    own_mesh.shown.connect(take_own_mesh)
    own_mesh.said.connect(status.say)
    for source in (runs, own_mesh):
        source.logged.connect(context.log.add)


def _name_pause(context: Context, state: RunState) -> None:
    words = _tr("&Resume") if state is RunState.PAUSED else _tr("&Pause")
    context.actions["pause"].setText(words)
    context.actions["pause"].setIconText(" " + words.replace("&", ""))


def _connect_availability(context: Context, runs: RunController) -> None:
    scans, views, page = context.get(ScanController), context.get(ScanPanel), context.page

    def refresh() -> None:
        ticked, opened = len(views.model.ticked), scans.current is not None
        facts = RunFacts(
            runs.state,
            scan_open=opened,
            views=ticked,
            has_mesh=page.view.mesh(RECONSTRUCTION) is not None,
            resumable=runs.resumable,
            has_folder=runs.folder is not None,
        )
        context.enable(allowed(facts))
        hint = _tr("Press Start (F5) to reconstruct") if ticked else _tr("Tick the views to use")
        page.show_hint(hint if opened and page.view.is_empty and not runs.state.active else "")

    context.changed.connect(refresh)
