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
MOST_RAYS = 1 << 20  # at a time


@dataclass(frozen=True, eq=False)
class Photo:
    """image (H, W, 3) in sRGB grey levels 0..255, before noise; mask (H, W): the head covers half or more."""

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
        width, height = size
        # Whole strips of rows at a time: the memory of a photo does not grow with its size.
        rows = max(1, MOST_RAYS // (width * self._supersample**2))
        strips = [self._strip(camera, width, top, min(rows, height - top)) for top in range(0, height, rows)]
        cover = np.concatenate([strip[0] for strip in strips])
        light = np.concatenate([strip[1] for strip in strips])
        light += (1 - cover)[:, None] * _backdrop(size)
        image = 255 * srgb(_film(light)).reshape(height, width, 3)
        return Photo(image, (cover >= 0.5).reshape(height, width))

    def _strip(
        self, camera: Camera, width: int, top: int, rows: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Coverage (rows * width,) and the head's light on the pixels (rows * width, 3) from row `top` on."""
        factor = self._supersample
        shift = np.array([[1.0, 0, 0], [0, 1, -top], [0, 0, 1]])
        strip = Camera(shift @ camera.intrinsics, camera.rotation, camera.translation)
        fine = (width * factor, rows * factor)
        seen = cast_fragments(
            self._mesh, strip.scaled(factor), fine, caster=self._caster, normals=self._normals
        )
        turn = camera.rotation.T @ self._reference.rotation if self._lighting.turning else np.eye(3)
        color = self._field.shade(seen, self._albedo(seen), self._lighting, turn)
        color[seen.backside] *= INSIDE_DIM
        row, column = np.divmod(seen.pixel, fine[0])
        coarse = (row // factor) * width + column // factor
        pixels = width * rows
        cover = np.bincount(coarse, minlength=pixels) / factor**2
        # Light is averaged, not grey levels: that is what a pixel of a sensor does.
        channels = [np.bincount(coarse, color[:, c], pixels) for c in range(3)]
        return cover, np.stack(channels, axis=1) / factor**2


def _film(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear up to 0.7, then a soft shoulder: highlights roll off instead of clipping."""
    over = np.maximum(light - 0.7, 0)
    return np.asarray(np.minimum(light, 0.7) + 0.3 * (1 - np.exp(-over / 0.3)))


def _backdrop(size: tuple[int, int]) -> NDArray[np.float64]:
    """A plain studio wall with a little fall-off, linear (H * W, 3)."""
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    level = 0.30 - 0.10 * (0.6 * x**2 + (y - 0.15) ** 2)
    return np.asarray(level.reshape(-1, 1) * np.array([0.93, 1.0, 1.09]))
