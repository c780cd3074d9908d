"""What goes wrong in real scans: calibration, masks, sensors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera

RAGGED_PX = 7.0  # length over which a mask's edge wanders


def disturb_camera(camera: Camera, degrees: float, mm: float, rng: np.random.Generator) -> Camera:
    """The camera turned about a random axis and moved in a random direction.

    Over many draws the angle has the root mean square `degrees` and the way the root mean square `mm`.
    """
    turn = _rotation(np.radians(degrees) * rng.standard_normal(3) / 3**0.5)
    rotation = turn @ camera.rotation
    center = camera.center + mm * rng.standard_normal(3) / 3**0.5
    return Camera(camera.intrinsics, rotation, -rotation @ center)


def disturb_mask(mask: NDArray[np.bool_], px: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """The mask (H, W) with its edge moved in and out by `px` pixels (root mean square, normal), raggedly."""
    if px <= 0 or not mask.any() or mask.all():
        return mask
    from scipy.ndimage import gaussian_filter

    signed = _depth_inside(mask)
    wander = gaussian_filter(rng.standard_normal(mask.shape), RAGGED_PX, mode="wrap")
    wander *= px / wander.std()
    return np.asarray(signed + wander > 0, dtype=np.bool_)


def grow_mask(mask: NDArray[np.bool_], px: float) -> NDArray[np.bool_]:
    """The mask (H, W) with its edge moved outward by `px` pixels, inward where that is negative."""
    if px == 0 or not mask.any() or mask.all():
        return mask
    return np.asarray(_depth_inside(mask) + px > 0, dtype=np.bool_)


def _depth_inside(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Pixels to the mask's edge (H, W), negative outside."""
    from scipy.ndimage import distance_transform_edt

    # Half a pixel: the edge runs between the last pixel inside and the first one outside.
    return np.where(mask, distance_transform_edt(mask) - 0.5, 0.5 - distance_transform_edt(~mask))


def sensor_noise(image: NDArray[np.floating], sigma: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """An image (H, W, 3) in grey levels 0..255 with independent normal noise of `sigma` levels."""
    if sigma <= 0:
        return np.asarray(image, dtype=np.float64)
    return np.asarray(image + sigma * rng.standard_normal(image.shape))


def _rotation(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rotation by |vector| radians about `vector` (3,) (Rodrigues)."""
    from scipy.spatial.transform import Rotation

    return np.asarray(Rotation.from_rotvec(vector).as_matrix())
