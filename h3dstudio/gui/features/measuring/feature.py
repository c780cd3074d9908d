"""Measuring: a section plane through the meshes, and a ruler on them."""

from __future__ import annotations

from h3dstudio.gui.features.measuring.actions import ACTIONS
from h3dstudio.gui.features.measuring.controller import MeasuringController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Feature

__all__ = ["ACTIONS", "build"]


def build(context: Context) -> Feature:
    """Its bars belong to the view's page."""
    measuring = MeasuringController(
        context.page, context.commands, context.actions, context.get(ScanController)
    )
    context.project.register("measures", measuring.measures)
    return Feature(slots={"section": measuring.section, "ruler": measuring.ruler}, provides=(measuring,))
