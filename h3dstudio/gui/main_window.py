"""The studio's window. It only assembles: panels show, controllers act, and here they meet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.batch.controller import Batches
from h3dstudio.gui.features.batch.panel import BatchPanel
from h3dstudio.gui.features.display.controller import Display
from h3dstudio.gui.features.evaluation.controller import Evaluating
from h3dstudio.gui.features.evaluation.panel import EvaluatePanel
from h3dstudio.gui.features.evaluation.reports import Reports
from h3dstudio.gui.features.export.controller import Exports
from h3dstudio.gui.features.export.pictures import Pictures
from h3dstudio.gui.features.help import about
from h3dstudio.gui.features.landmarks.controller import Landmarking
from h3dstudio.gui.features.landmarks.panel import LandmarkPanel
from h3dstudio.gui.features.landmarks.panel_controller import LandmarkDesk
from h3dstudio.gui.features.log.panel import LogPanel
from h3dstudio.gui.features.measuring.controller import Measuring
from h3dstudio.gui.features.preferences.store import RECONSTRUCTION as RECONSTRUCTION_PREFERENCES
from h3dstudio.gui.features.preferences.store import Preferences, preferred_out, preferred_settings
from h3dstudio.gui.features.priors.controller import Priors
from h3dstudio.gui.features.priors.panel import PriorPanel
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice
from h3dstudio.gui.features.priors.training import Trainings
from h3dstudio.gui.features.progress.panel import ProgressPanel
from h3dstudio.gui.features.project.workspace import Parts, Workspace
from h3dstudio.gui.features.reconstruction.controller import Runs
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.camera_links import CameraLinks
from h3dstudio.gui.features.scan.controller import OpenScan, Scans
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.features.scan.recent import Recent
from h3dstudio.gui.features.scan.view_pictures import ViewPictures
from h3dstudio.gui.features.scan.welcome import WelcomePage
from h3dstudio.gui.features.timeline.controller import TimelineDesk
from h3dstudio.gui.features.timeline.films import Films
from h3dstudio.gui.shell import icons
from h3dstudio.gui.shell.actions import build_actions, connect_actions, enable, fill_menus, fill_toolbar
from h3dstudio.gui.shell.availability import SCALED, UNAVAILABLE, Situation, allowed
from h3dstudio.gui.shell.closing import Closing
from h3dstudio.gui.shell.docks import Docks, restore_geometry
from h3dstudio.gui.shell.drops import Drops
from h3dstudio.gui.shell.job_kinds import RECONSTRUCTING
from h3dstudio.gui.shell.status_line import StatusLine
from h3dstudio.gui.shell.supervisor import ReadyMesh, Supervisor
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.shell.undo import Undoing
from h3dstudio.gui.viewport.mesh_view import load_vtk
from h3dstudio.gui.viewport.page import ViewportPage
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from h3dstudio.gui.widgets.curves import load_plots
from h3dstudio.methods.settings import MethodSettings
from h3dstudio.session.project.commands import CommandStack
from h3dstudio.session.project.project import Project


class MainWindow(QMainWindow):
    """Args: supervisor: not started yet; a test may give one with another engine. out: see `default_out`."""

    def __init__(self, supervisor: Supervisor | None = None, out: Path | None = None) -> None:
        super().__init__()
        self.setWindowIcon(icons.application_icon())
        self.setMinimumSize(980, 640)
        self._out = out
        self._start_when_open = self._painted = False
        self.actions_by_name = build_actions(self)
        self.commands = CommandStack()
        self.project = Project(self.commands)
        self.tasks = Tasks(self)
        self.supervisor = supervisor or Supervisor()
        self._make_panels()
        self._make_reconstruction()
        self._make_tools()
        self._make_project()
        self._assemble()
        self._connect()
        connect_actions(self, self.actions_by_name)
        self._refresh()
        restore_geometry(self)
        self.supervisor.start()  # Does nothing where it runs already.

    def open(self, path: Path, *, views: str | None = None, start: bool = False) -> None:
        """Open the scan, project or mesh at `path`; `start` reconstructs a scan as soon as it is read."""
        self._start_when_open = start
        self.workspace.opening.open(path, views)

    def set_settings(self, settings: MethodSettings) -> None:
        self.reconstruct_panel.set_settings(settings)

    def show_prior(self) -> None:
        """Bring the prior's panel to the front, with or without a scan."""
        self._bring("Prior")

    def show_batch(self) -> None:
        """Bring the batch's panel to the front, with or without a scan."""
        self._bring("Batch")

    def _bring(self, dock: str) -> None:
        self._pages.setCurrentWidget(self.page)
        self._docks.reveal()
        self._docks.raise_(dock)
        self._refresh()

    def reset_layout(self) -> None:
        """Put the panels back where they were at first."""
        self._docks.reset()

    def show_reconstruct(self) -> None:
        """Back to the scan."""
        self._docks.raise_("Reconstruct")

    def close_now(self) -> None:
        """Cancel what runs and close without a question; what is unsaved is offered at the next start."""
        self.workspace.keep_for_later()
        self.batches.let_go()
        self._closing.discard()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self._bring_in_the_rest)

    def _bring_in_the_rest(self) -> None:
        """What would keep the user waiting for the window, once that is on screen."""
        self.tasks.run(load_vtk, lambda _: self.page.view.build(), key="vtk")
        self.tasks.run(load_plots, lambda _: self.progress_panel.row.build_ahead(), key="plots")
        self.workspace.recoveries.offer()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not (self._closing.may_close() and self.batches.may_close() and self.workspace.may_close()):
            event.ignore()
            return
        self._docks.remember()
        self.hide()
        workers = (self.batches, self.workspace, self.priors, self.evaluating, self.films, self.timeline)
        self._closing.take_down(*(one.close for one in workers), self.page.view.close_view)
        event.accept()

    def _make_panels(self) -> None:
        actions = self.actions_by_name
        self.page = ViewportPage(actions)
        self.welcome = WelcomePage(actions)
        self.scan_panel = ScanPanel()
        self.prior_choice = PriorChoice(self)
        self.reconstruct_panel = ReconstructPanel(actions, self.prior_choice)
        self.progress_panel = ProgressPanel()
        self.log = LogPanel()
        self.landmark_panel = LandmarkPanel(actions)
        self.prior_panel = PriorPanel(actions, self.prior_choice)
        self.batch_panel = BatchPanel()
        self.evaluate_panel = EvaluatePanel(actions)

    def _make_reconstruction(self) -> None:
        """What opens scans, runs jobs on them and shows what comes of it."""
        view = self.page.view
        self.undoing = Undoing(self, self.commands, self.actions_by_name)
        self.scans = Scans(self, self.tasks)
        self.timeline = TimelineDesk(self.page.timeline_bar, self.page.titles, self.tasks, view)
        self.runs = Runs(self, self.supervisor, self.tasks, self.timeline)
        self.display = Display(self, view, self.tasks)
        self.priors = Priors(self, self.tasks, self.prior_panel, self.prior_choice)
        self.trainings = Trainings(self, self.runs, self.prior_panel.training, self.prior_choice)
        self.batches = Batches(self, self.tasks, self.batch_panel, self.scans, self.runs)
        self.view_pictures = ViewPictures(self.tasks, self.scans, self.scan_panel, self.display)

    def _make_tools(self) -> None:
        """What marks, measures and writes what is on screen."""
        view, actions = self.page.view, self.actions_by_name
        self.camera_links = CameraLinks(self.display, self.scan_panel, view)
        self.measuring = Measuring(self.page, self.commands, actions, self.scans)
        self.landmarking = Landmarking(self, view, self.tasks, self.commands)
        self.landmark_desk = LandmarkDesk(
            self, self.landmarking, self.landmark_panel, self.display, view, actions
        )
        self.evaluating = Evaluating(self, self.tasks, view, self.commands, actions, self.evaluate_panel)
        self.exports = Exports(self, self.tasks)
        self.pictures = Pictures(self, self.page)
        self.films = Films(self, self.page.timeline_bar, self.tasks, view, self.timeline)
        self.reports = Reports(self, self.runs)

    def _make_project(self) -> None:
        self.help = about.Help(self, self.actions_by_name)
        self.preferences = Preferences(self, self.actions_by_name)
        jobs, shown = (self.tasks, self.scans, self.runs), (self.timeline, self.page.view, self.measuring)
        parts = Parts(*jobs, *shown, self.scan_panel, self.reconstruct_panel, self.actions_by_name)
        self.workspace = Workspace(self, self.project, parts)
        self.project.register("landmarks", self.landmarking.landmarks)
        self.project.register("alignment", self.evaluating.alignment)
        self._closing = Closing(self, self.runs, self.supervisor, self.tasks)

    def _assemble(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self.page)
        self.setCentralWidget(self._pages)
        self.setContentsMargins(8, 0, 8, 0)
        self._docks = Docks(
            self,
            {
                "Scan": self.scan_panel,
                "Reconstruct": self.reconstruct_panel,
                "Landmarks": self.landmark_panel,
                "Prior": self.prior_panel,
                "Evaluate": self.evaluate_panel,
                "Progress": self.progress_panel,
                "Batch": self.batch_panel,
                "Log": self.log,
            },
        )
        self._docks.follow("Prior", self.prior_panel.set_in_sight)
        self._docks.follow("Landmarks", self.landmark_desk.set_in_sight)
        self._docks.conceal()
        menus = fill_menus(self, self.actions_by_name, self._docks.actions())
        Recent(self.workspace.opening, self.welcome, menus["recent"], self.open)
        fill_toolbar(self, self.actions_by_name)
        self._status = StatusLine(self, self.runs)

    def _connect(self) -> None:
        self._connect_opening()
        self._connect_jobs()
        self._connect_view()
        self._connect_files()
        self._connect_news()

    def _connect_opening(self) -> None:
        drops = Drops(self)
        drops.dropped.connect(self.open)
        drops.hovering.connect(self.welcome.show_drop)
        self.scans.opened.connect(self._take_scan)
        self.scans.opening.connect(lambda name: self._status.say(self.tr("Opening {0}…").format(name)))
        self.scans.refused.connect(lambda: self._status.say(""))
        self.scans.kept.connect(self._show_dataset)
        self.workspace.cleared.connect(self._clear)
        self.workspace.mesh_opened.connect(self._take_own_mesh)
        self.workspace.opening.take = self.landmarking.exchange.take
        self.preferences.changed.connect(self._take_preference)
        self.preferences.follow("autosave", self.workspace.recoveries.set_interval)
        self._closing.later.connect(self.workspace.keep_for_later)
        self.scan_panel.scan_chosen.connect(self.scans.choose)
        self.scan_panel.views_changed.connect(self._take_ticks)

    def _connect_jobs(self) -> None:
        self.runs.wishes = self._wishes
        self.runs.mind(self.page.view)
        self.runs.state_changed.connect(self._take_state)
        self.runs.changed.connect(lambda: self.progress_panel.show_model(self.runs.model, self.runs.work))
        self.runs.mesh_shown.connect(self._take_mesh)
        self.runs.summed_up.connect(self.reconstruct_panel.show_summary)
        self.runs.summed_up.connect(self.progress_panel.row.show_summary)
        self.runs.result_shown.connect(self.landmarking.suggested.load)
        self.runs.result_shown.connect(self.evaluating.take_result)
        self.runs.unfinished_shown.connect(lambda _: self.evaluating.alignment.settle())
        self.runs.other_mesh.connect(self._take_head)
        self.priors.head_ready.connect(self._take_head)
        self.priors.left.connect(self.display.leave_stage)
        self.batches.run_opened.connect(self.show_batch)

    def _connect_view(self) -> None:
        self.scan_panel.view_activated.connect(self.display.look_through)
        self.display.stage_changed.connect(self._take_stage)
        self.display.photo_changed.connect(self._take_photo)
        self.display.cameras_wanted.connect(self.actions_by_name["cameras"].setChecked)
        self.display.truth_failed.connect(lambda: self.actions_by_name["ground_truth"].setChecked(False))
        self.page.opacity_changed.connect(self.display.set_photo_opacity)
        self.timeline.follow(self.runs, self.actions_by_name)
        self.timeline.shown.connect(self._take_mesh)
        self.landmark_desk.scan = self._truth_facts
        self.evaluating.landmarks = lambda: self.landmarking.landmarks
        self.evaluating.truth_wanted.connect(lambda: self.actions_by_name["ground_truth"].setChecked(True))
        for news in (self.timeline.changed, self.films.busy, self.page.view.errors_changed):
            news.connect(self._refresh)
        self.display.meshes_changed.connect(self._refresh)

    def _connect_files(self) -> None:
        tr = self.tr
        self.exports.mesh = lambda: self.page.view.mesh(RECONSTRUCTION)
        for named in (self.exports, self.films, self.pictures):
            named.name = lambda: self.scans.current.scan.name if self.scans.current else "head"
        self.exports.folder = lambda: self.runs.folder
        self.reports.folder_of_scan = lambda: self.scans.current.folder if self.scans.current else None
        self.reports.made.connect(lambda path: self._tell(tr("The report is in {0}").format(path.parent)))
        for saver in (self.exports, self.landmarking, self.films, self.pictures):
            saver.saved.connect(lambda path: self._tell(tr("Exported {0}").format(path)))

    def _connect_news(self) -> None:
        """What goes to the status bar and the log."""
        for worker in (self.priors, self.display, self.exports):
            worker.busy.connect(self._status.say)
        speakers = (self.workspace, self.undoing, self.landmarking, self.pictures, self.evaluating.export)
        for speaker in speakers:
            speaker.said.connect(self._status.say)
        runners = (self.runs, self.trainings, self.priors, self.batches, self.films, self.evaluating)
        for teller in (*runners, self.workspace, self.landmarking, self.timeline, self.view_pictures):
            teller.logged.connect(self.log.add)
        self.tasks.failed.connect(lambda error: self.log.add(f"{type(error).__name__}: {error}", "error"))

    def _tell(self, text: str) -> None:
        self._status.say(text)
        self.log.add(text)

    def _take_scan(self, opened: OpenScan) -> None:
        scan = opened.scan
        self._pages.setCurrentWidget(self.page)
        self._docks.reveal()
        if self.prior_panel.in_sight:
            self._docks.raise_("Reconstruct")
        self.runs.forget()
        self.landmarking.take_scan(scan)
        self.reconstruct_panel.show_mesh(None)
        self.evaluating.take_scan(scan, opened.folder)
        self._show_dataset()
        self.scan_panel.set_scan(scan, opened.lists)
        self.display.set_scan(scan, opened.chosen)
        self.scan_panel.model.tick(opened.chosen)
        self.view_pictures.make()
        self._status.show_scan(opened)
        self._status.say("")
        self.log.add(self.tr("Opened {0}: {1}").format(opened.folder, scan.layout))
        for problem in scan.problems:
            self.log.add(str(problem), "warning")
        self._refresh()
        if self._start_when_open:
            self._start_when_open = False
            self.runs.start()

    def _show_dataset(self) -> None:
        if (opened := self.scans.current) is not None:
            self.scan_panel.set_dataset(opened.folders, opened.folder)

    def _take_preference(self, key: str) -> None:
        if key in RECONSTRUCTION_PREFERENCES and not self.runs.state.active:
            preferred = {key: getattr(preferred_settings(), key)}
            self.reconstruct_panel.set_settings(replace(self.reconstruct_panel.settings, **preferred))

    def _clear(self) -> None:
        """Nothing is open any more: back to the first page."""
        self.display.close_scan()
        self.landmarking.take_scan(None)
        self.reconstruct_panel.show_mesh(None)
        self.scan_panel.set_scan(None)
        self.evaluating.take_scan(None, None)
        self._status.show_scan(None)
        self._docks.conceal()
        self._pages.setCurrentWidget(self.welcome)
        self._refresh()

    def _take_own_mesh(self, mesh: TriangleMesh) -> None:
        self._pages.setCurrentWidget(self.page)
        self._docks.reveal()
        self.landmarking.suggested.forget()
        self._take_mesh(mesh)
        self.evaluating.alignment.settle()

    def _take_ticks(self) -> None:
        ticked = self.scan_panel.model.ticked
        self.reconstruct_panel.show_views(len(ticked), len(self.scan_panel.model.views))
        self.display.set_ticked(ticked)
        self._refresh()

    def _take_state(self, state: RunState) -> None:
        reconstructing = self.runs.work is RECONSTRUCTING
        self.reconstruct_panel.show_state(state if reconstructing else RunState.IDLE)
        self.trainings.show_state(state)
        pause = self.actions_by_name["pause"]
        words = self.tr("&Resume") if state is RunState.PAUSED else self.tr("&Pause")
        pause.setText(words)
        pause.setIconText(" " + words.replace("&", ""))
        if state is RunState.STARTING:
            self._docks.raise_("Progress")
        if state is RunState.STARTING and reconstructing:
            self.landmarking.suggested.forget()
            self.evaluating.alignment.forget()
            self.display.leave_photo()
            self._docks.raise_("Reconstruct")
        self._status.say("")
        self._refresh()

    def _take_mesh(self, mesh: TriangleMesh) -> None:
        self.reconstruct_panel.show_mesh(mesh)
        self.display.mesh_arrived()
        self._refresh()

    def _take_head(self, ready: ReadyMesh) -> None:
        """A head of the prior, decoded or from its training; shown only while its panel is in sight."""
        if self.prior_panel.in_sight:
            self.display.show_head(ready)

    def _take_stage(self, on_stage: bool) -> None:
        self.page.show_stage(on_stage)
        self._refresh()

    def _take_photo(self, number: int | None) -> None:
        self.page.show_photo(number)
        self._refresh()

    def _refresh(self) -> None:
        opened, on_stage = self.scans.current, self.display.on_stage
        states = allowed(self._situation())
        for name, enabled in states.items():
            enable(self.actions_by_name[name], enabled, UNAVAILABLE.get(name, ""))
        bare = any(self.actions_by_name[mode].isChecked() and not states[mode] for mode in SCALED)
        if bare and not on_stage:
            self.actions_by_name["coloured"].trigger()
        empty = opened is not None and self.page.view.is_empty and not self.runs.state.active
        ticked = self.scan_panel.model.ticked
        hint = self.tr("Press Start (F5) to reconstruct") if ticked else self.tr("Tick the views to use")
        self.page.show_hint(hint if empty else "")

    def _situation(self) -> Situation:
        mesh = self.page.view.mesh(RECONSTRUCTION)
        scan_open, has_truth = self._truth_facts()
        return Situation(
            self.runs.state,
            scan_open=scan_open,
            views=len(self.scan_panel.model.ticked),
            has_mesh=mesh is not None,
            has_quality=mesh is not None and mesh.quality is not None,
            has_truth=has_truth,
            resumable=self.runs.resumable,
            has_folder=self.runs.folder is not None,
            through_photo=self.display.photo is not None,
            has_errors=self.page.view.has_errors,
            frames=self.timeline.count,
            pinned=self.timeline.pinned is not None,
            filming=self.films.running,
            on_stage=self.display.on_stage,
        )

    def _truth_facts(self) -> tuple[bool, bool]:
        """Whether a scan is open, and whether it has a ground truth."""
        opened = self.scans.current
        return opened is not None, opened is not None and opened.scan.ground_truth is not None

    def _wishes(self) -> tuple[Path, str, MethodSettings, Path] | None:
        opened, views = self.scans.current, self.scan_panel.wanted
        if opened is None or not views or not self.scan_panel.model.ticked:
            return None
        return opened.folder, views, self.reconstruct_panel.settings, self._out or preferred_out(opened.scan)
