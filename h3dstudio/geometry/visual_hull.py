"""The visual hull as a signed distance: how far a point is from leaving the silhouettes.

Source: Laurentini, "The visual hull concept for silhouette-based image understanding", PAMI 1994. The
union bound max_i s_i(x) of the signed distances to the silhouette cones is a lower bound on the distance
to the hull outside, and exact near its faces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera

BORDER = 0.25
"""Masks are continued past the image border by this part of their size: a torso cut off by the frame goes
on, and a background stays background."""


@dataclass(frozen=True, eq=False)
class SilhouetteDistance:
    """Signed pixel distance to one silhouette (negative inside), looked up by world points."""

    camera: Camera
    distance: NDArray[np.float32]
    pad: int

    @staticmethod
    def of(mask: NDArray[np.bool_], camera: Camera) -> SilhouetteDistance:
        """From a mask (H, W)."""
        from scipy.ndimage import distance_transform_edt

        pad = int(BORDER * max(mask.shape))
        wide = np.pad(mask, pad, mode="edge")
        distance = distance_transform_edt(~wide).astype(np.float32)
        rows, columns = (np.flatnonzero(wide.any(axis=axis)) for axis in (1, 0))
        if len(rows):  # the way out of the mask never leaves the box around it by more than a pixel
            box = (
                slice(max(rows[0] - 1, 0), rows[-1] + 2),
                slice(max(columns[0] - 1, 0), columns[-1] + 2),
            )
            distance[box] -= distance_transform_edt(wide[box])
        return SilhouetteDistance(camera, distance, pad)

    def __call__(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Signed distance (N,) in mm of points (N, 3) to this silhouette's cone, to first order."""
        projection = self.camera.projection.astype(np.float32)
        pixel = points.astype(np.float32, copy=False) @ projection[:, :3].T + projection[:, 3]
        depth = np.maximum(pixel[:, 2], 1e-3)
        height, width = self.distance.shape
        u = np.clip(pixel[:, 0] / depth + self.pad, 0, width - 1.001)
        v = np.clip(pixel[:, 1] / depth + self.pad, 0, height - 1.001)
        column, row = u.astype(np.int32), v.astype(np.int32)
        u, v = u - column, v - row
        flat, base = self.distance.ravel(), row * width + column
        top = flat[base] * (1 - u) + flat[base + 1] * u
        bottom = flat[base + width] * (1 - u) + flat[base + width + 1] * u
        focal = np.float32(0.5 * (self.camera.intrinsics[0, 0] + self.camera.intrinsics[1, 1]))
        return np.asarray((top * (1 - v) + bottom * v) * (depth / focal))


def hull_distance(
    silhouettes: Sequence[SilhouetteDistance], points: NDArray[np.floating]
) -> NDArray[np.float32]:
    """max_i s_i(x) in mm for points (N, 3): negative inside every silhouette."""
    out = np.full(len(points), -np.inf, dtype=np.float32)
    for silhouette in silhouettes:
        np.maximum(out, silhouette(points), out=out)
    return out
