"""How much noise photos have, and what it leaves of their agreement."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.photometry.image_noise import LEAST_ATTAINABLE, agreement, signal_share


@pytest.mark.parametrize("noise", [0.02, 0.05, 0.2])
def test_photos_of_one_surface_agree_wholly_for_all_their_noise(noise: float) -> None:
    """Two noisy patches of the same texture, normalised as the photo term does it."""
    rng = np.random.default_rng(0)
    texture = 0.1 * rng.standard_normal((4000, 49))
    floor = 2 * noise
    patches = [torch.from_numpy(texture + noise * rng.standard_normal(texture.shape)) for _ in range(2)]
    spreads = [((patch**2).mean(dim=1) + floor**2).sqrt() for patch in patches]
    one, two = (patch / spread[:, None] for patch, spread in zip(patches, spreads, strict=True))
    correlation = float((one * two).mean())
    left = signal_share(spreads[0], floor, noise) * signal_share(spreads[1], floor, noise)
    assert agreement(correlation, float(left.sqrt().mean())) == pytest.approx(1.0, abs=0.08)


def test_where_noise_is_all_little_follows_from_it() -> None:
    assert agreement(0.01, 0.0) == pytest.approx(0.01 / LEAST_ATTAINABLE)
    assert float(signal_share(torch.tensor([0.1]), 0.2, 0.1)) == 0
