"""From a scan's frame and photos to the working frame, and back.

Working frame: the unit sphere's centre at the origin, and a head-sized head in mm (scale 1 where the scan is
in mm).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView
from h3dstudio.errors import ReconstructionError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photos import PhotoSet, build_photo_set

PLAUSIBLE_RADIUS = (60.0, 600.0)
"""mm: unit spheres of this size are taken at their word."""
HEAD_RADIUS = 195.0
"""mm: the radius that others are scaled to."""


def working_frame(unit_sphere: Similarity) -> tuple[Similarity, float, str]:
    """(scan -> working frame, radius of the sphere there in mm, a warning or "")."""
    radius = unit_sphere.scale
    if not np.isfinite(radius) or radius <= 0 or not np.isfinite(unit_sphere.translation).all():
        raise ReconstructionError(
            f"the unit sphere has radius {radius}, expected a positive length in mm",
            remedy="Check scale_mat in cameras.npz",
        )
    scale, warning = 1.0, ""
    if not PLAUSIBLE_RADIUS[0] <= radius <= PLAUSIBLE_RADIUS[1]:
        scale = HEAD_RADIUS / radius
        warning = (
            f"The unit sphere's radius is {radius:.3g}, which is no head in mm: lengths are treated as if it "
            f"were {HEAD_RADIUS:.0f} mm. The mesh stays in the scan's own unit."
        )
    to_working = Similarity(scale, np.eye(3), -scale * unit_sphere.translation)
    return to_working, radius * scale, warning


def photo_set(
    views: Sequence[LoadedView], frame: Similarity, largest_side: int, device: torch.device | str
) -> PhotoSet:
    """The photos in the working frame, none longer than `largest_side` pixels."""
    images, masks, cameras = [], [], []
    for view in views:
        image, mask = view.image, view.mask
        camera = view.view.camera.in_frame(frame)
        factor = min(1.0, largest_side / max(mask.shape))
        if factor < 1:
            image, mask, (fx, fy) = _reduced(image, mask, factor)
            camera = Camera(_resize_matrix(fx, fy) @ camera.intrinsics, camera.rotation, camera.translation)
        images.append(image)
        masks.append(mask)
        cameras.append(camera)
    return build_photo_set(images, masks, cameras, device=device)


def mesh_back(mesh: TriangleMesh, frame: Similarity) -> TriangleMesh:
    """A mesh of the working frame in the scan's own frame."""
    return mesh.with_vertices(frame.inverse().apply(mesh.vertices))


def _reduced(
    image: NDArray[np.uint8], mask: NDArray[np.bool_], factor: float
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], tuple[float, float]]:
    from PIL import Image

    height, width = mask.shape
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX))
    cover = np.asarray(Image.fromarray(mask.astype(np.uint8) * 255).resize(size, Image.Resampling.BOX))
    return small, cover > 127, (size[0] / width, size[1] / height)


def _resize_matrix(fx: float, fy: float) -> NDArray[np.float64]:
    """Pixels (centres at integers) of the photo -> pixels of the photo resized by fx, fy."""
    return np.array([[fx, 0, (fx - 1) / 2], [0, fy, (fy - 1) / 2], [0, 0, 1.0]])
