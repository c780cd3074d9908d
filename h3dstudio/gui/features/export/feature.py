"""Exports: the mesh on screen and pictures of the view as files."""

from __future__ import annotations

from h3dstudio.gui.features.evaluation.controller import EvaluationController
from h3dstudio.gui.features.export.actions import ACTIONS
from h3dstudio.gui.features.export.controller import ExportController
from h3dstudio.gui.features.export.pictures import PictureController
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.mesh_opening import MeshOpening
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Feature
from h3dstudio.gui.shell.texts import translator

__all__ = ["ACTIONS", "build"]
_tr = translator("MainWindow")


def build(context: Context) -> Feature:
    """Menu entries alone; it has no panel."""
    scans = context.get(ScanController)
    exports = ExportController(
        context.window,
        context.get(EvaluationController).side_jobs,
        context.view,
        scans,
        context.get(RunController),
        context.get(MeshOpening),
    )
    pictures = PictureController(context.window, context.page, lambda: scans.name)
    exports.said.connect(context.status.say)
    exports.noted.connect(context.log.add)
    pictures.said.connect(context.status.say)
    for source in (exports, pictures):
        source.saved.connect(lambda path: context.tell(_tr("Exported {0}").format(path)))
    return Feature(
        slots={
            "export": exports.ask,
            "reveal": exports.reveal,
            "screenshot": pictures.ask,
            "copy_picture": pictures.copy,
        },
        provides=(exports, pictures),
    )
