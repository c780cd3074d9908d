"""The error map: distances as colours on a scale that only its user changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from h3dstudio.errors import MeshError
from h3dstudio.geometry import color_scales as scale
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.thumbnails import pixels
from h3dstudio.gui.viewport.error_scale import DEFAULT, ErrorScale
from h3dstudio.gui.viewport.sink import RECONSTRUCTION, DisplayMode
from tests.gui.fakes import bumpy_sphere

Studio = Callable[..., Any]
KEY = Qt.Key


def measured(studio: Studio, qtbot: QtBot, scan: Path, distance: float) -> Any:
    """A window with a ball that is everywhere `distance` mm off, as an error map."""
    window = studio()
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(scan)
    view, mesh = window.context.page.view, bumpy_sphere(0)
    qtbot.waitUntil(lambda: view.built)  # VTK is loaded beside the window's start.
    view.show_mesh(RECONSTRUCTION, mesh)
    view.set_errors(RECONSTRUCTION, np.full(len(mesh.vertices), distance))
    window.context.actions["cameras"].setChecked(False)
    QTest.keyClick(window, KEY.Key_E)
    assert view.mode is DisplayMode.ERROR
    return window


def middle(view: Any) -> np.ndarray:
    """Chromaticity in the middle of the view: light changes a colour's strength, not its ratios."""
    view.redraw()
    image = pixels(view.grab().toImage()).astype(float)
    spot = image[image.shape[0] // 2 - 8 :, image.shape[1] // 2 - 8 :][:16, :16].mean(axis=(0, 1))
    return spot / np.linalg.norm(spot)


def direction(color: tuple[int, int, int]) -> np.ndarray:
    return np.array(color) / np.linalg.norm(color)


def test_the_map_shows_a_distance_in_its_colour_and_the_legend_changes_the_scale(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = measured(studio, qtbot, tiny_scan, 4.0)
    view, legend = window.context.page.view, window.context.page.error_legend
    assert legend.isVisible()
    at_five = scale.error_colors(np.array([4.0]), 5.0)[0]
    assert middle(view) @ direction(at_five) > 0.97
    # With the keyboard alone: a scale to 3 mm leaves 4 mm behind.
    legend.clamp.setFocus()
    QTest.keyClick(legend.clamp, KEY.Key_Up)
    assert view.error_scale.clamp == 3.0
    assert middle(view) @ direction(scale.BEYOND) > 0.97
    assert ErrorScale().clamp == 3.0, "not remembered"
    # The scale stays where it is, whatever mesh comes.
    mesh = bumpy_sphere(3)
    view.show_mesh(RECONSTRUCTION, mesh)
    assert not window.context.actions["error_map"].isEnabled()
    view.set_errors(RECONSTRUCTION, np.full(len(mesh.vertices), 40.0))
    assert window.context.actions["error_map"].isEnabled()
    assert view.error_scale.clamp == 3.0


def test_what_was_not_measured_is_grey_and_the_legend_says_so(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = measured(studio, qtbot, tiny_scan, np.nan)
    assert middle(window.context.page.view) @ direction(scale.UNMEASURED) > 0.99
    assert window.context.page.error_legend.unmeasured
    view = window.context.page.view
    view.set_errors(RECONSTRUCTION, np.zeros(len(view.mesh(RECONSTRUCTION).vertices)))
    assert not window.context.page.error_legend.unmeasured


def test_distances_of_another_mesh_are_refused(studio: Studio) -> None:
    view = studio().context.page.view
    with pytest.raises(MeshError, match=r"\(7,\), expected \(0,\)"):
        view.set_errors(RECONSTRUCTION, np.zeros(7))
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    with pytest.raises(MeshError):
        view.set_errors(RECONSTRUCTION, np.zeros(7))
    view.set_errors(RECONSTRUCTION, None)
    assert view.errors(RECONSTRUCTION) is None


@pytest.mark.parametrize("nonsense", ["much", "nan", "-2", "0", ""])
def test_a_remembered_scale_that_is_none_is_forgotten(qapp: object, nonsense: str) -> None:
    from PySide6.QtCore import QSettings

    QSettings().setValue("error map/clamp mm", nonsense)
    assert ErrorScale().clamp == DEFAULT
    scale = ErrorScale()
    scale.set_clamp(float("inf"))
    assert scale.clamp == DEFAULT


def test_distances_that_no_evaluation_made_stay_beside_the_ground_truth(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = measured(studio, qtbot, tiny_scan, 4.0)
    view = window.context.page.view
    errors = view.errors(RECONSTRUCTION)
    for key in (KEY.Key_2, KEY.Key_3, KEY.Key_1, KEY.Key_1):  # Truth, side by side, without, with.
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: not window.context.tasks.busy, timeout=10_000)
    assert view.panes.split
    assert view.errors(RECONSTRUCTION) is errors
    assert view.mode is DisplayMode.ERROR
