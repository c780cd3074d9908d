"""Pictures of heads for a report, rendered without a display and encoded once for HTML, PDF and files."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.evaluation.report.scale import UNSEEN, error_colors
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.fragments import cast_fragments
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.rendering import RgbImage, render_mesh

WHITE = (255, 255, 255)
QUALITY = 90
SUPERSAMPLE = 2


def heat_map(
    mesh: TriangleMesh,
    errors: NDArray[np.floating],
    seen: NDArray[np.bool_],
    camera: Camera,
    size: tuple[int, int],
    *,
    caster: RayCaster | None = None,
) -> RgbImage:
    """The mesh (H, W, 3) in the colours of its vertices' errors (V,) in mm; grey where `seen` (V,) is False.

    The error is interpolated, not the colour. Shading only darkens a little towards the rims, to show the
    form and leave the scale readable.
    """
    fine = (size[0] * SUPERSAMPLE, size[1] * SUPERSAMPLE)
    fragments = cast_fragments(mesh, camera.scaled(SUPERSAMPLE), fine, caster=caster)
    values = np.column_stack([errors, seen.astype(np.float64)])
    error, share = fragments.interpolate(mesh, values).T
    color = np.where(share[:, None] > 0.5, error_colors(error), np.array(UNSEEN, dtype=np.float64))
    facing = np.clip(np.einsum("ij,ij->i", fragments.normal, fragments.view), 0, 1)
    image = fragments.image(color * (0.70 + 0.30 * facing[:, None] ** 0.7), np.array(WHITE, dtype=np.float64))
    blocks = image.reshape(size[1], SUPERSAMPLE, size[0], SUPERSAMPLE, 3)
    return np.asarray(blocks.mean(axis=(1, 3)) + 0.5, dtype=np.uint8)


def clay(
    mesh: TriangleMesh, camera: Camera, size: tuple[int, int], *, caster: RayCaster | None = None
) -> RgbImage:
    """The shape alone (H, W, 3)."""
    return render_mesh(mesh, camera, size, background=WHITE, supersample=SUPERSAMPLE, caster=caster)


def coloured(
    mesh: TriangleMesh, camera: Camera, size: tuple[int, int], *, caster: RayCaster | None = None
) -> RgbImage:
    """The vertex colours as they are (H, W, 3)."""
    return render_mesh(
        mesh, camera, size, colors="vertex", background=WHITE, supersample=SUPERSAMPLE, caster=caster
    )


@dataclass(frozen=True)
class Crop:
    """A square part of a photo: its left upper corner and `side` in pixels, then resized to `to`."""

    left: int
    top: int
    side: int
    to: int

    @staticmethod
    def around(mask: NDArray[np.bool_], to: int) -> Crop:
        """A square around the mask (H, W), with a margin; it may reach over the photo's edge."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        side = int(1.08 * max(np.ptp(rows), np.ptp(columns)) + 2)
        middle = (columns[0] + columns[-1] + 1) // 2, (rows[0] + rows[-1] + 1) // 2
        return Crop(int(middle[0] - side // 2), int(middle[1] - side // 2), side, to)

    def photo(self, image: RgbImage) -> RgbImage:
        """The photo's part (to, to, 3); white beyond its edge."""
        from PIL import Image

        out = np.full((self.side, self.side, 3), 255, dtype=np.uint8)
        height, width = image.shape[:2]
        top, left = max(self.top, 0), max(self.left, 0)
        bottom, right = min(self.top + self.side, height), min(self.left + self.side, width)
        part = image[top:bottom, left:right]
        out[top - self.top : bottom - self.top, left - self.left : right - self.left] = part
        return np.asarray(Image.fromarray(out).resize((self.to, self.to), Image.Resampling.LANCZOS))

    def camera(self, camera: Camera) -> Camera:
        """The camera of that part."""
        shift = np.array([[1, 0, -self.left], [0, 1, -self.top], [0, 0, 1.0]])
        return Camera(shift @ camera.intrinsics, camera.rotation, camera.translation).scaled(
            self.to / self.side
        )


def encoded(image: RgbImage) -> bytes:
    """As JPEG, fine enough that the colours of the scale do not bleed."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return stream.getvalue()
