"""A method of another package: one folder that no file of the program knows, handled by all of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from h3dstudio.cli import main
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.gui import features
from h3dstudio.gui.features.batch.dialog import BatchDialog
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.shell.actions import build_actions
from h3dstudio.methods.method import Method
from h3dstudio.session.runs.job_states import settings_from, settings_state
from tests.unit.evaluation.report.small_pictures import _small_pictures
from tests.unit.methods.methods_at_hand import toy
from tests.unit.session.runs.tiny_scan import RADIUS, write_tiny_scan

__all__ = ["_small_pictures", "toy"]  # fixtures


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_tiny_scan(tmp_path / "scans" / "ball")


@pytest.mark.usefixtures("_small_pictures")
def test_the_command_line_runs_it_with_its_own_options(toy: Method, scan: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = ["reconstruct", str(scan), "--views", "8", "--method", "toy-ball", "--out", str(out)]
    assert main([*words, "--rounds", "12", "--fill", "1", "--paint", "red"]) == 0
    record = json.loads((out / "run.json").read_text())
    assert record["status"] == "finished"
    assert record["settings"]["method"] == "toy-ball"
    assert (record["settings"]["rounds"], record["settings"]["paint"]) == (12, "red")
    assert record["confidence"]["caveats"] == ["no head is a ball"]
    mesh = read_mesh(out / "mesh.ply")
    assert mesh.colors is not None
    assert (mesh.colors[0] == (200, 30, 30)).all()
    assert np.linalg.norm(mesh.vertices, axis=1).mean() == pytest.approx(RADIUS, rel=0.1)
    assert main(["report", str(out), "--out", str(tmp_path / "report")]) == 0
    assert "Toy ball" in (tmp_path / "report" / "report.html").read_text()


def test_wrong_options_are_told(
    toy: Method, scan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["reconstruct", str(scan), "--method", "toy-ball", "--out", str(tmp_path / "run")]
    for more, says in (
        (("--rounds", "0"), "rounds is 0, expected 1 to 40"),
        (("--rounds", "many"), "--rounds is 'many', expected a whole number"),
        (("--paint", "blue"), "paint is 'blue', expected one of gray, red"),
        (("--quality", "high"), "toy-ball has no option --quality"),
    ):
        assert main([*words, *more]) == 2
        assert says in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_batch_and_its_table_hold_it(
    toy: Method, scan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = tmp_path / "results"
    words = ["batch", str(scan.parent), "--views", "3", "--methods", "toy-ball", "--rounds", "2"]
    assert main([*words, "--workers", "1", "--out", str(results)]) == 0
    (record,) = results.glob("*/run.json")
    assert json.loads(record.read_text())["settings"]["rounds"] == 2
    capsys.readouterr()
    assert main(["table", str(results)]) == 0
    assert "Toy ball" in capsys.readouterr().out


def test_a_project_keeps_its_settings(toy: Method) -> None:
    settings = toy.settings.made({"rounds": 3, "fill": 0.25, "smooth": False, "paint": "red"})
    assert settings_from(json.loads(json.dumps(settings_state(settings)))) == settings


def test_the_panel_asks_for_its_settings(toy: Method, qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    panel = ReconstructPanel(
        build_actions(window, features.all_actions(features.load())), PriorChoice(window)
    )
    qtbot.addWidget(panel)
    panel.show()
    panel.method.setCurrentIndex(panel.method.findData("toy-ball"))
    assert panel.method.currentText() == "Toy ball"
    assert panel.method_hint.text() == toy.hint
    assert set(panel.form.fields) == {"rounds", "fill", "paint", "smooth", "device", "seed"}
    panel.form.fields["rounds"].widget.setFocus()
    qtbot.keyClick(panel.form.fields["rounds"].widget, Qt.Key.Key_Up)
    assert panel.settings == toy.settings.made({"rounds": 7})
    assert panel.form.fields["rounds"].widget.maximum() == 40  # type: ignore[attr-defined]
    wanted = toy.settings.made({"rounds": 2, "fill": 0.75, "smooth": False, "paint": "red", "seed": 4})
    panel.set_settings(wanted)
    assert panel.settings == wanted
    dialog = BatchDialog()
    qtbot.addWidget(dialog)
    rows = [dialog.methods.item(row).text() for row in range(dialog.methods.count())]
    assert rows == ["H3D grid", "Hull grid", "Toy ball"]
