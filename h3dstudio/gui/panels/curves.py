"""Curves of a run's scalars, drawn with pyqtgraph in the theme's colours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from h3dstudio.gui import theme

Series = Mapping[str, tuple[Sequence[float], Sequence[float]]]


class Curves(pg.PlotWidget):  # type: ignore[misc]
    """Named curves over iterations; logarithmic where asked. Redrawn only when told to."""

    def __init__(self, title: str, *, log: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._log = title, log
        self._items: dict[str, pg.PlotDataItem] = {}
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setLogMode(y=log)
        plot.setMouseEnabled(False, False)
        plot.showGrid(y=True, alpha=0.12)
        plot.setContentsMargins(0, 2, 6, 0)
        self._legend = plot.addLegend(offset=(-8, 2), verSpacing=-6, labelTextSize="8pt")
        self._empty = QLabel(f"{title} appear here while a reconstruction runs", self)
        self._empty.setObjectName("Faint")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumSize(120, 90)
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def show_series(self, series: Series) -> None:
        """Draw exactly these curves."""
        for name in set(self._items) - set(series):
            self.removeItem(self._items.pop(name))
        for side in ("left", "bottom"):
            self.getPlotItem().showAxis(side, bool(series))
        self._legend.setVisible(len(series) > 1)
        self._empty.setVisible(not series)
        if bool(series) != bool(self._items):
            self.getPlotItem().setTitle(
                self._title if series else None, color=theme.current().colors.muted, size="9pt"
            )
        for name, (steps, values) in series.items():
            if name not in self._items:
                self._items[name] = self.plot(name=_label(name), antialias=True)
                self._take_colors()
            drawn = [value if _drawable(value, self._log) else math.nan for value in values]
            self._items[name].setData(list(steps), drawn, connect="finite")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_empty"):  # pyqtgraph resizes in its constructor.
            self._empty.setGeometry(self.rect())

    def _take_colors(self) -> None:
        colors = theme.current().colors
        self.setBackground(QColor(colors.panel))
        plot = self.getPlotItem()
        plot.setTitle(self._title if self._items else None, color=colors.muted, size="9pt")
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setPen(pg.mkPen(colors.border))
            axis.setTextPen(pg.mkPen(colors.muted))
            axis.setStyle(tickLength=-4, tickTextOffset=4)
        self._legend.setLabelTextColor(colors.muted)
        for number, (name, item) in enumerate(self._items.items()):
            item.setPen(pg.mkPen(colors.curves[number % len(colors.curves)], width=1.8))
            self._legend.removeItem(item)
            self._legend.addItem(item, _label(name))


def _drawable(value: float, log: bool) -> bool:
    return math.isfinite(value) and (value > 0 or not log)


def _label(name: str) -> str:
    return name.removeprefix("loss_").removesuffix("_loss").replace("_", " ").replace("/", " ")
