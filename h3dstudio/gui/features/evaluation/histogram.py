"""How many vertices are how far off: bars in the colours of the error map, drawn with pyqtgraph."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from h3dstudio.geometry.color_scales import BEYOND, error_colors
from h3dstudio.gui.shell import theme

BARS = 40


class Histogram(pg.PlotWidget):  # type: ignore[misc]
    """Share of the vertices over their distance, from 0 to the error map's end; the last bar is beyond."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.setContentsMargins(0, 8, 6, 0)
        self._bars = pg.BarGraphItem(x=[0.0], height=[0.0], width=1.0)
        self.addItem(self._bars)
        self.setFixedHeight(120)
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.setAccessibleName(self.tr("Histogram of the distances"))
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def show_distances(self, distances: NDArray[np.floating], clamp: float) -> None:
        """Draw those (N,) mm; NaN is left out."""
        measured = distances[np.isfinite(distances)]
        edges = np.linspace(0, clamp, BARS + 1)
        counts, _ = np.histogram(measured, edges)
        beyond = np.count_nonzero(measured > clamp)
        share = 100 * np.append(counts, beyond) / max(1, len(measured))
        width = clamp / BARS
        middle = np.append(edges[:-1] + width / 2, clamp + 1.5 * width)
        colors = [QColor(*map(int, rgb)) for rgb in error_colors(middle[:-1], clamp)] + [QColor(*BEYOND)]
        self._bars.setOpts(x=middle, height=share, width=width, brushes=colors, pen=None)
        self.setXRange(0, clamp + 2 * width, padding=0.02)
        self.setYRange(0, max(1.0, float(share.max())), padding=0.05)

    def _take_colors(self) -> None:
        colors = theme.current().colors
        self.setBackground(QColor(colors.panel))
        plot = self.getPlotItem()
        for side, text in (("left", "%"), ("bottom", "mm")):
            axis = plot.getAxis(side)
            axis.setPen(pg.mkPen(colors.border))
            axis.setTextPen(pg.mkPen(colors.muted))
            axis.setStyle(tickLength=-4, tickTextOffset=4)
            axis.setLabel(text, color=colors.muted)
