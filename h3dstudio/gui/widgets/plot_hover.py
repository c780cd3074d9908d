"""Values under the cursor: a line through a plot, and what each curve is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel

from h3dstudio.gui.shell import theme
from h3dstudio.gui.shell.texts import translator

_tr = translator("Hover")
_AIR = 12
Series = Mapping[str, tuple[Sequence[float], Sequence[float]]]


def values_at(series: Series, x: float) -> tuple[float | None, dict[str, float]]:
    """The measured place nearest to `x`, and each curve's value there, or nearest to there."""
    places = [np.asarray(xs, dtype=float) for xs, _ in series.values()]
    places = [one[np.isfinite(one)] for one in places if len(one)]
    if not places:
        return None, {}
    everywhere = np.concatenate(places)
    place = float(everywhere[np.abs(everywhere - x).argmin()])
    found = {}
    for name, (xs, ys) in series.items():
        if len(xs):
            found[name] = float(ys[int(np.abs(np.asarray(xs, dtype=float) - place).argmin())])
    return place, found


class Hover:
    """Follows the cursor over a plot whose places are steps, or `unit`."""

    def __init__(self, plot: pg.PlotWidget, unit: str = "") -> None:
        self._plot, self._unit = plot, unit
        self._series: Series = {}
        self._names: Mapping[str, str] = {}
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._line.hide()
        plot.addItem(self._line, ignoreBounds=True)
        self.label = QLabel(plot)
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label.hide()
        plot.scene().sigMouseMoved.connect(self._follow)

    def show_series(self, series: Series, names: Mapping[str, str]) -> None:
        """What can be read off now."""
        self._series, self._names = series, names

    def leave(self) -> None:
        """The cursor is elsewhere."""
        self._line.hide()
        self.label.hide()

    def take_colors(self) -> None:
        """Follow the theme."""
        colors = theme.current().colors
        self._line.setPen(pg.mkPen(colors.faint, style=Qt.PenStyle.DashLine))
        self.label.setStyleSheet(
            f"background: {colors.raised}; color: {colors.text}; border: 1px solid {colors.border};"
            "border-radius: 6px; padding: 3px 7px;"
        )

    def _follow(self, at: QPointF) -> None:
        box = self._plot.getPlotItem().vb
        if not box.sceneBoundingRect().contains(at):
            self.leave()
            return
        place, values = values_at(self._series, box.mapSceneToView(at).x())
        if place is None:
            self.leave()
            return
        self._line.setPos(place)
        self._line.show()
        rows = [f"{self._names.get(name, name)}: {value:.4g}" for name, value in values.items()]
        head = f"{place:.0f} {self._unit}" if self._unit else _tr("step {0:g}").format(place)
        self.label.setText("\n".join([head, *rows]))
        self.label.adjustSize()
        self._place(at)
        self.label.show()
        self.label.raise_()

    def _place(self, at: QPointF) -> None:
        """Beside the cursor, on the side where there is room."""
        wide, high = self.label.width(), self.label.height()
        left = at.x() + _AIR if at.x() + _AIR + wide < self._plot.width() else at.x() - _AIR - wide
        top = min(at.y() - _AIR, self._plot.height() - high)
        self.label.move(max(0, round(left)), max(0, round(top)))
