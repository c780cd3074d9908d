"""The head is found from masks and photos alone, whichever way the scene is turned."""

from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.priors.fitting.pose_search import Candidate, SearchOptions, find_pose
from h3dstudio.priors.posed_head import PosedHead, rotation_of
from tests.unit.methods.streams import ended
from tests.unit.priors.made_up_heads import (
    POSE,
    SIZE,
    apart,
    head_photos,
    head_views,
    made_up_prior,
    true_head,
    true_mesh,
)
from tests.unit.surface.analytic import photos_of

QUICK = SearchOptions(directions=6, rays=180, steps=9, kept=3, shape_steps=6, judged=3, components=SIZE)


def searched(
    photos: PhotoSet, scales: tuple[float, ...] = (1.0,), options: SearchOptions = QUICK
) -> tuple[list[Candidate], PosedHead]:
    return ended(find_pose(photos, made_up_prior(), np.random.default_rng(0), scales, options))


def degrees_off(head: PosedHead, truth: Similarity) -> float:
    turn = head.pose.rotation @ truth.rotation.T
    return float(np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))))


@pytest.mark.parametrize(
    "turn",
    [(0, 1.3, 0), (0.2, 2.9, 0.1)],
    ids=["sideways", "backwards and tilted"],
)
def test_the_head_is_found_however_the_world_is_turned(turn: tuple[float, float, float]) -> None:
    world = Similarity(1.0, rotation_of(np.array(turn)), np.array([30.0, -20.0, 50.0]))
    _, head = searched(head_photos(120).in_frame(world))
    truth = POSE @ world.inverse()
    assert degrees_off(head, truth) < 4
    found = true_mesh(head)
    assert apart(found, true_mesh(true_head(pose=truth))).mean() < 1.5


@pytest.mark.parametrize("order", [(3, 1, 5, 0, 2, 4), (2, 0, 4)])
def test_the_order_of_the_photos_does_not_matter(order: tuple[int, ...]) -> None:
    views = [head_views(120)[number] for number in order]
    _, head = searched(photos_of(views))
    assert degrees_off(head, POSE) < 5
    assert apart(true_mesh(head), true_mesh(true_head())).mean() < 2.0


def test_the_best_so_far_is_told_and_counted() -> None:
    tried, _ = searched(head_photos(120))
    assert len(tried) == QUICK.tries(1) == 9
    first = [one.cost for one in tried[: QUICK.directions]]
    assert first == sorted(first, reverse=True), "never worse than before"
    shaped = [one.cost for one in tried[QUICK.directions :]]
    assert shaped == sorted(shaped, reverse=True)
    assert not any(one.head.latent.any() for one in tried[: QUICK.directions]), "the mean head"
    assert all(one.head.latent.any() for one in tried[QUICK.directions :])
    assert QUICK.tries(3) == 21


def test_a_scene_of_unknown_unit_has_its_size_found() -> None:
    world = Similarity(1 / 1.3, np.eye(3), np.zeros(3))
    _, head = searched(head_photos(120).in_frame(world), (1.0, 1.33))
    assert degrees_off(head, POSE) < 5
    assert head.pose.scale == pytest.approx(1.3, rel=0.08)


def test_one_photo_places_a_head_within_its_outline() -> None:
    _, head = searched(photos_of(head_views(120)[:1]))
    view = head_photos(120).cameras[0]
    pixel, _ = view.project(true_mesh(head).vertices)
    row, column = np.nonzero(head_views(120)[0].mask)
    np.testing.assert_allclose(pixel.min(axis=0), [column.min(), row.min()], atol=3)
    np.testing.assert_allclose(pixel.max(axis=0), [column.max(), row.max()], atol=3)
