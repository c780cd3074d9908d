"""Landmarks: placed by clicks, in photos, from files; their panel."""

from __future__ import annotations

from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.landmarks.actions import ACTIONS
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.landmarks.panel import LandmarkPanel
from h3dstudio.gui.features.landmarks.panel_controller import LandmarkPanelController
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
    """On the open scan, its ground truth, and what the run or the user puts on screen."""
    window, view, actions = context.window, context.view, context.actions
    display, scans = context.get(DisplayController), context.get(ScanController)
    landmarking = LandmarkController(window, view, context.tasks, context.commands, display)
    panel = LandmarkPanel(actions)
    panel_controller = LandmarkPanelController(window, landmarking, panel, display, view, actions, scans)
    context.project.register("landmarks", landmarking.landmarks)
    _connect(context, landmarking)
    return Feature(
        slots={
            "landmarks": landmarking.show,
            "place_landmarks": landmarking.place,
            "next_landmark": landmarking.next,
            "previous_landmark": landmarking.previous,
            "skip_landmark": landmarking.skip,
            "lock_landmark": landmarking.lock,
            "clear_landmark": landmarking.clear,
            "jump_landmark": landmarking.jump,
            "mirror_landmark": landmarking.mirror,
            "accept_landmark": landmarking.accept,
            "accept_landmarks": landmarking.accept_all,
            "switch_layer": landmarking.switch_layer,
            "import_landmarks": landmarking.exchange.ask_import,
            "export_landmarks": landmarking.exchange.ask_export,
        },
        provides=(landmarking, panel, panel_controller),
        dock=Dock("Landmarks", panel, Side.RIGHT, panel_controller.set_in_sight),
    )


def _connect(context: Context, landmarking: LandmarkController) -> None:
    scans, runs, suggested = context.get(ScanController), context.get(RunController), landmarking.suggested

    def take_state(state: RunState) -> None:
        if state is RunState.STARTING and runs.job_kind is RECONSTRUCTING:
            suggested.forget()

    scans.opened.connect(lambda opened: landmarking.take_scan(opened.scan))
    scans.closed.connect(lambda: landmarking.take_scan(None))
    runs.state_changed.connect(take_state)
    runs.result_shown.connect(suggested.load)
    context.get(MeshOpening).shown.connect(lambda _: suggested.forget())
    landmarking.said.connect(context.status.say)
    landmarking.logged.connect(context.log.add)
    landmarking.saved.connect(lambda path: context.tell(_tr("Exported {0}").format(path)))
