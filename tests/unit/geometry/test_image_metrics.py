from __future__ import annotations

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from h3dstudio.errors import EvaluationError
from h3dstudio.geometry.image_metrics import compare_images

RANDOM = np.random.default_rng(0)
PHOTO = RANDOM.integers(0, 200, (40, 50, 3)).astype(np.uint8)
EVERYWHERE = np.ones((40, 50), dtype=bool)


def test_equal_images() -> None:
    score = compare_images(PHOTO, PHOTO, EVERYWHERE)
    assert score.psnr == np.inf
    assert score.ssim == pytest.approx(1)
    assert score.pixels == 2000


def test_psnr_of_a_constant_error() -> None:
    assert compare_images(PHOTO + 10, PHOTO, EVERYWHERE).psnr == pytest.approx(20 * np.log10(25.5))


def test_ssim_without_a_mask_is_the_usual_one() -> None:
    noisy = np.clip(PHOTO + RANDOM.normal(0, 20, PHOTO.shape), 0, 255).astype(np.uint8)
    _, expected = structural_similarity(
        noisy, PHOTO, channel_axis=2, gaussian_weights=True, use_sample_covariance=False, full=True
    )
    assert compare_images(noisy, PHOTO, EVERYWHERE).ssim == pytest.approx(expected.mean())


def test_only_the_mask_counts() -> None:
    mask = np.zeros((40, 50), dtype=bool)
    mask[10:30, 10:30] = True
    other = np.where(mask[..., None], PHOTO, 255 - PHOTO)
    score = compare_images(other, PHOTO, mask)
    assert score.psnr == np.inf
    assert score.ssim == pytest.approx(1)
    worse = np.where(mask[..., None], PHOTO + 20, PHOTO).astype(np.uint8)
    assert compare_images(worse, PHOTO, mask).psnr == pytest.approx(20 * np.log10(255 / 20))


def test_what_cannot_be_compared() -> None:
    with pytest.raises(EvaluationError, match="do not fit"):
        compare_images(PHOTO[:20], PHOTO, EVERYWHERE)
    with pytest.raises(EvaluationError, match="empty"):
        compare_images(PHOTO, PHOTO, ~EVERYWHERE)
    with pytest.raises(EvaluationError, match="at least 11x11"):
        compare_images(PHOTO[:5], PHOTO[:5], EVERYWHERE[:5])
