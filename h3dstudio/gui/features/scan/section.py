"""What a project keeps of the scan."""

from __future__ import annotations

from h3dstudio.errors import ProjectError
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.session.project.sections import Json, checked, entries, path_entry


class ScanSection:
    """Which scan, and which of its views are ticked. The scan itself is opened before the sections."""

    def __init__(self, scans: ScanController, panel: ScanPanel) -> None:
        self._scans, self._panel = scans, panel

    def state(self) -> Json:
        opened = self._scans.current
        if opened is None:
            return {}
        return {"folder": path_entry(opened.folder), "views": list(self._panel.model.ticked)}

    def restore(self, state: Json) -> None:
        views = checked(entries(state, "scan"), "views", [])
        numbers = [view for view in views if isinstance(view, int) and not isinstance(view, bool)]
        if len(numbers) < len(views):
            raise ProjectError("a ticked view is no number")
        if self._scans.current is not None:
            self._panel.model.tick(numbers)
