"""The window's tests need a screen with OpenGL: run them under Xvfb where there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.fakes import FakeReconstruction
from tests.unit.data.tiny_scan import make_tiny_scan

HEADLESS = sys.platform.startswith("linux") and not (
    os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
)
NO_SCREEN = {
    "test_run_model.py",
    "test_availability.py",
    "test_display_check.py",
    "test_startup.py",
    "test_none_guard.py",
    "test_latent_model.py",
    "test_scale.py",
    "test_settings_table.py",
    "test_stall_log.py",
    "test_left_run.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what cannot run without a screen."""
    if not HEADLESS:
        return
    skip = pytest.mark.skip(reason="no display: run under xvfb-run")
    for item in items:
        if Path(__file__).parent in item.path.parents and item.path.name not in NO_SCREEN:
            item.add_marker(skip)


PATIENCE = 240_000
"""Milliseconds until a test gives up waiting. Passing tests never wait as long."""
QUICK = 1000


class PatientBot(QtBot):
    """Waits as long as a busy machine needs; what a test expects not to come, it awaits at most `QUICK`."""

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = 5000) -> None:
        super().waitUntil(callback, timeout=_patient(timeout))

    def waitSignal(self, signal: Any, *, timeout: int = 5000, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=_patient(timeout), **options)


def _patient(timeout: int) -> int:
    return timeout if timeout <= QUICK else max(timeout, PATIENCE)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, with more patience."""
    return PatientBot(request)


@pytest.fixture(scope="session")
def qapp(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The studio's own application, its settings in a temporary folder."""
    from PySide6.QtCore import QSettings

    from h3dstudio.gui.app import make_application

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    folder = str(tmp_path_factory.mktemp("settings"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
    return make_application()


@pytest.fixture(autouse=True)
def _fresh_settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Beside, not in, the folder whose content a test may look at.
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path.with_name(f"{tmp_path.name}-state")))
    if "qapp" in request.fixturenames or "qtbot" in request.fixturenames:
        from PySide6.QtCore import QSettings

        request.getfixturevalue("qapp")
        QSettings().clear()


@pytest.fixture
def tiny_scan(tmp_path: Path) -> Path:
    """A scan of four tiny photos of a ball."""
    return make_tiny_scan(tmp_path / "ball")


@pytest.fixture
def view(qtbot: Any) -> Iterator[Any]:
    """A viewport of its own on the screen, 500 x 400."""
    from h3dstudio.gui.viewport.mesh_view import MeshView

    view = MeshView()
    view.resize(500, 400)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.close_view()
    view.close()
    view.deleteLater()


def come_up(window: Any, qtbot: Any) -> None:
    """Show `window` and wait until keys and clicks reach it."""
    with qtbot.waitExposed(window, timeout=20_000):
        window.show()
    with qtbot.waitActive(window, timeout=20_000):
        window.activateWindow()  # Without a window manager nobody else does, and shortcuts need it.


def in_place(view: Any, qtbot: Any) -> None:
    """Wait until VTK is there, and its canvas where it will be: before, nothing is under the mouse."""
    qtbot.waitUntil(lambda: view.built and view.plotter.width() > view.width() // 2)


def pictured(window: Any) -> bool:
    """Whether every ticked photo stands in its pyramid in the 3D view, which comes a little later."""
    photos = window.context.page.view.photos
    return photos.there and all(one.picture is not None for one in photos._photos)


def go_down(window: Any, qtbot: Any) -> None:
    """Cancel `window`'s run, if there is one, close it, and see that nothing of it goes on."""
    from h3dstudio.gui.features.reconstruction.controller import RunController

    if window.get(RunController).state.active:
        with qtbot.waitSignal(window.get(RunController).over, timeout=30_000):
            window.get(RunController).cancel()
    window.context.project.close()  # Nothing that its user would be asked about.
    window.close()
    assert window.context.supervisor.isFinished()
    assert not window.context.tasks.busy or window.context.tasks.close()
    vanish(window)


def vanish(window: Any) -> None:
    """Delete `window` now, and not in the middle of a later test: what outlives it fails here."""
    from PySide6.QtCore import QCoreApplication, QEvent

    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def studio(qtbot: object, tmp_path: Path) -> Iterator[Callable[..., object]]:
    """Makes windows whose reconstructions are `FakeReconstruction`s in a real worker process; closes them."""
    from h3dstudio.gui.features.reconstruction.controller import RunController
    from h3dstudio.gui.main_window import MainWindow
    from h3dstudio.gui.shell.supervisor import Supervisor
    from h3dstudio.jobs.engines import ProcessEngine

    windows = []

    def make(**job: object) -> MainWindow:
        window = MainWindow(Supervisor(ProcessEngine), out=tmp_path / "run")
        window.get(RunController).make_job = partial(FakeReconstruction, **job)
        window.resize(1200, 750)
        windows.append(window)
        come_up(window, qtbot)
        return window

    yield make
    for window in windows:
        go_down(window, qtbot)
