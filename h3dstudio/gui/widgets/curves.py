"""A place for curves: a line of text until there are some, then a plot of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from h3dstudio.gui.widgets.plot import Plot

_AIR = 12
Series = Mapping[str, tuple[Sequence[float], Sequence[float]]]


class Curves(QWidget):
    """Named curves over steps, or over `unit`.

    The plotting library comes in with the first of them (see `load_plots`).
    """

    def __init__(self, title: str, *, log: bool, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self._log, self._unit = title, log, unit
        self._plot: Plot | None = None
        self._empty = QLabel(self.tr("Curves appear here during a run"))
        self._empty.setObjectName("Faint")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._empty)
        self.setMinimumSize(90, 90)

    @property
    def built(self) -> bool:
        """Whether the plot is there."""
        return self._plot is not None

    def build(self) -> None:
        """Make the plot, which takes long enough to do it before it is needed."""
        if self._plot is None:
            from h3dstudio.gui.widgets.plot import Plot

            self._plot = Plot(self.title, log=self._log, unit=self._unit)
            self._plot.hide()
            self._layout.addWidget(self._plot)

    def show_series(self, series: Series) -> None:
        """Draw exactly these curves."""
        if series:
            self.build()
        if self._plot is not None:
            self._plot.show_series(series)
            self._plot.setVisible(bool(series))
        self._empty.setVisible(not series)

    @property
    def wanted_width(self) -> int:
        """Pixels, below which its title would be cut off."""
        return 0 if self._plot is None else self._plot.title_width() + _AIR


def load_plots() -> None:
    """Import what the first curve needs; a quarter of a second, on any thread."""
    import h3dstudio.gui.widgets.plot  # noqa: F401
