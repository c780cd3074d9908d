"""The docks of the window: where each panel lies, its title, and the remembered layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QTabBar, QTabWidget, QWidget

from h3dstudio.gui.shell.feature import Dock, Side
from h3dstudio.gui.shell.texts import translator

_LAYOUT, _GEOMETRY = "layout 3", "geometry"
_tr = translator("Docks")
_NEAR = 12
_Area = Qt.DockWidgetArea
_AREAS = {
    Side.LEFT: _Area.LeftDockWidgetArea,
    Side.RIGHT: _Area.RightDockWidgetArea,
    Side.BELOW: _Area.BottomDockWidgetArea,
}


class Docks:
    """Panels by title; those of one side are tabs in the order they were added, the first in front."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        corner = Qt.Corner
        window.setCorner(corner.BottomLeftCorner, _Area.LeftDockWidgetArea)
        window.setCorner(corner.BottomRightCorner, _Area.RightDockWidgetArea)
        for area in (_Area.BottomDockWidgetArea, _Area.RightDockWidgetArea):
            window.setTabPosition(area, QTabWidget.TabPosition.North)
        self._docks: dict[str, QDockWidget] = {}
        self._first: dict[Side, str] = {}
        self._shown = True
        self._first_state = window.saveState()

    def add(self, panels: Iterable[Dock]) -> None:
        """Dock these panels; once, before the window is shown."""
        panels = tuple(panels)
        self._docks = {one.title: _dock(self._window, one) for one in panels}
        for side, area in _AREAS.items():
            for one in (one for one in panels if one.side is side):
                self._window.addDockWidget(area, self._docks[one.title])
                first = self._first.setdefault(side, one.title)
                if first != one.title:
                    self._window.tabifyDockWidget(self._docks[first], self._docks[one.title])
        self._raise_first()
        self._first_state = self._window.saveState()
        for one in panels:
            if one.sighted is not None:
                # Qt does not hide a dock that lies behind another.
                self._docks[one.title].visibilityChanged.connect(one.sighted)

    def _raise_first(self) -> None:
        for side, name in self._first.items():
            if side is not Side.LEFT:
                self._docks[name].raise_()

    def actions(self) -> Iterator[QAction]:
        """Show or hide each."""
        return (dock.toggleViewAction() for dock in self._docks.values())

    def raise_(self, name: str) -> None:
        """Bring a tabbed dock to the front, also where it was closed."""
        self._docks[name].show()
        self._docks[name].raise_()

    def conceal(self) -> None:
        """Hide them all, as the first page does."""
        self._shown = False
        for dock in self._docks.values():
            dock.hide()
        self._sweep()
        QTimer.singleShot(0, self._window, self._sweep)

    def reveal(self) -> None:
        """Show them as the user left them."""
        if self._shown:
            return
        self._shown = True
        for dock in self._docks.values():
            dock.show()
        stored = QSettings().value(_LAYOUT)
        if not (stored and self._window.restoreState(stored)):
            self.proportion()
        self._raise_first()
        QTimer.singleShot(0, self._window, self._sweep)

    def _sweep(self) -> None:
        """Hide tab bars of a layout that is no more, which Qt leaves lying about under the others.

        Those that stay say their names in full where there is no room to show them.
        """
        docks = [dock.geometry() for dock in self._docks.values() if dock.isVisible()]
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            box = bar.geometry()
            for tab in range(bar.count()):
                bar.setTabToolTip(tab, bar.tabText(tab))
            near = (
                abs(box.bottom() + 1 - dock.top()) <= _NEAR and abs(box.left() - dock.left()) <= _NEAR
                for dock in docks
            )
            if not any(near):
                bar.hide()

    def proportion(self) -> None:
        """Default sizes: the viewport keeps most of the room."""
        wide = self._window.width()
        left, right = (268, 340) if wide >= 1400 else (224, 300)
        high = 216 if self._window.height() >= 900 else 190
        self._resize({Side.LEFT: left, Side.RIGHT: right}, Qt.Orientation.Horizontal)
        self._resize({Side.BELOW: high}, Qt.Orientation.Vertical)

    def _resize(self, sizes: Mapping[Side, int], way: Qt.Orientation) -> None:
        there = [side for side in sizes if side in self._first]
        docks = [self._docks[self._first[side]] for side in there]
        self._window.resizeDocks(docks, [sizes[side] for side in there], way)

    def reset(self) -> None:
        """Every panel where it was at first, and as large."""
        if self._shown:
            self._window.restoreState(self._first_state)
            self._bring_up()
            self.proportion()
        QSettings().remove(_LAYOUT)

    def _bring_up(self) -> None:
        for dock in self._docks.values():
            dock.setFloating(False)
            dock.show()
        self._raise_first()

    def remember(self) -> None:
        """Keep layout and geometry for the next time."""
        QSettings().setValue(_GEOMETRY, self._window.saveGeometry())
        if self._shown:
            QSettings().setValue(_LAYOUT, self._window.saveState())


def restore_geometry(window: QMainWindow) -> None:
    """Where the window was the last time; else a good default on this screen."""
    stored = QSettings().value(_GEOMETRY)
    if stored and window.restoreGeometry(stored):
        return
    room = window.screen().availableGeometry()
    window.resize(min(1500, round(room.width() * 0.94)), min(950, round(room.height() * 0.94)))


def _dock(window: QMainWindow, wanted: Dock) -> QDockWidget:
    dock = QDockWidget(_tr(wanted.title), window)
    dock.setObjectName(f"Dock{wanted.title}")
    dock.setWidget(wanted.panel)
    wanted.panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    features = QDockWidget.DockWidgetFeature
    dock.setFeatures(features.DockWidgetMovable | features.DockWidgetClosable)
    if wanted.side is Side.LEFT:
        title = QLabel(_tr(wanted.title))
        title.setObjectName("DockTitle")
        dock.setTitleBarWidget(title)
    else:
        dock.setTitleBarWidget(QWidget())  # Its tab is its title.
    return dock
