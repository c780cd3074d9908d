"""VTK objects live on the GUI thread: no worker makes, changes or frees one, however busy it is."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell import tasks
from h3dstudio.gui.shell.garbage import GuiThreadCollector
from h3dstudio.gui.viewport import locators
from h3dstudio.gui.viewport.markers import Marker
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from tests.gui.fakes import bumpy_sphere

Studio = Callable[..., Any]
UPDATES = 64


@pytest.fixture
def no_other_collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if no window had ever been there: one that a test left half built may still collect."""
    was = gc.isenabled()
    monkeypatch.setattr(GuiThreadCollector, "_active", 0)
    gc.enable()
    yield
    (gc.enable if was else gc.disable)()


class VtkSpy:
    """Notes every call that a worker makes into VTK."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.runs = 0
        run = tasks._Call.run

        def watched(call: tasks._Call) -> None:
            self.runs += 1
            sys.setprofile(self._note)
            try:
                run(call)
            finally:
                sys.setprofile(None)

        monkeypatch.setattr(tasks._Call, "run", watched)

    def _note(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call":
            owner = type(getattr(argument, "__self__", None))
            if any("vtkmodules" in kind.__module__ for kind in owner.__mro__):
                self.calls.append(repr(argument))
        elif event == "call" and "pyvista" in frame.f_globals.get("__name__", ""):
            self.calls.append(frame.f_code.co_qualname)


def test_meshes_come_while_markers_are_placed_moved_and_hidden(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locators, "QUICK", 100)
    window = studio()
    qtbot.waitUntil(lambda: window.context.page.view.built and not window.context.tasks.busy)
    spy = VtkSpy(monkeypatch)
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(tiny_scan)
    view, picker, random = (
        window.context.page.view,
        Picker(window.context.page.view),
        np.random.default_rng(0),
    )
    view.set_side_by_side(True)
    meshes = [bumpy_sphere(step) for step in range(7)]
    made: list[object] = []
    view.locators.made.connect(lambda: made.append(None))
    for step in range(UPDATES):
        view.show_mesh(RECONSTRUCTION, meshes[step % 7])
        if step % 9 == 0:
            view.show_mesh(GROUND_TRUTH, meshes[step % 5])
        picker.prepare()
        spots = random.normal(size=(6, 3)) * 60
        layers = (RECONSTRUCTION, GROUND_TRUTH)
        view.show_landmarks(
            [Marker(f"point_{k}", tuple(spot), layer=layers[k % 2]) for k, spot in enumerate(spots)]
        )
        picker.pick(*random.uniform(50, 400, 2))
        picker.nearest(RECONSTRUCTION, spots[0])
        if step % 4 == 3:
            view.show_landmarks([])
        window.context.tasks.run(lambda: [[].append(one) for one in range(2000)])
        QCoreApplication.processEvents()
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    assert spy.calls == []
    assert spy.runs > UPDATES
    assert made


@pytest.mark.usefixtures("no_other_collector")
def test_cycles_are_freed_on_the_gui_thread_whoever_leaves_them(qtbot: QtBot) -> None:
    class Cycle:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            freed.append(threading.get_ident())

    freed: list[int] = []
    collector = GuiThreadCollector()
    collector.start()
    try:
        worker = threading.Thread(target=lambda: [Cycle() for _ in range(20_000)])
        worker.start()
        worker.join()
        assert freed == []
        qtbot.waitUntil(lambda: len(freed) == 20_000)
        assert set(freed) == {threading.get_ident()}
    finally:
        collector.stop()
    assert gc.isenabled()


@pytest.mark.usefixtures("no_other_collector")
def test_two_collectors_leave_it_to_python_only_together(qtbot: QtBot) -> None:
    first, second = GuiThreadCollector(), GuiThreadCollector()
    first.start()
    second.start()
    first.stop()
    first.stop()
    assert not gc.isenabled()
    second.stop()
    assert gc.isenabled()
