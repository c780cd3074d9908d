"""Aligning and evaluating from the window's side; the work itself is in a worker (see `side_work`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from h3dstudio.data.scan import Scan
from h3dstudio.errors import LandmarkError
from h3dstudio.evaluation.options import EvaluationOptions
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.evaluation.panel import RIGID, EvaluatePanel
from h3dstudio.gui.features.evaluation.region_painting import RegionPainting
from h3dstudio.gui.features.export.detailed_export import DetailedExport, Exported
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.actions import enable
from h3dstudio.gui.shell.side_jobs import SideJobs, Task
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from h3dstudio.jobs.events import Metrics, Progress
from h3dstudio.session.evaluation.alignment import Alignment
from h3dstudio.session.evaluation.evaluated_runs import RunRow, evaluated_runs, published_rows
from h3dstudio.session.evaluation.job import EvaluationJob, EvaluationResult
from h3dstudio.session.evaluation.registration import RMS, RegistrationJob, RegistrationResult
from h3dstudio.session.landmarks.editor import LandmarkEditor
from h3dstudio.session.landmarks.fit import FEWEST, LandmarkFit, fit_landmarks
from h3dstudio.session.project.commands import CommandStack

Points = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class _OnScreen:
    """The reconstruction in the viewport, for `Alignment`."""

    view: MeshView

    @property
    def mesh(self) -> TriangleMesh | None:
        return self.view.mesh(RECONSTRUCTION)

    def show(self, mesh: TriangleMesh) -> None:
        self.view.show_mesh(RECONSTRUCTION, mesh)


@dataclass(frozen=True, eq=False)
class _Measured:
    """An evaluation and the mesh on screen that it is about."""

    mesh: TriangleMesh
    result: EvaluationResult


class EvaluationController(QObject):
    """Slots of the evaluate actions.

    Signals: `logged(message, level)`, `truth_wanted()` when the ground truth must be on screen for its error
    map.

    Attributes:
        alignment: of the reconstruction; a section of the project.
    """

    logged = Signal(str, str)
    truth_wanted = Signal()

    def __init__(
        self,
        window: QWidget,
        tasks: Tasks,
        view: MeshView,
        commands: CommandStack,
        actions: Mapping[str, QAction],
        panel: EvaluatePanel,
        landmarks: LandmarkEditor,
    ) -> None:
        super().__init__(window)
        self._window, self._tasks, self._view, self._actions = window, tasks, view, actions
        self._panel = panel
        self.side_jobs = SideJobs(self)
        self._landmarks = landmarks
        self.alignment = Alignment(commands, _OnScreen(view), landmarks)
        self._scan: Scan | None = None
        self._folder: Path | None = None
        self._result: tuple[TriangleMesh, Path] | None = None
        self._measured: _Measured | None = None
        self._curve: tuple[list[int], list[float]] = ([], [])
        self._painting = False
        self._painted: dict[str, object] = {}
        self.regions = RegionPainting(window, view, commands, actions, panel.region, lambda: self._scan)
        self.regions.truth_wanted.connect(self.truth_wanted)
        self.regions.saved.connect(self._take_region)
        self._own_regions: tuple[str, ...] = ()
        self.export = DetailedExport(window, self, self.side_jobs, self.alignment, self._exported)
        self.export.noted.connect(self.logged)
        self.export.saved.connect(lambda path: self.logged.emit(self.tr("Exported {0}").format(path), "info"))
        self.alignment.listeners.append(self._show_motion)
        self.side_jobs.changed.connect(self.refresh)
        view.shown_changed.connect(self._take_meshes)
        view.error_scale.changed.connect(self._show_histogram)
        panel.heat_changed.connect(self._paint)
        self.refresh()

    def take_scan(self, scan: Scan | None, folder: Path | None) -> None:
        """Another scan is open, from `folder`; None: none is."""
        self._scan, self._folder = scan, folder
        self._measured = self._result = None
        self._own_regions = ()
        self._panel.show_rows(())
        self.refresh()

    def take_result(self, folder: Path, mesh: TriangleMesh) -> None:
        """The mesh of the run in `folder` is on screen."""
        self._result = (mesh, folder)
        self.alignment.settle()
        self._show_runs()

    def refresh(self) -> None:
        """Let actions and panel say what can be done now."""
        mesh, truth = self._view.mesh(RECONSTRUCTION), self._truth_file
        why = self.tr("there is no mesh yet") if truth else self.tr("the scan has no ground truth")
        busy = self.side_jobs.job is not None
        ready = mesh is not None and truth is not None and not busy
        for name in ("evaluate", "align_icp", "align_landmarks"):
            enable(self._actions[name], ready, self.tr("wait for what is being done") if busy else why)
        self.regions.allow(truth is not None)
        enable(self._actions["export_detailed"], mesh is not None, self.tr("there is no mesh yet"))
        enable(self._actions["stop_comparing"], busy, self.tr("nothing is being compared or exported"))
        moved = self.alignment.moved and not busy
        enable(self._actions["align_reset"], moved, self.tr("the mesh is where its file has it"))
        if self._measured is None:
            self._panel.clear(self._advice(ready or busy))

    def _advice(self, ready: bool) -> str:
        if ready:
            return self.tr("Evaluate measures the mesh on screen by both protocols.")
        if self._scan is not None and self._truth_file is None:
            return self.tr("This scan has no ground truth to compare with.")
        if self._scan is not None and self._view.mesh(RECONSTRUCTION) is None:
            return self.tr("There is no mesh yet: reconstruct the scan (F5), or open a mesh (Ctrl+M).")
        return ""

    # Aligning

    def align_landmarks(self) -> None:
        """Move the mesh by its landmarks onto the ground truth's: the user's, or the scan's own."""
        scan = self._scan
        if scan is None or scan.ground_truth is None:
            return
        source, target = self._landmarks.points(RECONSTRUCTION), self._landmarks.points(GROUND_TRUTH)
        with_scale = self._panel.with_scale.isChecked()
        self._tasks.run(
            lambda: fit_landmarks(source, _truth_points(scan) | target, with_scale=with_scale),
            self._take_fit,
            self._refuse_alignment,
            key="align",
        )

    def align_icp(self) -> None:
        """Register the mesh with the ground truth, from where it is."""
        mesh = self.alignment.given
        if mesh is None or self._folder is None:
            return
        self._curve = ([], [])
        start = tuple(map(float, self.alignment.motion.ravel()))
        scale, fit = self._panel.with_scale.isChecked(), str(self._panel.fit.currentData())
        job = RegistrationJob(self._folder, mesh, scale, fit, start)
        self._panel.show_motion(self.tr("Registering…"))
        self.side_jobs.start(Task(job, self._take_registration, self._refuse, measured=self._take_steps))

    def stop(self) -> None:
        """End a registration and keep what it has; end anything else without a result."""
        (self.side_jobs.finish if isinstance(self.side_jobs.job, RegistrationJob) else self.side_jobs.stop)()

    def align_reset(self) -> None:
        """Put the mesh back where its file has it."""
        self.alignment.reset()

    # Evaluating

    def evaluate(self) -> None:
        """Measure the mesh on screen; a run's own mesh leaves the numbers in its folder."""
        shown, given = self._view.mesh(RECONSTRUCTION), self.alignment.given
        if shown is None or given is None or self._folder is None:
            return
        of_run = self._result[1] if self._result is not None and self._result[0] is given else None
        motion = tuple(map(float, self.alignment.motion.ravel())) if self.alignment.moved else None
        align = self._panel.start.currentData()
        marks = self._marks(shown) if align == "landmarks" else None
        options = EvaluationOptions(align, self._own_regions, motion)
        job = EvaluationJob(self._folder, of_run or given, of_run, marks, options)

        def take(result: EvaluationResult) -> None:
            self._take_evaluation(_Measured(shown, result))

        self._panel.show_progress(self.tr("Starting…"))
        self.side_jobs.start(Task(job, take, self._refuse, self._take_stop, self._take_progress))

    def close(self) -> None:
        """End the worker."""
        self.side_jobs.close()

    @property
    def _truth_file(self) -> Path | None:
        return None if self._scan is None else self._scan.ground_truth

    def _exported(self) -> Exported:
        mesh = self._view.mesh(RECONSTRUCTION)
        placed = {} if mesh is None else self._landmarks.vertices(RECONSTRUCTION, mesh)
        return Exported(self._scan, self._folder, placed, self._view.error_scale.clamp)

    def _take_region(self, path: Path) -> None:
        """The next evaluation scores what was painted, too."""
        self._own_regions = tuple(dict.fromkeys((*self._own_regions, str(path))))
        self.logged.emit(self.tr("Saved {0}").format(path), "info")

    def _marks(self, mesh: TriangleMesh) -> dict[str, int]:
        """The landmarks that the scan has too, as vertices of `mesh`; the job says which are missing."""
        found = self._landmarks.vertices(RECONSTRUCTION, mesh)
        known = self._scan.landmarks if self._scan is not None else {}
        return {name: vertex for name, vertex in found.items() if name in known}

    def _refuse_alignment(self, error: Exception) -> None:
        dialogs.show_error(self._window, self.tr("The mesh was not aligned"), error)

    def _take_fit(self, fit: LandmarkFit | None) -> None:
        if fit is None:
            self._refuse_alignment(
                LandmarkError(
                    self.tr(
                        "fewer than {0} landmarks are placed on both reconstruction and ground truth"
                    ).format(FEWEST),
                    remedy=self.tr(
                        "Place them in the Landmarks panel; the scan's own count for the ground truth"
                    ),
                )
            )
            return
        self.alignment.move_to(self.tr("align by landmarks"), fit.transform.matrix @ self.alignment.motion)
        text = self.tr("Landmarks: {0} points, RMS {1:.2f} mm").format(len(fit.residuals), fit.rms)
        self._panel.show_motion(text)
        self.logged.emit(text, "info")

    def _take_steps(self, metrics: list[Metrics]) -> None:
        for one in metrics:
            self._curve[0].append(one.step)
            self._curve[1].append(one.values[RMS])
        self._panel.show_curve(*self._curve)
        step, rms = self._curve[0][-1], self._curve[1][-1]
        self._panel.show_motion(self.tr("Step {0}, RMS {1:.3f} mm").format(step, rms))

    def _take_registration(self, result: RegistrationResult) -> None:
        label = self.tr("align by ICP") if result.registered else self.tr("align by ICP (not registered)")
        self.alignment.move_to(label, np.array(result.motion).reshape(4, 4))
        # The live curve knows only the steps that there was time to tell of.
        self._panel.show_curve(range(1, len(result.curve) + 1), result.curve)
        end = self.tr("converged") if result.converged else self.tr("not converged")
        if result.stopped:
            end = self.tr("stopped")
        text = self.tr("ICP {0} after {1} steps, RMS {2:.3f} mm").format(end, result.iterations, result.rms)
        if abs(result.scale - 1) > 1e-6:
            text += self.tr(", resized by {0:.4f}").format(result.scale)
        if not result.registered and not result.stopped:
            text += self.tr(
                ". Not registered: {0:.1f} mm left. Align by landmarks first, or check that this is the head "
                "of the ground truth, in mm"
            ).format(result.rms)
        self._panel.show_motion(text)
        self.logged.emit(text, "info" if result.converged or result.stopped else "warning")

    def _take_stop(self) -> None:
        self._panel.show_progress("")
        self.logged.emit(self.tr("The evaluation was stopped"), "warning")

    def _take_progress(self, progress: Progress) -> None:
        text = f"{progress.done + 1} / {progress.total}: {progress.phase}…"
        self._panel.show_progress(text if progress.done < progress.total else "")

    def _take_evaluation(self, measured: _Measured) -> None:
        self._measured = measured
        evaluation = measured.result.evaluation
        self._panel.show_progress("")
        self._panel.show_evaluation(evaluation)
        for caution in evaluation.cautions:
            self.logged.emit(f"{caution.text}.", "warning")
        if measured.result.folder is not None:
            self.logged.emit(self.tr("Evaluated: {0}").format(measured.result.folder), "info")
        self._paint()
        self._show_runs()

    def _refuse(self, error: Exception) -> None:
        self._panel.show_progress("")
        self._show_motion()
        self.logged.emit(str(error), "error")
        dialogs.show_error(self._window, self.tr("The mesh could not be compared"), error)

    # What is shown

    def _show_motion(self) -> None:
        moved = self.alignment.moved
        self._panel.show_motion(self.tr("The mesh is moved from where its file has it.") if moved else "")
        self.refresh()

    def _take_meshes(self) -> None:
        """Another mesh is on screen, or the ground truth has come."""
        if self._measured is not None and self._view.mesh(RECONSTRUCTION) is not self._measured.mesh:
            self._measured = None
        if not self._painting:
            self._paint()
        self.refresh()

    def _distances(self, layer: str) -> NDArray[np.float32] | None:
        """Of the vertices of a layer under the chosen alignment; those that no camera sees are NaN."""
        if self._measured is None:
            return None
        errors = self._measured.result.errors
        prediction, truth = errors.prediction, errors.truth
        if self._panel.heat_after.currentData() == RIGID and errors.truth_rigid is not None:
            assert errors.prediction_rigid is not None
            prediction, truth = errors.prediction_rigid, errors.truth_rigid
        if layer == RECONSTRUCTION:
            return prediction
        return np.where(errors.visible, truth, np.float32(np.nan)).astype(np.float32)

    def _paint(self) -> None:
        """Give the chosen surface its distances, and the other none; those of others are left alone."""
        chosen = str(self._panel.heat_on.currentData())
        distances = self._distances(chosen)
        self._painting = True
        for layer in (RECONSTRUCTION, GROUND_TRUTH):
            wanted = distances if layer == chosen else None
            mesh = self._view.mesh(layer)
            fits = mesh is not None and wanted is not None and len(mesh.vertices) == len(wanted)
            if fits or self._is_painted(layer):
                self._view.set_errors(layer, wanted if fits else None)
                self._painted[layer] = self._view.errors(layer)
        self._painting = False
        if distances is not None and chosen == GROUND_TRUTH:
            self.truth_wanted.emit()
        self._show_histogram()

    def _is_painted(self, layer: str) -> bool:
        """Whether the distances of the layer are from here: the timeline compares meshes, too."""
        errors = self._view.errors(layer)
        return errors is not None and errors is self._painted.get(layer)

    def _show_histogram(self) -> None:
        distances = self._distances(str(self._panel.heat_on.currentData()))
        self._panel.show_histogram(distances, self._view.error_scale.clamp)

    def _show_runs(self) -> None:
        scan, result = self._scan, self._result
        if scan is None or result is None:
            return
        name, folder = scan.name, result[1]

        def show(rows: tuple[RunRow, ...]) -> None:
            views = next((row.views for row in rows if row.folder == folder), None)
            self._panel.show_rows((*rows, *published_rows(views)) if rows else ())

        self._tasks.run(lambda: evaluated_runs(folder.parent, name), show, key="runs of the scan")


def _truth_points(scan: Scan) -> Points:
    """The scan's own landmarks on its ground truth; reads the mesh. Raises MeshError."""
    from h3dstudio.data.landmarks import check_indices
    from h3dstudio.data.mesh_files import read_mesh

    if scan.ground_truth is None or not scan.landmarks:
        return {}
    vertices = read_mesh(scan.ground_truth).vertices
    check_indices(scan.landmarks, len(vertices), scan.root)
    return {name: vertices[index] for name, index in scan.landmarks.items()}
