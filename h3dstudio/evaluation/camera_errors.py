"""How far cameras are from others of the same photos: corrected ones from the given, or found from true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import CameraError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity

FEWEST_TO_ALIGN = 2
"""Photos from which a motion that all cameras share can be told from what is each one's own."""


@dataclass(frozen=True)
class CameraOffset:
    """One camera against its reference.

    Attributes:
        rotation_deg: angle of the rotation between the two, 0..180.
        translation_mm: distance between the two optical centres.
    """

    view: int
    rotation_deg: float
    translation_mm: float

    def as_dict(self) -> dict[str, Any]:
        return {"view": self.view, "rotation_deg": self.rotation_deg, "translation_mm": self.translation_mm}


@dataclass(frozen=True)
class CameraOffsets:
    """All cameras that both sides have.

    Attributes:
        as_given: offsets in the common frame.
        own: what is left after the best rigid motion of all cameras together; None for fewer than
            `FEWEST_TO_ALIGN`. Photos alone do not show that common motion: it moves the head with it.
        common: that motion, reference -> found.
    """

    as_given: tuple[CameraOffset, ...]
    own: tuple[CameraOffset, ...] | None
    common: Similarity | None

    def as_dict(self) -> dict[str, Any]:
        """Plain types for JSON: degrees, mm, means over the views."""
        own = None if self.own is None else [one.as_dict() for one in self.own]
        return {
            "views": [one.as_dict() for one in self.as_given],
            **_means(self.as_given),
            "without_common_motion": None if self.own is None else {"views": own, **_means(self.own)},
        }


def camera_offsets(found: Mapping[int, Camera], reference: Mapping[int, Camera]) -> CameraOffsets:
    """Compare the cameras (view -> camera, one frame, mm) that both have, in order of their number.

    Raises CameraError when no view has both.
    """
    views = sorted(set(found) & set(reference))
    if not views:
        raise CameraError(
            "the two sets of cameras have no view in common",
            remedy="Compare cameras of the same photos, numbered alike",
        )
    given = tuple(_offset(view, found[view], reference[view]) for view in views)
    if len(views) < FEWEST_TO_ALIGN:
        return CameraOffsets(given, None, None)
    common = _common_motion([found[view] for view in views], [reference[view] for view in views])
    # A camera that sees the moved world from the same place: its frame moves with the world.
    moved = {view: reference[view].in_frame(common) for view in views}
    return CameraOffsets(given, tuple(_offset(view, found[view], moved[view]) for view in views), common)


def _offset(view: int, found: Camera, reference: Camera) -> CameraOffset:
    from scipy.spatial.transform import Rotation

    turned = Rotation.from_matrix(found.rotation @ reference.rotation.T)
    away = float(np.linalg.norm(found.center - reference.center))
    return CameraOffset(view, float(np.degrees(turned.magnitude())), away)


def _common_motion(found: list[Camera], reference: list[Camera]) -> Similarity:
    """The rigid motion of the world that brings the reference cameras nearest to the found ones.

    The rotation is the chordal mean of the cameras' own (Hartley et al., "Rotation averaging", IJCV 2013,
    section 5.3), not that of the optical centres: these may lie on a line.
    """
    total = sum((one.rotation.T @ other.rotation for one, other in zip(found, reference, strict=True)), _ZERO)
    u, _, vt = np.linalg.svd(total)
    rotation = (u * np.array([1.0, 1.0, np.linalg.det(u @ vt)])) @ vt
    centers = np.array([camera.center for camera in found])
    turned = np.array([camera.center for camera in reference]) @ rotation.T
    return Similarity(1.0, rotation, (centers - turned).mean(axis=0))


_ZERO: NDArray[np.float64] = np.zeros((3, 3))


def _means(offsets: tuple[CameraOffset, ...]) -> dict[str, float]:
    return {
        "mean_rotation_deg": float(np.mean([one.rotation_deg for one in offsets])),
        "mean_translation_mm": float(np.mean([one.translation_mm for one in offsets])),
    }
