"""Hair as components of its own: without it a head is bald, landmarks do not know it, files tell of it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from h3dstudio.data.population.augmentation import NONE
from h3dstudio.data.population.head import Head
from h3dstudio.errors import PriorError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.priors.file_header import PriorFile, read_prior_file, write_prior_file
from h3dstudio.priors.linear.file import unpack_linear_prior
from h3dstudio.priors.linear.training import in_memory, train_linear
from h3dstudio.priors.load import load_prior
from h3dstudio.priors.training.components import (
    MIRRORED_68,
    moment_components,
    principal_components,
    with_mirror_images,
)
from h3dstudio.priors.training.result import TrainedPrior
from tests.unit.data.synthesis.heads import ball
from tests.unit.priors.following import followed, whole
from tests.unit.priors.test_linear_training import GRID, SETTINGS, Eggs

HAIRY = replace(SETTINGS, hair_components=2, augmentation=replace(NONE, hair=1.0))
TOP = (11, 21, 11)
"""A node above the egg's top, under its cap."""
FRONT = (11, 11, 20)


class CappedEggs(Eggs):
    """Each may put on half a shell, 12 mm off its top."""

    def head(self, index: int, rng: np.random.Generator, *, expression: float = 0.0) -> Head:
        egg = super().head(index, rng, expression=expression)
        shell = ball(1.0, 3, (0, 0, 0))
        size = np.abs(egg.mesh.vertices).max(axis=0) + 12
        kept = shell.faces[shell.triangles[:, :, 1].mean(axis=1) > 0.3]
        return replace(egg, wear=lambda: TriangleMesh(shell.vertices * size, kept))


def run(stream: Generator[Any, Any, Any]) -> Any:
    try:
        while True:
            next(stream)
    except StopIteration as stop:
        return stop.value


@pytest.fixture(scope="module")
def hairy(tmp_path_factory: pytest.TempPathFactory) -> TrainedPrior:
    work = tmp_path_factory.mktemp("work")
    return whole(followed(train_linear(CappedEggs(), HAIRY, work=work, grid=GRID)))[0]


def test_hair_comes_last_and_none_of_it_is_bald(hairy: TrainedPrior) -> None:
    prior = in_memory(unpack_linear_prior(PriorFile("linear", hairy.arrays), "memory"))
    assert hairy.hair == 2
    assert prior.size == 4 + 2
    bald = prior.bake(torch.zeros(6)).reshape(GRID.shape)
    with_cap = prior.bake(torch.tensor([0.0, 0, 0, 0, 1.0, 0])).reshape(GRID.shape)
    assert bald[TOP] > 5
    assert with_cap[TOP] < bald[TOP] - 6
    assert abs(with_cap[FRONT] - bald[FRONT]) < 1.5


def test_landmarks_do_not_depend_on_hair(hairy: TrainedPrior) -> None:
    basis = hairy.arrays["landmark_basis"]
    assert np.abs(basis[:, :, :4]).max() > 0.1
    assert not basis[:, :, 4:].any()


def test_the_file_says_how_much_of_it_is_hair(tmp_path: Path, hairy: TrainedPrior) -> None:
    path = tmp_path / "eggs.h3dprior"
    write_prior_file(path, PriorFile("linear", hairy.arrays, {}, hair=hairy.hair))
    assert read_prior_file(path).hair == 2 == load_prior(path).hair
    write_prior_file(path, PriorFile("linear", hairy.arrays, {}))
    assert load_prior(path).hair == 0
    write_prior_file(path, PriorFile("linear", hairy.arrays, {}, hair=7))
    with pytest.raises(PriorError, match="7 of its 6 components"):
        load_prior(path)


@pytest.mark.parametrize("settings", [replace(HAIRY, hair_components=0), SETTINGS])
def test_there_need_be_none(tmp_path: Path, settings: Any) -> None:
    result = whole(followed(train_linear(CappedEggs(), settings, work=tmp_path, grid=GRID)))[0]
    assert result.hair == 0
    assert result.arrays["fine"].shape[0] == 4


def test_eggs_without_hair_get_an_offset_of_the_scalp(tmp_path: Path) -> None:
    result = whole(followed(train_linear(Eggs(), HAIRY, work=tmp_path, grid=GRID)))[0]
    assert result.hair == 2


def test_differences_are_decomposed_about_nothing() -> None:
    """Scores of unit second moment, the mean positive, and no head is the origin's."""
    rng = np.random.default_rng(0)
    amount = rng.uniform(0.5, 1.5, (40, 1))
    direction = np.linalg.qr(rng.standard_normal((300, 1)))[0]
    samples = -(amount @ direction.T * 20).astype(np.float32)
    found = run(moment_components(samples, np.arange(40), 1, np.ones(300, np.float32)))
    np.testing.assert_allclose(found.scores @ found.basis.T, samples, atol=0.01)
    assert found.scores.mean() > 0
    assert (found.scores**2).mean() == pytest.approx(1)
    assert not found.mean.any()


def test_mirror_images_count_without_being_sampled() -> None:
    rng = np.random.default_rng(3)
    shape = (7, 4, 5)
    samples = rng.standard_normal((9, 140)).astype(np.float32)
    turned = samples.reshape(9, *shape)[:, ::-1].reshape(9, 140)
    halves = run(principal_components(samples, np.arange(9), 6, mirror=shape))
    both = run(principal_components(np.concatenate([samples, turned]), np.arange(18), 6))
    np.testing.assert_allclose(halves.mean, both.mean, atol=1e-5)
    np.testing.assert_allclose(halves.spectrum, both.spectrum, rtol=1e-3)
    np.testing.assert_allclose(halves.basis @ halves.basis.T, both.basis @ both.basis.T, atol=1e-3)
    sign = np.where(halves.odd, -1, 1)
    flipped = halves.basis.reshape(*shape, 6)[::-1].reshape(140, 6)
    np.testing.assert_allclose(flipped, halves.basis * sign, atol=1e-5)


def test_heads_count_by_their_shares() -> None:
    rng = np.random.default_rng(4)
    samples = rng.standard_normal((8, 50)).astype(np.float32)
    shares = np.r_[np.full(6, 1.0), 3.0, 3.0]
    counted = run(principal_components(samples, np.arange(8), 4, shares=shares))
    repeated = np.concatenate([samples, samples[6:], samples[6:]])
    plain = run(principal_components(repeated, np.arange(12), 4))
    np.testing.assert_allclose(counted.mean, plain.mean, atol=1e-5)
    np.testing.assert_allclose(counted.basis @ counted.basis.T, plain.basis @ plain.basis.T, atol=1e-3)


def test_landmarks_change_sides_in_the_mirror() -> None:
    assert [int(MIRRORED_68[n]) for n in (0, 8, 17, 30, 36, 39, 48, 60)] == [16, 8, 26, 30, 45, 42, 54, 64]
    np.testing.assert_array_equal(MIRRORED_68[MIRRORED_68], np.arange(68))
    marks, scores = with_mirror_images(
        np.random.default_rng(0).standard_normal((2, 68, 3)), np.ones((2, 2)), np.array([False, True])
    )
    np.testing.assert_allclose(marks[2, 45], marks[0, 36] * [-1, 1, 1])
    np.testing.assert_array_equal(scores[2:], [[1, -1], [1, -1]])
