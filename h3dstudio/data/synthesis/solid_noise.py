"""Noise that fills space, so that a point of the skin looks the same from every camera."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LATTICE = 48  # period in cells; a head is smaller than one period at all but the finest sizes
CHUNK = 1 << 15  # points at a time: what fits the cache is three times as fast


class SolidNoise:
    """Smooth random fields of zero mean and unit variance over space, one per (feature size, channel)."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._volume = rng.standard_normal((LATTICE, LATTICE, LATTICE)).astype(np.float32)
        self._turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]  # hides the lattice's axes
        self._shift = rng.uniform(0, LATTICE, size=(64, 3))

    def __call__(self, points: NDArray[np.floating], size: float, channel: int = 0) -> NDArray[np.float32]:
        """Values (N,) float32 at points (N, 3) mm of a field whose features are about `size` mm."""
        out = np.empty(len(points), dtype=np.float32)
        turn = (self._turn / size).astype(np.float32)
        shift = self._shift[channel].astype(np.float32)
        for start in range(0, len(points), CHUNK):
            part = points[start : start + CHUNK].astype(np.float32) @ turn.T + shift
            out[start : start + CHUNK] = self._at(part)
        return out

    def _at(self, place: NDArray[np.float32]) -> NDArray[np.float32]:
        from scipy.ndimage import map_coordinates

        cell = np.floor(place)
        part = place - cell
        # A smooth step between lattice values, so that linear interpolation shows no creases.
        place = cell + part * part * (3 - 2 * part)
        value = map_coordinates(self._volume, place.T, order=1, mode="grid-wrap")
        return np.asarray(value * 1.6, dtype=np.float32)  # interpolation averages: std 0.62 -> 1

    def octaves(
        self, points: NDArray[np.floating], sizes: tuple[float, ...], channel: int = 0
    ) -> NDArray[np.float32]:
        """Fields of several sizes added up with equal weight, unit variance again."""
        total = sum(self(points, size, channel + k) for k, size in enumerate(sizes))
        return np.asarray(total / len(sizes) ** 0.5, dtype=np.float32)
