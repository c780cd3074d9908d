"""What hair changes about a head: the difference of its signed distances with and without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.population.augment import with_hair
from h3dstudio.data.population.head import Head
from h3dstudio.data.population.signed_distance import SampleGrid, signed_distance
from h3dstudio.data.population.worn_solid import worn_distance
from h3dstudio.geometry.mesh import TriangleMesh

OFFSET_SHARE = 0.15
"""Of the heads with hair or hats of their own, how many get a smooth offset of the scalp nevertheless."""
FACE_FRONT, FACE_TOP, FACE_WIDTH, SOFT = 60.0, 62.0, 62.0, 5.0
"""mm of the canonical frame: the face lies before the first (z), below the brows (y) and between the temples
(|x|); and how soft its border is."""


@dataclass(frozen=True)
class HairSampler:
    """Differences (X, Y, Z) mm on a grid.

    Attributes:
        thickest: mm, of hair as an offset of the scalp.
    """

    grid: SampleGrid
    thickest: float

    def take(self, head: Head, rng: np.random.Generator) -> NDArray[np.float32]:
        """What the head has to wear, else an offset of the scalp, drawn from `rng`."""
        bald = signed_distance(head, self.grid, threads=1)
        offset = rng.random() < OFFSET_SHARE
        if head.wear is not None and not offset:
            return worn_distance(bald, head.wear(), self.grid, threads=1) - bald
        return signed_distance(with_hair(head, self.thickest, rng), self.grid, threads=1) - bald

    def look(self, samples: NDArray[np.float32]) -> TriangleMesh | None:
        """A difference is no surface."""
        return None


def off_the_face(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """(N,) 1 where hair may be, 0 in and before the face of canonical points (N, 3) mm, smooth between.

    Outlines cannot tell a fringe from hair beside the head: what covers the face is left to the photos.
    """
    x, y, z = np.asarray(points, dtype=np.float64).T
    before, below, beside = ((z - FACE_FRONT) / SOFT, (FACE_TOP - y) / SOFT, (FACE_WIDTH - np.abs(x)) / SOFT)
    face = np.prod([1 / (1 + np.exp(-np.clip(side, -50, 50))) for side in (before, below, beside)], axis=0)
    return np.asarray(1 - face, dtype=np.float32)
