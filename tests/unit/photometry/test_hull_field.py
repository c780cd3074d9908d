from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from h3dstudio.errors import ReconstructionError
from h3dstudio.photometry.hull_field import InitialField, hull_field
from h3dstudio.photometry.photos import PhotoSet
from tests.unit.methods.textured_ball import ball_views
from tests.unit.surface.analytic import BALL, photos_of, surface

RADIUS = BALL[0]


def photos(count: int = 8) -> PhotoSet:
    return photos_of(ball_views(360 / count * np.arange(count), (80, 80), radii=BALL))


def field_of(photos: PhotoSet, *, radius: float = 130.0, smoothing: float = 4.0) -> InitialField:
    return hull_field(photos, radius, spacing=5.0, levels=4, smoothing=smoothing)


def directions() -> NDArray[np.float64]:
    found = np.random.default_rng(0).normal(size=(300, 3))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_the_field_holds_the_ball(count: int) -> None:
    start = field_of(photos(count))
    assert start.samples.shape == start.grid.shape
    assert torch.isfinite(start.samples).all()
    inside = torch.from_numpy(directions() * (RADIUS - 8)).float()
    assert (start.grid.value(start.samples.reshape(-1), inside) < 0).all()
    border = start.samples.clone()
    border[1:-1, 1:-1, 1:-1] = 1.0
    assert border.min() > 0, "the surface keeps clear of the grid's border"


def test_many_photos_leave_a_ball() -> None:
    start = field_of(photos(8))
    # Above and below the ring of cameras nothing is carved.
    side = surface(start.grid, start.samples).vertices
    side = side[np.abs(side[:, 1]) < 0.5 * RADIUS]
    assert np.abs(np.linalg.norm(side, axis=1) - RADIUS).mean() < 5.0


def test_the_grid_can_be_halved_for_every_level() -> None:
    grid = field_of(photos(3)).grid
    for _ in range(3):
        grid = grid.coarser()


def test_the_unit_sphere_bounds_it() -> None:
    start = field_of(photos(1), radius=70.0)
    assert np.linalg.norm(surface(start.grid, start.samples).vertices, axis=1).max() < 78.0


def moved_mask(photos: PhotoSet, which: int) -> PhotoSet:
    """The head where it cannot be."""
    photos.masks[which] = False
    photos.masks[which, 2:6, 2:6] = True
    return photos


def test_masks_that_agree_on_nothing_name_the_odd_one() -> None:
    with pytest.raises(ReconstructionError, match="position 3 of the views in use") as caught:
        field_of(moved_mask(photos(5), 2))
    assert "Check that" in str(caught.value)


def test_two_that_disagree_are_both_suspects() -> None:
    with pytest.raises(ReconstructionError, match="do not fit together") as caught:
        field_of(moved_mask(photos(4), 1), radius=40.0)
    assert caught.value.remedy
    with pytest.raises(ReconstructionError, match="no point of space"):
        field_of(moved_mask(moved_mask(photos(4), 0), 2))


def test_a_sliver_that_smoothing_wipes_out_is_no_head() -> None:
    tiny = photos(4)
    tiny.masks[:] = False
    tiny.masks[:, 39:41, 39:41] = True
    with pytest.raises(ReconstructionError, match="do not fit together"):
        field_of(tiny, smoothing=15.0)
