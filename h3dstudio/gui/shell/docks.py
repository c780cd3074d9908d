"""The docks of the window: where each panel lies, its title, and the remembered layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QTabBar, QTabWidget, QWidget

from h3dstudio.gui.shell.texts import marked, translator

_LAYOUT, _GEOMETRY = "layout 3", "geometry"
_tr = translator("Docks")
_NEAR = 12
_RIGHT = (marked("Reconstruct"), marked("Landmarks"), marked("Prior"), marked("Evaluate"))
_BELOW = (marked("Progress"), marked("Batch"), marked("Log"))
_LEFT = marked("Scan")
_FIRST = (_RIGHT[0], _BELOW[0])
_Area = Qt.DockWidgetArea


class Docks:
    """Left the scan, right reconstruction and prior as tabs, below progress, batch and log as tabs."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget]) -> None:
        self._window = window
        corner = Qt.Corner
        window.setCorner(corner.BottomLeftCorner, _Area.LeftDockWidgetArea)
        window.setCorner(corner.BottomRightCorner, _Area.RightDockWidgetArea)
        for area in (_Area.BottomDockWidgetArea, _Area.RightDockWidgetArea):
            window.setTabPosition(area, QTabWidget.TabPosition.North)
        self._docks = {name: _dock(window, name, panel) for name, panel in panels.items()}
        window.addDockWidget(_Area.LeftDockWidgetArea, self._docks[_LEFT])
        window.addDockWidget(_Area.RightDockWidgetArea, self._docks[_RIGHT[0]])
        for behind in _RIGHT[1:]:
            window.addDockWidget(_Area.RightDockWidgetArea, self._docks[behind])
            window.tabifyDockWidget(self._docks[_RIGHT[0]], self._docks[behind])
        window.addDockWidget(_Area.BottomDockWidgetArea, self._docks[_BELOW[0]])
        for behind in _BELOW[1:]:
            window.addDockWidget(_Area.BottomDockWidgetArea, self._docks[behind])
            window.tabifyDockWidget(self._docks[_BELOW[0]], self._docks[behind])
        for name in _FIRST:
            self._docks[name].raise_()
        self._shown = True
        self._first_state = window.saveState()

    def actions(self) -> Iterator[QAction]:
        """Show or hide each."""
        return (dock.toggleViewAction() for dock in self._docks.values())

    def follow(self, name: str, seen: Callable[[bool], None]) -> None:
        """Call `seen` when a dock comes into sight or goes: Qt does not hide one that lies behind another."""
        self._docks[name].visibilityChanged.connect(seen)

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
        for name in _FIRST:
            self._docks[name].raise_()
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
        docks, way = self._docks, Qt.Orientation
        self._window.resizeDocks([docks[_LEFT], docks[_RIGHT[0]]], [left, right], way.Horizontal)
        self._window.resizeDocks([docks[_BELOW[0]]], [high], way.Vertical)

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
        for name in _FIRST:
            self._docks[name].raise_()

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


def _dock(window: QMainWindow, name: str, panel: QWidget) -> QDockWidget:
    dock = QDockWidget(_tr(name), window)
    dock.setObjectName(f"Dock{name}")
    dock.setWidget(panel)
    panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    features = QDockWidget.DockWidgetFeature
    dock.setFeatures(features.DockWidgetMovable | features.DockWidgetClosable)
    if name == _LEFT:
        title = QLabel(_tr(name))
        title.setObjectName("DockTitle")
        dock.setTitleBarWidget(title)
    else:
        dock.setTitleBarWidget(QWidget())  # Its tab is its title.
    return dock
