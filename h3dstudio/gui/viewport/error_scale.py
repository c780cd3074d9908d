"""How many mm the last colour of the error map stands for: remembered, and changed only by the user."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QSettings, Signal

CLAMPS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
"""mm, to choose from."""
DEFAULT = 5.0
_KEY = "error map/clamp mm"


class ErrorScale(QObject):
    """The scale of the error map runs from 0 to `clamp` mm, whatever mesh is shown; `changed()` follows."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clamp = _remembered()

    @property
    def clamp(self) -> float:
        """mm of the last colour; what lies beyond has a colour of its own."""
        return self._clamp

    def set_clamp(self, millimetres: float) -> None:
        """Take and remember another end of the scale; nonsense is ignored."""
        if not (math.isfinite(millimetres) and millimetres > 0) or millimetres == self._clamp:
            return
        self._clamp = millimetres
        QSettings().setValue(_KEY, millimetres)
        self.changed.emit()


def _remembered() -> float:
    stored = QSettings().value(_KEY, DEFAULT)
    try:
        value = float(str(stored))
    except ValueError:
        return DEFAULT
    return value if math.isfinite(value) and value > 0 else DEFAULT
