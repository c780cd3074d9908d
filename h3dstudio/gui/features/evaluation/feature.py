"""Evaluation: aligned with the ground truth and measured against it; regions, detailed exports, reports."""

from __future__ import annotations

from h3dstudio.gui.features.evaluation.actions import ACTIONS
from h3dstudio.gui.features.evaluation.controller import EvaluationController
from h3dstudio.gui.features.evaluation.panel import EvaluatePanel
from h3dstudio.gui.features.evaluation.reports import ReportController
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING
from h3dstudio.gui.features.reconstruction.mesh_opening import MeshOpening
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Dock, Feature, Side
from h3dstudio.gui.shell.texts import translator

__all__ = ["ACTIONS", "build"]
_tr = translator("MainWindow")


def build(context: Context) -> Feature:
    """Of the mesh on screen, whoever put it there."""
    panel = EvaluatePanel(context.actions)
    evaluating = EvaluationController(
        context.window,
        context.tasks,
        context.view,
        context.commands,
        context.actions,
        panel,
        context.get(LandmarkController).landmarks,
    )
    reports = ReportController(context.window, context.get(RunController), context.get(ScanController))
    context.project.register("alignment", evaluating.alignment)
    _connect(context, evaluating, reports)
    return Feature(
        slots={
            "align_landmarks": evaluating.align_landmarks,
            "align_icp": evaluating.align_icp,
            "stop_comparing": evaluating.stop,
            "align_reset": evaluating.align_reset,
            "region": evaluating.regions.switch,
            "evaluate": evaluating.evaluate,
            "export_detailed": evaluating.export.ask,
            "report": reports.ask,
        },
        provides=(panel, evaluating, reports),
        dock=Dock("Evaluate", panel, Side.RIGHT),
        close=evaluating.close,
    )


def _connect(context: Context, evaluating: EvaluationController, reports: ReportController) -> None:
    scans, runs, alignment = context.get(ScanController), context.get(RunController), evaluating.alignment

    def take_state(state: RunState) -> None:
        if state is RunState.STARTING and runs.job_kind is RECONSTRUCTING:
            alignment.forget()

    scans.opened.connect(lambda opened: evaluating.take_scan(opened.scan, opened.folder))
    scans.closed.connect(lambda: evaluating.take_scan(None, None))
    runs.state_changed.connect(take_state)
    runs.result_shown.connect(evaluating.take_result)
    runs.unfinished_shown.connect(lambda _: alignment.settle())
    context.get(MeshOpening).shown.connect(lambda _: alignment.settle())
    evaluating.truth_wanted.connect(lambda: context.actions["ground_truth"].setChecked(True))
    evaluating.logged.connect(context.log.add)
    evaluating.export.said.connect(context.status.say)
    reports.made.connect(lambda path: context.tell(_tr("The report is in {0}").format(path.parent)))
