"""The studio's window. It only assembles: panels show, controllers act, and here they meet."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QImage, QPaintEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QStackedWidget

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui import about, icons, theme
from h3dstudio.gui.actions import build_actions, connect_actions, enable, fill_menus, fill_toolbar
from h3dstudio.gui.availability import SCALED, UNAVAILABLE, allowed
from h3dstudio.gui.batch import Batches
from h3dstudio.gui.bridge import ReadyMesh, Supervisor
from h3dstudio.gui.camera_links import CameraLinks
from h3dstudio.gui.closing import Closing
from h3dstudio.gui.display import Display
from h3dstudio.gui.docks import Docks, restore_geometry
from h3dstudio.gui.drops import Drops
from h3dstudio.gui.evaluating import Evaluating
from h3dstudio.gui.exports import Exports
from h3dstudio.gui.films import Films
from h3dstudio.gui.landmark_desk import LandmarkDesk
from h3dstudio.gui.landmarking import Landmarking
from h3dstudio.gui.measuring import Measuring
from h3dstudio.gui.panels.batch_panel import BatchPanel
from h3dstudio.gui.panels.curves import load_plots
from h3dstudio.gui.panels.evaluate_panel import EvaluatePanel
from h3dstudio.gui.panels.landmark_panel import LandmarkPanel
from h3dstudio.gui.panels.log_panel import LogPanel
from h3dstudio.gui.panels.prior_chooser import PriorChoice
from h3dstudio.gui.panels.prior_panel import PriorPanel
from h3dstudio.gui.panels.progress_panel import ProgressPanel
from h3dstudio.gui.panels.reconstruct_panel import ReconstructPanel
from h3dstudio.gui.panels.scan_panel import ScanPanel
from h3dstudio.gui.panels.welcome import WelcomePage
from h3dstudio.gui.pictures import Pictures
from h3dstudio.gui.preferences import RECONSTRUCTION as RECONSTRUCTION_PREFERENCES
from h3dstudio.gui.preferences import Preferences, preferred_out, preferred_settings
from h3dstudio.gui.priors import Priors
from h3dstudio.gui.reports import Reports
from h3dstudio.gui.run_model import RunState
from h3dstudio.gui.runs import Runs
from h3dstudio.gui.scans import OpenScan, Scans
from h3dstudio.gui.tasks import Tasks
from h3dstudio.gui.thumbnails import Thumbnails, pixels
from h3dstudio.gui.timeline import TimelineDesk
from h3dstudio.gui.training import Trainings
from h3dstudio.gui.undoing import Undoing
from h3dstudio.gui.viewport.mesh_view import load_vtk
from h3dstudio.gui.viewport.page import ViewportPage
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from h3dstudio.gui.work import RECONSTRUCTING
from h3dstudio.gui.workspace import Parts, Workspace
from h3dstudio.session.commands import CommandStack
from h3dstudio.session.project import Project
from h3dstudio.training.settings import ReconstructionSettings


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
        self.undoing = Undoing(self, self.commands, self.actions_by_name)
        self.project = Project(self.commands)
        self.tasks = Tasks(self)
        self.supervisor = supervisor or Supervisor()
        self.page = ViewportPage(self.actions_by_name)
        self.welcome = WelcomePage(self.actions_by_name)
        self.scan_panel = ScanPanel()
        self.prior_choice = PriorChoice(self)
        self.reconstruct_panel = ReconstructPanel(self.actions_by_name, self.prior_choice)
        self.progress_panel = ProgressPanel()
        self.log = LogPanel()
        self.scans = Scans(self, self.tasks)
        self.timeline = TimelineDesk(self.page.timeline_bar, self.page.titles, self.tasks, self.page.view)
        self.runs = Runs(self, self.supervisor, self.tasks, self.timeline)
        self.display = Display(self, self.page.view, self.tasks)
        self.exports = Exports(self, self.tasks)
        self.camera_links = CameraLinks(self.display, self.scan_panel, self.page.view)
        self.measuring = Measuring(self.page, self.commands, self.actions_by_name, self.scans)
        self.pictures = Pictures(self, self.page)
        self.landmark_panel = LandmarkPanel(self.actions_by_name)
        self.landmarking = Landmarking(self, self.page.view, self.tasks, self.commands)
        self.landmark_desk = LandmarkDesk(
            self, self.landmarking, self.landmark_panel, self.display, self.page.view, self.actions_by_name
        )
        self.films = Films(self, self.page.timeline_bar, self.tasks, self.page.view, self.timeline)
        self.prior_panel = PriorPanel(self.actions_by_name, self.prior_choice)
        self.priors = Priors(self, self.tasks, self.prior_panel, self.prior_choice)
        self.trainings = Trainings(self, self.runs, self.prior_panel.training, self.prior_choice)
        self.batch_panel = BatchPanel()
        self.batches = Batches(self, self.tasks, self.batch_panel, self.scans, self.runs)
        self.reports = Reports(self, self.runs)
        self.evaluate_panel = EvaluatePanel(self.actions_by_name)
        self.evaluating = Evaluating(
            self, self.tasks, self.page.view, self.commands, self.actions_by_name, self.evaluate_panel
        )
        self.help = about.Help(self, self.actions_by_name)
        self.preferences = Preferences(self, self.actions_by_name)
        parts = Parts(
            self.tasks,
            self.scans,
            self.runs,
            self.page.view,
            self.scan_panel,
            self.reconstruct_panel,
            self.actions_by_name,
        )
        self.workspace = Workspace(self, self.project, parts)
        self.project.register("landmarks", self.landmarking.landmarks)
        self.project.register("alignment", self.evaluating.alignment)
        self._thumbnails = Thumbnails(self.tasks, self)
        self._closing = Closing(self, self.runs, self.supervisor, self.tasks)
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

    def set_settings(self, settings: ReconstructionSettings) -> None:
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
        self.tasks.run(load_plots, key="plots")
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
        self._recent_menu = fill_menus(self, self.actions_by_name, self._docks.actions())["recent"]
        fill_toolbar(self, self.actions_by_name)
        self._status, self._scan_status = QLabel(), QLabel()
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().addPermanentWidget(self._scan_status)
        self.statusBar().setSizeGripEnabled(False)
        self._fill_recent()

    def _connect(self) -> None:
        drops = Drops(self)
        drops.dropped.connect(self.open)
        drops.hovering.connect(self.welcome.show_drop)
        self.scans.opened.connect(self._take_scan)
        self.scans.opening.connect(lambda name: self._say(f"Opening {name}…"))
        self.scans.refused.connect(lambda: self._say(""))
        self.scans.kept.connect(self._show_dataset)
        self.workspace.recent_changed.connect(self._fill_recent)
        self.workspace.cleared.connect(self._clear)
        self.workspace.mesh_opened.connect(self._take_own_mesh)
        self.preferences.changed.connect(self._take_preference)
        self.preferences.follow("autosave", self.workspace.recoveries.set_interval)
        self._closing.later.connect(self.workspace.keep_for_later)
        self.welcome.recent_chosen.connect(self.open)
        self.scan_panel.scan_chosen.connect(self.scans.choose)
        self.scan_panel.views_changed.connect(self._take_ticks)
        self.scan_panel.view_activated.connect(self.display.look_through)
        self._thumbnails.made.connect(self._take_thumbnail)
        self.runs.wishes = self._wishes
        self.runs.picture_seconds = lambda: self.page.view.paint_seconds
        self.runs.state_changed.connect(self._take_state)
        self.runs.changed.connect(lambda: self.progress_panel.show_model(self.runs.model, self.runs.work))
        self.runs.mesh_shown.connect(self._take_mesh)
        self.runs.summed_up.connect(self.reconstruct_panel.show_summary)
        self.runs.summed_up.connect(self.progress_panel.row.show_summary)
        self.runs.result_shown.connect(self.landmarking.suggested.load)
        self.runs.other_mesh.connect(self._take_head)
        self.priors.head_ready.connect(self._take_head)
        self.priors.busy.connect(self._say)
        self.priors.left.connect(self.display.leave_stage)
        self.display.stage_changed.connect(self._take_stage)
        self.batches.run_opened.connect(self.show_batch)
        self.landmark_desk.scan = self._truth_facts
        self.workspace.opening.take = self.landmarking.exchange.take
        self.display.busy.connect(self._say)
        self.timeline.follow(self.runs, self.actions_by_name)
        self.timeline.shown.connect(self._take_mesh)
        self.display.photo_changed.connect(self._take_photo)
        self.display.cameras_wanted.connect(self.actions_by_name["cameras"].setChecked)
        self.display.truth_failed.connect(lambda: self.actions_by_name["ground_truth"].setChecked(False))
        self.page.opacity_changed.connect(self.display.set_photo_opacity)
        self.exports.mesh = lambda: self.page.view.mesh(RECONSTRUCTION)
        for named in (self.exports, self.films, self.pictures):
            named.name = lambda: self.scans.current.scan.name if self.scans.current else "head"
        self.exports.folder = lambda: self.runs.folder
        self.exports.busy.connect(self._say)
        self.reports.folder_of_scan = lambda: self.scans.current.folder if self.scans.current else None
        self.reports.made.connect(lambda path: self._say(f"The report is in {path.parent}"))
        self.reports.made.connect(lambda path: self.log.add(f"The report is in {path.parent}"))
        self.runs.result_shown.connect(self.evaluating.take_result)
        self.evaluating.landmarks = lambda: self.landmarking.landmarks
        self.evaluating.truth_wanted.connect(lambda: self.actions_by_name["ground_truth"].setChecked(True))
        speakers = (self.workspace, self.undoing, self.landmarking, self.pictures, self.evaluating.export)
        for speaker in speakers:
            speaker.said.connect(self._say)
        runners = (self.runs, self.trainings, self.priors, self.batches, self.films, self.evaluating)
        for teller in (*runners, self.workspace, self.landmarking, self.timeline):
            teller.logged.connect(self.log.add)
        for news in (self.timeline.changed, self.films.busy, self.page.view.errors_changed):
            news.connect(self._refresh)
        self.display.meshes_changed.connect(self._refresh)
        for saver in (self.exports, self.landmarking, self.films, self.pictures):
            saver.saved.connect(self._take_saved)
        theme.current().changed.connect(self._make_thumbnails)
        self.tasks.failed.connect(lambda error: self.log.add(f"{type(error).__name__}: {error}", "error"))

    def _take_saved(self, path: Path) -> None:
        self._say(f"Exported {path}")
        self.log.add(f"Exported {path}")

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
        self._make_thumbnails()
        width, height = scan.views[0].size
        self._scan_status.setText(f"{len(scan.views)} photos, {width} × {height} pixels")
        self._scan_status.setToolTip(str(opened.folder))
        self._say("")
        self.log.add(f"Opened {opened.folder}: {scan.layout}, {len(scan.views)} views")
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
        self._scan_status.setText("")
        self._docks.conceal()
        self._pages.setCurrentWidget(self.welcome)
        self._refresh()

    def _take_own_mesh(self, mesh: TriangleMesh) -> None:
        self._pages.setCurrentWidget(self.page)
        self._docks.reveal()
        self.landmarking.suggested.forget()
        self._take_mesh(mesh)
        self.evaluating.alignment.settle()

    def _make_thumbnails(self) -> None:
        if self.scans.current is not None:
            self._thumbnails.make(self.scans.current.scan.views, theme.current().colors.raised)

    def _take_thumbnail(self, number: int, image: QImage | None, problem: str) -> None:
        self.scan_panel.set_thumbnail(number, image, problem)
        if image is not None:
            self.display.set_picture(number, pixels(image))
        if problem:
            self.log.add(f"View {number}: {problem}", "warning")

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
        pause.setText("&Resume" if state is RunState.PAUSED else "&Pause")
        pause.setIconText(" Resume" if state is RunState.PAUSED else " Pause")
        if state is RunState.STARTING:
            self._docks.raise_("Progress")
        if state is RunState.STARTING and reconstructing:
            self.landmarking.suggested.forget()
            self.display.leave_photo()
            self._docks.raise_("Reconstruct")
        self._say("")
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
        opened, ticked = self.scans.current, self.scan_panel.model.ticked
        mesh = self.page.view.mesh(RECONSTRUCTION)
        states = allowed(
            self.runs.state,
            scan_open=opened is not None,
            views=len(ticked),
            has_mesh=mesh is not None,
            has_quality=mesh is not None and mesh.quality is not None,
            has_truth=opened is not None and opened.scan.ground_truth is not None,
            resumable=self.runs.resumable,
            has_folder=self.runs.folder is not None,
            through_photo=self.display.photo is not None,
            has_errors=self.page.view.has_errors,
            frames=self.timeline.count,
            pinned=self.timeline.pinned is not None,
            filming=self.films.running,
            on_stage=self.display.on_stage,
        )
        for name, enabled in states.items():
            enable(self.actions_by_name[name], enabled, UNAVAILABLE.get(name, ""))
        bare = any(self.actions_by_name[mode].isChecked() and not states[mode] for mode in SCALED)
        if bare and not self.display.on_stage:
            self.actions_by_name["coloured"].trigger()
        empty = opened is not None and self.page.view.is_empty and not self.runs.state.active
        hint = "Press Start (F5) to reconstruct" if ticked else "Tick the views to use"
        self.page.show_hint(hint if empty else "")

    def _truth_facts(self) -> tuple[bool, bool]:
        """Whether a scan is open, and whether it has a ground truth."""
        opened = self.scans.current
        return opened is not None, opened is not None and opened.scan.ground_truth is not None

    def _wishes(self) -> tuple[Path, str, ReconstructionSettings, Path] | None:
        opened, views = self.scans.current, self.scan_panel.wanted
        if opened is None or not views or not self.scan_panel.model.ticked:
            return None
        return opened.folder, views, self.reconstruct_panel.settings, self._out or preferred_out(opened.scan)

    def _fill_recent(self) -> None:
        paths = self.workspace.opening.recent()
        self.welcome.set_recent(paths)
        self._recent_menu.clear()
        self._recent_menu.setEnabled(bool(paths))
        for path in paths:
            self._recent_menu.addAction(str(path).replace("&", "&&"), partial(self.open, path))
        self._recent_menu.addSeparator()
        self._recent_menu.addAction(self.tr("&Clear this list"), self.workspace.opening.forget_recent)

    def _say(self, text: str) -> None:
        """Say what the window does; "" falls back to how the run stands."""
        state = self.runs.state
        self._status.setText(text or (self.runs.work.title(state) if state is not RunState.IDLE else ""))
