"""The window with a reconstruction on screen and the landmarks' panel in front."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.conftest import in_place
from tests.gui.landmarks.mouse import MESH, settled

Studio = Callable[..., Any]


@pytest.fixture
def window(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> Any:
    """The tiny scan is open, a bumpy ball shown as its reconstruction, the landmarks in front."""
    window = studio()
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(tiny_scan)
    in_place(window.context.page.view, qtbot)
    window.context.page.view.show_mesh(RECONSTRUCTION, MESH)
    window.context.page.view.reset_camera()
    window.context.docks.raise_("Landmarks")
    qtbot.waitUntil(lambda: window.get(LandmarkController).pointer.on, timeout=5000)
    settled(window, qtbot)
    return window
