"""A ground truth in another unit, or elsewhere, and one that fits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.data.images import load_views
from h3dstudio.data.inspection import inspect_scan
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.data.resources import demo_scan
from h3dstudio.data.scan import LoadedView
from h3dstudio.data.truth_frame import truth_misfit, truth_outside_masks
from h3dstudio.geometry.transforms import Similarity
from tests.unit.data import tiny_scan
from tests.unit.data.tiny_scan import make_tiny_scan

BALL = tiny_scan.ball()[0]
SPHERE = Similarity(tiny_scan.UNIT_RADIUS, np.eye(3), tiny_scan.CENTER)
WHERE = Path("full_head.obj")


@pytest.mark.parametrize(
    ("factor", "unit"),
    [
        (0.001, "these look like metres"),
        (0.1, "these look like centimetres"),
        (1 / 25.4, "these look like inches"),
        (1000.0, "these look like micrometres"),
        (1 / tiny_scan.UNIT_RADIUS, "these look like radii of the unit sphere"),
        (1e-6, "they are not in the same unit"),
    ],
)
def test_units_are_named(factor: float, unit: str) -> None:
    misfit = truth_misfit(BALL * factor, SPHERE, WHERE)
    assert misfit is not None
    assert not misfit.fatal  # a reconstruction does not need the truth
    assert unit in misfit.what
    assert "Bring the mesh to the cameras' frame and units" in misfit.remedy


def test_cameras_in_metres_and_a_truth_in_mm() -> None:
    metres = Similarity(0.12, np.eye(3), tiny_scan.CENTER / 1000)
    misfit = truth_misfit(BALL, metres, WHERE)
    assert misfit is not None
    assert "not in the same unit, about 0.001 apart" in misfit.what


def test_a_truth_elsewhere() -> None:
    misfit = truth_misfit(BALL + np.array([400.0, 0, 0]), SPHERE, WHERE)
    assert misfit is not None
    assert misfit.what == "100% of the vertices lie outside the unit sphere"


@given(st.floats(0.3, 2.0), st.integers(0, 99))
def test_heads_of_any_likely_size_fit(size: float, seed: int) -> None:
    """With shoulders and hair a scan reaches beyond the sphere, its middle does not."""
    offset = np.random.default_rng(seed).normal(size=3) * 10
    points = (BALL - tiny_scan.CENTER) * (tiny_scan.UNIT_RADIUS / tiny_scan.BALL_RADIUS) * min(size, 0.9)
    far = (
        tiny_scan.CENTER
        + offset
        + points[:40] / np.linalg.norm(points[:40], axis=1, keepdims=True) * 120 * size
    )
    assert truth_misfit(np.vstack([tiny_scan.CENTER + points, far]), SPHERE, WHERE) is None


def test_no_vertices_say_nothing() -> None:
    assert truth_misfit(np.empty((0, 3)), SPHERE, WHERE) is None


def test_info_names_a_truth_in_metres(tmp_path: Path) -> None:
    scan = make_tiny_scan(tmp_path / "tiny")
    mesh = read_mesh(scan / "full_head.obj")
    write_mesh(scan / "full_head.obj", mesh.with_vertices(mesh.vertices / 1000))
    (problem,) = inspect_scan(scan).problems
    assert "its unit is not the cameras' one; these look like metres" in problem.what


@pytest.fixture(scope="module")
def demo() -> tuple[np.ndarray, list[LoadedView], np.ndarray]:
    """The bundled scan: its ground truth (V, 3), four views, and the middle."""
    scan = read_scan(demo_scan())
    return (
        read_mesh(demo_scan() / "full_head.obj").vertices,
        load_views(scan.views[::4]),
        scan.unit_sphere.translation,
    )


MOVES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "turned round": lambda points: points * (-1, 1, -1),
    "other axes": lambda points: points[:, [0, 2, 1]] * (1, 1, -1),
    "upside down": lambda points: points * (1, -1, -1),
    "moved": lambda points: points + np.array([30, 0, 0]),
    "a quarter too large": lambda points: 1.25 * points,
}


@pytest.mark.parametrize("name", MOVES)
def test_a_truth_beyond_the_masks_is_named(
    name: str, demo: tuple[np.ndarray, list[LoadedView], np.ndarray]
) -> None:
    truth, views, middle = demo
    assert truth_outside_masks(truth, views, WHERE) is None
    found = truth_outside_masks(MOVES[name](truth - middle) + middle, views, WHERE)
    assert found is not None
    assert not found.fatal
    assert "of the ground truth lies more than 5 mm beyond what the masks show" in found.what


def test_cameras_of_another_lens_are_seen_by_the_truth(tmp_path: Path) -> None:
    """Silhouettes agree with a longer focal length: the head only looks smaller."""
    folder = make_tiny_scan(tmp_path / "tiny")
    assert inspect_scan(folder).problems == ()
    cameras = dict(np.load(folder / "cameras.npz"))
    for view in read_scan(folder).views:
        k = view.camera.intrinsics * np.array([[1.4, 1.4, 1], [1.4, 1.4, 1], [1, 1, 1]])
        pose = np.column_stack([view.camera.rotation, view.camera.translation])
        cameras[f"world_mat_{view.index}"] = np.vstack([k @ pose, [0, 0, 0, 1]])
    np.savez(folder / "cameras.npz", **cameras)
    (problem,) = inspect_scan(folder).problems
    assert "beyond what the masks show" in problem.what
    assert "focal length" in problem.remedy
