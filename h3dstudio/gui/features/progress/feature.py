"""Progress: how far the run is, how long it still takes, and its curves."""

from __future__ import annotations

from h3dstudio.gui.features.progress.panel import ProgressPanel
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.shell.action_spec import Spec
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Dock, Feature, Side
from h3dstudio.gui.widgets.curves import load_plots

ACTIONS: dict[str, Spec] = {}


def build(context: Context) -> Feature:
    """A panel without actions; its plots come once the window is on screen."""
    panel, runs = ProgressPanel(), context.get(RunController)
    runs.changed.connect(lambda: panel.show_model(runs.model, runs.job_kind))
    runs.summed_up.connect(panel.row.show_summary)
    return Feature(
        provides=(panel,),
        dock=Dock("Progress", panel, Side.BELOW),
        on_screen=lambda: context.tasks.run(load_plots, lambda _: panel.row.build_ahead(), key="plots"),
    )
