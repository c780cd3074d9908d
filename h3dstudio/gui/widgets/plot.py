"""Curves of scalars over steps, drawn with pyqtgraph in the theme's colours. Its import takes a while."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from h3dstudio.gui.shell import theme
from h3dstudio.gui.widgets.plot_hover import Hover

_FEW = 60
_DECADES = 20.0
Series = Mapping[str, tuple[Sequence[float], Sequence[float]]]


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """Named curves; logarithmic where it may be and they span enough. Redrawn only when told to.

    Under the cursor it says the values there.
    """

    def __init__(self, title: str, *, log: bool, unit: str = "", parent: QWidget | None = None) -> None:
        # Menus that nobody gets to see would be half of the time that a plot takes to make.
        super().__init__(parent, viewBox=pg.ViewBox(enableMenu=False), enableMenu=False)
        self._title, self._may_log, self._log = title, log, False
        self._named: str | None = ""
        self._items: dict[str, pg.PlotDataItem] = {}
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.showGrid(y=True, alpha=0.12)
        plot.setContentsMargins(0, 2, 6, 0)
        self.setMinimumSize(90, 90)
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.hover = Hover(self, unit)
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def show_series(self, series: Series) -> None:
        """Draw exactly these curves."""
        for name in set(self._items) - set(series):
            self.removeItem(self._items.pop(name))
        for side in ("left", "bottom"):
            self.getPlotItem().showAxis(side, bool(series))
        self._name(series)
        self._scale(series)
        self.hover.show_series(series, {name: _label(name, self._title) for name in series})
        for name, (steps, values) in series.items():
            if name not in self._items:
                self._items[name] = self.plot(antialias=True)
                self._take_colors()
            drawn = [value if _drawable(value, self._log) else math.nan for value in values]
            self._items[name].setData(*with_gaps(steps, drawn), connect="finite")
            self._items[name].setSymbol("o" if len(steps) <= _FEW else None)

    def title_width(self) -> int:
        """Pixels that the title takes, which names the curves."""
        return round(self.getPlotItem().titleLabel.item.boundingRect().width())

    def leaveEvent(self, event: QEvent) -> None:
        self.hover.leave()
        super().leaveEvent(event)

    def _scale(self, series: Series) -> None:
        """Logarithmic only where the values span enough for it to have ticks."""
        if not self._may_log:
            return
        drawn = [value for _, values in series.values() for value in values if _drawable(value, True)]
        log = bool(drawn) and max(drawn) > _DECADES * min(drawn)
        if log is not self._log:
            self._log = log
            self.getPlotItem().setLogMode(y=log)
            # Every ninth of a decade would be named, one over the other.
            self.getPlotItem().getAxis("left").setStyle(maxTextLevel=0 if log else 2)

    def _name(self, names: Collection[str]) -> None:
        """The title is the legend too: it names the curves, in their colours."""
        title = self._title if names else None
        if len(names) == 1:
            title = _title(next(iter(names)), self._title, losses=self._may_log)
        elif names:
            words = (
                f'<span style="color: {_color(number)}">&nbsp; ● {_label(name, self._title)}</span>'
                for number, name in enumerate(names)
            )
            title = self._title + "".join(words)
        if title != self._named:
            self._named = title
            self.getPlotItem().setTitle(title, color=theme.current().colors.muted, size="9pt")

    def _take_colors(self) -> None:
        colors = theme.current().colors
        self.setBackground(QColor(colors.panel))
        self.hover.take_colors()
        plot = self.getPlotItem()
        self._named = ""  # The title has a colour too.
        self._name(self._items)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setPen(pg.mkPen(colors.border))
            axis.setTextPen(pg.mkPen(colors.muted))
            axis.setStyle(tickLength=-4, tickTextOffset=4)
        for number, item in enumerate(self._items.values()):
            color = _color(number)
            item.setPen(pg.mkPen(color, width=1.8))
            item.setSymbolBrush(pg.mkBrush(color))
            item.setSymbolPen(None)
            item.setSymbolSize(4)


def _drawable(value: float, log: bool) -> bool:
    return math.isfinite(value) and (value > 0 or not log)


def with_gaps(steps: Sequence[float], values: Sequence[float]) -> tuple[list[float], list[float]]:
    """Leave a hole where steps are missing: what lies between two stages was not measured.

    Curves of more than a few points have none to see, and are drawn often.
    """
    if len(steps) > _FEW:
        return list(steps), list(values)
    out: tuple[list[float], list[float]] = ([], [])
    usual = min((b - a for a, b in pairwise(steps) if b > a), default=0.0)
    for place, (step, value) in enumerate(zip(steps, values, strict=True)):
        if place and usual and step - steps[place - 1] > 1.5 * usual:
            out[0].append((step + steps[place - 1]) / 2)
            out[1].append(math.nan)
        out[0].append(step)
        out[1].append(value)
    return out


def _color(number: int) -> str:
    colors = theme.current().colors.curves
    return colors[number % len(colors)]


def _label(name: str, title: str = "") -> str:
    """The legend's word for a metric: the title already says that it is a loss, or in mm."""
    plain = name.replace("_", " ").replace("/", " ")
    plain = plain.removeprefix(title.partition(",")[0].lower() + " ") if title else plain
    return plain.removeprefix("loss ").removesuffix(" loss").removesuffix(" mm")


def _title(name: str, whole: str, *, losses: bool = False) -> str:
    """The title over a lone curve: what it is, and its unit where the plot of `whole` has one."""
    kind, _, unit = whole.partition(", ")
    if unit:
        return whole if _label(name).lower() == kind.lower() else f"{_label(name).capitalize()}, {unit}"
    if not losses:
        return whole
    return f"{_label(name).capitalize()} loss" if _label(name) != "loss" else "Loss"
