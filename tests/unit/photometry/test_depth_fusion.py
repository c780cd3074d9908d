from __future__ import annotations

import numpy as np
import torch

from h3dstudio.photometry.depth_fusion import Fusion
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.plane_sweep import DepthMap
from tests.unit.methods.textured_ball import ball_views, hit_depth, ring_camera
from tests.unit.surface.analytic import BALL, cube, photos_of, sphere, surface

AZIMUTHS = tuple(range(0, 360, 45))
SIZE = (96, 96)
PHOTOS = photos_of(ball_views(AZIMUTHS, SIZE, radii=BALL))
GRID = cube(88.0, 4.0)
RADIUS = BALL[0]


def exact(index: int, error: float = 0.0) -> DepthMap:
    depth, _ = hit_depth(ring_camera(AZIMUTHS[index], SIZE), SIZE, BALL)
    tensor = torch.from_numpy(depth + error).float()
    return DepthMap(tensor, torch.where(torch.isfinite(tensor), 0.9, 0.0))


def fusion_of(photos: PhotoSet, maps: dict[int, DepthMap], start: torch.Tensor) -> Fusion:
    fusion = Fusion(photos, GRID, start.reshape(-1), 0, truncation=9.0)
    for view, map_ in maps.items():
        fusion.add(view, map_)
    return fusion


def fused(photos: PhotoSet, maps: dict[int, DepthMap], start: torch.Tensor) -> np.ndarray:
    out = fusion_of(photos, maps, start).field()
    assert torch.isfinite(out).all()
    return surface(GRID, out).vertices


def test_exact_depths_give_the_ball() -> None:
    start = sphere(GRID, RADIUS + 7)
    vertices = fused(PHOTOS, {index: exact(index) for index in range(8)}, start)
    side = np.abs(vertices[:, 1]) < 0.6 * RADIUS  # what the ring sees frontally
    error = np.linalg.norm(vertices[side], axis=1) - RADIUS
    assert np.abs(error).mean() < 0.5
    assert np.percentile(np.abs(error), 95) < 1.5


def test_what_only_one_photo_says_is_not_believed() -> None:
    maps = {0: exact(0), 1: exact(1), 4: exact(4, error=20.0)}
    fusion = fusion_of(PHOTOS, maps, sphere(GRID, RADIUS))
    agreed = {view: fusion.confirmed(view) for view in maps}
    seen = torch.isfinite(maps[0].depth)
    assert agreed[0][seen].float().mean() > 0.3
    assert agreed[4][torch.isfinite(maps[4].depth)].float().mean() < 0.05  # the rims do meet
    assert not agreed[0][~seen].any()
    vertices = fused(PHOTOS, maps, sphere(GRID, RADIUS))
    assert np.linalg.norm(vertices, axis=1).min() > RADIUS - 8  # of 20


def test_what_no_map_sees_is_carried_along_or_stays() -> None:
    """Maps of one side, 7 mm inside the start: the flanks they do not see follow, unless told not to."""
    start, maps = sphere(GRID, RADIUS + 7), {index: exact(index) for index in (0, 1)}
    flank = np.linalg.norm(GRID.nodes() - np.array([0, RADIUS, 0]), axis=1) < 14  # the pole above the ring

    def moved(carry: bool) -> float:
        fusion = Fusion(PHOTOS, GRID, start.reshape(-1), 0, truncation=9.0, carry=carry)
        for view, map_ in maps.items():
            fusion.add(view, map_)
        unseen = torch.from_numpy(flank) & (fusion.field() - start.reshape(-1)).abs().isfinite()
        return float((fusion.field() - start.reshape(-1))[unseen].abs().median())

    assert moved(False) == 0
    assert moved(True) > 0.5


def test_bad_scores_do_not_vote() -> None:
    start = sphere(GRID, RADIUS + 6)
    maps = {index: DepthMap(exact(index).depth, 0 * exact(index).score) for index in range(8)}
    np.testing.assert_allclose(np.linalg.norm(fused(PHOTOS, maps, start), axis=1), RADIUS + 6, atol=0.5)


def test_nothing_to_fuse_leaves_the_zero_level() -> None:
    start = sphere(GRID, RADIUS)
    unknown = DepthMap(torch.full(SIZE, torch.nan), torch.zeros(SIZE))
    for maps in ({}, {0: unknown}, {0: unknown, 3: unknown}, {2: exact(2)}):
        np.testing.assert_allclose(np.linalg.norm(fused(PHOTOS, maps, start), axis=1), RADIUS, atol=0.5)


def test_a_glimpse_on_the_way_comes_close_and_changes_nothing() -> None:
    start = sphere(GRID, RADIUS + 7)
    maps = {index: exact(index) for index in range(8)}
    fusion = Fusion(PHOTOS, GRID, start.reshape(-1), 0, truncation=9.0)
    errors = []
    for view, map_ in maps.items():
        fusion.add(view, map_)
        current_field = surface(GRID, fusion.current_field()).vertices
        side = np.abs(current_field[:, 1]) < 0.6 * RADIUS
        errors.append(np.abs(np.linalg.norm(current_field[side], axis=1) - RADIUS).mean())
    assert errors[0] > 5, "one map alone is not believed"
    assert errors[-1] < 1.0
    assert np.diff(errors).max() < 0.5, "each map brings it closer, or tells nothing new"
    assert torch.equal(fusion.field(), fusion_of(PHOTOS, maps, start).field())
