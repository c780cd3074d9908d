"""Python's cycle collector on the GUI thread only.

Left alone it runs on whichever thread happens to allocate, and frees there what it finds: a VTK object, whose
own collector then waits for the GUI thread while that waits for the interpreter; or a widget. Here it is off,
and a timer does its work, by the same thresholds, where such objects may be freed.
"""

from __future__ import annotations

import gc
from threading import get_ident

from PySide6.QtCore import QObject, QTimer

_EVERY = 500
"""ms. Cycles wait at most so long; a young collection takes well under a millisecond."""


class GuiThreadCollector(QObject):
    """Collects cycles from the event loop of `parent`'s thread, from now on until `stop`."""

    _active = 0

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = get_ident()
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self.collect)
        self._running = False

    def start(self) -> None:
        """Take over from Python."""
        if not self._running:
            self._running = True
            GuiThreadCollector._active += 1
            gc.disable()
            self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again, unless another one goes on."""
        if self._running:
            self._running = False
            self._timer.stop()
            GuiThreadCollector._active -= 1
            if not GuiThreadCollector._active:
                gc.enable()

    def collect(self) -> None:
        """Collect the oldest generation that is due, and those younger."""
        assert get_ident() == self._thread
        due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if due[0]:
            gc.collect(2 if due[1] and due[2] else 1 if due[1] else 0)
