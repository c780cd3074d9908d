"""Scans: opening them, and the dock with their views."""

from __future__ import annotations

from h3dstudio.gui.features.scan.actions import ACTIONS
from h3dstudio.gui.features.scan.controller import OpenScan, ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.features.scan.section import ScanSection
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Dock, Feature, Side
from h3dstudio.gui.shell.status_line import photos
from h3dstudio.gui.shell.texts import translator

__all__ = ["ACTIONS", "build"]
_tr = translator("MainWindow")


def build(context: Context) -> Feature:
    """It comes before all others that show something of the open scan, and settles it after them."""
    scans = ScanController(context.window, context.tasks, context.leaving)
    panel = ScanPanel()
    context.project.register("scan", ScanSection(scans, panel))
    _connect(context, scans, panel)
    return Feature(
        slots={"open": scans.ask, "demo": scans.open_demo},
        provides=(scans, panel),
        dock=Dock("Scan", panel, Side.LEFT),
    )


def _connect(context: Context, scans: ScanController, panel: ScanPanel) -> None:
    status, log = context.status, context.log

    def show_dataset() -> None:
        if (opened := scans.current) is not None:
            panel.set_dataset(opened.folders, opened.folder)

    def show(opened: OpenScan) -> None:
        context.pages.show_viewport()
        show_dataset()
        panel.set_scan(opened.scan, opened.lists)

    def settle(opened: OpenScan) -> None:
        panel.model.tick(opened.chosen)
        width, height = opened.scan.views[0].size
        status.show_open(photos(len(opened.scan.views), width, height), str(opened.folder))
        status.say("")
        log.add(_tr("Opened {0}: {1}").format(opened.folder, opened.scan.layout))
        for problem in opened.scan.problems:
            log.add(str(problem), "warning")
        context.changed.emit()

    def close() -> None:
        panel.set_scan(None)
        status.show_open("")

    panel.scan_chosen.connect(scans.choose)
    panel.views_changed.connect(context.changed)
    scans.opening.connect(lambda name: status.say(_tr("Opening {0}…").format(name)))
    scans.opened.connect(show)
    scans.settled.connect(settle)
    scans.refused.connect(lambda: status.say(""))
    scans.kept.connect(show_dataset)
    scans.closed.connect(close)
