"""Counts the open scan's photos: a dock, an action with keys, a menu of its own, a part of the project."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel

from h3dstudio.gui.features.scan.controller import OpenScan, ScanController
from h3dstudio.gui.shell.action_spec import Spec, switch
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Dock, Feature, Side
from h3dstudio.session.project.sections import Json

ACTIONS: Mapping[str, Spec] = {
    "count": Spec("&Count photos", "Ctrl+Alt+K", "", "Say how many", menu="T&oys", place=110, toolbar=290),
    "loud": switch("&Loudly", menu="&View", place=650, unavailable="there is nothing to be loud about"),
}


class Counter(QObject):
    """A section of the project that remembers how often it counted."""

    def __init__(self, context: Context, panel: QLabel, scans: ScanController) -> None:
        super().__init__(context.window)
        self._context, self._panel, self._scans = context, panel, scans
        self.times = 0
        self.closed = False
        scans.opened.connect(self._take)
        scans.closed.connect(panel.clear)
        context.changed.connect(lambda: context.enable({"loud": scans.current is not None}))

    def count(self) -> None:
        self.times += 1
        self._context.tell(f"Counted {self._panel.text()}")

    def state(self) -> Json:
        return self.times

    def restore(self, state: Json) -> None:
        self.times = state if isinstance(state, int) else 0

    def close(self) -> None:
        self.closed = True

    def _take(self, opened: OpenScan) -> None:
        self._panel.setText(str(len(opened.scan.views)))


def build(context: Context) -> Feature:
    panel = QLabel()
    counter = Counter(context, panel, context.get(ScanController))
    context.project.register("toy", counter)
    return Feature(
        slots={"count": counter.count, "loud": lambda on: panel.setText("LOUD" if on else "")},
        provides=(counter,),
        dock=Dock("Toy", panel, Side.RIGHT),
        close=counter.close,
    )
