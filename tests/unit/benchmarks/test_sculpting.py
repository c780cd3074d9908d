"""Sculpted heads differ from every draw where they should, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.images import load_views
from h3dstudio.data.readers import read_scan
from h3dstudio.data.synthesis.population import Population, draw_identity, read_population
from h3dstudio.data.synthesis.settings import SynthSettings
from h3dstudio.data.synthesis.synthesize import load_subject, synthesize
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from tests.benchmarks.measuring import true_cameras
from tests.benchmarks.prior_scans import NOISY, PLANS, chosen, disturbed_copy
from tests.benchmarks.sculpting import SCULPTURES, capsule, ellipsoid, meshed, rim, union
from tests.unit.data.synthesis.heads import POPULATION, needs_population, tiny_population


@pytest.fixture(scope="module")
def population() -> Population:
    return read_population(POPULATION)


BOX = np.array([[-40.0, -40, -40], [40, 40, 40]])


@pytest.mark.parametrize(
    ("solid", "area"),
    [
        (ellipsoid((0, 0, 0), (25, 25, 25)), 4 * np.pi * 25**2),
        (rim((0, 0, 0), 25, 8), 4 * np.pi**2 * 25 * 8),
        (capsule((-15, 0, 0), (15, 0, 0), 10), 4 * np.pi * 10**2 + 2 * np.pi * 10 * 30),
    ],
)
def test_solids_have_the_area_of_their_formula(solid: object, area: float) -> None:
    mesh = meshed(solid, BOX, 1.5)  # type: ignore[arg-type]
    corner = mesh.triangles
    found = (
        np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1).sum() / 2
    )
    assert found == pytest.approx(area, rel=0.02)


def test_the_distance_to_an_ellipsoid_is_first_order_exact() -> None:
    points = meshed(ellipsoid((1, 2, 3), (30, 20, 12)), BOX, 2.0)
    normals = points.vertex_normals()
    away = ellipsoid((1, 2, 3), (30, 20, 12))(points.vertices + 1.0 * normals)
    assert np.median(away) == pytest.approx(1.0, abs=0.05)


def test_a_union_is_nearest_to_its_nearest_part() -> None:
    both = union(ellipsoid((0, 0, 0), (5, 5, 5)), ellipsoid((20, 0, 0), (5, 5, 5)))
    np.testing.assert_allclose(both(np.array([[0.0, 7, 0], [20, 0, -8]])), [2, 3], atol=1e-9)


@needs_population
@pytest.mark.parametrize("name", list(SCULPTURES))
def test_sculptures_keep_landmarks_and_change_the_head(name: str, population: Population) -> None:
    subject = SCULPTURES[name](population, np.random.default_rng(3))
    plain = population.head(draw_identity(len(population.identity), np.random.default_rng(3)))
    assert len(subject.landmarks) == 6
    assert subject.anatomy is not None
    assert len(subject.anatomy.rest) == len(subject.anatomy.part) == len(subject.mesh.vertices)
    assert subject.anatomy.part.max() < len(subject.anatomy.part_names)
    # The ground truth lies on what is photographed, with no vertex hidden inside it.
    truth = subject.ground_truth.vertices
    assert RayCaster(subject.mesh).closest(truth).distance.max() < 1e-6
    off = RayCaster(TriangleMesh(plain, population.faces)).closest(truth).distance
    assert off.max() > 8
    if name not in ("open-mouth", "long-hair", "hat"):
        assert np.median(off) < 0.5  # most of the head is as it was


def test_plans_are_apart_from_what_priors_are_trained_on() -> None:
    assert len({plan.settings.seed for plan in chosen("draw")}) == 10
    for plan in PLANS.values():
        assert 9001 <= plan.settings.seed <= 9199
    assert len(chosen("draw,beard")) == 11
    assert all(PLANS[plan.clean].settings.seed == plan.settings.seed for plan in NOISY)
    with pytest.raises(SystemExit, match="no scan or group 'drow'"):
        chosen("drow")


def test_noise_is_added_to_a_scan_as_a_synthesis_adds_it(tmp_path: Path) -> None:
    source = tiny_population(tmp_path)
    clean = SynthSettings(views=4, seed=5, size=96)
    noisy = replace(
        clean, camera_noise_degrees=0.5, camera_noise_mm=2.0, mask_grow_px=-2.0, mask_noise_px=1.0
    )
    subject = load_subject(source, clean)
    folder = synthesize(subject, tmp_path / "clean", clean)
    wanted = read_scan(synthesize(subject, tmp_path / "wanted", noisy))
    disturbed_copy(folder, tmp_path / "copy", noisy)
    found = read_scan(tmp_path / "copy")
    true = true_cameras(found.root)
    assert true is not None
    pairs = zip(load_views(found.views), load_views(wanted.views), read_scan(folder).views, strict=True)
    for got, expected, before in pairs:
        assert (got.mask == expected.mask).all()
        assert (got.image == expected.image).all()
        np.testing.assert_allclose(
            got.view.camera.projection, expected.view.camera.projection, rtol=1e-6, atol=1e-5
        )
        np.testing.assert_allclose(true[before.index].center, before.camera.center, atol=1e-4)
    assert dict(found.landmarks) == dict(wanted.landmarks)
    assert found.view_lists == wanted.view_lists
