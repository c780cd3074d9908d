"""Batches: many scans reconstructed and scored, in a process of their own."""

from __future__ import annotations

from h3dstudio.gui.features.batch.actions import ACTIONS
from h3dstudio.gui.features.batch.controller import BatchController
from h3dstudio.gui.features.batch.panel import BatchPanel
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Dock, Feature, Side

__all__ = ["ACTIONS", "build"]


def build(context: Context) -> Feature:
    """A cell's run is opened like any other."""
    panel = BatchPanel()
    batches = BatchController(
        context.window, context.tasks, panel, context.get(ScanController), context.get(RunController)
    )

    def show() -> None:
        context.pages.bring("Batch")
        context.changed.emit()

    batches.run_opened.connect(show)
    batches.logged.connect(context.log.add)
    return Feature(
        slots={"batch": show},
        provides=(panel, batches),
        dock=Dock("Batch", panel, Side.BELOW),
        may_close=batches.may_close,
        close_now=batches.let_go,
        close=batches.close,
    )
