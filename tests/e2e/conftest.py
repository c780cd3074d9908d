"""The real window with the real trainer in a real worker process; needs a screen, as `tests/gui` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.methods.h3d_grid import H3DGridSettings
from tests.gui.conftest import HEADLESS, _fresh_settings, come_up, go_down, qapp, qtbot

__all__ = ["_fresh_settings", "qapp", "qtbot"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what cannot run without a screen."""
    if not HEADLESS:
        return
    skip = pytest.mark.skip(reason="no display: run under xvfb-run")
    for item in items:
        if Path(__file__).parent in item.path.parents and "real_studio" in getattr(item, "fixturenames", ()):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def commanded_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo scan reconstructed on the command line, a draft from 3 views; not to be written to."""
    from h3dstudio.cli import main

    run = tmp_path_factory.mktemp("command_line") / "run"
    assert main(["reconstruct", "demo", "--views", "3", "--quality", "draft", "--out", str(run)]) == 0
    return run


@pytest.fixture
def real_studio(qtbot: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Makes the window as `h3dstudio studio` does, its runs in `tmp_path / "run"`; closes it."""
    from h3dstudio.gui.main_window import MainWindow

    windows = []

    def make(quality: str = "draft") -> Any:
        window = MainWindow(out=tmp_path / "run")
        window.get(ReconstructPanel).set_settings(H3DGridSettings(quality=quality))
        window.resize(1200, 750)
        windows.append(window)
        come_up(window, qtbot)
        return window

    yield make
    for window in windows:
        go_down(window, qtbot)
