"""Head priors: their heads on the stage, and training one."""

from __future__ import annotations

from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.priors.actions import ACTIONS
from h3dstudio.gui.features.priors.controller import PriorController
from h3dstudio.gui.features.priors.panel import PriorPanel
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice
from h3dstudio.gui.features.priors.training import TrainingController
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Dock, Feature, Side
from h3dstudio.gui.shell.supervisor import ReadyMesh

__all__ = ["ACTIONS", "build"]


def build(context: Context) -> Feature:
    """The prior that is chosen for reconstructions is the one that is shown."""
    choice, runs = context.get(PriorChoice), context.get(RunController)
    panel = PriorPanel(context.actions, choice)
    priors = PriorController(context.window, context.tasks, panel, choice)
    trainings = TrainingController(context.window, runs, panel.training, choice)
    _connect(context, panel, priors, trainings)

    def show() -> None:
        context.pages.bring("Prior")
        context.changed.emit()

    return Feature(
        slots={"prior": show, "back_to_scan": lambda: context.docks.raise_("Reconstruct")},
        provides=(panel, priors, trainings),
        dock=Dock("Prior", panel, Side.RIGHT, panel.set_in_sight),
        close=priors.close,
    )


def _connect(
    context: Context, panel: PriorPanel, priors: PriorController, trainings: TrainingController
) -> None:
    display, runs = context.get(DisplayController), context.get(RunController)

    def take_head(ready: ReadyMesh) -> None:
        """Decoded, or from a training; shown only while the panel is in sight."""
        if panel.in_sight:
            display.show_head(ready)

    def leave_panel() -> None:
        if panel.in_sight:
            context.docks.raise_("Reconstruct")

    context.get(ScanController).opened.connect(lambda _: leave_panel())
    runs.other_mesh.connect(take_head)
    runs.state_changed.connect(trainings.show_state)
    priors.head_ready.connect(take_head)
    priors.left.connect(display.leave_stage)
    priors.busy.connect(context.status.say)
    for source in (priors, trainings):
        source.logged.connect(context.log.add)
