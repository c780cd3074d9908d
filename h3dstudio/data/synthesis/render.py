"""One photo and its mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.synthesis.albedo import Albedo
from h3dstudio.data.synthesis.lighting import LightField, Lighting
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.fragments import cast_fragments
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.rendering import srgb

INSIDE_DIM = 0.35  # of the light reaches what is seen from behind, through an opening


@dataclass(frozen=True, eq=False)
class Photo:
    """image (H, W, 3) float64 in sRGB grey levels 0..255, without noise; mask (H, W) bool: covered by half."""

    image: NDArray[np.float64]
    mask: NDArray[np.bool_]


class Photographer:
    """Takes photos of one mesh; what all photos share is worked out once.

    Args:
        albedo: colours of the mesh's surface.
        axes: (3, 3) rows left, up, front of the head.
        reference: the camera with respect to which a turning light is defined.
        supersample: rays per pixel and axis.
    """

    def __init__(
        self,
        mesh: TriangleMesh,
        albedo: Albedo,
        lighting: Lighting,
        axes: NDArray[np.float64],
        reference: Camera,
        *,
        supersample: int = 2,
    ) -> None:
        self._mesh, self._albedo, self._lighting = mesh, albedo, lighting
        self._reference, self._supersample = reference, supersample
        self._caster = RayCaster(mesh)
        self._normals = mesh.vertex_normals()
        self._field = LightField(mesh, self._caster, axes)

    def take(self, camera: Camera, size: tuple[int, int]) -> Photo:
        """The photo of `size` (width, height) from `camera`."""
        factor = self._supersample
        fine = (size[0] * factor, size[1] * factor)
        seen = cast_fragments(
            self._mesh, camera.scaled(factor), fine, caster=self._caster, normals=self._normals
        )
        turn = camera.rotation.T @ self._reference.rotation if self._lighting.turning else np.eye(3)
        color = self._field.shade(seen, self._albedo(seen), self._lighting, turn)
        color[seen.backside] *= INSIDE_DIM
        row, column = np.divmod(seen.pixel, fine[0])
        coarse = (row // factor) * size[0] + column // factor
        pixels = size[0] * size[1]
        cover = np.bincount(coarse, minlength=pixels) / factor**2
        # Light is averaged, not grey levels: that is what a pixel of a sensor does.
        light = np.stack([np.bincount(coarse, color[:, c], pixels) for c in range(3)], axis=1) / factor**2
        light += (1 - cover)[:, None] * _backdrop(size)
        image = 255 * srgb(_film(light)).reshape(size[1], size[0], 3)
        return Photo(image, (cover >= 0.5).reshape(size[1], size[0]))


def _film(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear up to 0.7, then a soft shoulder: highlights roll off instead of clipping."""
    over = np.maximum(light - 0.7, 0)
    return np.asarray(np.minimum(light, 0.7) + 0.3 * (1 - np.exp(-over / 0.3)))


def _backdrop(size: tuple[int, int]) -> NDArray[np.float64]:
    """A plain studio wall with a little fall-off, linear (H * W, 3)."""
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    level = 0.30 - 0.10 * (0.6 * x**2 + (y - 0.15) ** 2)
    return np.asarray(level.reshape(-1, 1) * np.array([0.93, 1.0, 1.09]))
