"""In a window of 1000 x 700, the smallest that is looked after, nothing is cut off or lies over another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QTabBar, QWidget
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.evaluation.panel import EvaluatePanel
from h3dstudio.gui.features.scan.controller import ScanController


@pytest.fixture
def small(studio: Callable[..., Any], qtbot: QtBot, tiny_scan: Path) -> Any:
    """A window with a scan, made small after it was large."""
    window = studio()
    window.resize(1500, 950)
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=20_000):
        window.open(tiny_scan)
    qtbot.wait(100)
    window.resize(1000, 700)
    qtbot.wait(200)
    return window


def box(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def test_it_stays_as_small_as_it_was_made(small: Any) -> None:
    assert (small.width(), small.height()) == (1000, 700)


def test_tabs_say_their_whole_names(small: Any) -> None:
    bars = small.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    shown = [bar for bar in bars if bar.isVisible()]
    assert len(shown) == 2
    for bar in shown:
        for tab in range(bar.count()):
            words = bar.fontMetrics().horizontalAdvance(bar.tabText(tab))
            assert bar.tabRect(tab).width() > words, bar.tabText(tab)
        assert bar.tabRect(bar.count() - 1).right() <= bar.width()


@pytest.mark.parametrize("below", ["Progress", "Batch", "Log"])
def test_panels_lie_beside_each_other(small: Any, qtbot: QtBot, below: str) -> None:
    small.context.docks.raise_(below)
    qtbot.wait(100)
    panels = [
        dock.widget() for dock in small.context.docks._docks.values() if not dock.visibleRegion().isEmpty()
    ]
    boxes = [box(panel, small) for panel in (*panels, small.context.page)]
    assert len(boxes) == 4
    for one in boxes:
        assert small.rect().contains(one)
        assert not [other for other in boxes if other is not one and one.intersects(other)]


def test_numbers_stand_beside_whole_words(small: Any) -> None:
    table = small.get(EvaluatePanel).scores
    table.resize(240, 200)
    table.fill(["", "face", "head"], [["… resized by", "1.016", "1.007"]], [""])
    assert table.columnWidth(0) >= table.sizeHintForColumn(0)
