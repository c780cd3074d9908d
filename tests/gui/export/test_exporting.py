"""Export mesh writes what `h3dstudio export` does; the work is done by a real worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from h3dstudio.cli import main
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.gui.features.export.controller import ExportController
from h3dstudio.gui.features.log.panel import LogPanel
from h3dstudio.gui.features.reconstruction.mesh_opening import MeshOpening
from tests.gui.test_studio import opened
from tests.unit.session.export.test_finishing import flawed

Studio = Callable[..., Any]


def exported(window: Any, qtbot: QtBot, path: Path) -> str:
    """Export what is on screen; the log's text then."""
    with qtbot.waitSignal(window.get(ExportController).saved, timeout=60_000):
        window.get(ExportController).save(path)
    window.get(LogPanel).level.setCurrentIndex(0)
    return str(window.get(LogPanel).text.toPlainText())


def test_what_is_exported_is_cleaned_and_measured_as_by_the_command(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    run, window = tmp_path / "theirs", opened(studio(), qtbot, tiny_scan)
    run.mkdir()
    (run / "run.json").write_text("{}")
    write_mesh(run / "mesh.ply", flawed())
    with qtbot.waitSignal(window.get(MeshOpening).shown, timeout=20_000):
        window.open(run / "mesh.ply")
    log = exported(window, qtbot, tmp_path / "window")
    for words in (
        "as given: ",
        "cleaned: the surface moved by",
        "numbered anew",
        "as written: no self-inter",
    ):
        assert words in log
    assert main(["export", str(run), "--out", str(tmp_path / "command.ply")]) == 0
    assert (tmp_path / "window.ply").read_bytes() == (tmp_path / "command.ply").read_bytes()

    (run / "mesh.ply").rename(tmp_path / "of_others.ply")
    with qtbot.waitSignal(window.get(MeshOpening).shown, timeout=20_000):
        window.open(tmp_path / "of_others.ply")
    assert "it was written as it is" in exported(window, qtbot, tmp_path / "kept.ply")
    assert np.array_equal(read_mesh(tmp_path / "kept.ply").faces, flawed().faces)
