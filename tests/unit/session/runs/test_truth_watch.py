from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.events import MeshSnapshot
from h3dstudio.session.runs.truth_watch import NAME, TruthWatch, chamfer
from tests.unit.geometry.shapes import sphere


def watch(path: Path | None) -> TruthWatch:
    scan: Any = SimpleNamespace(ground_truth=path, unit_sphere=Similarity(150.0, np.eye(3), np.zeros(3)))
    return TruthWatch(scan)


def test_concentric_spheres_are_apart_by_the_difference_of_their_radii() -> None:
    assert chamfer(sphere(90.0), RayCaster(sphere(100.0))) == pytest.approx(10, abs=0.1)
    assert chamfer(sphere(90.0), RayCaster(sphere(90.0))) == pytest.approx(0, abs=1e-4)


def test_a_snapshot_is_measured_and_the_next_one_is_too_soon(tmp_path: Path) -> None:
    write_mesh(tmp_path / "truth.ply", sphere(100.0))
    it = watch(tmp_path / "truth.ply")
    first = it.measure(MeshSnapshot(7, sphere(95.0)))
    assert first is not None
    assert first.step == 7
    assert first.values[NAME] == pytest.approx(5, abs=0.1)
    assert it.measure(MeshSnapshot(8, sphere(96.0))) is None


def test_without_a_truth_that_can_be_read_nothing_is_measured(tmp_path: Path) -> None:
    assert watch(None).measure(MeshSnapshot(0, sphere(1.0))) is None
    (tmp_path / "truth.ply").write_bytes(b"ply nonsense")
    it = watch(tmp_path / "truth.ply")
    assert it.measure(MeshSnapshot(0, sphere(1.0))) is None
    assert it.measure(MeshSnapshot(0, sphere(1.0))) is None


def test_a_truth_in_another_unit_is_not_measured_against(tmp_path: Path) -> None:
    write_mesh(tmp_path / "truth.ply", sphere(0.1))
    it = watch(tmp_path / "truth.ply")
    assert it.measure(MeshSnapshot(0, sphere(95.0))) is None
    assert it.measure(MeshSnapshot(1, sphere(95.0))) is None
