"""Landmark files: out, in again, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from h3dstudio.data.landmark_files import read_landmark_file
from h3dstudio.data.landmark_lists import MULTI_PIE
from h3dstudio.data.landmarks import H3DS_LANDMARKS, read_landmarks
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from h3dstudio.session.landmarks.table import State
from tests.gui.landmarks.mouse import (
    KEY,
    LEFT_LIPS,
    MESH,
    NOSE_TIP,
    RIGHT_EYE,
    answer,
    click,
    marks,
    middle,
    open_box,
    settled,
)


def test_every_format_goes_out_and_comes_back(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    for place, name in enumerate(H3DS_LANDMARKS[:5]):
        marks(window).choose(name)
        click(window, middle(window, 30 * place - 60, 8 * place))
    vertices = marks(window).vertices(RECONSTRUCTION, MESH)
    for name in ("a.txt", "a.mrk.json", "a.fcsv", "a.csv"):
        marks(window).skip(RECONSTRUCTION, LEFT_LIPS)
        before = marks(window).points(RECONSTRUCTION)
        with qtbot.waitSignal(window.get(LandmarkController).saved, timeout=5000):
            window.get(LandmarkController).exchange.save(tmp_path / name)
        marks(window).forget()
        window.get(LandmarkController).meshes.follow(RECONSTRUCTION)
        window.get(LandmarkController).exchange.read(tmp_path / name)
        qtbot.waitUntil(lambda: len(marks(window).points(RECONSTRUCTION)) == 5, timeout=5000)
        if name in ("a.txt", "a.csv"):
            assert marks(window).vertices(RECONSTRUCTION, MESH) == vertices
        else:
            for each, point in marks(window).points(RECONSTRUCTION).items():
                np.testing.assert_allclose(point, before[each], atol=1e-4)
        if name in ("a.mrk.json", "a.csv"):
            assert marks(window).state_of(RECONSTRUCTION, LEFT_LIPS) is State.SKIPPED
        assert "Imported" in window.context.status.text()
        window.context.commands.undo()
        assert marks(window).points(RECONSTRUCTION) == {}
        window.context.commands.redo()
    assert read_landmarks(tmp_path / "a.txt", len(MESH.vertices)) == vertices


def test_the_files_are_chosen_in_dialogs(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    click(window, middle(window))
    settled(window, qtbot)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, KEY.Key_E, both)
    chooser = window.findChild(QFileDialog)
    assert chooser.isVisible()
    with qtbot.waitSignal(window.get(LandmarkController).saved, timeout=5000):
        chooser.fileSelected.emit(str(tmp_path / "mine.csv"))
    chooser.close()
    chooser.setParent(None)
    (entry,) = read_landmark_file(tmp_path / "mine.csv")
    np.testing.assert_allclose(entry.position, marks(window).points(RECONSTRUCTION)[RIGHT_EYE], atol=1e-5)
    QTest.keyClick(window, KEY.Key_I, Qt.KeyboardModifier.ControlModifier)
    opener = next(one for one in window.findChildren(QFileDialog) if one.isVisible())
    opener.fileSelected.emit(str(tmp_path / "mine.csv"))
    opener.close()
    answer(window, qtbot, "import")  # Between two vertices of a coarse mesh.
    qtbot.waitUntil(lambda: "Imported 1" in window.context.status.text(), timeout=5000)


def test_a_wrong_unit_is_noticed_and_mended(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    off = MESH.with_vertices(MESH.vertices + np.array([150.0, 60, 40]))
    window.context.page.view.show_mesh(RECONSTRUCTION, off)
    rows = [
        f"{name},{','.join(map(str, off.vertices[90 * n] / 1000))}" for n, name in enumerate(H3DS_LANDMARKS)
    ]
    (tmp_path / "cad.csv").write_text("\n".join(rows))
    window.get(LandmarkController).exchange.read(tmp_path / "cad.csv")
    qtbot.waitUntil(lambda: open_box(window) is not None, timeout=5000)
    assert "look like m, not mm" in open_box(window).informativeText()
    answer(window, qtbot, "unit")
    qtbot.waitUntil(lambda: len(marks(window).points(RECONSTRUCTION)) == 6, timeout=5000)
    assert list(marks(window).vertices(RECONSTRUCTION, off).values()) == [90 * n for n in range(6)]


def test_unknown_names_are_asked_about(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    rows = [
        f"{name},{','.join(map(str, MESH.vertices[50 * n]))}" for n, name in enumerate(("nose_tip", "mole"))
    ]
    (tmp_path / "mine.csv").write_text("\n".join(rows))
    window.get(LandmarkController).exchange.read(tmp_path / "mine.csv")
    answer(window, qtbot, "leave")
    assert list(marks(window).points(RECONSTRUCTION)) == [NOSE_TIP]
    window.get(LandmarkController).exchange.read(tmp_path / "mine.csv")
    answer(window, qtbot, "list")
    assert marks(window).list_name == "mine"
    assert list(marks(window).points(RECONSTRUCTION)) == [NOSE_TIP, "mole"]
    (tmp_path / "chin.csv").write_text(f"chin,{','.join(map(str, MESH.vertices[8]))}")
    window.get(LandmarkController).exchange.read(tmp_path / "chin.csv")
    answer(window, qtbot, "list")
    assert marks(window).list_name == MULTI_PIE


def test_damaged_files_are_explained(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    before = marks(window).table
    for name, text, said in (
        ("a.mrk.json", '{"markups": [{"controlPoints"', "damaged or cut off"),
        ("a.txt", "nose_tip 99999999", "vertices"),
        ("a.csv", "nose_tip,nan,1,2", "three finite numbers"),
        ("a.csv", "1,2,3\n4,5,6", "2 points without names"),
    ):
        (tmp_path / name).write_text(text)
        window.open(tmp_path / name)  # As when it is dropped.
        qtbot.waitUntil(lambda: open_box(window) is not None, timeout=5000)
        box = open_box(window)
        assert said in box.informativeText()
        assert "What to do" in box.informativeText()
        with qtbot.waitSignal(box.finished):
            box.close()
        assert marks(window).table == before


def test_points_without_names_are_asked_about(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    rows = [",".join(map(str, MESH.vertices[40 * n])) for n in range(6)]
    (tmp_path / "bare.csv").write_text("\n".join(rows))
    window.get(LandmarkController).exchange.read(tmp_path / "bare.csv")
    qtbot.waitUntil(lambda: open_box(window) is not None, timeout=5000)
    assert "The 6 points in bare.csv have no names" in open_box(window).text()
    assert "right_eye, left_eye" in open_box(window).informativeText()
    assert marks(window).points(RECONSTRUCTION) == {}
    answer(window, qtbot, "order")
    assert list(marks(window).vertices(RECONSTRUCTION, MESH).values()) == [40 * n for n in range(6)]


def test_labels_of_another_program_may_be_taken_in_order(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    rows = [f"S00{n} {' '.join(map(str, MESH.vertices[40 * n]))}" for n in range(6)]
    (tmp_path / "idav.pts").write_text("\n".join(["Version 1.0", "6", *rows]))
    window.get(LandmarkController).exchange.read(tmp_path / "idav.pts")
    answer(window, qtbot, "order")
    points = marks(window).points(RECONSTRUCTION)
    assert list(points) == list(H3DS_LANDMARKS)
    np.testing.assert_allclose(list(points.values()), MESH.vertices[[40 * n for n in range(6)]], atol=1e-6)


def test_one_of_several_markups_is_chosen(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    def markup(name: str, vertex: int) -> dict[str, Any]:
        point = {"label": "nose_tip", "position": MESH.vertices[vertex].tolist()}
        return {"type": "Fiducial", "name": name, "coordinateSystem": "LPS", "controlPoints": [point]}

    (tmp_path / "a.mrk.json").write_text(json.dumps({"markups": [markup("rim", 9), markup("face", 50)]}))
    window.get(LandmarkController).exchange.read(tmp_path / "a.mrk.json")
    qtbot.waitUntil(lambda: open_box(window) is not None, timeout=5000)
    assert "holds 2 lists" in open_box(window).text()
    answer(window, qtbot, "2")
    qtbot.waitUntil(lambda: len(marks(window).points(RECONSTRUCTION)) == 1, timeout=5000)
    np.testing.assert_allclose(marks(window).points(RECONSTRUCTION)[NOSE_TIP], MESH.vertices[50], atol=1e-6)


def test_a_format_is_chosen_where_the_ending_does_not_say_it(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    click(window, middle(window))
    settled(window, qtbot)
    window.get(LandmarkController).exchange.ask_export()
    chooser = next(one for one in window.findChildren(QFileDialog) if one.isVisible())
    assert {"MeshLab picked points (*.pp)", "tps specimen (*.tps)"} <= set(chooser.nameFilters())
    chooser.filterSelected.emit("3D Slicer table (*.csv)")
    with qtbot.waitSignal(window.get(LandmarkController).saved, timeout=5000):
        chooser.fileSelected.emit(str(tmp_path / "mine.csv"))
    chooser.close()
    assert (tmp_path / "mine.csv").read_text().startswith("label,l,p,s,defined")
